# SPDX-License-Identifier: Apache-2.0
"""Assesses what a snapshot taken now would be worth, and whether one can be taken.

The heart of the product: a volume, its attachment records and the instances that use it
are turned into one :class:`Exposure`. Whatever cannot be read counts as the worst case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, IntEnum

from snapshot_dashboard.rules.volume import Attachment, Volume


class Severity(IntEnum):
    """The severity of a verdict; a higher one is worse."""

    NONE = 0
    LOW = 1
    HIGH = 2
    BLOCKED = 3


class Acknowledgement(Enum):
    """The sentence that has to be ticked; its value is sent with the form."""

    CORRUPTED = "corrupted"
    SHUT_OFF = "shut_off"
    SHELVED = "shelved"


class Verdict(Enum):
    """Every state of a volume that the dialog can explain."""

    DETACHED = "detached"
    SHUT_OFF = "shut_off"
    SHELVED = "shelved"
    RUNNING = "running"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    RESCUE = "rescue"
    ERROR = "error"
    BUSY = "busy"
    NOT_VISIBLE = "not_visible"
    STATE_UNKNOWN = "state_unknown"
    ATTACHMENT_UNKNOWN = "attachment_unknown"
    RECORDS_DISAGREE = "records_disagree"
    HOST = "host"
    SEVERAL = "several"
    HELD_SHELVED = "held_shelved"
    HELD_OTHER = "held_other"
    HELD_NOT_VISIBLE = "held_not_visible"
    HELD_UNKNOWN = "held_unknown"
    VOLUME_BUSY = "volume_busy"
    VOLUME_FAILED = "volume_failed"
    FOREIGN = "foreign"

    @property
    def severity(self) -> Severity:
        """Return how loudly this verdict is told."""
        if self is Verdict.DETACHED:
            return Severity.NONE
        if self in (Verdict.SHUT_OFF, Verdict.SHELVED):
            return Severity.LOW
        return Severity.BLOCKED if self in _BLOCKED else Severity.HIGH

    @property
    def acknowledgement(self) -> Acknowledgement | None:
        """Return the sentence to tick, or None where nothing has to be (or can be) accepted."""
        if self.severity in (Severity.NONE, Severity.BLOCKED):
            return None
        return {
            Verdict.SHUT_OFF: Acknowledgement.SHUT_OFF,
            Verdict.SHELVED: Acknowledgement.SHELVED,
        }.get(self, Acknowledgement.CORRUPTED)


_BLOCKED = frozenset(
    {
        Verdict.HELD_SHELVED,
        Verdict.HELD_OTHER,
        Verdict.HELD_NOT_VISIBLE,
        Verdict.HELD_UNKNOWN,
        Verdict.VOLUME_BUSY,
        Verdict.VOLUME_FAILED,
        Verdict.FOREIGN,
    }
)


class Disk(Enum):
    """What kind of disk a volume is for an instance: a guess, never a reason to allow."""

    SYSTEM = "system"
    DATA = "data"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance as Nova describes it; ``has_image``: it names an image as its origin.

    Its system disk is a volume all the same where that image consists of snapshots.
    ``locked`` is None where Nova does not tell. ``updated`` and ``launched`` are Nova's own words
    for the moments when it was last changed, and last started on a host.
    """

    id: str
    name: str
    status: str
    task: str | None = None
    power_state: int | None = None
    has_image: bool = False
    locked: bool | None = None
    updated: str = ""
    launched: str = ""


class Unseen(Enum):
    """The reason why an instance could not be read."""

    NOT_VISIBLE = "not_visible"
    NO_ANSWER = "no_answer"


Reading = Instance | Unseen


@dataclass(frozen=True, slots=True)
class Holder:
    """One user of a volume: an instance (perhaps unreadable) or a host."""

    instance_id: str | None
    device: str | None
    host: str | None
    verdict: Verdict
    disk: Disk
    instance: Instance | None = None
    attachment_id: str = ""

    @property
    def status(self) -> str:
        """Return Nova's status word, or an empty string when it could not be read."""
        return self.instance.status if self.instance else ""

    @property
    def locked(self) -> bool:
        """Tell whether Nova is known to refuse changes of it to all but administrators.

        Nobody else can start, stop, pause, resume, shelve, unshelve or delete a locked instance,
        or attach a volume to it or detach one (nova/compute/api.py, check_instance_lock, Nova 34).
        Images and snapshots of it are not refused, nor is what happens inside.
        """
        return self.instance is not None and self.instance.locked is True


