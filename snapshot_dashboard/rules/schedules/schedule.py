# SPDX-License-Identifier: Apache-2.0
"""A schedule of snapshots, and the entry in the metadata of a volume in which it is kept.

The entry is all that there is of a schedule, so it goes where the volume goes. It names the
project that it was made for: with a volume that was transferred it means nothing. Whatever is
written there is read defensively: of an entry that is not understood in full nothing is done.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from snapshot_dashboard.rules.consistency import PREFIX
from snapshot_dashboard.rules.ids import is_id

SCHEDULE = f"{PREFIX}schedule"
# By its constant value volumes with a schedule are found: Cinder filters by whole entries only.
SCHEDULED = f"{PREFIX}scheduled"
YES = "yes"
# What takes a schedule away, and what is known of its runs with it.
LAST_RUN = f"{PREFIX}schedule_last"
REMOVED: Mapping[str, str] = {SCHEDULE: "", SCHEDULED: "", LAST_RUN: ""}

# So that a day has a whole number of runs.
HOURS = (1, 2, 3, 4, 6, 8, 12)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEARS = range(1970, 9000)
MOST_LAST = 100
MOST_WEEKS = 53
MOST_MONTHS = 60
MOST_DAYS = 3660
_VERSION = "v1"
_SINCE = "%Y-%m-%dT%H:%MZ"
_ID = re.compile(r"[0-9a-f]{16}")
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,40}")
# The numbers of what is kept, and the words that stand alone, in the order in which they come.
_NUMBERS = ("last", "weeks", "months", "days")
_FLAGS = ("attached", "quiesced", "paused")
_TEXT = re.compile(
    rf"{_VERSION} (?P<id>[0-9a-f]{{16}}) project=(?P<project>[0-9a-f]{{12}})"
    rf" (?:(?P<daily>daily)|weekly=(?P<weekday>{'|'.join(WEEKDAYS)})|every=(?P<hours>[1-9][0-9]?)h)"
    r" at=(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]) zone=(?P<zone>[A-Za-z0-9_+/-]{1,40})"
    r" since=(?P<since>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z)"
    + "".join(rf"(?: {each}=(?P<{each}>[1-9][0-9]{{0,3}}))?" for each in _NUMBERS)
    + r"(?: instance=(?P<instance>[A-Za-z0-9_-]{1,64}))?"
    + "".join(rf"(?P<{each}> {each})?" for each in _FLAGS)
)


class Rhythm(Enum):
    """How often snapshots are taken."""

    HOURS = "hours"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Retention:
    """What is kept: so many, or each for a number of days.

    ``last`` is how many of the newest; ``weeks`` and ``months`` are how many of the last weeks
    and months keep their newest snapshot beside these. Where ``days`` is not 0 it decides alone.
    """

    last: int = 0
    weeks: int = 0
    months: int = 0
    days: int = 0

    @property
    def valid(self) -> bool:
        """Tell whether it is within the limits, and keeps at least one."""
        if self.days:
            return not (self.last or self.weeks or self.months) and 0 < self.days <= MOST_DAYS
        within = 0 < self.last <= MOST_LAST and 0 <= self.weeks <= MOST_WEEKS
        return within and 0 <= self.months <= MOST_MONTHS


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to take snapshots of a volume, or of an instance's volumes together, and what to keep.

    ``id`` is 16 hexadecimal digits, the same on each volume of an instance. ``at`` is the time of
    day in ``zone``; of a schedule by ``hours``, which counts from there in elapsed time, it is the
    time of the first one of a day in UTC. No run is due before ``since``. ``attached`` says that
    somebody has accepted snapshots of a volume in use, ``quiesced`` that file systems are frozen
    where that is certain.
    """

    id: str
    project: str
    rhythm: Rhythm
    at: time
    zone: str
    since: datetime
    retention: Retention
    hours: int = 0
    weekday: int = 0
    instance_id: str = ""
    attached: bool = False
    quiesced: bool = False
    paused: bool = False

    @property
    def valid(self) -> bool:
        """Tell whether it can be written, and read again as it is."""
        hours = self.hours in HOURS if self.rhythm is Rhythm.HOURS else self.hours == 0
        weekly = self.rhythm is Rhythm.WEEKLY
        weekday = 0 <= self.weekday < len(WEEKDAYS) if weekly else self.weekday == 0
        instance = not self.instance_id or is_id(self.instance_id)
        known = bool(_ID.fullmatch(self.id)) and zone_of(self.zone) is not None
        return hours and weekday and instance and known and self.retention.valid

    def of_project(self, project_id: str) -> bool:
        """Tell whether it was made for this project."""
        return self.project == mark_of(project_id)

    @property
    def longest_gap(self) -> timedelta:
        """Return the time from one run to the next."""
        if self.rhythm is Rhythm.HOURS:
            return timedelta(hours=self.hours)
        return timedelta(days=7 if self.rhythm is Rhythm.WEEKLY else 1)


