# SPDX-License-Identifier: Apache-2.0
"""What a test needs in the cloud, made through the services and removed after the test."""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from devcloud.waiting import wait_until

if TYPE_CHECKING:
    from openstack.connection import Connection

_PATIENCE = 60.0  # seconds
_ACTIONS: dict[str, dict[str, Any]] = {
    "SHUTOFF": {"os-stop": None},
    "SHELVED": {"shelve": None},
}
_REMOVABLE = frozenset({"available", "error"})


class Things:
    """Volumes, snapshots and instances of one project, with names that nobody else uses."""

    def __init__(self, owner: "Connection", admin: "Connection", stack: ExitStack) -> None:
        self._owner = owner
        self._admin = admin
        self._stack = stack

    @staticmethod
    def name(what: str = "volume") -> str:
        """A name that is not taken."""
        return f"{what}-{uuid4().hex[:8]}"

    def volume(self, name: str | None = None, *, size: int = 1, **more: Any) -> str:
        """Make a volume of ``size`` GiB and return its id; its snapshots go with it."""
        body = {"name": self.name() if name is None else name, "size": size, **more}
        answer = self._owner.block_storage.post("/volumes", json={"volume": body})
        volume = str(_body(answer)["volume"]["id"])
        self.remove_later(volume)
        self.wait_volume(volume, "available")
        return volume

    def remove_later(self, volume: str) -> None:
        """Remove a volume, one made by the dashboard too, when the test is over."""
        self._stack.callback(self._remove_volume, volume)

    def system_disk(self) -> str:
        """Make a volume that an instance can be started from."""
        return self.volume(imageRef=self._image())

    def snapshot(self, volume: str, name: str | None = None, **more: Any) -> str:
        """Make a snapshot, which goes with its volume, and return its id."""
        body = {"volume_id": volume, "name": name or self.name("snapshot"), "force": True, **more}
        answer = self._owner.block_storage.post("/snapshots", json={"snapshot": body})
        snapshot = str(_body(answer)["snapshot"]["id"])
        self._wait(lambda: self.snapshot_status(snapshot), {"available"}, f"snapshot {snapshot}")
        return snapshot

    def snapshots_of(self, volume: str) -> list[dict[str, Any]]:
        """Read the snapshots of a volume."""
        answer = self._owner.block_storage.get("/snapshots/detail", params={"volume_id": volume})
        return list(_body(answer)["snapshots"])

    def read_volume(self, volume: str) -> dict[str, Any]:
        """Read a volume."""
        return dict(_body(self._owner.block_storage.get(f"/volumes/{volume}"))["volume"])

    def snapshot_status(self, snapshot: str) -> str:
        """Read the status of a snapshot."""
        answer = self._owner.block_storage.get(f"/snapshots/{snapshot}")
        return str(_body(answer)["snapshot"]["status"])

    def reset_snapshot(self, snapshot: str, status: str) -> None:
        """Let Cinder believe that a snapshot has another status."""
        body = {"os-reset_status": {"status": status}}
        _body(self._admin.block_storage.post(f"/snapshots/{snapshot}/action", json=body))

    def wait_volume(self, volume: str, *statuses: str) -> None:
        """Wait until a volume has one of these statuses."""
        self._wait(lambda: str(self.read_volume(volume)["status"]), set(statuses), volume)

    def instance(
        self, *, root: str = "", data: Sequence[str] = (), state: str = "ACTIVE"
    ) -> tuple[str, str]:
        """Start an instance with these volumes; return its id and name when it is in ``state``."""
        compute, name = self._owner.compute, self.name("instance")
        first = _disk("volume", root, "volume") if root else _disk("image", self._image(), "local")
        disks = [first | {"boot_index": 0}]
        disks += [_disk("volume", volume, "volume") | {"boot_index": -1} for volume in data]
        body: dict[str, Any] = {"name": name, "networks": "none", "block_device_mapping_v2": disks}
        body["flavorRef"] = self._flavor("m1.nodisk" if root else "m1.tiny")
        if not root:
            body["imageRef"] = self._image()
        answer = compute.post("/servers", json={"server": body}, microversion="2.37")
        instance = str(_body(answer)["server"]["id"])
        self._stack.callback(self._remove_instance, instance)
        self._wait_instance(instance, "ACTIVE")
        self._bring_into_state(instance, state, started_from_volume=bool(root))
        return instance, name

    def attach(self, instance: str, volume: str) -> None:
        """Attach a volume to a running instance."""
        body = {"volumeAttachment": {"volumeId": volume}}
        path = f"/servers/{instance}/os-volume_attachments"
        _body(self._owner.compute.post(path, json=body))
        self.wait_volume(volume, "in-use")

    def _bring_into_state(self, instance: str, state: str, *, started_from_volume: bool) -> None:
        if state == "SHELVED_OFFLOADED":
            self._act(self._owner, instance, {"shelve": None})
            # Nova goes on by itself with one that has nothing to keep on its host.
            if not started_from_volume:
                self._wait_instance(instance, "SHELVED")
                self._act(self._admin, instance, {"shelveOffload": None})
        elif state != "ACTIVE":
            self._act(self._owner, instance, _ACTIONS[state])
        self._wait_instance(instance, state)

    @staticmethod
    def _act(person: "Connection", instance: str, action: dict[str, Any]) -> None:
        _body(person.compute.post(f"/servers/{instance}/action", json=action))

    def _instance_status(self, instance: str) -> str:
        answer = self._owner.compute.get(f"/servers/{instance}")
        return "gone" if answer.status_code == 404 else str(_body(answer)["server"]["status"])

    def _wait_instance(self, instance: str, *states: str) -> None:
        self._wait(lambda: self._instance_status(instance), set(states), f"instance {instance}")

    def _remove_instance(self, instance: str) -> None:
        _body(self._owner.compute.delete(f"/servers/{instance}"))
        self._wait_instance(instance, "gone")

    def _remove_volume(self, volume: str) -> None:
        """Remove a volume with its snapshots, once nothing holds it."""
        answer = self._owner.block_storage.get(f"/volumes/{volume}")
        if answer.status_code == 404:
            return
        self.wait_volume(volume, *_REMOVABLE)
        for snapshot in self.snapshots_of(volume):
            self._wait(
                lambda id_=snapshot["id"]: self.snapshot_status(id_),
                set(_REMOVABLE),
                f"snapshot {snapshot['id']}",
            )
        _body(self._owner.block_storage.delete(f"/volumes/{volume}?cascade=true"))

    def _image(self) -> str:
        answer = self._owner.image.get("/images", params={"name": "tiny"})
        return str(_body(answer)["images"][0]["id"])

    def _flavor(self, name: str) -> str:
        flavors = _body(self._owner.compute.get("/flavors"))["flavors"]
        return str(next(flavor["id"] for flavor in flavors if flavor["name"] == name))

    @staticmethod
    def _wait(read: Any, wanted: set[str], what: str) -> None:
        wait_until(
            lambda: read() in wanted, seconds=_PATIENCE, what=f"{what} to be {sorted(wanted)}"
        )


def _disk(source: str, id_: str, destination: str) -> dict[str, Any]:
    disk: dict[str, Any] = {"source_type": source, "uuid": id_, "destination_type": destination}
    return disk | {"delete_on_termination": destination == "local"}


def _body(answer: Any) -> dict[str, Any]:
    """What a service answered. Raises an error with the service's reason when it refused."""
    from openstack.exceptions import raise_from_response

    raise_from_response(answer)
    return dict(answer.json()) if answer.content else {}
