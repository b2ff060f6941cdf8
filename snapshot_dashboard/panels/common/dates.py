# SPDX-License-Identifier: Apache-2.0
"""Formats dates and durations in the user's time zone and language.

Horizon activates a person's time zone for whole pages only: for a script's request the thread
still has the zone of whoever it served before. So the zone is always taken from the request.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from horizon.utils import functions

from snapshot_dashboard.cloud.identity import connect

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


def with_age(request: HttpRequest, moment: datetime | None, *, short: bool = False) -> SafeString:
    """Return a moment for a table, with its age; pointing at it tells the time zone."""
    if moment is None:
        return SafeString("-")
    where = zone(request)
    name = f"{where.key} ({moment.astimezone(where):%Z})"
    return format_html(
        '<span title="{}">{} <small class="sd-age">{}</small></span>',
        _("Time zone: %(zone)s") % {"zone": name},
        (shown_short if short else shown)(request, moment),
        _("%(time)s old") % {"time": timesince(moment, connect(request).now(), depth=1)},
    )


def today(request: HttpRequest) -> date:
    """Return the date where the person is."""
    return timezone.now().astimezone(zone(request)).date()


def stamp(request: HttpRequest) -> str:
    """Return this minute for a default name: sorts by itself, the same in every language."""
    return timezone.now().astimezone(zone(request)).strftime("%Y-%m-%d %H:%M")


def duration(seconds: float) -> str:
    """Return a duration in one unit, rounded: "53 minutes", "90 minutes", "3 hours".

    The unit is the largest of which there are two, or exactly one, so that rounding changes
    little; a duration below zero is zero.
    """
    whole = max(int(seconds), 0)
    for unit, text in ((_DAY, _days), (_HOUR, _hours), (_MINUTE, _minutes)):
        if whole >= 2 * unit or whole == unit:
            return text((whole + unit // 2) // unit)
    return _seconds(whole)


def _days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}


def _minutes(count: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


def _seconds(count: int) -> str:
    return ngettext("%(count)d second", "%(count)d seconds", count) % {"count": count}
