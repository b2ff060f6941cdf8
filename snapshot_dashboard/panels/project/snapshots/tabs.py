# SPDX-License-Identifier: Apache-2.0
"""The tabs of a snapshot's details."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from openstack_dashboard.dashboards.project.snapshots import tabs as stock

from snapshot_dashboard.panels import consistency
from snapshot_dashboard.panels.lineage import SnapshotLineageTab
from snapshot_dashboard.panels.project.volumes.set_rows import part_of_a_set


class OverviewTab(stock.OverviewTab):
    """Stock's overview of what the page has read.

    Stock reads the volume and all its instances again here, and leaves the page when one of
    them cannot be read.
    """

    template_name = "snapshot_dashboard/snapshots/_overview.html"

    def get_context_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what stock's template shows, and the snapshot's note as a sentence."""
        row = self.tab_group.kwargs["snapshot"]
        return {
            "snapshot": row,
            "volume": row._volume,
            "group_snapshot": row.group_snapshot,
            "taken_while": consistency.told(row.label, row.mention),
            "part_of": part_of_a_set(request, row.snapshot),
            "what_now": row.what_now,
        }


class SnapshotDetailTabs(stock.SnapshotDetailTabs):
    """Stock's tabs with our overview, and the lineage."""

    tabs = (OverviewTab, SnapshotLineageTab, stock.SnapshotMessagesTab)
