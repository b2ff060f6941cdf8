# SPDX-License-Identifier: Apache-2.0
"""Cinder: volume groups, their snapshots and clones, and what a form has made of them.

Group snapshots and groups have no metadata, so that nothing tells from which form one came until
the notes of its snapshots or volumes are written. What a form asks for is remembered in the cache
before it is sent: one that was not there before, with the same name and description, is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from snapshot_dashboard.cloud import block_storage, caching, lists
from snapshot_dashboard.cloud.answers import Record, text
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import (
    AnswerUnreadable,
    CloudError,
    QuotaExceeded,
    Refused,
    Service,
    Unreachable,
    checked,
)
from snapshot_dashboard.cloud.partial_reads import facts, failed, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.consistency import REQUEST
from snapshot_dashboard.rules.group import Group, GroupSnapshot
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot

# How far to look back for something that was made a moment ago.
_NEWEST = 50
_REMEMBERED = 24 * 3600
# How Cinder words the limit of groups: it is a 400, as any other refusal (tried, Cinder 29).
_LIMIT = "Maximum number of groups allowed"

Copy = TypeVar("Copy", Group, GroupSnapshot)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a form has asked for, and which copies of the group there were before."""

    source_id: str
    name: str
    description: str
    known: frozenset[str]


def _group(raw: Record) -> Group | None:
    if not text(raw, "id"):
        return None
    volumes = raw.get("volumes")
    ids = [each for each in volumes if isinstance(each, str)] if isinstance(volumes, list) else None
    return Group(
        id=text(raw, "id"),
        name=text(raw, "name"),
        status=text(raw, "status"),
        description=text(raw, "description"),
        type_id=text(raw, "group_type"),
        source_id=text(raw, "source_group_id"),
        volume_ids=None if ids is None else tuple(ids),
    )


def _group_snapshot(raw: Record) -> GroupSnapshot | None:
    if not text(raw, "id"):
        return None
    return GroupSnapshot(
        id=text(raw, "id"),
        name=text(raw, "name"),
        description=text(raw, "description"),
        source_id=text(raw, "group_id"),
    )


CLONES: lists.Kind[Group] = lists.Kind("groups", _group)
SNAPSHOTS: lists.Kind[GroupSnapshot] = lists.Kind("group_snapshots", _group_snapshot)


def group(connection: Connection, group_id: str) -> Group:
    """Read a group with the ids of its volumes.

    :raises CloudError: NotFound when this project has no such group.
    """
    path = f"/groups/{checked(group_id)}"
    answer = connection.cinder("GET", path, query={"list_volume": "true"})
    found = answer.one("group", _group)
    if found.volume_ids is None:
        # Below 3.25; what is in the group would be copied without a warning.
        raise AnswerUnreadable("a group does not tell its volumes", service=Service.BLOCK_STORAGE)
    return found


def snapshots_of(
    connection: Connection, group_snapshot_id: str
) -> tuple[GroupSnapshot, Sequence[Snapshot]]:
    """Read a group snapshot and its snapshots.

    :raises CloudError: NotFound when this project has no such group snapshot.
    """
    path = f"/group_snapshots/{checked(group_snapshot_id)}"
    answer = connection.fetch(lambda: connection.cinder("GET", path))
    found = answer.one("group_snapshot", _group_snapshot)
    source = connection.fetch(lambda: group(connection, found.source_id))
    return found, members(connection, found.id, source.volume_ids or ())


def type_name(connection: Connection, type_id: str) -> str:
    """Read the name of a group type.

    :raises CloudError: it cannot be read.
    """
    answer = connection.cinder("GET", f"/group_types/{checked(type_id)}")
    return text(answer.record("group_type"), "name")


def _remember(
    connection: Connection,
    kind: lists.Kind[Copy],
    request_id: str,
    source_id: str,
    *,
    name: str,
    description: str,
) -> None:
    """Remember what a form asks for, before it is sent.

    :raises CloudError: it is not known what there is already; certainly nothing was made.
    """
    try:
        known = frozenset(each.id for each in _newest(connection, kind))
    except CloudError as error:
        raise Unreachable.because(error) if error.uncertain else error from error
    attempt = Attempt(source_id, name, description, known)
    cache.set(_key(connection, request_id), attempt, _REMEMBERED)


def create_snapshot(
    connection: Connection, group_id: str, *, request_id: str, name: str, description: str
) -> GroupSnapshot:
    """Ask for a snapshot of each volume of a group: all of them or none.

    ``request_id`` is the form's: under it is remembered, before it is sent, what is asked for.
    Cinder looks at no attachment: nothing but the caller's own reading keeps one from being taken
    of a volume that was attached in the last moment.

    :raises CloudError: Refused, QuotaExceeded: nothing was made; AnswerLost, ServiceFailed:
        it is not known.
    """
    said = {"name": name, "description": description}
    _remember(connection, SNAPSHOTS, request_id, group_id, **said)
    wanted = {"group_id": group_id, **said}
    made = connection.cinder("POST", "/group_snapshots", body={"group_snapshot": wanted})
    return made.one("group_snapshot", _group_snapshot)


