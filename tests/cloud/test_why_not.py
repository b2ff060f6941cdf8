# SPDX-License-Identifier: Apache-2.0
"""Deleting on a real cloud: what blocks it, on storage that copies and storage that depends."""

import re
from typing import Any

import pytest

from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import SNAPSHOTS, VOLUMES, Dialog, accepted, opened, words
from tests.cloud.workshop import PATIENCE, Workshop

# Whether volumes made from a snapshot depend on it: the two kinds of storage of the cloud.
STORAGE = {"ssd": False, "linked": True}
BUSY = "Not deleted: it is in use, probably by a volume made from it."


def volume_path(volume_id: str) -> str:
    """Return the address of a volume's deletion dialog."""
    return f"{VOLUMES}{volume_id}/delete/"


def snapshot_path(snapshot_id: str) -> str:
    """Return the address of a snapshot's deletion dialog."""
    return f"{SNAPSHOTS}{snapshot_id}/delete/"


def page(visitor: Visitor, address: str) -> Any:
    """Return a page."""
    import lxml.html

    return lxml.html.fromstring(visitor.get(address).text)


def row(visitor: Visitor, volume_id: str, snapshot_id: str) -> str:
    """Return what a snapshot's row says."""
    found = page(visitor, f"{SNAPSHOTS}?field=volume_id&value={volume_id}")
    return words(found.xpath(f"//tr[@data-object-id='{snapshot_id}']")[0])


def soon(condition: Any, what: str) -> None:
    """Wait until a condition holds."""
    wait_until(condition, seconds=PATIENCE, what=what, pause=0.1)


def family(workshop: Workshop, kind: str) -> tuple[Any, Any, Any]:
    """Return a volume, a snapshot of it, and a volume made from that."""
    volume = workshop.volume("mother", volume_type=kind)
    snapshot = workshop.snapshot(volume.id)
    child = workshop.volume("child", snapshot_id=snapshot.id, volume_type=kind)
    # Made last, it goes first in the end.
    return volume, snapshot, child


def search(visitor: Visitor, address: str) -> Any:
    """Look for what was made from it, as the script does."""
    return visitor.get(f"{address}?marker=&done=0&found=0", dialog=True).json()


@pytest.mark.parametrize("kind", STORAGE)
def test_a_snapshot_with_a_volume_made_from_it_is_tried_and_told(
    workshop: Workshop, anna: Visitor, kind: str
) -> None:
    volume, snapshot, child = family(workshop, kind)
    dialog = opened(anna, snapshot_path(snapshot.id))
    found = search(anna, f"{SNAPSHOTS}{snapshot.id}/dependents/")
    assert child.name in found["html"] and found["marker"] == ""
    assert accepted(dialog.submit(anna))
    if not STORAGE[kind]:
        soon(lambda: not workshop.snapshots_of(volume.id), "the snapshot to go")
        assert workshop.settled(child.id).snapshot_id == snapshot.id
        return
    soon(lambda: BUSY in row(anna, volume.id, snapshot.id), "the reason in the row")
    assert workshop.settled_snapshot(snapshot.id)
    again = opened(anna, snapshot_path(snapshot.id))
    assert BUSY in again.text
    workshop.owner.block_storage.delete_volume(child.id)
    workshop.gone(child.id)
    assert accepted(again.submit(anna))
    soon(lambda: not workshop.snapshots_of(volume.id), "the snapshot to go")


@pytest.mark.parametrize("who", ["anna", "admin"])
def test_what_was_made_from_a_snapshot_is_found_among_newer_volumes(
    workshop: Workshop, visit: Visit, who: str
) -> None:
    volume, snapshot, child = family(workshop, "ssd")
    assert volume.created_at < snapshot.created_at < child.created_at
    visitor = visit(who, "web-shop")
    addresses = (f"{SNAPSHOTS}{snapshot.id}/dependents/", f"{VOLUMES}{volume.id}/dependents/")
    for address in addresses:
        found = search(visitor, address)
        assert child.name in found["html"] and volume.name not in found["html"]
        assert re.search("newer volumes? of this project (was|were) checked", found["said"])


