# SPDX-License-Identifier: Apache-2.0
"""Refresh requests that are refused or fail."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.unit.cloud.wire import (
    OTHER_PROJECT,
    PROJECT,
    REFUSED,
    SILENT,
    Wire,
)
from tests.unit.panels.common.refresh.lists import (
    LISTS,
    List,
    asked,
    names,
    refresh,
    told,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import user

OWNERS = {
    "volumes": "os-vol-tenant-attr:tenant_id",
    "snapshots": "os-extended-snapshot-attributes:project_id",
}


@pytest.mark.parametrize("others", [[], ["n1"]])
def test_another_projects_is_no_row_of_a_projects_page(
    wire: Wire, log_in: LogIn, projects: List, others: list[str]
) -> None:
    """An admin's token reads everybody's; the page is that of one project."""
    owner = {OWNERS[projects.resource]: OTHER_PROJECT}
    projects.has(wire, *projects.made("x1", name="secret", **owner))
    projects.holds(wire, *projects.made(*others), more=True)
    person = log_in(user("admin", "member"))
    answer = refresh(person, projects, "x1", *others)
    found, gone = told(answer)
    assert (list(found), gone) == (others, ["x1"])
    assert "secret" not in answer.html


def test_an_admins_pages_show_every_projects(wire: Wire, somebody: Any, rows: List) -> None:
    if not rows.is_admins:
        return
    owner = {OWNERS[rows.resource]: OTHER_PROJECT}
    rows.has(wire, *rows.made("x1", **owner))
    rows.holds(wire, *rows.made("x2"), more=True)
    found, gone = told(refresh(somebody(rows), rows, "x2", "x1"))
    assert ({*found}, gone) == ({"x1", "x2"}, [])


@pytest.mark.parametrize("bad", ["../x", "a b", "x" * 65, "<script>", "x1/../../os-services"])
def test_what_is_no_id_is_never_asked_for(wire: Wire, somebody: Any, rows: List, bad: str) -> None:
    person = somebody(rows)
    assert told(refresh(person, rows, quote(bad, safe=""))) == ({}, [])
    assert told(refresh(person, rows)) == ({}, [])
    assert asked(wire) == []
    rows.has(wire, *rows.made("x1"))
    found, gone = told(refresh(person, rows, "x1", quote(bad, safe=""), turn="bad"))
    assert (list(found), gone) == (["x1"], [])


@pytest.mark.parametrize("how", [500, 503, 403, 400, REFUSED, SILENT])
@pytest.mark.parametrize("ids", [["x1"], ["x1", "x2"]])
def test_without_an_answer_nothing_is_known_and_nothing_gone(
    wire: Wire, somebody: Any, rows: List, ids: list[str], how: Any
) -> None:
    for path in (f"/{rows.resource}/detail", f"/{rows.resource}/x1"):
        if isinstance(how, int):
            wire.fails("GET", path, how)
        else:
            wire.breaks("GET", path, how)
    assert refresh(somebody(rows), rows, *ids).status == 503


def test_one_that_cannot_be_read_alone_stays_as_it_was(
    wire: Wire, somebody: Any, projects: List
) -> None:
    projects.holds(wire, *projects.made("x1"), more=True)
    wire.fails("GET", f"/{projects.resource}/x2", 500)
    found, gone = told(refresh(somebody(projects), projects, "x1", "x2"))
    assert (list(found), gone) == (["x1"], [])


@pytest.mark.parametrize("ids", [["x1"], ["x1", "x2"]])
def test_whose_session_expired_is_sent_to_the_login_page(
    wire: Wire, somebody: Any, rows: List, ids: list[str]
) -> None:
    wire.fails("GET", f"/{rows.resource}/detail", 401)
    wire.fails("GET", f"/{rows.resource}/x1", 401)
    assert refresh(somebody(rows), rows, *ids).status == 401


def test_a_session_that_ends_between_two_calls_counts_as_ended(
    wire: Wire, somebody: Any, projects: List
) -> None:
    projects.holds(wire, *projects.made("x1"), more=True)
    wire.fails("GET", f"/{projects.resource}/x2", 401)
    assert refresh(somebody(projects), projects, "x1", "x2").status == 401


def test_the_page_of_another_project_loses_no_row(wire: Wire, somebody: Any, rows: List) -> None:
    """Another project was chosen in another tab: its list says nothing of this page."""
    rows.holds(wire, *rows.made("x1"))
    answer = refresh(somebody(rows), rows, "x1", "x2", project=OTHER_PROJECT)
    assert answer.status == (200 if rows.is_admins else 409)
    told(refresh(somebody(rows), rows, "x1", "x2", project=rows.project))


def test_somebody_who_opens_the_address_gets_the_page(
    wire: Wire, somebody: Any, page: List
) -> None:
    page.holds(wire, *page.made("x1"))
    said = f"{page.address}?action=rows_update&table={page.table}&obj_id=x1"
    answer = somebody(page).get(said)
    assert answer.status == 200
    assert answer.all("//table[contains(@class, 'sd-list')]")


def test_limits_are_said_in_a_row_as_on_the_page(wire: Wire, somebody: Any) -> None:
    rows = LISTS["volumes"]
    person = somebody(rows)
    wire.quota(snapshots=(10, 10))
    rows.holds(wire, *rows.made("x1", "x2"))
    found, _gone = told(refresh(person, rows, "x1", "x2"))
    assert all("Create Snapshot (Quota exceeded)" in each for each in found.values())
    wire.fails("GET", f"/os-quota-sets/{PROJECT}?usage=True", 503)
    found, _gone = told(refresh(person, rows, "x1", "x2"))
    assert found.keys() == {"x1", "x2"}


def test_reasons_of_all_that_failed_cost_one_call(wire: Wire, somebody: Any) -> None:
    rows = LISTS["snapshots"]
    rows.holds(wire, *rows.made(*names(9), status="error"))
    found, _gone = told(refresh(somebody(rows), rows, *names(9)))
    assert len(found) == 9
    assert asked(wire) == ["/v3/messages", "/v3/snapshots/detail"]
