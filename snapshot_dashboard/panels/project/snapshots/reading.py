# SPDX-License-Identifier: Apache-2.0
"""Reads the list of snapshots of a project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from snapshot_dashboard.cloud import block_storage, consistency, lists, names
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


def snapshot_page(connection: Connection, request: PageRequest) -> Page[Snapshot]:
    """Read one page; a name filter that is an id finds the snapshot of that id too.

    :raises CloudError: the list cannot be read.
    """
    page = block_storage.snapshots(connection, request)
    snapshot_id = search_text(request.filters.get("name", "")).dashed
    if page.items or not snapshot_id:
        return page
    try:
        found = block_storage.snapshot(connection, snapshot_id)
    except NotFound:
        return page
    # An admin's token reads everybody's snapshots; this is the list of one project.
    return Page((found,)) if found.project_id == connection.project_id else page


class UpdateRow(SettlingRow):
    """Snapshots read again, all of them with one call."""

    kind = lists.SNAPSHOTS

    def filters(self, connection: Connection) -> Mapping[str, str]:
        """Return the page's filter; on a volume's details, that volume."""
        volume_id = self.table.kwargs.get("volume_id")
        return {"volume_id": volume_id} if volume_id else super().filters(connection)

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
