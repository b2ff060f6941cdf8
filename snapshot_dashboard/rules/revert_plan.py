# SPDX-License-Identifier: Apache-2.0
"""Decides the next step of a revert in place, from what is written down and what is read.

A revert in place goes back to a snapshot in each of several volumes: of an instance, which is shut
off and shelved for it, or of one detached volume. It is written down in the volumes' own metadata,
so that whoever looks next goes on where it stopped. Before a request is sent that changes
something, it is written down that it will be; what became of it is read, never assumed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import Enum

from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.revert_record import RECORD, Act, Before, Progress, Record, Stage
from snapshot_dashboard.rules.volume import Volume

# Cinder's word for a volume that an image is being written into.
_WRITING = "downloading"
# Seconds after which a plan that nobody has seen go on does not go on by itself.
LEFT_ALONE = 900
# And after which it is written down that somebody sees it.
REFRESHED = 300


class Reimaging(Enum):
    """How Cinder may write a snapshot into a volume, by the operator's word for its type."""

    NEVER = "never"
    # By an image without bytes that names the snapshot.
    PROVED = "proved"
    # By an image with the bytes of the snapshot, which has to be made first.
    IMAGE = "image"


def can_reimage(volume: Volume, how: Reimaging) -> bool:
    """Tell whether a volume can be written: not with the bytes of an encrypted snapshot's image."""
    return how is Reimaging.PROVED or (how is Reimaging.IMAGE and volume.encrypted is False)


class Content(Enum):
    """What a volume holds."""

    OLD = "old"
    NEW = "new"
    # It is being written.
    WRITING = "writing"
    UNKNOWN = "unknown"


class Halt(Enum):
    """Why the plan does not go on by itself."""

    # Nobody has looked at the plan for a while: what was written since would be lost.
    LEFT = "left"
    # No image with the bytes of a snapshot has come to be.
    NOT_PREPARED = "not_prepared"
    # What halted it is over.
    PAUSED = "paused"
    # A volume of the plan is not there any more, or its metadata were changed.
    VOLUME_MISSING = "volume_missing"
    # Nova was asked, and the instance is as before.
    NOT_STOPPED = "not_stopped"
    NOT_SHELVED = "not_shelved"
    NOT_UNSHELVED = "not_unshelved"
    NOT_STARTED = "not_started"
    # The instance is in a state in which the plan cannot go on: somebody has changed it.
    INSTANCE_CHANGED = "instance_changed"
    INSTANCE_ERROR = "instance_error"
    # It was deleted: what is left of the plan is in volumes that outlive it.
    INSTANCE_GONE = "instance_gone"
    LOCKED = "locked"
    # The operator has switched re-imaging off meanwhile.
    NOT_PROVED = "not_proved"
    NOT_COPIED = "not_copied"
    COPY_FAILED = "copy_failed"
    # The instance has run since: the copy lacks what was written meanwhile.
    COPY_OLD = "copy_old"
    # The volume is not free to be written, such as attached meanwhile.
    VOLUME_CHANGED = "volume_changed"
    WRITE_REFUSED = "write_refused"
    # The volume is in an error state: only support can take it out of it.
    WRITE_FAILED = "write_failed"
    # Nothing tells whether the volume was written.
    WRITE_UNKNOWN = "write_unknown"
    NOT_DESCRIBED = "not_described"

    @property
    def only_support(self) -> bool:
        """Tell whether somebody with more rights has to act first."""
        return self in (Halt.WRITE_FAILED, Halt.INSTANCE_ERROR)


def changed_at(volume: Volume) -> int:
    """Return when a volume was last changed, in seconds of Unix time, 1 where it is not told."""
    return int(volume.updated_at.timestamp()) if volume.updated_at else 1


