# SPDX-License-Identifier: Apache-2.0
"""The details of a volume for support staff: the owner's view and the context."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import names
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.partial_reads import Fact
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.cloud.support import VolumeDetails
from snapshot_dashboard.panels.common import blockers, schedule_texts
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import sentence
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.common.recommended_step import next_step
from snapshot_dashboard.panels.common.status_note import failed_revert
from snapshot_dashboard.panels.common.support import facts, owners
from snapshot_dashboard.panels.common.support import ticket as support_ticket
from snapshot_dashboard.panels.common.support.facts import NamedFact
from snapshot_dashboard.panels.common.support.rows import support_volume_rows
from snapshot_dashboard.rules import attention, deletion, ticket
from snapshot_dashboard.rules.attention import VolumeConcern
from snapshot_dashboard.rules.deletion import Finding
from snapshot_dashboard.rules.revert import has_failed
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume


def named_row(connection: Connection, found: VolumeDetails) -> VolumeRow:
    """Return the row of a volume, with the names of its project and user."""
    volume = found.situation.exposure.volume
    names.look_up(connection, "project", filter(None, [volume.project_id]))
    names.look_up(connection, "user", filter(None, [volume.user_id]))
    row = support_volume_rows(connection, [volume])[0]
    row.hold(found.situation.exposure.holders)
    return row


def findings(found: VolumeDetails) -> tuple[Finding, ...]:
    """Return what keeps the volume from being deleted, as far as it could be read."""
    return deletion.of_volume(found.situation.exposure, _newest(found), sees_all=True)


def concern_of(found: VolumeDetails, now: datetime) -> VolumeConcern | None:
    """Return why the volume needs attention, None when it does not."""
    volume = found.situation.exposure.volume
    return attention.assess_volume(
        volume,
        attention.service_for(volume.host, found.services.value or {}),
        now,
        base=settings.get("SLOW_SECONDS"),
        per_gib=settings.get("SLOW_SECONDS_PER_GIB"),
        restoring=any(each.status == "restoring" for each in _newest(found)),
        kept=_kept(found),
    )


def _newest(found: VolumeDetails) -> tuple[Snapshot, ...]:
    return found.snapshots.value.newest if found.snapshots.value else ()


def _kept(found: VolumeDetails) -> Snapshot | None:
    """Return the temporary snapshot that a failed revert has left."""
    newest = next(iter(_newest(found)), None)
    return newest if has_failed(newest, found.situation.exposure.volume) else None


def context(request: HttpRequest, row: VolumeRow, found: VolumeDetails) -> dict[str, Any]:
    """Return what the overview shows."""
    known = findings(found)
    volume = row.volume
    concern = concern_of(found, connect(request).now())
    kept = _kept(found)
    url = page("horizon:admin:snapshots:detail", kept.id) if kept else ""
    return {
        "next_step": next_step(request, concern) if concern else None,
        "failed_revert": failed_revert(url, kept, volume) if kept else None,
        "explanation": facts.owners_view(found.situation, request.user),
        "blockers": blockers.texts(
            known, request, status=volume.status, volume_id=volume.id, dashboard="admin"
        ),
        "lines": _lines(request, row, found),
        "ticket": ticket.of_volume(
            ticket.VolumeFacts(
                volume=volume,
                around=support_ticket.surroundings(request, row, Fact(found.situation), found),
                snapshots=found.snapshots.value.count if found.snapshots.value else None,
                blockers=known,
                concern=concern,
            )
        ),
    }


def _schedule(request: HttpRequest, volume: Volume) -> list[NamedFact]:
    """Return how it stands with the schedule of the volume, nothing where there is none."""
    found = schedule_texts.of_volume(volume, connect(request).now())
    if found is None:
        return []
    said = sentence(schedule_texts.brief(found))
    if found.last:
        text = _("%(state)s - last run %(time)s")
        said = sentence(text, state=said, time=shown(request, found.last.at))
    return [NamedFact(_("Schedule"), said)]


def _lines(request: HttpRequest, row: VolumeRow, found: VolumeDetails) -> list[NamedFact]:
    unknown = sentence(_("Unknown"))
    return [
        NamedFact(
            _("Project"), owners.project(row.owner, owners.VOLUMES) if row.owner else unknown
        ),
        NamedFact(
            _("Created by"), owners.user(row.maker, owners.VOLUMES) if row.maker else unknown
        ),
        NamedFact(_("Attached To"), facts.attached(found.situation)),
        facts.storage(request, row.volume.host, found.services),
        facts.line(_("Snapshots"), found.snapshots, lambda each: facts.snapshots(row.id, each)),
        *_schedule(request, row.volume),
        facts.line(
            _("Messages"), found.messages, lambda each: facts.told_by_service(request, each)
        ),
        facts.line(_("Quota of the project"), found.limits, facts.quota),
    ]
