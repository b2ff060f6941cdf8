# SPDX-License-Identifier: Apache-2.0
"""Changing rows are refreshed together, within limits, and none is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, ListPage, snapshots, volumes
from tests.browser.person import Person
from tests.browser.test_live import HIDDEN, LATER
from tests.cloud.conftest import Visit
from tests.cloud.workshop import Workshop

# The starts of requests for rows in this document, in milliseconds.
_ASKED = """
    return performance.getEntriesByType("resource")
        .filter((each) => each.name.includes("action=" + arguments[0]))
        .map((each) => each.startTime);
"""
# Rows are asked for at this pace from now on, in milliseconds.
_PACE = """
    for (const row of document.querySelectorAll("tr[data-sd-moving]")) {
        row.dataset.updateInterval = arguments[0];
    }
"""
# Every answer is that of a worker of another release, until the document is left.
_OTHER_RELEASE = """
    const real = window.fetch;
    window.asked = 0;
    window.fetch = function (url, options) {
        if (!String(url).includes("rows_update") || window.sameRelease) {
            return real(url, options);
        }
        window.asked += 1;
        return Promise.resolve(new Response("<!DOCTYPE html><html></html>"));
    };
"""
INTERVAL = 2500  # milliseconds; Horizon's own
ROUNDED = 20  # milliseconds


@dataclass
class Moving:
    """The page of one volume's snapshots, some of which are being made for ever."""

    person: Person
    workshop: Workshop
    page: ListPage
    snapshots: list[str]

    def becomes(self, status: str, *which: str) -> None:
        """Let snapshots get another status."""
        for each in which or self.snapshots:
            self.workshop.admin.block_storage.reset_snapshot_status(each, status)

    def asked(self, action: str = "rows_update") -> list[float]:
        """When rows were asked for."""
        return [float(each) for each in self.person.driver.execute_script(_ASKED, action)]

    def wait_asked(self, times: int) -> list[float]:
        """Wait until rows were asked for so many times."""
        return self.person.until(lambda: self._enough(times), f"{times} requests for rows")

    def _enough(self, times: int) -> list[float]:
        found = self.asked()
        return found if len(found) >= times else []

    def hurry(self) -> None:
        """Ask much more often than people want it."""
        self.person.driver.execute_script(_PACE, 100)

    def wait_status(self, *expected: str) -> None:
        """Wait until the rows show this."""
        shown = list(expected)
        self.person.until(lambda: self.page.column("Status") == shown, f"the statuses {shown}")


@pytest.fixture(scope="module")
def made(shared_workshop: Workshop) -> tuple[str, list[str]]:
    """A volume, and three snapshots of it."""
    volume = str(shared_workshop.volume().id)
    return volume, [str(shared_workshop.snapshot(volume).id) for _ in range(3)]


@pytest.fixture
def moving(
    anna: Person, shared_workshop: Workshop, made: tuple[str, list[str]]
) -> Iterator[Moving]:
    """The page with three that are being made; the newest is on top."""
    volume, ids = made
    page = snapshots(anna)
    found = Moving(anna, shared_workshop, page, ids[::-1])
    found.becomes("creating")
    page.open(f"field=volume_id&value={volume}")
    found.wait_status(*["Creating"] * 3)
    yield found
    found.becomes("available")


def test_all_rows_are_asked_for_together_and_less_and_less_often(moving: Moving) -> None:
    times = moving.wait_asked(2)
    first, second = times[:2]
    assert first >= INTERVAL
    assert second - first >= 2 * INTERVAL - ROUNDED
    assert len(moving.asked()) == 2
    assert moving.asked("row_update") == []
    moving.becomes("available", moving.snapshots[0])
    moving.wait_status("Available", "Creating", "Creating")
    *_rest, changed = moving.asked()
    again = moving.wait_asked(len(moving.asked()) + 1)[-1]
    assert INTERVAL - ROUNDED <= again - changed < 2 * INTERVAL


@pytest.mark.extended
def test_nothing_is_asked_any_more_when_all_is_final(moving: Moving) -> None:
    moving.hurry()
    moving.becomes("available")
    moving.wait_status(*["Available"] * 3)
    before = len(moving.asked())
    moving.person.driver.execute_async_script("setTimeout(arguments[0], 1500);")
    assert len(moving.asked()) == before


def test_focus_ticks_and_menu_survive_and_each_status_is_said(moving: Moving) -> None:
    person, page = moving.person, moving.page
    first, second, third = moving.snapshots
    names = page.column("Name")
    person.see(f"{page.row(first)} .progress-bar")
    tick(person, page.row(first))
    # A window that nobody has touched tells of no focus.
    person.click("h1")
    link = f"{page.row(second)} td.anchor a"
    person.driver.execute_script("arguments[0].focus()", person.see(link))
    untouched = person.see(page.row(third))
    moving.becomes("available", first, second)
    moving.hurry()
    moving.wait_status("Available", "Available", "Creating")
    person.until(lambda: person.focus() == person.see(link), "the focus on the name")
    box = f"{page.row(first)} .table-row-multi-select"
    assert person.find_all(box)[0].is_selected()
    voice = str(person.find_all("[data-sd-voice]")[0].get_property("textContent"))
    assert voice == f"{names[0]}: Available; {names[1]}: Available"
    assert person.see(page.row(third)) == untouched
    assert len(person.all(f"{page.row(third)} .progress-bar")) == 1
    assert not person.all(f"{page.row(first)} .progress-bar")


