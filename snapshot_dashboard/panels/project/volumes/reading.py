# SPDX-License-Identifier: Apache-2.0
"""Reads one page of volumes with the project's limits and cached names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from snapshot_dashboard.cloud import block_storage, lists, quota
from snapshot_dashboard.cloud.errors import NotFound, RequestFailed
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.common.lists.table import SettlingRow
from snapshot_dashboard.panels.common.lists.volume_rows import volume_rows
from snapshot_dashboard.panels.common.quota import finish, start
from snapshot_dashboard.rules.listing import Page, PageRequest
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.support_search import search_text
from snapshot_dashboard.rules.volume import Volume


def volume_page(connection: Connection, request: PageRequest) -> Page[Volume]:
    """Read one page; a name filter that is an id finds the volume of that id too.

    :raises CloudError: the list cannot be read.
    """
    page = block_storage.volumes(connection, request)
    volume_id = search_text(request.filters.get("name", "")).dashed
    if page.items or not volume_id:
        return page
    try:
        volume = block_storage.volume(connection, volume_id)
    except NotFound:
        return page
    # An admin's token reads everybody's volumes; this is the list of one project.
    return Page((volume,)) if volume.project_id == connection.project_id else page


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

    def filters(self, connection: Connection) -> Mapping[str, Any]:
        """Return the page's filter in Cinder's words."""
        return dict(self.table.api_filters())

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
