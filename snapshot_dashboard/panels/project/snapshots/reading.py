# SPDX-License-Identifier: Apache-2.0
"""Reads what the snapshots page shows."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.listing import SettlingRow
from snapshot_dashboard.panels.mentions import remembered
from snapshot_dashboard.panels.rows import Named, SnapshotRow
from snapshot_dashboard.rules.snapshot import Snapshot


def snapshot_rows(
    connection: Connection, snapshots: Iterable[Snapshot], parent: Named | None = None
) -> list[SnapshotRow]:
    """Make rows of snapshots without asking a service.

    ``parent`` is the volume where all are of one; otherwise what is remembered of each is
    shown, and the script fills in the rest.
    """
    found = list(snapshots)
    volume = remembered(connection, "volume", [each.volume_id for each in found])
    groups = remembered(connection, "group_snapshot", [each.group_snapshot_id for each in found])
    rows = [SnapshotRow(each, parent or volume(each.volume_id)) for each in found]
    for row in rows:
        if row.group_snapshot_id:
            row.group_snapshot = groups(row.group_snapshot_id)
    return rows


class UpdateRow(SettlingRow):
    """One snapshot read again: one call."""

    def get_data(self, request: HttpRequest, snapshot_id: str) -> SnapshotRow:
        """Read the snapshot.

        :raises CloudError: NotFound when it is gone.
        """
        connection = connect(request)
        return snapshot_rows(connection, [block_storage.snapshot(connection, snapshot_id)])[0]
