# SPDX-License-Identifier: Apache-2.0
"""Durations in words, in plural forms that a translator can give."""

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
        (90, "1 minute, 30 seconds"),
        (3599, "59 minutes, 59 seconds"),
        (3600, "1 hour"),
        (3660, "1 hour, 1 minute"),
        (3659, "1 hour"),
        (11_520, "3 hours, 12 minutes"),
        (86_399, "23 hours, 59 minutes"),
        (86_400, "1 day"),
        (86_400 + 3600, "1 day, 1 hour"),
        (86_400 + 59 * 60, "1 day"),
        (2 * 86_400, "2 days"),
        (2 * 86_400 + 5 * 3600, "2 days"),
        (340 * 86_400, "340 days"),
    ],
)
def test_the_two_largest_units_are_told_rounded_down(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_a_longer_time_never_reads_as_a_shorter_one(one: int, other: int) -> None:
    first, second = sorted((one, other))
    assert _told(duration(first)) <= _told(duration(second))


def _told(words: str) -> int:
    sizes = {"day": 86_400, "hour": 3600, "minute": 60, "second": 1}
    parts = (each.split(" ") for each in words.split(", "))
    return sum(int(count) * sizes[unit.removesuffix("s")] for count, unit in parts)


def test_every_word_of_it_can_be_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    plural = {"1": "%(count)d ein", "3": "%(count)d viele"}
    monkeypatch.setattr(dates, "ngettext", lambda _one, _many, count: plural[str(count)])
    monkeypatch.setattr(dates, "_", lambda text: "%(larger)s und %(smaller)s")
    assert duration(3660) == "1 ein und 1 ein"
    assert duration(3 * 3600 + 60) == "3 viele und 1 ein"
    assert duration(3 * 86_400) == "3 viele"
