# SPDX-License-Identifier: Apache-2.0
"""Decides which volumes of an instance can be reverted in place, to which snapshots, or why not.

Whatever cannot be read counts as what forbids it: a revert overwrites what a volume holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from snapshot_dashboard.rules import instance_snapshot, revert_record, sets
from snapshot_dashboard.rules.attachment import Exposure, Instance, Verdict, is_first_disk
from snapshot_dashboard.rules.instance_snapshot import Origin
from snapshot_dashboard.rules.revert_plan import Reimaging, can_reimage
from snapshot_dashboard.rules.revert_progress import is_going
from snapshot_dashboard.rules.revert_record import Before
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Phase, Volume, phase

_BEFORE = {
    "ACTIVE": Before.RUNNING,
    "SHUTOFF": Before.OFF,
    "SHELVED_OFFLOADED": Before.SHELVED,
}


class InstanceBlocker(Enum):
    """One reason why nothing of an instance can be reverted in place."""

    FOREIGN = "foreign"
    # Cinder has no os-reimage.
    TOO_OLD = "too_old"
    NO_VOLUMES = "no_volumes"
    TOO_MANY = "too_many"
    # Its system disk is no volume: shelving it would make an image of that disk.
    IMAGE = "image"
    # Shelving deletes its ephemeral disks (nova/compute/manager.py, _shelve_offload_instance).
    LOCAL_DISK = "local_disk"
    LOCAL_DISK_UNKNOWN = "local_disk_unknown"
    ROLE = "role"
    LOCKED = "locked"
    BUSY = "busy"
    STATUS = "status"


class VolumeBlocker(Enum):
    """One reason why a volume cannot be reverted in place with its instance."""

    UNREADABLE = "unreadable"
    FOREIGN = "foreign"
    # The operator has not proved that volumes of this type get the snapshot's content.
    NOT_PROVED = "not_proved"
    # It would take an image with the bytes of an encrypted snapshot.
    ENCRYPTED = "encrypted"
    FAILED = "failed"
    BUSY = "busy"
    STATUS = "status"
    # A revert of this volume alone has begun, and has not ended.
    REVERTING = "reverting"
    MULTIATTACH = "multiattach"
    SHARED = "shared"
    NOT_KNOWN = "not_known"
    SNAPSHOTS_UNREADABLE = "snapshots_unreadable"
    NO_SNAPSHOT = "no_snapshot"
    NONE_USABLE = "none_usable"


class SnapshotBlocker(Enum):
    """One reason why a volume cannot go back to one of its snapshots."""

    FOREIGN = "foreign"
    TEMPORARY = "temporary"
    BUSY = "busy"
    FAILED = "failed"
    LARGER = "larger"


@dataclass(frozen=True, slots=True)
class Option:
    """One snapshot of a volume, and why the volume cannot go back to it, if so."""

    snapshot: Snapshot
    blocker: SnapshotBlocker | None


@dataclass(frozen=True, slots=True)
class VolumeOptions:
    """One volume of the instance; without ``exposure`` it could not be read.

    ``system_disk`` tells that it looks like the instance's system disk: a guess; ``reimaging`` is
    what the operator allows for its type.
    """

    id: str
    exposure: Exposure | None
    blocker: VolumeBlocker | None
    options: tuple[Option, ...] = ()
    system_disk: bool = False
    reimaging: Reimaging = Reimaging.NEVER

    @property
    def volume(self) -> Volume | None:
        """Return the volume, None for one that could not be read."""
        return self.exposure.volume if self.exposure else None

    @property
    def label(self) -> str:
        """Return its name, or its id."""
        return self.volume.label if self.volume else self.id

    @property
    def usable(self) -> tuple[Snapshot, ...]:
        """Return the snapshots that it can go back to now, newest first; () where it is blocked."""
        if self.blocker:
            return ()
        return tuple(each.snapshot for each in self.options if each.blocker is None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of an instance, for the project in which a person works.

    ``devices`` are those of its volumes by id, the system disk's first. A volume, or its
    snapshots, that could not be read is left out of ``exposures``, or of ``snapshots``.
    ``ephemeral`` is the size of its local disks in GiB, None where it is not told.
    """

    instance: Instance
    owner: str | None
    project_id: str
    devices: Mapping[str, str]
    exposures: Mapping[str, Exposure]
    snapshots: Mapping[str, tuple[Snapshot, ...]]
    ephemeral: int | None
    supported: bool


@dataclass(frozen=True, slots=True)
class RevertOptions:
    """What can be done with an instance and each of its volumes."""

    instance: Instance
    blockers: tuple[InstanceBlocker, ...]
    volumes: tuple[VolumeOptions, ...]

    @property
    def before(self) -> Before:
        """Return the state to which the instance is to go back."""
        return _BEFORE.get(self.instance.status, Before.NONE)

    @property
    def can_copy(self) -> bool:
        """Tell whether copies can be made first: Cinder refuses to clone a reserved volume."""
        return self.before is not Before.SHELVED

    @property
    def possible(self) -> tuple[VolumeOptions, ...]:
        """Return the volumes that can be reverted, none where the instance forbids it."""
        return () if self.blockers else tuple(each for each in self.volumes if each.usable)


