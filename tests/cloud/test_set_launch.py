# SPDX-License-Identifier: Apache-2.0
"""A new instance from a set, and a set deleted with its image: on a real Cinder, Nova, Glance."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from openstack.exceptions import NotFoundException

from demo.visitor import Visitor
from devcloud.access import Access
from devcloud.waiting import wait_until
from tests.cloud.conftest import Visit
from tests.cloud.dialogs import SNAPSHOTS, Dialog, opened
from tests.cloud.test_bytes import AFTER, BEFORE, read, write
from tests.cloud.workshop import PATIENCE, Workshop, unique

SYSTEM, DATA = BEFORE, AFTER
LAUNCH = "snapshot_dashboard:launch"


def machine(workshop: Workshop, cloud: Access, kind: str) -> tuple[Any, list[str]]:
    """Start an instance from a volume with a data disk, and write to both; return the volumes.

    The data disk is made first: neither age nor name tells the order.
    """
    data = workshop.volume("a-data", volume_type=kind)
    root = workshop.volume("z-root", image_id=workshop.image_id(), volume_type=kind)
    mapping = [
        {
            "uuid": each.id,
            "source_type": "volume",
            "destination_type": "volume",
            "boot_index": place,
        }
        for place, each in ((0, root), (-1, data))
    ]
    instance = workshop.running("web", block_device_mapping=mapping)
    for volume, content in ((root, SYSTEM), (data, DATA)):
        write(cloud.file_of(f"volume-{volume.id}"), content)
    return instance, [root.id, data.id]


def together(visitors: list[Visitor], dialog: Dialog, name: str) -> list[str]:
    """Send one form from several sessions at once; return where each leads."""
    with ThreadPoolExecutor(len(visitors)) as pool:
        answers = list(pool.map(lambda each: dialog.submit(each, name=name), visitors))
    assert [each.status_code for each in answers] == [200] * len(visitors), answers[0].text[:2000]
    return [each.headers["X-Horizon-Location"] for each in answers]


def step(visitor: Visitor, place: str) -> dict[str, Any]:
    """Look as the page's script does."""
    url = urlsplit(place)
    answer = visitor.get(f"{url.path}step/?{url.query}", dialog=True)
    found: dict[str, Any] = answer.json()
    return found


def until(visitor: Visitor, place: str, wanted: str) -> dict[str, Any]:
    """Wait until the page has come so far."""

    def there() -> bool:
        return bool(step(visitor, place)["step"] == wanted)

    wait_until(there, seconds=PATIENCE, what=f"{wanted} at {place}", pause=0.3)
    return step(visitor, place)


def made_for(workshop: Workshop, form: str) -> list[Any]:
    """Return the volumes that were made for a form."""
    found = workshop.owner.block_storage.volumes(details=True)
    return [each for each in found if each.metadata.get(LAUNCH) == form]


def launched(workshop: Workshop, form: str) -> list[Any]:
    """Return the instances that were made for a form."""
    found = workshop.owner.compute.servers(details=True)
    return [each for each in found if each.metadata.get(LAUNCH) == form]


@pytest.mark.parametrize("kind", ["ssd", pytest.param("linked", marks=pytest.mark.extended)])
def test_one_instance_with_the_bytes_of_both_disks(
    workshop: Workshop, visit: Visit, cloud: Access, kind: str
) -> None:
    _instance, volumes = machine(workshop, cloud, kind)
    snapshots = [workshop.snapshot(each, force=True) for each in volumes]
    for each in volumes:
        write(cloud.file_of(f"volume-{each}"), b"what came later    " * 4096)
    ids = urlencode([("id", each.id) for each in reversed(snapshots)])
    people = [visit("anna"), visit("anna")]
    dialog = opened(people[0], f"{SNAPSHOTS}launch_set/new/?{ids}")
    assert "m1.nodisk" in dialog.text, dialog.text
    name = unique("second")
    places = together(people, dialog, name)
    form = urlsplit(places[0]).path.split("/")[4]
    for copy in made_for(workshop, form):
        workshop.adopt_volume(copy.id)
    assert places[0] == places[1]
    ready = until(people[0], places[0], "ready")
    assert ready["attach"] is True
    page = opened(people[0], places[0], modal=False)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: page.submit(each, modal=False), people))
    for each in launched(workshop, form):
        workshop.later(workshop.discard_instance, each.id)
    done = until(people[0], places[0], "done")
    assert "Show instance" in done["html"] and not done["pending"]
    (made,) = launched(workshop, form)
    assert made.name == name
    found = workshop.owner.compute.get(f"/servers/{made.id}/os-volume_attachments").json()
    by_device = sorted(found["volumeAttachments"], key=lambda each: each["device"])
    disks = [workshop.owner.block_storage.get_volume(each["volumeId"]) for each in by_device]
    assert [each.snapshot_id for each in disks] == [each.id for each in snapshots]
    assert [read(cloud.file_of(f"volume-{each.id}")) for each in disks] == [SYSTEM, DATA]
    assert [each.is_bootable for each in disks] == [True, False]
    assert disks[0].volume_image_metadata["image_name"] == "tiny"
    assert all(each.name.startswith(name) for each in disks)
    # Sent once more, it makes nothing.
    together(people[:1], dialog, name)
    assert len(launched(workshop, form)) == 1
    assert len(made_for(workshop, form)) == 2


def test_the_snapshots_of_an_image_are_deleted_with_it(
    workshop: Workshop, anna: Visitor, cloud: Access
) -> None:
    instance, volumes = machine(workshop, cloud, "ssd")
    image: Any = workshop.owner.compute.create_server_image(instance.id, unique("whole"))
    snapshots = [each.id for volume in volumes for each in workshop.snapshots_of(volume)]
    for each in snapshots:
        workshop.settled_snapshot(each)
    page = anna.get(f"{SNAPSHOTS}of_image/{image.id}/").text
    assert "Delete These Snapshots" in page and "Launch New Instance" in page
    ids = urlencode([("id", each) for each in snapshots])
    dialog = opened(anna, f"{SNAPSHOTS}delete/several/?{ids}")
    assert f"Delete this image too: {image.name}" in dialog.text
    dialog.submit(anna, images="on")
    with pytest.raises(NotFoundException):
        workshop.owner.image.get_image(image.id)
    wait_until(
        lambda: not any(workshop.snapshots_of(each) for each in volumes),
        seconds=PATIENCE,
        what="the snapshots to go",
        pause=0.2,
    )
