# SPDX-License-Identifier: Apache-2.0
"""``os-reimage`` from a snapshot brings its bytes back, on every kind of storage."""

from pathlib import Path
from typing import Any

import lxml.html
import pytest

from demo.visitor import Visitor
from devcloud.access import Access
from devcloud.waiting import wait_until
from snapshot_dashboard.cloud import block_storage, reimage
from snapshot_dashboard.cloud.session import Connection
from tests.cloud.direct import direct
from tests.cloud.reverting import revert_of
from tests.cloud.test_bytes import AFTER, BEFORE, read, write
from tests.cloud.workshop import PATIENCE, Workshop, unique

pytestmark = pytest.mark.needs_api(cinder="3.68")


def _put_back(ours: Connection, workshop: Workshop, volume_id: str, snapshot_id: str) -> Any:
    """Re-image a volume from a snapshot, wait, and put its description back."""
    before = block_storage.volume(ours, volume_id)
    snapshot = block_storage.snapshot(ours, snapshot_id)
    source = reimage.create_source(ours, snapshot, name=unique("source"), properties={})
    reimage.reimage(ours, volume_id, source.id, reserved=before.status == "reserved")
    workshop.settled(volume_id, before.status)
    after = block_storage.volume(ours, volume_id)
    assert after.image_metadata["image_id"] == source.id
    reimage.put_back_description(ours, after, before.image_metadata, bootable=before.bootable)
    reimage.delete_image(ours, source.id)
    return before


@pytest.mark.parametrize("kind", ["ssd", "linked"])
def test_an_older_snapshot_comes_back_into_an_extended_volume(
    workshop: Workshop, cloud: Access, kind: str
) -> None:
    ours = direct(workshop.owner)
    volume = workshop.volume("data", volume_type=kind)
    file = cloud.file_of(f"volume-{volume.id}")
    write(file, BEFORE)
    old = workshop.settled_snapshot(workshop.snapshot(volume.id).id)
    write(file, AFTER)
    new = workshop.settled_snapshot(workshop.snapshot(volume.id).id)
    workshop.owner.block_storage.extend_volume(volume, 2)
    workshop.settled(volume.id)
    before = _put_back(ours, workshop, volume.id, old.id)
    after = block_storage.volume(ours, volume.id)
    assert read(file) == BEFORE
    assert (after.size, after.bootable, after.image_metadata) == (2, False, before.image_metadata)
    assert {each.id for each in workshop.snapshots_of(volume.id)} == {old.id, new.id}


def test_the_system_disk_of_a_shelved_instance_comes_back(
    workshop: Workshop, cloud: Access
) -> None:
    ours = direct(workshop.owner)
    instance, root = workshop.started_from_volume()
    file: Path = cloud.file_of(f"volume-{root}")
    write(file, BEFORE)
    snapshot = workshop.settled_snapshot(workshop.snapshot(root, force=True).id)
    write(file, AFTER)
    workshop.owner.compute.shelve_server(instance.id)
    workshop.arrived(instance.id, "SHELVED_OFFLOADED")
    wait_until(
        lambda: block_storage.volume(ours, root).status == "reserved",
        seconds=PATIENCE,
        what="the volume to be reserved",
    )
    before = _put_back(ours, workshop, root, snapshot.id)
    after = block_storage.volume(ours, root)
    assert read(file) == BEFORE
    assert (after.bootable, after.image_metadata) == (True, before.image_metadata)
    workshop.owner.compute.unshelve_server(instance.id)
    workshop.arrived(instance.id, "ACTIVE")
    assert read(file) == BEFORE


def test_the_dialog_takes_an_older_snapshot_and_its_page_brings_it_back(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    volume = workshop.volume("data", volume_type="linked")
    file = cloud.file_of(f"volume-{volume.id}")
    write(file, BEFORE)
    old = workshop.settled_snapshot(workshop.snapshot(volume.id, "old").id)
    newer = workshop.settled_snapshot(workshop.snapshot(volume.id, "newer").id)
    write(file, AFTER)

    dialog = revert_of(anna, old.id, modal=False)
    assert newer.name in dialog.text
    answer = dialog.press(anna, "revert", tick=True, modal=False)
    page = answer.headers["Location"]
    assert page == f"/project/volumes/{volume.id}/revert_progress/"
    # The dialog of any of its snapshots leads to the page meanwhile.
    assert page in revert_of(anna, newer.id).links.values()

    def is_finished() -> bool:
        shown = lxml.html.fromstring(anna.get(page).text)
        forms = [each for each in shown.forms if "data-sd-steps" in each.attrib]
        for form in forms:
            anna.post(page, dict(form.form_values()))
        return not forms

    wait_until(is_finished, seconds=PATIENCE, what="the page to be finished", pause=0.3)
    after = workshop.settled(volume.id)
    assert read(file) == BEFORE
    assert not after.is_bootable
    assert len(workshop.snapshots_of(volume.id)) == 2
