# SPDX-License-Identifier: Apache-2.0
"""What is written down of a revert in place, and what a volume of it holds."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.revert_changes import confirmed, given_up, retried, seen
from snapshot_dashboard.rules.revert_plan import LEFT_ALONE, REFRESHED, Content, Halt, Step, claim
from snapshot_dashboard.rules.revert_record import (
    RECORD,
    Act,
    Before,
    Progress,
    Record,
    Stage,
    read,
    write,
)
from tests.unit.rules.revert_plans import (
    INSTANCE,
    NOW,
    PLAN,
    detached,
    plan,
    record,
    records,
    snapshot_id,
    target,
)


def again(written: str) -> Record | None:
    """Read what is written in a volume's metadata."""
    return read({RECORD: written})


@given(records(1, count=3) | records(0, instance_id="", before=Before.NONE, count=1))
def test_a_record_is_read_as_it_was_written(kept: Record) -> None:
    assert len(write(kept)) <= 255
    assert again(write(kept)) == kept


@pytest.mark.parametrize(
    "edited",
    [
        {RECORD: ""},
        {RECORD: "1"},
        {},
        {RECORD: write(record()) + " "},
        {RECORD: write(record()).replace(" ", "  ", 1)},
        {RECORD: "2" + write(record())[1:]},
    ],
)
def test_what_is_no_record_is_not_read(edited: dict[str, str]) -> None:
    assert read(edited) is None


@pytest.mark.parametrize(
    ("place", "word"),
    [
        (1, "none"),
        (2, "../volumes"),
        (2, ""),
        (3, ""),
        (3, "-"),
        (3, "de/tail"),
        (4, "none"),
        (4, "paused"),
        (5, "yes"),
        (6, "1/1"),
        (6, "0/0"),
        (6, "0"),
        (6, "-1/1"),
        (7, "written"),
        (8, ""),
        (9, "delete"),
        (10, "-1"),
        (10, "1e3"),
        (10, "1000"),
        (11, "x"),
        (11, "1000"),
        (12, "9" * 12),
        (12, "١"),
        (13, "stopped"),
        (14, ""),
    ],
)
def test_a_record_that_somebody_has_edited_is_not_read(place: int, word: str) -> None:
    words = write(record()).split(" ")
    words[place] = word
    assert again(" ".join(words)) is None


def test_an_instance_without_a_state_to_go_back_to_is_not_read() -> None:
    assert again(write(record(before=Before.NONE))) is None
    assert again(write(record(instance_id="", before=Before.RUNNING))) is None


@given(st.text(max_size=300), st.integers(0, 14))
def test_whatever_is_written_there_can_be_looked_at(text: str, place: int) -> None:
    words = write(record()).split(" ")
    words[place] = text
    for written in (text, " ".join(words)):
        found = again(written)
        assert found is None or again(write(found)) == found


@pytest.mark.parametrize(
    ("progress", "status", "written", "content"),
    [
        (Progress.OLD, "reserved", False, Content.OLD),
        (Progress.COPYING, "in-use", False, Content.OLD),
        (Progress.REFUSED, "error", False, Content.OLD),
        (Progress.SENT, "downloading", False, Content.WRITING),
        (Progress.AGAIN, "downloading", False, Content.WRITING),
        (Progress.SENT, "attaching", False, Content.UNKNOWN),
        (Progress.SENT, "reserved", False, Content.UNKNOWN),
        (Progress.SENT, "error", False, Content.UNKNOWN),
        (Progress.AGAIN, "reserved", False, Content.UNKNOWN),
        (Progress.SENT, "downloading", True, Content.NEW),
        (Progress.SENT, "error", True, Content.NEW),
        # Somebody else writes it, or has: the record does not know.
        (Progress.OLD, "downloading", False, Content.UNKNOWN),
        (Progress.REFUSED, "downloading", False, Content.UNKNOWN),
        (Progress.REFUSED, "reserved", True, Content.NEW),
        (Progress.DOUBTED, "downloading", False, Content.UNKNOWN),
        (Progress.DOUBTED, "reserved", False, Content.UNKNOWN),
        (Progress.NEW, "error", False, Content.NEW),
        (Progress.UNDESCRIBED, "reserved", False, Content.NEW),
        (Progress.DONE, "in-use", False, Content.NEW),
    ],
)
def test_what_a_volume_holds(
    progress: Progress, status: str, written: bool, content: Content
) -> None:
    now = target(0, status, written, progress=progress)
    assert now.content is content
    assert plan(now).untouched is (content is Content.OLD)


def test_the_mark_of_another_plan_proves_nothing() -> None:
    other = target(0, "reserved", progress=Progress.SENT)
    volume = replace(other.volume, image_metadata={RECORD: INSTANCE})
    assert replace(other, volume=volume).content is Content.UNKNOWN


