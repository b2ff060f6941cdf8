# SPDX-License-Identifier: Apache-2.0
"""The overview of a volume: what one needs first, below a notice about a failed revert."""

from __future__ import annotations

from typing import Any

from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.safestring import SafeString
from openstack_dashboard.dashboards.project.volumes import tabs as stock

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import revert
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common import revert_note
from snapshot_dashboard.panels.common.dates import with_age
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.volume_rows import erasing, without_dead_links
from snapshot_dashboard.panels.common.object_links import created_by, held_for, project_name
from snapshot_dashboard.panels.common.status_note import failed_revert
from snapshot_dashboard.rules.volume import Volume


class OverviewTab(stock.OverviewTab):
    """Stock's overview, below the notice about a failed revert."""

    template_name = "snapshot_dashboard/panels/_volume_overview.html"

    def get_context_data(self, request: HttpRequest) -> dict[str, Any]:
        """Add what is not stock's, the sentence, and whom to ask."""
        context: dict[str, Any] = super().get_context_data(request)
        volume, situation = context["volume"].volume, context["volume"].situation
        held = volume.status == "reserved"
        context.update(
            volume=without_dead_links(context["volume"], "project"),
            created=with_age(request, volume.created_at),
            created_by=created_by(request, volume.user_id),
            project=project_name(request, context["volume"].tenant_id),
            snapshots_url=f"?tab={self.tab_group.slug}__snapshots_tab",
            lineage_url=f"?tab={self.tab_group.slug}__lineage_tab",
            revert_note=revert_note.note(request, volume),
            failed_revert=_left_by_revert(request, volume),
            erase_note=flatatt(erasing(request, context["volume"])),
            held_for=held_for(volume.id) if held else None,
            unseen=situation is None or situation.unseen,
            support_text=settings.get("SUPPORT_TEXT"),
            support_url=settings.get("SUPPORT_URL"),
        )
        return context


def _left_by_revert(request: HttpRequest, volume: Volume) -> SafeString | None:
    """Return what a failed revert has left; None for a volume that has met nothing of the kind."""
    if volume.status != "error":
        return None
    connection = connect(request)
    try:
        found = connection.fetch(lambda: revert.left_over(connection, volume))
    except CloudError:
        return None
    if found is None:
        return None
    return failed_revert(page("horizon:project:snapshots:detail", found.id), found, volume)
