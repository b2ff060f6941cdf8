# SPDX-License-Identifier: Apache-2.0
"""Reads what the snapshots page shows."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from snapshot_dashboard.cloud import block_storage, consistency
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels import audit, remarks
from snapshot_dashboard.panels.listing import SettlingRow
from snapshot_dashboard.panels.mentions import mention, remembered
from snapshot_dashboard.panels.rows import Named, SnapshotRow
from snapshot_dashboard.rules.consistency import TAKEN
from snapshot_dashboard.rules.snapshot import Snapshot


def snapshot_rows(
    connection: Connection, snapshots: Iterable[Snapshot], parent: Named | None = None
) -> list[SnapshotRow]:
    """Make rows of snapshots without asking a service.

    ``parent`` is the volume where all are of one; otherwise what is remembered of each is
    shown, and the script fills in the rest.
    """
    found = list(snapshots)
    consistency.watch(connection, found)
    volume = remembered(connection, "volume", [each.volume_id for each in found])
    groups = remembered(connection, "group_snapshot", [each.group_snapshot_id for each in found])
    rows = [SnapshotRow(each, parent or volume(each.volume_id)) for each in found]
    attached = [each for row in rows for each, _state in row.label.instances]
    instance = remembered(connection, "instance", attached)
    for row in rows:
        row.mention = lambda each: mention("instance", instance(each))
        if row.group_snapshot_id:
            row.group_snapshot = groups(row.group_snapshot_id)
    return rows


class UpdateRow(SettlingRow):
    """One snapshot read again: one call."""

    def get_data(self, request: HttpRequest, snapshot_id: str) -> SnapshotRow:
        """Read the snapshot; one that has just been finished may get a lower note.

        :raises CloudError: NotFound when it is gone.
        """
        connection = connect(request)
        found = block_storage.snapshot(connection, snapshot_id)
        settled = consistency.settled(connection, found)
        if settled is not found:
            taken = settled.metadata[TAKEN]
            audit.record(request, "snapshot.lower_note", snapshot_id, taken_while=taken)
        rows = snapshot_rows(connection, [settled])
        remarks.add(connection, rows)
        return rows[0]