def test_how_far_it_is_counts_wherever_it_is_written_down() -> None:
    """The first volume was away for a while, and another one stood in for it."""
    away = target(0, count=2)
    for stage in Stage:
        assert plan(away, target(1, stage=stage, count=2)).stage is stage
    assert plan(away, target(1, halted=True, count=2)).halted
    assert not plan(away, target(1, count=2)).halted


def test_an_act_of_the_instance_is_claimed_anew_at_each_turn_and_of_a_volume_at_each_attempt() -> (
    None
):
    once, turned, retried_once = record(), record(turn=1), record(attempt=1)
    assert claim(PLAN, Act.STOP, once) != claim(PLAN, Act.STOP, turned)
    assert claim(PLAN, Act.STOP, once) == claim(PLAN, Act.STOP, retried_once)
    assert claim(PLAN, Act.WRITE, once) == claim(PLAN, Act.WRITE, turned)
    assert claim(PLAN, Act.WRITE, once) != claim(PLAN, Act.WRITE, retried_once)
    assert claim(PLAN, Act.WRITE, once) != claim(PLAN, Act.WRITE, record(1))


@pytest.mark.parametrize(
    ("progress", "status", "then"),
    [
        (Progress.COPYING, "in-use", Progress.OLD),
        (Progress.REFUSED, "reserved", Progress.OLD),
        (Progress.SENT, "reserved", Progress.AGAIN),
        (Progress.AGAIN, "reserved", Progress.AGAIN),
        (Progress.DOUBTED, "downloading", Progress.DOUBTED),
        (Progress.DOUBTED, "reserved", Progress.AGAIN),
        (Progress.UNDESCRIBED, "reserved", Progress.NEW),
        (Progress.DONE, "reserved", Progress.DONE),
    ],
)
def test_a_volume_of_which_nothing_is_known_is_never_taken_for_an_old_one(
    progress: Progress, status: str, then: Progress
) -> None:
    now = target(0, status, progress=progress)
    changed = retried(now)
    assert (changed.progress, changed.attempt) == (then, 1)
    if now.content is not Content.OLD:
        assert replace(now, record=changed).content is not Content.OLD


def test_a_person_who_retries_accepts_the_volume_as_it_is_now() -> None:
    assert not detached(changed_at=5).is_as_it_was
    assert replace(detached(), record=retried(detached(changed_at=5))).is_as_it_was
    assert retried(target()).changed_at == 0


def test_nova_is_asked_once_more_only_where_it_halted_at_the_instance() -> None:
    kept = record(asked=Act.STOP, halted=True, seen_at=1, turn=999)
    anew = confirmed(kept, Halt.NOT_STOPPED, NOW)
    # It may be shut off: the person who goes on has seen that it runs.
    assert anew == replace(kept, asked=Act.START, halted=False, seen_at=NOW, turn=999)
    assert confirmed(kept, Halt.NOT_SHELVED, NOW).asked is None
    assert confirmed(kept, Halt.WRITE_REFUSED, NOW).asked is Act.STOP
    assert confirmed(kept, Halt.LEFT, NOW).asked is Act.STOP
    ended = given_up(kept, NOW)
    assert (ended.asked, ended.stage, ended.halted) == (None, Stage.GIVING_UP, False)


@pytest.mark.parametrize(
    ("step", "kept", "changed"),
    [
        (Step(), {}, None),
        (Step(), {"seen_at": NOW - REFRESHED - 1}, {"seen_at": NOW}),
        (Step(Act.WRITE), {"seen_at": NOW - REFRESHED - 1}, {"seen_at": NOW}),
        (Step(halt=Halt.LOCKED), {}, {"halted": True}),
        (Step(halt=Halt.LOCKED), {"halted": True}, None),
        # Whoever comes back only looks: it does not go on because of it.
        (Step(), {"seen_at": NOW - LEFT_ALONE - 1}, {"halted": True}),
        (Step(Act.DESCRIBE), {"seen_at": NOW - LEFT_ALONE - 1}, {"halted": True}),
        (Step(), {"seen_at": NOW + LEFT_ALONE + 1}, {"halted": True}),
        (Step(), {"seen_at": NOW - LEFT_ALONE - 1, "halted": True}, None),
        (Step(), {"stage": Stage.FINISHED, "seen_at": 5}, None),
    ],
)
def test_what_is_written_down_because_somebody_looks(
    step: Step, kept: dict[str, Any], changed: dict[str, Any] | None
) -> None:
    now = plan(target(**kept))
    found = seen(now, step, NOW)
    assert found == (replace(now.lead.record, **changed) if changed else None)


def test_the_ids_of_a_record_are_those_of_its_plan() -> None:
    found = again(write(record(2, count=3)))
    assert found is not None
    assert (found.plan_id, found.snapshot_id, found.instance_id) == (PLAN, snapshot_id(2), INSTANCE)
