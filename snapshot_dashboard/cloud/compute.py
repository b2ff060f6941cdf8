# SPDX-License-Identifier: Apache-2.0
"""Nova: what an instance is doing, and detaching volumes from it."""

from __future__ import annotations

from typing import Any

from snapshot_dashboard.cloud.errors import checked, translated
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.volume import Volume

# Everything that we read has been in Nova's first microversion.
_READ = "2.1"
_UNTOLD = "unknown"
_UNTOLD_POWER = -1
# A volume can be attached to a shelved instance and detached from one from here on
# (nova/api/openstack/compute/volume_attachments.py:220, 408); multiattach ones need more.
_DETACH = "2.20"
_ATTACH = {False: "2.20", True: "2.60"}


def instance(connection: Connection, instance_id: str) -> Instance:
    """Read one instance.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    with translated():
        raw: dict[str, Any] = (
            connection.compute(_READ).get(f"/servers/{checked(instance_id)}").json()["server"]
        )
        return Instance(
            id=raw["id"],
            name=raw.get("name") or "",
            status=raw.get("status") or "",
            # What a cloud does not tell is not taken for "at rest".
            task=raw.get("OS-EXT-STS:task_state", _UNTOLD),
            power_state=raw.get("OS-EXT-STS:power_state", _UNTOLD_POWER),
            has_image=bool(raw.get("image")),
        )


def device_of(connection: Connection, instance_id: str, volume_id: str) -> str | None:
    """Read the device name that Nova keeps for a volume, also while the instance is shelved."""
    with translated():
        raw = connection.compute(_READ).get(
            f"/servers/{checked(instance_id)}/os-volume_attachments/{checked(volume_id)}"
        )
        return raw.json()["volumeAttachment"].get("device") or None


def detach(connection: Connection, instance_id: str, volume_id: str) -> None:
    """Detach a volume; works for shelved instances too. It goes on after this returns.

    :raises CloudError: Refused with Nova's reason, such as a root volume.
    """
    with translated():
        connection.compute(_DETACH, write=True).delete(
            f"/servers/{checked(instance_id)}/os-volume_attachments/{checked(volume_id)}"
        )


def attach(connection: Connection, instance_id: str, volume: Volume, device: str | None) -> str:
    """Attach a volume; works for shelved instances too. Return the device's name, if any.

    :raises CloudError: Refused with Nova's reason.
    """
    wanted = {"volumeId": volume.id} | ({"device": device} if device else {})
    with translated():
        answer = connection.compute(_ATTACH[volume.multiattach], write=True).post(
            f"/servers/{checked(instance_id)}/os-volume_attachments",
            json={"volumeAttachment": wanted},
        )
        return answer.json()["volumeAttachment"].get("device") or ""
