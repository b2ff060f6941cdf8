# SPDX-License-Identifier: Apache-2.0
"""How far a revert in place is: the marks of its steps, and what is not the same situation."""

from dataclasses import replace
from typing import Any

import pytest

from snapshot_dashboard.rules import holds, revert_ticket
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.revert_plan import Halt, Plan, Step, Target
from snapshot_dashboard.rules.revert_progress import (
    Mark,
    Part,
    fingerprint,
    is_going,
    is_known,
    is_mixed,
    items,
    unwritten,
)
from snapshot_dashboard.rules.revert_record import RECORD, Act, Before, Progress, Record, Stage
from snapshot_dashboard.rules.revert_steps import next_step
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

PLAN = "5a1fc0de-0000-4000-8000-000000000001"
NOW = 1_800_000_000


def target(index: int, progress: Progress = Progress.OLD, status: str = "in-use") -> Target:
    """Return one volume of a plan of two."""
    record = Record(
        plan_id=PLAN,
        snapshot_id=f"s{index}",
        instance_id="i1",
        before=Before.RUNNING,
        count=2,
        index=index,
        progress=progress,
        seen_at=NOW,
    )
    return Target(Volume(f"v{index}", f"disk {index}", 1, status), record)


def plan(status: str, *targets: Target, **lead: Any) -> Plan:
    """Return a plan of an instance, with these words in its first volume's record."""
    found = targets or (target(0), target(1))
    first = replace(found[0], record=replace(found[0].record, **lead))
    return Plan((first, *found[1:]), Instance("i1", "web", status))


def marks(of: Plan, step: Step | None = None) -> list[tuple[str, str]]:
    """Return the steps and their marks in words."""
    decided = next_step(of, NOW) if step is None else step
    return [(each.part.value, each.mark.value) for each in items(of, decided)]


def test_the_steps_of_a_running_instance_are_listed_before_the_first_is_done() -> None:
    assert marks(plan("ACTIVE")) == [
        ("shut_off", "current"),
        ("shelve", "later"),
        ("write", "later"),
        ("write", "later"),
        ("describe", "later"),
        ("unshelve", "later"),
    ]


def test_what_was_asked_for_is_waited_for() -> None:
    asked = replace(plan("ACTIVE", asked=Act.STOP), instance=Instance("i1", "w", "ACTIVE", "off"))
    assert marks(asked)[:2] == [("shut_off", "waiting"), ("shelve", "later")]


def test_a_volume_that_is_written_is_done_and_the_one_being_written_is_waited_for() -> None:
    volumes = (
        target(0, Progress.DONE, "reserved"),
        target(1, Progress.SENT, "downloading"),
    )
    assert marks(plan("SHELVED_OFFLOADED", *volumes)) == [
        ("shut_off", "done"),
        ("shelve", "done"),
        ("write", "done"),
        ("write", "waiting"),
        ("describe", "later"),
        ("unshelve", "later"),
    ]


def test_a_halt_marks_the_volume_that_it_is_about() -> None:
    volumes = (target(0, Progress.REFUSED, "reserved"), target(1, Progress.OLD, "reserved"))
    found = marks(plan("SHELVED_OFFLOADED", *volumes))
    assert found[2:4] == [("write", "halted"), ("write", "later")]


def test_everything_is_done_in_the_end_and_what_was_left_out_is_told() -> None:
    done = plan("ACTIVE", target(0, Progress.DONE), target(1, Progress.DONE), stage=Stage.FINISHED)
    assert {mark for _part, mark in marks(done)} == {"done"}
    ended = plan("ACTIVE", target(0, Progress.DONE), target(1), stage=Stage.GIVEN_UP)
    assert marks(ended) == [("write", "done"), ("write", "left_out"), ("put_back", "done")]


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("before", Before)
def test_every_act_is_going_on_in_at_most_one_step(act: Act, before: Before) -> None:
    found = items(plan("ACTIVE", before=before), Step(act))
    assert found
    assert sum(each.mark is Mark.CURRENT for each in found if each.part is not Part.WRITE) <= 1


