# SPDX-License-Identifier: Apache-2.0
"""Decides what the owner of a snapshot is told besides its status.

A deletion that the storage refuses because something depends on the snapshot ends in the status
``available``, as if nobody had asked; only a message of Cinder's knows (volume/manager.py:1341).
The record is written before the message.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum

from snapshot_dashboard.rules.attention import since, usual_seconds
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.snapshot import Snapshot


class StatusNote(Enum):
    """The kinds of status notes."""

    LASTING = "lasting"
    NOT_CREATED = "not_created"
    # The status says that it failed; whether it was the creation is not known.
    FAILED = "failed"
    NOT_DELETED = "not_deleted"
    CAME_BACK = "came_back"


# Statuses whose end somebody waits for, and those that a message explains.
WAITED_FOR = frozenset({"creating", "deleting"})
_FAILED = frozenset({"error", "error_deleting"})
# Cinder's codes of what was asked for (cinder/message/message_field.py, Action).
_CREATE, _DELETE = "009", "010"
# For so long a deletion that did not happen is told.
TOLD_FOR = timedelta(hours=24)
# For so long a snapshot that was not made is news: Cinder is asked for the reason.
_NEWS_FOR = timedelta(hours=1)
# Databases that keep no fractions of a second write the record as late as the message.
_SAME_MOMENT = timedelta(seconds=2)


def lasting(snapshot: Snapshot, now: datetime, *, base: float, per_gib: float) -> int | None:
    """Return for how many seconds a snapshot has been waited for, None while that is usual."""
    begun = since(snapshot)
    if snapshot.status not in WAITED_FOR or begun is None:
        return None
    seconds = int((now - begun).total_seconds())
    return seconds if seconds >= usual_seconds(snapshot.size, base, per_gib) else None


def needs_reason(snapshot: Snapshot, now: datetime, asked: Collection[str] = ()) -> bool:
    """Tell whether a message may explain the status.

    ``asked`` are the ids of the snapshots that somebody wanted deleted a while ago, as far as
    that is remembered: an available one of them has come back. Nothing in its record tells so:
    each new name or note changes it too.
    """
    if snapshot.status in _FAILED:
        return True
    if snapshot.status != "available" or snapshot.id not in asked:
        return False
    return snapshot.updated_at is None or now - snapshot.updated_at <= TOLD_FOR


def has_just_failed(snapshot: Snapshot, now: datetime) -> bool:
    """Tell whether a snapshot has failed a short while ago."""
    changed = snapshot.updated_at or snapshot.created_at
    return snapshot.status in _FAILED and bool(changed and now - changed < _NEWS_FOR)


def explained(snapshot: Snapshot, message: Message | None, now: datetime) -> StatusNote | None:
    """Return what the newest message says of a snapshot's status, None for nothing."""
    action = _action(message)
    if snapshot.status == "error_deleting":
        return StatusNote.NOT_DELETED
    if snapshot.status == "error":
        return StatusNote.NOT_CREATED if action == _CREATE else StatusNote.FAILED
    if snapshot.status != "available" or message is None or action != _DELETE:
        return None
    came_back = _still_counts(message.created_at, snapshot.updated_at, now)
    return StatusNote.CAME_BACK if came_back else None


def _still_counts(created: datetime | None, changed: datetime | None, now: datetime) -> bool:
    """Tell whether a message of this moment still speaks of a record that was changed at that."""
    if created is None or now - created > TOLD_FOR:
        return False
    return changed is None or created + _SAME_MOMENT >= changed


def _action(message: Message | None) -> str:
    codes = message.event.rsplit("_", 2) if message else []
    return codes[-2] if len(codes) == 3 else ""
