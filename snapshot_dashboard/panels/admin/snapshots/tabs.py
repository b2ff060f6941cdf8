# SPDX-License-Identifier: Apache-2.0
"""The tabs of a snapshot's details in the admin panel."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from openstack_dashboard.dashboards.admin.snapshots import tabs as stock

from snapshot_dashboard.panels.common.messages_tab import SnapshotMessagesTab
from snapshot_dashboard.panels.features.lineage import tab as lineage_tab
from snapshot_dashboard.panels.features.support_details import snapshot as support_details_snapshot
from snapshot_dashboard.panels.project.snapshots import tabs as project


class OverviewTab(project.OverviewTab):
    """The overview: what the owner sees, and what only support staff can see."""

    template_name = "snapshot_dashboard/support_details/_snapshot.html"

    def get_context_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the owner's view and what is behind it."""
        return support_details_snapshot.context(request, self.tab_group.kwargs["snapshot"])


class LineageTab(lineage_tab.SnapshotLineageTab):
    """The Lineage tab over all projects."""

    dashboard = "admin"


class SnapshotDetailsTabs(stock.SnapshotDetailsTabs):
    """Stock's tabs with our overview, and the lineage."""

    tabs = (OverviewTab, LineageTab, SnapshotMessagesTab)
