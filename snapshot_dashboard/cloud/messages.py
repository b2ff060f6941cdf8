# SPDX-License-Identifier: Apache-2.0
"""Reads Cinder's user messages: why an accepted request failed later.

Cinder shows everybody the messages of all projects (``_messages_get_query`` in cinder/db/api.py
asks for no project, for members as for administrators), and a message does not tell whose it
is. So a message is shown only beside an object that the person could read. They are kept for 30
days, unless the operator says otherwise (``message_ttl``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from snapshot_dashboard.cloud import caching
from snapshot_dashboard.cloud.answers import Record, moment, text
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import checked
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.snapshot import Snapshot

# Messages exist from 3.3 on; before 3.5 they can be neither filtered nor limited, and reading
# all of a cloud's is not worth it (cinder/api/microversions.py, MESSAGES_PAGINATION).
_FILTERED = (3, 5)
# Seconds: what was told of a failure does not change any more; what was not told yet may be.
_REMEMBERED, _NOT_YET = 86400, 60


def about(connection: Connection, object_id: str, limit: int = 5) -> tuple[Message, ...]:
    """Read the messages about one volume or snapshot, newest first, at most ``limit``.

    Only for an object that this person could read. Empty where the cloud is too old.

    :raises CloudError: they cannot be read, which is not the same as "there are none".
    """
    found = _messages(connection, limit, {"resource_uuid": checked(object_id)})
    return tuple(each for each in found if each.object_id == object_id)


def of_request(connection: Connection, request_id: str, limit: int) -> tuple[Message, ...]:
    """Read the messages that a request to Cinder has led to: of objects to be read themselves.

    :raises CloudError: they cannot be read.
    """
    found = _messages(connection, limit, {"request_id": checked(request_id)})
    return tuple(each for each in found if each.request_id == request_id)


def newest(
    connection: Connection, kind: str = "VOLUME_SNAPSHOT", limit: int = 1000
) -> Mapping[str, Message]:
    """Read the newest message about each object of a kind, by the object's id, in one call.

    The newest ``limit`` messages of the whole cloud are looked at: an object that is missing may
    have an older one. To be looked up by ids that this person could read, never to be listed.

    :raises CloudError: they cannot be read.
    """
    found: dict[str, Message] = {}
    for each in _messages(connection, limit, {"resource_type": kind}):
        found.setdefault(each.object_id, each)
    return found


def of_each(connection: Connection, ids: Collection[str]) -> Mapping[str, Message]:
    """Read the newest message about each of these objects, by its id, in one call.

    Of several, those are left out whose message is not among the newest of the cloud.

    :raises CloudError: they cannot be read.
    """
    if len(ids) > 1:
        return newest(connection)
    found = [message for each in ids for message in about(connection, each, 1)]
    return {each.object_id: each for each in found}


def remembered(
    connection: Connection, failed: Collection[Snapshot], ask: Collection[str]
) -> Mapping[str, Message]:
    """Return what is remembered of the messages about snapshots that have failed.

    What is remembered belongs to one failure: a later one has a message of its own. For those
    whose ids are in ``ask`` and of which nothing is remembered they are read, as by
    :func:`of_each`.

    :raises CloudError: they cannot be read.
    """
    keys = {_key(connection, each): each.id for each in failed}
    # None stands for one that was asked for, and was not there yet.
    known: dict[str, Message | None] = {
        keys[key]: each for key, each in cache.get_many(list(keys)).items()
    }
    missing = [each for each in ask if each not in known]
    if missing:
        read = of_each(connection, missing)
        for key, each in keys.items():
            if each in missing:
                known[each] = read.get(each)
                cache.set(key, known[each], timeout=_REMEMBERED if each in read else _NOT_YET)
    return {each: found for each, found in known.items() if found is not None}


def _key(connection: Connection, failed: Snapshot) -> str:
    failure = (failed.id, failed.status, str(failed.updated_at))
    return caching.key(connection.region, connection.project_id, "message", *failure)


def _messages(
    connection: Connection, limit: int, filters: Mapping[str, str]
) -> tuple[Message, ...]:
    if connection.cinder_version() < _FILTERED:
        return ()
    query = {**filters, "limit": limit, "sort": "created_at:desc"}
    found = connection.cinder("GET", "/messages", query=query).records("messages")
    return tuple(_message(each) for each in found)


def _message(raw: Record) -> Message:
    return Message(
        id=text(raw, "id"),
        # Not told when a request failed before there was an object.
        object_id=text(raw, "resource_uuid"),
        event=text(raw, "event_id"),
        text=text(raw, "user_message"),
        created_at=moment(raw.get("created_at")),
        request_id=text(raw, "request_id"),
        level=text(raw, "message_level"),
        kept_until=moment(raw.get("guaranteed_until")),
    )
