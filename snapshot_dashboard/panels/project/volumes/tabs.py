# SPDX-License-Identifier: Apache-2.0
"""The tabs of a volume's details."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from horizon.utils import functions
from openstack_dashboard.dashboards.project.volumes import tabs as stock

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import problems, status_note
from snapshot_dashboard.panels.common.links import snapshots_of
from snapshot_dashboard.panels.common.lists.rows import Named, SnapshotRow
from snapshot_dashboard.panels.common.messages_tab import VolumeMessagesTab
from snapshot_dashboard.panels.features.lineage.tab import LineageTab
from snapshot_dashboard.panels.features.revert.volume_overview import OverviewTab
from snapshot_dashboard.panels.features.schedules.tab import ScheduleTab
from snapshot_dashboard.panels.project.snapshots.reading import snapshot_rows
from snapshot_dashboard.panels.project.snapshots.tables import VolumeDetailsSnapshotsTable
from snapshot_dashboard.rules.listing import PageRequest


class SnapshotTab(stock.SnapshotTab):
    """The newest snapshots of the volume, and a link to all of them."""

    table_classes = (VolumeDetailsSnapshotsTable,)
    template_name = "snapshot_dashboard/panels/_volume_snapshots.html"

    def get_volume_snapshots_data(self) -> list[SnapshotRow]:
        """Read the first page only: a volume can have thousands."""
        wanted = PageRequest(
            size=functions.get_page_size(self.request),
            filters={"volume_id": self.tab_group.kwargs["volume"].id},
        )
        try:
            return self.read(connect(self.request), wanted)
        except CloudError as error:
            table = self._tables[self.table_classes[0].Meta.name]
            table.problem = problems.listing(error, problems.SNAPSHOTS_UNREADABLE)
            return []

    def read(self, connection: Connection, wanted: PageRequest) -> list[SnapshotRow]:
        """Read the first page.

        :raises CloudError: it cannot be read.
        """
        row = self.tab_group.kwargs["volume"]
        parent = Named(row.id, row.name, bootable=row.bootable)
        found = block_storage.snapshots(connection, wanted).items
        rows = snapshot_rows(connection, found, parent)
        status_note.add(connection, rows)
        return rows

    def get_context_data(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Add the address of all snapshots of this volume."""
        context: dict[str, Any] = super().get_context_data(request, **kwargs)
        context["all_url"] = self.all_url()
        return context

    def all_url(self) -> str:
        """Return the address of all snapshots of this volume."""
        return snapshots_of(self.tab_group.kwargs["volume"].id)


class VolumeDetailTabs(stock.VolumeDetailTabs):
    """Stock's tabs with ours in the place of its snapshots."""

    tabs = (OverviewTab, SnapshotTab, ScheduleTab, LineageTab, VolumeMessagesTab)
