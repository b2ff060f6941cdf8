# SPDX-License-Identifier: Apache-2.0
"""How far a schedule is looked ahead for a page, and how many snapshots it has in the long run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.schedules import preview
from snapshot_dashboard.rules.schedules.schedule import Schedule
from snapshot_dashboard.rules.snapshot import Snapshot

_WEEKS = timedelta(weeks=8)
# So many snapshots are looked at for one page, all its steps together: it takes about a second.
_EFFORT = 20_000
_PER_SET = frozenset({sets.SET, sets.SIZE})


def horizon(schedule: Schedule, now: datetime) -> tuple[datetime, bool]:
    """Return until when it is looked ahead, and whether that is less than usual.

    Eight weeks, unless that would take too long.
    """
    affordable = _EFFORT // max(most(schedule), 1)
    steps = min(preview.MOST, affordable)
    until = now + schedule.longest_gap * steps
    usual = now + _WEEKS
    return min(until, usual), until < usual


def most(schedule: Schedule) -> int:
    """Return how many snapshots of one volume there are at most in the long run.

    One more than are kept, while the old and the new one exist together. Beside them is what the
    schedule must not delete.
    """
    kept = schedule.retention
    if kept.days:
        # The day on which it is taken, and the one that is not over yet.
        return ceil(timedelta(days=kept.days + 1) / schedule.longest_gap) + 1
    return kept.last + kept.weeks + kept.months + 1


def alone(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """Return snapshots of one volume without the sets that they are part of.

    So that one volume of an instance stands for all: to go through each would take too long.
    """
    return [
        replace(each, metadata={k: v for k, v in each.metadata.items() if k not in _PER_SET})
        for each in snapshots
    ]
