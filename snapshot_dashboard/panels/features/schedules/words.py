# SPDX-License-Identifier: Apache-2.0
"""A schedule in words: when, what is kept, and who takes the snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard import settings
from snapshot_dashboard.rules.schedules.schedule import Rhythm, Schedule

KEPT_ALL_THE_SAME = gettext_lazy(
    "Never deleted by a schedule: what it has not taken itself, what is on hold, what has a day "
    "of its own to come, what a volume needs, and the last run that can be used."
)
ATTACHED = gettext_lazy("Take snapshots while a volume is in use, too")
QUIESCED = gettext_lazy("Freeze the file systems first, where that is certain")
CORRUPTED = gettext_lazy(
    "A snapshot of a volume in use may be corrupted. It is at best crash-consistent, as after a "
    "sudden power cut."
)
_RUNNERS = {
    "user": gettext_lazy(
        "Nothing runs a schedule by itself: somebody of the project has to run a command regularly."
    ),
    "operator": gettext_lazy(
        "In this cloud support runs the command for the projects that have opted in. Ask support "
        "whether yours has."
    ),
}
NO_RUN = gettext_lazy("No run yet: a schedule alone takes nothing.")


def runner() -> str | Promise:
    """Return who takes the snapshots."""
    return _RUNNERS.get(str(settings.get("SCHEDULES")), _RUNNERS["user"])


def rhythm(schedule: Schedule, now: datetime) -> str:
    """Return when snapshots are taken."""
    where = {"zone": schedule.zone}
    if schedule.rhythm is Rhythm.HOURS:
        first = datetime.combine(now.date(), schedule.at, ZoneInfo("UTC"))
        local = first.astimezone(ZoneInfo(schedule.zone)).time()
        text = ngettext(
            "Every hour, counted from %(time)s (%(zone)s)",
            "Every %(count)d hours, counted from %(time)s (%(zone)s)",
            schedule.hours,
        )
        return text % {"count": schedule.hours, "time": time_format(local), **where}
    at = time_format(schedule.at)
    if schedule.rhythm is Rhythm.DAILY:
        return _("Daily at %(time)s (%(zone)s)") % {"time": at, **where}
    text = _("Weekly, on %(day)s at %(time)s (%(zone)s)")
    return text % {"day": WEEKDAYS[schedule.weekday], "time": at, **where}


def retention(schedule: Schedule) -> str:
    """Return what is kept, in sentences."""
    return " ".join(_retention(schedule))


def _retention(schedule: Schedule) -> Iterator[str]:
    kept = schedule.retention
    if kept.days:
        text = ngettext(
            "Each snapshot is kept for %(count)d day.",
            "Each snapshot is kept for %(count)d days.",
            kept.days,
        )
        yield text % {"count": kept.days}
        return
    text = ngettext(
        "The newest snapshot is kept.", "The newest %(count)d snapshots are kept.", kept.last
    )
    yield text % {"count": kept.last}
    if kept.weeks:
        text = ngettext(
            "The newest one of the last week is kept, too.",
            "The newest one of each of the last %(count)d weeks is kept, too.",
            kept.weeks,
        )
        yield text % {"count": kept.weeks}
    if kept.months:
        text = ngettext(
            "The newest one of the last month is kept, too.",
            "The newest one of each of the last %(count)d months is kept, too.",
            kept.months,
        )
        yield text % {"count": kept.months}


def options(schedule: Schedule) -> list[str]:
    """Return what else was chosen, in sentences."""
    found = [
        _("Snapshots are taken while a volume is in use, too.")
        if schedule.attached
        else _("While a volume is in use, nothing is taken.")
    ]
    if schedule.instance_id:
        found.append(_("All volumes of the instance are taken together, as a set."))
    if schedule.quiesced:
        found.append(_("The file systems are frozen first where that is certain."))
    return found


def moment(schedule: Schedule, at: datetime) -> str:
    """Return a moment in the zone of the schedule."""
    return str(date_format(at.astimezone(ZoneInfo(schedule.zone)), "DATETIME_FORMAT"))


def day(schedule: Schedule, at: datetime) -> str:
    """Return the day of a moment in the zone of the schedule."""
    return str(date_format(at.astimezone(ZoneInfo(schedule.zone)), "DATE_FORMAT"))


UNCLEAR = gettext_lazy("A schedule that is not understood, or was made for another project")
