# SPDX-License-Identifier: Apache-2.0
"""Reads what the admin's list of volumes shows."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.listing import SettlingRow
from snapshot_dashboard.panels.mentions import remembered
from snapshot_dashboard.panels.project.volumes.reading import volume_rows
from snapshot_dashboard.panels.rows import VolumeRow
from snapshot_dashboard.rules.volume import Volume


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
    """One volume read again: one call."""

    def get_data(self, request: HttpRequest, volume_id: str) -> VolumeRow:
        """Read the volume.

        :raises CloudError: NotFound when it is gone.
        """
        connection = connect(request)
        return desk_rows(connection, [block_storage.volume(connection, volume_id)])[0]
