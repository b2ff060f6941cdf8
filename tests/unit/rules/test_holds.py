# SPDX-License-Identifier: Apache-2.0
"""Holds: accepted by Cinder, read from whatever somebody has written, never overlooked."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules import holds
from snapshot_dashboard.rules.holds import HOLD, HOLD_AT, HOLD_BY, RELEASED, Hold, of, write

# cinder/api/validation/parameter_types.py, which has this pattern for every kind of metadata.
CINDERS_KEY = re.compile(r"[a-zA-Z0-9-_:. /]{1,255}")
NOW = datetime(2026, 12, 1, 3, 30, 15, tzinfo=timezone.utc)
TEXT = st.text(max_size=300)
WRITTEN = st.dictionaries(st.sampled_from([HOLD, HOLD_BY, HOLD_AT, "other"]), TEXT)


def test_what_is_written_is_read_again() -> None:
    at = NOW.astimezone(timezone(timedelta(hours=13)))
    hold = of(write("needed for the audit", "anna", at))
    assert hold == Hold("needed for the audit", "anna", NOW)
    assert str(hold) == "on hold since 2026-12-01T03:30Z, by anna: needed for the audit"


@given(TEXT, TEXT)
def test_cinder_takes_it(reason: str, by: str) -> None:
    for key, value in write(reason, by, NOW).items():
        assert CINDERS_KEY.fullmatch(key)
        assert len(value) <= 255
        assert value.isprintable() or "\u200c" in value or "\u200d" in value
        assert "\n" not in value and "\u202e" not in value


@given(WRITTEN)
def test_whatever_is_written_is_a_hold_where_there_is_a_reason(metadata: dict[str, str]) -> None:
    found = of(metadata)
    assert (found is not None) == bool(metadata.get(HOLD))
    if found:
        assert str(found)
        assert found.at is None or found.at.astimezone(timezone(timedelta(hours=-14)))


@pytest.mark.parametrize("metadata", [{}, {HOLD: ""}, {HOLD_BY: "anna", HOLD_AT: "x"}, RELEASED])
def test_without_a_reason_there_is_none(metadata: Mapping[str, str]) -> None:
    assert of(metadata) is None


def test_releasing_leaves_nothing_of_it() -> None:
    metadata = {"mine": "stays", **write("why", "anna", NOW)}
    assert of(metadata) is not None
    assert of({**metadata, **RELEASED}) is None
    assert RELEASED.keys() == write("why", "anna", NOW).keys()


def test_a_damaged_hold_is_a_hold() -> None:
    assert of({HOLD: " "}) == Hold("")
    for at in ("yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-13-01T00:00:00Z"):
        assert of({HOLD: "why", HOLD_AT: at}) == Hold("why")
    assert "by unknown: no reason given" in str(of({HOLD: " "}))


def test_a_name_does_not_turn_the_text_around_it() -> None:
    assert holds.one_line(" a\u202eb\tc\r\n\ud800 ") == "a b c ?"
    # Persian is written with it.
    assert holds.one_line("a\u200cb") == "a\u200cb"


def test_each_hold_has_its_own_mark() -> None:
    every = [Hold("a", "b"), Hold("a", "c"), Hold("b", "b"), Hold("a", "b", NOW), Hold("a\nb")]
    assert len({each.mark for each in every}) == len(every)
    assert all(" " not in each.mark for each in every)
