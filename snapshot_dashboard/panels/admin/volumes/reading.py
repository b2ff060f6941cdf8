# SPDX-License-Identifier: Apache-2.0
"""Reads the admin's list of volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from snapshot_dashboard.cloud import administration, block_storage, lists
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.common.lists.table import SettlingRow
from snapshot_dashboard.panels.common.support.rows import support_volume_rows
from snapshot_dashboard.rules.volume import Volume

# As many as administration.volumes_by_id reads in one call.
_BY_IDS = 50


class UpdateRow(SettlingRow):
    """Volumes read again, all of them with one call."""

    kind = lists.VOLUMES
    everywhere = True

    def one(self, connection: Connection, object_id: str) -> Volume:
        """Read one volume.

        :raises CloudError: NotFound when it is gone.
        """
        return block_storage.volume(connection, object_id)

    def by_ids(self, connection: Connection, ids: Sequence[str]) -> Mapping[str, Volume]:
        """Read volumes that have left the page, in one call.

        :raises CloudError: they cannot be read.
        """
        wanted = ids[:_BY_IDS]
        return connection.fetch(lambda: administration.volumes_by_id(connection, wanted))

    def rows(self, connection: Connection, found: Sequence[Volume]) -> list[VolumeRow]:
        """Make rows."""
        return support_volume_rows(connection, found)