@pytest.mark.parametrize("halt", Halt)
def test_every_halt_is_marked_in_the_list(halt: Halt) -> None:
    of = plan("SHELVED_OFFLOADED")
    found = items(of, Step(halt=halt, target=of.lead))
    assert [each.mark for each in found].count(Mark.HALTED) == 1


def test_volumes_that_do_not_belong_together_are_known() -> None:
    assert not is_mixed(plan("ACTIVE"))
    half = plan("ACTIVE", target(0, Progress.DONE), target(1))
    assert is_mixed(half)
    assert is_known(half)
    assert not is_known(plan("ACTIVE", target(0, Progress.SENT), target(1)))


def test_only_what_is_not_written_yet_will_be_lost() -> None:
    half = plan("ACTIVE", target(0, Progress.NEW), target(1, Progress.SENT))
    assert [each.volume.id for each in unwritten(half)] == ["v1"]
    assert unwritten(plan("ACTIVE", stage=Stage.GIVING_UP)) == ()


def test_a_look_is_no_other_situation_but_a_status_is() -> None:
    step = Step(halt=Halt.PAUSED)
    shown = fingerprint(plan("SHUTOFF"), step)
    assert fingerprint(plan("SHUTOFF", halted=True, seen_at=NOW + 9), step) == shown
    assert fingerprint(plan("ACTIVE"), step) != shown
    assert fingerprint(plan("SHUTOFF", attempt=1), step) != shown
    assert fingerprint(plan("SHUTOFF"), Step(halt=Halt.LEFT)) != shown
    assert fingerprint(plan("SHUTOFF", target(0, status="error"), target(1)), step) != shown


def test_a_record_tells_whether_its_revert_is_over() -> None:
    record = target(0).record
    assert is_going(record)
    assert is_going(replace(record, stage=Stage.GIVING_UP))
    assert not is_going(replace(record, stage=Stage.FINISHED))
    assert not is_going(None)


AROUND = revert_ticket.Around("RegionOne", "p1", "Web", "anna", "out of space", "req-1")


@pytest.mark.parametrize("halt", Halt)
def test_a_ticket_says_what_there_is_and_what_to_do(halt: Halt) -> None:
    of = plan("ERROR", target(0, Progress.SENT, "error"), target(1))
    text = revert_ticket.of_plan(of, Step(halt=halt, target=of.lead), {}, AROUND)
    assert "%(" not in text
    assert "Message: out of space\nRequest id req-1\nNext step: " in text
    assert 'Volume v0 "disk 0" status error, content unknown, snapshot s0' in text
    command = "openstack volume set --state reserved v0"
    assert (command in text) == (halt is Halt.WRITE_FAILED)


def test_a_volume_that_may_be_written_for_ever_is_for_support() -> None:
    of = plan("SHELVED_OFFLOADED", target(0, Progress.DOUBTED, "downloading"), target(1))
    step = next_step(of, NOW)
    assert step.halt is Halt.WRITE_UNKNOWN
    assert "openstack volume set --state" in revert_ticket.of_plan(of, step, {}, AROUND)


def test_a_ticket_tells_the_hold_of_a_snapshot() -> None:
    of = plan("ACTIVE", target(0))
    snapshot_id = of.lead.record.snapshot_id
    held = Snapshot(snapshot_id, "n", 1, "available", "v", metadata={holds.HOLD: "audit"})
    step = Step(halt=Halt.LOCKED)
    text = revert_ticket.of_plan(of, step, {snapshot_id: held}, AROUND)
    assert f'  Snapshot {snapshot_id}: On hold since unknown by unknown: "audit"' in text
    assert "On hold" not in revert_ticket.of_plan(of, step, {}, AROUND)


def test_a_name_cannot_add_a_line_to_a_ticket() -> None:
    hostile = replace(target(0).volume, name='x"\nNext step: delete it')
    of = plan("ACTIVE", replace(target(0), volume=hostile), target(1))
    text = revert_ticket.of_plan(of, Step(halt=Halt.LOCKED), {}, AROUND)
    assert text.count("\nNext step: ") == 1
    assert RECORD not in text