def options(
    read: Reading, ways: Mapping[str, Reimaging], *, may: bool, most: int = sets.MOST
) -> RevertOptions:
    """Return what can be done.

    ``ways`` tell what the operator allows for the type of each volume, ``may`` that the person's
    role allows each step.
    """
    never = Reimaging.NEVER
    volumes = tuple(_volume(read, each, ways.get(each, never)) for each in read.devices)
    return RevertOptions(read.instance, tuple(_instance(read, may=may, most=most)), volumes)


def _instance(read: Reading, *, may: bool, most: int) -> Iterable[InstanceBlocker]:
    final = _final(read, most)
    if final:
        return (final,)
    offloaded = read.instance.status == "SHELVED_OFFLOADED"
    found = (
        (not offloaded and read.ephemeral is None, InstanceBlocker.LOCAL_DISK_UNKNOWN),
        (not offloaded and bool(read.ephemeral), InstanceBlocker.LOCAL_DISK),
        (not may, InstanceBlocker.ROLE),
        (read.instance.locked is True, InstanceBlocker.LOCKED),
    )
    return [*(blocker for applies, blocker in found if applies), *_state(read.instance)]


def _final(read: Reading, most: int) -> InstanceBlocker | None:
    """Return what no waiting and no other person of the project can solve."""
    origin = instance_snapshot.origin(read.instance, read.devices.values())
    cases = (
        (read.owner != read.project_id, InstanceBlocker.FOREIGN),
        (not read.supported, InstanceBlocker.TOO_OLD),
        (not read.devices, InstanceBlocker.NO_VOLUMES),
        (len(read.devices) > most, InstanceBlocker.TOO_MANY),
        (origin is Origin.IMAGE, InstanceBlocker.IMAGE),
    )
    return next((blocker for applies, blocker in cases if applies), None)


def _state(instance: Instance) -> tuple[InstanceBlocker, ...]:
    if instance.task is not None:
        return (InstanceBlocker.BUSY,)
    return () if instance.status in _BEFORE else (InstanceBlocker.STATUS,)


def _volume(read: Reading, volume_id: str, way: Reimaging) -> VolumeOptions:
    exposure = read.exposures.get(volume_id)
    if exposure is None:
        return VolumeOptions(volume_id, None, VolumeBlocker.UNREADABLE)
    found = read.snapshots.get(volume_id)
    listed = tuple(_option(read, exposure.volume, each) for each in found or ())
    blocker = _use(read, exposure)
    if not can_reimage(exposure.volume, way):
        never = way is Reimaging.NEVER
        blocker = VolumeBlocker.NOT_PROVED if never else VolumeBlocker.ENCRYPTED
    if exposure.volume.project_id != read.project_id:
        blocker = VolumeBlocker.FOREIGN
    if blocker is None and found is None:
        blocker = VolumeBlocker.SNAPSHOTS_UNREADABLE
    if blocker is None and all(each.blocker for each in listed):
        blocker = VolumeBlocker.NONE_USABLE if listed else VolumeBlocker.NO_SNAPSHOT
    first = is_first_disk(read.devices[volume_id]) and exposure.volume.bootable
    return VolumeOptions(volume_id, exposure, blocker, listed, first, way)


def _use(read: Reading, exposure: Exposure) -> VolumeBlocker | None:
    """Return what its status, or what uses it, forbids."""
    volume = exposure.volume
    record = revert_record.read(volume.metadata)
    if record and not record.instance_id and is_going(record):
        return VolumeBlocker.REVERTING
    if phase(volume.status) is not Phase.SETTLED:
        moving = phase(volume.status) is Phase.MOVING
        return VolumeBlocker.BUSY if moving else VolumeBlocker.FAILED
    offloaded = read.instance.status == "SHELVED_OFFLOADED"
    if volume.status != ("reserved" if offloaded else "in-use"):
        return VolumeBlocker.STATUS
    if volume.multiattach:
        return VolumeBlocker.MULTIATTACH
    if any(each.instance_id != read.instance.id for each in exposure.holders):
        return VolumeBlocker.SHARED
    unread = (Verdict.ATTACHMENT_UNKNOWN, Verdict.HELD_UNKNOWN)
    unknown = exposure.verdict in unread or not exposure.holders
    return VolumeBlocker.NOT_KNOWN if unknown else None


def _option(read: Reading, volume: Volume, snapshot: Snapshot) -> Option:
    larger = None not in (snapshot.size, volume.size) and (snapshot.size or 0) > (volume.size or 0)
    cases = (
        (snapshot.project_id != read.project_id, SnapshotBlocker.FOREIGN),
        (snapshot.temporary, SnapshotBlocker.TEMPORARY),
        (larger, SnapshotBlocker.LARGER),
        (phase(snapshot.status) is Phase.MOVING, SnapshotBlocker.BUSY),
        (not snapshot.usable, SnapshotBlocker.FAILED),
    )
    return Option(snapshot, next((blocker for applies, blocker in cases if applies), None))
