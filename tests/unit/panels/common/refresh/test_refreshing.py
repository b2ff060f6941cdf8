# SPDX-License-Identifier: Apache-2.0
"""All changing rows of a page are refreshed with one request; none is wrongly removed."""

from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import pytest

from tests.unit.cloud.wire import (
    Json,
    Wire,
)
from tests.unit.panels.common.refresh.lists import (
    LISTS,
    List,
    asked,
    names,
    parsed,
    refresh,
    sent,
    told,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import user

ALONE, SLACK = 4, 20


def mixed(of: List) -> list[Json]:
    """Return three objects, of which the first is moving."""
    states = {"x1": "creating", "x2": "available", "x3": "error"}
    return [each for name, status in states.items() for each in of.made(name, status=status)]


def plain(row: Any) -> list[tuple[str, dict[str, str], str]]:
    """Return what a browser makes of a row; each box has another id each time it is drawn."""
    for each in row.xpath(".//td[1]//*[@id or @for]"):
        each.attrib.pop("id", each.attrib.pop("for", None))
    return [
        (each.tag, dict(each.attrib), " ".join((each.text or "").split())) for each in row.iter()
    ]


@pytest.mark.parametrize("count", [1, 2, 20, 100])
def test_many_moving_rows_cost_what_one_does(
    wire: Wire, somebody: Any, rows: List, count: int
) -> None:
    ids = names(count)
    rows.holds(wire, *rows.made(*ids))
    rows.has(wire, *rows.made(ids[0]))
    person = somebody(rows)
    found, gone = told(refresh(person, rows, *ids))
    assert list(found) == ids
    assert gone == []
    assert len(asked(wire)) == 1 + rows.beside


@pytest.mark.parametrize("reads_only", [False, True])
def test_rows_are_what_the_page_shows(
    wire: Wire, somebody: Any, log_in: LogIn, page: List, *, reads_only: bool
) -> None:
    page.holds(wire, *mixed(page))
    reader = reads_only and not page.is_admins
    person = log_in(user("reader")) if reader else somebody(page)
    query = "sort=-name&field=name&value=a%20b"
    drawn = person.get(f"{page.address}?{query}").all("//tr[@data-object-id]")
    shown = {each.get("data-object-id"): each for each in drawn}
    found, _gone = told(refresh(person, page, *shown, query=query))
    assert found.keys() == shown.keys() == {"x1", "x2", "x3"}
    for object_id, row in shown.items():
        assert plain(parsed(found[object_id])) == plain(row)


def test_a_moving_row_is_left_to_our_script(wire: Wire, somebody: Any, page: List) -> None:
    page.holds(wire, *mixed(page))
    moving, final, failed = somebody(page).get(page.address).all("//tr[@data-object-id]")
    assert moving.get("data-sd-moving")
    assert "warning" in moving.get("class").split()
    assert "ajax-update" not in moving.get("class").split()
    assert moving.get("data-update-url") and moving.get("data-update-interval")
    for each in (final, failed):
        assert each.get("data-sd-moving") is None
        assert "ajax-update" in each.get("class").split()


@pytest.mark.parametrize("query", ["field=status&value=creating", "sort=-name"])
def test_the_list_is_read_as_the_page_reads_it(
    wire: Wire, somebody: Any, page: List, query: str
) -> None:
    page.holds(wire, *page.made("x1", "x2"))
    person = somebody(page)
    path = f"/{page.resource}/detail"
    marker = "snapshot_marker=m1" if page.resource == "snapshots" else "marker=m1"
    for marked in ("", f"&{marker}", f"&prev_{marker}"):
        wire.mocker.reset_mock()
        person.get(f"{page.address}?{query}{marked}")
        before = dict(parse_qsl(urlsplit(wire.sent("GET", path)[0].url).query))
        wire.mocker.reset_mock()
        refresh(person, page, "x1", "x2", query=query + marked)
        after = dict(parse_qsl(urlsplit(wire.sent("GET", path)[0].url).query))
        room = int(after.pop("limit")) - int(before.pop("limit"))
        # How many there are in all is not asked for again.
        assert after | {"with_count": "true"} == before
        assert room == (0 if marked else SLACK)


def test_on_a_volumes_details_only_its_snapshots_are_read(wire: Wire, somebody: Any) -> None:
    for name in ("volume's snapshots", "all of a volume"):
        rows = LISTS[name]
        rows.holds(wire, *rows.made("x1", "x2"))
        found, _gone = told(refresh(somebody(rows), rows, "x1", "x2"))
        assert found.keys() == {"x1", "x2"}
        (listed,) = wire.sent("GET", "/snapshots/detail")
        wire.mocker.reset_mock()
        assert parse_qs(urlsplit(listed.url).query)["volume_id"] == ["v1"]


@pytest.mark.parametrize("size", [5, 1000])
def test_never_more_rows_are_asked_for_than_one_answer_holds(
    wire: Wire, somebody: Any, rows: List, settings: Any, size: int
) -> None:
    settings.API_RESULT_PAGE_SIZE = size
    ids = names(min(size, 30) + 1)
    rows.holds(wire, *rows.made(*ids))
    found, gone = told(refresh(somebody(rows), rows, *ids))
    assert list(found) == ids[: min(size, 31)]
    assert gone == []
    limits = [
        int(parse_qs(urlsplit(each.url).query)["limit"][0])
        for each in wire.sent("GET", f"/{rows.resource}/detail")
        if "limit" in each.url
    ]
    assert limits and max(limits) <= 1000


def test_what_left_the_end_of_a_whole_list_is_gone_without_a_question(
    wire: Wire, somebody: Any, rows: List
) -> None:
    rows.holds(wire, *rows.made("x1"))
    found, gone = told(refresh(somebody(rows), rows, *names(9), "x1"))
    assert (list(found), gone) == (["x1"], names(9))
    assert len(asked(wire)) == 1 + rows.beside


@pytest.mark.parametrize("edge", ["none", "below", "asked"])
def test_in_a_long_list_a_row_is_gone_where_those_on_both_sides_are_there(
    wire: Wire, somebody: Any, rows: List, edge: str
) -> None:
    """Seven are missing; without anything below them they may be on a later page."""
    missing = names(7)
    for each in missing:
        rows.has(wire, *rows.made(each))
    last = rows.made("z1", status="available")
    rows.holds(wire, *rows.made("x1"), *last, more=True)
    ids = ["x1", *missing, *(["z1"] if edge == "asked" else [])]
    more = {"below": "z1"} if edge == "below" else {}
    found, gone = told(refresh(somebody(rows), rows, *ids, **more))
    if edge == "none":
        assert gone == []
        assert len(wire.sent("GET", f"/{rows.resource}/{missing[0]}")) == 1
    else:
        assert gone == missing
        assert missing[0] not in found
        assert len(asked(wire)) == 1 + rows.beside


def test_on_a_page_that_was_gone_back_to_the_row_above_is_what_proves(
    wire: Wire, somebody: Any, page: List
) -> None:
    name = "prev_snapshot_marker" if page.resource == "snapshots" else "prev_marker"
    person = somebody(page)
    page.lacks(wire, "x2")
    page.has(wire, *page.made("x2"))
    page.holds(wire, *page.made("x3"), *page.made("a1", status="available"), more=True)
    for edges, expected in (({"above": "a1"}, ["x2"]), ({"below": "a1"}, [])):
        answer = refresh(person, page, "x2", "x3", query=f"{name}=m1", **edges)
        _found, gone = told(answer)
        assert gone == expected


@pytest.mark.parametrize("query", ["field=status&value=creating", "sort=name", "sort=-status"])
def test_where_rows_may_have_moved_the_list_proves_nothing(
    wire: Wire, somebody: Any, page: List, query: str
) -> None:
    """A row that became available is no longer among those that are creating."""
    page.holds(wire, *page.made("x2"))
    page.has(wire, *page.made("x1", status="available"))
    found, gone = told(refresh(somebody(page), page, "x1", "x2", query=query, below="x2"))
    assert found.keys() == {"x1", "x2"}
    assert gone == []
    assert parsed(found["x1"]).get("data-sd-moving") is None


@pytest.mark.parametrize("turn", range(4))
def test_few_of_many_that_left_the_list_are_read_each_turn_and_all_have_theirs(
    wire: Wire, somebody: Any, projects: List, turn: int
) -> None:
    ids = names(14)
    for each in ids[:10]:
        projects.has(wire, *projects.made(each))
    for each in ids[10:]:
        projects.lacks(wire, each)
    projects.holds(wire, *projects.made("n1"), more=True)
    person = somebody(projects)
    found, gone = told(refresh(person, projects, *ids, turn=str(turn)))
    assert len(asked(wire)) == 1 + projects.beside + ALONE
    expected = (ids * 2)[turn * ALONE % 14 :][:ALONE]
    assert {*found, *gone} == {*expected}
    assert set(gone) <= set(ids[10:]) and not set(found) & set(ids[10:])


def test_an_admins_volumes_that_left_the_list_are_read_by_their_ids(
    wire: Wire, somebody: Any
) -> None:
    rows = LISTS["all volumes"]
    ids = names(30)
    literal = "[" + ",".join(f"'{each}'" for each in ids) + "]"
    rows.holds(wire)
    wire.says("GET", f"/volumes/detail?id={quote(literal)}", {"volumes": rows.made(*ids)})
    query = "field=status&value=creating"
    found, gone = told(refresh(somebody(rows), rows, *ids, query=query))
    assert (list(found), gone) == (ids, [])
    assert asked(wire) == ["/v3/volumes/detail"] * 2


@pytest.mark.parametrize("status", [404, 500])
def test_a_marker_that_is_gone_takes_no_row_along(
    wire: Wire, somebody: Any, page: List, status: int
) -> None:
    marker = "snapshot_marker=m1" if page.resource == "snapshots" else "marker=m1"
    wire.fails("GET", f"/{page.resource}/detail?marker=m1", status)
    page.has(wire, *page.made("x1"))
    page.lacks(wire, "x2")
    answer = refresh(somebody(page), page, "x1", "x2", query=marker)
    if status == 404:
        found, gone = told(answer)
        assert (list(found), gone) == (["x1"], ["x2"])
    else:
        assert answer.status == 503


def test_one_row_alone_is_read_alone(wire: Wire, somebody: Any, rows: List) -> None:
    rows.has(wire, *rows.made("x1"))
    rows.lacks(wire, "x2")
    person = somebody(rows)
    found, gone = told(refresh(person, rows, "x1"))
    assert (list(found), gone) == (["x1"], [])
    assert told(refresh(person, rows, "x2")) == ({}, ["x2"])
    assert not any("marker" in each.url or "sort" in each.url for each in sent(wire, rows))
