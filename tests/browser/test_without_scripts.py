# SPDX-License-Identifier: Apache-2.0
"""The dialogs as plain pages without the dashboard's scripts."""

import pytest
from selenium.webdriver import ActionChains

from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, plain_page, snapshots, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop, unique


@pytest.fixture(autouse=True)
def no_scripts(anna: Person, oracle: Oracle) -> None:
    """Stop the scripts before the first page."""
    oracle.allow_console(r"Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")
    # The small scripts inside Horizon's pages miss the large ones.
    oracle.allow_console(r"(horizon|addHorizonLoadEvent|\$|jQuery|angular) is not defined")
    anna.without_scripts()


@pytest.fixture(scope="module")
def attached(shared_workshop: Workshop) -> str:
    """A volume that a running instance uses."""
    return str(shared_workshop.attached()[1].id)


def _follow(person: Person, row: str, address: str) -> Dialog:
    """Point at the actions of a row and click one of them."""
    menu = person.see(f"{row} .btn-group")
    ActionChains(person.driver).move_to_element(menu).perform()
    person.click(f"{row} a[href*='{address}']")
    person.see(".sd-dialog.static_page form")
    return plain_page(person)


def test_an_attached_volume_is_snapshotted(anna: Person, workshop: Workshop, attached: str) -> None:
    page = volumes(anna).open()
    dialog = _follow(anna, page.row(attached), "/create_snapshot/")
    assert "may be writing to this volume" in dialog.see(".sd-explanation").text
    name = unique("plain")
    dialog.fill(name=name)
    dialog.tick()
    dialog.send()
    anna.see(".alert-info", name)
    assert anna.path == "/project/volumes/"
    assert name in [each.name for each in workshop.snapshots_of(attached)]


def test_a_missing_tick_brings_the_page_back_with_what_was_typed(
    anna: Person, workshop: Workshop, attached: str
) -> None:
    anna.go(f"/project/volumes/{attached}/create_snapshot/")
    dialog = plain_page(anna)
    name = unique("unticked")
    dialog.fill(name=name, description="typed with care")
    dialog.send()
    dialog.see("#id_acknowledged_error", "Tick the box above")
    assert anna.value("[name=name]") == name
    assert anna.value("[name=description]") == "typed with care"
    assert not dialog.see("[name=acknowledged]").is_selected()
    assert name not in [each.name for each in workshop.snapshots_of(attached)]


def test_a_volume_is_made_from_a_snapshot(anna: Person, workshop: Workshop) -> None:
    snapshot = workshop.snapshot(workshop.volume().id)
    query = f"field=volume_id&value={snapshot.volume_id}"
    page = snapshots(anna).open(query)
    dialog = _follow(anna, page.row(snapshot.id), "/project/volumes/create/")
    name = unique("plain")
    dialog.fill(name=name, size="2")
    dialog.send()
    anna.see(".alert-info", name)
    assert anna.path == f"/project/snapshots/?{query}"
    anna.click(".alert-info a", name)
    made = anna.path.rstrip("/").rpartition("/")[2]
    workshop.adopt_volume(made)
    assert workshop.settled(made).size == 2


def test_cancel_leads_back_to_the_list(anna: Person, attached: str) -> None:
    page = volumes(anna).open("sort=name")
    _follow(anna, page.row(attached), "/create_snapshot/")
    anna.click(".sd-dialog .cancel", "Cancel")
    anna.until(lambda: anna.path == "/project/volumes/?sort=name", "the list")


def test_nothing_that_needs_a_script_is_offered(anna: Person, attached: str) -> None:
    anna.go(f"/project/volumes/{attached}/create_snapshot/")
    anna.click(".sd-programs summary")
    assert "--force" in anna.see(".sd-command-text").text
    assert not anna.all("[data-sd-copy]")
    assert not anna.all("[data-sd-problem]")
