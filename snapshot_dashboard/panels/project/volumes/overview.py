# SPDX-License-Identifier: Apache-2.0
"""The overview of a volume, which tells of a revert that has failed."""

from __future__ import annotations

import copy
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from horizon import exceptions
from openstack_dashboard.dashboards.project.volumes import tabs as stock

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import revert
from snapshot_dashboard.cloud.errors import CloudError, SessionExpired
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.addresses import page
from snapshot_dashboard.panels.html import isolated, link, sentence
from snapshot_dashboard.panels.rows import VolumeRow
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume


class OverviewTab(stock.OverviewTab):
    """Stock's overview; above it what is known of why the volume is in an error state."""

    template_name = "snapshot_dashboard/volumes/_overview.html"

    def get_context_data(self, request: HttpRequest) -> dict[str, Any]:
        """Add the sentence, and whom to ask."""
        context: dict[str, Any] = super().get_context_data(request)
        context.update(
            volume=_without_dead_links(context["volume"]),
            failed_revert=_left_by_revert(request, context["volume"].volume),
            support_text=settings.get("SUPPORT_TEXT"),
            support_url=settings.get("SUPPORT_URL"),
        )
        return context


def _without_dead_links(row: VolumeRow) -> VolumeRow:
    """Return the row as stock's template shows it: what is not visible has no page to lead to."""
    shown = copy.copy(row)
    shown.attachments = [
        {**each, "server_id": ""} if each["instance"] and each["instance"].gone else each
        for each in row.attachments
    ]
    return shown


def _left_by_revert(request: HttpRequest, volume: Volume) -> SafeString | None:
    """Return what a failed revert has left; None for a volume that has met nothing of the kind.

    :raises NotAuthenticated: the person has to log in again.
    """
    if volume.status != "error":
        return None
    connection = connect(request)
    try:
        found = connection.fetch(lambda: revert.left_over(connection, volume))
    except SessionExpired as error:
        raise exceptions.NotAuthenticated from error
    except CloudError:
        return None
    if found is None:
        return None
    return failed_revert(page("horizon:project:snapshots:detail", found.id), found, volume)


def failed_revert(url: str, kept: Snapshot, volume: Volume) -> SafeString:
    """Return what the owner is told of a revert that has left this snapshot."""
    return sentence(
        _(
            "It looks like a revert of this volume has failed; the storage service gave no reason. "
            'What the volume held before it is in the temporary snapshot "%(snapshot)s". Contact '
            "support and give this ID: %(volume_id)s"
        ),
        snapshot=link(url, isolated(kept.label)),
        volume_id=volume.id,
    )
