# SPDX-License-Identifier: Apache-2.0
"""Revert Volume in the browser: a data volume, and a system disk."""

from pathlib import Path

import pytest

from devcloud.access import Access
from tests.browser import axe
from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, plain_page, snapshots, volumes
from tests.browser.person import Person
from tests.cloud.reverting import copies, revert_path
from tests.cloud.test_bytes import AFTER, BEFORE, read, write
from tests.cloud.workshop import Workshop

COPY, REVERT = "[name=copy]", "[name=revert]"
COPIED = ".sd-copied"


def _snapshot_under_load(anna: Person, workshop: Workshop, volume_id: str) -> str:
    """Take a snapshot of an attached volume, and wait until it is there."""
    volumes(anna).open().choose(volume_id, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    dialog.tick()
    dialog.send()
    anna.see(".alert-info", "snapshot")
    (made,) = workshop.snapshots_of(volume_id)
    return str(workshop.settled_snapshot(made.id).id)


def _detach(anna: Person, workshop: Workshop, volume_id: str) -> None:
    """Detach in Manage Attachments, which is open above the page."""
    anna.click("#modal_wrapper #attachments tbody button", "Detach Volume")
    anna.click("#modal_wrapper .modal.in .modal-footer .btn-danger", "Detach Volume")
    anna.see(".alert-success", "Detaching Volume")
    anna.wait_gone(".modal-backdrop")
    workshop.settled(volume_id)


def _attach(anna: Person, volume_id: str, instance_id: str) -> None:
    """Attach in Manage Attachments."""
    volumes(anna).open().choose(volume_id, "Manage Attachments")
    select = "#modal_wrapper #id_instance"
    anna.until(lambda: anna.find_all(select), "the instances to choose from")
    anna.driver.execute_script(
        "const field = $(arguments[0]); field.val(arguments[1]).trigger('change');",
        select,
        instance_id,
    )
    anna.click("#modal_wrapper .modal.in [type=submit]")
    anna.see(".alert", "Attaching volume")


def test_a_data_volume_is_snapshotted_detached_copied_reverted_and_attached(
    anna: Person, workshop: Workshop, cloud: Access
) -> None:
    instance, volume = workshop.attached()
    file = cloud.file_of(f"volume-{volume.id}")
    write(file, BEFORE)
    snapshot = _snapshot_under_load(anna, workshop, volume.id)
    write(file, AFTER)

    page = snapshots(anna).open(f"field=volume_id&value={volume.id}")
    page.choose(snapshot, "Revert Volume")
    dialog = Dialog(anna).wait_open()
    title = f"Detach the volume first: it is attached to {instance.name}"
    assert title in dialog.see(".sd-explanation").text
    assert not dialog.has("[type=submit]")
    anna.click(dialog.part("a"), "Manage Attachments")
    _detach(anna, workshop, volume.id)

    page.open(f"field=volume_id&value={volume.id}").choose(snapshot, "Revert Volume")
    dialog.wait_open()
    assert "since" in dialog.see(".sd-explanation-warning").text
    assert anna.focus().text == "Cancel"
    copy = _copied(anna, workshop, dialog, volume.id)
    dialog.tick()
    anna.click(dialog.part(REVERT))
    anna.see(".alert-success", "Reverting volume")
    # Beside it Cinder's temporary snapshot may be listed, until the page is opened again.
    anna.see(f"{page.row(snapshot)} td.status_up", "Available")
    workshop.settled(volume.id)
    assert read(file) == BEFORE
    assert read(cloud.file_of(f"volume-{copy}")) == AFTER

    _attach(anna, volume.id, instance.id)
    workshop.device(instance.id, volume.id)
    assert read(file) == BEFORE


def _copied(anna: Person, workshop: Workshop, dialog: Dialog, volume_id: str) -> str:
    """Make a copy, and wait in the open dialog until it is there; return its id."""
    workshop.slow_storage()
    anna.click(dialog.part(COPY))
    dialog.see(COPIED, "Copying... you can leave this page.")
    assert not dialog.has("[type=submit]") and not dialog.has("[name=acknowledged]")
    (made,) = copies(workshop, workshop.owner.block_storage.get_volume(volume_id))
    copy = str(made.id)
    workshop.adopt_volume(copy)
    workshop.storage_as_usual()
    dialog.see(COPIED, "is Available. You can revert now.")
    said = anna.driver.execute_script(
        "return document.querySelector(arguments[0]).textContent",
        dialog.part("[data-sd-announce]"),
    )
    assert said.endswith("is Available. You can revert now.")
    assert not dialog.see("[name=acknowledged]").is_selected()
    assert dialog.see(".cancel").text == "Cancel"
    return copy


@pytest.mark.extended
def test_a_system_disk_is_told_the_three_ways_back(anna: Person, workshop: Workshop) -> None:
    instance, volume = workshop.started_from_volume()
    snapshot = _snapshot_under_load(anna, workshop, volume)
    page = snapshots(anna).open(f"field=volume_id&value={volume}")
    page.choose(snapshot, "Revert Volume")
    dialog = Dialog(anna).wait_open()
    title = (
        f"The system disk (root disk) of {instance.name} cannot be reverted while the instance "
        "exists"
    )
    assert title in dialog.see(".sd-explanation").text
    ways = anna.texts(dialog.part(".sd-ways li"))
    starts = ["Get files back:", "Start a new instance", "Use this same disk again:"]
    assert [text.startswith(start) for text, start in zip(ways, starts, strict=True)] == [True] * 3
    assert not dialog.has("[type=submit]")
    assert axe.violations(anna.driver, [dialog.here]) == []
    anna.click(dialog.part("a"), "Create Volume")
    anna.see("#create_volume_modal.in", "Create Volume")


@pytest.mark.extended
def test_a_failed_revert_says_what_is_left_and_whom_to_ask(
    anna: Person, workshop: Workshop
) -> None:
    volume = workshop.volume()
    snapshot = workshop.snapshot(volume.id)
    page = snapshots(anna).open(f"field=volume_id&value={volume.id}")
    page.choose(snapshot.id, "Revert Volume")
    dialog = Dialog(anna).wait_open()
    workshop.broken_storage("revert_to_snapshot")
    dialog.tick()
    anna.click(dialog.part(REVERT))
    anna.see(".alert-success", "Reverting volume")
    workshop.settled(volume.id, "error")
    page.open(f"field=volume_id&value={volume.id}").choose(snapshot.id, "Revert Volume")
    text = Dialog(anna).wait_open().see(".sd-explanation").text
    assert "This volume is in an error state, and it looks like a revert has failed" in text
    assert f"Contact support and give this ID: {volume.id}" in text


@pytest.mark.extended
@pytest.mark.parametrize("size", [(1280, 900), (400, 800)])
def test_the_dialog_fits_and_breaks_no_rule(
    anna: Person, workshop: Workshop, size: tuple[int, int]
) -> None:
    snapshot = workshop.snapshot(workshop.volume("a-rather-long-name-of-a-volume" * 3).id)
    anna.in_window(*size)
    snapshots(anna).open().choose(snapshot.id, "Revert Volume")
    dialog = Dialog(anna).wait_open()
    assert dialog.overflow() == 0 and dialog.buttons_in_view()
    assert axe.violations(anna.driver, [dialog.here]) == []


def test_a_page_without_scripts_does_the_same(
    anna: Person, workshop: Workshop, cloud: Access, oracle: Oracle
) -> None:
    oracle.allow_console(r"Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")
    # The small scripts inside Horizon's pages miss the large ones.
    oracle.allow_console(r"(horizon|addHorizonLoadEvent|\$|jQuery|angular) is not defined")
    volume = workshop.volume()
    file: Path = cloud.file_of(f"volume-{volume.id}")
    write(file, BEFORE)
    snapshot = workshop.snapshot(volume.id)
    write(file, AFTER)
    anna.without_scripts()
    anna.go(revert_path(snapshot.id))
    page = plain_page(anna)
    anna.click(page.part(COPY))
    page.see(COPIED)
    (copy,) = copies(workshop, volume)
    workshop.adopt_volume(copy.id)
    workshop.settled(copy.id)
    anna.go(revert_path(snapshot.id))
    page.see(COPIED, "is Available. You can revert now.")
    page.tick()
    anna.click(page.part(REVERT))
    anna.see(".alert-success", "Reverting volume")
    workshop.settled(volume.id)
    assert read(file) == BEFORE
