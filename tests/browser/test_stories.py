# SPDX-License-Identifier: Apache-2.0
"""The tasks of docs/using-snapshots.rst in the browser, from the login to the end."""

from collections.abc import Callable

import pytest

from tests.browser.pages import Dialog, snapshots, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop, unique

Enter = Callable[..., None]

MOST_CLICKS = 6
LANDING_PAGE = "/project/"


def _go_to_volumes(person: Person) -> None:
    """Use the menu on the side, as somebody does who has just logged in."""
    person.click("a[data-target='#sidebar-accordion-project-volumes']")
    person.click("#sidebar-accordion-project-volumes a[href='/project/volumes/']")


def test_whether_a_volume_is_protected_by_what_and_how_old_takes_two_clicks_after_login(
    enter: Enter, visitor: Person, workshop: Workshop
) -> None:
    _instance, volume = workshop.attached()
    snapshot = workshop.snapshot(volume.id, "before upgrade", force=True)
    enter("anna", LANDING_PAGE)
    _go_to_volumes(visitor)
    row = volumes(visitor).row(volume.id)
    visitor.see(f"{row} .sd-count", "1 snapshot")
    visitor.see(f"{row} .sd-newest", "newest")
    assert visitor.clicks == 2
    # By what: from here it is one more; or two from the start, and no volume is looked for.
    visitor.go(LANDING_PAGE)
    visitor.click("a[data-target='#sidebar-accordion-project-volumes']")
    visitor.click("#sidebar-accordion-project-volumes a[href='/project/snapshots/']")
    row = snapshots(visitor).row(snapshot.id)
    visitor.see(f"{row} [data-sd-column=name]", snapshot.name)
    visitor.see(row, volume.name)
    visitor.see(f"{row} [data-sd-column=taken]", "Not recorded")
    visitor.see(f"{row} [data-sd-column=created]", "old")
    assert visitor.clicks == 4


def _see_it_available(person: Person, name: str) -> None:
    """Follow the success message to the snapshot and wait there for it."""
    person.click(".alert-info a", name)
    page = snapshots(person)
    person.until(lambda: page.column("Name") == [name], f"only the snapshot {name}")
    person.until(lambda: page.column("Status") == ["Available"], "the status Available")


def test_a_detached_volume_is_snapshotted_in_six_clicks(
    enter: Enter, visitor: Person, workshop: Workshop
) -> None:
    volume = workshop.volume()
    enter("anna", LANDING_PAGE)
    _go_to_volumes(visitor)
    volumes(visitor).choose(volume.id, "Create Snapshot")
    dialog = Dialog(visitor).wait_open()
    assert not dialog.has(".sd-explanation") and not dialog.has("[name=acknowledged]")
    assert dialog.button.get_property("value") == "Create Volume Snapshot"
    dialog.fill(name="before upgrade")
    dialog.send()
    _see_it_available(visitor, "before upgrade")
    assert visitor.clicks <= MOST_CLICKS and visitor.ticks == 0


def test_a_running_instances_volume_is_snapshotted_in_six_clicks_and_one_tick(
    enter: Enter, visitor: Person, workshop: Workshop
) -> None:
    instance, volume = workshop.attached()
    enter("anna", LANDING_PAGE)
    _go_to_volumes(visitor)
    volumes(visitor).choose(volume.id, "Create Snapshot")
    dialog = Dialog(visitor).wait_open()
    title = f"{instance.name} is running and may be writing to this volume"
    assert title in dialog.see(".sd-explanation-warning").text
    device = volume.attachments[0]["device"]
    assert f"{instance.name} - Active - {device}" in dialog.see(".sd-holders").text
    assert not dialog.see("[name=acknowledged]").is_selected()
    dialog.fill(name="under load")
    dialog.tick()
    assert dialog.button.get_property("value") == "Create Volume Snapshot (Force)"
    dialog.send()
    _see_it_available(visitor, "under load")
    assert visitor.clicks <= MOST_CLICKS and visitor.ticks == 1


