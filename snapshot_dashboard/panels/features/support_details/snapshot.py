# SPDX-License-Identifier: Apache-2.0
"""The details of a snapshot for support staff: the owner's view and the context."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import names, support
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.cloud.support import SnapshotDetails
from snapshot_dashboard.panels.common import (
    blockers,
    consistency_note,
    hold_texts,
    keep_until,
    schedule_texts,
    status_note,
)
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.lists.rows import named
from snapshot_dashboard.panels.common.object_links import object_link
from snapshot_dashboard.panels.common.recommended_step import next_step
from snapshot_dashboard.panels.common.snapshot_texts import described, part_of
from snapshot_dashboard.panels.common.status_note import StatusNoteText
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.common.support import facts, owners
from snapshot_dashboard.panels.common.support import ticket as support_ticket
from snapshot_dashboard.panels.common.support.facts import NamedFact
from snapshot_dashboard.panels.common.support.rows import SupportSnapshotRow, name_all
from snapshot_dashboard.rules import attention, deletion, sets, ticket
from snapshot_dashboard.rules.attention import Concern


class DetailsRow(SupportSnapshotRow):
    """The row of a snapshot with everything that was read around it."""

    def __init__(self, found: SnapshotDetails) -> None:
        read = found.situation.value
        volume = read.exposure.volume if read else None
        volume_id = found.snapshot.volume_id
        super().__init__(found.snapshot, named(volume_id, volume.label if volume else None), volume)
        self.details = found


def read(connection: Connection, snapshot_id: str) -> DetailsRow:
    """Read the details of a snapshot, with the names of its project and user.

    :raises CloudError: the snapshot cannot be read.
    """
    row = DetailsRow(support.snapshot_details(connection, snapshot_id))
    projects = [row.project_id, row.volume.project_id if row.volume else None]
    names.look_up(connection, "project", filter(None, projects))
    names.look_up(connection, "user", filter(None, [row.user_id]))
    names.look_up(connection, "instance", [each for each, _state in row.label.instances])
    names.look_up(connection, "group_snapshot", filter(None, [row.group_snapshot_id]))
    name_all(connection, [row])
    return row


def concern_of(found: SnapshotDetails, now: datetime) -> Concern | None:
    """Return why the snapshot needs attention, None when it does not."""
    situation = found.situation.value
    volume = situation.exposure.volume if situation else None
    return attention.assess(
        found.snapshot,
        attention.service_for(volume.host if volume else None, found.services.value or {}),
        now,
        volume_status=volume.status if volume else "",
        base=settings.get("SLOW_SECONDS"),
        per_gib=settings.get("SLOW_SECONDS_PER_GIB"),
    )


def context(request: HttpRequest, row: DetailsRow) -> dict[str, Any]:
    """Return what the overview shows."""
    found = row.details
    concern = concern_of(found, connect(request).now())
    situation = found.situation.value
    messages = found.messages.value
    return {
        "explanation": facts.owners_view(situation, request.user) if situation else None,
        "volume_unread": situation is None,
        "blockers": blockers.texts(
            deletion.of_snapshot(found.snapshot),
            request,
            status=found.snapshot.status,
            volume_id=found.snapshot.id,
            dashboard="admin",
        ),
        "lines": _lines(request, row),
        "foreign": foreign_note(row),
        "next_step": next_step(request, concern) if concern else None,
        # What stock's question before a deletion calls it.
        "label": row.snapshot.label,
        "name": row.snapshot.name,
        "taken_while": consistency_note.full_text(row.label, row.mention),
        "taken_cell": consistency_note.cell(row.label),
        "overview": _overview(
            request, row, status_note.known(connect(request), row.snapshot, messages)
        ),
        "ticket": _ticket(request, row, concern),
    }


def _ticket(request: HttpRequest, row: DetailsRow, concern: Concern | None) -> str:
    found, volume = row.details, row.volume
    ticket_facts = ticket.SnapshotFacts(
        snapshot=found.snapshot,
        around=support_ticket.surroundings(request, row, found.situation, found),
        volume_name=volume.name if volume else None,
        volume_status=volume.status if volume else None,
        volume_host=volume.host if volume else None,
        volume_project=volume.project_id if volume else None,
        concern=concern,
    )
    return ticket.of_snapshot(ticket_facts)


def foreign_note(row: SupportSnapshotRow) -> SafeString | None:
    """Return what it means that a snapshot belongs to another project than its volume."""
    if not row.foreign or row.volume is None or row.owner is None:
        return None
    return sentence(
        _(
            'This snapshot belongs to project "%(snap)s", its volume to "%(vol)s". The owner of '
            "the volume cannot see it, and cannot delete the volume while it exists. Delete it if "
            "nobody needs it, or ask its owner."
        ),
        snap=isolated(row.owner.name),
        vol=owners.project(row.volume_owner) if row.volume_owner else "",
    )


def _overview(
    request: HttpRequest, row: DetailsRow, note: StatusNoteText | None
) -> list[NamedFact]:
    """Return what the project's pages show too; stock's template leads to the project's panels.

    ``note`` is what stands below the status in the owner's list.
    """
    dash = sentence(_("-"))
    status = sentence(status_word(row.status))
    belongs = sets.membership(row.snapshot.metadata)
    kept = [NamedFact(_("Hold"), hold_texts.told(row.hold, request))] if row.hold else []
    if row.keep_until:
        said = sentence(keep_until.told(row.keep_until, request))
        kept.append(NamedFact(_("Keep Until"), said))
    if row.by_schedule:
        kept.append(NamedFact(_("Schedule"), sentence(schedule_texts.DELETES_ITSELF)))
    group = row.group_snapshot
    metadata = [format_html("{} = {}", key, value) for key, value in row.metadata.items()]
    return [
        NamedFact(_("ID"), isolated(row.id)),
        NamedFact(_("Description"), isolated(described(row) or "-")),
        NamedFact(_("Project ID"), isolated(row.project_id or "-")),
        NamedFact(_("Status"), facts.one_below_another([status, note.text]) if note else status),
        *kept,
        NamedFact(_("Set"), sentence(part_of(belongs)) if belongs else dash),
        NamedFact(
            _("Group Snapshot"), object_link("group_snapshot", group, "admin") if group else dash
        ),
        NamedFact(_("Size"), sentence(_("%(size)s GiB"), size=row.size)),
        NamedFact(_("Created"), isolated(shown(request, row.created))),
        NamedFact(_("Metadata"), facts.one_below_another(metadata) if metadata else dash),
    ]


def _lines(request: HttpRequest, row: DetailsRow) -> list[NamedFact]:
    found = row.details
    situation = found.situation
    volume = situation.value.exposure.volume if situation.value else None
    unknown = sentence(_("Unknown"))
    return [
        NamedFact(_("Project"), owners.project(row.owner) if row.owner else unknown),
        NamedFact(_("Created by"), owners.user(row.maker) if row.maker else unknown),
        facts.line(_("Volume"), situation, facts.volume),
        facts.line(_("Attached To"), situation, facts.attached),
        facts.storage(request, volume.host if volume else None, found.services),
        facts.line(
            _("Messages"), found.messages, lambda each: facts.told_by_service(request, each)
        ),
        facts.line(_("Quota of the project"), found.limits, facts.quota),
        facts.line(_("Temporary snapshots of the volume"), found.temporary, facts.temporary),
        facts.line(_("Images made of it"), found.images, facts.images),
    ]
