# SPDX-License-Identifier: Apache-2.0
"""Creates volumes, instances and attachments with openstacksdk, and removes them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openstack.exceptions import BadRequestException, ConflictException, NotFoundException

from devcloud import knobs
from devcloud.waiting import wait_until

if TYPE_CHECKING:
    from openstack.connection import Connection

# Seconds that anything may take on a busy machine.
PATIENCE = 120
_PAUSE = 0.1
_ATTACHMENTS = "3.54"
_FINAL = ("available", "error", "in-use")


def unique(name: str) -> str:
    """Return a name that no other run uses."""
    return f"{name}-{uuid.uuid4().hex[:8]}"


class Workshop:
    """What one test (or module) makes in a project; ``close`` removes it, last made first.

    ``admin`` is an administrator's connection in the same project; ``knob_folder`` holds the
    knobs of the volume driver.
    """

    def __init__(self, owner: Connection, admin: Connection, knob_folder: Path) -> None:
        self.owner = owner
        self.admin = admin
        self.knobs = knob_folder
        self._made = ExitStack()

    def close(self) -> None:
        """Remove everything that was made."""
        self._made.close()

    def later(self, undo: Callable[..., object], *arguments: Any) -> None:
        """Have something undone at the end."""
        self._made.callback(undo, *arguments)

    def volume(self, name: str = "volume", *, size: int = 1, **more: Any) -> Any:
        """Make a volume of ``size`` GiB and wait until it is available."""
        made = self.owner.block_storage.create_volume(name=unique(name), size=size, **more)
        self.adopt_volume(made.id)
        return self.settled(made.id)

    def adopt_volume(self, volume_id: str) -> None:
        """Remove a volume at the end that somebody else made."""
        self.later(self.discard_volume, volume_id)

    def settled(self, volume_id: str, status: str = "available") -> Any:
        """Wait until a volume has a status, and return it."""
        return self.wait_for(lambda: self.owner.block_storage.get_volume(volume_id), status)

    def snapshot(self, volume_id: str, name: str = "snapshot", *, force: bool = False) -> Any:
        """Make a snapshot and wait until it is available; it goes with its volume."""
        made = self.owner.block_storage.create_snapshot(
            volume_id=volume_id, name=unique(name), force=force
        )
        return self.settled_snapshot(made.id)

    def settled_snapshot(self, snapshot_id: str, status: str = "available") -> Any:
        """Wait until a snapshot has a status, and return it."""
        return self.wait_for(lambda: self.owner.block_storage.get_snapshot(snapshot_id), status)

    def snapshots_of(self, volume_id: str) -> list[Any]:
        """Return a volume's snapshots in every project, as the administrator sees them."""
        return list(
            self.admin.block_storage.snapshots(details=True, all_projects=True, volume_id=volume_id)
        )

    def instance(self, name: str = "instance", **more: Any) -> Any:
        """Ask for an instance, from the image unless told otherwise."""
        compute = self.owner.compute
        wanted = "m1.nodisk" if "block_device_mapping" in more else "m1.tiny"
        flavor: Any = compute.find_flavor(wanted)
        if "block_device_mapping" not in more:
            more["image_id"] = self.image_id()
        made = compute.create_server(
            name=unique(name), flavor_id=flavor.id, networks="none", **more
        )
        self.later(self.discard_instance, made.id)
        return made

    def running(self, name: str = "instance", **more: Any) -> Any:
        """Start an instance and wait until it is active."""
        return self.arrived(self.instance(name, **more).id, "ACTIVE")

    def image_id(self) -> str:
        """Return the id of the image that the cloud has."""
        image: Any = self.owner.image.find_image("tiny")
        return str(image.id)

    def started_from_volume(self, name: str = "booted", **more: Any) -> tuple[Any, str]:
        """Start an instance from a new volume; return it and the volume's id."""
        volume = self.volume("root", image_id=self.image_id(), **more)
        mapping = {
            "uuid": volume.id,
            "source_type": "volume",
            "destination_type": "volume",
            "boot_index": 0,
        }
        return self.running(name, block_device_mapping=[mapping]), str(volume.id)

    def arrived(self, instance_id: str, status: str) -> Any:
        """Wait until an instance has a status and no task is under way, and return it."""
        wait_until(
            lambda: self._is_at_rest(instance_id, status),
            seconds=PATIENCE,
            what=f"instance {instance_id} to be {status}",
            pause=_PAUSE,
        )
        return self.owner.compute.get_server(instance_id)

    def in_task(self, instance_id: str, task: str) -> None:
        """Wait until an instance is busy with a task."""
        wait_until(
            lambda: self.admin.compute.get_server(instance_id).task_state == task,
            seconds=PATIENCE,
            what=f"instance {instance_id} to be busy with {task}",
            pause=_PAUSE,
        )

    def _is_at_rest(self, instance_id: str, status: str) -> bool:
        if not self._lists(instance_id, status=status):
            return False
        found = self.admin.compute.get_server(instance_id)
        return found.status == status and not found.task_state

    def _lists(self, instance_id: str, **filters: str) -> bool:
        """Whether Nova lists an instance; to show one it asks Neutron and takes far longer."""
        asked = {"uuid": instance_id, "all_tenants": "1", **filters}
        return bool(self.admin.compute.get("/servers", params=asked).json()["servers"])

    def attach(self, instance_id: str, volume_id: str) -> str:
        """Attach a volume to an instance, wait until it is in use, and return the device."""
        self.owner.compute.create_volume_attachment(instance_id, volume_id=volume_id)
        self.later(self.detach, instance_id, volume_id)
        return self.device(instance_id, volume_id)

    def device(self, instance_id: str, volume_id: str) -> str:
        """Wait until a volume is attached to an instance, and return the device."""
        wait_until(
            lambda: self._device(instance_id, volume_id) is not None,
            seconds=PATIENCE,
            what=f"volume {volume_id} to be attached to instance {instance_id}",
            pause=_PAUSE,
        )
        return str(self._device(instance_id, volume_id))

    def _device(self, instance_id: str, volume_id: str) -> str | None:
        volume = self.owner.block_storage.get_volume(volume_id)
        if volume.status != "in-use":
            return None
        found = [each["device"] for each in volume.attachments if each["server_id"] == instance_id]
        return str(found[0]) if found else None

    def attached(self, name: str = "web") -> tuple[Any, Any]:
        """Start an instance with a data volume; return both."""
        volume = self.volume("data")
        instance = self.running(name)
        self.attach(instance.id, volume.id)
        return instance, self.owner.block_storage.get_volume(volume.id)

    def record(self, volume_id: str, instance_id: str | None, *, complete: bool) -> str:
        """Write an attachment record in Cinder alone; Nova never learns of it.

        Without ``complete`` the volume is held (reserved) only. Returns the record's id.
        """
        api = self.owner.block_storage
        body = {"volume_uuid": volume_id}
        if instance_id is not None:
            body["instance_uuid"] = instance_id
        answer = api.post("/attachments", json={"attachment": body}, microversion=_ATTACHMENTS)
        record = str(answer.json()["attachment"]["id"])
        if complete:
            connector = {"host": "devcloud", "ip": "127.0.0.1", "initiator": "test"}
            connector["mountpoint"] = "/dev/vdz"
            path = f"/attachments/{record}"
            update = {"attachment": {"connector": connector}}
            api.put(path, json=update, microversion=_ATTACHMENTS)
            api.post(f"{path}/action", json={"os-complete": {}}, microversion=_ATTACHMENTS)
        return record

    def forget_record(self, record: str) -> None:
        """Delete an attachment record in Cinder."""
        self.owner.block_storage.delete(f"/attachments/{record}", microversion=_ATTACHMENTS)

    def attach_by_hand(self, volume_id: str, **holder: str) -> None:
        """Mark a volume in Cinder as attached to a host or an instance (``os-attach``)."""
        body = {"os-attach": {"mountpoint": "/dev/vdc", "mode": "rw", **holder}}
        self.admin.block_storage.post(f"/volumes/{volume_id}/action", json=body)
        self.settled(volume_id, "in-use")

    def detach(self, instance_id: str, volume_id: str) -> None:
        """Detach a volume; nothing happens when instance or attachment are gone."""
        with suppress(NotFoundException, ConflictException, BadRequestException):
            self.owner.compute.delete_volume_attachment(instance_id, volume_id)
            wait_until(
                lambda: not self._uses(instance_id, volume_id),
                seconds=PATIENCE,
                what=f"volume {volume_id} to be detached from instance {instance_id}",
                pause=_PAUSE,
            )

    def _uses(self, instance_id: str, volume_id: str) -> bool:
        volume = self.owner.block_storage.get_volume(volume_id)
        users = {each["server_id"] for each in volume.attachments}
        return instance_id in users or volume.status == "detaching"

    def discard_instance(self, instance_id: str) -> None:
        """Delete an instance and wait until it is gone."""
        with suppress(NotFoundException):
            self.admin.compute.delete_server(instance_id)
        wait_until(
            lambda: not self._lists(instance_id),
            seconds=PATIENCE,
            what=f"instance {instance_id} to go away",
            pause=_PAUSE,
        )

    def discard_volume(self, volume_id: str) -> None:
        """Delete a volume with its snapshots, whatever state a test left it in."""
        api = self.admin.block_storage
        with suppress(NotFoundException):
            wait_until(
                lambda: all(each.status in _FINAL for each in self.snapshots_of(volume_id)),
                seconds=PATIENCE,
                what=f"the snapshots of volume {volume_id} to be finished",
                pause=_PAUSE,
            )
            volume = api.get_volume(volume_id)
            for each in volume.attachments:
                api.delete(f"/attachments/{each['attachment_id']}", microversion=_ATTACHMENTS)
            if api.get_volume(volume_id).status not in ("available", "error"):
                self.set_status(volume_id, "available")
            api.delete_volume(volume_id, cascade=True)

    def gone(self, volume_id: str) -> None:
        """Wait until a volume is deleted."""
        wait_until(
            lambda: self._is_gone(self.admin.block_storage.get_volume, volume_id),
            seconds=PATIENCE,
            what=f"volume {volume_id} to go away",
            pause=_PAUSE,
        )

    def slow_storage(self) -> None:
        """Let every storage operation hang until ``storage_as_usual``, at the latest the end."""
        self.later(self.storage_as_usual)
        knobs.set_delay(self.knobs, PATIENCE)

    def broken_storage(self, *operations: str) -> None:
        """Let these storage operations fail until the end."""
        self.later(self.storage_as_usual)
        knobs.set_failures(self.knobs, list(operations))

    def storage_as_usual(self) -> None:
        """Let storage operations be quick and succeed."""
        knobs.clear(self.knobs)

    def set_status(self, volume_id: str, status: str) -> None:
        """Reset a volume's status by hand, as an administrator can."""
        self.admin.block_storage.reset_volume_status(volume_id, status)

    @staticmethod
    def _is_gone(read: Callable[[str], object], object_id: str) -> bool:
        try:
            read(object_id)
        except NotFoundException:
            return True
        return False

    @staticmethod
    def wait_for(read: Callable[[], Any], status: str) -> Any:
        """Read until the status is the one wanted; an error ends the wait at once."""
        latest = read()

        def there() -> bool:
            nonlocal latest
            latest = read()
            if latest.status == "error" != status:
                raise AssertionError(f"{latest.id} is in status error, not {status}")
            return bool(latest.status == status)

        wait_until(there, seconds=PATIENCE, what=f"{latest.id} to be {status}", pause=_PAUSE)
        return latest
