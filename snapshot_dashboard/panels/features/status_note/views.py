# SPDX-License-Identifier: Apache-2.0
"""The box on a snapshot's page: its status note, advice, and a text for a ticket.

The text holds only what this person may read: where the data lie, and whether the storage works,
is for support to find out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import attachment
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import status_note
from snapshot_dashboard.panels.common.html import dialog_link
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.status_note import StatusNoteText
from snapshot_dashboard.rules import attention, ticket
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.status_note import StatusNote


def read(request: HttpRequest, connection: Connection, snapshot: Snapshot) -> Mapping[str, Any]:
    """Return what the page shows of it, an empty mapping for a snapshot with which all is well."""
    note = status_note.of(connection, snapshot)
    if note is None:
        return {}
    return {
        "text": note.text,
        "advice": _advice(snapshot, note.kind),
        "next_step": _next_step(snapshot, note.kind),
        "links": _links(snapshot, note.kind),
        "ticket": _ticket(request, connection, snapshot, note),
        "support_text": settings.get("SUPPORT_TEXT"),
        "support_url": settings.get("SUPPORT_URL"),
    }


def _advice(snapshot: Snapshot, kind: StatusNote) -> list[str]:
    if kind in (StatusNote.NOT_CREATED, StatusNote.FAILED):
        return [_("You can delete it and try again.")]
    if kind is StatusNote.CAME_BACK:
        return []
    support = _("If it does not change, contact support.")
    if kind is StatusNote.NOT_DELETED:
        return [_("It cannot be deleted again until support has looked at it.")]
    if snapshot.status == "deleting":
        return [_("It may still finish."), support]
    may_finish = _(
        "It may still finish: large volumes can take hours. Until then it cannot be deleted, and "
        "the volume can still be used."
    )
    return [may_finish, support]


def _next_step(snapshot: Snapshot, kind: StatusNote) -> SafeString | str:
    url = page("horizon:project:snapshots:delete", snapshot.id)
    return dialog_link(url, _("Why?")) if kind is StatusNote.CAME_BACK and url else ""


def _links(snapshot: Snapshot, kind: StatusNote) -> SafeString | str:
    """Return the ways to do what the advice says."""
    if kind not in (StatusNote.NOT_CREATED, StatusNote.FAILED):
        return ""
    url = page("horizon:project:snapshots:delete", snapshot.id)
    again = page("horizon:project:volumes:create_snapshot", snapshot.volume_id)
    ways = ((url, _("Delete Volume Snapshot")), (again, _("Create Snapshot")))
    return format_html_join(" ", "{}", ((dialog_link(*each),) for each in ways if each[0]))


def _situation(connection: Connection, snapshot: Snapshot) -> Situation | None:
    return known(lambda: attachment.read(connection, snapshot.volume_id))


def _ticket(
    request: HttpRequest, connection: Connection, snapshot: Snapshot, note: StatusNoteText
) -> str:
    situation = _situation(connection, snapshot)
    volume = situation.exposure.volume if situation else None
    concern = attention.assess(
        snapshot,
        None,
        connection.now(),
        base=settings.get("SLOW_SECONDS"),
        per_gib=settings.get("SLOW_SECONDS_PER_GIB"),
    )
    return ticket.of_snapshot(
        ticket.SnapshotFacts(
            snapshot=snapshot,
            around=_around(request, snapshot, note.message, situation),
            volume_name=volume.name if volume else None,
            volume_status=volume.status if volume else None,
            volume_project=volume.project_id if volume else None,
            concern=concern,
        )
    )


def _around(
    request: HttpRequest, snapshot: Snapshot, message: Message | None, situation: Situation | None
) -> ticket.Surroundings:
    user = request.user
    return ticket.Surroundings(
        region=user.services_region or "",
        project_name=user.project_name if snapshot.project_id == user.project_id else None,
        user_name=user.username if snapshot.user_id == user.id else None,
        holders=tuple(map(ticket.named_holder, situation.exposure.holders)) if situation else None,
        message=message.text if message else "",
        request_id=message.request_id if message else "",
    )
