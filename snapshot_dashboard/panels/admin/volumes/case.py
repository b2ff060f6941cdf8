# SPDX-License-Identifier: Apache-2.0
"""A volume as the support desk looks into it: the owner's view, and what is behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from snapshot_dashboard.cloud import names
from snapshot_dashboard.cloud.facts import Fact
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.cloud.support import VolumeCase
from snapshot_dashboard.panels import obstacles
from snapshot_dashboard.panels.admin import facts, owners, ticketing
from snapshot_dashboard.panels.admin.facts import Line
from snapshot_dashboard.panels.admin.volumes.reading import desk_rows
from snapshot_dashboard.panels.html import sentence
from snapshot_dashboard.panels.rows import VolumeRow
from snapshot_dashboard.rules import deletion, ticket
from snapshot_dashboard.rules.deletion import Finding


def named_row(connection: Connection, found: VolumeCase) -> VolumeRow:
    """Return the row of a case, with the names of whose the volume is."""
    volume = found.situation.exposure.volume
    names.look_up(connection, "project", filter(None, [volume.project_id]))
    names.look_up(connection, "user", filter(None, [volume.user_id]))
    row = desk_rows(connection, [volume])[0]
    row.hold(found.situation.exposure.holders)
    return row


def findings(found: VolumeCase) -> tuple[Finding, ...]:
    """Return what keeps the volume from being deleted, as far as it could be read."""
    snapshots = found.snapshots.value.newest if found.snapshots.value else ()
    return deletion.of_volume(found.situation.exposure, snapshots, sees_all=True)


def context(request: HttpRequest, row: VolumeRow, found: VolumeCase) -> dict[str, Any]:
    """Return what the overview shows."""
    known = findings(found)
    volume = row.volume
    return {
        "explanation": facts.owners_view(found.situation, request.user),
        "obstacles": obstacles.told(
            known, status=volume.status, volume_id=volume.id, dashboard="admin"
        ),
        "lines": _lines(request, row, found),
        "ticket": ticket.of_volume(
            ticket.VolumeFacts(
                volume=volume,
                around=ticketing.surroundings(request, row, Fact(found.situation), found),
                snapshots=found.snapshots.value.count if found.snapshots.value else None,
                obstacles=known,
            )
        ),
    }


def _lines(request: HttpRequest, row: VolumeRow, found: VolumeCase) -> list[Line]:
    unknown = sentence(_("Unknown"))
    return [
        Line(_("Project"), owners.project(row.owner, owners.VOLUMES) if row.owner else unknown),
        Line(_("Created by"), owners.user(row.maker, owners.VOLUMES) if row.maker else unknown),
        Line(_("Attached To"), facts.attached(found.situation)),
        facts.storage(request, row.volume.host, found.services),
        facts.line(_("Snapshots"), found.snapshots, lambda each: facts.snapshots(row.id, each)),
        facts.line(
            _("Messages"), found.messages, lambda each: facts.told_by_service(request, each)
        ),
        facts.line(_("Quota of the project"), found.limits, facts.quota),
    ]
