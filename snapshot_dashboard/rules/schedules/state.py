# SPDX-License-Identifier: Apache-2.0
"""How it stands with the schedule of a volume: what the entries in its metadata tell."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from snapshot_dashboard.rules.schedules import last_run, slots
from snapshot_dashboard.rules.schedules import schedule as schedules
from snapshot_dashboard.rules.schedules.last_run import LastRun, Outcome
from snapshot_dashboard.rules.schedules.schedule import SCHEDULE, Schedule

# So much later than it was due a run is missing: the command may run once an hour only.
_LATE = timedelta(hours=2)


class Standing(Enum):
    """What there is to tell of a schedule, in the order in which the first that is true is told."""

    NOT_UNDERSTOOD = "not_understood"
    # Made for another project: the volume was transferred.
    FOREIGN = "foreign"
    PAUSED = "paused"
    # Nobody has run the command for it yet.
    NO_RUN = "no_run"
    OVERDUE = "overdue"
    FAILED = "failed"
    GOOD = "good"

    @property
    def bad(self) -> bool:
        """Tell whether snapshots are not taken as somebody may expect."""
        return self not in (Standing.GOOD, Standing.PAUSED, Standing.NO_RUN)


@dataclass(frozen=True, slots=True)
class State:
    """A schedule with its last run; ``schedule`` is None where it is not understood."""

    standing: Standing
    schedule: Schedule | None = None
    last: LastRun | None = None


def of(metadata: Mapping[str, str], project_id: str, now: datetime) -> State | None:
    """Return what a volume's metadata tell of its schedule, None where it has none."""
    if not schedules.has(metadata):
        return None
    schedule, last = schedules.read(metadata), last_run.read(metadata)
    if schedule is None:
        return State(Standing.NOT_UNDERSTOOD, None, last)
    if not schedule.of_project(project_id):
        return State(Standing.FOREIGN, schedule, last)
    return State(_standing(schedule, last, now), schedule, last)


def _standing(schedule: Schedule, last: LastRun | None, now: datetime) -> Standing:
    if schedule.paused:
        return Standing.PAUSED
    due = slots.latest(schedule, now - _LATE)
    if last is None:
        return Standing.OVERDUE if due else Standing.NO_RUN
    done = last.outcome is Outcome.TAKEN and due is not None and last.slot_id == due.id
    # A clock that was ahead has noted what is still to come.
    if due and not done and not due.at <= last.at <= now + _LATE:
        return Standing.OVERDUE
    if last.outcome is Outcome.BEGUN and now - last.at < _LATE:
        return Standing.GOOD
    return Standing.GOOD if last.outcome is Outcome.TAKEN else Standing.FAILED


def seen(metadata: Mapping[str, str]) -> str:
    """Return one word for the entry of a volume, for a form to carry: what it has shown."""
    entry = metadata.get(SCHEDULE, "")
    return hashlib.sha256(entry.encode()).hexdigest()[:16] if entry else "none"
