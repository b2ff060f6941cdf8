# SPDX-License-Identifier: Apache-2.0
"""Reads the state of a volume from Cinder and Nova without the code under test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import requests

from tests.cloud.workshop import Workshop

NONE, LOW, HIGH, BLOCKED = range(4)
# How much is accepted by a tick, and how much has to be feared by a note.
ACCEPTS = {"": NONE, "shut_off": LOW, "shelved": LOW, "corrupted": HIGH}
NOTES = {"detached": NONE, "shut_off": LOW, "shelved": LOW}
_RECORDS = "3.27"
# What a note says of the one instance that uses a volume; of any other state it says "unknown".
_WORDS = {
    "ACTIVE": "running",
    "PAUSED": "paused",
    "SUSPENDED": "suspended",
    "SHUTOFF": "shut_off",
    "SHELVED": "shelved",
    "SHELVED_OFFLOADED": "shelved",
}
_AT_REST = ("SHUTOFF", "SHELVED", "SHELVED_OFFLOADED")
# What stands for the status of a host, and of an instance that does not exist.
_HOST, _GONE = "host", "gone"
# And for that of an instance with which something is being done.
_BUSY = "BUSY"


@dataclass(frozen=True)
class Truth:
    """A volume's status, and the status of each instance that has a record of it."""

    status: str
    holders: frozenset[tuple[str | None, str]]

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
        return frozenset(instance for instance, _status in self.holders if instance)

    @property
    def note(self) -> str:
        """Return what the note of a copy made now has to say."""
        if not self.holders and self.status == "available":
            return "detached"
        if not self.holders or self.status == "available":
            return "unknown"
        if len(self.holders) > 1:
            return "several"
        return _WORDS.get(next(iter(self.holders))[1], "unknown")

    @property
    def is_busy(self) -> bool:
        """Tell whether something is being done with one of the instances."""
        return any(status == _BUSY for _instance, status in self.holders)

    @property
    def as_member(self) -> Truth:
        """Return what it means for a copy of a whole group: Cinder copies a held volume, too."""
        return replace(self, status="in-use") if self.status == "reserved" else self


def truth_of(workshop: Workshop, volume_id: str) -> Truth:
    """Read it now. What is under way counts as running."""
    storage: Any = workshop.owner.block_storage
    volume = storage.get(f"/volumes/{volume_id}").json()["volume"]
    path = f"/attachments?volume_id={volume_id}"
    records = storage.get(path, microversion=_RECORDS).json()["attachments"]
    users = {each["server_id"] for each in volume["attachments"]}
    users |= {each["instance"] for each in records}
    return Truth(volume["status"], frozenset((each, _status(workshop, each)) for each in users))


def _status(workshop: Workshop, instance_id: str | None) -> str:
    if instance_id is None:
        return _HOST
    compute: Any = workshop.owner.compute
    answer = compute.get(f"/servers/{instance_id}")
    if answer.status_code == requests.codes.not_found:
        return _GONE
    found = answer.json()["server"]
    return _BUSY if found["OS-EXT-STS:task_state"] else str(found["status"])
