# SPDX-License-Identifier: Apache-2.0
"""Rules for a new instance from a set: which instance it is like, its disks, and its progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from snapshot_dashboard.rules import consistency, sets
from snapshot_dashboard.rules.attachment import is_first_disk
from snapshot_dashboard.rules.consistency import PREFIX, SNAPSHOT
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Phase, Volume, phase

# On the volumes and on the instance: the form that they are made for.
LAUNCH = f"{PREFIX}launch"
LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Disk:
    """A snapshot and the volume that it is of, whose flags a new volume inherits."""

    snapshot: Snapshot
    volume: Volume

    @property
    def instance_ids(self) -> frozenset[str]:
        """Return the instances that used the volume then; where that is not noted, those now."""
        noted = consistency.read(self.snapshot.metadata).instances
        if noted:
            return frozenset(instance_id for instance_id, _state in noted)
        using = (each.instance_id for each in self.volume.attachments)
        return frozenset(each for each in using if each)


@dataclass(frozen=True, slots=True)
class Flavor:
    """The size of an instance; the memory is MiB."""

    id: str
    name: str
    cores: int | None = None
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """An instance, and what a new one takes over from it.

    ``networks`` are ids, in the order of the interfaces; ``network_names`` is for people.
    ``foreign_key`` tells that the key pair is not one of the person who looks.
    """

    id: str
    name: str
    flavor: Flavor
    devices: Mapping[str, str] = field(default_factory=dict)
    networks: tuple[str, ...] = ()
    network_names: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()
    key_name: str = ""
    foreign_key: bool = False
    zone: str = ""
    config_drive: bool = False


@dataclass(frozen=True, slots=True)
class Launched:
    """The instance that was made; ``fault`` is Nova's own text where it has failed."""

    id: str
    name: str
    status: str
    fault: str = ""


def instance_of(disks: Sequence[Disk]) -> str:
    """Return the one instance that a set was taken of, an empty string where it is not certain.

    A volume that nothing used says nothing of it.
    """
    used = [each.instance_ids for each in disks if each.instance_ids]
    common = frozenset.intersection(*used) if used else frozenset()
    return next(iter(common)) if len(common) == 1 else ""


def ordered(disks: Iterable[Disk], devices: Mapping[str, str]) -> tuple[Disk, ...]:
    """Return the disks by their devices on the instance, then those that it does not have."""

    def place(disk: Disk) -> tuple[bool, str, str]:
        device = devices.get(disk.volume.id, "")
        return (not device, device, disk.volume.label)

    return tuple(sorted(disks, key=place))


def bootable(disks: Sequence[Disk], devices: Mapping[str, str]) -> tuple[Disk, ...]:
    """Return the disks that an instance can start from, the likely system disk first."""
    found = [each for each in disks if each.volume.bootable]
    return tuple(sorted(found, key=lambda each: not is_first_disk(devices.get(each.volume.id, ""))))


def metadata(form: str, snapshot_id: str, request_id: str) -> dict[str, str]:
    """Return what a volume remembers: the form, its snapshot, and the request that made it."""
    return {LAUNCH: form, SNAPSHOT: snapshot_id, consistency.REQUEST: request_id}


@dataclass(frozen=True, slots=True)
class NewVolumes:
    """The volumes that were made for a form, oldest first, by snapshot."""

    by_snapshot: Mapping[str, tuple[Volume, ...]]

    def of(self, snapshot_id: str) -> Volume | None:
        """Return the volume of a snapshot: one that can be used, else a failed one."""
        made = self.by_snapshot.get(snapshot_id, ())
        return next((each for each in made if not _has_failed(each)), next(iter(made), None))

    def failed(self, snapshot_id: str) -> int:
        """Return how many of a snapshot the storage could not make."""
        return sum(map(_has_failed, self.by_snapshot.get(snapshot_id, ())))

    @property
    def left_over(self) -> tuple[Volume, ...]:
        """Return those in whose place another one is used."""
        used = {each and each.id for each in map(self.of, self.by_snapshot)}
        return tuple(each for each in self.all if each.id not in used)

    @property
    def all(self) -> tuple[Volume, ...]:
        """Return every volume, those that failed too."""
        return tuple(each for some in self.by_snapshot.values() for each in some)


def new_volumes(found: Iterable[Volume]) -> NewVolumes:
    """Sort the volumes of a form by the snapshots that they were made from."""
    sorted_volumes: dict[str, tuple[Volume, ...]] = {}
    for each in found:
        source = each.snapshot_id or each.metadata.get(SNAPSHOT, "")
        sorted_volumes[source] = (*sorted_volumes.get(source, ()), each)
    return NewVolumes(sorted_volumes)


def _has_failed(volume: Volume) -> bool:
    return phase(volume.status) is Phase.FAILED


def request_id(form: str, snapshot_id: str, volumes: NewVolumes) -> str:
    """Return the id under which the volume of one snapshot is made; a failed one was another."""
    return sets.request_id(form, snapshot_id, volumes.failed(snapshot_id))


class Stage(Enum):
    """How far a form has come."""

    MAKING = "making"
    # A volume is missing, or the storage could not make it.
    INCOMPLETE = "incomplete"
    READY = "ready"
    LAUNCHING = "launching"
    BROKEN = "broken"
    DONE = "done"


def stage(
    snapshot_ids: Sequence[str],
    volumes: NewVolumes,
    launched: Launched | None,
    under_way: Iterable[str],
) -> Stage:
    """Return how far a form has come; ``under_way`` are snapshots whose volume may yet be made."""
    if launched is not None:
        if launched.status == "ERROR":
            return Stage.BROKEN
        return Stage.LAUNCHING if launched.status == "BUILD" else Stage.DONE
    waiting = frozenset(under_way)
    made = {each: volumes.of(each) for each in snapshot_ids}
    states = {each.status for each in made.values() if each}
    lacking = {key for key, each in made.items() if each is None or _has_failed(each)}
    if lacking - waiting:
        return Stage.INCOMPLETE
    if lacking or "creating" in states or "downloading" in states:
        return Stage.MAKING
    return Stage.READY if states == {"available"} else Stage.LAUNCHING
