# SPDX-License-Identifier: Apache-2.0
"""Decides whether a volume can be reverted to a snapshot now, and what blocks it.

Cinder 29 reverts a volume to the newest snapshot that the caller's project can see, of the same
size, while both are ``available`` (api/v3/volumes.py:249-280, volume/api.py:387-412). It does not
look at attachments, only at the volume's status; and it leaves a volume ``reverting`` for ever
where the snapshot turns out not to be available (tried). So everything is looked at here first.
A newer snapshot of another project cannot be seen, and does not count for Cinder either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import takewhile

from snapshot_dashboard.rules import revert_record
from snapshot_dashboard.rules.attachment import Disk, Exposure, Holder, Verdict
from snapshot_dashboard.rules.consistency import PREFIX
from snapshot_dashboard.rules.revert_plan import Reimaging, can_reimage
from snapshot_dashboard.rules.snapshot import Snapshot, left_by_revert
from snapshot_dashboard.rules.volume import Phase, Volume, phase

# On a copy that was made before a revert: of which volume, and to which snapshot it was to go.
COPY_OF = f"{PREFIX}copy_of"
COPY_BEFORE = f"{PREFIX}copy_before"

_FORMAT = "2"


class RevertBlocker(Enum):
    """One reason why a volume cannot be reverted."""

    # Nothing can be done about these.
    FOREIGN = "foreign"
    TOO_OLD = "too_old"
    TEMPORARY = "temporary"
    SIZE = "size"
    SNAPSHOT_FAILED = "snapshot_failed"
    # A revert in place of this volume was begun, and has not ended.
    UNFINISHED = "unfinished"
    # What a revert before this one has left: the first while the volume is in an error state.
    REVERT_FAILED = "revert_failed"
    TEMPORARY_NEWER = "temporary_newer"
    NOT_NEWEST = "not_newest"
    # The volume's own status.
    VOLUME_BUSY = "volume_busy"
    VOLUME_FAILED = "volume_failed"
    VOLUME_STATUS = "volume_status"
    # What uses the volume.
    SYSTEM_DISK = "system_disk"
    PERHAPS_SYSTEM_DISK = "perhaps_system_disk"
    ATTACHED = "attached"
    NOT_VISIBLE = "not_visible"
    NOT_KNOWN = "not_known"
    # It ends by itself.
    SNAPSHOT_BUSY = "snapshot_busy"


class Way(Enum):
    """How a volume goes back: Cinder's own revert, or re-imaged from the snapshot."""

    REVERT = "revert"
    REIMAGE = "reimage"


@dataclass(frozen=True, slots=True)
class Preconditions:
    """What decides a revert: the volume with its users, the snapshot, and those that are newer.

    ``listed`` are the volume's newest snapshots, newest first; ``project_id`` is where the person
    works, and ``supported`` tells that this cloud can revert at all. ``reimaging``: whether and how
    the operator lets a volume of this type be re-imaged from any of its snapshots.
    """

    snapshot: Snapshot
    exposure: Exposure
    listed: tuple[Snapshot, ...]
    project_id: str
    supported: bool = True
    reimaging: Reimaging = Reimaging.NEVER

    @property
    def reimage(self) -> bool:
        """Tell whether the volume can be re-imaged from any of its snapshots."""
        return can_reimage(self.volume, self.reimaging)

    @property
    def newest(self) -> Snapshot | None:
        """Return the newest snapshot, None where none is listed."""
        return next(iter(self.listed), None)

    @property
    def newer(self) -> tuple[Snapshot, ...]:
        """Return those that are newer than this one, as far as they are listed."""
        return tuple(takewhile(lambda each: each.id != self.snapshot.id, self.listed))

    @property
    def volume(self) -> Volume:
        """Return the volume."""
        return self.exposure.volume


def way(now: Preconditions) -> Way:
    """Return how the volume goes back: by Cinder's own revert wherever that leads there.

    Some storage does it at once, and it leaves nothing to put back.
    """
    direct = now.supported and not _was_extended(now) and not now.newer
    return Way.REVERT if direct or not now.reimage else Way.REIMAGE


def blockers(now: Preconditions) -> tuple[RevertBlocker, ...]:
    """Return the blockers in the order in which to remove them, () when there are none."""
    final = _final(now)
    if final is not None:
        return (final,)
    volume = now.volume
    if phase(volume.status) is Phase.MOVING:
        # A revert that goes on brings a newer, temporary snapshot: nothing else is worth saying.
        return (RevertBlocker.VOLUME_BUSY,)
    if _is_unfinished(volume):
        return (RevertBlocker.UNFINISHED,)
    if volume.status.startswith("error"):
        failed = has_failed(now.newest, volume)
        return (RevertBlocker.REVERT_FAILED if failed else RevertBlocker.VOLUME_FAILED,)
    found = (_newer(now), _use(now.exposure), _snapshot_state(now.snapshot))
    return tuple(each for each in found if each is not None)


def _is_unfinished(volume: Volume) -> bool:
    """Tell whether a revert in place of this volume alone has begun, and not ended."""
    record = revert_record.read(volume.metadata)
    return record is not None and not record.instance_id and not record.over


def _final(now: Preconditions) -> RevertBlocker | None:
    """Return what can never be solved for this snapshot."""
    owners = {now.snapshot.project_id, now.volume.project_id}
    busy = phase(now.snapshot.status) is Phase.MOVING
    cases = (
        (owners != {now.project_id}, RevertBlocker.FOREIGN),
        (not (now.supported or now.reimage), RevertBlocker.TOO_OLD),
        (now.snapshot.temporary, RevertBlocker.TEMPORARY),
        (_does_not_fit(now), RevertBlocker.SIZE),
        (not now.snapshot.usable and not busy, RevertBlocker.SNAPSHOT_FAILED),
    )
    return next((blocker for applies, blocker in cases if applies), None)


