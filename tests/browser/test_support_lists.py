# SPDX-License-Identifier: Apache-2.0
"""The list and the report of support staff: state in the URL, and CSV files.

What they show are the customers', who are only looked at.
"""

import csv
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from demo.layout import Home
from devcloud.whole_cloud import WholeCloud
from tests.browser.pages import ListPage, all_snapshots
from tests.browser.person import Person
from tests.cloud.whole_cloud import whole_cloud

REPORT = "/admin/snapshots/report/"
# Large enough for a second page, small enough to be read as a file at once.
PROJECT = "customer-013"
PAGE_SIZE = 20
PAGE_SIZE_COOKIE = "API_RESULT_PAGE_SIZE"
# What of the page is to be seen, and when: before it has been read to its end.
_WATCH = """
    window.sdWatched = [];
    new MutationObserver(() => {
        const told = Array.from(document.querySelectorAll('.sd-progress p'));
        const seen = told.filter((each) => each.checkVisibility()).map((each) => each.textContent);
        if (seen.length) {
            window.sdWatched.push([document.readyState, seen[seen.length - 1]]);
        }
    }).observe(document, {childList: true, subtree: true});
"""


@pytest.fixture(scope="module")
def customers(home: Home) -> WholeCloud:
    """Many customers and what they have."""
    return whole_cloud(home)


@pytest.fixture
def page(support: Person, customers: WholeCloud) -> ListPage:
    """The list of all snapshots."""
    assert customers.projects[PROJECT].snapshots > PAGE_SIZE
    support.keep_cookie(PAGE_SIZE_COOKIE, str(PAGE_SIZE))
    return all_snapshots(support).open()


@pytest.fixture
def downloads(support: Person, home: Home, tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """Function: wait for the file that was downloaded."""
    run = support.driver.execute_cdp_cmd
    run("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    yield lambda: support.until(lambda: [*tmp_path.glob("*.csv")], "the file")[0]
    run("Browser.setDownloadBehavior", {"behavior": "default"})


def _chips(page: ListPage, *texts: str) -> None:
    page.person.until(
        lambda: [each.text.strip() for each in page.person.all(".sd-chips li")] == list(texts),
        f"the filters {texts}",
    )


def test_filters_add_up_stay_in_the_address_and_go_one_by_one(page: ListPage) -> None:
    support = page.person
    page.search(project=PROJECT)
    _chips(page, f"Project = {PROJECT}")
    assert set(page.column("Project")) == {PROJECT}
    page.search(status="Error")
    _chips(page, "Status = Error", f"Project = {PROJECT}")
    assert set(page.column("Status")) <= {"Error"}
    address = support.path
    support.go("/admin/volumes/")
    support.go(address)
    _chips(page, "Status = Error", f"Project = {PROJECT}")
    old = support.see(".sd-chips")
    support.click(".sd-chips a[aria-label='Remove the filter Status = Error']")
    support.wait_left(old)
    _chips(page, f"Project = {PROJECT}")
    assert "Available" in page.column("Status")


@pytest.mark.extended
def test_an_unknown_project_is_said_to_be_unknown(page: ListPage) -> None:
    page.search(project="customer-of-nobody")
    page.person.see(".sd-problem", 'There is no project called "customer-of-nobody"')


def _ids(page: ListPage) -> list[str]:
    rows = page.person.all(f"#{page.table} tbody tr[data-object-id]")
    return [str(row.get_dom_attribute("data-object-id")) for row in rows]


@pytest.mark.extended
def test_the_oldest_come_first_when_sorted_and_pages_follow(page: ListPage) -> None:
    support = page.person
    page.search(project=PROJECT)
    newest = _ids(page)
    old = support.see(f"#{page.table}")
    support.click("thead a.sd-sort", "Created")
    support.wait_left(old)
    support.see("thead th[aria-sort=ascending]", "Created")
    oldest = _ids(page)
    assert len(oldest) == PAGE_SIZE and not set(oldest) & set(newest)
    old = support.see(f"#{page.table}")
    support.click("tfoot a", "Next")
    support.wait_left(old)
    support.see("thead th[aria-sort=ascending]", "Created")
    _chips(page, f"Project = {PROJECT}")
    following = _ids(page)
    assert following and not set(following) & set(oldest)


def test_the_list_is_taken_away_as_a_file_that_says_it_is_complete(
    page: ListPage, customers: WholeCloud, downloads: Callable[[], Path]
) -> None:
    support = page.person
    page.search(project=PROJECT)
    support.click("a.btn", "CSV of This List")
    rows = list(csv.reader(downloads().read_text(encoding="utf-8-sig").splitlines()))
    count = customers.projects[PROJECT].snapshots
    assert ",".join(rows[-1]) == f"# complete, {count} rows"
    assert len(rows) == count + 2
    projects = {row[rows[0].index("project_name")] for row in rows[1:-1]}
    assert projects == {PROJECT}


@pytest.fixture
def watched(support: Person) -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """Function: which progress was to be seen, and how far the page had been read by then."""
    run: Any = support.driver.execute_cdp_cmd
    added = run("Page.addScriptToEvaluateOnNewDocument", {"source": _WATCH})
    yield lambda: [(each[0], each[1]) for each in _watched(support)]
    run("Page.removeScriptToEvaluateOnNewDocument", added)


def _watched(support: Person) -> list[list[str]]:
    return list(support.driver.execute_script("return window.sdWatched"))


@pytest.mark.extended
def test_a_report_says_how_far_it_is_and_is_sorted(
    support: Person, customers: WholeCloud, watched: Callable[[], list[tuple[str, str]]]
) -> None:
    support.go(REPORT)
    old = support.see(".sd-report")
    support.click(".sd-report a[href$='make=1']")
    support.wait_left(old)
    support.see("#sd-report")
    early = [text for state, text in watched() if state == "loading"]
    assert any(text.endswith("snapshots read.") for text in early), early
    counts = [_number(row) for row in _cells(support, 2)]
    assert all(more >= less for more, less in pairwise(counts))
    old = support.see("#sd-report")
    support.click("#sd-report a.sd-sort", "Project")
    support.wait_left(old)
    support.see("#sd-report th[aria-sort=ascending]", "Project")
    names = _cells(support, 1)
    assert names == sorted(names, key=str.casefold)
    assert {name for name, has in customers.projects.items() if name and has.snapshots} <= {*names}


def _cells(support: Person, place: int) -> list[str]:
    """Return the texts of a column, read at once: there are hundreds of rows."""
    css = f"#sd-report tbody tr > :nth-child({place})"
    script = "return Array.from(document.querySelectorAll(arguments[0]), (e) => e.innerText.trim())"
    return list(support.driver.execute_script(script, css))


def _number(text: str) -> int:
    return int(text.replace(",", ""))
