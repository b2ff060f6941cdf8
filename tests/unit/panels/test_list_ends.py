# SPDX-License-Identifier: Apache-2.0
"""Pages before the first row, after the last one and from a deleted row."""

from typing import Any

import pytest

from snapshot_dashboard.panels.common.lists.table import AddressTable
from tests.unit.cloud.wire import PROJECT, Wire, snapshot_json, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Answer, Person, user
from tests.unit.panels.test_rows_elsewhere import LISTS

# The details of a volume always show its newest snapshots.
PAGED = [
    (address.partition("?")[0], kind, table)
    for address, (kind, table) in LISTS.items()
    if "v1" not in address
]
EVERY_LIST = pytest.mark.parametrize(("address", "kind", "table"), PAGED)
STATES = pytest.mark.parametrize("state", ["", "field=name&value=web", "sort=name"])


@pytest.fixture
def anybody(wire: Wire, person: Person, log_in: LogIn) -> Person:
    """Somebody who may see every list."""
    wire.says("GET", f"http://identity.test/v3/projects/{PROJECT}", {"project": {"id": PROJECT}})
    return log_in(user("admin", "member", "reader"))


def page_at(person: Person, address: str, table: Any, state: str, *, back: bool) -> Answer:
    """Open the page after a row, or before it."""
    meta = table._meta
    param = meta.prev_pagination_param if back else meta.pagination_param
    return person.get(f"{address}?{state}{'&' if state else ''}{param}=x9")


def way_back(page: Answer) -> str:
    """Return where the link to the first page leads that can be seen."""
    (found,) = page.all("//a[.='First page'][not(ancestor::*[@hidden])]")
    return str(found.get("href"))


@EVERY_LIST
@STATES
@pytest.mark.parametrize("back", [False, True], ids=["after", "before"])
def test_a_page_beyond_the_ends_says_only_that_it_is_empty(
    anybody: Person, address: str, kind: str, table: type[AddressTable], state: str, back: bool
) -> None:
    page = page_at(anybody, address, table, state, back=back)
    assert page.said("//tr[contains(@class, 'empty')]").startswith("There are no rows on this page")
    assert "No snapshots yet" not in page.text and "matches this filter" not in page.text
    assert way_back(page) == f"?{state}"


@EVERY_LIST
@STATES
def test_a_page_from_a_row_that_is_gone_says_so_and_keeps_filter_and_sorting(
    wire: Wire, anybody: Person, address: str, kind: str, table: type[AddressTable], state: str
) -> None:
    wire.fails("GET", f"/{kind}/detail", 404, "Volume x9 could not be found.")
    page = page_at(anybody, address, table, state, back=False)
    assert page.problem == "This page of the list cannot be shown any more"
    assert "Clear the filter and try again" not in page.text
    assert way_back(page) == f"?{state}"


@EVERY_LIST
def test_a_first_page_without_rows_says_why(
    anybody: Person, address: str, kind: str, table: type[AddressTable]
) -> None:
    assert "There are no rows on this page" not in anybody.get(address).text
    filtered = anybody.get(f"{address}?field=name&value=web").text
    assert "matches this filter. The whole name must match." in filtered
    assert "whole name" not in anybody.get(f"{address}?field=status&value=error").text


@EVERY_LIST
def test_what_a_script_says_of_an_emptied_page_is_there_and_hidden(
    wire: Wire, anybody: Person, address: str, kind: str, table: type[AddressTable]
) -> None:
    one = volume_json if kind == "volumes" else snapshot_json
    wire.holds(kind, one("x1"))
    page = anybody.get(f"{address}?sort=name")
    (said,) = page.all("//*[@data-sd-emptied][@hidden]")
    assert said.xpath(".//a/@href") == ["?sort=name"]