def _was_extended(now: Preconditions) -> bool:
    """Tell whether the sizes differ; where one is not told, Cinder judges."""
    sizes = {now.snapshot.size, now.volume.size}
    return len(sizes - {None}) > 1


def _does_not_fit(now: Preconditions) -> bool:
    """Tell whether the sizes keep it from going back; an extended volume can be re-imaged."""
    larger = (now.volume.size or 0) >= (now.snapshot.size or 0)
    return _was_extended(now) and not (now.reimage and larger)


def _newer(now: Preconditions) -> RevertBlocker | None:
    if now.newest is None or not now.newer or now.reimage:
        return None
    temporary = is_left_over(now.newest, now.volume)
    return RevertBlocker.TEMPORARY_NEWER if temporary else RevertBlocker.NOT_NEWEST


def is_left_over(newest: Snapshot | None, volume: Volume) -> bool:
    """Tell whether the newest snapshot is the one that Cinder makes before it reverts a volume.

    It has this name, and is deleted only after a success (volume/manager.py,
    ``_create_backup_snapshot``). It stays ``available`` while it is being deleted, so beside a
    volume that is available it proves nothing; beside one that is being reverted it is in order.
    """
    if newest is None or not newest.temporary:
        return False
    return newest.name == left_by_revert(volume.id)


def has_failed(newest: Snapshot | None, volume: Volume) -> bool:
    """Tell whether it looks like a revert has failed, and what the volume held was kept.

    Where Cinder could not make that snapshot, the volume is in an error state too (tried), and
    nothing has been reverted.
    """
    kept = newest is not None and newest.usable and is_left_over(newest, volume)
    return kept and volume.status.startswith("error")


def _use(exposure: Exposure) -> RevertBlocker | None:
    """Return what uses the volume; whatever cannot be read counts as used.

    Cinder would revert a volume whose status was reset to available under a running instance.
    """
    if exposure.verdict is Verdict.DETACHED:
        return None
    if exposure.volume.status not in ("available", "in-use", "reserved"):
        return RevertBlocker.VOLUME_STATUS
    if not exposure.holders:
        unread = exposure.verdict in (Verdict.ATTACHMENT_UNKNOWN, Verdict.HELD_UNKNOWN)
        free = exposure.volume.status == "available"
        return RevertBlocker.NOT_KNOWN if unread and free else RevertBlocker.NOT_VISIBLE
    return _use_by(exposure.holders)


def _use_by(holders: Sequence[Holder]) -> RevertBlocker:
    """Return what it means that these have the volume; the system disk is the worst."""
    disks = {each.disk for each in holders}
    if Disk.SYSTEM in disks:
        return RevertBlocker.SYSTEM_DISK
    unseen = {Verdict.NOT_VISIBLE, Verdict.ATTACHMENT_UNKNOWN, Verdict.HOST}
    if any(each.verdict in unseen for each in holders):
        return RevertBlocker.NOT_VISIBLE
    return RevertBlocker.PERHAPS_SYSTEM_DISK if Disk.UNKNOWN in disks else RevertBlocker.ATTACHED


def _snapshot_state(snapshot: Snapshot) -> RevertBlocker | None:
    return None if snapshot.usable else RevertBlocker.SNAPSHOT_BUSY


class CopyState(Enum):
    """The state of a copy of the volume made before a revert."""

    COPYING = "copying"
    READY = "ready"
    FAILED = "failed"
    # The volume may have been written to since.
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class Copy:
    """The newest volume that was made as a copy of another one."""

    volume: Volume
    state: CopyState


def copy_among(volumes: Iterable[Volume], volume: Volume, snapshot_id: str) -> Copy | None:
    """Return the newest copy of a volume that was made before a revert to this snapshot.

    Found by the metadata that our dialog wrote; one that is being deleted counts no more. Cinder
    changes ``updated_at`` of a volume when it is attached, detached or reverted, and not when it
    is copied (tried): a copy that is younger holds what the volume holds.
    """
    mine = [
        each
        for each in volumes
        if each.metadata.get(COPY_OF) == volume.id
        and each.metadata.get(COPY_BEFORE) == snapshot_id
        and each.project_id == volume.project_id
        and each.status != "deleting"
    ]
    newest = max(mine, key=_age_key, default=None)
    return Copy(newest, _copy_state(newest, volume)) if newest else None


def _age_key(volume: Volume) -> tuple[bool, str]:
    made = volume.created_at
    return made is not None, made.isoformat() if made else ""


def _copy_state(copy: Volume, volume: Volume) -> CopyState:
    changed = volume.updated_at
    if changed and (copy.created_at is None or copy.created_at < changed):
        return CopyState.OUTDATED
    if copy.status in ("creating", "downloading"):
        return CopyState.COPYING
    return CopyState.FAILED if copy.status.startswith("error") else CopyState.READY


def fingerprint(now: Preconditions, copy: Copy | None) -> str:
    """Return what was seen, for a form to carry: whatever is different later is told first.

    Not signed: it only ever makes the dialog come back. Cinder's times are precise enough to
    tell a volume that was attached, written to and detached again.
    """
    volume, snapshot = now.volume, now.snapshot
    changed = volume.updated_at.isoformat() if volume.updated_at else ""
    parts = (
        _FORMAT,
        snapshot.id,
        snapshot.status,
        ",".join(each.id for each in now.newer),
        way(now).value,
        volume.status,
        str(volume.size),
        changed,
        f"{copy.volume.id}={copy.state.value}" if copy else "",
        ",".join(each.value for each in blockers(now)),
    )
    return "|".join(parts)
