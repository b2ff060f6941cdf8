# SPDX-License-Identifier: Apache-2.0
"""Searches all kinds of objects by id or by a part of the name, for support staff.

Every service is asked with the person's own token, and nothing here decides what somebody may
see: whoever is no administrator finds what his project has, and Keystone's lists stay closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from snapshot_dashboard.cloud import administration, block_storage, compute, messages, people
from snapshot_dashboard.cloud.errors import NotFound, Refused
from snapshot_dashboard.cloud.list_search import BY_PART
from snapshot_dashboard.cloud.partial_reads import facts, failed, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.listing import Page, PageRequest
from snapshot_dashboard.rules.people import Project, User
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.support_search import (
    Hit,
    Kind,
    OwnedInstance,
    SearchResult,
    SearchText,
    has_part,
    search_text,
    understood,
)
from snapshot_dashboard.rules.volume import Volume

Stored = TypeVar("Stored", Snapshot, Volume)

# What is found of one kind, and whether there may be more of it.
_Part = tuple[tuple[Hit, ...], bool]
_Calls = Mapping[Kind, Callable[[], _Part]]

# As many of each kind are shown; one more tells whether there are more.
_MOST = 20
_BAD_REQUEST = 400
# Objects that one request has failed with.
_FEW = 5


def find(connection: Connection, text: str) -> SearchResult:
    """Find what has this id; what has this text in its name, where nothing has the id.

    The beginning of an id finds snapshots and volumes; a request, what its messages are about. A
    kind that cannot be searched, or not in time, is told in ``unread``.

    :raises CloudError: the messages about a request cannot be read.
    """
    meant = understood(text)
    if meant.request_id:
        return _of_request(connection, meant.request_id)
    wanted = search_text(meant.text)
    if not wanted.part:
        return SearchResult()
    if meant.beginning:
        return _beginning_with(connection, meant.beginning, wanted.part)
    if not wanted.plain:
        return _asked(connection, _by_name(connection, wanted.part) | _people(connection, wanted))
    found = _asked(connection, _by_id(connection, wanted))
    if found.hits:
        return found
    named = _asked(connection, _by_name(connection, wanted.part))
    # An id that could not be looked for may exist, even where its kind could be searched by name.
    unread = dict((*named.unread, *found.unread))
    return SearchResult(named.hits, tuple(unread.items()), named.more)


def _of_request(connection: Connection, request_id: str) -> SearchResult:
    """Find the snapshots and volumes that the messages about a request name."""
    left = connection.fetch(lambda: messages.of_request(connection, request_id, _MOST))
    hits: list[Hit] = []
    unread: list[tuple[Kind, Failure]] = []
    for object_id in list(dict.fromkeys(each.object_id for each in left if each.object_id))[:_FEW]:
        wanted = search_text(object_id)
        stored = (Kind.SNAPSHOT, Kind.VOLUME)
        calls = {k: call for k, call in _by_id(connection, wanted).items() if k in stored}
        found = _asked(connection, calls)
        hits.extend(found.hits)
        unread.extend(found.unread)
    return SearchResult(tuple(hits), tuple(dict(unread).items()))


def _beginning_with(connection: Connection, beginning: str, part: str) -> SearchResult:
    """Find snapshots and volumes by the beginning of their ids, everything by name as well."""
    calls = _by_name(connection, part) | _people(connection, search_text(part))
    whole = [Kind.INSTANCE, Kind.PROJECT, Kind.USER]
    readers: dict[Kind, Callable[[], _Part]] = {
        Kind.SNAPSHOT: lambda: _begun(connection, administration.snapshots, _snapshot, beginning),
        Kind.VOLUME: lambda: _begun(connection, administration.volumes, _volume, beginning),
    }
    if connection.cinder_version() < BY_PART:
        readers, whole = {}, list(Kind)
    begun = _asked(connection, readers)
    # A member is refused this filter, as well as that by a part of a name.
    refused = [kind for kind, reason in begun.unread if reason.status == _BAD_REQUEST]
    named = _asked(connection, calls)
    unread = dict((*named.unread, *(each for each in begun.unread if each[0] not in refused)))
    hits = {(each.kind, each.id): each for each in (*begun.hits, *named.hits)}
    return SearchResult(
        tuple(hits.values()),
        tuple(unread.items()),
        tuple(dict.fromkeys((*begun.more, *named.more))),
        tuple(each for each in Kind if each in whole or each in refused),
    )


def _begun(
    connection: Connection,
    read: Callable[[Connection, PageRequest], Page[Stored]],
    hit: Callable[[Stored], Hit],
    beginning: str,
) -> _Part:
    page = read(connection, _page("id~", _no_literal(beginning)))
    return tuple(hit(each) for each in page.items if each.id.startswith(beginning)), page.more


def _asked(connection: Connection, calls: _Calls) -> SearchResult:
    """Make all calls at once, and put together what comes back in time."""
    hits: list[Hit] = []
    more: list[Kind] = []
    read = facts(connection, lambda kind: calls[kind](), calls)
    for kind, (found, others) in values(read).items():
        hits.extend(found)
        more.extend([kind] if others else [])
    unread = [(kind, error.failure) for kind, error in failed(read).items()]
    return SearchResult(tuple(hits), tuple(unread), tuple(more))


def _by_id(connection: Connection, wanted: SearchText) -> dict[Kind, Callable[[], _Part]]:
    readers: dict[Kind, Callable[[], Hit]] = {
        Kind.PROJECT: lambda: _project(people.first(connection, people.project, wanted.opaque)),
        Kind.USER: lambda: _user(people.first(connection, people.user, wanted.opaque)),
    }
    if wanted.dashed:
        readers = {
            Kind.SNAPSHOT: lambda: _snapshot(block_storage.snapshot(connection, wanted.dashed)),
            Kind.VOLUME: lambda: _volume(block_storage.volume(connection, wanted.dashed)),
            Kind.INSTANCE: lambda: _instance(compute.owned_instance(connection, wanted.dashed)),
        } | readers
    return {kind: partial(_at_most_one, read) for kind, read in readers.items()}


def _at_most_one(read: Callable[[], Hit]) -> _Part:
    try:
        return (read(),), False
    except NotFound:
        return (), False


def _people(connection: Connection, wanted: SearchText) -> dict[Kind, Callable[[], _Part]]:
    """Look for projects and users by a part of their names, and by that as an id."""
    by_id, by_name = _by_id(connection, wanted), _by_name(connection, wanted.part)
    return {kind: partial(_either, by_id[kind], by_name[kind]) for kind in by_id}


def _either(by_id: Callable[[], _Part], by_name: Callable[[], _Part]) -> _Part:
    exact, _others = by_id()
    named, more = by_name()
    return exact + tuple(each for each in named if each not in exact), more


def _by_name(connection: Connection, part: str) -> dict[Kind, Callable[[], _Part]]:
    return {
        Kind.SNAPSHOT: lambda: _stored(connection, administration.snapshots, _snapshot, part),
        Kind.VOLUME: lambda: _stored(connection, administration.volumes, _volume, part),
        Kind.INSTANCE: lambda: _first(
            [_instance(each) for each in compute.instances_named(connection, part, _MOST + 1)]
        ),
        Kind.PROJECT: lambda: _first(
            [_project(each) for each in people.projects_named(connection, part, _MOST + 1)]
        ),
        Kind.USER: lambda: _first(
            [_user(each) for each in people.users_named(connection, part, _MOST + 1)]
        ),
    }


def _first(hits: list[Hit]) -> _Part:
    return tuple(hits[:_MOST]), len(hits) > _MOST


def _stored(
    connection: Connection,
    read: Callable[[Connection, PageRequest], Page[Stored]],
    hit: Callable[[Stored], Hit],
    part: str,
) -> _Part:
    """Search volumes or snapshots by a part of their names, by the whole name where refused.

    Members are refused (400), and an older Cinder takes the filter for a column that nothing has.
    """
    if connection.cinder_version() >= BY_PART:
        try:
            return _matching(read(connection, _page("name~", _no_literal(part))), hit, part)
        except Refused as error:
            if error.status != _BAD_REQUEST:
                raise
    hits, _more = _matching(read(connection, _page("name", part)), hit, part)
    return hits, True


def _page(key: str, value: str) -> PageRequest:
    return PageRequest(size=_MOST, filters={key: value})


def _no_literal(part: str) -> str:
    """Return a part of a name that Cinder takes as it is written.

    It reads a volume's filters as Python literals where they are some (cinder/volume/api.py,
    check_volume_filters): "0x10" would search for 16, and "[1]" would find every volume. A "%"
    in front ends that, and finds the same: the database puts one there anyway.
    """
    return f"%{part}"


def _matching(page: Page[Stored], hit: Callable[[Stored], Hit], part: str) -> _Part:
    hits = (hit(each) for each in page.items if has_part(each.name, part))
    return tuple(hits), page.more


def _snapshot(found: Snapshot) -> Hit:
    return Hit(
        Kind.SNAPSHOT,
        found.id,
        found.name,
        found.project_id,
        found.status,
        found.created_at,
        found.volume_id,
    )


def _volume(found: Volume) -> Hit:
    made = found.created_at
    return Hit(Kind.VOLUME, found.id, found.name, found.project_id, found.status, made)


def _instance(found: OwnedInstance) -> Hit:
    made = found.created_at
    whose = found.project_id
    return Hit(Kind.INSTANCE, found.id, found.name, whose, found.status, made, locked=found.locked)


def _project(found: Project) -> Hit:
    return Hit(Kind.PROJECT, found.id, found.name, None, _access(found.enabled))


def _user(found: User) -> Hit:
    return Hit(Kind.USER, found.id, found.name, None, _access(found.enabled))


def _access(enabled: bool) -> str:
    return "enabled" if enabled else "disabled"
