# SPDX-License-Identifier: Apache-2.0
"""Rows that are as they were shown are neither drawn nor sent again; all others are."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.cloud.wire import Json, Wire
from tests.unit.panels.person import Answer, Person
from tests.unit.panels.refreshing_rows.lists import LISTS, List, parsed, refresh, told

IDS = ("x1", "x2", "x3")


def states(page: Answer) -> list[str]:
    """Return the number of each moving row, from the top."""
    return [each.get("data-sd-moving") for each in page.all("//tr[@data-sd-moving]")]


def folded(numbers: list[str]) -> str:
    """Return one number for all, as refresh.js does."""
    number = 0
    for each in numbers:
        number = (number * 31 + int(each, 16)) & 0xFFFFFFFF
    return f"{number:x}"


def test_what_the_page_shows_is_not_sent_again(
    wire: Wire, somebody: Callable[[List], Person], page: List
) -> None:
    page.holds(wire, *page.made(*IDS))
    person = somebody(page)
    shown = states(person.get(page.address))
    assert len(shown) == 3
    assert told(refresh(person, page, *IDS, state=folded(shown))) == ({}, [])
    assert set(told(refresh(person, page, *IDS, state=folded(shown[::-1])))[0]) == set(IDS)
    assert set(told(refresh(person, page, *IDS))[0]) == set(IDS)


def test_what_an_answer_has_shown_is_not_sent_again(
    wire: Wire, somebody: Callable[[List], Person], rows: List
) -> None:
    rows.holds(wire, *rows.made(*IDS))
    person = somebody(rows)
    drawn = told(refresh(person, rows, *IDS))[0]
    numbers = [str(parsed(drawn[each]).get("data-sd-moving")) for each in IDS]
    assert told(refresh(person, rows, *IDS, state=folded(numbers))) == ({}, [])


CHANGES = [
    {"status": "available"},
    {"status": "deleting"},
    {"name": "another"},
    {"description": "another"},
    {"size": 7},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: "-".join(map(str, change.values())))
def test_whatever_changes_is_sent(
    wire: Wire, somebody: Callable[[List], Person], page: List, change: Json
) -> None:
    page.holds(wire, *page.made(*IDS))
    person = somebody(page)
    shown = states(person.get(page.address))
    found = page.made(*IDS)
    found[1] |= change
    page.holds(wire, *found)
    assert set(told(refresh(person, page, *IDS, state=folded(shown)))[0]) == set(IDS)


def test_a_limit_that_is_reached_meanwhile_is_told(
    wire: Wire, somebody: Callable[[List], Person]
) -> None:
    rows = LISTS["volumes"]
    rows.holds(wire, *rows.made(*IDS))
    person = somebody(rows)
    shown = states(person.get(rows.address))
    wire.quota(snapshots=(10, 10))
    sent = told(refresh(person, rows, *IDS, state=folded(shown)))[0]
    assert "(Quota exceeded)" in sent["x1"]


def test_a_snapshot_that_takes_long_is_told_though_it_has_not_changed(
    wire: Wire, somebody: Callable[[List], Person], settings: Any
) -> None:
    rows = LISTS["snapshots"]
    rows.holds(wire, *rows.made(*IDS))
    person = somebody(rows)
    settings.SNAPSHOT_DASHBOARD = {"SLOW_SECONDS": 10**9, "SLOW_SECONDS_PER_GIB": 0}
    shown = states(person.get(rows.address))
    assert told(refresh(person, rows, *IDS, state=folded(shown))) == ({}, [])
    settings.SNAPSHOT_DASHBOARD = {"SLOW_SECONDS": 1, "SLOW_SECONDS_PER_GIB": 0}
    assert set(told(refresh(person, rows, *IDS, state=folded(shown)))[0]) == set(IDS)


def test_one_that_has_gone_is_told_though_the_others_are_as_they_were(
    wire: Wire, somebody: Callable[[List], Person], page: List
) -> None:
    page.holds(wire, *page.made(*IDS))
    person = somebody(page)
    shown = states(person.get(page.address))
    page.holds(wire, *page.made("x1", "x3"))
    page.lacks(wire, "x2")
    sent, gone = told(refresh(person, page, *IDS, state=folded(shown)))
    assert (set(sent), gone) == ({"x1", "x3"}, ["x2"])


@pytest.mark.parametrize("state", ["", "0", "zz", "'", "1" * 400])
def test_a_number_that_is_none_is_another_one(
    wire: Wire, somebody: Callable[[List], Person], state: str
) -> None:
    rows = LISTS["snapshots"]
    rows.holds(wire, *rows.made(*IDS))
    assert set(told(refresh(somebody(rows), rows, *IDS, state=state))[0]) == set(IDS)
