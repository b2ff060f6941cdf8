# SPDX-License-Identifier: Apache-2.0
"""Decides which volumes of an instance can be reverted in place, to which snapshots, or why not.

Whatever cannot be read counts as what forbids it: a revert overwrites what a volume holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from snapshot_dashboard.rules import consistency, instance_snapshot, revert_record, sets
from snapshot_dashboard.rules.attachment import Exposure, Instance, Verdict, is_first_disk
from snapshot_dashboard.rules.instance_snapshot import Origin
from snapshot_dashboard.rules.revert_plan import Plan, Target
from snapshot_dashboard.rules.revert_progress import is_going
from snapshot_dashboard.rules.revert_record import Before, Record
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Phase, Volume, phase

_FORMAT = "1"
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


class Chosen(Enum):
    """Where the choice of snapshots comes from."""

    # A person has made it, or the address that led here.
    ASKED = "asked"
    # The newest that were taken together of all volumes.
    SET = "set"
    # The newest of each volume, taken at different times.
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Option:
    """One snapshot of a volume, and why the volume cannot go back to it, if so."""

    snapshot: Snapshot
    blocker: SnapshotBlocker | None


@dataclass(frozen=True, slots=True)
class VolumeOptions:
    """One volume of the instance; without ``exposure`` it could not be read.

    ``system_disk`` tells that it looks like the instance's system disk: a guess.
    """

    id: str
    exposure: Exposure | None
    blocker: VolumeBlocker | None
    options: tuple[Option, ...] = ()
    system_disk: bool = False

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
    read: Reading, proved: Collection[str], *, may: bool, most: int = sets.MOST
) -> RevertOptions:
    """Return what can be done.

    ``proved`` are the volumes whose type the operator has switched on, ``may`` tells that the
    person's role allows each step.
    """
    volumes = tuple(_volume(read, each, each in proved) for each in read.devices)
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


def _volume(read: Reading, volume_id: str, proved: bool) -> VolumeOptions:
    exposure = read.exposures.get(volume_id)
    if exposure is None:
        return VolumeOptions(volume_id, None, VolumeBlocker.UNREADABLE)
    found = read.snapshots.get(volume_id)
    listed = tuple(_option(read, exposure.volume, each) for each in found or ())
    blocker = _use(read, exposure) if proved else VolumeBlocker.NOT_PROVED
    if exposure.volume.project_id != read.project_id:
        blocker = VolumeBlocker.FOREIGN
    if blocker is None and found is None:
        blocker = VolumeBlocker.SNAPSHOTS_UNREADABLE
    if blocker is None and all(each.blocker for each in listed):
        blocker = VolumeBlocker.NONE_USABLE if listed else VolumeBlocker.NO_SNAPSHOT
    first = is_first_disk(read.devices[volume_id]) and exposure.volume.bootable
    return VolumeOptions(volume_id, exposure, blocker, listed, system_disk=first)


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
        (not snapshot.counts_against_quota, SnapshotBlocker.TEMPORARY),
        (larger, SnapshotBlocker.LARGER),
        (phase(snapshot.status) is Phase.MOVING, SnapshotBlocker.BUSY),
        (not snapshot.usable, SnapshotBlocker.FAILED),
    )
    return Option(snapshot, next((blocker for applies, blocker in cases if applies), None))


def taken_together(snapshot: Snapshot) -> str:
    """Return what snapshots have in common that were taken together, empty for one alone.

    A set of ours, a group snapshot, or one request of ours to Nova, which makes snapshots of all
    volumes. Anybody may have edited the metadata: nothing is allowed because of it.
    """
    membership = sets.membership(snapshot.metadata)
    if membership:
        return f"set {membership.set_id}"
    if snapshot.group_snapshot_id:
        return f"group {snapshot.group_snapshot_id}"
    request = snapshot.metadata.get(consistency.REQUEST, "")
    return f"request {request}" if request else ""


def are_together(snapshots: Iterable[Snapshot]) -> bool:
    """Tell whether snapshots were taken together; one alone is."""
    found = list(snapshots)
    if len(found) < 2:
        return True
    names = {taken_together(each) for each in found}
    return len(names) == 1 and "" not in names


@dataclass(frozen=True, slots=True)
class Choice:
    """The snapshot chosen for each volume, by id; ``included`` are the volumes that go back.

    A volume that is left out has one too, for the case that it is included after all.
    """

    snapshots: Mapping[str, Snapshot]
    included: frozenset[str]
    source: Chosen = Chosen.ASKED
    # What an address or a form named that cannot be used now.
    missing: frozenset[str] = field(default_factory=frozenset)

    @property
    def targets(self) -> dict[str, Snapshot]:
        """Return the snapshot of each volume that goes back, in the order of the volumes."""
        return {each: found for each, found in self.snapshots.items() if each in self.included}


def first_choice(found: RevertOptions, asked: Collection[str] = ()) -> Choice:
    """Return what a new form has chosen: what was asked for, with all that was taken together.

    Without that the newest set that all volumes have; without one, the newest of each.
    """
    newest = {each.id: each.usable[0] for each in found.possible}
    if asked:
        return _asked(found, newest, asked)
    for name in _names_by_age(found):
        together = _of(found, name)
        if len(together) == len(newest):
            return Choice(together, frozenset(together), Chosen.SET)
    single = len(newest) < 2
    return Choice(newest, frozenset(newest), Chosen.SET if single else Chosen.NEWEST)


def _asked(found: RevertOptions, newest: Mapping[str, Snapshot], asked: Collection[str]) -> Choice:
    """Return what was asked for; volumes of which nothing was asked for are left out."""
    usable = [each for volume in found.possible for each in volume.usable]
    named = [each for each in usable if each.id in asked]
    wanted = {each.volume_id: each for each in named}
    for name in filter(None, map(taken_together, named)):
        wanted = {**_of(found, name), **wanted}
    missing = frozenset(asked) - {each.id for each in named}
    return Choice({**newest, **wanted}, frozenset(wanted), Chosen.ASKED, missing)


def _of(found: RevertOptions, name: str) -> dict[str, Snapshot]:
    """Return the snapshots of each volume that were taken together, in the volumes' order."""
    return {
        volume.id: snapshot
        for volume in found.possible
        for snapshot in reversed(volume.usable)
        if taken_together(snapshot) == name
    }


