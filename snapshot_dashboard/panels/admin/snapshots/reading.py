# SPDX-License-Identifier: Apache-2.0
"""Reads what the admin's list of snapshots shows: whose, where, and of which volume."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.http import HttpRequest

from snapshot_dashboard.cloud import administration, block_storage, rereading
from snapshot_dashboard.cloud.errors import CloudError, NotFound, SessionExpired
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.rereading import Again
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.admin import filters
from snapshot_dashboard.panels.listing import SettlingRow
from snapshot_dashboard.panels.mentions import mention, remembered
from snapshot_dashboard.panels.rows import Named, SnapshotRow
from snapshot_dashboard.rules.deletion import belongs_elsewhere
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume


class DeskRow(SnapshotRow):
    """A snapshot as the support desk sees it: with its project, its user and its host.

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


def desk_rows(connection: Connection, snapshots: Iterable[Snapshot]) -> list[DeskRow]:
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
    except SessionExpired:
        raise
    except CloudError:
        return {}


def _row(snapshot: Snapshot, volume: Volume | None, known: Named) -> DeskRow:
    return DeskRow(snapshot, Named(volume.id, volume.label) if volume else known, volume)


def name_all(connection: Connection, rows: Sequence[DeskRow]) -> None:
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
        row.mention = lambda each: mention("instance", instances(each), "admin")


def _named(by_id: Callable[[str], Named], object_id: str | None) -> Named | None:
    return by_id(object_id) if object_id else None


class UpdateRow(SettlingRow):
    """Snapshots read again, with their volumes: two calls for all of them.

    Other than in the project's list no note is lowered here: an instance of another project is
    not seen as its owner would see it.
    """

    everywhere = True

    def get_data(self, request: HttpRequest, snapshot_id: str) -> DeskRow:
        """Read one snapshot, for stock's script.

        :raises CloudError: NotFound when it is gone.
        """
        connection = connect(request)
        found = connection.fetch(lambda: block_storage.snapshot(connection, snapshot_id))
        return self.rows(connection, [found])[0]

    def filters(self, connection: Connection) -> Mapping[str, str]:
        """Return the page's filters; on a volume's details, that volume.

        :raises NotFound: whom they name is not there any more.
        """
        volume_id = self.table.kwargs.get("volume_id")
        if volume_id:
            return {"volume_id": volume_id}
        try:
            return filters.for_cinder(connection, self.table.state)
        except filters.Unclear as unclear:
            raise NotFound from unclear

    def listed(self, connection: Connection, wanted: PageRequest) -> Again[Snapshot]:
        """Read the list of all projects."""
        return rereading.snapshots(connection, wanted, everywhere=True)

    def one(self, connection: Connection, object_id: str) -> Snapshot:
        """Read one snapshot.

        :raises CloudError: NotFound when it is gone.
        """
        return block_storage.snapshot(connection, object_id)

    def rows(self, connection: Connection, found: Sequence[Snapshot]) -> list[DeskRow]:
        """Make rows."""
        return desk_rows(connection, found)
