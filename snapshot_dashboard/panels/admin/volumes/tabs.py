# SPDX-License-Identifier: Apache-2.0
"""The tabs of a volume's details in the admin panel."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from openstack_dashboard.dashboards.admin.volumes import tabs as stock

from snapshot_dashboard.cloud import administration
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.admin.snapshots.tables import VolumeDetailsSnapshotsTable
from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.panels.common.lists.volume_rows import without_dead_links
from snapshot_dashboard.panels.common.messages_tab import VolumeMessagesTab
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.common.support.rows import snapshot_rows
from snapshot_dashboard.panels.features.lineage import tab as lineage_tab
from snapshot_dashboard.panels.features.support_details import volume as support_details_volume
from snapshot_dashboard.panels.project.volumes import tabs as project
from snapshot_dashboard.rules.listing import PageRequest


class OverviewTab(stock.OverviewTab):
    """Stock's overview, below what blocks the use or the deletion of the volume."""

    template_name = "snapshot_dashboard/support_details/_volume.html"

    def get_context_data(self, request: HttpRequest) -> dict[str, Any]:
        """Add the details to what stock shows."""
        row = self.tab_group.kwargs["volume"]
        context: dict[str, Any] = super().get_context_data(request)
        return {
            **context,
            "volume": without_dead_links(row, "admin"),
            **support_details_volume.context(request, row, self.tab_group.kwargs["details"]),
        }


class SnapshotTab(project.SnapshotTab):
    """The newest snapshots of the volume in all projects."""

    table_classes = (VolumeDetailsSnapshotsTable,)

    def read(self, connection: Connection, wanted: PageRequest) -> list[SnapshotRow]:
        """Read the first page.

        :raises CloudError: it cannot be read.
        """
        return list(snapshot_rows(connection, administration.snapshots(connection, wanted).items))

    def all_url(self) -> str:
        """Return the address of all snapshots of this volume."""
        return owners.filtered(owners.SNAPSHOTS, "volume_id", self.tab_group.kwargs["volume"].id)


class LineageTab(lineage_tab.LineageTab):
    """The Lineage tab over all projects."""

    dashboard = "admin"


class VolumeDetailTabs(stock.VolumeDetailTabs):
    """Stock's tabs with ours in their place."""

    tabs = (OverviewTab, SnapshotTab, LineageTab, VolumeMessagesTab)
