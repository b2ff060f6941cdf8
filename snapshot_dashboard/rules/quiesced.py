# SPDX-License-Identifier: Apache-2.0
"""Rules for quiesced snapshots, which Nova creates with an image of an instance.

Nova's createImage of an instance that was started from a volume makes a snapshot of each of its
volumes, and an image without a byte that names them. While it asks for the snapshots of an ACTIVE
instance it quiesces the file systems, and silently goes on where it cannot, unless the
instance's image demands it: os_require_quiesce (nova/compute/api.py, snapshot_volume_backed).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.attachment import Disk, Exposure, Holder, Instance, Verdict
from snapshot_dashboard.rules.consistency import ConsistencyNote, Taken
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Phase, phase

_AGENT, _REQUIRED = "hw_qemu_guest_agent", "os_require_quiesce"
# What Nova takes for true (oslo_utils.strutils.bool_from_string).
_TRUE = frozenset({"1", "t", "true", "on", "y", "yes"})
# Nova names a snapshot "snapshot for " and the image's name, and Cinder takes 255 characters.
LONGEST_NAME = 180


class QuiesceBlocker(Enum):
    """The reason why quiescing of an instance is not certain."""

    NOT_RUNNING = "not_running"
    NOT_ALONE = "not_alone"
    NOT_SYSTEM_DISK = "not_system_disk"
    NO_AGENT = "no_agent"
    NOT_REQUIRED = "not_required"


def _is_true(properties: Mapping[str, object], name: str) -> bool:
    return str(properties.get(name, "")).strip().lower() in _TRUE


def demands(properties: Mapping[str, object]) -> bool:
    """Tell whether an image's properties name the guest agent and require quiescing."""
    return _is_true(properties, _AGENT) and _is_true(properties, _REQUIRED)


def names_agent(properties: Mapping[str, object]) -> bool:
    """Tell whether an image's properties name the guest agent."""
    return _is_true(properties, _AGENT)


def blocker(exposure: Exposure) -> QuiesceBlocker | None:
    """Return why quiesced snapshots are not offered for the system disk of an instance, if so.

    A disk keeps the properties of the image that it was made from; an instance takes them over
    when it is started from the disk.
    """
    holder = sole_holder(exposure)
    if exposure.verdict is Verdict.SEVERAL:
        return QuiesceBlocker.NOT_ALONE
    if holder is None or not is_active(holder.instance):
        return QuiesceBlocker.NOT_RUNNING
    # One that names an image may have its system disk elsewhere: Nova would save that alone.
    if exposure.disk is not Disk.SYSTEM or (holder.instance and holder.instance.has_image):
        return QuiesceBlocker.NOT_SYSTEM_DISK
    properties = exposure.volume.image_metadata
    if not names_agent(properties):
        return QuiesceBlocker.NO_AGENT
    return None if _is_true(properties, _REQUIRED) else QuiesceBlocker.NOT_REQUIRED


def is_certain(exposures: Collection[Exposure], instance_id: str) -> bool:
    """Tell whether the guest agent has to freeze the file systems of all volumes of an instance."""
    system = [each for each in exposures if each.disk is Disk.SYSTEM]
    if len(system) != 1 or blocker(system[0]) is not None:
        return False
    return all(is_held_by(each, instance_id) for each in exposures)


def is_active(instance: Instance | None) -> bool:
    """Tell whether Nova would quiesce it: ACTIVE, with no running task."""
    return instance is not None and instance.status == "ACTIVE" and instance.task is None


def sole_holder(exposure: Exposure) -> Holder | None:
    """Return what uses a volume, None where nothing does, or several, or nobody knows."""
    if exposure.verdict is Verdict.RUNNING and len(exposure.holders) == 1:
        return exposure.holders[0]
    return None


def is_held_by(exposure: Exposure, instance_id: str) -> bool:
    """Tell whether a volume is used by this running instance and by nothing else."""
    holder = sole_holder(exposure)
    return holder is not None and holder.instance_id == instance_id


@dataclass(frozen=True, slots=True)
class NameMark:
    """The suffix in the names of the image and its snapshots until they are finished."""

    name: str
    request_id: str

    @property
    def text(self) -> str:
        """Return the name of the image. The id in it is nobody else's."""
        return f"{self.name[:LONGEST_NAME]} {self.tail}"

    @property
    def tail(self) -> str:
        """Return what tells the snapshots and the image of one form from all others."""
        return f"[{self.request_id}]"