@pytest.mark.parametrize("kind", STORAGE)
def test_a_volume_goes_with_all_of_its_snapshots(
    workshop: Workshop, anna: Visitor, kind: str
) -> None:
    volume = workshop.volume(volume_type=kind)
    snapshots = [workshop.snapshot(volume.id) for _number in range(2)]
    refused = anna.post(VOLUMES, {"action": f"volumes__delete__{volume.id}"}).text
    assert "This volume has 2 snapshots, which must go first" in refused
    dialog = opened(anna, volume_path(volume.id))
    assert all(each.name in dialog.text for each in snapshots)
    assert not accepted(dialog.submit(anna))
    assert len(workshop.snapshots_of(volume.id)) == 2
    assert accepted(dialog.submit(anna, cascade="on"))
    workshop.gone(volume.id)
    assert workshop.snapshots_of(volume.id) == []


def test_an_attached_volume_names_its_instance(workshop: Workshop, anna: Visitor) -> None:
    instance, volume = workshop.attached()
    dialog = opened(anna, volume_path(volume.id))
    assert f"This volume is attached to {instance.name} Detach the volume first." in dialog.text
    assert dialog.button is None
    assert not accepted(dialog.submit(anna))
    assert workshop.owner.block_storage.get_volume(volume.id).status == "in-use"


def test_an_attachment_that_was_left_over_is_told_as_far_as_a_member_can_know(
    workshop: Workshop, anna: Visitor
) -> None:
    volume = workshop.volume()
    nobody = "11111111-2222-3333-4444-555555555555"
    record = workshop.record(volume.id, nobody, complete=False)
    dialog = opened(anna, volume_path(volume.id))
    assert "an instance that no longer exists, or that you cannot see: 11111111" in dialog.text
    assert f"Contact support and give this ID: {volume.id}" in dialog.text
    assert dialog.button is None
    workshop.forget_record(record)


def test_a_snapshot_of_another_project_is_not_seen_and_that_is_said(
    workshop: Workshop, visit: Visit, anna: Visitor, connect: Any
) -> None:
    volume = workshop.volume()
    stranger = connect("admin").block_storage
    made = stranger.create_snapshot(volume_id=volume.id, name="foreign")
    soon(lambda: stranger.get_snapshot(made.id).status == "available", "the foreign snapshot")
    dialog = opened(anna, volume_path(volume.id))
    assert dialog.button is not None
    refused = Dialog(dialog.submit(anna))
    assert "it is probably a snapshot of another project. Contact support" in refused.problem
    assert volume.id in refused.problem
    assert workshop.settled(volume.id)


def test_a_transfer_and_a_busy_snapshot_keep_them(workshop: Workshop, anna: Visitor) -> None:
    volume = workshop.volume()
    snapshot = workshop.snapshot(volume.id)
    api = workshop.admin.block_storage
    api.reset_snapshot_status(snapshot.id, "backing-up")
    assert "It is busy: Backing Up" in opened(anna, snapshot_path(snapshot.id)).text
    kept = opened(anna, volume_path(volume.id))
    assert "1 of them cannot be deleted now" in kept.text and kept.button is None
    api.reset_snapshot_status(snapshot.id, "available")


def test_a_creation_that_failed_says_so(workshop: Workshop, anna: Visitor) -> None:
    volume = workshop.volume()
    workshop.broken_storage("create_snapshot")
    made = workshop.owner.block_storage.create_snapshot(volume_id=volume.id, name="fails")
    soon(
        lambda: workshop.owner.block_storage.get_snapshot(made.id).status == "error",
        "the snapshot to fail",
    )
    said = "Not created: The storage could not make the snapshot."
    soon(lambda: said in row(anna, volume.id, made.id), "the reason in the row")
    own = words(page(anna, f"{SNAPSHOTS}{made.id}").xpath("//*[@id='sd-what-now']")[0])
    assert f"{said} You can delete it and try again." in own
    assert "Message: create snapshot:Snapshot failed to create." in own


def test_a_colleague_who_may_only_read_is_not_offered_to_delete(
    workshop: Workshop, visit: Visit
) -> None:
    volume = workshop.volume()
    reader = visit("rita")
    found = page(reader, f"{VOLUMES}?field=name&value={volume.name}")
    assert found.xpath(f"//tr[@data-object-id='{volume.id}']")
    assert not found.xpath("//*[contains(@id, 'action_delete')]")
    answer = opened(reader, volume_path(volume.id)).submit(reader)
    assert "Your role does not allow this" in Dialog(answer).problem
    assert workshop.settled(volume.id)
