# SPDX-License-Identifier: Apache-2.0
"""Reads what the admin's list of volumes shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from snapshot_dashboard.cloud import administration, block_storage, rereading
from snapshot_dashboard.cloud.errors import NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.rereading import Again
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.admin import filters
from snapshot_dashboard.panels.listing import SettlingRow
from snapshot_dashboard.panels.mentions import remembered
from snapshot_dashboard.panels.project.volumes.reading import volume_rows
from snapshot_dashboard.panels.rows import VolumeRow
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.volume import Volume

# As many as administration.volumes_by_id reads in one call.
_BY_IDS = 50


def desk_rows(connection: Connection, volumes: Iterable[Volume]) -> list[VolumeRow]:
    """Make rows of volumes with their projects and hosts; names are what is remembered."""
    rows = volume_rows(connection, volumes)
    owners = remembered(connection, "project", [row.tenant_id for row in rows])
    makers = remembered(connection, "user", [row.volume.user_id for row in rows])
    for row in rows:
        row.owner = owners(row.tenant_id) if row.tenant_id else None
        row.maker = makers(row.volume.user_id) if row.volume.user_id else None
        setattr(row, "os-vol-host-attr:host", row.volume.host)
    return rows


class UpdateRow(SettlingRow):
    """Volumes read again, all of them with one call."""

    everywhere = True

    def get_data(self, request: HttpRequest, volume_id: str) -> VolumeRow:
        """Read one volume, for stock's script.

        :raises CloudError: NotFound when it is gone.
        """
        connection = connect(request)
        found = connection.fetch(lambda: block_storage.volume(connection, volume_id))
        return self.rows(connection, [found])[0]

    def filters(self, connection: Connection) -> Mapping[str, Any]:
        """Return the page's filters.

        :raises NotFound: whom they name is not there any more.
        """
        try:
            return filters.for_cinder(connection, self.table.state)
        except filters.Unclear as unclear:
            raise NotFound from unclear

    def listed(self, connection: Connection, wanted: PageRequest) -> Again[Volume]:
        """Read the list of all projects."""
        return rereading.volumes(connection, wanted, everywhere=True)

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
        return desk_rows(connection, found)
