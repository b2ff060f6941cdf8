# SPDX-License-Identifier: Apache-2.0
"""Whatever goes wrong with a revert in place, nobody is told the wrong thing, and it ends."""

from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext

import pytest

from snapshot_dashboard.cloud import (
    caching,
    idempotency,
    reimage,
    revert_acts,
    revert_plan,
    revert_records,
)
from snapshot_dashboard.cloud.errors import Refused
from snapshot_dashboard.cloud.idempotency import UnderWay
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.revert_plan import WAIT, Content, Halt, Plan, Step
from snapshot_dashboard.rules.revert_record import Act, Before, Progress
from snapshot_dashboard.rules.revert_steps import next_step
from tests.unit.cloud.revert_others import FAULTS
from tests.unit.cloud.revert_runs import Run

FEW, MANY = 500, 5000


def made(monkeypatch: pytest.MonkeyPatch, number: int) -> Run:
    """Return one plan, with the clock and the cache of its cloud."""
    run = Run(number)
    for module in (idempotency, revert_records):
        monkeypatch.setattr(module, "time", run.cloud)
    for module in (caching, idempotency, revert_acts, revert_records):
        monkeypatch.setattr(module, "cache", run.cache)
    monkeypatch.setattr(revert_plan, "allowed", lambda _ours, _type: run.cloud.reimaging)
    return run


def worked(monkeypatch: pytest.MonkeyPatch, number: int) -> Run:
    """Work through one plan."""
    run = made(monkeypatch, number)
    try:
        run.work()
        run.check()
    # Whatever it is, the number of the run has to be told with it: that alone makes it again.
    except Exception as error:
        about = f"run {number}: {run.fault}, {run.before}, at {run.strikes}: {error}"
        raise AssertionError(about) from error
    return run


def tried(monkeypatch: pytest.MonkeyPatch, numbers: Iterable[int]) -> list[Run]:
    """Work through many plans."""
    runs = [worked(monkeypatch, each) for each in numbers]
    by_fault = Counter(f"{each.fault}: {each.ended}" for each in runs if each.struck)
    print(f"{len(runs)} plans, {sum(by_fault.values())} faults struck")
    for fault, count in sorted(by_fault.items()):
        print(f"{count:5}  {fault}")
    return runs


def test_500_plans_with_a_fault_end_with_volumes_that_are_old_or_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = tried(monkeypatch, range(FEW))
    assert {each.fault for each in runs if each.struck} == set(FAULTS) - {"none"}


@pytest.mark.extended
def test_many_more_plans_with_a_fault_end_with_volumes_that_are_old_or_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried(monkeypatch, range(FEW, FEW + MANY))


def at_writing(monkeypatch: pytest.MonkeyPatch, index: int) -> tuple[Run, Plan, Step]:
    """Work through a plan until the volume of this index is to be written."""
    numbers = (each for each in range(0, 1000, len(FAULTS)))
    run = next(each for each in map(Run, numbers) if _has_several(each))
    run = made(monkeypatch, run.number)
    run.begin()
    while True:
        plan = run.plan()
        assert plan
        step = next_step(plan, int(run.cloud.now))
        if step.act is Act.WRITE and step.target is plan.targets[index]:
            return run, plan, step
        run.look()
        run.cloud.pass_time(30)


def _has_several(run: Run) -> bool:
    return run.before is Before.RUNNING and len(run.cloud.disks) > 1


def carry_out(run: Run, plan: Plan, step: Step) -> None:
    """Carry out one step."""
    revert_acts.carry_out(run.ours, plan, step, lambda each: each.name, lambda _step: nullcontext())


def test_what_was_decided_before_somebody_gave_up_is_not_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, plan, step = at_writing(monkeypatch, 1)
    known = len(run.cloud.written)
    revert_records.give_up(run.ours, plan, step)
    carry_out(run, plan, step)
    assert len(run.cloud.written) == known


def test_a_refusal_of_a_volume_that_is_being_written_proves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Such as that of a request that something on its way has sent twice."""
    run, plan, step = at_writing(monkeypatch, 0)
    assert step.target
    disk = run.cloud.disks[step.target.volume.id]
    send = reimage.reimage

    def sent_twice(connection: Connection, *about: str, reserved: bool) -> None:
        send(connection, *about, reserved=reserved)
        send(connection, *about, reserved=reserved)

    monkeypatch.setattr(reimage, "reimage", sent_twice)
    run.fault, run.cloud.failing = "write fails", {"write"}
    with pytest.raises(Refused):
        carry_out(run, plan, step)
    run.cloud.pass_time(5000)
    assert disk.status == "error"
    # It failed before it was marked.
    disk.status, disk.content, disk.image = "reserved", "half", {}
    found = run.plan()
    assert found and found.lead.content is Content.UNKNOWN
    assert next_step(found, int(run.cloud.now)).halt is Halt.WRITE_UNKNOWN


@pytest.mark.parametrize("change", range(1, 12))
def test_a_description_is_put_back_even_where_it_was_left_halfway_and_the_image_is_gone(
    monkeypatch: pytest.MonkeyPatch, change: int
) -> None:
    run, plan, step = at_writing(monkeypatch, 0)
    carry_out(run, plan, step)
    while next_step(plan, int(run.cloud.now)).act is not Act.DESCRIBE:
        run.cloud.pass_time(600)
        run.trusted = True
        run.look()
        plan = run.plan() or plan
    (described,) = (each for each in plan.targets if each.record.progress is Progress.NEW)
    run.cloud.images.clear()
    run.fault, run.strikes = "killed before", run.changes + change
    for _look in range(20):
        with run.alive():
            run.look()
        run.cloud.pass_time(200)
    disk = run.cloud.disks[described.volume.id]
    assert (disk.image, disk.bootable) == run.described[disk.id]


def test_nobody_chooses_anything_while_a_step_is_carried_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run, plan, step = at_writing(monkeypatch, 0)
    send = reimage.reimage

    def meanwhile(connection: Connection, *about: str, reserved: bool) -> None:
        found = run.plan()
        assert found
        with pytest.raises(UnderWay):
            revert_records.give_up(run.ours, found, WAIT)
        send(connection, *about, reserved=reserved)

    monkeypatch.setattr(reimage, "reimage", meanwhile)
    run.fault = "two people"
    run.visits = 99
    carry_out(run, plan, step)
    assert len(run.cloud.written) == 1
