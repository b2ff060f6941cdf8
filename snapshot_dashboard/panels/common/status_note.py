# SPDX-License-Identifier: Apache-2.0
"""Texts below the status of a snapshot that takes long, failed or was not deleted.

A page asks for reasons at most once, and only when a row on it needs one. A reason is looked up
by the ids of snapshots that this person has just read: Cinder shows everybody all messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import dependents, messages
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.dates import duration
from snapshot_dashboard.panels.common.html import dialog_link, isolated, link, sentence
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.panels.common.recommended_step import why
from snapshot_dashboard.rules import status_note
from snapshot_dashboard.rules.message import Message, Reason, reason
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.status_note import StatusNote
from snapshot_dashboard.rules.volume import Volume

_LASTING: Mapping[str, Promise] = {
    "creating": gettext_lazy("Creating for %(duration)s, longer than usual."),
    "deleting": gettext_lazy("Deleting for %(duration)s, longer than usual."),
}
_BUSY = gettext_lazy("it is in use, probably by a volume made from it.")
_NO_REASON = gettext_lazy("The storage service gave no reason.")
_NONE_KNOWN = gettext_lazy("The storage service gave no reason that is still known.")


@dataclass(frozen=True, slots=True)
class StatusNoteText:
    """The status note of one snapshot: ``text`` has no links.

    ``message`` is what it was learned from, None where it was not needed or does not exist.
    """

    kind: StatusNote
    text: SafeString
    message: Message | None = None


def add(connection: Connection, rows: Sequence[SnapshotRow]) -> None:
    """Put into each row what there is to tell below its status; without reasons the page stays."""
    for row, note in zip(rows, _texts(connection, [each.snapshot for each in rows]), strict=True):
        row.status_text = _cell(row.snapshot, note) if note else None


def of(
    connection: Connection, snapshot: Snapshot, *, wanted_deleted: bool = False
) -> StatusNoteText | None:
    """Return what there is to tell of one snapshot, None for nothing.

    ``wanted_deleted`` looks for the reason of a deletion that nobody remembers here: it may have
    been asked for by a command.
    """
    asked = frozenset({snapshot.id}) if wanted_deleted else None
    return _texts(connection, [snapshot], asked)[0]


def known(
    connection: Connection, snapshot: Snapshot, found: Sequence[Message] | None
) -> StatusNoteText | None:
    """Return what its owner is told of a snapshot whose messages have been read, newest first.

    ``found`` is None where they could not be read. No service is asked.
    """
    now = connection.now()
    asked = dependents.wanted_deleted(connection, [snapshot.id])
    if snapshot.status not in status_note.WAITED_FOR and not status_note.needs_reason(
        snapshot, now, asked
    ):
        return None
    newest = None if found is None else _by_id(found[:1])
    return _waited_for(snapshot, now) or _explained(snapshot, newest, now, _NO_REASON)


def of_failures(connection: Connection, failed: Sequence[Snapshot]) -> Mapping[str, SafeString]:
    """Return why snapshots have failed, by their ids, as remarks that can be hidden.

    Only of what has just failed the reason is asked for, once; then it is remembered. So a page
    that tells of a failure every day does not ask for it every day.
    """
    now = connection.now()
    fresh = [each.id for each in failed if status_note.has_just_failed(each, now)]
    found: Mapping[str, Message] | None = None
    with suppress(CloudError):
        found = messages.remembered(connection, failed, fresh)
    # As in _texts: the newest messages of a cloud are not all that there are.
    none = _NO_REASON if len(fresh) == 1 else _NONE_KNOWN
    told = [each for each in failed if each.id in fresh or each.id in (found or {})]
    notes = [(each, _explained(each, found, now, none)) for each in told]
    return {each.id: _failure(each, note) for each, note in notes if note}


def _failure(snapshot: Snapshot, note: StatusNoteText) -> SafeString:
    details = page("horizon:project:snapshots:detail", snapshot.id)
    way = format_html('<a href="{}#sd-what-now" data-sd-seen>{}</a>', details, _("What now?"))
    return _below(snapshot.id, note.text, way if details else "", _hide())


def _texts(
    connection: Connection, snapshots: Sequence[Snapshot], asked: frozenset[str] | None = None
) -> list[StatusNoteText | None]:
    now = connection.now()
    if asked is None:
        settled = (each.id for each in snapshots if each.status == "available")
        asked = dependents.wanted_deleted(connection, settled)
    wanted = [each.id for each in snapshots if status_note.needs_reason(each, now, asked)]
    found = _reasons(connection, wanted)
    # One snapshot's messages are all that there are; the newest of a cloud are not.
    none = _NO_REASON if len(wanted) == 1 else _NONE_KNOWN
    return [
        _waited_for(each, now) or _explained(each, found, now, none)
        if each.id in wanted or each.status in status_note.WAITED_FOR
        else None
        for each in snapshots
    ]


def _reasons(connection: Connection, ids: Sequence[str]) -> Mapping[str, Message] | None:
    """Return the newest message of each, None where they cannot be read: one call at most."""
    if not ids:
        return {}
    try:
        return connection.fetch(lambda: messages.of_each(connection, ids))
    except CloudError:
        return None


def _by_id(found: Iterable[Message]) -> Mapping[str, Message]:
    return {each.object_id: each for each in found}


def _waited_for(snapshot: Snapshot, now: datetime) -> StatusNoteText | None:
    base, per_gib = settings.get("SLOW_SECONDS"), settings.get("SLOW_SECONDS_PER_GIB")
    seconds = status_note.lasting(snapshot, now, base=base, per_gib=per_gib)
    if seconds is None:
        return None
    text = sentence(_LASTING[snapshot.status], duration=duration(seconds))
    return StatusNoteText(StatusNote.LASTING, text)


def _explained(
    snapshot: Snapshot, found: Mapping[str, Message] | None, now: datetime, none: Promise
) -> StatusNoteText | None:
    message = (found or {}).get(snapshot.id)
    kind = status_note.explained(snapshot, message, now)
    if kind is None:
        return None
    if message is None:
        unread = found is None
        return StatusNoteText(
            kind, sentence(_("The reason could not be read.") if unread else none)
        )
    return StatusNoteText(kind, _reasoned(kind, message), message)


def _reasoned(kind: StatusNote, message: Message) -> SafeString:
    said = why(message) or format_html('<bdi lang="en">{}</bdi>', message.text)
    if kind is StatusNote.FAILED:
        return sentence("%(said)s", said=said)
    if kind is StatusNote.NOT_CREATED:
        return sentence(_("Not created: %(sentence)s"), sentence=said)
    if reason(message) is Reason.BUSY:
        said = _BUSY
    return sentence(_("Not deleted: %(reason)s"), reason=said)


def _cell(snapshot: Snapshot, note: StatusNoteText) -> SafeString:
    """Return what stands below the status, with the way to what can be done."""
    details = page("horizon:project:snapshots:detail", snapshot.id)
    if note.kind is not StatusNote.CAME_BACK:
        anchor = f"{details}#sd-what-now" if details else ""
        return _below("", note.text, link(anchor, _("What now?")), "")
    delete = page("horizon:project:snapshots:delete", snapshot.id)
    key = note.message.id if note.message else ""
    return _below(key, note.text, dialog_link(delete, _("Why?")), _hide())


def _hide() -> SafeString:
    return format_html(
        '<button type="button" class="btn btn-link btn-xs" data-sd-hide hidden>{}</button>',
        _("Hide"),
    )


def _below(key: str, text: SafeString, way: SafeString | str, hide: SafeString | str) -> SafeString:
    marked = format_html(' data-sd-remark="{}"', key) if key else ""
    return format_html('<div class="sd-remark"{}>{}&#32;{}&#32;{}</div>', marked, text, way, hide)


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
