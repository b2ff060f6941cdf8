# SPDX-License-Identifier: Apache-2.0
"""Counts the snapshots of each project by age, size and irregularities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import reduce

from snapshot_dashboard.rules.consistency import Taken, read
from snapshot_dashboard.rules.deletion import belongs_elsewhere
from snapshot_dashboard.rules.price import NOTHING, Cost
from snapshot_dashboard.rules.snapshot import Snapshot

# Foreign snapshots are shown one by one: so many can be looked at.
LONGEST = 500


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project's snapshots, temporary ones included; ``gib`` is the size of their volumes.

    ``project_id`` is empty in a total, and for snapshots whose project is not told.
    ``not_recorded`` counts those that do not say what was seen when they were taken; temporary
    ones never do, and are left out. ``failed`` counts statuses that begin with "error". ``cost``
    is empty where the operator gives no prices.
    """

    project_id: str
    count: int = 0
    gib: int = 0
    oldest: datetime | None = None
    foreign: int = 0
    temporary: int = 0
    not_recorded: int = 0
    failed: int = 0
    cost: Cost = NOTHING


_KEYS = frozenset(field.name for field in fields(ProjectLine))


def _together(first: ProjectLine, second: ProjectLine) -> ProjectLine:
    """Add two lines; the sum keeps the project of the first."""
    dates = [date for date in (first.oldest, second.oldest) if date]
    return ProjectLine(
        project_id=first.project_id,
        count=first.count + second.count,
        gib=first.gib + second.gib,
        oldest=min(dates, default=None),
        foreign=first.foreign + second.foreign,
        temporary=first.temporary + second.temporary,
        not_recorded=first.not_recorded + second.not_recorded,
        failed=first.failed + second.failed,
        cost=first.cost + second.cost,
    )


def _alone(snapshot: Snapshot, cost: Cost, *, foreign: bool) -> ProjectLine:
    temporary = snapshot.temporary
    without_note = read(snapshot.metadata).taken is Taken.NOT_RECORDED
    return ProjectLine(
        project_id=snapshot.project_id or "",
        count=1,
        gib=snapshot.size or 0,
        oldest=snapshot.created_at,
        foreign=int(foreign),
        temporary=int(temporary),
        not_recorded=int(without_note and not temporary),
        failed=int(snapshot.status.startswith("error")),
        cost=cost,
    )


class ReportTally:
    """Counts snapshots while they are read; keeps one line for each project.

    Foreign ones are the exception: the first 500 are kept. ``unknown`` counts snapshots whose
    volume could not be read: nobody knows whether they are foreign, so they are neither.
    """

    def __init__(self) -> None:
        self._lines: dict[str, ProjectLine] = {}
        self._foreign: list[tuple[Snapshot, str]] = []
        self.foreign_count = 0
        self.unknown = 0

    def add(self, snapshot: Snapshot, volume_project: str | None, cost: Cost = NOTHING) -> None:
        """Count a snapshot; ``volume_project`` is None when its volume could not be read."""
        foreign = belongs_elsewhere(snapshot, volume_project)
        line = _alone(snapshot, cost, foreign=foreign)
        known = self._lines.get(line.project_id)
        self._lines[line.project_id] = _together(known, line) if known else line
        if volume_project is None:
            self.unknown += 1
        elif foreign:
            self.foreign_count += 1
            if len(self._foreign) < LONGEST:
                self._foreign.append((snapshot, volume_project))

    @property
    def foreign(self) -> tuple[tuple[Snapshot, str], ...]:
        """Return foreign snapshots with the project of their volume, at most 500 of them."""
        return tuple(self._foreign)

    def lines(self) -> tuple[ProjectLine, ...]:
        """Return a line for each project, in the order in which they were first seen."""
        return tuple(self._lines.values())

    def total(self) -> ProjectLine:
        """Return the sum of all lines."""
        return reduce(_together, self._lines.values(), ProjectLine(""))


def ordered(lines: Iterable[ProjectLine], key: str, *, descending: bool) -> tuple[ProjectLine, ...]:
    """Sort lines by a field's name, the largest count first for a name that is none.

    Lines without a date stand last either way; equal ones are sorted by project.
    """
    if key not in _KEYS:
        key, descending = "count", True
    by_project = sorted(lines, key=lambda line: line.project_id)
    dated = [line for line in by_project if getattr(line, key) is not None]
    undated = [line for line in by_project if getattr(line, key) is None]
    dated.sort(key=lambda line: getattr(line, key), reverse=descending)
    return (*dated, *undated)