def test_a_volume_is_made_from_a_snapshot(
    enter: Enter, visitor: Person, workshop: Workshop
) -> None:
    source = workshop.volume(size=2)
    snapshot = workshop.snapshot(source.id)
    name = unique("copy")
    enter("anna", "/project/snapshots/")
    snapshots(visitor).choose(snapshot.id, "Create Volume")
    dialog = Dialog(visitor).wait_open()
    dialog.fill(name=name)
    dialog.send()
    visitor.click(".alert-info a", name)
    made = visitor.path.rstrip("/").rpartition("/")[2]
    workshop.adopt_volume(made)
    page = volumes(visitor).open(f"field=name&value={name}")
    visitor.until(lambda: page.column("Status") == ["Available"], "the status Available")
    read = workshop.settled(made)
    assert (read.name, read.size, read.snapshot_id) == (name, 2, snapshot.id)


RESTING = {
    "SHUTOFF": (
        "{} is shut off, and this volume is still attached",
        "I understand that this snapshot is sound only if the instance shut down normally "
        "and stays off.",
    ),
    "SHELVED": (
        "{} is shelved, and this volume is still attached",
        "I understand that this snapshot is sound only if the instance was shut down normally "
        "and stays shelved.",
    ),
}


@pytest.mark.extended
@pytest.mark.parametrize("state", RESTING)
def test_a_resting_instance_is_accepted_with_a_sentence_of_its_own(
    anna: Person, workshop: Workshop, state: str
) -> None:
    title, acknowledgement = RESTING[state]
    instance, volume = workshop.attached()
    compute = workshop.owner.compute
    (compute.stop_server if state == "SHUTOFF" else compute.shelve_server)(instance.id)
    workshop.arrived(instance.id, state)
    volumes(anna).open().choose(volume.id, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    assert title.format(instance.name) in dialog.see(".sd-explanation-calm").text
    assert dialog.see(".sd-acknowledge label").text == acknowledgement
    dialog.tick()
    dialog.send()
    anna.see(".alert-info", "snapshot")
    assert len(workshop.snapshots_of(volume.id)) == 1


def _offload(workshop: Workshop, instance_id: str) -> None:
    """Shelve an instance that was started from an image, and free its host."""
    workshop.owner.compute.shelve_server(instance_id)
    workshop.arrived(instance_id, "SHELVED")
    workshop.admin.compute.shelve_offload_server(instance_id)
    workshop.arrived(instance_id, "SHELVED_OFFLOADED")


def test_a_held_data_volume_is_detached_on_the_way_and_snapshotted(
    anna: Person, workshop: Workshop
) -> None:
    instance, volume = workshop.attached()
    _offload(workshop, instance.id)
    page = volumes(anna).open()
    page.choose(volume.id, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    held = f"this volume is held for {instance.name}, which is shelved"
    assert f"A snapshot cannot be taken now: {held}" in dialog.see(".sd-explanation").text
    assert not dialog.has("[type=submit]") and not dialog.has("[name=acknowledged]")
    anna.click(dialog.part("a"), "Manage Attachments")
    anna.click("#modal_wrapper #attachments tbody button", "Detach Volume")
    anna.click("#modal_wrapper .modal.in .modal-footer .btn-danger", "Detach Volume")
    anna.see(".alert-success", "Detaching Volume")
    anna.wait_gone(".modal-backdrop")
    workshop.settled(volume.id)
    page.open().choose(volume.id, "Create Snapshot")
    assert not Dialog(anna).wait_open().has(".sd-explanation")
    Dialog(anna).send()
    anna.see(".alert-info", "snapshot")


@pytest.mark.extended
def test_a_held_system_disk_leads_to_its_instance_and_not_to_detaching(
    anna: Person, workshop: Workshop
) -> None:
    instance, volume = workshop.started_from_volume()
    workshop.owner.compute.shelve_server(instance.id)
    workshop.arrived(instance.id, "SHELVED_OFFLOADED")
    volumes(anna).open().choose(volume, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    text = dialog.see(".sd-explanation").text
    assert f"held for {instance.name}, which is shelved" in text
    assert "This looks like the system disk (root disk), which cannot be detached." in text
    assert "Manage Attachments" not in text and not dialog.has("[type=submit]")
    anna.click(dialog.part("a"), "Show instance")
    anna.see(".page-header", instance.name)
    assert anna.path.startswith(f"/project/instances/{instance.id}/")
