# SPDX-License-Identifier: Apache-2.0
"""The next step of a revert in place follows from what is read, whatever that is."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.revert_changes import confirmed, ended_without, given_up
from snapshot_dashboard.rules.revert_plan import (
    LEFT_ALONE,
    WAIT,
    Content,
    Halt,
    Plan,
    Reimaging,
    Step,
    Target,
)
from snapshot_dashboard.rules.revert_progress import Mark, Part, items
from snapshot_dashboard.rules.revert_record import MOMENT, RECORD, Act, Before, Progress, Stage
from snapshot_dashboard.rules.revert_steps import can_give_up, can_retry, next_step
from snapshot_dashboard.rules.volume import Volume
from tests.unit.rules.revert_plans import (
    NOW,
    PLAN,
    asking,
    detached,
    plan,
    plans,
    snapshot_id,
    target,
)

OFFLOADED = "SHELVED_OFFLOADED"
DESTRUCTIVE = (Act.STOP, Act.COPY, Act.SHELVE, Act.WRITE, Act.STOP_AGAIN)


IMAGE = Image("i1", "[revert]", frozenset(), "active", 1, stands_for=snapshot_id(0))


def barred(of: Target) -> Target:
    """Return a volume that the operator does not let be re-imaged any more."""
    return replace(of, reimaging=Reimaging.NEVER)


def by_image(of: Target, **more: Any) -> Target:
    """Return a volume that is written from an image with bytes."""
    plain = replace(of.volume, encrypted=more.pop("encrypted", False))
    return replace(of, volume=plain, reimaging=Reimaging.IMAGE, **more)


def helping(status: str) -> Volume:
    """Return a volume that was made of a snapshot."""
    return Volume("h1", "helper", 1, status)


def copied(status: str, moment: str = " ") -> Volume:
    """Return a copy of a volume, asked for when the instance was last changed at this moment."""
    return Volume("c1", "copy", 1, status, metadata={MOMENT: moment})


def reserved(index: int = 0, **more: Any) -> Any:
    """Return a volume of a shelved instance."""
    return target(index, more.pop("status", "reserved"), **more)


def shelved(*targets: Any, **more: Any) -> Plan:
    """Return a plan of a shelved instance."""
    return plan(*targets, status=OFFLOADED, **more)


SENT = Progress.SENT
ENDING: dict[str, Any] = {"stage": Stage.GIVING_UP}
HALTS = [
    (Halt.LEFT, plan(target(seen_at=NOW - LEFT_ALONE - 1))),
    (Halt.LEFT, plan(target(seen_at=NOW + LEFT_ALONE + 1))),
    (Halt.PAUSED, plan(target(halted=True))),
    (Halt.PAUSED, shelved(reserved(), reserved(1, halted=True))),
    (Halt.VOLUME_MISSING, plan(target(), missing=True)),
    (Halt.NOT_STOPPED, plan(target(asked=Act.STOP))),
    (Halt.NOT_SHELVED, plan(target(asked=Act.SHELVE), status="SHUTOFF")),
    (Halt.NOT_UNSHELVED, shelved(reserved(progress=Progress.DONE, asked=Act.UNSHELVE))),
    (Halt.NOT_STARTED, plan(target(asked=Act.START, **ENDING), status="SHUTOFF")),
    (
        Halt.NOT_STOPPED,
        plan(target(progress=Progress.DONE, asked=Act.STOP_AGAIN, before=Before.OFF)),
    ),
    (Halt.INSTANCE_CHANGED, plan(target(asked=Act.SHELVE))),
    (Halt.INSTANCE_CHANGED, plan(target(), status="PAUSED")),
    # It was off, or shelved, when the plan was begun: somebody has started it since.
    (Halt.INSTANCE_CHANGED, plan(target(before=Before.OFF))),
    (Halt.INSTANCE_CHANGED, plan(target(before=Before.SHELVED))),
    (
        Halt.INSTANCE_CHANGED,
        plan(target(progress=Progress.DONE, before=Before.OFF, asked=Act.SHELVE)),
    ),
    (Halt.INSTANCE_ERROR, plan(target(), status="ERROR")),
    (Halt.NOT_PREPARED, plan(by_image(target(progress=Progress.HELPING)))),
    (
        Halt.NOT_PREPARED,
        plan(by_image(target(progress=Progress.UPLOADING), helper=helping("available"))),
    ),
    (
        Halt.NOT_PREPARED,
        plan(by_image(target(progress=Progress.HELPING), helper=helping("error"))),
    ),
    # It hangs: nobody gives it its bytes any more.
    (
        Halt.NOT_PREPARED,
        plan(
            by_image(
                target(progress=Progress.UPLOADING),
                image=replace(IMAGE, status="saving"),
                helper=helping("available"),
            )
        ),
    ),
    # What an image of an encrypted snapshot writes is not known.
    (Halt.NOT_PROVED, plan(by_image(target(), encrypted=True))),
    (Halt.NOT_PROVED, plan(by_image(target(), encrypted=None))),
    (Halt.NOT_PROVED, shelved(by_image(reserved(), image=IMAGE, encrypted=True))),
    # Somebody has used it before it was shelved.
    (Halt.COPY_OLD, shelved(reserved(copy=copied("available"), asked=Act.STOP))),
    # Somebody has deleted it.
    (Halt.NOT_PREPARED, shelved(by_image(reserved(progress=Progress.COPYING)))),
    (Halt.NOT_PREPARED, shelved(by_image(reserved(progress=Progress.AGAIN)))),
    # Its volumes outlive it.
    (Halt.INSTANCE_GONE, plan(target(status="available"), status=None)),
    (Halt.LOCKED, plan(target(), locked=True)),
    (Halt.NOT_PROVED, plan(target(), barred(target(1)))),
    (
        Halt.NOT_PROVED,
        shelved(reserved(progress=Progress.DONE), barred(reserved(1))),
    ),
    (Halt.NOT_PROVED, shelved(barred(reserved(progress=Progress.AGAIN)))),
    (
        Halt.COPY_OLD,
        plan(target(copy=copied("available", "then then")), status="SHUTOFF", updated="now"),
    ),
    (Halt.COPY_OLD, shelved(reserved(copy=copied("available", "then then")), launched="now")),
    # Somebody has edited it.
    (Halt.COPY_OLD, shelved(reserved(copy=copied("available", "")), launched="now")),
    (Halt.NOT_COPIED, plan(target(copy=None, progress=Progress.COPYING), status="SHUTOFF")),
    (Halt.COPY_FAILED, plan(target(progress=Progress.COPYING), status="SHUTOFF")),
    # Somebody has shelved it before the copies were made.
    (Halt.NOT_COPIED, shelved(reserved())),
    (Halt.VOLUME_CHANGED, shelved(reserved(status="available"))),
    (Halt.VOLUME_CHANGED, shelved(reserved(status="in-use"))),
    (Halt.VOLUME_CHANGED, shelved(reserved(status="downloading"))),
    (Halt.VOLUME_CHANGED, plan(detached(status="in-use"), status=None)),
    (Halt.VOLUME_CHANGED, plan(detached(changed_at=5), status=None)),
    (Halt.VOLUME_CHANGED, plan(detached(changed_at=5, progress=Progress.AGAIN), status=None)),
    (Halt.WRITE_REFUSED, shelved(reserved(progress=Progress.REFUSED))),
    (Halt.WRITE_FAILED, shelved(reserved(progress=SENT, status="error"))),
    (Halt.WRITE_FAILED, shelved(reserved(progress=SENT, status="error", written=True))),
    (Halt.WRITE_FAILED, shelved(reserved(progress=Progress.DONE, status="error"))),
    (Halt.WRITE_FAILED, shelved(reserved(progress=SENT, status="error", **ENDING))),
    (Halt.WRITE_UNKNOWN, shelved(reserved(progress=SENT))),
    (Halt.WRITE_UNKNOWN, shelved(reserved(progress=Progress.DOUBTED))),
    (Halt.WRITE_UNKNOWN, shelved(reserved(progress=Progress.DOUBTED, status="downloading"))),
    (
        Halt.WRITE_UNKNOWN,
        shelved(reserved(progress=Progress.DOUBTED, status="downloading", **ENDING)),
    ),
    (Halt.NOT_DESCRIBED, shelved(reserved(progress=Progress.UNDESCRIBED))),
]


FINAL = (
    Halt.VOLUME_MISSING,
    Halt.INSTANCE_GONE,
    Halt.LOCKED,
    Halt.NOT_PROVED,
    Halt.COPY_OLD,
)


def with_copies(halt: Halt, now: Plan) -> Plan:
    """Let the plan want copies where a halt is about them."""
    if halt not in (Halt.NOT_COPIED, Halt.COPY_FAILED):
        return now
    copy = copied("error") if halt is Halt.COPY_FAILED else None
    wanted = [
        replace(each, copy=copy, record=replace(each.record, copy=True)) for each in now.targets
    ]
    return replace(now, targets=tuple(wanted))


@pytest.mark.parametrize(("halt", "now"), HALTS)
def test_each_halt_is_reached(halt: Halt, now: Plan) -> None:
    assert next_step(with_copies(halt, now), NOW).halt is halt


def test_no_halt_is_left_out() -> None:
    assert {halt for halt, _now in HALTS} == set(Halt)


ACTS = [
    (Act.HELP, plan(by_image(target()))),
    # One without bytes is of no use.
    (Act.HELP, plan(by_image(target(), image=replace(IMAGE, size=0)))),
    (Act.HELP, plan(by_image(target(), image=replace(IMAGE, stands_for="")))),
    (Act.HELP, plan(by_image(detached()), status=None)),
    (Act.UPLOAD, plan(by_image(target(progress=Progress.HELPING), helper=helping("available")))),
    (Act.STOP, plan(by_image(target(progress=Progress.UPLOADING), image=IMAGE))),
    (Act.WRITE, shelved(by_image(reserved(progress=Progress.UPLOADING), image=IMAGE))),
    (Act.STOP, plan(target())),
    (Act.STOP, plan(target(before=Before.OFF, asked=Act.START))),
    (Act.SHELVE, plan(target(asked=Act.STOP), status="SHUTOFF")),
    (Act.SHELVE, plan(target(), target(1), status="SHUTOFF")),
    # The rest is written after somebody has used the instance, and a person wants it.
    (Act.STOP, plan(target(progress=Progress.DONE, turn=1), target(1))),
    (Act.WRITE, shelved(reserved())),
    (Act.WRITE, shelved(reserved(progress=Progress.AGAIN))),
    (Act.WRITE, plan(detached(), status=None)),
    (Act.WRITE, shelved(reserved(copy=None, before=Before.SHELVED))),
    (Act.KEEP, shelved(reserved(progress=SENT, written=True), reserved(1))),
    (Act.KEEP, shelved(reserved(progress=Progress.REFUSED, written=True))),
    (Act.KEEP, shelved(reserved(progress=SENT, written=True, **ENDING))),
    (Act.DESCRIBE, shelved(reserved(), reserved(1, progress=Progress.NEW))),
    (Act.DESCRIBE, shelved(reserved(progress=Progress.NEW, **ENDING))),
    (Act.UNSHELVE, shelved(reserved(progress=Progress.DONE, asked=Act.SHELVE))),
    (Act.UNSHELVE, shelved(reserved(**ENDING))),
    # An image is being made of its system disk; it can be unshelved all the same.
    (Act.UNSHELVE, plan(target(**ENDING), status="SHELVED")),
    (Act.STOP_AGAIN, plan(target(progress=Progress.DONE, before=Before.OFF, asked=Act.UNSHELVE))),
    (Act.STOP_AGAIN, plan(target(before=Before.OFF, asked=Act.UNSHELVE, **ENDING))),
    (Act.FINISH, plan(target(progress=Progress.DONE))),
    (Act.FINISH, plan(target(progress=Progress.DONE, before=Before.OFF), status="SHUTOFF")),
    (Act.FINISH, shelved(reserved(progress=Progress.DONE, before=Before.SHELVED))),
    (Act.FINISH, plan(detached(progress=Progress.DONE), status=None)),
    (Act.FINISH, plan(target(**ENDING))),
    # It was away when the plan was ended.
    (Act.DESCRIBE, plan(target(stage=Stage.GIVEN_UP), target(1, progress=Progress.NEW))),
    # A person does not want to wait for what was made for it.
    (Act.FINISH, plan(by_image(target(halted=True, **ENDING), helper=helping("uploading")))),
    # It was cut short: each volume has to know that it is over.
    (Act.FINISH, plan(target(progress=Progress.DONE), target(1, stage=Stage.FINISHED))),
    (Act.FINISH, plan(target(stage=Stage.GIVEN_UP), target(1), missing=True)),
    # What is left of the plan of an instance that was deleted.
    (Act.FINISH, plan(target(status="available", **ENDING), status=None, missing=True)),
    (
        Act.DESCRIBE,
        plan(target(status="available", progress=Progress.NEW, **ENDING), status=None),
    ),
    # Its image alone may know what the description of the volume was.
    (Act.FINISH, plan(target(progress=Progress.UNDESCRIBED, image=IMAGE, **ENDING))),
    (Act.REMOVE_IMAGE, shelved(reserved(progress=SENT, image=IMAGE, **ENDING))),
    # It cannot be deleted: the instance goes back all the same.
    (Act.UNSHELVE, shelved(reserved(progress=SENT, image=IMAGE, halted=True, **ENDING))),
    (Act.START, plan(target(**ENDING), status="SHUTOFF")),
]


@pytest.mark.parametrize(("act", "now"), ACTS)
def test_each_act_is_reached(act: Act, now: Plan) -> None:
    assert next_step(now, NOW).act is act


def test_a_copy_is_made_before_anything_is_shelved() -> None:
    now = plan(target(copy=None), status="SHUTOFF")
    wanted = replace(now.lead.record, copy=True)
    now = replace(now, targets=(replace(now.lead, record=wanted),))
    assert next_step(now, NOW).act is Act.COPY
    for status, act in (("creating", None), ("available", Act.SHELVE)):
        made = replace(now.lead, copy=copied(status))
        assert next_step(replace(now, targets=(made,)), NOW).act is act


WAITING = [
    plan(by_image(target(progress=Progress.HELPING), helper=helping("creating"))),
    plan(by_image(target(progress=Progress.UPLOADING), helper=helping("uploading"))),
    plan(
        by_image(target(progress=Progress.UPLOADING), image=replace(IMAGE, status="saving")),
        asking=asking(Act.UPLOAD, target()),
    ),
    plan(by_image(target(progress=Progress.HELPING)), asking=asking(Act.HELP, target())),
    # What was made for it is removed in the end.
    plan(by_image(target(**ENDING), helper=helping("uploading"))),
    plan(by_image(target(**ENDING)), asking=asking(Act.HELP, target())),
    plan(target(), task="powering-off"),
    plan(target(asked=Act.STOP), asking=asking(Act.STOP, target())),
    plan(target(), status="SHELVED"),
    shelved(reserved(status="detaching")),
    shelved(reserved(status="in-use"), asking=asking(Act.SHELVE, target())),
    shelved(reserved(status="downloading", progress=SENT)),
    shelved(reserved(status="downloading", progress=Progress.AGAIN)),
    shelved(reserved(progress=SENT), asking=asking(Act.WRITE, target())),
    # A request may still come that needs the image.
    shelved(reserved(progress=SENT, image=IMAGE, **ENDING), asking=asking(Act.WRITE, target())),
    shelved(reserved(**ENDING), asking=asking(Act.WRITE, target())),
    shelved(reserved(status="downloading", progress=SENT, **ENDING)),
    plan(target(stage=Stage.FINISHED)),
    plan(target(stage=Stage.GIVEN_UP), status="ERROR"),
]


@pytest.mark.parametrize("now", WAITING)
def test_what_ends_by_itself_is_waited_for(now: Plan) -> None:
    assert next_step(now, NOW) == WAIT


def test_a_halt_of_one_volume_comes_before_what_would_go_on_with_another() -> None:
    now = shelved(reserved(), reserved(1, progress=Progress.REFUSED))
    assert next_step(now, NOW) == Step(halt=Halt.WRITE_REFUSED, target=now.targets[1])


@given(plans())
@settings(max_examples=300)
def test_whatever_is_read_nothing_is_lost_without_a_person(now: Plan) -> None:
    step = next_step(now, NOW)
    assert not (step.act and step.halt)
    assert step == WAIT or not now.over
    left = [each for each in now.targets if not each.record.progress.is_after]
    barred = [each for each in left if each.reimaging is Reimaging.NEVER]
    assert not (barred and step.act in DESTRUCTIVE and now.stage is Stage.GOING)
    assert not can_retry(now, step) or step.halt
    if step.act in DESTRUCTIVE:
        assert abs(NOW - now.lead.record.seen_at) <= LEFT_ALONE
        ending = now.stage is Stage.GIVING_UP and step.act is Act.STOP_AGAIN
        assert ending or not (now.halted or now.missing)
    if step.act is Act.WRITE:
        _is_free(now, step)
    assert next_step(now, NOW + 10 * LEFT_ALONE).act not in DESTRUCTIVE
    ended = replace(now.lead, record=given_up(now.lead.record, NOW))
    ended_plan = replace(now, targets=(ended, *now.targets[1:]))
    assert next_step(ended_plan, NOW).act not in (Act.WRITE, Act.COPY, Act.SHELVE, Act.STOP)


def _is_free(now: Plan, step: Step) -> None:
    """Assert that a volume is free to be written, and a person knows what it holds."""
    assert step.target
    progress = step.target.record.progress
    assert (progress.is_before and progress is not Progress.REFUSED) or progress is Progress.AGAIN
    assert step.target.is_prepared
    assert step.target.content is (Content.UNKNOWN if progress is Progress.AGAIN else Content.OLD)
    assert step.target.volume.status == "reserved" and now.stage is Stage.GOING
    assert now.instance and now.instance.status == OFFLOADED and not now.instance.task


def test_only_what_is_halted_can_be_retried_or_given_up() -> None:
    for halt, now in HALTS:
        step = next_step(with_copies(halt, now), NOW)
        only_support = halt in (Halt.WRITE_FAILED, Halt.INSTANCE_ERROR)
        assert can_give_up(now, step) == (not only_support and now.stage is Stage.GOING)
        offloaded = now.instance is not None and now.instance.status == OFFLOADED
        uncopied = halt is Halt.NOT_COPIED and offloaded
        again = halt is Halt.NOT_PREPARED and now.lead.record.progress is Progress.AGAIN
        final = only_support or uncopied or again or halt in FINAL
        assert can_retry(now, step) == (not final)
    assert not can_retry(plan(target()), WAIT) and can_give_up(plan(target()), WAIT)
    over = plan(target(progress=Progress.DONE))
    assert not can_give_up(over, WAIT)


def test_the_mark_is_the_plans_own() -> None:
    assert reserved(written=True).volume.image_metadata == {RECORD: PLAN}


def test_another_halt_is_no_consent_to_shut_off_what_was_off() -> None:
    begun = target(before=Before.OFF)
    for halt, stops in ((Halt.LEFT, False), (Halt.PAUSED, False), (Halt.INSTANCE_CHANGED, True)):
        again = replace(begun, record=confirmed(begun.record, halt, NOW))
        step = next_step(plan(again), NOW)
        assert (step.act is Act.STOP) == stops
        assert (step.halt is Halt.INSTANCE_CHANGED) == (not stops)


def test_copies_from_before_the_instance_ran_again_are_none() -> None:
    for progress, retried in ((Progress.OLD, True), (Progress.COPYING, False)):
        now = plan(target(copy=None, asked=Act.STOP, progress=progress))
        now = replace(now, targets=(replace(now.lead, record=replace(now.lead.record, copy=True)),))
        step = next_step(now, NOW)
        assert step.halt is Halt.NOT_STOPPED
        assert can_retry(now, step) == retried
        assert can_give_up(now, step)


def test_while_it_is_being_asked_for_a_volume_is_not_told_as_unknown() -> None:
    sent = reserved(progress=SENT)
    asked, lost = shelved(sent, asking=asking(Act.WRITE, sent)), shelved(sent)
    assert [each.content(sent) for each in (asked, lost)] == [Content.WRITING, Content.UNKNOWN]
    (written,) = (each for each in items(asked, WAIT) if each.part is Part.WRITE)
    assert written.mark is Mark.WAITING


def test_who_does_not_want_to_wait_in_the_end_need_not() -> None:
    waiting = plan(by_image(target(**ENDING), helper=helping("uploading")))
    assert next_step(waiting, NOW) == WAIT
    assert can_give_up(waiting, WAIT)
    without = replace(waiting.lead, record=ended_without(waiting.lead.record))
    assert next_step(replace(waiting, targets=(without,)), NOW).act is Act.FINISH
    # A step that the cloud is at is no reason to end.
    busy = plan(target(**ENDING), task="powering-on")
    assert not can_give_up(busy, WAIT)
