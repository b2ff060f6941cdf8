# SPDX-License-Identifier: Apache-2.0
"""The search for volumes made from snapshots: start, markers and progress."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.source_search import CLOCKS, Place, SourceSearch, place, search_of
from snapshot_dashboard.rules.volume import Volume

NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


def snapshot(snapshot_id: str, created_at: datetime | None) -> Snapshot:
    """Return a snapshot of an age."""
    return Snapshot(snapshot_id, "", 1, "available", "v1", created_at=created_at)


def test_the_oldest_of_the_snapshots_says_since_when() -> None:
    later = snapshot("s2", NOON + timedelta(days=1))
    assert search_of([later, snapshot("s1", NOON)]) == SourceSearch(frozenset({"s1", "s2"}), NOON)
    assert search_of([]) == SourceSearch(frozenset())


def test_one_of_unknown_age_may_be_the_oldest() -> None:
    assert search_of([snapshot("s1", NOON), snapshot("s2", None)]).since is None


def test_a_place_is_after_the_last_ones_and_keeps_the_time() -> None:
    volumes = tuple(Volume(f"v{number}", "", 1, "available") for number in range(150))
    on = Place(NOON, ("a",)).following(volumes)
    assert on == Place(NOON, ("v149", "v148", "v140", "v50"))
    assert on.text == "2026-11-22T12:00:00+00:00,v149,v148,v140,v50"
    assert Place().following(volumes[:3]).text == "v2,v1"
    assert (Place(NOON).text, Place().text) == ("2026-11-22T12:00:00+00:00", "")


@given(
    st.none() | st.datetimes(min_value=datetime(1971, 1, 1), timezones=st.just(timezone.utc)),
    st.lists(st.uuids().map(str), max_size=4),
)
def test_a_place_comes_back_as_it_went(since: datetime | None, ids: list[str]) -> None:
    assert place(Place(since, tuple(ids)).text) == Place(since, tuple(ids))


def test_the_time_of_another_zone_is_the_same_moment() -> None:
    cet = timezone(timedelta(hours=1))
    assert place(Place(NOON.astimezone(cet)).text).since == NOON


@given(st.text())
def test_what_comes_from_a_browser_may_be_anything(text: str) -> None:
    found = place(text)
    assert len(found.after) <= 4
    if found.since:
        assert (found.since - CLOCKS).tzinfo is timezone.utc


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-22T12:00:00",
        "2026-11-22",
    ],
)
def test_a_time_that_no_search_has_begun_with_is_none(text: str) -> None:
    assert place(text) == Place(None, (text,))
    assert place(f"{text},a,b,c,d,e").after == (text, "a", "b", "c")
