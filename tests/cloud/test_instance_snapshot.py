# SPDX-License-Identifier: Apache-2.0
"""Create Snapshot of an instance on a real cloud: one image, its snapshots, and their notes."""

from typing import Any

from demo.visitor import Visitor
from snapshot_dashboard.rules import consistency
from tests.cloud.dialogs import Dialog, opened
from tests.cloud.workshop import Workshop, unique

MISSING = "Tick the box above to create this snapshot, or press Cancel."


def path(instance_id: str) -> str:
    """Return the address of the dialog."""
    return f"/project/images/{instance_id}/create/"


def accepted(answer: Any) -> bool:
    """Tell whether the person is sent on to the list of images."""
    return str(answer.headers.get("X-Horizon-Location")).startswith("/project/images/")


def images_of(workshop: Workshop, form: str) -> list[dict[str, Any]]:
    """Return the images that one form has made, to be deleted at the end."""
    query = {consistency.REQUEST: form}
    found: list[dict[str, Any]] = workshop.admin.image.get("/images", params=query).json()["images"]
    for each in found:
        workshop.later(workshop.admin.image.delete_image, each["id"])
    return found


def act(workshop: Workshop, instance_id: str, action: str, status: str) -> None:
    """Have Nova do something with an instance."""
    workshop.owner.compute.post(f"/servers/{instance_id}/action", json={action: None})
    workshop.arrived(instance_id, status)


def test_all_volumes_are_copied_once_and_only_after_the_tick(
    workshop: Workshop, anna: Visitor
) -> None:
    instance, disk = workshop.started_from_volume()
    data = workshop.volume("data")
    workshop.attach(instance.id, data.id)
    dialog = opened(anna, path(instance.id))
    form, name = dialog.fields()["request"], unique("before upgrade")
    again = Dialog(dialog.submit(anna, name=name))
    assert again.tick_error == MISSING and again.fields()["name"] == name
    assert images_of(workshop, form) == [] and workshop.snapshots_of(disk) == []

    assert accepted(again.submit(anna, tick=True, name=name))
    twice = Dialog(again.submit(anna, tick=True, name=name))
    assert "This snapshot already exists" in twice.problem
    (image,) = images_of(workshop, form)
    assert (image["name"], image["size"]) == (name, 0)
    assert image[consistency.TAKEN] == "running"
    for volume_id in (disk, data.id):
        (made,) = workshop.snapshots_of(volume_id)
        assert made.id in image["block_device_mapping"]
        assert made.metadata[consistency.TAKEN] == "running"
        assert made.metadata[consistency.INSTANCES] == f"{instance.id}=ACTIVE"
    told = anna.get("/project/snapshots/images/shown/").text
    assert all(each.id in told for each in workshop.snapshots_of(disk))
    is_told_of_one_that_was_started_from_it(workshop, anna, image["id"])


def is_told_of_one_that_was_started_from_it(
    workshop: Workshop, anna: Visitor, image_id: str
) -> None:
    """Nova names the image as the origin of an instance whose disks are all volumes."""
    compute: Any = workshop.owner.compute
    flavor = compute.find_flavor("m1.nodisk")
    wanted = {"flavor_id": flavor.id, "image_id": image_id, "networks": "none"}
    second = compute.create_server(name=unique("again"), **wanted)
    try:
        found = workshop.arrived(second.id, "ACTIVE")
        dialog = opened(anna, path(second.id))
    finally:
        workshop.discard_instance(second.id)
    for each in found.attached_volumes:
        workshop.adopt_volume(each["id"])
    assert "looks like a volume, although an image is named" in dialog.text
    assert "snapshots of all 2 volumes, and an image of size 0" in dialog.text


def test_a_shut_off_system_disk_is_saved_alone_with_its_note(
    workshop: Workshop, anna: Visitor
) -> None:
    instance, volume = workshop.attached()
    shown = opened(anna, path(instance.id))
    assert volume.name in shown.text
    act(workshop, instance.id, "os-stop", "SHUTOFF")
    dialog = opened(anna, path(instance.id))
    assert "sound only if the instance shut down normally" in str(dialog.acknowledgement)
    # What has become worse since is told, and nothing is made.
    act(workshop, instance.id, "os-start", "ACTIVE")
    worse = Dialog(dialog.submit(anna, tick=True, name="x"))
    assert "the situation changed while this form was open" in worse.problem
    assert accepted(worse.submit(anna, tick=True, name="x"))
    (image,) = images_of(workshop, dialog.fields()["request"])
    assert image[consistency.TAKEN] == "running" and "block_device_mapping" not in image
    assert workshop.snapshots_of(volume.id) == []
    workshop.arrived(instance.id, "ACTIVE")


def test_of_a_shelved_instance_none_is_offered_and_none_is_made(
    workshop: Workshop, anna: Visitor
) -> None:
    instance, disk = workshop.started_from_volume()
    before = opened(anna, path(instance.id))
    act(workshop, instance.id, "shelve", "SHELVED_OFFLOADED")
    dialog = opened(anna, path(instance.id))
    assert dialog.button is None and "Unshelve the instance" in dialog.text
    answer = Dialog(before.submit(anna, tick=True, name="x"))
    assert "no snapshot can be taken now" in answer.problem
    assert images_of(workshop, before.fields()["request"]) == []
    assert workshop.snapshots_of(disk) == []


def test_what_nova_leaves_when_a_limit_stops_it_halfway_is_told(
    workshop: Workshop, anna: Visitor
) -> None:
    instance, disk = workshop.started_from_volume()
    data = workshop.volume("data")
    workshop.attach(instance.id, data.id)
    storage, project = workshop.admin.block_storage, workshop.owner.current_project_id
    limits = f"/os-quota-sets/{project}"
    found = storage.get(f"{limits}?usage=true").json()["quota_set"]["gigabytes"]
    dialog = opened(anna, path(instance.id))
    # Room for one of the two. Nova counts snapshots beforehand, and no GiB.
    used = found["in_use"] + found["reserved"]
    workshop.later(lambda: storage.put(limits, json={"quota_set": {"gigabytes": found["limit"]}}))
    storage.put(limits, json={"quota_set": {"gigabytes": used + 1}})
    name = unique("halfway")
    answer = Dialog(dialog.submit(anna, tick=True, name=name))
    assert answer.problem.startswith("No image was created")
    assert f'They are named "snapshot for {name}"' in answer.problem
    left = [*workshop.snapshots_of(disk), *workshop.snapshots_of(data.id)]
    assert [each.name for each in left] == [f"snapshot for {name}"]
    assert images_of(workshop, dialog.fields()["request"]) == []
