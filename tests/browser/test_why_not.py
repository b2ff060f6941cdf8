# SPDX-License-Identifier: Apache-2.0
"""Deleting in the browser: stock's question, or our dialog with what blocks it."""

from collections.abc import Iterator
from typing import Any

import pytest

from devcloud.waiting import wait_until
from tests.browser.axe import violations
from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, snapshots, volumes
from tests.browser.person import Person
from tests.cloud.workshop import PATIENCE, Workshop

QUESTION = ".modal.in .modal-title"
# Storage on which volumes made from a snapshot depend on it.
LINKED = "linked"


@pytest.fixture
def family(workshop: Workshop) -> Iterator[tuple[Any, Any, Any]]:
    """A volume, a snapshot of it, and a volume that was made from that."""
    volume = workshop.volume("mother", volume_type=LINKED)
    snapshot = workshop.snapshot(volume.id)
    child = workshop.volume("child", snapshot_id=snapshot.id, volume_type=LINKED)
    yield volume, snapshot, child


def _no_violations(person: Person, within: str = ".sd-dialog") -> None:
    assert [str(each) for each in violations(person.driver, [within])] == []


def _snapshot_is_gone(workshop: Workshop, volume_id: str) -> None:
    wait_until(
        lambda: not workshop.snapshots_of(volume_id),
        seconds=PATIENCE,
        what="the snapshot to be deleted",
        pause=0.1,
    )


def test_where_nothing_stands_in_the_way_the_question_tells_which_one(
    anna: Person, workshop: Workshop
) -> None:
    volume = workshop.volume()
    snapshot = workshop.snapshot(volume.id)
    page = snapshots(anna).open(f"field=volume_id&value={volume.id}")
    page.choose(snapshot.id, "Delete Volume Snapshot")
    anna.see(QUESTION, "Delete Volume Snapshot")
    facts = anna.see(".modal.in .sd-facts", volume.name).text
    assert facts.endswith("1 GiB")
    anna.click(".modal-dialog .btn-danger")
    anna.see(".alert-success", f"Scheduled deletion of Volume Snapshot: {snapshot.name}")
    _snapshot_is_gone(workshop, volume.id)


@pytest.mark.extended
def test_a_volume_goes_with_its_snapshots_after_a_tick(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    first, second = workshop.snapshot(volume.id, "first"), workshop.snapshot(volume.id, "second")
    volumes(anna).open(f"field=name&value={volume.name}").choose(volume.id, "Delete Volume")
    dialog = Dialog(anna).wait_open()
    text = dialog.see(".modal-body").text
    assert "This volume has 2 snapshots, which must go first" in text
    assert first.name in text and second.name in text
    assert dialog.button.get_property("value") == "Delete Volume and Snapshots"
    dialog.see("[data-sd-said]", "No volume was made from")
    _no_violations(anna)
    dialog.send()
    dialog.see("#id_cascade_error", "Tick the box above")
    assert workshop.owner.block_storage.get_volume(volume.id).status == "available"
    anna.tick(dialog.part("#id_cascade"))
    dialog.send()
    anna.see(".alert-info", "Scheduled deletion of Volume")
    workshop.gone(volume.id)
    assert workshop.snapshots_of(volume.id) == []


def test_a_snapshot_that_is_depended_on_comes_back_with_its_reason(
    anna: Person, workshop: Workshop, family: tuple[Any, Any, Any]
) -> None:
    volume, snapshot, child = family
    page = snapshots(anna).open(f"field=volume_id&value={volume.id}")
    page.choose(snapshot.id, "Delete Volume Snapshot")
    dialog = Dialog(anna).wait_open()
    dialog.see("[data-sd-found]", "1 volume was made from this snapshot")
    assert dialog.see("[data-sd-first]").text == "Related"
    assert child.name in dialog.see("[data-sd-found] li").text
    dialog.see("[data-sd-said]", "of this project w")
    _no_violations(anna)
    dialog.send()
    anna.see(".alert-success", "Scheduled deletion of Volume Snapshot")
    reason = "Not deleted: it is in use, probably by a volume made from it."
    anna.see(f"{page.row(snapshot.id)} .sd-remark", reason)
    _no_violations(anna, page.row(snapshot.id))
    anna.click(f"{page.row(snapshot.id)} .sd-remark a", "Why?")
    assert reason in Dialog(anna).wait_open().see(".sd-remark").text
    # The buttons stay where they are from then on.
    dialog.see("[data-sd-said]", "of this project w")
    anna.click(dialog.part(".cancel"))
    anna.wait_gone(".modal-backdrop")
    anna.click(f"{page.row(snapshot.id)} [data-sd-hide]", "Hide")
    anna.go(f"/project/snapshots/{snapshot.id}")
    anna.see("#sd-what-now", reason)
    anna.click("#sd-what-now summary", "Copy Details for Support")
    assert "Message: delete snapshot:Snapshot is busy." in anna.see("#sd-what-now pre").text
    _no_violations(anna, "#sd-what-now")
    page.open(f"field=volume_id&value={volume.id}")
    anna.see(page.row(snapshot.id))
    assert not anna.all(f"{page.row(snapshot.id)} .sd-remark")
    workshop.owner.block_storage.delete_volume(child.id)
    workshop.gone(child.id)
    page.choose(snapshot.id, "Delete Volume Snapshot")
    dialog.wait_open().see("[data-sd-said]", "No volume was made from this snapshot")
    dialog.send()
    _snapshot_is_gone(workshop, volume.id)


@pytest.mark.extended
def test_an_attached_volume_says_so_and_leads_to_detaching(
    anna: Person, workshop: Workshop
) -> None:
    instance, volume = workshop.attached()
    volumes(anna).open(f"field=name&value={volume.name}").choose(volume.id, "Delete Volume")
    dialog = Dialog(anna).wait_open()
    text = dialog.see(".sd-obstacles").text
    assert (
        f"This volume is attached to {instance.name}" in text and "Detach the volume first." in text
    )
    assert not dialog.has("[type=submit]")
    _no_violations(anna)
    anna.click(dialog.part(".sd-obstacles a"), "Manage Attachments")
    anna.see("#modal_wrapper #attachments tbody button", "Detach Volume")


def test_without_scripts_the_volumes_are_looked_for_page_by_page(
    anna: Person, oracle: Oracle, family: tuple[Any, Any, Any]
) -> None:
    _volume, snapshot, child = family
    oracle.allow_console(r"Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")
    # The small scripts inside Horizon's pages miss the large ones.
    oracle.allow_console(r"(horizon|addHorizonLoadEvent|\$|jQuery|angular) is not defined")
    anna.without_scripts()
    anna.go(f"/project/snapshots/{snapshot.id}/delete/")
    anna.click(".sd-dependents a", "Look for them")
    anna.see("[data-sd-found] li", child.name)
    assert anna.see("[type=submit]").get_property("value") == "Delete Volume Snapshot"