@dataclass(frozen=True, slots=True)
class Target:
    """One volume of a plan, as it is now, with its record.

    ``image`` is the one that stands for the snapshot, if any; ``copy`` is the copy of the volume
    that the plan has made, and ``helper`` the volume that it has made of the snapshot, to get an
    image of it.
    """

    volume: Volume
    record: Record
    image: Image | None = None
    copy: Volume | None = None
    helper: Volume | None = None
    reimaging: Reimaging = Reimaging.PROVED

    @property
    def is_as_it_was(self) -> bool:
        """Tell whether a volume without an instance is unchanged since the plan was begun.

        Cinder tells a volume's time anew when it is attached or detached, not when its metadata
        are changed, and not when it is copied (tried).
        """
        return self.record.changed_at in (0, changed_at(self.volume))

    @property
    def is_prepared(self) -> bool:
        """Tell whether there is an image to write it from, or none has to be made beforehand."""
        if self.reimaging is not Reimaging.IMAGE:
            return True
        image = self.image
        if image is None or image.stands_for != self.record.snapshot_id:
            return False
        # One without bytes is of no use here.
        return image.status == "active" and bool(image.size)

    @property
    def is_written(self) -> bool:
        """Tell whether the snapshot's content is in it.

        Cinder copies the content first, then the image's properties, then it gives the volume its
        status back (cinder/volume/manager.py, ``reimage``): the properties prove the content.
        """
        return self.volume.image_metadata.get(RECORD) == self.record.plan_id

    @property
    def content(self) -> Content:
        """Return what the volume holds."""
        progress = self.record.progress
        if progress.is_after or self.is_written:
            return Content.NEW
        if not self.is_being_written:
            return Content.OLD if progress.is_before else Content.UNKNOWN
        # Not by the plan, as far as it knows.
        doubted = progress.is_before or progress is Progress.DOUBTED
        return Content.UNKNOWN if doubted else Content.WRITING

    @property
    def is_being_written(self) -> bool:
        """Tell whether an image is being written into it, whoever asked for it."""
        return self.volume.status == _WRITING


@dataclass(frozen=True, slots=True)
class Plan:
    """A revert in place as it is now: its volumes in their order, and the instance.

    ``missing`` tells that fewer volumes were found than belong to it; ``asking`` are the claims
    (see :func:`claim`) of requests that may still be on their way.
    """

    targets: tuple[Target, ...]
    instance: Instance | None = None
    missing: bool = False
    asking: frozenset[str] = field(default_factory=frozenset)

    @property
    def lead(self) -> Target:
        """Return the volume on which it is written how far the plan is: the first that is there."""
        return self.targets[0]

    @property
    def id(self) -> str:
        """Return the plan's id."""
        return self.lead.record.plan_id

    @property
    def stage(self) -> Stage:
        """Return how far it is: the furthest that is written down anywhere."""
        return max((each.record.stage for each in self.targets), key=list(Stage).index)

    @property
    def before(self) -> Before:
        """Return the state to which the instance goes back."""
        return self.lead.record.before

    @property
    def over(self) -> bool:
        """Tell whether nothing is left to do: it is written down at each volume."""
        return all(each.record.over for each in self.targets)

    @property
    def done(self) -> bool:
        """Tell whether every volume has the content of its snapshot, and its own description."""
        return all(each.record.progress is Progress.DONE for each in self.targets)

    @property
    def orphaned(self) -> bool:
        """Tell whether its instance is not there any more."""
        return self.before is not Before.NONE and self.instance is None

    def is_left(self, now: int) -> bool:
        """Tell whether nobody has seen it go on for a while; a time to come is no time."""
        return abs(now - self.lead.record.seen_at) > LEFT_ALONE

    @property
    def halted(self) -> bool:
        """Tell whether it was seen that it cannot go on, and no person has wanted it since."""
        return any(each.record.halted for each in self.targets)

    def is_asking(self, act: Act, target: Target) -> bool:
        """Tell whether a request of this act may still be on its way."""
        return claim(self.id, act, target.record) in self.asking

    def content(self, target: Target) -> Content:
        """Return what a volume holds: being written while that is being asked for, too."""
        asking = target.record.progress is Progress.SENT and self.is_asking(Act.WRITE, target)
        unknown = target.content is Content.UNKNOWN
        return Content.WRITING if asking and unknown else target.content

    @property
    def untouched(self) -> bool:
        """Tell whether every volume holds what it held."""
        return all(each.content is Content.OLD for each in self.targets)


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next: an act, a halt, or (neither) waiting for the cloud or nothing at all."""

    act: Act | None = None
    halt: Halt | None = None
    target: Target | None = None


WAIT = Step()


def moment(instance: Instance | None) -> str:
    """Return when an instance was last changed and last started on a host, in Nova's words.

    While it is shut off and nobody touches it neither changes; shelving changes the first, only
    being unshelved the second (nova/compute/manager.py, ``_unshelve_instance``).
    """
    return f"{instance.updated} {instance.launched}" if instance else ""


def claim(plan_id: str, act: Act, record: Record) -> str:
    """Return the id under which an act on a volume, or for the plan, is carried out once."""
    number = record.turn if act.of_instance else record.attempt
    return str(uuid.uuid5(uuid.UUID(plan_id), f"{act.value}/{record.index}/{number}"))
