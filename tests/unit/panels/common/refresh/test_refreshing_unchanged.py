# SPDX-License-Identifier: Apache-2.0
"""Unchanged rows are neither rendered nor sent again."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.cloud.wire import PROJECT, Json, Wire
from tests.unit.panels.common.refresh.lists import LISTS, List, refresh, told
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import SNAPSHOTS, Answer, Person, user

IDS = ("x1", "x2", "x3")


def shown(page: Answer) -> str:
    """Return the entity tag of a page's moving rows."""
    found = page.one("//*[@data-sd-refresh]").get("data-sd-etag")
    assert re.fullmatch(r'W/"[0-9a-f]{32}"', found)
    return str(found)


def again(person: Person, rows: List, tag: str, *ids: str, query: str = "") -> Answer:
    """Ask for rows as our script does that has drawn them already."""
    return refresh(person, rows, *(ids or IDS), tag=tag, query=query)


def unchanged(answer: Answer, tag: str) -> bool:
    """Tell whether nothing was sent, as the standard wants it."""
    if answer.status != 304:
        return False
    assert (answer.html, answer.headers["ETag"]) == ("", tag)
    assert answer.headers["Cache-Control"] == "no-store"
    return True


def test_what_the_page_shows_is_not_sent_again(
    wire: Wire, somebody: Callable[[List], Person], page: List
) -> None:
    page.holds(wire, *page.made(*IDS), *page.made("x4", status="available"))
    person = somebody(page)
    tag = shown(person.get(page.address))
    assert unchanged(again(person, page, tag), tag)
    assert set(told(again(person, page, tag, *IDS[::-1]))[0]) == set(IDS)
    assert set(told(again(person, page, tag, *IDS[:2]))[0]) == set(IDS[:2])
    assert set(told(refresh(person, page, *IDS))[0]) == set(IDS)


def test_what_an_answer_has_shown_is_not_sent_again(
    wire: Wire, somebody: Callable[[List], Person], rows: List
) -> None:
    rows.holds(wire, *rows.made(*IDS))
    rows.has(wire, *rows.made(IDS[0]))
    person = somebody(rows)
    for ids in (IDS, IDS[:1]):
        drawn = refresh(person, rows, *ids)
        assert set(told(drawn)[0]) == set(ids)
        tag = drawn.headers["ETag"]
        assert unchanged(again(person, rows, tag, *ids), tag)
        assert unchanged(again(person, rows, f'"another", {tag}', *ids), tag)


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
    tag = shown(person.get(page.address))
    found = page.made(*IDS)
    found[1] |= change
    page.holds(wire, *found)
    answer = again(person, page, tag)
    assert set(told(answer)[0]) == set(IDS)
    assert answer.headers["ETag"] != tag


def test_a_limit_that_is_reached_meanwhile_is_told_with_a_row_that_changes(
    wire: Wire, somebody: Callable[[List], Person]
) -> None:
    rows = LISTS["volumes"]
    rows.holds(wire, *rows.made(*IDS))
    person = somebody(rows)
    tag = shown(person.get(rows.address))
    wire.quota(snapshots=(10, 10))
    before = len(wire.sent("GET", f"/os-quota-sets/{PROJECT}"))
    assert unchanged(again(person, rows, tag), tag)
    assert len(wire.sent("GET", f"/os-quota-sets/{PROJECT}")) == before
    rows.holds(wire, *rows.made(*IDS, name="another name"))
    sent = told(again(person, rows, tag))[0]
    assert "(Quota exceeded)" in sent["x1"]


def test_a_snapshot_that_takes_long_is_told_though_it_has_not_changed(
    wire: Wire, somebody: Callable[[List], Person], settings: Any
) -> None:
    rows = LISTS["snapshots"]
    rows.holds(wire, *rows.made(*IDS))
    person = somebody(rows)
    settings.SNAPSHOT_DASHBOARD = {"SLOW_SECONDS": 10**9, "SLOW_SECONDS_PER_GIB": 0}
    tag = shown(person.get(rows.address))
    assert unchanged(again(person, rows, tag), tag)
    settings.SNAPSHOT_DASHBOARD = {"SLOW_SECONDS": 1, "SLOW_SECONDS_PER_GIB": 0}
    assert set(told(again(person, rows, tag))[0]) == set(IDS)


def test_one_that_has_gone_is_told_though_the_others_are_as_they_were(
    wire: Wire, somebody: Callable[[List], Person], page: List
) -> None:
    page.holds(wire, *page.made(*IDS))
    person = somebody(page)
    tag = shown(person.get(page.address))
    page.holds(wire, *page.made("x1", "x3"))
    page.lacks(wire, "x2")
    answer = again(person, page, tag)
    sent, gone = told(answer)
    assert (set(sent), gone) == ({"x1", "x3"}, ["x2"])
    assert "ETag" not in answer.headers


def test_where_one_is_not_known_yet_nothing_is_said_to_be_unchanged(
    wire: Wire, somebody: Callable[[List], Person], page: List
) -> None:
    page.holds(wire, *page.made("x1", "x3"))
    wire.fails("GET", f"/{page.resource}/x2", 503)
    answer = refresh(somebody(page), page, *IDS)
    assert set(told(answer)[0]) == {"x1", "x3"}
    assert "ETag" not in answer.headers


def test_another_person_language_or_page_has_other_rows(wire: Wire, log_in: LogIn) -> None:
    rows = LISTS["snapshots"]
    rows.holds(wire, *rows.made(*IDS))
    person = log_in(user("member", "reader"))
    tag = shown(person.get(SNAPSHOTS))
    assert again(person, rows, tag, query="sort=size").status == 200
    person.client.cookies["django_language"] = "de"
    assert again(person, rows, tag).status == 200
    del person.client.cookies["django_language"]
    assert unchanged(again(person, rows, tag), tag)
    assert again(log_in(user("reader")), rows, tag).status == 200


def test_a_page_on_which_nothing_moves_has_no_tag(
    wire: Wire, somebody: Callable[[List], Person], page: List
) -> None:
    for found in ([], page.made("x1", status="available")):
        page.holds(wire, *found)
        shown_page = somebody(page).get(page.address)
        assert shown_page.one("//*[@data-sd-refresh]").get("data-sd-etag") == ""


@pytest.mark.parametrize("tag", ["", "0", "zz", "'", 'W/""', "1" * 400, 'W/"\\"', "W/"])
def test_a_tag_that_is_none_is_another_one(
    wire: Wire, somebody: Callable[[List], Person], tag: str
) -> None:
    rows = LISTS["snapshots"]
    rows.holds(wire, *rows.made(*IDS))
    assert set(told(again(somebody(rows), rows, tag))[0]) == set(IDS)


def test_every_process_gives_the_same_rows_the_same_tag(
    wire: Wire, somebody: Callable[[List], Person], rows: List, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the addresses of objects nor the order of sets is part of it."""
    real, known = hashlib.blake2b, list[str]()

    def noted(data: bytes, **more: Any) -> Any:
        known.append(data.decode())
        return real(data, **more)

    monkeypatch.setattr(hashlib, "blake2b", noted)
    rows.holds(wire, *rows.made(*IDS))
    assert refresh(somebody(rows), rows, *IDS).headers["ETag"]
    (facts,) = known
    assert "x1" in facts
    assert not re.search(r" at 0x|set\(|\{'[^':]*'[,}]", facts)