def clone(
    connection: Connection, group_id: str, *, request_id: str, name: str, description: str
) -> Group:
    """Ask for a new group with a copy of each volume of a group.

    :raises CloudError: as for :func:`create_snapshot`; QuotaExceeded for a limit of groups, too.
    """
    said = {"name": name, "description": description}
    _remember(connection, CLONES, request_id, group_id, **said)
    wanted = {"source_group_id": group_id, **said}
    try:
        made = connection.cinder("POST", "/groups/action", body={"create-from-src": wanted})
    except Refused as error:
        if _LIMIT not in error.reason:
            raise
        raise QuotaExceeded(
            error.reason, status=error.status, request_id=error.request_id, service=error.service
        ) from error
    return made.one("group", _group)


def _newest(connection: Connection, kind: lists.Kind[Copy]) -> tuple[Copy, ...]:
    """Read the project's newest, whole: what is left out would be made a second time."""
    query = {"limit": _NEWEST, "sort": "created_at:desc"}
    return lists.read(connection, kind, query, whole=True).items


def snapshots_of_form(connection: Connection, request_id: str) -> Sequence[GroupSnapshot]:
    """Return the group snapshots that a form has made, among the newest of the project.

    :raises CloudError: they cannot be read.
    """
    attempt = _attempt(connection, request_id)
    if attempt is not None:
        return _fitting(connection, SNAPSHOTS, attempt)
    query = {"limit": _NEWEST, "sort": "created_at:desc"}
    newest = lists.read(connection, lists.SNAPSHOTS, query, whole=True).items
    marked = [each for each in newest if each.metadata.get(REQUEST) == request_id]
    found = {each.group_snapshot_id: each.name for each in marked if each.group_snapshot_id}
    return [GroupSnapshot(each, name) for each, name in found.items()]


def clones_of_form(connection: Connection, request_id: str) -> Sequence[Group]:
    """Return the groups that a form has made, among the newest of the project.

    :raises CloudError: they cannot be read.
    """
    attempt = _attempt(connection, request_id)
    if attempt is not None:
        return _fitting(connection, CLONES, attempt)
    marked = block_storage.volumes_with(connection, REQUEST, request_id)
    ids = dict.fromkeys(each.group_id for each in marked if each.group_id)
    return [group(connection, each) for each in ids]


def _fitting(connection: Connection, kind: lists.Kind[Copy], attempt: Attempt) -> Sequence[Copy]:
    return [
        each
        for each in _newest(connection, kind)
        if each.id not in attempt.known
        and (each.source_id, each.name) == (attempt.source_id, attempt.name)
        and each.description == attempt.description
    ]


def _attempt(connection: Connection, request_id: str) -> Attempt | None:
    found: Attempt | None = cache.get(_key(connection, request_id))
    return found


def _key(connection: Connection, request_id: str) -> str:
    return caching.key(connection.region, connection.project_id, "group-attempt", request_id)


def members(
    connection: Connection, group_snapshot_id: str, volume_ids: Sequence[str]
) -> list[Snapshot]:
    """Read the snapshots of a group snapshot that was just made: one call, as a rule.

    Members may not filter by it, so they are looked for among the newest of the project, and of
    each volume whose snapshot is not among these.

    :raises CloudError: they cannot be read; of some volumes alone: they are left out.
    """
    request = PageRequest(size=2 * _NEWEST)
    newest = block_storage.snapshots(connection, request).items
    found = [each for each in newest if each.group_snapshot_id == group_snapshot_id]
    missing = set(volume_ids) - {each.volume_id for each in found}
    if not missing:
        return found

    def of_volume(volume_id: str) -> tuple[Snapshot, ...]:
        wanted = PageRequest(size=_NEWEST, filters={"volume_id": volume_id})
        return block_storage.snapshots(connection, wanted).items

    for some in values(facts(connection, of_volume, missing)).values():
        found += [each for each in some if each.group_snapshot_id == group_snapshot_id]
    return list({each.id: each for each in found}.values())


Note = Callable[[Connection, str, Mapping[str, str]], None]


def note_all(
    connection: Connection, note: Note, notes: Mapping[str, Mapping[str, str]]
) -> Mapping[str, CloudError]:
    """Set metadata of several objects, told by id; return why it failed, where it did."""
    return failed(facts(connection, lambda each: note(connection, each, notes[each]), notes))
