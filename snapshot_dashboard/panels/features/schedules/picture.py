# SPDX-License-Identifier: Apache-2.0
"""The picture of a preview: which snapshots exist after one week, two weeks, and so on.

It has attributes only, no styles, and says nothing that the table below it does not say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from snapshot_dashboard.panels.features.schedules import words
from snapshot_dashboard.rules.schedules.preview import Preview, Step
from snapshot_dashboard.rules.schedules.schedule import Schedule

_WIDTH, _ROW, _LEFT = 600, 26, 8
_WEEKS = (1, 2, 3, 4, 6, 8)
# For less than a week: that part of the time that is looked ahead.
_PARTS = (4, 2, 1)
_SAID = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One moment: how many there are, and of when; ``dots`` are places in the picture."""

    when: str
    count: int
    days: tuple[str, ...]
    more: int
    dots: tuple[str, ...]
    end: str
    y: int
    label_y: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The rows, and the size of the whole."""

    rows: tuple[Row, ...]
    width: int
    height: int


def picture(schedule: Schedule, found: Preview, now: datetime, until: datetime) -> Picture:
    """Return what there is at some moments of a preview."""
    oldest = min((run.slot.at for step in found.steps[:1] for run in step.runs), default=now)
    span = max((until - min(oldest, now)).total_seconds(), 1)

    def place(at: datetime) -> str:
        part = (at - min(oldest, now)).total_seconds() / span
        return f"{_LEFT + part * (_WIDTH - 2 * _LEFT):.1f}"

    rows = []
    for number, (at, step) in enumerate(_moments(found.steps, now, until)):
        runs = step.runs
        days = tuple(words.day(schedule, run.slot.at) for run in reversed(runs))
        y = number * _ROW + _ROW // 2
        rows.append(
            Row(
                when=words.day(schedule, at),
                count=len(runs),
                days=tuple(dict.fromkeys(days))[:_SAID],
                more=max(len(dict.fromkeys(days)) - _SAID, 0),
                # What a wrong clock has taken may be of years to come.
                dots=tuple(place(run.slot.at) for run in runs if run.slot.at <= until),
                end=place(at),
                y=y,
                label_y=y + 4,
            )
        )
    return Picture(tuple(rows), _WIDTH, max(len(rows), 1) * _ROW)


def _moments(
    steps: Sequence[Step], now: datetime, until: datetime
) -> Iterator[tuple[datetime, Step]]:
    """Yield the moments that are shown, with the last step before each."""
    weeks = [now + timedelta(weeks=count) for count in _WEEKS]
    shown = [each for each in weeks if each <= until]
    if len(shown) < 2:
        shown = [now + (until - now) / part for part in _PARTS]
    for moment in shown:
        before = [each for each in steps if each.slot.at <= moment]
        if before:
            yield moment, before[-1]
