# SPDX-License-Identifier: Apache-2.0
"""Finds the volumes made from a snapshot in order to upload them to an image."""

from __future__ import annotations

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.volume import Volume

# How far to look back: members cannot ask for the volumes of a snapshot.
_NEWEST = 50


def made_from(connection: Connection, snapshot_id: str) -> tuple[Volume, ...]:
    """Return those of the project's newest 50 volumes made from a snapshot, newest first.

    :raises CloudError: they cannot be read.
    """
    found = block_storage.volumes(connection, PageRequest(size=_NEWEST)).items
    return tuple(each for each in found if each.snapshot_id == snapshot_id)
