# SPDX-License-Identifier: Apache-2.0
"""Sets of snapshots: of an instance's volumes, and of selected volumes."""

from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.remote.webelement import WebElement

from devcloud.waiting import wait_until
from tests.browser.axe import violations
from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, ListPage, plain_page, volumes
from tests.browser.person import Person
from tests.cloud.workshop import PATIENCE, Workshop, unique

LINES = ".sd-set-lines li"


def instances(person: Person) -> ListPage:
    """Project > Compute > Instances."""
    return ListPage(person, "/project/instances/", "instances", "instances_filter")


def judge(chrome: Chrome, part: str) -> None:
    """Let axe judge a part of the page."""
    found = [str(each) for each in violations(chrome, [part]) if each.known < 0]
    assert not found, "\n".join(found)


def include(dialog: Dialog, volume_id: str) -> WebElement:
    """Return the box that includes a volume."""
    return dialog.see(f"[name=include][value='{volume_id}']")


def reads(dialog: Dialog, label: str) -> None:
    """Wait until the button says this."""
    dialog.person.until(
        lambda: dialog.button.get_property("value") == label, f"the button {label!r}"
    )


def lines(person: Person) -> list[str]:
    """Return what became of each snapshot."""
    return person.texts(LINES)


def all_available(person: Person, count: int) -> None:
    """Wait, without loading the page again, until everything is made."""
    person.until(
        lambda: [each.endswith(" - Available") for each in lines(person)] == [True] * count,
        f"{count} snapshots that are Available",
    )


@pytest.fixture
def five(workshop: Workshop) -> tuple[Any, list[str]]:
    """A running instance with five volumes, of which no snapshot of the last may be made."""
    instance, root = workshop.started_from_volume("shop")
    data = [str(workshop.volume(kind, volume_type=kind).id) for kind in ("ssd", "linked", "ssd")]
    last = str(workshop.volume("logs", volume_type="hdd").id)
    for each in (*data, last):
        workshop.attach(instance.id, each)
    return instance, [root, *data, last]


def test_one_of_five_fails_and_is_made_by_trying_again(
    anna: Person, workshop: Workshop, five: tuple[Any, list[str]]
) -> None:
    instance, ids = five
    full = workshop.volume("full", volume_type="hdd").id
    used = [workshop.snapshot(full) for _ in range(2)]
    instances(anna).open().choose(instance.id, "Snapshot Volumes")
    dialog = Dialog(anna).wait_open()
    assert dialog.see(".modal-title").text == f"Snapshot All Volumes of {instance.name}"
    assert "5 of these volumes are attached" in dialog.see(".sd-explanation-warning").text
    assert "not at the same instant" in dialog.see(".sd-notes").text
    judge(anna.driver, dialog.here)
    include(dialog, ids[1]).click()
    reads(dialog, "Create 4 Snapshots (Force)")
    client = anna.find_all(dialog.part("[data-sd-program=openstack]"))[0]
    shown = str(client.get_property("textContent"))
    assert [each in shown for each in ids] == [True, False, True, True, True]
    include(dialog, ids[1]).click()
    reads(dialog, "Create 5 Snapshots (Force)")
    dialog.fill(name="before upgrade")
    assert str(client.get_property("textContent")).count("before upgrade ") == 5
    dialog.tick()
    dialog.send()
    anna.see("[data-sd-set-summary]", "4 of 5 snapshots requested.")
    told = "Not created: Your project has reached a limit."
    assert [told in each for each in lines(anna)] == [False] * 4 + [True]
    judge(anna.driver, "#content_body")
    workshop.owner.block_storage.delete_snapshot(used[0].id)
    wait_until(
        lambda: len(workshop.snapshots_of(full)) == 1,
        seconds=PATIENCE,
        what="room for a snapshot",
        pause=0.2,
    )
    anna.click(".sd-set-lines [type=submit]")
    anna.see("[data-sd-set-summary]", "5 of 5 snapshots requested.")
    all_available(anna, 5)
    anna.driver.refresh()
    all_available(anna, 5)
    assert not anna.all("[data-sd-set-reload]") and not anna.all(".sd-set-lines [type=submit]")
    made = [workshop.snapshots_of(each) for each in ids]
    assert [len(each) for each in made] == [1] * 5
    assert len({each.metadata["snapshot_dashboard:set"] for (each,) in made}) == 1


@pytest.mark.extended
def test_a_system_disk_that_is_no_volume_is_told_before_and_after(
    anna: Person, workshop: Workshop
) -> None:
    instance, volume = workshop.attached("from-image")
    volumes(anna).open().choose(volume.id, "Create Snapshot")
    single = Dialog(anna).wait_open()
    anna.driver.execute_script(
        "arguments[0].scrollIntoView()", single.see("a[href*='snapshot_set']")
    )
    anna.click(single.part("a[href*='snapshot_set']"))
    dialog = plain_page(anna)
    told = f"The system disk (root disk) of {instance.name} is not a volume and is not included"
    assert told in dialog.see(".sd-left-out").text
    judge(anna.driver, dialog.here)
    dialog.tick()
    dialog.send()
    anna.see(".sd-set-page .sd-left-out", told)
    all_available(anna, 1)
    anna.click(".sd-set-page .sd-left-out .btn", "Create Snapshot")
    anna.see("form[action*='/images/']")


@pytest.mark.extended
def test_ticked_volumes_are_snapshotted_without_a_tick_when_none_is_attached(
    anna: Person, workshop: Workshop
) -> None:
    name = unique("several")
    ids = [str(workshop.volume(name).id) for _ in range(2)]
    page = volumes(anna).open()
    for each in ids:
        anna.see(page.row(each))
        # Stock draws its own box above the real one.
        (box,) = anna.find_all(f"{page.row(each)} .table-row-multi-select")
        anna.driver.execute_script("arguments[0].click()", box)
    anna.click("#volumes__action_create_snapshots")
    dialog = plain_page(anna)
    reads(dialog, "Create 2 Snapshots")
    assert not dialog.has("[name=acknowledged]") and not dialog.has(".sd-explanation")
    judge(anna.driver, dialog.here)
    dialog.fill(name="both")
    dialog.send()
    all_available(anna, 2)
    anna.click(".sd-set-page a", "Back")
    anna.until(lambda: anna.path == "/project/volumes/", "the list of volumes")
    found = [workshop.snapshots_of(each)[0] for each in ids]
    assert all(each.name.startswith(f"both {name}") for each in found)


def test_everything_works_without_scripts(anna: Person, workshop: Workshop, oracle: Oracle) -> None:
    oracle.allow_console(r"Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")
    oracle.allow_console(r"(horizon|addHorizonLoadEvent|\$|jQuery|angular) is not defined")
    instance, volume = workshop.attached("plain")
    anna.without_scripts()
    anna.go(f"/project/volumes/snapshot_set/?instance={instance.id}")
    dialog = plain_page(anna)
    dialog.tick()
    dialog.send()
    anna.see("[data-sd-set-summary]", "1 of 1 snapshot requested.")
    workshop.settled_snapshot(workshop.snapshots_of(volume.id)[0].id)
    anna.driver.refresh()
    anna.see(LINES, "Available")


@pytest.mark.extended
def test_the_dialog_fits_a_small_window(anna: Person, workshop: Workshop) -> None:
    instance, _volume = workshop.attached("narrow")
    instances(anna).open().choose(instance.id, "Snapshot Volumes")
    dialog = Dialog(anna).wait_open()
    for width, height in ((400, 800), (320, 256)):
        anna.in_window(width, height)
        assert dialog.overflow() == 0