def tick(person: Person, row: str) -> None:
    """Tick the box of a row; stock draws its own above the real one."""
    (box,) = person.find_all(f"{row} .table-row-multi-select")
    person.driver.execute_script("arguments[0].click()", box)


@pytest.mark.extended
def test_a_row_with_an_open_menu_stays_until_it_is_closed(moving: Moving) -> None:
    person, page = moving.person, moving.page
    first = moving.snapshots[0]
    person.click(f"{page.row(first)} .dropdown-toggle")
    person.see(f"{page.row(first)} .dropdown-menu")
    moving.becomes("available")
    moving.hurry()
    moving.wait_status("Creating", "Available", "Available")
    person.see(f"{page.row(first)} .dropdown-menu")
    person.click("h1")
    moving.wait_status(*["Available"] * 3)


@pytest.mark.extended
def test_behind_a_dialog_nothing_moves(moving: Moving) -> None:
    person, page = moving.person, moving.page
    moving.page.choose(moving.snapshots[0], "Create Volume")
    dialog = Dialog(person).wait_open()
    moving.hurry()
    before = len(moving.asked())
    moving.becomes("available")
    person.driver.execute_async_script("setTimeout(arguments[0], 3500);")
    assert len(moving.asked()) == before
    person.click(dialog.part(".modal-footer .cancel"))
    person.wait_gone(".modal-backdrop")
    moving.wait_status(*["Available"] * 3)
    person.until(
        lambda: person.focus() in person.find_all(f"{page.row(moving.snapshots[0])} *"),
        "the focus in the row",
    )


