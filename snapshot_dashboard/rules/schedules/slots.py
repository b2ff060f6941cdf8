# SPDX-License-Identifier: Apache-2.0
"""The moments at which a schedule takes snapshots.

Each has an id, which is all that tells whether it was taken: of a daily or weekly schedule the
date where the schedule is, else the minute in UTC. So a day has one, whatever the clocks there do
meanwhile. A time of day that a change of the clocks leaves out is as many minutes after the
change as it would have been after the beginning of the gap; of one that comes twice the first
counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from snapshot_dashboard.rules.schedules.schedule import Rhythm, Schedule, moment_of, zone_of

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MINUTE = "%Y-%m-%dT%H:%MZ"
_MINUTE_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ", re.ASCII)
_ONE_DAY = timedelta(days=1)
# From a week before to a week after: no zone changes by more than a day.
_AROUND = range(-8, 9)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One moment (in UTC) with the id by which it is known."""

    at: datetime
    id: str


def latest(schedule: Schedule, now: datetime) -> Slot | None:
    """Return the slot that has begun last, None before the first."""
    begun = [each for each in _around(schedule, now) if schedule.since <= each.at <= now]
    return max(begun, default=None)


def following(schedule: Schedule, after: datetime) -> Slot:
    """Return the first slot later than a moment, and not before the schedule begins."""
    if after < schedule.since:
        after = schedule.since - timedelta(microseconds=1)
    return min(each for each in _around(schedule, after) if each.at > after)


def named(schedule: Schedule, slot_id: str) -> Slot | None:
    """Return the slot with an id, None for what is no id of any schedule.

    An id stays one when the schedule is changed: a date is that day at today's time of day.
    """
    if _DAY.fullmatch(slot_id):
        day = moment_of(slot_id, "%Y-%m-%d")
        return Slot(_moment(schedule, day.date()), slot_id) if day else None
    at = moment_of(slot_id, _MINUTE) if _MINUTE_FORM.fullmatch(slot_id) else None
    return Slot(at, slot_id) if at else None


def is_ahead(schedule: Schedule, slot: Slot, now: datetime) -> bool:
    """Tell whether a slot comes later than the next one: a clock may be set back a little."""
    return slot.at > now + schedule.longest_gap


def local_day(schedule: Schedule, slot: Slot) -> date:
    """Return the day of a slot where the schedule is."""
    if _DAY.fullmatch(slot.id):
        return date.fromisoformat(slot.id)
    return slot.at.astimezone(zone_of(schedule.zone)).date()


def today(schedule: Schedule, now: datetime) -> date:
    """Return the date where the schedule is."""
    return now.astimezone(zone_of(schedule.zone)).date()


def _around(schedule: Schedule, now: datetime) -> list[Slot]:
    """Return the slots of the days around a moment."""
    middle = now.astimezone(timezone.utc).date()
    if schedule.rhythm is Rhythm.HOURS:
        step = timedelta(hours=schedule.hours)
        first = datetime.combine(middle, schedule.at, timezone.utc)
        begun = first + (now - first) // step * step
        return [Slot(each, f"{each:{_MINUTE}}") for each in (begun, begun + step)]
    days = [middle + each * _ONE_DAY for each in _AROUND]
    if schedule.rhythm is Rhythm.WEEKLY:
        days = [each for each in days if each.weekday() == schedule.weekday]
    return [Slot(_moment(schedule, day), day.isoformat()) for day in days]


def _moment(schedule: Schedule, day: date) -> datetime:
    local = datetime.combine(day, schedule.at, zone_of(schedule.zone))
    return local.astimezone(timezone.utc)
