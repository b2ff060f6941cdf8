# SPDX-License-Identifier: Apache-2.0
"""Rows of Needs Attention: place, time, reason, recommended step and actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from horizon.tables import DataTable
from openstack_dashboard.dashboards.project.volumes import tables as stock

from snapshot_dashboard.cloud.attention import Attention
from snapshot_dashboard.cloud.partial_reads import Fact
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.dates import duration, shown
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import Named
from snapshot_dashboard.panels.common.object_links import named_link, remembered
from snapshot_dashboard.panels.common.recommended_step import next_step, why
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.common.support.facts import service_words
from snapshot_dashboard.panels.common.support.rows import SupportSnapshotRow, name_all
from snapshot_dashboard.panels.common.support.ticket import known_name, named_holders
from snapshot_dashboard.rules import ticket
from snapshot_dashboard.rules.attention import FAILED, Concern
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.volume import Volume

Known = Callable[[str], Named]


@dataclass(frozen=True, slots=True)
class ReasonText:
    """The reason of a failure: our words, and Cinder's own, which are English."""

    words: str | Promise
    text: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """A snapshot or volume in the list; ``ticket`` is the text to copy.

    ``volume`` is that of a snapshot.
    """

    id: str
    name: SafeString
    project: SafeString | str
    host: str
    service: SafeString
    status: SafeString
    since: str
    size: str
    reason: ReasonText | None
    step: SafeString
    actions: SafeString
    ticket: str
    volume: SafeString | str = ""


def rows_of(
    table: DataTable, connection: Connection, found: Attention
) -> Mapping[str, list[AttentionRow]]:
    """Return the rows of each status; names are what is remembered, the script does the rest.

    Their actions are those of ``table``, the list of all snapshots.
    """
    concerns = [each for one in found.lists for each in one.concerns]
    volumes = found.volumes.value or {}
    known = remembered(connection, "volume", [each.snapshot.volume_id for each in concerns])
    by_id = {each.snapshot.id: _support_row(each, volumes, known) for each in concerns}
    name_all(connection, list(by_id.values()))
    return {
        one.status: [_row(table, found, each, by_id[each.snapshot.id]) for each in one.concerns]
        for one in found.lists
    }


def _support_row(
    concern: Concern, volumes: Mapping[str, Volume], known: Known
) -> SupportSnapshotRow:
    snapshot = concern.snapshot
    volume = volumes.get(snapshot.volume_id)
    mentioned = Named(volume.id, volume.label) if volume else known(snapshot.volume_id)
    return SupportSnapshotRow(snapshot, mentioned, volume)


def _row(
    table: DataTable, found: Attention, concern: Concern, row: SupportSnapshotRow
) -> AttentionRow:
    request = table.request
    url = page("horizon:admin:snapshots:detail", row.id)
    return AttentionRow(
        id=row.id,
        name=link(url, isolated(row.name)),
        # No link: two of them one below the other are too small for a finger.
        volume=sentence(_("Volume: %(name)s"), name=named_link("", "volume", row._volume)),
        project=owners.of_snapshot(row.owner, foreign=row.foreign),
        host=row.host_name or _("Unknown"),
        service=service_words(request, concern.service),
        status=lasting(concern.snapshot.status, concern.seconds),
        since=shown(request, concern.since) if concern.since else "",
        size=stock.get_size(row),
        reason=_reason(request, found, concern),
        step=next_step(request, concern),
        actions=table.render_row_actions(row),
        ticket=ticket.of_snapshot(_facts(request, found, concern, row)),
    )


def lasting(status: str, seconds: int | None) -> SafeString:
    """Return the status and for how long; nothing is said of a time that is not known."""
    word = status_word(status)
    if seconds is None:
        return sentence(_("%(status)s, it is not known since when"), status=word)
    return sentence(_("%(status)s for %(duration)s"), status=word, duration=duration(seconds))


def _reason(request: HttpRequest, found: Attention, concern: Concern) -> ReasonText | None:
    """Return the reason; an in-between status needs none, a failure without one says so."""
    failed = concern.snapshot.status in FAILED
    if found.messages.value is None:
        return ReasonText(_("The reason could not be read.")) if failed else None
    message = found.messages.value.get(concern.snapshot.id)
    if message is None:
        text = _("The storage service gave no reason that is still known.")
        return ReasonText(text) if failed else None
    return ReasonText(why(message), message.text, shown(request, message.created_at))


def _facts(
    request: HttpRequest, found: Attention, concern: Concern, row: SupportSnapshotRow
) -> ticket.SnapshotFacts:
    volume = row.volume
    return ticket.SnapshotFacts(
        snapshot=concern.snapshot,
        around=_surroundings(request, found, concern, row),
        volume_name=volume.name if volume else None,
        volume_status=volume.status if volume else None,
        volume_host=volume.host if volume else None,
        volume_project=volume.project_id if volume else None,
        concern=concern,
    )


def _surroundings(
    request: HttpRequest, found: Attention, concern: Concern, row: SupportSnapshotRow
) -> ticket.Surroundings:
    message = newest(found.messages, concern.snapshot.id)
    return ticket.Surroundings(
        region=request.user.services_region or "",
        project_name=known_name(row.owner),
        user_name=known_name(row.maker),
        holders=named_holders(row.volume) if row.volume else None,
        service=concern.service,
        message=message.text if message else None,
        request_id=message.request_id if message else None,
    )


def newest(read: Fact[Mapping[str, Message]], object_id: str) -> Message | None:
    """Return the message about an object, an empty one where there is none, None if not read."""
    return None if read.value is None else read.value.get(object_id, Message("", object_id, "", ""))