def test_rows_that_are_gone_leave_and_the_count_follows(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    ids = [str(workshop.snapshot(volume.id).id) for _ in range(3)]
    page = snapshots(anna)
    moving = Moving(anna, workshop, page, ids[::-1])
    moving.becomes("deleting")
    page.open(f"field=volume_id&value={volume.id}")
    moving.wait_status(*["Deleting"] * 3)
    moving.hurry()
    _delete(workshop, ids[:2])
    for each in ids[:2]:
        anna.wait_gone(page.row(each))
    assert anna.see("tfoot .table_count").text == "Displaying 1 item"
    anna.see(page.row(ids[2]), "Deleting")
    _delete(workshop, ids[2:])
    left = "#volume_snapshots tbody tr.empty [data-sd-emptied]"
    anna.see(left, "There are no rows left on this page of the list.")
    first = anna.see(f"{left} a", "First page").get_dom_attribute("href")
    assert first == f"?field=volume_id&value={volume.id}"


def _delete(workshop: Workshop, ids: list[str]) -> None:
    """Delete snapshots that are shown as being deleted: their status stays what it is."""
    for each in ids:
        workshop.admin.block_storage.delete_snapshot(each, force=True)


@pytest.mark.extended
def test_on_a_volumes_details_they_are_read_too(
    moving: Moving, made: tuple[str, list[str]]
) -> None:
    person = moving.person
    person.go(f"/project/volumes/{made[0]}/?tab=volume_details__snapshots_tab")
    moving.wait_status(*["Creating"] * 3)
    moving.hurry()
    moving.becomes("available")
    moving.wait_status(*["Available"] * 3)
    assert moving.asked("row_update") == []


@pytest.mark.extended
def test_in_a_tab_that_is_opened_later_they_are_read_too(
    moving: Moving, made: tuple[str, list[str]]
) -> None:
    person = moving.person
    person.go(f"/project/volumes/{made[0]}/")
    person.click(".nav-tabs a", "Snapshots")
    person.see("#volume_snapshots tr[data-sd-moving]")
    moving.wait_status(*["Creating"] * 3)
    moving.hurry()
    moving.becomes("available")
    moving.wait_status(*["Available"] * 3)


@pytest.mark.extended
def test_volumes_are_read_again(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    workshop.set_status(volume.id, "extending")
    page = volumes(anna).open(f"field=name&value={volume.name}")
    assert page.column("Status") == ["Extending"]
    workshop.set_status(volume.id, "available")
    anna.until(lambda: page.column("Status") == ["Available"], "the status Available")


@pytest.mark.extended
def test_nothing_is_asked_for_a_tab_that_nobody_sees(moving: Moving) -> None:
    person = moving.person
    moving.wait_asked(1)
    person.driver.execute_script(HIDDEN, True)
    moving.hurry()
    moving.becomes("available")
    person.driver.execute_async_script("setTimeout(arguments[0], 6000);")
    assert len(moving.asked()) == 1
    person.driver.execute_script(HIDDEN, False)
    moving.wait_status(*["Available"] * 3)


@pytest.mark.extended
def test_updates_pause_when_nobody_is_there(moving: Moving) -> None:
    person = moving.person
    text = "Updates are paused because this page was not used for 15 minutes."
    assert not person.all("[data-sd-stopped]")
    person.driver.execute_script(LATER, 16 * 60 * 1000)
    person.see("[role=status] [data-sd-stopped=idle]", text)
    before = len(moving.asked())
    moving.becomes("available")
    person.driver.execute_async_script("setTimeout(arguments[0], 3000);")
    assert len(moving.asked()) == before
    person.click("[data-sd-stopped=idle] button", "Refresh")
    moving.wait_status(*["Available"] * 3)
    assert not person.all("[data-sd-stopped]")
    assert person.focus().tag_name == "a"


@pytest.mark.extended
def test_an_answer_of_another_release_takes_no_row_away(moving: Moving) -> None:
    person = moving.person
    person.driver.execute_script(_OTHER_RELEASE)
    moving.hurry()
    person.see("[data-sd-stopped=failing]", "Updates have stopped because they failed")
    assert person.driver.execute_script("return window.asked") == 5
    moving.becomes("available")
    assert moving.page.column("Status") == ["Creating"] * 3
    person.driver.execute_script("window.sameRelease = true")
    person.click("[data-sd-stopped=failing] button", "Refresh")
    moving.wait_status(*["Available"] * 3)


@pytest.mark.extended
def test_a_connection_that_is_lost_is_tried_again(moving: Moving, oracle: Oracle) -> None:
    oracle.allow_console("action=rows_update.*Failed to load resource")
    person = moving.person
    block = {"urls": ["*rows_update*"]}
    person.driver.execute_cdp_cmd("Network.enable", {})
    person.driver.execute_cdp_cmd("Network.setBlockedURLs", block)
    moving.becomes("available")
    moving.wait_asked(1)
    person.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    moving.wait_status(*["Available"] * 3)
    assert not person.all("[data-sd-stopped]")


def test_a_session_that_ends_loses_nothing_of_the_page(
    moving: Moving, oracle: Oracle, visit: Visit
) -> None:
    oracle.allow_console(" 401 ")
    person, page = moving.person, moving.page
    tick(person, page.row(moving.snapshots[0]))
    person.forget_session()
    person.see("[data-sd-stopped=expired]", "you have been logged out")
    assert page.column("Status") == ["Creating"] * 3
    assert person.find_all("tbody .table-row-multi-select:checked")
    person.bring_session(visit("anna").session)
    person.click("[data-sd-stopped=expired] a", "Refresh")
    moving.wait_status(*["Creating"] * 3)


# What the page's script sends for rows, and what is answered: status, tag sent, tag answered.
_WATCH = """
    const real = window.fetch;
    window.sent = [];
    window.fetch = function (url, options) {
        return real(url, options).then((response) => {
            if (String(url).includes("rows_update")) {
                const tag = options.headers["If-None-Match"] || "";
                window.sent.push([response.status, tag, response.headers.get("ETag") || ""]);
            }
            return response;
        });
    };
"""


@pytest.mark.extended
def test_rows_that_have_not_changed_are_not_sent(
    moving: Moving, made: tuple[str, list[str]]
) -> None:
    """From the first request on: the page knows the tag of what it shows."""
    person = moving.person
    # Here the volume's name is always read; a list is drawn without it where it is not remembered,
    # and is sent once more when it is.
    person.go(f"/project/volumes/{made[0]}/?tab=volume_details__snapshots_tab")
    moving.wait_status(*["Creating"] * 3)
    person.driver.execute_script(_WATCH)
    moving.hurry()
    sent: list[list[Any]] = person.until(lambda: _sent(person, 2), "two answers")
    shown = person.find_all("[data-sd-etag]")[0].get_dom_attribute("data-sd-etag")
    assert sent[:2] == [[304, shown, shown]] * 2
    moving.becomes("available", moving.snapshots[0])
    moving.wait_status("Available", "Creating", "Creating")
    changed = next(each for each in _sent(person, 1) if each[0] == 200)
    assert changed[1] == shown != changed[2]
    # Other rows are asked for now: first all of them, then none.
    sent = person.until(lambda: _sent(person, _place(person, changed) + 3), "two answers more")
    full, empty = sent[_place(person, changed) + 1 :][:2]
    assert (full[0], full[1], empty[0], empty[1]) == (200, "", 304, full[2])
    moving.becomes("available")
    moving.wait_status(*["Available"] * 3)


def _sent(person: Person, least: int) -> list[list[Any]]:
    found: list[list[Any]] = person.driver.execute_script("return window.sent")
    return found if len(found) >= least else []


def _place(person: Person, answer: list[Any]) -> int:
    return _sent(person, 1).index(answer)
