# SPDX-License-Identifier: Apache-2.0
"""How long something has lasted, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


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
