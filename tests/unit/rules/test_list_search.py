# SPDX-License-Identifier: Apache-2.0
"""What a list is searched for beyond Cinder's filters, and what one answer shows of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from snapshot_dashboard.rules.list_search import Conditions, of_age
from snapshot_dashboard.rules.listing import PART, PageRequest, Searched, found_on_page
from snapshot_dashboard.rules.snapshot import Snapshot

NOW = datetime(2026, 3, 31, 12, tzinfo=timezone.utc)
WEB = Conditions(part="web")
OLDER, NEWER = Conditions(before=NOW), Conditions(since=NOW)


def made(name: str, days: float | None = 0) -> Snapshot:
    """Return a snapshot that was made so many days after now."""
    moment = None if days is None else NOW + timedelta(days=days)
    return Snapshot(name, name, 1, "available", "v1", created_at=moment)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("older:1m", datetime(2026, 2, 28, 12, tzinfo=timezone.utc)),
        ("older:1y", datetime(2025, 3, 31, 12, tzinfo=timezone.utc)),
        ("older:25m", datetime(2024, 2, 29, 12, tzinfo=timezone.utc)),
        ("older:3m", datetime(2025, 12, 31, 12, tzinfo=timezone.utc)),
        ("older:2w", datetime(2026, 3, 17, 12, tzinfo=timezone.utc)),
        ("newer:1d", datetime(2026, 3, 30, 12, tzinfo=timezone.utc)),
        ("newer:12h", datetime(2026, 3, 31, 0, tzinfo=timezone.utc)),
    ],
)
def test_an_age_is_counted_back_from_now(text: str, moment: datetime) -> None:
    found = of_age(text, NOW)
    assert found in (Conditions(before=moment), Conditions(since=moment))
    assert bool(found and found.before) == text.startswith("older")


@pytest.mark.parametrize(
    "text", ["", "older", "older:", "older:m", "older:1x", "older:9999d", "1d"]
)
def test_what_is_no_age_is_none(text: str) -> None:
    assert of_age(text, NOW) is None


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Conditions(), ["Web-1", "web-2", "db", "old"]),
        (Conditions(part="web"), ["Web-1", "web-2"]),
        (OLDER, ["Web-1"]),
        (NEWER, ["web-2", "db"]),
        (Conditions(part="b", since=NOW), ["web-2", "db"]),
    ],
)
def test_conditions_add_up_and_who_has_no_age_has_none(
    wanted: Conditions, names: list[str]
) -> None:
    those = [made("Web-1", -1), made("web-2", 0), made("db", 1), made("old", None)]
    assert [each.name for each in those if wanted.met_by(each)] == names


def test_a_tag_is_a_name_with_its_value() -> None:
    one = replace(made("a"), metadata={"env": "prod", "b": ""})
    assert Conditions(tag=("env", "prod")).met_by(one) and Conditions(tag=("b", "")).met_by(one)
    for other in (("env", "test"), ("Env", "prod"), ("c", "")):
        assert not Conditions(tag=other).met_by(one)
    assert Conditions(tag=("env", "prod"))


@pytest.mark.parametrize(
    ("request_", "searches"),
    [
        (PageRequest(3), False),
        (PageRequest(3, conditions=OLDER), True),
        (PageRequest(3, conditions=OLDER, descending=False), False),
        (PageRequest(3, conditions=NEWER), False),
        (PageRequest(3, conditions=NEWER, sort="name"), True),
        (PageRequest(3, conditions=Conditions(part="x")), True),
        (PageRequest(3, conditions=Conditions(tag=("a", "b"))), True),
    ],
)
def test_only_what_may_stand_anywhere_is_searched_for_in_many_rows(
    request_: PageRequest, searches: bool
) -> None:
    assert request_.searches == searches
    assert request_.limit == (PART if searches else 4)


def test_an_age_ends_a_list_in_the_order_of_creation() -> None:
    wanted = PageRequest(2, conditions=OLDER, descending=False)
    page = found_on_page([made("a", -3), made("b", -2), made("c", 1)], wanted, followed=True)
    assert ([each.id for each in page.items], page.more, page.searched) == (["a", "b"], False, None)
    page = found_on_page([made("a", -3), made("b", -2), made("c", -1)], wanted, followed=True)
    assert ([each.id for each in page.items], page.more) == (["a", "b"], True)


def test_a_service_that_gives_fewer_rows_than_asked_for_does_not_end_it() -> None:
    wanted = PageRequest(20, conditions=OLDER, descending=False)
    assert found_on_page([made("a", -3)], wanted, followed=True).more
    assert not found_on_page([made("a", -3)], wanted).more


def search(
    rows: Sequence[Snapshot | None],
    *,
    followed: bool = False,
    conditions: Conditions = WEB,
) -> tuple[list[str], bool, Searched | None]:
    """Return what a page of two shows, whether a next one follows, and how far the search is."""
    wanted = PageRequest(2, conditions=conditions)
    last = next((each.id for each in reversed(rows) if each), "")
    page = found_on_page(rows, wanted, everything=90, last=last, followed=followed)
    return [each.id for each in page.items], page.more, page.searched


def test_a_search_shows_what_it_finds_and_where_it_goes_on() -> None:
    rows = [made("db"), made("web-1"), None, made("db-2")]
    assert search(rows, followed=True) == (["web-1"], False, Searched(4, 90, "db-2"))
    assert search(rows) == (["web-1"], False, Searched(4, 90))


def test_what_is_found_beyond_a_page_is_on_the_next_one() -> None:
    rows = [made("web-1"), made("db"), made("web-2"), made("web-3")]
    assert search(rows, followed=True) == (["web-1", "web-2"], True, Searched(3, 90))


def test_a_search_ends_where_all_that_follow_are_too_old() -> None:
    rows = [made("db", 2), made("web-1", 1), made("web-2", -1)]
    since = Conditions(part="web", since=NOW)
    assert search(rows, followed=True, conditions=since) == (["web-1"], False, Searched(2, 90))
