# SPDX-License-Identifier: Apache-2.0
"""An instance whose image has the guest agent and requires quiescing."""

from __future__ import annotations

from typing import Any

from tests.cloud.workshop import Workshop

DEMANDING = {"hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes"}


def with_agent(workshop: Workshop, **properties: str) -> tuple[Any, str, str]:
    """Start one with a data volume; return it, its system disk's id and its data volume's.

    ``properties`` are those of the image, instead of both.
    """
    disk = workshop.volume("root", image_id=workshop.image_id())
    wanted = {"os-set_image_metadata": {"metadata": properties or DEMANDING}}
    answer = workshop.owner.block_storage.post(f"/volumes/{disk.id}/action", json=wanted)
    assert answer.status_code == 200, answer.text
    mapping = {
        "uuid": disk.id,
        "source_type": "volume",
        "destination_type": "volume",
        "boot_index": 0,
    }
    data = workshop.volume("data")
    instance = workshop.running("agent", block_device_mapping=[mapping])
    workshop.attach(instance.id, data.id)
    return instance, str(disk.id), str(data.id)


def images_named(workshop: Workshop, part: str) -> list[dict[str, Any]]:
    """Return the empty images with this in their names, as the administrator sees them."""
    answer = workshop.admin.image.get("/images?size_max=0&limit=100&sort=created_at:desc")
    return [each for each in answer.json()["images"] if part in (each["name"] or "")]
