# SPDX-License-Identifier: Apache-2.0
"""Conditions of a list that Cinder may not filter by: a part of a name, an age, a tag, and more."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from snapshot_dashboard.rules.schedules import state
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.support_search import has_part
from snapshot_dashboard.rules.volume import Volume

_AGE = re.compile(r"(older|newer):(\d{1,3})([hdwmy])")
_SPANS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MONTHS = {"m": 1, "y": 12}


class Wanted(Enum):
    """Which volumes are looked for by their schedules."""

    ANY = "any"
    # The last run has failed, or is missing, or the schedule is not understood.
    BAD = "bad"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an object has to be: of a name with ``part`` in it, and of an age.

    It was made before ``before``, or not before ``since``. ``tag`` is a name and the value that its
    metadata have of it. ``schedule`` is how it stands with the schedule of a volume, at ``now``.
    """

    part: str = ""
    before: datetime | None = None
    since: datetime | None = None
    tag: tuple[str, str] | None = None
    schedule: Wanted | None = None
    now: datetime | None = None

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self.part or self.before or self.since or self.tag or self.schedule)

    def met_by(self, each: Snapshot | Volume) -> bool:
        """Tell whether an object is like that; one whose age is not known is of none."""
        if not has_part(each.name, self.part):
            return False
        if self.tag and each.metadata.get(self.tag[0]) != self.tag[1]:
            return False
        if self.schedule and self.now and not _is_scheduled(each, self.schedule, self.now):
            return False
        made = each.created_at
        if made is None:
            return not (self.before or self.since)
        return not (self.before and made >= self.before) and not (self.since and made < self.since)

    def end_at(self, each: Snapshot | Volume, *, descending: bool) -> bool:
        """Tell whether none from this one on can be, in the order of creation."""
        made = each.created_at
        if made is None:
            return False
        if descending:
            return self.since is not None and made < self.since
        return self.before is not None and made >= self.before

    def are_first(self, *, descending: bool) -> bool:
        """Tell whether those that are so come before all others, in the order of creation."""
        return not (self.part or self.tag or self.schedule) and (
            self.before is None if descending else self.since is None
        )


def _is_scheduled(each: Snapshot | Volume, wanted: Wanted, now: datetime) -> bool:
    found = state.of(each.metadata, each.project_id or "", now)
    if wanted is Wanted.NONE or found is None:
        return wanted is Wanted.NONE and found is None
    return wanted is Wanted.ANY or found.standing.bad


def of_age(text: str, now: datetime) -> Conditions | None:
    """Return the condition of "older:1m" (h, d, w, m, y), None for what is none."""
    found = _AGE.fullmatch(text)
    if not found:
        return None
    moment = _earlier(now, int(found[2]), found[3])
    return Conditions(before=moment) if found[1] == "older" else Conditions(since=moment)


def is_oldest_first(text: str) -> bool:
    """Tell whether whoever looks for this age is shown the oldest first."""
    return text.startswith("older:")


def _earlier(now: datetime, count: int, unit: str) -> datetime:
    """Return the moment so long ago: a month ago is the same day of the month, or its last."""
    if unit in _SPANS:
        return now - count * _SPANS[unit]
    year, month = divmod(now.year * 12 + now.month - 1 - count * _MONTHS[unit], 12)
    day = min(now.day, calendar.monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)
