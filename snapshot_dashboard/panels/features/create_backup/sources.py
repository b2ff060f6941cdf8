# SPDX-License-Identifier: Apache-2.0
"""The snapshots of a volume that can be backed up in its place."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.session import Connection, Later
from snapshot_dashboard.panels.common import consistency_note
from snapshot_dashboard.panels.common.dates import shown_short
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.listing import Page, PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot, Source, as_source
from snapshot_dashboard.rules.volume import Volume

# So many of the newest are offered: a list of thousands is no choice, and costs as much to read.
OFFERED = 50
# Keep the writing direction of a name from changing what stands beside it, where there is no HTML.
_ISOLATED = "\u2068%s\u2069"

_UNUSABLE: dict[Source, str | Promise] = {
    Source.MOVING: gettext_lazy(
        "This snapshot cannot be backed up now: its status is %(status)s. "
        "It can be when it is Available."
    ),
    Source.UNUSABLE: gettext_lazy(
        "This snapshot cannot be backed up: its status is %(status)s, and only an Available "
        "snapshot can be used."
    ),
    Source.FOREIGN: gettext_lazy(
        "This snapshot belongs to another project. A backup made here would belong to your "
        "project: the owner could not see it."
    ),
}


def start(connection: Connection, volume_id: str) -> Later[Page[Snapshot]]:
    """Begin to read the newest snapshots of a volume."""
    wanted = PageRequest(size=OFFERED, filters={"volume_id": volume_id})
    return connection.start(lambda: block_storage.snapshots(connection, wanted))


def usable(found: Page[Snapshot] | None, volume_id: str, project_id: str) -> list[Snapshot]:
    """Return the snapshots to offer, newest first; none where they could not be read."""
    return [
        each
        for each in (found.items if found else ())
        if each.volume_id == volume_id and as_source(each, project_id) is Source.USABLE
    ]


def why_not(snapshot: Snapshot, volume: Volume, project_id: str) -> str:
    """Return why a snapshot cannot be backed up in the place of a volume, empty where it can."""
    own = volume.project_id == project_id
    source = as_source(snapshot, project_id) if own else Source.FOREIGN
    if source is not Source.USABLE:
        return str(_UNUSABLE[source]) % {"status": status_word(snapshot.status)}
    if snapshot.volume_id != volume.id:
        return _("This snapshot was taken of another volume. Choose one of this volume.")
    return ""


def choices(request: HttpRequest, offered: Sequence[Snapshot]) -> list[tuple[str, str]]:
    """Return the choices: the volume itself first, in stock's words."""
    said = _("Select snapshot to backup (Optional)")
    first = said if offered else _("No snapshot for this volume")
    return [("", first), *((each.id, label(request, each)) for each in offered)]


def label(request: HttpRequest, snapshot: Snapshot) -> str:
    """Return how a snapshot is offered: what it was taken while is part of the choice."""
    return _("%(name)s - %(created)s - Taken while: %(word)s") % {
        "name": _ISOLATED % snapshot.label,
        "created": shown_short(request, snapshot.created_at),
        "word": consistency_note.word(consistency.read(snapshot.metadata)),
    }
