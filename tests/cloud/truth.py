# SPDX-License-Identifier: Apache-2.0
"""Reads the state of a volume from Cinder and Nova without the code under test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.cloud.workshop import Workshop

NONE, LOW, HIGH, BLOCKED = range(4)
# How much is accepted by a tick, and how much has to be feared by a note.
ACCEPTS = {"": NONE, "shut_off": LOW, "shelved": LOW, "corrupted": HIGH}
NOTES = {"detached": NONE, "shut_off": LOW, "shelved": LOW}
_RECORDS = "3.27"
_AT_REST = ("SHUTOFF", "SHELVED", "SHELVED_OFFLOADED")


@dataclass(frozen=True)
class Truth:
    """A volume's status, and the status of each instance that has a record of it."""

    status: str
    holders: frozenset[tuple[str, str]]

    @property
    def badness(self) -> int:
        """Return how bad a snapshot taken now would be, in our own words."""
        if self.status not in ("available", "in-use"):
            return BLOCKED
        if not self.holders:
            return NONE if self.status == "available" else HIGH
        resting = all(status in _AT_REST for _instance, status in self.holders)
        return LOW if resting else HIGH

    @property
    def instances(self) -> frozenset[str]:
        """Return the ids of the instances."""
        return frozenset(instance for instance, _status in self.holders)


def truth_of(workshop: Workshop, volume_id: str) -> Truth:
    """Read it now. What is under way counts as running."""
    storage: Any = workshop.owner.block_storage
    volume = storage.get(f"/volumes/{volume_id}").json()["volume"]
    path = f"/attachments?volume_id={volume_id}"
    records = storage.get(path, microversion=_RECORDS).json()["attachments"]
    users = {each["server_id"] for each in volume["attachments"]}
    users |= {each["instance"] for each in records}
    return Truth(volume["status"], frozenset((each, _status(workshop, each)) for each in users))


def _status(workshop: Workshop, instance_id: str) -> str:
    compute: Any = workshop.owner.compute
    found = compute.get(f"/servers/{instance_id}").json()["server"]
    return "BUSY" if found["OS-EXT-STS:task_state"] else str(found["status"])
