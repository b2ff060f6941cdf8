# SPDX-License-Identifier: Apache-2.0
"""The line above a list: what is used of the limits, and where the page is."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.unit.cloud.wire import PROJECT, Json, Wire, snapshot_json, volume_json
from tests.unit.panels import support as support_pages
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person

USAGE = f"{SNAPSHOTS}usage/shown/"


@pytest.fixture(autouse=True)
def small_pages(settings: Any) -> None:
    """Show three rows on a page."""
    settings.API_RESULT_PAGE_SIZE = 3


def holds(wire: Wire, resource: str, rows: int, count: int | None) -> None:
    """Let a list go on with so many rows, of so many in all."""
    one = volume_json if resource == "volumes" else snapshot_json
    said: Json = {resource: [one(f"x{each}") for each in range(rows)]}
    wire.says("GET", f"/{resource}/detail", said | ({} if count is None else {"count": count}))


def usage(page: Answer) -> list[str]:
    """Return the limits as they are read."""
    found = page.all("//span[@class='sd-usage-of']")
    return [" ".join(each.text_content().split()) for each in found]


def bars(page: Answer) -> list[tuple[str, str]]:
    """Return the bars' classes and values."""
    found = page.all("//div[@class='sd-usage']//progress")
    return [(each.get("class"), each.get("value")) for each in found]


def position(page: Answer) -> str:
    """Return where the page is."""
    return page.said("//div[@class='sd-position']")


def test_volumes_tell_of_the_limits_that_the_page_has_read(wire: Wire, person: Person) -> None:
    wire.quota(volumes=(12, 50), snapshots=(58, 60), gigabytes=(430, 2000))
    page = person.get(VOLUMES)
    assert usage(page) == ["12 of 50 volumes", "58 of 60 snapshots", "430 of 2,000 GiB"]
    paths = [each.path for each in wire.mocker.request_history]
    assert paths.count(f"/v3/os-quota-sets/{PROJECT}") == 1


@pytest.mark.parametrize(
    ("used", "bar", "percent", "said"),
    [
        (0, "sd-bar", "0", "0 of 60 snapshots"),
        (47, "sd-bar", "78", "47 of 60 snapshots"),
        (48, "sd-bar sd-bar-high", "80", "48 of 60 snapshots"),
        (59, "sd-bar sd-bar-high", "98", "59 of 60 snapshots"),
        (60, "sd-bar sd-bar-over", "100", "60 of 60 snapshots (limit reached)"),
        (61, "sd-bar sd-bar-over", "100", "61 of 60 snapshots (limit reached)"),
    ],
)
def test_a_bar_is_amber_from_80_percent_on_and_red_at_the_limit(
    wire: Wire, person: Person, used: int, bar: str, percent: str, said: str
) -> None:
    wire.quota(volumes=(0, -1), snapshots=(used, 60), gigabytes=(7, -1))
    page = person.get(VOLUMES)
    assert bars(page) == [(bar, percent)]
    # Without a limit there is nothing to be drawn.
    assert usage(page) == ["0 volumes", said, "7 GiB"]


def test_snapshots_ask_for_the_limits_after_the_page(wire: Wire, person: Person) -> None:
    wire.quota(snapshots=(58, 60), gigabytes=(430, 2000))
    page = person.get(SNAPSHOTS)
    assert [each.path for each in wire.mocker.request_history][-1] == "/v3/snapshots/detail"
    assert page.one("//div[@data-sd-later-url]").get("data-sd-later-url") == USAGE
    assert page.said("//div[@data-sd-later='usage']") == ""
    wire.mocker.reset_mock()
    said = json.loads(person.get(f"{USAGE}?q=usage", dialog=True).html)
    assert "58 of 60 snapshots" in said["boxes"]["usage"] and said["moving"] == []
    assert [each.path for each in wire.mocker.request_history] == [f"/v3/os-quota-sets/{PROJECT}"]


def test_limits_that_cannot_be_read_are_left_out(wire: Wire, person: Person) -> None:
    wire.fails("GET", f"/os-quota-sets/{PROJECT}", 500)
    assert usage(person.get(VOLUMES)) == []
    assert person.get(f"{USAGE}?q=usage", dialog=True).status == 503


BOTH = pytest.mark.parametrize(
    ("address", "resource"), [(VOLUMES, "volumes"), (SNAPSHOTS, "snapshots")]
)


@BOTH
def test_the_position_is_carried_from_page_to_page(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    holds(wire, resource, 4, 58)
    first = person.get(address)
    assert position(first) == "1-3 of 58"
    (following,) = {each.get("href") for each in first.all("//a[contains(@href, 'marker=')]")}
    assert parse_qs(urlsplit(following).query)["at"] == ["4"]
    second = person.get(f"{address}{following}")
    assert position(second) == "4-6 of 58"
    addresses = {each.get("href") for each in second.all("//a[contains(@href, 'prev_')]")}
    assert {each.partition("at=")[2] for each in addresses} == {"1"}


@BOTH
def test_a_cloud_that_does_not_count_has_no_position(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    wire.versions("3.44")
    holds(wire, resource, 4, None)
    assert position(person.get(address)) == ""
    assert "with_count" not in wire.query(f"/{resource}/detail")


@BOTH
def test_a_filtered_list_says_that_it_is(
    wire: Wire, person: Person, address: str, resource: str
) -> None:
    holds(wire, resource, 1, 1)
    page = person.get(f"{address}?field=status&value=error")
    assert position(page) == "1 of 1 that match the filter"


@pytest.mark.parametrize("told", ["0", "1", "57", "9" * 40, "-3", "x"])
def test_a_position_that_cannot_be_true_is_not_shown(wire: Wire, person: Person, told: str) -> None:
    holds(wire, "snapshots", 4, 58)
    assert position(person.get(f"{SNAPSHOTS}?snapshot_marker=s9&at={told}")) == ""


@pytest.mark.parametrize(
    ("address", "resource"),
    [(support_pages.VOLUMES, "volumes"), (support_pages.SNAPSHOTS, "snapshots")],
)
def test_support_staff_see_how_many_there_are_and_no_limits(
    wire: Wire, log_in: LogIn, address: str, resource: str
) -> None:
    staff = log_in(support_pages.support_user())
    support_pages.be_quiet(wire)
    holds(wire, resource, 4, 10432)
    page = staff.get(address)
    assert position(page) == "1-3 of 10,432"
    assert not page.all("//div[@class='sd-usage']")


def test_a_volumes_own_snapshots_have_no_head(wire: Wire, person: Person) -> None:
    wire.volume()
    page = person.get(f"{VOLUMES}v1/?tab=volume_details__snapshots_tab")
    assert not page.all("//div[@class='sd-head']")
