# SPDX-License-Identifier: Apache-2.0
"""Keeps with each snapshot or volume that was made of a group what it was taken while.

The request for all of them takes no metadata. So the notes are written when it was accepted, and
for that the volumes are read once more: whatever is worse by then is in the note, and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.http import HttpRequest
from django.utils.safestring import SafeString

from snapshot_dashboard.cloud import block_storage, consistency, groups
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.partial_reads import facts, values
from snapshot_dashboard.panels.common import audit, tags
from snapshot_dashboard.panels.common import keep_until as fields
from snapshot_dashboard.panels.common.attachment_state import several
from snapshot_dashboard.panels.common.attachment_state.several import SeveralVolumes
from snapshot_dashboard.panels.common.html import sentence
from snapshot_dashboard.panels.common.tags import Tagged
from snapshot_dashboard.panels.features.group_copies import texts
from snapshot_dashboard.panels.features.group_copies.group import member
from snapshot_dashboard.rules import consistency as rules
from snapshot_dashboard.rules import keep_until
from snapshot_dashboard.rules.attachment import Exposure
from snapshot_dashboard.rules.consistency import ConsistencyNote, Taken
from snapshot_dashboard.rules.group import Group, GroupSnapshot
from snapshot_dashboard.rules.volume import Volume


@dataclass(frozen=True, slots=True)
class _Found:
    """The note on each volume, the names of those that were in a worse state afterwards.

    ``unread`` are the names of those that could not be read again.
    """

    notes: Mapping[str, ConsistencyNote]
    worse: tuple[str, ...]
    unread: tuple[str, ...]


def keep_with_snapshots(
    request: HttpRequest,
    made: GroupSnapshot,
    judged: SeveralVolumes,
    request_id: str,
    until: date | None,
    tagged: Tagged,
) -> list[SafeString]:
    """Write a note on each snapshot of a group snapshot; return what has to be told.

    ``until`` is the day until which they are to be kept, which is noted with it, as the tags are.
    """
    connection = connect(request, afresh=True)
    try:
        members = groups.members(connection, made.id, list(judged.situations))
    except CloudError:
        members = []
    found = _look_again(request, judged, {each.volume_id for each in members})
    more = partial(_more, judged, until, tagged)
    noted = [
        replace(
            each,
            metadata=more(each.volume_id) | _metadata(found.notes[each.volume_id], request_id),
        )
        for each in members
    ]
    # Our list of snapshots lowers the notes of those that it has seen being made.
    consistency.watch(connection, noted)
    kept = {each.id: each.metadata for each in noted}
    change = partial(audit.change, request, "group_snapshot.note", made.id)
    written = _written(request, change, found, kept, block_storage.note)
    kept_of = {each.volume_id for each in noted if each.id in written}
    told = _told(found, judged, kept_of)
    without = set(judged.situations) - kept_of
    if until and without:
        told.append(sentence(fields.not_noted(len(without))))
    if untagged := [each for each in without if tagged(_volume(judged, each))]:
        told.append(sentence(tags.not_noted(len(untagged))))
    return told


def _volume(judged: SeveralVolumes, volume_id: str) -> Volume | None:
    """Return what was shown of a volume, None for one that came into the group afterwards."""
    before = judged.situations.get(volume_id)
    return before.exposure.volume if before else None


def _more(
    judged: SeveralVolumes, until: date | None, tagged: Tagged, volume_id: str
) -> dict[str, str]:
    return {**tagged(_volume(judged, volume_id)), **keep_until.noted(until)}


def keep_with_volumes(
    request: HttpRequest, made: Group, judged: SeveralVolumes, request_id: str
) -> list[SafeString]:
    """Write a note on each volume of a new group; return what has to be told."""
    connection = connect(request, afresh=True)
    try:
        ids = groups.group(connection, made.id).volume_ids or ()
    except CloudError:
        ids = ()
    copies = values(facts(connection, partial(block_storage.volume, connection), ids))
    sources = {each.id: each.source_id for each in copies.values() if each.source_id}
    found = _look_again(request, judged, set(sources.values()))
    kept = {each: _metadata(found.notes[source], request_id) for each, source in sources.items()}
    change = partial(audit.change, request, "group.note", made.id)
    written = _written(request, change, found, kept, block_storage.note_volume)
    return _told(found, judged, {sources[each] for each in written})


def _look_again(request: HttpRequest, judged: SeveralVolumes, ids: Iterable[str]) -> _Found:
    """Read the volumes once more, and return the note that each deserves."""
    after = several.read(connect(request, afresh=True), ids).judged(member).situations
    notes: dict[str, ConsistencyNote] = {}
    worse: list[str] = []
    unread: list[str] = []
    for each in ids:
        before, now = judged.situations.get(each), after.get(each)
        notes[each], is_worse = _note(
            before.exposure if before else None, now.exposure if now else None
        )
        if now is None:
            unread.append(before.exposure.volume.label if before else each)
        elif is_worse:
            worse.append(now.exposure.volume.label)
    return _Found(notes, tuple(worse), tuple(unread))


def _note(before: Exposure | None, now: Exposure | None) -> tuple[ConsistencyNote, bool]:
    """Return the note, and whether it says worse than what was shown.

    Nothing was shown of a volume that came into the group in the last moment.
    """
    if before is None:
        note = rules.of(now) if now else ConsistencyNote(Taken.UNKNOWN)
        return note, note.taken is not Taken.DETACHED
    note = rules.of(before)
    lower = rules.lowered(note, now) if now else None
    return lower or note, lower is not None


def _metadata(note: ConsistencyNote, request_id: str) -> dict[str, str]:
    return rules.write(note) | {rules.REQUEST: request_id}


def _written(
    request: HttpRequest,
    change: Callable[..., AbstractContextManager[object]],
    found: _Found,
    kept: Mapping[str, Mapping[str, str]],
    note: groups.Note,
) -> set[str]:
    """Write the notes, told by the id of what gets one, and return the ids that have it."""
    if not kept:
        return set()
    taken = {each: note.taken.value for each, note in found.notes.items()}
    with change(noted=sorted(kept), taken_while=taken):
        refused = groups.note_all(connect(request, afresh=True), note, kept)
    return set(kept) - set(refused)


def _told(found: _Found, judged: SeveralVolumes, noted: set[str]) -> list[SafeString]:
    """Return what has to be told; ``noted`` are the volumes of whose copies the notes are kept."""
    told = [texts.worse_meanwhile(found.worse)] if found.worse else []
    if found.unread:
        told.append(texts.unread_meanwhile(found.unread))
    unnoted = set(judged.situations) - noted
    return told + ([texts.unnoted(len(unnoted))] if unnoted else [])
