# SPDX-License-Identifier: Apache-2.0
"""Decides which snapshots and volumes need attention, and recommends the next step.

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
from snapshot_dashboard.rules.volume import Volume


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


class NextStep(Enum):
    """The recommended step for a snapshot or volume."""

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
    # A volume may hold the only copy of somebody's data, whatever its status says: none of these
    # advises to delete one.
    REVERT_FAILED = "revert_failed"
    REVERT_UNFINISHED = "revert_unfinished"
    BRING_UP_VOLUME = "bring_up_volume"
    VOLUME_FAILED = "volume_failed"
    EXTENSION_FAILED = "extension_failed"
    RESTORE_FAILED = "restore_failed"
    BACKUP_UNFINISHED = "backup_unfinished"
    MANAGE_FAILED = "manage_failed"
    CHECK_ATTACHMENTS = "check_attachments"
    CHECK_VOLUME_DELETION = "check_volume_deletion"
    CHECK_VOLUME = "check_volume"


_AFTER_FAILURE = {
    "error": NextStep.RECREATE,
    "error_deleting": NextStep.FIND_OUT,
    "error_restoring": NextStep.ASK_OWNER,
}
_WHEN_OLD = {
    "creating": NextStep.CHECK,
    "deleting": NextStep.CHECK_DELETION,
    "restoring": NextStep.ASK_OWNER,
    "backing-up": NextStep.CHECK_BACKUP,
    "updating": NextStep.CHECK_OTHER,
    "unmanaging": NextStep.CHECK_OTHER,
}
# Statuses that need attention at once, and those that do when they last.
FAILED = tuple(_AFTER_FAILURE)
LASTING = tuple(_WHEN_OLD)

_VOLUME_AFTER_FAILURE = {
    "error": NextStep.VOLUME_FAILED,
    "error_deleting": NextStep.FIND_OUT,
    "error_extending": NextStep.EXTENSION_FAILED,
    "error_restoring": NextStep.RESTORE_FAILED,
    "error_backing-up": NextStep.BACKUP_UNFINISHED,
    "error_managing": NextStep.MANAGE_FAILED,
    "error_managing_deleting": NextStep.MANAGE_FAILED,
    "error_unmanaging": NextStep.CHECK_VOLUME,
    "error_attaching": NextStep.CHECK_ATTACHMENTS,
    "error_detaching": NextStep.CHECK_ATTACHMENTS,
}
_VOLUME_WHEN_OLD = {
    "creating": NextStep.CHECK,
    "downloading": NextStep.CHECK,
    "deleting": NextStep.CHECK_VOLUME_DELETION,
    "reverting": NextStep.REVERT_UNFINISHED,
    "restoring-backup": NextStep.RESTORE_FAILED,
    "backing-up": NextStep.BACKUP_UNFINISHED,
    "attaching": NextStep.CHECK_ATTACHMENTS,
    "detaching": NextStep.CHECK_ATTACHMENTS,
    "extending": NextStep.CHECK_VOLUME,
    "retyping": NextStep.CHECK_VOLUME,
    "uploading": NextStep.CHECK_VOLUME,
    "managing": NextStep.CHECK_VOLUME,
    "unmanaging": NextStep.CHECK_VOLUME,
}
VOLUMES_FAILED = tuple(_VOLUME_AFTER_FAILURE)
VOLUMES_LASTING = tuple(_VOLUME_WHEN_OLD)


@dataclass(frozen=True, slots=True)
class Concern:
    """A snapshot that needs attention: for how many seconds, and the recommended step.

    ``service`` is None when it could not be read: nobody may then say that it is up, although
    ``step`` is the same as if it were. ``since`` and ``seconds`` are None where not known.
    """

    snapshot: Snapshot
    service: StorageService | None
    since: datetime | None
    seconds: int | None
    step: NextStep

    @property
    def subject(self) -> Snapshot | Volume:
        """Return what needs attention."""
        return self.snapshot

    @property
    def lasting(self) -> bool:
        """Tell whether the status should have ended by itself."""
        return self.snapshot.status in _WHEN_OLD and self.step is not NextStep.REVERT_FAILED


@dataclass(frozen=True, slots=True)
class VolumeConcern:
    """A volume that needs attention; fields as in :class:`Concern`.

    ``kept`` is the temporary snapshot of what the volume held before a revert.
    """

    volume: Volume
    service: StorageService | None
    since: datetime | None
    seconds: int | None
    step: NextStep
    kept: Snapshot | None = None

    @property
    def subject(self) -> Snapshot | Volume:
        """Return what needs attention."""
        return self.volume

    @property
    def lasting(self) -> bool:
        """Tell whether the status should have ended by itself."""
        return self.volume.status in _VOLUME_WHEN_OLD


AnyConcern = Concern | VolumeConcern


def since(subject: Snapshot | Volume) -> datetime | None:
    """Return since when a snapshot or a volume has had its status, as far as that can be told.

    Cinder keeps the last change of the record only (oslo.db's ``updated_at``), so that a new
    name makes a status look younger. A record never changed is as old as its creation.
    """
    if subject.updated_at is None and subject.status == "creating":
        return subject.created_at
    return subject.updated_at


def usual_seconds(size_gib: int | None, base: float, per_gib: float) -> float:
    """Return for how many seconds work on so many GiB is nothing out of the ordinary."""
    return base + (size_gib or 0) * per_gib


def assess(
    snapshot: Snapshot,
    service: StorageService | None,
    now: datetime,
    *,
    base: float,
    per_gib: float,
    volume_status: str = "",
) -> Concern | None:
    """Return why a snapshot needs attention, None when it does not.

    An in-between status is left alone for ``base`` seconds, and called usual for ``per_gib``
    seconds more per GiB. One of unknown age counts as old: "wait" would be a promise. Nothing
    works any more on a revert whose volume has failed (``volume_status``), however young it is.
    """
    begun, seconds = _age(snapshot, now)
    step = _AFTER_FAILURE.get(snapshot.status)
    if snapshot.status == "restoring" and volume_status.startswith("error"):
        step = NextStep.REVERT_FAILED
    elif snapshot.status in _WHEN_OLD:
        if seconds is not None and seconds < base:
            return None
        limit = usual_seconds(snapshot.size, base, per_gib)
        step = _waited(service, seconds, limit, NextStep.BRING_UP) or _WHEN_OLD[snapshot.status]
    return Concern(snapshot, service, begun, seconds, step) if step else None


def assess_volume(
    volume: Volume,
    service: StorageService | None,
    now: datetime,
    *,
    base: float,
    per_gib: float,
    restoring: bool = False,
    kept: Snapshot | None = None,
) -> VolumeConcern | None:
    """Return why a volume needs attention, None when it does not; see :func:`assess`.

    ``restoring`` tells that one of its snapshots has this status, and ``kept`` is the temporary
    snapshot that a revert has left (see rules/revert.py): both tell what a volume failed in.
    """
    begun, seconds = _age(volume, now)
    step = _VOLUME_AFTER_FAILURE.get(volume.status)
    if step and (restoring or kept):
        step = NextStep.REVERT_FAILED
    elif volume.status in _VOLUME_WHEN_OLD:
        if seconds is not None and seconds < base:
            return None
        limit = usual_seconds(volume.size, base, per_gib)
        waited = _waited(service, seconds, limit, NextStep.BRING_UP_VOLUME)
        step = waited or _VOLUME_WHEN_OLD[volume.status]
    if step is None:
        return None
    return VolumeConcern(volume, service, begun, seconds, step, kept)


def _age(subject: Snapshot | Volume, now: datetime) -> tuple[datetime | None, int | None]:
    begun = since(subject)
    # Clocks differ: nothing is younger than new.
    return begun, None if begun is None else max(int((now - begun).total_seconds()), 0)


def _waited(
    service: StorageService | None, seconds: int | None, limit: float, bring_up: NextStep
) -> NextStep | None:
    """Return what comes before looking at the storage, None where nothing does."""
    if service is not None and not service.up:
        return bring_up
    return NextStep.WAIT if seconds is not None and seconds < limit else None
