# SPDX-License-Identifier: Apache-2.0
"""The search form of the lists, and a search that goes on by itself."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import pytest
from selenium.webdriver import Keys
from selenium.webdriver.support.select import Select

from demo.layout import ROOT, Home
from devcloud.access import load
from devcloud.inside import rows
from tests.browser.oracle import Oracle
from tests.browser.pages import ListPage, snapshots, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

# More than three parts of a search.
MANY = "search-many"
COUNT = 650


def _searched(person: Person) -> dict[str, str]:
    pairs = [value for _key, value in parse_qsl(urlsplit(person.path).query)]
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def _wait_for(page: ListPage, *names: str) -> None:
    page.person.until(lambda: page.column("Name") == list(names), f"the rows {names}")


def test_the_snapshots_of_a_volume_older_than_a_month_are_one_search(
    anna: Person, workshop: Workshop, home: Home
) -> None:
    volume, other = workshop.volume(), workshop.volume()
    old, young = workshop.snapshot(volume.id), workshop.snapshot(volume.id)
    others = workshop.snapshot(other.id)
    long_ago = str(datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(days=40))
    with rows.writing(home.path / "db" / "cinder.db") as cinder:
        for each in (old, others):
            rows.update(cinder, "snapshots", each.id, created_at=long_ago)
    page = snapshots(anna).open()
    anna.see(page.row(young.id))
    Select(anna.see("#sd_search_age")).select_by_visible_text("older than a month")
    anna.type("#sd_search_volume", volume.name)
    anna.press(Keys.ENTER)
    _wait_for(page, old.name)
    assert _searched(anna) == {"volume": volume.name, "age": "older:1m"}
    anna.see("#volume_snapshots", "1 month old")
    anna.click(".sd-chips a[aria-label='Remove the filter Age = older than a month']")
    _wait_for(page, young.name, old.name)
    anna.driver.back()
    _wait_for(page, old.name)
    anna.driver.back()
    anna.see(page.row(others.id))
    assert anna.path == "/project/snapshots/"


@pytest.fixture(scope="module")
def many(home: Home) -> str:
    """A project with many volumes; it stays for the next run."""
    if not any(each.name == MANY for each in load(home.path).accounts):
        port = urlsplit(load(home.path).auth_url).port
        subprocess.run(
            [sys.executable, "-m", "devcloud", "bulk", MANY, str(COUNT), "1", "--instances", "0"],
            cwd=ROOT,
            env={**os.environ, "DEVCLOUD_HOME": str(home.path), "DEVCLOUD_PORT_BASE": str(port)},
            check=True,
        )
    return MANY


def test_a_long_list_is_searched_to_its_end_without_a_click(
    visitor: Person, enter: Callable[..., None], many: str
) -> None:
    enter(many, "/project/volumes/")
    page = volumes(visitor).open()
    visitor.type("#sd_search_name_part", "VOLUME-0000")
    visitor.press(Keys.ENTER)
    visitor.until(lambda: len(page.column("Name")) == 9, "all that there are")
    visitor.until(lambda: not visitor.find_all("[data-sd-searching]"), "the end of the search")
    assert sorted(page.column("Name")) == [f"volume-0000{number}" for number in range(1, 10)]
    visitor.see("tfoot", "Displaying 9 items")
    visitor.type("#sd_search_name_part", "nothing is called so")
    visitor.press(Keys.ENTER)
    visitor.see("tr.empty", "No volume matches this filter.")
    assert not visitor.find_all("[data-sd-searching]")


@pytest.mark.extended
def test_a_search_that_is_not_answered_says_so_and_goes_on_when_asked(
    visitor: Person, enter: Callable[..., None], many: str, oracle: Oracle
) -> None:
    oracle.allow_console(r"Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")
    enter(many, "/project/volumes/")
    visitor.driver.execute_cdp_cmd("Network.enable", {})
    visitor.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*done=*"]})
    visitor.go("/project/volumes/?field=name_part&value=volume-0000")
    visitor.see("[data-sd-search-failed]", "The search has stopped")
    visitor.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    visitor.click("[data-sd-further]", "Search on")
    page = volumes(visitor)
    visitor.until(lambda: len(page.column("Name")) == 9, "all that there are")
    assert "done=" not in visitor.path