def named(request_id: str, names: Iterable[str]) -> str:
    """Return the wanted name, read from what carries the mark of a form; empty if nothing does.

    Nova puts words of its own before it, in the language of the service.
    """
    tail = NameMark("", request_id).tail
    wanted = [each.removesuffix(tail).strip() for each in names if each.endswith(tail)]
    return min(wanted, key=len, default="")


@dataclass(frozen=True, slots=True)
class Made:
    """The objects of one form: the image until it is deleted, and the snapshots, oldest first."""

    request_id: str
    image: Image | None = None
    snapshots: tuple[Snapshot, ...] = ()

    @property
    def noted(self) -> tuple[Snapshot, ...]:
        """Return the snapshots that carry their note."""
        return tuple(each for each in self.snapshots if self._is_noted(each))

    @property
    def unnoted(self) -> tuple[Snapshot, ...]:
        """Return the snapshots that do not carry their note yet."""
        return tuple(each for each in self.snapshots if not self._is_noted(each))

    def _is_noted(self, snapshot: Snapshot) -> bool:
        entries = snapshot.metadata
        ours = entries.get(consistency.REQUEST) == self.request_id
        return ours and consistency.TAKEN in entries

    @property
    def quiesced(self) -> bool:
        """Tell whether every snapshot has a note, and says that it was quiesced."""
        labels = [consistency.read(each.metadata).taken for each in self.snapshots]
        return bool(labels) and not self.unnoted and set(labels) == {Taken.QUIESCED}

    @property
    def removable(self) -> bool:
        """Tell whether the image is empty, and names only snapshots of these with a note.

        A form that was sent twice may have two images, each with its own snapshots.
        """
        if self.image is None or self.image.size or not self.image.snapshot_ids:
            return False
        return self.image.snapshot_ids <= {each.id for each in self.noted}


class Stage(Enum):
    """The progress of a form."""

    ASKED = "asked"
    NOTHING = "nothing"
    LEFTOVERS = "leftovers"
    UNFINISHED = "unfinished"
    CREATING = "creating"
    FAILED = "failed"
    DONE = "done"

    @property
    def is_final(self) -> bool:
        """Tell whether nothing changes any more unless somebody does something."""
        return self not in (Stage.ASKED, Stage.CREATING)


def stage(made: Made, *, asking: bool) -> Stage:
    """Return how far a form has come; ``asking``: Nova may still be working on the request.

    Snapshots without image and without note are what Nova leaves behind where it fails halfway:
    it does not take them away again.
    """
    if not made.snapshots:
        return Stage.ASKED if asking else Stage.NOTHING
    if made.image is None and made.unnoted:
        return Stage.ASKED if asking else Stage.LEFTOVERS
    if made.image is not None:
        return Stage.UNFINISHED
    return _of_snapshots(made.snapshots)


def _of_snapshots(snapshots: Collection[Snapshot]) -> Stage:
    phases = {phase(each.status) for each in snapshots}
    if Phase.MOVING in phases:
        return Stage.CREATING
    return Stage.FAILED if Phase.FAILED in phases else Stage.DONE


def note(image: Image, instance: Instance | None, exposure: Exposure | None) -> ConsistencyNote:
    """Return the note of a snapshot: quiesced only where nothing else is possible.

    The image has to prove that quiescing was required, and the instance must still be running;
    its agent does not hold what another instance writes to the same volume.
    """
    alone = exposure is not None and instance is not None and is_held_by(exposure, instance.id)
    if instance and image.demanded and is_active(instance) and alone:
        return ConsistencyNote(Taken.QUIESCED, ((instance.id, instance.status),))
    known = ((instance.id, instance.status),) if instance else ()
    return ConsistencyNote(Taken.UNKNOWN, known)


def leftovers(made: Made) -> tuple[Snapshot, ...]:
    """Return what can be taken away of an attempt that failed halfway: what nobody has noted.

    A name is anybody's to choose; a snapshot with an entry of ours was made by some form.
    """
    if made.image is not None:
        return ()
    prefix = consistency.PREFIX
    return tuple(
        each for each in made.unnoted if not any(key.startswith(prefix) for key in each.metadata)
    )
