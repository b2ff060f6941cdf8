# SPDX-License-Identifier: Apache-2.0
"""Carries out reverts in place on the cloud, without a dashboard."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from devcloud.waiting import wait_until
from snapshot_dashboard.cloud import revert_acts, revert_plan, revert_records
from snapshot_dashboard.cloud.idempotency import UnderWay
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.revert_plan import Plan, Step
from snapshot_dashboard.rules.revert_record import Before, Record
from snapshot_dashboard.rules.revert_steps import next_step

PATIENCE = 180
BEFORE = {"ACTIVE": Before.RUNNING, "SHUTOFF": Before.OFF, "SHELVED_OFFLOADED": Before.SHELVED}


@contextmanager
def silently(_step: Step) -> Iterator[None]:
    """Write no audit log."""
    yield


def begun(
    ours: Connection, instance_id: str, snapshots: dict[str, str], *, copy: bool = False
) -> None:
    """Write a plan down: ``snapshots`` by the ids of the volumes that go back to them."""
    machine = revert_plan.read_machine(ours, instance_id)
    plan_id = str(uuid.uuid4())
    records = {
        volume_id: Record(
            plan_id=plan_id,
            snapshot_id=snapshot_id,
            instance_id=instance_id,
            before=BEFORE[machine.instance.status],
            copy=copy,
            count=len(snapshots),
            index=index,
            seen_at=int(time.time()),
        )
        for index, (volume_id, snapshot_id) in enumerate(snapshots.items())
    }
    revert_records.begin(ours, records)


def plan_of(ours: Connection, instance_id: str) -> Plan:
    """Read the plan of an instance."""
    plan = revert_plan.of_instance(ours, revert_plan.read_machine(ours, instance_id))
    assert plan is not None
    return plan


def stepped(ours: Connection, instance_id: str) -> tuple[Plan, Step]:
    """Carry out one step, as an open page does, and return what was read before it."""
    plan = plan_of(ours, instance_id)
    step = next_step(plan, int(time.time()))
    if step.act:
        revert_acts.carry_out(ours, plan, step, lambda volume: f"copy of {volume.name}", silently)
    try:
        revert_records.see(ours, plan, step)
    except UnderWay:
        pass
    return plan, step


def finished(owner: Any, ours: Connection, instance_id: str) -> list[Step]:
    """Go on until the plan is over or has halted; return the acts and the halt, in order."""
    steps: list[Step] = []

    def is_over() -> bool:
        plan, step = stepped(ours, instance_id)
        if step.act or step.halt:
            steps.append(step)
        return plan.over or step.halt is not None

    wait_until(is_over, seconds=PATIENCE, what="the plan to be over", pause=0.2)
    return steps
