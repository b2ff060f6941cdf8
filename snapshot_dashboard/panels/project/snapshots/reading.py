# SPDX-License-Identifier: Apache-2.0
"""Reads the list of snapshots of a project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from snapshot_dashboard.cloud import administration, block_storage, consistency, lists, names
from snapshot_dashboard.cloud.errors import NotFound
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import audit, status_note
from snapshot_dashboard.panels.common.lists.rows import Named, SnapshotRow
from snapshot_dashboard.panels.common.lists.table import SettlingRow
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.rules.listing import Page, PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.support_search import search_text


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
        row.mention = lambda each: object_link("instance", instance(each))
        if row.group_snapshot_id:
            row.group_snapshot = groups(row.group_snapshot_id)
    return rows


def snapshot_page(
    connection: Connection, request: PageRequest, *, everywhere: bool = False
) -> Page[Snapshot]:
    """Read one page; an id finds the snapshot of that id, or else the snapshots of that volume.

    So does, in the place of a whole name, the id of a snapshot.

    :raises CloudError: the list cannot be read.
    """
    read = administration.snapshots if everywhere else block_storage.snapshots
    if request.object_id:
        of_volume = replace(request, filters={"volume_id": request.object_id})
        found = _of_id(connection, request.object_id, everywhere=everywhere)
        return found if found.items else read(connection, of_volume)
    page = read(connection, request)
    snapshot_id = search_text(request.filters.get("name", "")).dashed
    if page.items or not snapshot_id:
        return page
    return _of_id(connection, snapshot_id, everywhere=everywhere)


def _of_id(connection: Connection, snapshot_id: str, *, everywhere: bool) -> Page[Snapshot]:
    try:
        found = block_storage.snapshot(connection, snapshot_id)
    except NotFound:
        return Page()
    # An admin's token reads everybody's snapshots; this may be the list of one project.
    mine = everywhere or found.project_id == connection.project_id
    return Page((found,)) if mine else Page()


class UpdateRow(SettlingRow):
    """Snapshots read again, all of them with one call."""

    kind = lists.SNAPSHOTS

    def one(self, connection: Connection, object_id: str) -> Snapshot:
        """Read one snapshot; an admin's token would read everybody's.

        :raises CloudError: NotFound when this project has no such snapshot.
        """
        snapshot = block_storage.snapshot(connection, object_id)
        if snapshot.project_id != connection.project_id:
            raise NotFound
        return snapshot

    def rows(self, connection: Connection, found: Sequence[Snapshot]) -> list[SnapshotRow]:
        """Make rows; the note of one that has just been finished may come down.

        Of very many that are finished at once some are left out, to be looked at the next time.
        """
        about = audit.lowering(self.table.request)
        settled = consistency.settled_all(connection, found, about)
        volume_id = self.table.kwargs.get("volume_id")
        if volume_id:
            # The page knew its volume; what is remembered of it costs nothing.
            names.look_up(connection, "volume", [volume_id])
        rows = snapshot_rows(connection, settled.values())
        status_note.add(connection, rows)
        return rows

    def acted_on(self, connection: Connection, found: Sequence[Snapshot]) -> list[SnapshotRow]:
        """Make rows, and leave their notes alone."""
        return snapshot_rows(connection, found)
