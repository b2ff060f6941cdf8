# SPDX-License-Identifier: Apache-2.0
"""Dates and durations as this person reads them.

Horizon activates a person's time zone for whole pages only: for a script's request the thread
still has the zone of whoever it served before. So the zone is always taken from the request.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from horizon.utils import functions

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def zone(request: HttpRequest) -> ZoneInfo:
    """Return the person's time zone, UTC when the stored one does not exist."""
    try:
        return ZoneInfo(functions.get_timezone(request))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def shown(request: HttpRequest, moment: datetime | None) -> str:
    """Return a moment in the person's zone and language's format, a dash for none."""
    if moment is None:
        return "-"
    return str(date_format(moment.astimezone(zone(request)), "DATETIME_FORMAT"))


def shown_short(request: HttpRequest, moment: datetime | None) -> str:
    """Return a moment for a narrow column."""
    if moment is None:
        return "-"
    return str(date_format(moment.astimezone(zone(request)), "SHORT_DATETIME_FORMAT"))


def stamp(request: HttpRequest) -> str:
    """Return this minute for a default name: sorts by itself, the same in every language."""
    return timezone.now().astimezone(zone(request)).strftime("%Y-%m-%d %H:%M")


def duration(seconds: float) -> str:
    """Return a duration in its two largest units, rounded down: "3 hours, 12 minutes".

    From two days on the hours are left out; a duration below zero is nothing at all.
    """
    whole = max(int(seconds), 0)
    days, hours = whole // _DAY, whole % _DAY // _HOUR
    minutes, rest = whole % _HOUR // _MINUTE, whole % _MINUTE
    if days > 1:
        return _days(days)
    if days:
        return _joined(_days(days), _hours(hours) if hours else "")
    if hours:
        return _joined(_hours(hours), _minutes(minutes) if minutes else "")
    if minutes:
        return _joined(_minutes(minutes), _seconds(rest) if rest else "")
    return _seconds(rest)


def _joined(larger: str, smaller: str) -> str:
    if not smaller:
        return larger
    return _("%(larger)s, %(smaller)s") % {"larger": larger, "smaller": smaller}


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _seconds(count: int) -> str:
    return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}
