# SPDX-License-Identifier: Apache-2.0
"""Starting instances and bringing them into the states that the demo shows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from keystoneauth1.exceptions import NotFound

from devcloud.inside.client import Person
from devcloud.inside.demo_data.plan import Instance
from devcloud.waiting import wait_until

# More at once make Nova no faster.
_WORKERS = 3

# Seconds after which an instance that did not reach its state counts as stuck.
_PATIENCE = 120
_PAUSE = 0.3

# What the owner asks of Nova for each state.
_ACTIONS: dict[str, dict[str, Any]] = {
    "SHUTOFF": {"os-stop": None},
    "PAUSED": {"pause": None},
    "SUSPENDED": {"suspend": None},
    "SHELVED": {"shelve": None},
    "RESCUE": {"rescue": None},
}


@dataclass(frozen=True)
class Factory:
    """Creates the demo's instances, as an administrator where needed."""

    owner: Person
    admin: Person
    image: str
    flavors: dict[str, str]
    volumes: dict[str, str]

    def make_all(self, instances: tuple[Instance, ...]) -> None:
        """Make the instances, a few at the same time."""
        with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
            for _ in pool.map(self.make, instances):
                pass

    def make(self, instance: Instance) -> str:
        """Start an instance with its volumes, bring it into its state, and return its id."""
        disks = [self._disk(name, boot_index=-1) for name in instance.data]
        body: dict[str, Any] = {"name": instance.name, "networks": "none"}
        if instance.root:
            body["flavorRef"] = self.flavors["m1.nodisk"]
            disks.insert(0, self._disk(instance.root, boot_index=0))
        else:
            body |= {"flavorRef": self.flavors["m1.tiny"], "imageRef": self.image}
            local = {"source_type": "image", "destination_type": "local", "boot_index": 0}
            disks.insert(0, local | {"uuid": self.image, "delete_on_termination": True})
        body["block_device_mapping_v2"] = disks
        answer = self.owner.compute.post("/servers", json={"server": body})
        id_ = str(answer.json()["server"]["id"])
        self._wait(id_, "ACTIVE")
        self._bring_into_state(id_, instance)
        return id_

    def _disk(self, volume: str, boot_index: int) -> dict[str, Any]:
        return {
            "uuid": self.volumes[volume],
            "source_type": "volume",
            "destination_type": "volume",
            "boot_index": boot_index,
        }

    def _bring_into_state(self, id_: str, instance: Instance) -> None:
        if instance.state == "ACTIVE":
            return
        if instance.state == "ERROR":
            self._act(self.admin, id_, {"os-resetState": {"state": "error"}})
        elif instance.state == "SHELVED_OFFLOADED":
            self._act(self.owner, id_, {"shelve": None})
            # One that was started from a volume has nothing to keep on its host, so Nova
            # goes on to offload it by itself.
            if not instance.root:
                self._wait(id_, "SHELVED")
                self._act(self.admin, id_, {"shelveOffload": None})
        else:
            self._act(self.owner, id_, _ACTIONS[instance.state])
        self._wait(id_, instance.state)

    def _act(self, person: Person, id_: str, action: dict[str, Any]) -> None:
        person.compute.post(f"/servers/{id_}/action", json=action)

    def _wait(self, id_: str, state: str) -> None:
        """Look for the id among the instances in a state.

        Nova answers that many times faster than it shows a single instance, for which it
        asks Neutron.
        """

        def arrived() -> bool:
            found = self.owner.compute.get("/servers", params={"status": state}).json()
            return any(server["id"] == id_ for server in found["servers"])

        what = f"instance {id_} to be {state}"
        wait_until(arrived, seconds=_PATIENCE, pause=_PAUSE, what=what)

    def leave_attachment_behind(self, volume: str) -> None:
        """Attach a volume to an instance that is then deleted without its attachment.

        It happens when the compute service loses its connection to Cinder half-way. Here
        Nova never learns of the attachment, because it is made in Cinder directly.
        """
        id_ = self.make(Instance("gone-1"))
        connector = {"host": "devcloud", "initiator": "fake", "ip": "127.0.0.1"}
        body = {"volume_uuid": volume, "instance_uuid": id_, "connector": connector}
        answer = self.owner.volume.post("/attachments", json={"attachment": body})
        attachment = answer.json()["attachment"]["id"]
        self.owner.volume.post(f"/attachments/{attachment}/action", json={"os-complete": {}})
        self.owner.compute.delete(f"/servers/{id_}")
        wait_until(lambda: self._is_gone(id_), seconds=_PATIENCE, what="an instance to go away")

    def _is_gone(self, id_: str) -> bool:
        try:
            self.owner.compute.get(f"/servers/{id_}")
        except NotFound:
            return True
        return False


def flavor_ids(person: Person) -> dict[str, str]:
    """The ids of the flavors by name."""
    flavors = person.compute.get("/flavors").json()["flavors"]
    return {flavor["name"]: str(flavor["id"]) for flavor in flavors}
