# SPDX-License-Identifier: Apache-2.0
"""A volume group with two volumes, and what another client reads of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from devcloud.waiting import wait_until
from snapshot_dashboard.rules import consistency
from tests.cloud.workshop import PATIENCE, Workshop, unique

_VERSION = "3.65"


@dataclass(frozen=True)
class Group:
    """A group with two volumes, and what another client reads of it."""

    workshop: Workshop
    id: str
    name: str
    volumes: tuple[str, ...]

    @property
    def snapshot_path(self) -> str:
        """The address of the dialog that makes a group snapshot."""
        return f"/project/volume_groups/{self.id}/create_snapshot/"

    @property
    def clone_path(self) -> str:
        """The address of the dialog that clones the group."""
        return f"/project/volume_groups/{self.id}/clone_group/"

    def read(self, path: str) -> Any:
        """Read something from Cinder as the owner."""
        answer = self.workshop.owner.block_storage.get(path, microversion=_VERSION)
        return answer.json() if answer.ok else None

    def snapshots(self) -> list[Any]:
        """Return the group's snapshots when all of them are finished."""

        def mine() -> list[Any]:
            found = self.read("/group_snapshots/detail")["group_snapshots"]
            return [each for each in found if each["group_id"] == self.id]

        self.settle(mine)
        return mine()

    def clones(self) -> list[Any]:
        """Return the groups that were cloned from it, when all of them are finished."""

        def mine() -> list[Any]:
            found = self.read("/groups/detail?list_volume=true")["groups"]
            return [each for each in found if each["source_group_id"] == self.id]

        self.settle(mine)
        return mine()

    def settle(self, read: Any) -> None:
        """Wait until nothing of a list is being made or deleted."""
        moving = {"creating", "deleting"}
        wait_until(
            lambda: not any(each["status"] in moving for each in read()),
            seconds=PATIENCE,
            what="everything of the group to be settled",
            pause=0.2,
        )

    def notes(self) -> dict[str, str]:
        """Return what each snapshot of the group's volumes was taken while, by volume."""
        found = [
            each
            for volume in self.volumes
            for each in self.read(f"/snapshots/detail?volume_id={volume}")["snapshots"]
        ]
        assert len(found) == len({each["volume_id"] for each in found})
        return {each["volume_id"]: each["metadata"].get(consistency.TAKEN) for each in found}

    def take_away(self) -> None:
        """Delete what was made of the group, then the group; its volumes go with it."""
        storage = self.workshop.owner.block_storage
        for each in self.snapshots():
            storage.delete(f"/group_snapshots/{each['id']}", microversion=_VERSION)
        wait_until(
            lambda: not self.snapshots(), seconds=PATIENCE, what="no group snapshot", pause=0.2
        )
        for each in (*(one["id"] for one in self.clones()), self.id):
            body = {"delete": {"delete-volumes": True}}
            storage.post(f"/groups/{each}/action", json=body, microversion=_VERSION)


def make_group(workshop: Workshop) -> Group:
    """Make a group with two volumes."""
    storage = workshop.owner.block_storage

    def read(path: str) -> Any:
        return storage.get(path, microversion=_VERSION).json()

    def post(path: str, key: str, body: Any) -> Any:
        answer = storage.post(path, json={key: body}, microversion=_VERSION)
        assert answer.ok, answer.text
        return answer.json()[key]

    kinds = {each["name"]: each["id"] for each in read("/group_types")["group_types"]}
    types = {each["name"]: each["id"] for each in read("/types")["volume_types"]}
    # Cinder goes on counting a clone that it has refused, against a limit of 10.
    project = workshop.owner.current_project_id
    limits = {"quota_set": {"groups": -1}}
    workshop.admin.block_storage.put(f"/os-quota-sets/{project}", json=limits)
    name = unique("ledger")
    body = {"name": name, "group_type": kinds["default-group"], "volume_types": [types["ssd"]]}
    made = post("/groups", "group", body)
    wait_until(
        lambda: read(f"/groups/{made['id']}")["group"]["status"] == "available",
        seconds=PATIENCE,
        what="the group",
        pause=0.2,
    )
    wanted = {"size": 1, "volume_type": "ssd", "group_id": made["id"]}
    volumes = tuple(
        post("/volumes", "volume", wanted | {"name": unique(each)})["id"]
        for each in ("data", "log")
    )
    for each in volumes:
        workshop.settled(each)
    group = Group(workshop, made["id"], name, volumes)
    # Instances that use the volumes are made later, and so taken away before.
    workshop.later(group.take_away)
    return group
