# SPDX-License-Identifier: Apache-2.0
"""What hangs on a snapshot or a volume: volumes made from it, backups, images; and deleting both.

Members cannot filter volumes by snapshot (facts: 400 from 3.31 on, ignored below), so volumes
made from a snapshot are looked for among all of the project, part by part, on demand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.cache import cache

from snapshot_dashboard.cloud import answers, caching, images
from snapshot_dashboard.cloud.block_storage import client, listed
from snapshot_dashboard.cloud.errors import (
    NotFound,
    checked,
    translated,
)
from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.cloud.session import Connection, versions
from snapshot_dashboard.rules.remark import TOLD_FOR
from snapshot_dashboard.rules.volume import Volume

# As many take about a second on a small machine, and three on one that is busy: Cinder would give
# twice as many (its osapi_max_limit), but not always in the time that a page has.
PART = 500
# The version from which Cinder counts what a list would hold (facts: 3.44 refuses).
_COUNTED = (3, 45)
# Ids at which to go on, in case the last ones are deleted before the next part is asked for.
_STEPS_BACK = (1, 2, 10, 100)
# As many backups of a volume are looked at, the newest.
_BACKUPS = 100


@dataclass(frozen=True, slots=True)
class Part:
    """What was found among the next volumes of the project.

    ``checked`` is how many were looked at, ``everything`` how many the project has, None where
    that is not known. ``marker`` is where to go on, empty after the last part.
    """

    volumes: tuple[Volume, ...]
    checked: int
    everything: int | None
    marker: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in Cinder; it never keeps anything from being deleted."""

    id: str
    name: str
    volume_id: str
    snapshot_id: str | None = None

    @property
    def label(self) -> str:
        """Return the name, or the id of a backup that has none."""
        return self.name or self.id


def part(connection: Connection, snapshot_ids: Collection[str], marker: str = "") -> Part:
    """Look for volumes made from one of these snapshots among the next ones, the oldest first.

    A volume that is made meanwhile is looked at in the end.

    :raises CloudError: they cannot be read.
    """
    answer = _after(connection, [each for each in marker.split(",") if each])
    with translated():
        found = [answers.volume(each) for each in answer["volumes"]]
        more = any(each.get("rel") == "next" for each in answer.get("volumes_links") or ())
        count = answer.get("count")
        everything = None if count is None else int(count)
    wanted = frozenset(snapshot_ids)
    return Part(
        volumes=tuple(each for each in found if each.snapshot_id in wanted),
        checked=len(found),
        everything=everything,
        marker=_marker(found) if more and found else "",
    )


def _marker(found: list[Volume]) -> str:
    return ",".join(found[-back].id for back in _STEPS_BACK if back <= len(found))


def _after(connection: Connection, markers: list[str]) -> Mapping[str, Any]:
    """Read what follows the first of these volumes that still exists; else from the beginning."""
    query: dict[str, str | int | None] = {"limit": PART, "sort": "created_at:asc"}
    if versions.highest(connection, connection.block_storage_url) >= _COUNTED:
        query["with_count"] = "true"
    read = partial(listed, connection, "volumes/detail")
    for marker in markers[: len(_STEPS_BACK)]:
        try:
            return connection.fetch(partial(read, {**query, "marker": checked(marker)}))
        except NotFound:
            continue
    return connection.fetch(partial(read, query))


def backups_of(connection: Connection, volume_id: str) -> tuple[Backup, ...]:
    """Read the newest backups of a volume; of one of its snapshots those that name it.

    :raises CloudError: they cannot be read.
    """
    query: dict[str, str | int] = {"volume_id": checked(volume_id), "limit": _BACKUPS}
    query["sort"] = "created_at:desc"
    with translated():
        found = listed(connection, "backups/detail", query)["backups"]
        return tuple(
            Backup(each["id"], each.get("name") or "", each["volume_id"], each.get("snapshot_id"))
            for each in found
            if each["volume_id"] == volume_id
        )


def images_of(connection: Connection, snapshot_ids: Collection[str]) -> EmptyImages:
    """Find the images that are nothing without these snapshots; none where there is no Glance.

    :raises CloudError: they cannot be read.
    """
    if not snapshot_ids or connection.image_url is None:
        return EmptyImages((), complete=True)
    return images.empty_images_of(connection, snapshot_ids)


def delete_with_snapshots(connection: Connection, volume_id: str) -> None:
    """Ask for a volume to be deleted with all of its snapshots.

    Cinder refuses unless each can be deleted and none is of another project
    (volume/api.py:482-491).

    :raises CloudError: Refused with Cinder's reason.
    """
    with translated():
        client(connection, write=True).volumes.delete(checked(volume_id), cascade=True)


def remember_deletion(connection: Connection, snapshot_id: str) -> None:
    """Remember that a snapshot was to be deleted: if it comes back, its row looks for why."""
    seconds = int(TOLD_FOR.total_seconds())
    cache.set(_deletion_key(connection, snapshot_id), True, timeout=seconds)


def wanted_deleted(connection: Connection, snapshot_ids: Iterable[str]) -> frozenset[str]:
    """Return those of these snapshots that were to be deleted a while ago."""
    keys = {_deletion_key(connection, each): each for each in snapshot_ids}
    return frozenset(keys[key] for key in cache.get_many(list(keys)))


def _deletion_key(connection: Connection, snapshot_id: str) -> str:
    return caching.key(connection.region, "deletion", snapshot_id)
