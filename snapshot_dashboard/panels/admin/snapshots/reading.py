# SPDX-License-Identifier: Apache-2.0
"""Reads the admin's list of snapshots with projects, users, hosts and volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpRequest

from snapshot_dashboard.cloud import block_storage, rereading
from snapshot_dashboard.cloud.errors import NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.rereading import Again
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.lists.table import SettlingRow
from snapshot_dashboard.panels.common.support import filters
from snapshot_dashboard.panels.common.support.rows import SupportSnapshotRow, snapshot_rows
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot


class UpdateRow(SettlingRow):
    """Snapshots read again, with their volumes: two calls for all of them.

    Other than in the project's list no note is lowered here: an instance of another project is
    not seen as its owner would see it.
    """

    everywhere = True

    def get_data(self, request: HttpRequest, snapshot_id: str) -> SupportSnapshotRow:
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

    def rows(self, connection: Connection, found: Sequence[Snapshot]) -> list[SupportSnapshotRow]:
        """Make rows."""
        return snapshot_rows(connection, found)
