# SPDX-License-Identifier: Apache-2.0
"""Tells the script how many snapshots the volumes of a page have, from one bounded read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.safestring import SafeString

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import status_note
from snapshot_dashboard.panels.common.later import Filled, LaterView
from snapshot_dashboard.panels.common.links import snapshots_of
from snapshot_dashboard.panels.features.volume_snapshots.column import cell
from snapshot_dashboard.rules.snapshot_count import SnapshotCount, counts


class CountedView(LaterView):
    """The cells of the column; of what has just failed also why: one call more, once."""

    dashboard = "project"

    def fill(self, connection: Connection, keys: Sequence[str]) -> Filled:
        """Count the snapshots of these volumes.

        :raises CloudError: they cannot be read.
        """
        everywhere = self.dashboard == "admin"
        read = connection.start(
            lambda: block_storage.newest_snapshots(connection, everywhere=everywhere),
            decoration=True,
        ).get()
        found = counts(read.entries, keys, complete=read.complete)
        reasons = self.reasons(connection, found)
        boxes = {
            each: cell(
                self.request, count, snapshots_of(each, self.dashboard), reasons.get(each, "")
            )
            for each, count in found.items()
        }
        return Filled(boxes, [each for each, count in found.items() if count.changing])

    def reasons(
        self, connection: Connection, found: Mapping[str, SnapshotCount]
    ) -> Mapping[str, SafeString]:
        """Return why the newest of the failed snapshots of each volume has failed.

        It is told to the owner.
        """
        if self.dashboard == "admin":
            return {}
        last = {each: count.failed[0] for each, count in found.items() if count.failed}
        texts = status_note.of_failures(connection, list(last.values()))
        return {each: texts[failed.id] for each, failed in last.items() if failed.id in texts}
