# SPDX-License-Identifier: Apache-2.0
"""Durations in one unit, with plural forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.panels.common import dates
from snapshot_dashboard.panels.common.dates import duration


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 seconds"),
        (0, "0 seconds"),
        (1, "1 second"),
        (59.9, "59 seconds"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (119, "119 seconds"),
        (150, "3 minutes"),
        (52 * 60 + 59, "53 minutes"),
        (3599, "60 minutes"),
        (3600, "1 hour"),
        (3660, "61 minutes"),
        (7199, "120 minutes"),
        (11_520, "3 hours"),
        (86_399, "24 hours"),
        (86_400, "1 day"),
        (86_400 + 3600, "25 hours"),
        (2 * 86_400, "2 days"),
        (2 * 86_400 + 5 * 3600, "2 days"),
        (340 * 86_400, "340 days"),
    ],
)
def test_a_duration_is_rounded_to_one_unit(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_a_longer_time_never_reads_as_a_shorter_one(one: int, other: int) -> None:
    first, second = sorted((one, other))
    assert _told(duration(first)) <= _told(duration(second))


def _told(words: str) -> int:
    sizes = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}
    count, unit = words.split(" ")
    return int(count) * sizes[unit.removesuffix("s")]


def test_every_word_of_it_can_be_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    plural = {"1": "%(count)d ein", "3": "%(count)d viele"}
    monkeypatch.setattr(dates, "ngettext", lambda _one, _many, count: plural[str(count)])
    assert duration(3600) == "1 ein"
    assert duration(3 * 3600 + 60) == "3 viele"
    assert duration(3 * 86_400) == "3 viele"