@lru_cache(maxsize=256)
def mark_of(project_id: str) -> str:
    """Return what stands for a project in a schedule: its id might not fit."""
    return hashlib.sha256(project_id.encode()).hexdigest()[:12]


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo | None:
    """Return a time zone by its name in the tz database, None for one that is not known."""
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # A folder of the database is an OSError, a name that leads out of it a ValueError.
        return None


def write(schedule: Schedule) -> dict[str, str]:
    """Return the metadata of a volume with this schedule.

    :raises ValueError: it is not valid.
    """
    if not schedule.valid:
        raise ValueError(schedule)
    return {SCHEDULE: text_of(schedule), SCHEDULED: YES}


def text_of(schedule: Schedule) -> str:
    """Return it as words, at most 255 characters."""
    rhythm = {
        Rhythm.HOURS: f"every={schedule.hours}h",
        Rhythm.DAILY: "daily",
        Rhythm.WEEKLY: f"weekly={WEEKDAYS[schedule.weekday]}",
    }[schedule.rhythm]
    words = [
        _VERSION,
        schedule.id,
        f"project={schedule.project}",
        rhythm,
        f"at={schedule.at:%H:%M}",
        f"zone={schedule.zone}",
        f"since={schedule.since.astimezone(timezone.utc).strftime(_SINCE)}",
    ]
    kept = schedule.retention
    numbers = ((name, getattr(kept, name)) for name in _NUMBERS)
    words += [f"{name}={number}" for name, number in numbers if number]
    if schedule.instance_id:
        words.append(f"instance={schedule.instance_id}")
    return " ".join([*words, *(flag for flag in _FLAGS if getattr(schedule, flag))])


def has(metadata: Mapping[str, str]) -> bool:
    """Tell whether a volume has a schedule, also one that cannot be read."""
    return bool(metadata.get(SCHEDULE))


def read(metadata: Mapping[str, str]) -> Schedule | None:
    """Return the schedule of a volume, None where there is none that is understood in full."""
    words = _TEXT.fullmatch(metadata.get(SCHEDULE, ""))
    since = moment_of(words["since"], _SINCE) if words else None
    if words is None or since is None:
        return None
    rhythm = Rhythm(words["daily"] or ("weekly" if words["weekday"] else "hours"))
    found = Schedule(
        id=words["id"],
        project=words["project"],
        rhythm=rhythm,
        at=time(int(words["hour"]), int(words["minute"])),
        zone=words["zone"],
        since=since,
        retention=Retention(**{each: int(words[each] or 0) for each in _NUMBERS}),
        hours=int(words["hours"] or 0),
        weekday=WEEKDAYS.index(words["weekday"]) if words["weekday"] else 0,
        instance_id=words["instance"] or "",
        **{flag: bool(words[flag]) for flag in _FLAGS},
    )
    return found if found.valid else None


def moment_of(text: str, form: str) -> datetime | None:
    """Return the moment that is written in this form in UTC, None where it is not."""
    try:
        found = datetime.strptime(text, form).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    # Of other years there may be no such moment in another time zone, or none that follows.
    return found if found.year in _YEARS else None
