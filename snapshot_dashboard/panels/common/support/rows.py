# SPDX-License-Identifier: Apache-2.0
"""Rows of the lists of all projects, with project, user and host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from snapshot_dashboard.cloud import administration
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.lists.rows import Named, SnapshotRow, VolumeRow
from snapshot_dashboard.panels.common.lists.volume_rows import volume_rows
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.rules.deletion import belongs_elsewhere
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume


class SupportSnapshotRow(SnapshotRow):
    """A snapshot with its project, user and host.

    ``volume`` is None where it could not be read: then neither the host is known, nor whether
    the snapshot belongs to another project than its volume.
    """

    def __init__(self, snapshot: Snapshot, mentioned: Named, volume: Volume | None) -> None:
        super().__init__(snapshot, mentioned)
        self.volume = volume
        self.host_name = volume.host if volume else None
        self.foreign = volume is not None and belongs_elsewhere(snapshot, volume.project_id)
        self.owner: Named | None = None
        self.maker: Named | None = None
        self.volume_owner: Named | None = None


def snapshot_rows(
    connection: Connection, snapshots: Iterable[Snapshot]
) -> list[SupportSnapshotRow]:
    """Make rows of snapshots: one call for all of their volumes; names are what is remembered."""
    found = list(snapshots)
    volumes = volumes_of(connection, found)
    known = remembered(connection, "volume", [each.volume_id for each in found])
    rows = [_row(each, volumes.get(each.volume_id), known(each.volume_id)) for each in found]
    name_all(connection, rows)
    return rows


def volumes_of(connection: Connection, snapshots: Iterable[Snapshot]) -> Mapping[str, Volume]:
    """Read the volumes of these snapshots; those that cannot be read are left out."""
    ids = {each.volume_id for each in snapshots}
    try:
        return connection.fetch(lambda: administration.volumes_by_id(connection, ids))
    except CloudError:
        return {}


def _row(snapshot: Snapshot, volume: Volume | None, known: Named) -> SupportSnapshotRow:
    return SupportSnapshotRow(snapshot, Named(volume.id, volume.label) if volume else known, volume)


def name_all(connection: Connection, rows: Sequence[SupportSnapshotRow]) -> None:
    """Show what is remembered of the names of everything that these rows mention."""
    projects = {row.project_id for row in rows}
    projects |= {row.volume.project_id for row in rows if row.volume}
    owners = remembered(connection, "project", projects)
    makers = remembered(connection, "user", [row.user_id for row in rows])
    groups = remembered(connection, "group_snapshot", [row.group_snapshot_id for row in rows])
    attached = [each for row in rows for each, _state in row.label.instances]
    instances = remembered(connection, "instance", attached)
    for row in rows:
        row.owner = _named(owners, row.project_id)
        row.maker = _named(makers, row.user_id)
        row.volume_owner = _named(owners, row.volume.project_id if row.volume else None)
        row.group_snapshot = _named(groups, row.group_snapshot_id)
        row.mention = lambda each: object_link("instance", instances(each), "admin")


def _named(by_id: Callable[[str], Named], object_id: str | None) -> Named | None:
    return by_id(object_id) if object_id else None


def support_volume_rows(connection: Connection, volumes: Iterable[Volume]) -> list[VolumeRow]:
    """Make rows of volumes with their projects and hosts; names are what is remembered."""
    rows = volume_rows(connection, volumes)
    owners = remembered(connection, "project", [row.tenant_id for row in rows])
    makers = remembered(connection, "user", [row.volume.user_id for row in rows])
    for row in rows:
        row.owner = owners(row.tenant_id) if row.tenant_id else None
        row.maker = makers(row.volume.user_id) if row.volume.user_id else None
        setattr(row, "os-vol-host-attr:host", row.volume.host)
    return rows
