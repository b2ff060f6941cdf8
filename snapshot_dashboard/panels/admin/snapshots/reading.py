# SPDX-License-Identifier: Apache-2.0
"""Reads the admin's list of snapshots with projects, users, hosts and volumes."""

from __future__ import annotations

from collections.abc import Sequence

from snapshot_dashboard.cloud import block_storage, lists
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.lists.table import SettlingRow
from snapshot_dashboard.panels.common.support.rows import SupportSnapshotRow, snapshot_rows
from snapshot_dashboard.rules.snapshot import Snapshot


class UpdateRow(SettlingRow):
    """Snapshots read again, with their volumes: two calls for all of them.

    Other than in the project's list no note is lowered here: an instance of another project is
    not seen as its owner would see it.
    """

    kind = lists.SNAPSHOTS
    everywhere = True

    def one(self, connection: Connection, object_id: str) -> Snapshot:
        """Read one snapshot.

        :raises CloudError: NotFound when it is gone.
        """
        return block_storage.snapshot(connection, object_id)

    def rows(self, connection: Connection, found: Sequence[Snapshot]) -> list[SupportSnapshotRow]:
        """Make rows."""
        return snapshot_rows(connection, found)