@dataclass(frozen=True, slots=True)
class Exposure:
    """The verdict on one volume at one moment, and what it is based on."""

    volume: Volume
    verdict: Verdict
    holders: tuple[Holder, ...] = ()

    @property
    def severity(self) -> Severity:
        """Return how loudly the verdict is told."""
        return self.verdict.severity

    @property
    def blocked(self) -> bool:
        """Tell whether no snapshot can be taken now, acknowledged or not."""
        return self.severity is Severity.BLOCKED

    @property
    def acknowledgement(self) -> Acknowledgement | None:
        """Return the sentence that must be ticked before a snapshot is made, if any."""
        return self.verdict.acknowledgement

    @property
    def disk(self) -> Disk:
        """Return the guess for the one instance, UNKNOWN when there are none or several."""
        return self.holders[0].disk if len(self.holders) == 1 else Disk.UNKNOWN


def locked(holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """Return those that have to be unlocked before somebody can do what is advised, each once."""
    return tuple({each.instance_id: each for each in holders if each.locked}.values())


# Nova status words (nova/api/openstack/common.py). A word that is not here counts as running.
_BY_STATUS = {
    "ACTIVE": Verdict.RUNNING,
    "REBOOT": Verdict.RUNNING,
    "HARD_REBOOT": Verdict.RUNNING,
    "PASSWORD": Verdict.RUNNING,
    "PAUSED": Verdict.PAUSED,
    "SUSPENDED": Verdict.SUSPENDED,
    "SHUTOFF": Verdict.SHUT_OFF,
    "SHELVED": Verdict.SHELVED,
    # A volume that was attached after its instance had been offloaded is in-use, not reserved.
    "SHELVED_OFFLOADED": Verdict.SHELVED,
    "RESCUE": Verdict.RESCUE,
    "ERROR": Verdict.ERROR,
}
# Nova power states (nova/objects/fields.py, InstancePowerState) that agree with "switched off".
_POWERED_OFF = frozenset({None, 0, 4})
# vda, sda, xvda, perhaps with a partition; not vdaa, which is the 27th disk.
_FIRST_DISK = re.compile(r"(?:/dev/)?(?:xv|[a-z])da\d*")


def instance_verdict(reading: Reading) -> Verdict:
    """Return the verdict for a volume attached to this one instance.

    "Shut off" and "shelved" are believed only when no task is under way and the power state
    does not contradict: a wrong calm is worse than a wrong alarm.
    """
    if reading is Unseen.NOT_VISIBLE:
        return Verdict.NOT_VISIBLE
    if isinstance(reading, Unseen):
        return Verdict.STATE_UNKNOWN
    verdict = _BY_STATUS.get(reading.status, Verdict.BUSY)
    settled = reading.task is None and reading.power_state in _POWERED_OFF
    if verdict.severity is Severity.LOW and not settled:
        return Verdict.BUSY
    return verdict


def merge(
    from_volume: Iterable[Attachment], from_records: Iterable[Attachment]
) -> tuple[Attachment, ...]:
    """Return the union of both sources, one entry per attachment and per instance.

    Neither source is complete: device names come only from the volume, the instance of a
    reserved volume only from the records. During a live migration one instance has two records.
    """
    found: dict[str, Attachment] = {}
    for attachment in (*from_volume, *from_records):
        key = attachment.instance_id or attachment.id
        known = found.get(key)
        found[key] = attachment if known is None else _joined(known, attachment)
    return tuple(found.values())


def _joined(first: Attachment, second: Attachment) -> Attachment:
    return Attachment(
        id=first.id,
        instance_id=first.instance_id or second.instance_id,
        device=first.device or second.device,
        host=second.host if first.host is None else first.host,
    )


def is_first_disk(device: str) -> bool:
    """Tell whether a device is the first of its kind, where system disks are."""
    return _FIRST_DISK.fullmatch(device) is not None


def guess_disk(volume: Volume, instance: Instance | None, device: str | None) -> Disk:
    """Guess whether the volume is the instance's system disk.

    A member cannot read the root device's name; a bootable volume that is the first disk of
    an instance looks like it. Texts must say "looks like".
    """
    if not volume.bootable:
        return Disk.DATA
    if device is None:
        return Disk.DATA if instance is not None and instance.has_image else Disk.UNKNOWN
    if not is_first_disk(device):
        return Disk.DATA
    return Disk.SYSTEM if instance is not None else Disk.UNKNOWN


def _holder(volume: Volume, attachment: Attachment, readings: Mapping[str, Reading]) -> Holder:
    if attachment.instance_id is None:
        unknown = attachment.host is None
        verdict = Verdict.ATTACHMENT_UNKNOWN if unknown else Verdict.HOST
        return Holder(
            instance_id=None,
            device=attachment.device,
            host=attachment.host,
            verdict=verdict,
            disk=Disk.UNKNOWN,
            attachment_id=attachment.id,
        )
    reading = readings.get(attachment.instance_id, Unseen.NO_ANSWER)
    instance = reading if isinstance(reading, Instance) else None
    return Holder(
        instance_id=attachment.instance_id,
        device=attachment.device,
        host=attachment.host,
        verdict=instance_verdict(reading),
        disk=guess_disk(volume, instance, attachment.device),
        instance=instance,
        attachment_id=attachment.id,
    )


def assess(
    volume: Volume,
    records: Iterable[Attachment] | None,
    readings: Mapping[str, Reading],
    project_id: str,
) -> Exposure:
    """Return what a snapshot of ``volume`` taken now would be worth.

    ``records`` are Cinder's attachment records, None when they could not be read.
    ``readings`` holds what could be read of each instance; one that is missing counts as
    unreadable. ``project_id`` is the project that the person works in: a volume of another
    one is refused, because the snapshot would belong to the wrong project
    (cinder/volume/api.py: a snapshot's project is the caller's).
    """
    together = merge(volume.attachments, records or ())
    holders = tuple(_holder(volume, each, readings) for each in together)
    verdict = (
        _settled_verdict(volume, records is not None, holders)
        if volume.project_id == project_id
        else Verdict.FOREIGN
    )
    return Exposure(volume, verdict, holders)


def used_by(exposure: Exposure, instance_id: str) -> Exposure:
    """Return the verdict on a volume that Nova has named as one of this instance's.

    Cinder may not know that, or know of other instances only: after its records were reset
    (``cinder reset-state --attach-status detached``) an instance goes on writing.
    """
    known = any(each.instance_id == instance_id for each in exposure.holders)
    if known or exposure.blocked:
        return exposure
    free = exposure.verdict is Verdict.DETACHED
    return replace(
        exposure, verdict=Verdict.RECORDS_DISAGREE if free else Verdict.ATTACHMENT_UNKNOWN
    )


def _settled_verdict(volume: Volume, complete: bool, holders: tuple[Holder, ...]) -> Verdict:
    if volume.status == "reserved":
        return _held_verdict(complete, holders)
    if volume.status == "available" and complete:
        identified = any(holder.instance_id or holder.attachment_id for holder in holders)
        # Holders of which nothing at all is told are lists or records that could not be read.
        return Verdict.RECORDS_DISAGREE if identified else _attached_or_not(holders)
    if volume.status in ("available", "in-use"):
        return _attached_verdict(complete, holders)
    if volume.status.startswith("error"):
        return Verdict.VOLUME_FAILED
    return Verdict.VOLUME_BUSY


def _attached_or_not(holders: tuple[Holder, ...]) -> Verdict:
    return Verdict.ATTACHMENT_UNKNOWN if holders else Verdict.DETACHED


def _attached_verdict(complete: bool, holders: tuple[Holder, ...]) -> Verdict:
    if not complete or not holders:
        return Verdict.ATTACHMENT_UNKNOWN
    return holders[0].verdict if len(holders) == 1 else Verdict.SEVERAL


def _held_verdict(complete: bool, holders: tuple[Holder, ...]) -> Verdict:
    """Cinder refuses a snapshot of a reserved volume, forced or not (volume/api.py:996)."""
    named = [holder for holder in holders if holder.instance_id]
    if not complete and not named:
        return Verdict.HELD_UNKNOWN
    if not named or all(holder.verdict is Verdict.NOT_VISIBLE for holder in named):
        return Verdict.HELD_NOT_VISIBLE
    if all(holder.status == "SHELVED_OFFLOADED" for holder in named):
        return Verdict.HELD_SHELVED
    return Verdict.HELD_OTHER
