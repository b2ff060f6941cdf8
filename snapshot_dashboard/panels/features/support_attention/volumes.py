# SPDX-License-Identifier: Apache-2.0
"""The two lists of volumes on Needs Attention: failed and busy ones."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from openstack_dashboard.dashboards.admin.volumes import tables as stock_admin
from openstack_dashboard.dashboards.project.volumes import tables as stock

from snapshot_dashboard.cloud.attention import Attention
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import isolated, link
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.common.lists.table import AddressTable
from snapshot_dashboard.panels.common.recommended_step import next_step
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.common.support.facts import service_words
from snapshot_dashboard.panels.common.support.rows import support_volume_rows
from snapshot_dashboard.panels.common.support.ticket import known_name, named_holders
from snapshot_dashboard.panels.features.support_attention.rows import (
    AttentionRow,
    ReasonText,
    lasting,
    newest,
)
from snapshot_dashboard.rules import ticket
from snapshot_dashboard.rules.attention import VOLUMES_FAILED, VolumeConcern
from snapshot_dashboard.rules.message import Message


class _ActionsTable(AddressTable):
    """The row action for the recommended step, where the user's role allows it.

    Not the admin's table: where that does not fit a Horizon, this page goes on.
    """

    class Meta:
        """Stock's name and stock's action."""

        name = "volumes"
        row_actions = (stock_admin.UpdateVolumeStatusAction,)


def rows_of(
    request: HttpRequest, connection: Connection, found: Attention
) -> dict[tuple[str, ...], list[AttentionRow]]:
    """Return the rows of each list; names are what is remembered, the script does the rest."""
    concerns = [each for one in found.volume_lists for each in one.concerns]
    by_id = {
        row.id: row for row in support_volume_rows(connection, [each.volume for each in concerns])
    }
    table = _ActionsTable(request)
    return {
        one.statuses: [_row(table, found, each, by_id[each.volume.id]) for each in one.concerns]
        for one in found.volume_lists
    }


def _row(
    table: _ActionsTable, found: Attention, concern: VolumeConcern, row: VolumeRow
) -> AttentionRow:
    request, volume = table.request, concern.volume
    url = page("horizon:admin:volumes:detail", volume.id)
    message = newest(found.volume_messages, volume.id)
    return AttentionRow(
        id=volume.id,
        name=link(url, isolated(volume.label)),
        project=owners.project(row.owner, owners.VOLUMES) if row.owner else _("-"),
        host=volume.host or _("Unknown"),
        service=service_words(request, concern.service),
        status=lasting(volume.status, concern.seconds),
        since=shown(request, concern.since) if concern.since else "",
        size=stock.get_size(row),
        reason=_reason(request, concern, message),
        step=next_step(request, concern),
        actions=table.render_row_actions(row),
        ticket=ticket.of_volume(_facts(request, concern, row, message)),
    )


def _reason(
    request: HttpRequest, concern: VolumeConcern, message: Message | None
) -> ReasonText | None:
    """Return the reason in the service's words; we have none of our own for volumes."""
    failed = concern.volume.status in VOLUMES_FAILED
    if message is not None and message.id:
        return ReasonText("", message.text, shown(request, message.created_at))
    if not failed:
        return None
    if message is None:
        return ReasonText(_("The reason could not be read."))
    return ReasonText(_("The storage service gave no reason that is still known."))


def _facts(
    request: HttpRequest, concern: VolumeConcern, row: VolumeRow, message: Message | None
) -> ticket.VolumeFacts:
    around = ticket.Surroundings(
        region=request.user.services_region or "",
        project_name=known_name(row.owner),
        user_name=known_name(row.maker),
        holders=named_holders(concern.volume),
        service=concern.service,
        message=message.text if message else None,
        request_id=message.request_id if message else None,
    )
    return ticket.VolumeFacts(concern.volume, around, blockers=None, concern=concern)
