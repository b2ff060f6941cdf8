# SPDX-License-Identifier: Apache-2.0
"""The two lists are refreshed automatically, and their state is in the URL."""

import pytest

from tests.browser.pages import Dialog, ListPage, snapshots, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop, unique

PAGE_SIZE_COOKIE = "API_RESULT_PAGE_SIZE"
# Names as they are sorted, in the order in which they are made.
MADE = ("bravo", "alfa", "charlie")
PREVIOUS, NEXT = "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}", "Next"


@pytest.fixture(scope="module")
def filled(shared_workshop: Workshop) -> str:
    """A volume with three snapshots."""
    volume = shared_workshop.volume()
    for name in MADE:
        made = shared_workshop.owner.block_storage.create_snapshot(volume_id=volume.id, name=name)
        shared_workshop.settled_snapshot(made.id)
    return str(volume.id)


@pytest.fixture
def of_one_volume(anna: Person, filled: str) -> ListPage:
    """The snapshots of that volume, two on a page."""
    anna.keep_cookie(PAGE_SIZE_COOKIE, "2")
    return snapshots(anna).open(f"field=volume_id&value={filled}")


def _wait_for(page: ListPage, *names: str) -> None:
    page.person.until(lambda: page.column("Name") == list(names), f"the rows {names}")


def test_a_snapshot_becomes_available_without_a_reload(anna: Person, workshop: Workshop) -> None:
    snapshot = workshop.snapshot(workshop.volume().id)
    workshop.admin.block_storage.reset_snapshot_status(snapshot.id, "creating")
    page = snapshots(anna).open(f"field=volume_id&value={snapshot.volume_id}")
    assert page.column("Status") == ["Creating"]
    anna.driver.execute_script("window.sameDocument = true")
    workshop.admin.block_storage.reset_snapshot_status(snapshot.id, "available")
    anna.until(lambda: page.column("Status") == ["Available"], "the status Available")
    assert anna.driver.execute_script("return window.sameDocument") is True
    assert anna.see(f"{page.row(snapshot.id)} .btn-group > a").text == "Create Volume"


def test_a_snapshot_that_is_gone_leaves_the_list(anna: Person, workshop: Workshop) -> None:
    snapshot = workshop.snapshot(workshop.volume().id)
    workshop.admin.block_storage.reset_snapshot_status(snapshot.id, "deleting")
    page = snapshots(anna).open(f"field=volume_id&value={snapshot.volume_id}")
    assert page.column("Status") == ["Deleting"]
    workshop.admin.block_storage.reset_snapshot_status(snapshot.id, "available")
    workshop.owner.block_storage.delete_snapshot(snapshot.id)
    anna.wait_gone(page.row(snapshot.id))


def test_the_volumes_name_is_filled_in_on_the_snapshots_page(
    anna: Person, workshop: Workshop
) -> None:
    volume = workshop.volume()
    workshop.snapshot(volume.id)
    page = snapshots(anna).open(f"field=volume_id&value={volume.id}")
    anna.until(lambda: page.column("Volume Name") == [volume.name], "the volume's name")


def test_the_instances_name_is_filled_in_on_the_volumes_page(
    anna: Person, workshop: Workshop
) -> None:
    instance, volume = workshop.attached()
    device = volume.attachments[0]["device"]
    page = volumes(anna).open(f"field=name&value={volume.name}")
    wanted = [f"{device} on {instance.name}"]
    anna.until(lambda: page.column("Attached To") == wanted, f"attached to {wanted}")


def test_pages_follow_each_other_and_back_works(anna: Person, of_one_volume: ListPage) -> None:
    _wait_for(of_one_volume, "charlie", "alfa")
    anna.click("tfoot a", NEXT)
    _wait_for(of_one_volume, "bravo")
    assert "field=volume_id" in anna.path
    second = anna.path
    anna.driver.refresh()
    _wait_for(of_one_volume, "bravo")
    anna.click("tfoot a", PREVIOUS)
    _wait_for(of_one_volume, "charlie", "alfa")
    anna.driver.back()
    _wait_for(of_one_volume, "bravo")
    assert anna.path == second


def test_a_column_head_sorts_both_ways_and_the_address_says_so(
    anna: Person, of_one_volume: ListPage, filled: str
) -> None:
    anna.click("th a", "Name")
    _wait_for(of_one_volume, "alfa", "bravo")
    assert anna.see("th[aria-sort]").get_attribute("aria-sort") == "ascending"
    assert "sort=name" in anna.path and filled in anna.path
    anna.click("th a", "Name")
    _wait_for(of_one_volume, "charlie", "bravo")
    assert anna.see("th[aria-sort]").get_attribute("aria-sort") == "descending"
    anna.driver.refresh()
    _wait_for(of_one_volume, "charlie", "bravo")
    anna.click("tfoot a", NEXT)
    _wait_for(of_one_volume, "alfa")
    anna.driver.back()
    _wait_for(of_one_volume, "charlie", "bravo")


def test_a_filter_is_in_the_address_and_back_leaves_it(anna: Person, workshop: Workshop) -> None:
    volume, other = workshop.volume(), workshop.volume()
    page = volumes(anna).open()
    anna.see(page.row(other.id))
    page.search(name=volume.name)
    _wait_for(page, volume.name)
    assert f"value={volume.name}" in anna.path
    anna.driver.refresh()
    _wait_for(page, volume.name)
    assert anna.value("#sd_search_name") == volume.name
    anna.driver.back()
    anna.see(page.row(other.id))
    assert anna.path == "/project/volumes/"


def test_success_leads_back_to_the_filtered_page(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    page = volumes(anna).open(f"field=name&value={volume.name}&sort=name")
    opened_from = anna.path
    page.choose(volume.id, "Create Snapshot")
    Dialog(anna).wait_open().send()
    anna.see(".alert-info", "snapshot")
    _wait_for(page, volume.name)
    assert anna.path == opened_from


def test_a_filter_that_finds_nothing_can_be_cleared(anna: Person) -> None:
    snapshots(anna).open(f"field=name&value={unique('nobody')}")
    anna.see("#volume_snapshots", "No snapshot matches this filter.")
    anna.click("a", "Clear filter")
    anna.until(lambda: anna.path == "/project/snapshots/", "the list without a filter")
