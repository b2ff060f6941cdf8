# SPDX-License-Identifier: Apache-2.0
"""Cloning a volume and its snapshot."""

import random
import sqlite3
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from devcloud.inside import rows
from devcloud.inside.client import Person, wait_for_status
from devcloud.inside.demo_data.storage import post_snapshot, post_volume
from devcloud.inside.rows import Row

VOLUME_TYPE = "bulk"

_SIZES = (1, 5, 10, 20, 50, 100)
_DAYS = 700
_SHARE_OF_ERRORS = 0.01


@dataclass(frozen=True)
class Template:
    """The volume and the snapshot that were made through the API."""

    volume: str
    snapshot: str


def make_template(person: Person) -> Template:
    """Make a volume and a snapshot of it. Raises keystoneauth's errors."""
    volume = post_volume(person, {"name": "template", "size": 1, "volume_type": VOLUME_TYPE})
    wait_for_status(person.volume, f"/volumes/{volume}", "available")
    snapshot = post_snapshot(person, volume, "template")
    wait_for_status(person.volume, f"/snapshots/{snapshot}", "available")
    return Template(volume, snapshot)


class Cloner:
    """Makes the rows of volumes and snapshots; the same seed gives the same rows."""

    def __init__(self, cinder: sqlite3.Connection, template: Template, seed: str) -> None:
        (self._volume,) = rows.select(cinder, "volumes", "id", template.volume)
        (self._snapshot,) = rows.select(cinder, "snapshots", "id", template.snapshot)
        self._random = random.Random(seed)  # noqa: S311 - not a secret
        self._now = datetime.now(timezone.utc).replace(tzinfo=None)

    def volume(self, number: int) -> Row:
        """A volume with an age of up to two years."""
        born = self._now - timedelta(minutes=self._random.randrange(1, _DAYS * 24 * 60))
        moments = ("created_at", "updated_at", "launched_at", "scheduled_at")
        return (
            self._volume
            | dict.fromkeys(moments, str(born))
            | {
                "id": self.new_id(),
                "display_name": f"volume-{number:05}",
                "size": self._random.choice(_SIZES),
            }
        )

    def snapshot(self, volume: Row, number: int) -> Row:
        """A snapshot of a cloned volume, younger than it; one in a hundred failed."""
        age = self._now - datetime.fromisoformat(volume["created_at"])
        taken = str(self._now - age * self._random.random())
        failed = self._random.random() < _SHARE_OF_ERRORS
        return self._snapshot | {
            "id": self.new_id(),
            "volume_id": volume["id"],
            "volume_size": volume["size"],
            "display_name": f"{volume['display_name']} nightly {number}",
            "status": "error" if failed else "available",
            "created_at": taken,
            "updated_at": taken,
        }

    def new_id(self) -> str:
        """An id like those of the services."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


def count_against_quota(
    cinder: sqlite3.Connection, project: str, volumes: list[Row], snapshots: list[Row]
) -> None:
    """Add the clones to what Cinder believes the project uses."""
    size = sum(row["size"] for row in volumes) + sum(row["volume_size"] for row in snapshots)
    used = {"volumes": len(volumes), "snapshots": len(snapshots), "gigabytes": size}
    for resource, amount in used.items():
        cinder.execute(
            "UPDATE quota_usages SET in_use = in_use + ?"
            " WHERE project_id = ? AND resource IN (?, ?) AND NOT deleted",
            (amount, project, resource, f"{resource}_{VOLUME_TYPE}"),
        )
