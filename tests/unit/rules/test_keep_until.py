# SPDX-License-Identifier: Apache-2.0
"""The day until which a snapshot is to be kept: written, read from anything, and over."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.keep_until import KEEP_UNTIL, Span, after, is_past, of, write

DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(9998, 12, 31))


@given(st.dates())
def test_what_is_written_is_read_again(day: date) -> None:
    assert of(write(day)) == day
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", write(day)[KEEP_UNTIL])


def test_taking_it_away_leaves_none() -> None:
    assert of(write(None)) is None
    assert write(None).keys() == write(date(2026, 12, 1)).keys()


@given(st.text(max_size=20))
def test_what_cannot_be_read_is_none(text: str) -> None:
    found = of({KEEP_UNTIL: text})
    assert found is None or text == found.isoformat()


@pytest.mark.parametrize(
    "text", ["", "2026-12-1", "2026-13-01", "2026-02-30", "01.12.2026", " 2026-12-01", "20261201"]
)
def test_only_whole_dates_count(text: str) -> None:
    assert of({KEEP_UNTIL: text}) is None


@pytest.mark.parametrize(
    ("today", "span", "until"),
    [
        (date(2026, 12, 1), Span.NONE, None),
        (date(2026, 12, 31), Span.DAY, date(2027, 1, 1)),
        (date(2026, 12, 1), Span.WEEK, date(2026, 12, 8)),
        (date(2026, 12, 1), Span.MONTH, date(2027, 1, 1)),
        (date(2026, 11, 30), Span.MONTH, date(2026, 12, 30)),
        (date(2026, 1, 31), Span.MONTH, date(2026, 2, 28)),
        (date(2028, 1, 31), Span.MONTH, date(2028, 2, 29)),
    ],
)
def test_a_span_ends_on_a_day(today: date, span: Span, until: date | None) -> None:
    assert after(today, span) == until


@given(DAYS, st.sampled_from([Span.DAY, Span.WEEK, Span.MONTH]))
def test_a_span_is_never_over_when_it_begins(today: date, span: Span) -> None:
    until = after(today, span)
    assert until is not None and until > today
    assert not is_past(until, today) and not is_past(until, until)
    assert is_past(until, until + timedelta(days=1))


def test_without_a_day_nothing_is_past() -> None:
    assert not is_past(None, date(2026, 12, 1))
