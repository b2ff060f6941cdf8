# SPDX-License-Identifier: Apache-2.0
"""Reads one page of volumes with the project's limits and cached names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from snapshot_dashboard.cloud import administration, block_storage, lists, quota
from snapshot_dashboard.cloud.errors import NotFound, RequestFailed
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.common.lists.table import SettlingRow
from snapshot_dashboard.panels.common.lists.volume_rows import erasing, volume_rows
from snapshot_dashboard.panels.common.quota import finish, start
from snapshot_dashboard.rules.listing import Page, PageRequest
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.support_search import search_text
from snapshot_dashboard.rules.volume import Volume


def volume_page(
    connection: Connection, request: PageRequest, *, everywhere: bool = False
) -> Page[Volume]:
    """Read one page; an id, alone or in the place of a name, finds the volume of that id.

    :raises CloudError: the list cannot be read.
    """
    read = administration.volumes if everywhere else block_storage.volumes
    page: Page[Volume] = Page() if request.object_id else read(connection, request)
    volume_id = request.object_id or search_text(request.filters.get("name", "")).dashed
    if page.items or not volume_id:
        return page
    try:
        volume = block_storage.volume(connection, volume_id)
    except NotFound:
        return page
    # An admin's token reads everybody's volumes; this may be the list of one project.
    mine = everywhere or volume.project_id == connection.project_id
    return Page((volume,)) if mine else page


def limits_or_nothing(request: HttpRequest) -> Mapping[str, Limit]:
    """Read the limits for a button; an empty mapping when they cannot be read."""
    try:
        return quota.limits(connect(request))
    except RequestFailed:
        return {}


class UpdateRow(SettlingRow):
    """Volumes read again; the limits that their actions show only where rows are drawn."""

    kind = lists.VOLUMES

    def get_data(self, request: HttpRequest, object_id: str) -> VolumeRow:
        """Read one volume, and the limits beside it, for stock's script.

        :raises CloudError: NotFound when it is gone.
        """
        limits = start(connect(request))
        row: VolumeRow = super().get_data(request, object_id)
        self.table.limits = finish(limits) or {}
        return row

    def read_for_drawing(self, connection: Connection) -> None:
        """Give the table the limits."""
        self.table.limits = finish(start(connection)) or {}

    def one(self, connection: Connection, object_id: str) -> Volume:
        """Read one volume; an admin's token would read everybody's.

        :raises CloudError: NotFound when this project has no such volume.
        """
        volume = block_storage.volume(connection, object_id)
        if volume.project_id != connection.project_id:
            raise NotFound
        return volume

    def rows(self, connection: Connection, found: Sequence[Volume]) -> list[VolumeRow]:
        """Make rows."""
        return volume_rows(connection, found)

    def load_cells(self, datum: Any = None) -> None:
        """Have the script ask for the note to be taken away that an upload has left."""
        super().load_cells(datum)
        self.attrs.update(erasing(self.table.request, self.datum))
