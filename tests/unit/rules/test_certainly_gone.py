# SPDX-License-Identifier: Apache-2.0
"""Deducing deleted rows from a list's order: an existing row is never taken for deleted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.listing import certainly_gone

PAGE = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("there", "complete", "gone"),
    [
        (PAGE, False, ""),
        ("acd", False, "b"),
        ("d", False, "abc"),
        # Nothing below it is there: it may have moved on to the next page.
        ("abc", False, ""),
        ("ac", False, "b"),
        ("", False, ""),
        ("xyz", False, ""),
        # The list ends here: what is not in it is nowhere.
        ("abc", True, "d"),
        ("", True, "abcd"),
    ],
)
def test_what_stood_before_a_row_that_is_there_is_there_or_gone(
    there: str, complete: bool, gone: str
) -> None:
    assert certainly_gone(PAGE, there, complete=complete) == set(gone)


def test_an_edge_that_is_not_known_proves_nothing() -> None:
    assert certainly_gone(("", "a", "b", ""), {"b"}, complete=False) == {"", "a"}
    assert certainly_gone(("", "a", "b", ""), set(), complete=False) == set()


@given(
    rows=st.integers(1, 30),
    start=st.integers(0, 10),
    size=st.integers(1, 10),
    room=st.integers(0, 5),
    newer=st.integers(0, 8),
    deleted=st.sets(st.integers(0, 29)),
    marked=st.booleans(),
)
def test_no_row_that_exists_is_ever_taken_for_gone(
    *, rows: int, start: int, size: int, room: int, newer: int, deleted: set[int], marked: bool
) -> None:
    """A list from its top or from a marker; then rows go, and newer ones come on top."""
    begin = start if marked else 0
    everything = list(range(rows))
    page = everything[begin : begin + size]
    alive = [each for each in everything if each not in deleted]
    since = [each for each in alive if each >= begin]
    now = since if marked else [*range(-newer, 0), *since]
    answer = now[: size + room]
    found = certainly_gone(
        [str(each) for each in page],
        {str(each) for each in answer},
        complete=len(answer) == len(now),
    )
    assert not found & {str(each) for each in alive}
