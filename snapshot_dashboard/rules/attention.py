# SPDX-License-Identifier: Apache-2.0
"""Which snapshots need somebody's attention, and what a careful person does next.

For support staff. It never says "stuck": copying 5 TiB takes hours. What Cinder does with work
that was left over when a storage service stopped decides whether waiting for it can help
(Cinder 29):

- ``creating``: when the service starts, and its driver with it, it turns to ``error``
  (manager.py, CleanableManager.do_cleanup; volume/manager.py:718-722). Only work that the service
  had begun: a request that still lay in the queue is done then, as if nothing had happened.
- ``deleting`` and every other status stay as they are. Of a snapshot ``creating`` alone is
  cleaned up (objects/snapshot.py:276-280), and delete_snapshot leaves no record of its work
  (volume/manager.py:1312-1314; create_snapshot has one, 1239). Volumes are better off: the
  unfinished deletion of a *volume* is taken up again (703-716).
- ``backing-up`` is the backup service's: when that starts, it makes the snapshot of an unfinished
  backup ``available`` again (backup/manager.py:242-254).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from snapshot_dashboard.rules.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class StorageService:
    """A cinder-volume service, named as volumes name it ("host@backend", no pool).

    ``reported_at`` is its last sign of life. A process that runs but cannot start its driver
    gives none and counts as down (cinder/service.py:459-465). ``enabled`` tells whether new
    volumes are put there; one that is disabled still works on what it has.
    """

    host: str
    up: bool
    reported_at: datetime | None
    enabled: bool = True


def service_for(
    volume_host: str | None, services: Mapping[str, StorageService]
) -> StorageService | None:
    """Return the service of a volume's host ("host@backend#pool"), None where it is not known."""
    return services.get((volume_host or "").partition("#")[0])


class Step(Enum):
    """What to do next about a snapshot."""

    BRING_UP = "bring_up"
    WAIT = "wait"
    CHECK = "check"
    RECREATE = "recreate"
    FIND_OUT = "find_out"
    CHECK_DELETION = "check_deletion"
    ASK_OWNER = "ask_owner"
    # The snapshot itself is complete: nothing may ever advise to delete it.
    CHECK_BACKUP = "check_backup"
    CHECK_OTHER = "check_other"


_AFTER_FAILURE = {
    "error": Step.RECREATE,
    "error_deleting": Step.FIND_OUT,
    "error_restoring": Step.ASK_OWNER,
}
_WHEN_OLD = {
    "creating": Step.CHECK,
    "deleting": Step.CHECK_DELETION,
    "restoring": Step.ASK_OWNER,
    "backing-up": Step.CHECK_BACKUP,
    "updating": Step.CHECK_OTHER,
    "unmanaging": Step.CHECK_OTHER,
}
# Statuses that need attention at once, and those that do when they last.
FAILED = tuple(_AFTER_FAILURE)
LASTING = tuple(_WHEN_OLD)


@dataclass(frozen=True, slots=True)
class Concern:
    """A snapshot that needs attention, for how long (seconds) it is so, and what to do.

    ``service`` is None when it could not be read: nobody may then say that it is up, although
    ``step`` is the same as if it were. ``since`` and ``seconds`` are None where not known.
    """

    snapshot: Snapshot
    service: StorageService | None
    since: datetime | None
    seconds: int | None
    step: Step


def since(snapshot: Snapshot) -> datetime | None:
    """Return since when a snapshot has had its status, as far as that can be told.

    Cinder keeps the last change of the record only (oslo.db's ``updated_at``), so that a new
    name makes a status look younger. A record never changed is as old as its creation.
    """
    if snapshot.updated_at is None and snapshot.status == "creating":
        return snapshot.created_at
    return snapshot.updated_at


def usual_seconds(size_gib: int, base: float, per_gib: float) -> float:
    """Return for how many seconds work on so many GiB is nothing out of the ordinary."""
    return base + size_gib * per_gib


def assess(
    snapshot: Snapshot,
    service: StorageService | None,
    now: datetime,
    *,
    base: float,
    per_gib: float,
) -> Concern | None:
    """Return why a snapshot needs attention, None when it does not.

    An in-between status is left alone for ``base`` seconds, and called usual for ``per_gib``
    seconds more per GiB. One of unknown age counts as old: "wait" would be a promise.
    """
    begun = since(snapshot)
    # Clocks differ: nothing is younger than new.
    seconds = None if begun is None else max(int((now - begun).total_seconds()), 0)
    step = _AFTER_FAILURE.get(snapshot.status)
    if snapshot.status in _WHEN_OLD:
        if seconds is not None and seconds < base:
            return None
        limit = usual_seconds(snapshot.size, base, per_gib)
        step = _step_of_lasting(snapshot.status, service, seconds, limit)
    return Concern(snapshot, service, begun, seconds, step) if step else None


def _step_of_lasting(
    status: str, service: StorageService | None, seconds: int | None, limit: float
) -> Step:
    if service is not None and not service.up:
        return Step.BRING_UP
    if seconds is not None and seconds < limit:
        return Step.WAIT
    return _WHEN_OLD[status]
