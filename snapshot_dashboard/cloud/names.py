# SPDX-License-Identifier: Apache-2.0
"""Looks up the names of objects that a table shows by id; a failure leaves the ids.

They are remembered for a short time per region, project and rights: a name that was read with
wider rights is never shown to somebody with fewer. Names of users are remembered per token:
Keystone tells each person his own name, which says nothing of what a colleague may read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import block_storage, caching, compute, people
from snapshot_dashboard.cloud.bounded_reads import Sparing
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import NotFound, RequestFailed
from snapshot_dashboard.cloud.partial_reads import begin
from snapshot_dashboard.cloud.session import Connection


@dataclass(frozen=True, slots=True)
class Brief:
    """What is shown of another object: its name, and of a volume whether it boots and its type."""

    name: str
    bootable: bool | None = None
    type_name: str | None = None


def _volume(connection: Connection, volume_id: str) -> Brief:
    found = block_storage.volume(connection, volume_id)
    return Brief(found.label, found.bootable, found.type_name)


def _instance(connection: Connection, instance_id: str) -> Brief:
    found = compute.instance(connection, instance_id)
    return Brief(found.name or found.id)


def _group(connection: Connection, group_id: str) -> Brief:
    return Brief(block_storage.group_name(connection, group_id))


def _group_snapshot(connection: Connection, group_snapshot_id: str) -> Brief:
    return Brief(block_storage.group_snapshot_name(connection, group_snapshot_id))


def _project(connection: Connection, project_id: str) -> Brief:
    return Brief(people.project(connection, project_id).label)


def _user(connection: Connection, user_id: str) -> Brief:
    return Brief(people.user(connection, user_id).label)


def _holder(connection: Connection, volume_id: str) -> Brief:
    """Name the instance that a volume is held for: only Cinder's records know it."""
    records = block_storage.attachment_records(connection, volume_id, all_projects=True) or ()
    for record in records:
        if record.instance_id:
            return _instance(connection, record.instance_id)
    raise NotFound


_READERS: dict[str, Callable[[Connection, str], Brief]] = {
    "volume": _volume,
    "holder": _holder,
    "instance": _instance,
    "group": _group,
    "group_snapshot": _group_snapshot,
    "project": _project,
    "user": _user,
}
KINDS = frozenset(_READERS)
# What may be read depends on who asks, not only on the project and the roles (identity:get_user).
_PERSONAL = frozenset({"user"})


def _key(connection: Connection, kind: str, object_id: str) -> str:
    person = connection.token if kind in _PERSONAL else ""
    whose = (connection.rights, person)
    return caching.key(connection.region, connection.project_id, "brief", *whose, kind, object_id)


def remembered(connection: Connection, kind: str, ids: Iterable[str]) -> Mapping[str, Brief]:
    """Return what is remembered of these ids, without asking any service."""
    keys = {_key(connection, kind, each): each for each in set(ids)}
    return {keys[key]: brief for key, brief in cache.get_many(list(keys)).items()}


def look_up(connection: Connection, kind: str, ids: Iterable[str]) -> Mapping[str, Brief]:
    """Return the names of these ids, asking for those that are not remembered, all at once.

    An id that cannot be read is left out.
    """
    return read(connection, kind, ids)[0]


def read(
    connection: Connection, kind: str, ids: Iterable[str], sparing: Sparing | None = None
) -> tuple[Mapping[str, Brief], frozenset[str]]:
    """Return the names of these ids, and those that do not exist for this person.

    ``sparing`` is for several kinds that are asked for at once.
    The second is not remembered: what cannot be seen now may be seen in a moment.
    """
    wanted = set(ids)
    found = dict(remembered(connection, kind, wanted))
    one = (sparing or Sparing()).each(partial(_READERS[kind], connection))
    asked = begin(connection, one, wanted - set(found), decoration=True)
    fresh: dict[str, Brief] = {}
    gone: set[str] = set()
    for object_id, later in asked.items():
        try:
            fresh[object_id] = later.get()
        except NotFound:
            gone.add(object_id)
        except RequestFailed:
            continue
    cache.set_many(
        {_key(connection, kind, each): brief for each, brief in fresh.items()},
        timeout=settings.get("NAMES_SECONDS"),
    )
    return found | fresh, frozenset(gone)
