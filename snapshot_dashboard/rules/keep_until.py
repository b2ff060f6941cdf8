# SPDX-License-Identifier: Apache-2.0
"""The day until which a snapshot is to be kept, a note in its metadata: it deletes nothing.

The day is a date of the calendar and no moment: of what is kept "until Friday" the Friday is over
by the clock of whoever asks. Anybody in the project can edit it, and what cannot be read is none.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import Enum

from snapshot_dashboard.rules.consistency import PREFIX

KEEP_UNTIL = f"{PREFIX}keep_until"
_FORMAT = "%Y-%m-%d"
# strptime() takes fewer digits, too.
_LENGTH = len("2026-12-01")


class Span(Enum):
    """How long a snapshot is to be kept, for a form and for the setting with its default."""

    NONE = "none"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def of(metadata: Mapping[str, str]) -> date | None:
    """Return the day, None where there is none that can be read."""
    text = metadata.get(KEEP_UNTIL, "")
    try:
        return datetime.strptime(text, _FORMAT).date() if len(text) == _LENGTH else None
    except ValueError:
        return None


def write(day: date | None) -> dict[str, str]:
    """Return the metadata that say it; None takes a day away."""
    return {KEEP_UNTIL: day.isoformat() if day else ""}


def noted(day: date | None) -> dict[str, str]:
    """Return the metadata of a new snapshot, which has no entry without a day."""
    return write(day) if day else {}


def after(today: date, span: Span) -> date | None:
    """Return the day that ends a span; a month ends on the same day of the next, or on its last."""
    if span is Span.MONTH:
        year, month = divmod(today.year * 12 + today.month, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(today.day, last))
    days = {Span.DAY: 1, Span.WEEK: 7}.get(span)
    return today + timedelta(days=days) if days else None


def is_past(day: date | None, today: date) -> bool:
    """Tell whether the day is over."""
    return day is not None and day < today
