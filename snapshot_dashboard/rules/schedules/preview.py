# SPDX-License-Identifier: Apache-2.0
"""What a schedule will do, worked out by doing it in thought with the rules of the real thing."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from snapshot_dashboard.rules.schedules import runs, slots
from snapshot_dashboard.rules.schedules.runs import Run
from snapshot_dashboard.rules.schedules.schedule import Schedule
from snapshot_dashboard.rules.schedules.slots import Slot
from snapshot_dashboard.rules.snapshot import Snapshot

_SPACE = uuid.UUID("a2a1f2a7-6df5-4c52-8a6a-1a5f4a2b9a90")
# How many slots are worked out at most.
MOST = 400
# A moment after a slot: what it has taken can be used by then.
_AFTERWARDS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Step:
    """What happens at one slot: what is taken and deleted, and what there is afterwards.

    ``count`` is of the snapshots while the old and the new ones exist together.
    """

    slot: Slot
    deleted: tuple[Snapshot, ...]
    runs: tuple[Run, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What is deleted at once, and the steps that follow."""

    deleted_now: tuple[Snapshot, ...]
    steps: tuple[Step, ...]

    @property
    def peak(self) -> int:
        """Return how many snapshots there are at the same time at most."""
        return max((each.count for each in self.steps), default=0)


def preview(
    schedule: Schedule,
    volumes: Mapping[str, int | None],
    snapshots: Sequence[Snapshot],
    now: datetime,
    until: datetime,
    *,
    project_id: str,
    needed: Collection[str] | None = (),
) -> Preview:
    """Return what the schedule does until a moment, if the command runs at each slot and after it.

    ``volumes`` are sizes in GiB by ids, ``snapshots`` those of the project that there are.
    """
    existing = list(snapshots)
    at_once = runs.plan(schedule, runs.runs(schedule, existing), now, needed=needed).delete
    existing = _without(existing, at_once)
    steps: list[Step] = []
    slot = slots.following(schedule, now)
    running = replace(schedule, paused=False)
    while slot.at <= until and len(steps) < MOST:
        taken = runs.runs(schedule, existing)
        due = runs.plan(running, taken, slot.at, needed=needed).take
        if due:
            existing += [
                _snapshot(schedule, due, project_id, volume_id, size, len(volumes))
                for volume_id, size in volumes.items()
            ]
            taken = runs.runs(schedule, existing)
            count = sum(len(each.snapshots) for each in taken)
            later = due.at + _AFTERWARDS
            deleted = runs.plan(running, taken, later, needed=needed).delete
            existing = _without(existing, deleted)
            steps.append(Step(due, deleted, runs.runs(schedule, existing), count))
        slot = slots.following(schedule, slot.at)
    return Preview(at_once, tuple(steps))


def _without(existing: Sequence[Snapshot], gone: Collection[Snapshot]) -> list[Snapshot]:
    ids = {each.id for each in gone}
    return [each for each in existing if each.id not in ids]


def _snapshot(
    schedule: Schedule, slot: Slot, project_id: str, volume_id: str, size: int | None, count: int
) -> Snapshot:
    """Return the snapshot that will be made."""
    return Snapshot(
        id=str(uuid.uuid5(_SPACE, f"{slot.id}/{volume_id}")),
        name="",
        size=size,
        status="available",
        volume_id=volume_id,
        project_id=project_id,
        created_at=slot.at,
        metadata=runs.marks(schedule, slot, volume_id, count=count, failed=0),
    )
