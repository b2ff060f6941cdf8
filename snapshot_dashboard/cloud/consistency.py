# SPDX-License-Identifier: Apache-2.0
"""Lowers a snapshot's consistency note when the volume was in a worse state at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

from snapshot_dashboard.cloud import attachment, block_storage, caching
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.snapshot import Snapshot

# Later than this after a snapshot was finished, what is attached says nothing of it any more.
_SOON = timedelta(seconds=60)
# Volumes that are looked at for one answer about many snapshots, each with two calls.
_AT_ONCE = 20
# Seconds that it is remembered for that somebody saw a snapshot being made.
_REMEMBERED = 6 * 3600

About = Callable[[Snapshot, consistency.ConsistencyNote], AbstractContextManager[object]]


def watch(connection: Connection, snapshots: Iterable[Snapshot]) -> None:
    """Remember which of these snapshots are being made, for :func:`settled`.

    A snapshot becomes available again after a backup of it, too, or after a deletion that the
    storage refused: that is no reason to doubt what was seen when it was made.
    """
    making = [each for each in snapshots if each.status == "creating"]
    noted = [each for each in making if consistency.TAKEN in each.metadata]
    if noted:
        keys = {_key(connection, each): True for each in noted}
        cache.set_many(keys, timeout=_REMEMBERED)


def _key(connection: Connection, snapshot: Snapshot) -> str:
    return caching.key(connection.region, connection.project_id, "making", snapshot.id)


def settled(connection: Connection, snapshot: Snapshot, about: About) -> Snapshot:
    """Return the snapshot, its note lowered where it has to be.

    For a snapshot that was still being made when somebody looked last: a volume that was
    attached, or an instance that was started meanwhile, is found now. Best effort: it needs
    somebody to be looking, and what cannot be read or written leaves the note as it was.
    ``about`` surrounds the writing.
    """
    if not _just_made(connection, snapshot):
        return snapshot
    try:
        situation = attachment.read(connection, snapshot.volume_id)
    except CloudError:
        _look_again(connection, snapshot)
        return snapshot
    return _lowered(connection, snapshot, situation, about)


def settled_all(
    connection: Connection, snapshots: Iterable[Snapshot], about: About
) -> Mapping[str, Snapshot]:
    """Return snapshots by id, as :func:`settled` does for each, looking once at each volume.

    Of many that are finished at the same moment some are left out: they are for the next look,
    which has to come soon.
    """
    found = {each.id: each for each in snapshots}
    finished = [each for each in found.values() if each.usable]
    watched = cache.get_many([_key(connection, each) for each in finished]) if finished else {}
    due = [each for each in finished if _key(connection, each) in watched]
    now = set(list(dict.fromkeys(each.volume_id for each in due))[:_AT_ONCE])
    claimed = []
    for each in due:
        if each.volume_id not in now:
            del found[each.id]
        elif _just_made(connection, each):
            claimed.append(each)
    return found | _settled_now(connection, claimed, about)


def _settled_now(
    connection: Connection, claimed: Sequence[Snapshot], about: About
) -> dict[str, Snapshot]:
    situations = attachment.read_all(connection, [each.volume_id for each in claimed])
    found = {}
    for each in claimed:
        situation = situations[each.volume_id]
        if isinstance(situation, CloudError):
            _look_again(connection, each)
        else:
            found[each.id] = _lowered(connection, each, situation, about)
    return found


def _lowered(
    connection: Connection, snapshot: Snapshot, situation: attachment.Situation, about: About
) -> Snapshot:
    """Return the snapshot with its note brought down, where that is needed and can be written."""
    lower = consistency.lowered(consistency.read(snapshot.metadata), situation.exposure)
    if situation.trouble:
        _look_again(connection, snapshot)
        return snapshot
    if lower is None:
        return snapshot
    metadata = {consistency.INSTANCES: "", **consistency.write(lower)}
    try:
        with about(snapshot, lower):
            block_storage.note(connection, snapshot.id, metadata)
    except CloudError:
        # Perhaps somebody with more rights, or with more luck, looks within the minute.
        _look_again(connection, snapshot)
        return snapshot
    return replace(snapshot, metadata={**snapshot.metadata, **metadata})


def _look_again(connection: Connection, snapshot: Snapshot) -> None:
    cache.set(_key(connection, snapshot), True, _SOON.total_seconds())


def _just_made(connection: Connection, snapshot: Snapshot) -> bool:
    """Tell, once, whether this one was being made when somebody looked last and is finished now."""
    if not snapshot.usable or snapshot.updated_at is None:
        return False
    # Only one of those who look at the same moment finds it there to delete.
    watched = bool(cache.delete(_key(connection, snapshot)))
    return watched and connection.now() - snapshot.updated_at < _SOON
