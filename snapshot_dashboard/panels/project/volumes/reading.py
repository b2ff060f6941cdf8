# SPDX-License-Identifier: Apache-2.0
"""Reads what the volumes page shows: one page, its limits, and what is remembered of names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest

from snapshot_dashboard.cloud import block_storage, quota, rereading
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.rereading import Again
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.listing import SettlingRow
from snapshot_dashboard.panels.mentions import remembered
from snapshot_dashboard.panels.quota import finish, start
from snapshot_dashboard.panels.rows import VolumeRow
from snapshot_dashboard.rules.found import sought
from snapshot_dashboard.rules.listing import Page, PageRequest
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.volume import Volume


def volume_rows(connection: Connection, volumes: Iterable[Volume]) -> list[VolumeRow]:
    """Make rows of volumes: one more call, and only where one of them is being transferred."""
    rows = [VolumeRow(volume) for volume in volumes]
    ids = [each["server_id"] for row in rows for each in row.attachments]
    instance = remembered(connection, "instance", ids)
    group = remembered(connection, "group", [row.group_id for row in rows])
    for row in rows:
        row.group = group(row.group_id) if row.group_id else None
        for entry in row.attachments:
            if entry["server_id"]:
                entry["instance"] = instance(entry["server_id"])
    _add_transfers(connection, rows)
    return rows


def _add_transfers(connection: Connection, rows: list[VolumeRow]) -> None:
    waiting = [row for row in rows if row.status == "awaiting-transfer"]
    if not waiting:
        return
    try:
        transfers = block_storage.transfers(connection)
    except CloudError:
        # Without them the page lacks "Cancel Volume Transfer", which needs the transfer's id.
        return
    for row in waiting:
        row.transfer = transfers.get(row.id)


def volume_page(connection: Connection, request: PageRequest) -> Page[Volume]:
    """Read one page; a name filter that is an id finds the volume of that id too.

    :raises CloudError: the list cannot be read.
    """
    page = block_storage.volumes(connection, request)
    volume_id = sought(request.filters.get("name", "")).dashed
    if page.items or not volume_id:
        return page
    try:
        volume = block_storage.volume(connection, volume_id)
    except NotFound:
        return page
    # An admin's token reads everybody's volumes; this is the list of one project.
    return Page((volume,)) if volume.project_id == connection.project_id else page


def looks_like_id(text: str) -> bool:
    """Tell whether a text is written as the services write ids."""
    return len(text.replace("-", "")) == 32 and text.count("-") in (0, 4)


def limits_or_nothing(request: HttpRequest) -> Mapping[str, Limit]:
    """Read the limits for a button; an empty mapping when they cannot be read."""
    try:
        return quota.limits(connect(request))
    except CloudError:
        return {}


class UpdateRow(SettlingRow):
    """Volumes read again, with the limits that their actions speak of: two calls, side by side."""

    def get_data(self, request: HttpRequest, volume_id: str) -> VolumeRow:
        """Read one volume, for stock's script.

        :raises CloudError: NotFound when it is gone.
        """
        connection = connect(request)
        self.begin(connection)
        volume = connection.fetch(lambda: block_storage.volume(connection, volume_id))
        return self.rows(connection, [volume])[0]

    def begin(self, connection: Connection) -> None:
        """Begin to read the limits."""
        self.limits = start(connection)

    def filters(self, connection: Connection) -> Mapping[str, Any]:
        """Return the page's filter in Cinder's words."""
        return dict(self.table.api_filters())

    def listed(self, connection: Connection, wanted: PageRequest) -> Again[Volume]:
        """Read the project's list."""
        return rereading.volumes(connection, wanted)

    def one(self, connection: Connection, object_id: str) -> Volume:
        """Read one volume; an admin's token would read everybody's.

        :raises CloudError: NotFound when this project has no such volume.
        """
        volume = block_storage.volume(connection, object_id)
        if volume.project_id != connection.project_id:
            raise NotFound
        return volume

    def rows(self, connection: Connection, found: Sequence[Volume]) -> list[VolumeRow]:
        """Make rows, and give the table the limits."""
        self.table.limits = finish(self.limits) or {}
        return volume_rows(connection, found)

    def acted_on(self, connection: Connection, found: Sequence[Volume]) -> list[VolumeRow]:
        """Make rows, without the limits that only the menu of a row speaks of."""
        return volume_rows(connection, found)
