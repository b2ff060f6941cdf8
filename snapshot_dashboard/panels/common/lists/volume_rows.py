# SPDX-License-Identifier: Apache-2.0
"""Makes the rows of a list of volumes, with cached names."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token

from snapshot_dashboard.cloud import block_storage, retypes, uploads
from snapshot_dashboard.cloud.errors import RequestFailed
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import scope
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import VolumeRow, listed_instance
from snapshot_dashboard.panels.common.object_links import remembered
from snapshot_dashboard.rules.volume import Volume


def volume_rows(connection: Connection, volumes: Iterable[Volume]) -> list[VolumeRow]:
    """Make rows of volumes: one more call, and only where one of them is being transferred."""
    found = list(volumes)
    rows = [VolumeRow(volume) for volume in found]
    wanted_types = retypes.not_in_effect(connection, found)
    uploaded = uploads.ended(connection, found)
    ids = [each["server_id"] for row in rows for each in row.attachments]
    instance = remembered(connection, "instance", ids)
    group = remembered(connection, "group", [row.group_id for row in rows])
    for row in rows:
        row.wanted_type = wanted_types.get(row.id)
        row.upload_ended = row.id in uploaded
        row.group = group(row.group_id) if row.group_id else None
        for entry in filter(itemgetter("server_id"), row.attachments):
            entry["instance"] = instance(entry["server_id"])
    _add_transfers(connection, rows)
    return rows


def _add_transfers(connection: Connection, rows: list[VolumeRow]) -> None:
    waiting = [row for row in rows if row.status == "awaiting-transfer"]
    if not waiting:
        return
    try:
        transfers = block_storage.transfers(connection)
    except RequestFailed:
        # Without them the page lacks "Cancel Volume Transfer", which needs the transfer's id.
        return
    for row in waiting:
        row.transfer = transfers.get(row.id)


def erasing(request: HttpRequest, row: VolumeRow) -> dict[str, str]:
    """Return the attributes by which the script knows of a volume whose upload has ended."""
    if not row.upload_ended:
        return {}
    return {
        "data-sd-erase-note": page("horizon:project:volumes:erase_note", row.id),
        "data-sd-token": get_token(request),
        "data-sd-scope": scope.current(request).query,
    }


def without_dead_links(row: VolumeRow, dashboard: str) -> VolumeRow:
    """Return a row for stock's overview, which links each instance whose id is not empty.

    What is not visible to this person has no page, nor has what they may not open. A locked one is
    marked.
    """
    shown = copy.copy(row)
    shown.attachments = [
        {
            **each,
            "server_id": each["server_id"] if _has_page(each, dashboard) else "",
            "instance": listed_instance(each),
        }
        for each in row.attachments
    ]
    return shown


def _has_page(attachment: Mapping[str, Any], dashboard: str) -> bool:
    instance, server_id = attachment["instance"], attachment["server_id"]
    if not server_id or (instance and instance.gone):
        return False
    return bool(page(f"horizon:{dashboard}:instances:detail", server_id))