def _names_by_age(found: RevertOptions) -> list[str]:
    """Return what snapshots of the first volume have in common with others, newest first."""
    first = found.possible[0].usable if found.possible else ()
    return list(dict.fromkeys(filter(None, map(taken_together, first))))


def chosen(found: RevertOptions, wanted: Mapping[str, str], included: Collection[str]) -> Choice:
    """Return what a form has chosen: snapshot ids by volume, and the volumes to include."""
    snapshots = {}
    missing = {each for each in included if each not in {one.id for one in found.possible}}
    for volume in found.possible:
        by_id = {each.id: each for each in volume.usable}
        snapshot_id = wanted.get(volume.id, "")
        if snapshot_id not in by_id and volume.id in included:
            missing.add(snapshot_id or volume.id)
        snapshots[volume.id] = by_id.get(snapshot_id, volume.usable[0])
    kept = frozenset(each for each in snapshots if each in included)
    return Choice(snapshots, kept, Chosen.ASKED, frozenset(missing))


def records(
    found: RevertOptions, choice: Choice, plan_id: str, *, copy: bool, now: int
) -> dict[str, Record]:
    """Return what is to be written to each volume that goes back, in the order of the volumes.

    ``now``: seconds of Unix time.
    """
    targets = choice.targets
    return {
        volume_id: Record(
            plan_id=plan_id,
            snapshot_id=snapshot.id,
            instance_id=found.instance.id,
            before=found.before,
            copy=copy and found.can_copy,
            count=len(targets),
            index=index,
            seen_at=now,
        )
        for index, (volume_id, snapshot) in enumerate(targets.items())
    }


def as_plan(found: RevertOptions, written: Mapping[str, Record]) -> Plan:
    """Return the plan that there will be once its records are written; there has to be one."""
    volumes = {each.id: each.volume for each in found.volumes if each.volume}
    targets = tuple(Target(volumes[each], record) for each, record in written.items())
    return Plan(targets, found.instance)


def fingerprint(found: RevertOptions, choice: Choice, plan: Plan | None) -> str:
    """Return what was shown, for a form to carry: whatever is different later is told first.

    ``plan`` is the last one: what a form has shown does not hold after another one any more. Not
    signed: it only ever makes the form come back. Names are in the sentence that is ticked.
    """
    instance = found.instance
    names = [instance.name, *(each.label for each in found.volumes)]
    parts = [
        _FORMAT,
        plan.id if plan else "-",
        instance.status,
        ",".join(each.value for each in found.blockers),
        hashlib.sha256("\0".join(names).encode()).hexdigest()[:16],
    ]
    targets = choice.targets
    for each in found.volumes:
        volume = each.volume
        said = targets[each.id].id if each.id in targets else "-"
        told = f"{volume.status}/{volume.size}" if volume else "-"
        parts.append(f"{each.id}={said}/{told}/{each.blocker.value if each.blocker else '-'}")
    return "|".join(parts)
