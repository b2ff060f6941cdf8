# SPDX-License-Identifier: Apache-2.0
"""Reads everything that support staff see of one snapshot or volume, side by side.

Each fact comes alone: one that cannot be read is told as such, and leaves the others. The number
of calls does not depend on the size of the cloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from snapshot_dashboard.cloud import (
    administration,
    attachment,
    block_storage,
    images,
    messages,
    quota,
)
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import NotFound
from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.cloud.partial_reads import Fact, fact
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.attention import StorageService
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.snapshot import Snapshot

# As many snapshots of a volume are named; what is beyond is counted.
_NAMED = 100


@dataclass(frozen=True)
class SnapshotDetails:
    """A snapshot and what was read around it.

    ``situation`` is that of its volume as the volume's owner is told it.
    """

    snapshot: Snapshot
    situation: Fact[Situation]
    services: Fact[Mapping[str, StorageService]]
    messages: Fact[tuple[Message, ...]]
    limits: Fact[Mapping[str, Limit]]
    temporary: Fact[tuple[Snapshot, ...]]
    images: Fact[EmptyImages]


@dataclass(frozen=True)
class NewestSnapshots:
    """The newest snapshots of a volume in all projects, and how many there are altogether.

    ``count`` is None where the cloud is too old to count and there are more than were read.
    """

    newest: tuple[Snapshot, ...]
    count: int | None


@dataclass(frozen=True)
class VolumeDetails:
    """A volume and what was read around it."""

    situation: Situation
    snapshots: Fact[NewestSnapshots]
    services: Fact[Mapping[str, StorageService]]
    messages: Fact[tuple[Message, ...]]
    limits: Fact[Mapping[str, Limit]]


def snapshot_details(connection: Connection, snapshot_id: str) -> SnapshotDetails:
    """Read a snapshot of any project with what is around it.

    :raises CloudError: the snapshot itself cannot be read, or the session has expired.
    """
    snapshot = connection.fetch(lambda: block_storage.snapshot(connection, snapshot_id))
    volume_id, project_id = snapshot.volume_id, snapshot.project_id
    services = connection.start(lambda: administration.services(connection))
    messages_later = connection.start(lambda: messages.about(connection, snapshot_id))
    limits = connection.start(lambda: _limits(connection, project_id))
    temporary = connection.start(lambda: administration.temporary_snapshots(connection, volume_id))
    empty = connection.start(lambda: images.empty_images_of(connection, [snapshot_id]))
    return SnapshotDetails(
        snapshot=snapshot,
        situation=fact(lambda: attachment.read(connection, volume_id, as_owner=True)),
        services=fact(services.get),
        messages=fact(messages_later.get),
        limits=fact(limits.get),
        temporary=fact(temporary.get),
        images=fact(empty.get),
    )


def volume_details(connection: Connection, volume_id: str) -> VolumeDetails:
    """Read a volume of any project with what is around it.

    :raises CloudError: the volume itself cannot be read, or the session has expired.
    """
    snapshots = connection.start(lambda: _snapshots_of(connection, volume_id))
    services = connection.start(lambda: administration.services(connection))
    messages_later = connection.start(lambda: messages.about(connection, volume_id))
    situation = attachment.read(connection, volume_id, as_owner=True)
    owner = situation.exposure.volume.project_id
    limits = connection.start(lambda: _limits(connection, owner))
    return VolumeDetails(
        situation=situation,
        snapshots=fact(snapshots.get),
        services=fact(services.get),
        messages=fact(messages_later.get),
        limits=fact(limits.get),
    )


def _limits(connection: Connection, project_id: str | None) -> Mapping[str, Limit]:
    """Read a project's limits; never the reader's own in the place of those that are not told."""
    if project_id is None:
        raise NotFound
    return quota.limits(connection, project_id)


def _snapshots_of(connection: Connection, volume_id: str) -> NewestSnapshots:
    wanted = PageRequest(size=_NAMED, filters={"volume_id": volume_id})
    page, count = administration.counted_snapshots(connection, wanted)
    if count is None and not page.more:
        count = len(page.items)
    return NewestSnapshots(page.items, count)
