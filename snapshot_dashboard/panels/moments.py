# SPDX-License-Identifier: Apache-2.0
"""Dates as this person reads them.

Horizon activates a person's time zone for whole pages only: for a script's request the thread
still has the zone of whoever it served before. So the zone is always taken from the request.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from horizon.utils import functions


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
