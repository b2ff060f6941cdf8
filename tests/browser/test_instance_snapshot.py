# SPDX-License-Identifier: Apache-2.0
"""Create Snapshot of an instance from the Instances page: what it says, and what it makes."""

from collections.abc import Callable

import pytest

from demo.layout import Home
from tests.browser.axe import violations
from tests.browser.pages import Dialog, ListPage
from tests.browser.person import Person
from tests.browser.test_create_backup import keep_picture
from tests.cloud.workshop import Workshop, unique

Enter = Callable[..., None]


def open_dialog(visitor: Person, instance_id: str) -> Dialog:
    """Choose Create Snapshot in the row of an instance."""
    row = f"#instances tr[data-object-id='{instance_id}']"
    visitor.click(f"{row} a[id$='action_snapshot']")
    return Dialog(visitor).wait_open()


def test_an_instance_with_volumes_is_copied_after_its_warning_was_accepted(
    enter: Enter, visitor: Person, workshop: Workshop, home: Home
) -> None:
    instance, disk = workshop.started_from_volume("web")
    data = workshop.volume("data")
    workshop.attach(instance.id, data.id)
    name = unique("before upgrade")
    enter("anna", "/project/instances/")
    dialog = open_dialog(visitor, instance.id)
    assert "snapshots of all 2 volumes, and an image of size 0" in dialog.see(".sd-makes").text
    assert "is running" in dialog.see(".sd-explanation-warning").text
    assert [
        str(each) for each in violations(visitor.driver, [".sd-dialog"]) if each.known < 0
    ] == []
    keep_picture(visitor, home, "instance-volumes")
    dialog.fill(name=name)
    dialog.send()
    visitor.see("#id_acknowledged_error", "Tick the box above to create this snapshot")
    assert dialog.see("[name=name]").get_property("value") == name
    assert workshop.snapshots_of(disk) == []
    keep_picture(visitor, home, "instance-not-ticked")
    visitor.tick("#id_acknowledged")
    dialog.send()
    visitor.see(".alert-success", f'Snapshot "{name}" created for instance "{instance.name}"')
    keep_picture(visitor, home, "instance-made")
    visitor.click(".alert-success a", name)
    shown = visitor.see(".sd-image-snapshots", name)
    assert shown.text.count("Running") == 2
    keep_picture(visitor, home, "instance-snapshots")
    image = visitor.path.rstrip("/").rpartition("/")[2]
    workshop.later(workshop.admin.image.delete_image, image)


@pytest.mark.extended
def test_of_an_instance_started_from_an_image_it_is_seen_what_is_left_out(
    enter: Enter, visitor: Person, workshop: Workshop, home: Home
) -> None:
    instance, volume = workshop.attached()
    enter("anna", "/project/instances/")
    dialog = open_dialog(visitor, instance.id)
    assert volume.name in dialog.see(".sd-left-out").text
    keep_picture(visitor, home, "instance-image")
    visitor.click(dialog.part("a"), "Snapshot Volumes")
    visitor.see("#snapshot_set_modal.in", "Snapshot All Volumes of")
    keep_picture(visitor, home, "instance-set-instead")


@pytest.mark.extended
def test_a_louder_warning_appears_while_the_dialog_is_open(
    enter: Enter, visitor: Person, workshop: Workshop, home: Home
) -> None:
    instance, disk = workshop.started_from_volume("web")
    workshop.owner.compute.stop_server(instance.id)
    workshop.arrived(instance.id, "SHUTOFF")
    name = unique("before upgrade")
    enter("anna", "/project/instances/")
    ListPage(visitor, "/project/instances/", "instances", "").choose(instance.id, "Create Snapshot")
    dialog = Dialog(visitor).wait_open()
    dialog.see(".sd-explanation-calm")
    keep_picture(visitor, home, "instance-before-change")
    dialog.fill(name=name)
    dialog.tick()
    workshop.owner.compute.start_server(instance.id)
    workshop.arrived(instance.id, "ACTIVE")
    dialog.see(".sd-explanation-warning", "is running")
    assert dialog.see(".sd-changed").text.endswith("Read the warning again.")
    keep_picture(visitor, home, "instance-after-change")
    assert not dialog.see("[name=acknowledged]").is_selected()
    assert dialog.see("[name=name]").get_property("value") == name
    dialog.tick()
    visitor.until(dialog.sent_when_it_hears, "the button that hears")
    visitor.see(".alert-success", f'Snapshot "{name}" created for instance')
    (made,) = workshop.snapshots_of(disk)
    assert made.metadata["snapshot_dashboard:taken_while"] == "running"
    (image,) = workshop.owner.image.images(name=name)
    workshop.later(workshop.admin.image.delete_image, image.id)
