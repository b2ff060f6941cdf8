# SPDX-License-Identifier: Apache-2.0
"""The tabs of a snapshot's details."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from openstack_dashboard.dashboards.project.snapshots import tabs as stock

from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common import consistency_note, scope
from snapshot_dashboard.panels.common.html import isolated
from snapshot_dashboard.panels.common.messages_tab import SnapshotMessagesTab
from snapshot_dashboard.panels.common.object_links import named_link, remembered
from snapshot_dashboard.panels.features.image_snapshots.mentions import look_url
from snapshot_dashboard.panels.features.lineage.tab import SnapshotLineageTab
from snapshot_dashboard.panels.features.snapshot_set.volumes import part_of_a_set


class OverviewTab(stock.OverviewTab):
    """Stock's overview, with our consistency and status notes.

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
            "created_by": _created_by(request, row.user_id),
            "part_of": part_of_a_set(request, row.snapshot),
            "what_now": row.what_now,
            "images_url": look_url(),
            "scope": scope.current(request),
        }


def _created_by(request: HttpRequest, user_id: str | None) -> SafeString | None:
    """Return who asked for a snapshot: by name as soon as this person may read it."""
    if not user_id:
        return None
    if user_id == request.user.id:
        return isolated(request.user.username)
    known = remembered(connect(request), "user", [user_id])(user_id)
    # The whole id: a name that cannot be read is asked for by it.
    return named_link("", "user", known if known.known else replace(known, name=user_id))


class SnapshotDetailTabs(stock.SnapshotDetailTabs):
    """Stock's tabs with our overview and the Lineage tab."""

    tabs = (OverviewTab, SnapshotLineageTab, SnapshotMessagesTab)
