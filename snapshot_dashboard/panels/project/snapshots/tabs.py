# SPDX-License-Identifier: Apache-2.0
"""The tabs of a snapshot's details."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from openstack_dashboard.dashboards.project.snapshots import tabs as stock

from snapshot_dashboard.panels.common import (
    consistency_note,
    hold_texts,
    keep_until,
    schedule_texts,
    scope,
)
from snapshot_dashboard.panels.common.dates import with_age
from snapshot_dashboard.panels.common.messages_tab import SnapshotMessagesTab
from snapshot_dashboard.panels.common.object_links import created_by, project_name
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.features.image_snapshots.mentions import look_url
from snapshot_dashboard.panels.features.lineage.tab import SnapshotLineageTab
from snapshot_dashboard.panels.features.snapshot_set.volumes import part_of_a_set


class OverviewTab(stock.OverviewTab):
    """What one needs first, with our consistency and status notes; then what stock's overview has.

    Stock reads the volume and all its instances again here, and leaves the page when one of
    them cannot be read.
    """

    template_name = "snapshot_dashboard/panels/_snapshot_overview.html"

    def get_context_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what stock's template shows, and the snapshot's note as a sentence."""
        row = self.tab_group.kwargs["snapshot"]
        return {
            "snapshot": row,
            "volume": row._volume,
            "group_snapshot": row.group_snapshot,
            "taken_while": consistency_note.full_text(row.label, row.mention),
            "hold": hold_texts.told(row.hold, request) if row.hold else "",
            "hold_note": hold_texts.NOTE_ONLY,
            "keep_until": keep_until.told(row.keep_until, request) if row.keep_until else "",
            "schedule": schedule_texts.DELETES_ITSELF if row.by_schedule else "",
            "status": status_word(row.status),
            "created": with_age(request, row.created),
            "created_by": created_by(request, row.user_id),
            "project": project_name(request, row.project_id),
            "lineage_url": f"?tab={self.tab_group.slug}__{SnapshotLineageTab.slug}",
            "part_of": part_of_a_set(request, row.snapshot),
            "what_now": row.what_now,
            "images_url": look_url(),
            "scope": scope.current(request),
        }


class SnapshotDetailTabs(stock.SnapshotDetailTabs):
    """Stock's tabs with our overview and the Lineage tab."""

    tabs = (OverviewTab, SnapshotLineageTab, SnapshotMessagesTab)
