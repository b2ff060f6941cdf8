# SPDX-License-Identifier: Apache-2.0
"""The stories of docs/using-snapshots.rst, clicked from the login to the end."""

from collections.abc import Callable

import pytest

from tests.browser.pages import Dialog, snapshots, volumes
from tests.browser.person import Person
from tests.browser.things import Things

Enter = Callable[..., None]

MOST_CLICKS = 6
LANDING_PAGE = "/project/"


def _go_to_volumes(person: Person) -> None:
    """Use the menu on the side, as somebody does who has just logged in."""
    person.click("a[data-target='#sidebar-accordion-project-volumes']")
    person.click("#sidebar-accordion-project-volumes a[href='/project/volumes/']")


def _see_it_available(person: Person, name: str) -> None:
    """Follow the success message to the snapshot and wait there for it."""
    person.click(".alert-success a", "Show snapshot")
    page = snapshots(person)
    person.until(lambda: page.column("Name") == [name], f"only the snapshot {name}")
    person.until(lambda: page.column("Status") == ["Available"], "the status Available")


def test_a_detached_volume_is_snapshotted_in_six_clicks(
    enter: Enter, visitor: Person, things: Things
) -> None:
    volume = things.volume()
    enter("anna", LANDING_PAGE)
    _go_to_volumes(visitor)
    volumes(visitor).choose(volume, "Create Snapshot")
    dialog = Dialog(visitor).wait_open()
    assert not dialog.has(".sd-explanation") and not dialog.has("[name=acknowledged]")
    assert dialog.button.get_property("value") == "Create Volume Snapshot"
    dialog.fill(name="before upgrade")
    dialog.send()
    _see_it_available(visitor, "before upgrade")
    assert visitor.clicks <= MOST_CLICKS and visitor.ticks == 0


def test_a_running_instances_volume_is_snapshotted_after_one_tick(
    enter: Enter, visitor: Person, things: Things
) -> None:
    volume = things.volume()
    _instance, instance_name = things.instance(data=[volume])
    enter("anna", LANDING_PAGE)
    _go_to_volumes(visitor)
    volumes(visitor).choose(volume, "Create Snapshot")
    dialog = Dialog(visitor).wait_open()
    title = f"{instance_name} is running and may be writing to this volume"
    assert title in dialog.see(".sd-explanation").text
    assert f"{instance_name} - Active - /dev/vdb" in dialog.see(".sd-holders").text
    assert not dialog.see("[name=acknowledged]").is_selected()
    dialog.fill(name="under load")
    dialog.tick()
    assert dialog.button.get_property("value") == "Create Volume Snapshot (Force)"
    dialog.send()
    _see_it_available(visitor, "under load")
    assert visitor.clicks <= MOST_CLICKS and visitor.ticks == 1


def test_a_volume_is_made_from_a_snapshot(enter: Enter, visitor: Person, things: Things) -> None:
    source = things.volume(size=2)
    snapshot = things.snapshot(source, "before upgrade")
    name = things.name("copy")
    enter("anna", "/project/snapshots/")
    snapshots(visitor).choose(snapshot, "Create Volume")
    dialog = Dialog(visitor).wait_open()
    dialog.fill(name=name)
    dialog.send()
    visitor.click(".alert-success a", "Show volume")
    made = visitor.path.rstrip("/").rpartition("/")[2]
    things.remove_later(made)
    volumes(visitor).open(f"field=name&value={name}")
    visitor.see(f"{volumes(visitor).row(made)}.status_up", "Available")
    read = things.read_volume(made)
    assert (read["name"], read["size"], read["snapshot_id"]) == (name, 2, snapshot)


@pytest.mark.parametrize(
    ("state", "title", "acknowledgement"),
    [
        (
            "SHUTOFF",
            "is shut off, and this volume is still attached",
            "I understand that this snapshot is sound only if the instance shut down normally "
            "and stays off.",
        ),
        (
            "SHELVED",
            "is shelved, and this volume is still attached",
            "I understand that this snapshot is sound only if the instance was shut down normally "
            "and stays shelved.",
        ),
    ],
)
def test_a_resting_instance_is_accepted_with_a_sentence_of_its_own(
    anna: Person, things: Things, state: str, title: str, acknowledgement: str
) -> None:
    volume = things.volume()
    _instance, instance_name = things.instance(data=[volume], state=state)
    volumes(anna).open().choose(volume, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    assert f"{instance_name} {title}" in dialog.see(".sd-explanation-calm").text
    assert dialog.see(".sd-acknowledge label").text == acknowledgement
    dialog.tick()
    dialog.send()
    anna.see(".alert-success", "Creating snapshot")
    assert len(things.snapshots_of(volume)) == 1


def test_a_held_data_volume_is_detached_on_the_way_and_snapshotted(
    anna: Person, things: Things
) -> None:
    volume = things.volume()
    _instance, instance_name = things.instance(data=[volume], state="SHELVED_OFFLOADED")
    page = volumes(anna).open()
    page.choose(volume, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    held = f"this volume is held for {instance_name}, which is shelved"
    assert f"A snapshot cannot be taken now: {held}" in dialog.see(".sd-explanation").text
    assert not dialog.has("[type=submit]") and not dialog.has("[name=acknowledged]")
    anna.click(dialog.part("a"), "Manage Attachments")
    anna.click("#modal_wrapper #attachments button", "Detach Volume")
    anna.click("#modal_wrapper .modal.in .btn-danger", "Detach Volume")
    anna.see(".alert-success", "Detach")
    things.wait_volume(volume, "available")
    page.open().choose(volume, "Create Snapshot")
    assert not Dialog(anna).wait_open().has(".sd-explanation")
    Dialog(anna).send()
    anna.see(".alert-success", "Creating snapshot")


def test_a_held_system_disk_leads_to_its_instance_and_not_to_detaching(
    anna: Person, things: Things
) -> None:
    volume = things.system_disk()
    instance, instance_name = things.instance(root=volume, state="SHELVED_OFFLOADED")
    volumes(anna).open().choose(volume, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    text = dialog.see(".sd-explanation").text
    assert f"held for {instance_name}, which is shelved" in text
    assert "This looks like the system disk, which cannot be detached." in text
    assert "Manage Attachments" not in text and not dialog.has("[type=submit]")
    anna.click(dialog.part("a"), "Show instance")
    anna.see(".page-header", instance_name)
    assert f"/project/instances/{instance}/" in anna.path
