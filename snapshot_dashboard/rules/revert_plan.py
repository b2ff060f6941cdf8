# SPDX-License-Identifier: Apache-2.0
"""Decides the next step of a revert in place, from what is written down and what is read.

A revert in place goes back to a snapshot in each of several volumes: of an instance, which is shut
off and shelved for it, or of one detached volume. It is written down in the volumes' own metadata,
so that whoever looks next goes on where it stopped. Before a request is sent that changes
something, it is written down that it will be; what became of it is read, never assumed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.consistency import PREFIX
from snapshot_dashboard.rules.ids import as_uuid, is_id
from snapshot_dashboard.rules.volume import Volume

# On each of the volumes, and on the image that stands for its snapshot: there the plan's id alone.
RECORD = f"{PREFIX}revert"
# On the image: the image metadata and the bootable flag of the volume, to be put back.
FORMER = f"{PREFIX}revert_former"
_FORMAT = "1"
_NONE = "-"
_WORDS = 15
_DIGITS = 11
# As often as a person can want something once more.
HIGHEST = 999
# Cinder's word for a volume that an image is being written into.
_WRITING = "downloading"
# Seconds after which a plan that nobody has seen go on does not go on by itself.
LEFT_ALONE = 900
# And after which it is written down that somebody sees it.
REFRESHED = 300


class Before(Enum):
    """The state in which the instance was, and to which it goes back; ``NONE``: no instance."""

    NONE = "none"
    RUNNING = "running"
    OFF = "off"
    SHELVED = "shelved"


class Stage(Enum):
    """How far the whole plan is, in this order."""

    GOING = "going"
    # Somebody has chosen not to go on: the instance goes back to its state, the volumes stay.
    GIVING_UP = "giving_up"
    GIVEN_UP = "given_up"
    FINISHED = "finished"


class Progress(Enum):
    """How far one volume is. Written to it before the request is sent."""

    OLD = "old"
    # A copy of it was asked for; its own content is untouched.
    COPYING = "copying"
    # Cinder was asked to write the snapshot into it, and refused.
    REFUSED = "refused"
    # Cinder was asked, and what became of it has not been read yet.
    SENT = "sent"
    # Nothing told what became of it, and a person wants it to be written once more.
    AGAIN = "again"
    # Cinder has refused, and the volume is being written all the same: nobody knows by whom.
    DOUBTED = "doubted"
    # The content of the snapshot is in it; its description is still that of the image.
    NEW = "new"
    # Cinder has refused to put its description back.
    UNDESCRIBED = "undescribed"
    DONE = "done"

    @property
    def is_before(self) -> bool:
        """Tell whether nobody has asked for the volume to be written, or it was refused."""
        return self in (Progress.OLD, Progress.COPYING, Progress.REFUSED)

    @property
    def is_after(self) -> bool:
        """Tell whether it has been read that the snapshot's content is there."""
        return self in (Progress.NEW, Progress.UNDESCRIBED, Progress.DONE)


class Content(Enum):
    """What a volume holds."""

    OLD = "old"
    NEW = "new"
    # It is being written.
    WRITING = "writing"
    UNKNOWN = "unknown"


class Act(Enum):
    """One thing to do; each is done at most once unless a person asks for it again.

    What is asked of Nova is written to the plan's first volume before it is asked.
    """

    STOP = "stop"
    COPY = "copy"
    SHELVE = "shelve"
    WRITE = "write"
    # Write down that the content is there.
    KEEP = "keep"
    # Put back image metadata and the bootable flag, and delete the image.
    DESCRIBE = "describe"
    UNSHELVE = "unshelve"
    STOP_AGAIN = "stop_again"
    FINISH = "finish"
    # While giving up: delete an image that was made for a volume, and start what was stopped.
    REMOVE_IMAGE = "remove_image"
    START = "start"

    @property
    def of_instance(self) -> bool:
        """Tell whether Nova is asked for it."""
        return self in (Act.STOP, Act.SHELVE, Act.UNSHELVE, Act.STOP_AGAIN, Act.START)


class Halt(Enum):
    """Why the plan does not go on by itself."""

    # Nobody has looked at the plan for a while: what was written since would be lost.
    LEFT = "left"
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
    LOCKED = "locked"
    NOT_COPIED = "not_copied"
    COPY_FAILED = "copy_failed"
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


@dataclass(frozen=True, slots=True)
class Record:
    """What is written in the metadata of one volume.

    ``stage``, ``asked``, ``turn``, ``seen_at`` and ``halted`` are about the whole plan, and are
    written to its first volume. That may have been another one for a while.
    """

    plan_id: str
    snapshot_id: str
    instance_id: str = ""
    before: Before = Before.NONE
    copy: bool = False
    count: int = 1
    index: int = 0
    progress: Progress = Progress.OLD
    stage: Stage = Stage.GOING
    # What was last asked of Nova.
    asked: Act | None = None
    # How often a person has wanted the volume to be copied or written once more, and how often the
    # whole plan to go on.
    attempt: int = 0
    turn: int = 0
    # When somebody last saw it go on, in seconds of Unix time.
    seen_at: int = 0
    # It was seen that it cannot go on: even if that passes, a person has to want it.
    halted: bool = False
    # When the volume was last changed, as Cinder tells it; 0 where an instance has it.
    changed_at: int = 0

    @property
    def over(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.stage in (Stage.FINISHED, Stage.GIVEN_UP)


def write(record: Record) -> str:
    """Return a record as it is written into a volume's metadata: less than 255 characters."""
    words = (
        _FORMAT,
        record.plan_id,
        record.snapshot_id,
        record.instance_id or _NONE,
        record.before.value,
        "copy" if record.copy else _NONE,
        f"{record.index}/{record.count}",
        record.progress.value,
        record.stage.value,
        record.asked.value if record.asked else _NONE,
        str(record.attempt),
        str(record.turn),
        str(record.seen_at),
        "halted" if record.halted else _NONE,
        str(record.changed_at),
    )
    return " ".join(words)


def read(metadata: Mapping[str, str]) -> Record | None:
    """Return the record in a volume's metadata, None for none or one that somebody has edited."""
    words = metadata.get(RECORD, "").split(" ")
    if len(words) != _WORDS or words[0] != _FORMAT:
        return None
    try:
        record = _record(words)
    except ValueError:
        return None
    return record if _makes_sense(record) else None


def _record(words: Sequence[str]) -> Record:
    plan_id, snapshot_id, instance_id, before, copy, place, progress, stage, asked = words[1:10]
    attempt, turn, seen_at, halted, changed_at = words[10:]
    index, _slash, count = place.partition("/")
    if not instance_id:
        raise ValueError
    return Record(
        plan_id=as_uuid(plan_id),
        snapshot_id=snapshot_id,
        instance_id="" if instance_id == _NONE else instance_id,
        before=Before(before),
        copy=_flag(copy, "copy"),
        count=_number(count),
        index=_number(index),
        progress=Progress(progress),
        stage=Stage(stage),
        asked=None if asked == _NONE else Act(asked),
        attempt=_number(attempt),
        turn=_number(turn),
        seen_at=_number(seen_at),
        halted=_flag(halted, "halted"),
        changed_at=_number(changed_at),
    )


def _makes_sense(record: Record) -> bool:
    with_instance = record.before is not Before.NONE
    ids = [record.snapshot_id, *([record.instance_id] if with_instance else [])]
    named = bool(record.plan_id) and all(map(is_id, ids))
    counted = record.index < record.count and max(record.attempt, record.turn) <= HIGHEST
    return named and with_instance == bool(record.instance_id) and counted


def _flag(text: str, word: str) -> bool:
    if text not in (word, _NONE):
        raise ValueError
    return text == word


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise ValueError
    return int(text)


def changed_at(volume: Volume) -> int:
    """Return when a volume was last changed, in seconds of Unix time, 1 where it is not told."""
    return int(volume.updated_at.timestamp()) if volume.updated_at else 1


@dataclass(frozen=True, slots=True)
class Target:
    """One volume of a plan, as it is now, with its record.

    ``image_id`` is that of the image that stands for the snapshot, empty where there is none;
    ``copy`` is the copy of the volume that the plan has made, if any.
    """

    volume: Volume
    record: Record
    image_id: str = ""
    copy: Volume | None = None

    @property
    def is_as_it_was(self) -> bool:
        """Tell whether a volume without an instance is unchanged since the plan was begun.

        Cinder tells a volume's time anew when it is attached or detached, not when its metadata
        are changed, and not when it is copied (tried).
        """
        return self.record.changed_at in (0, changed_at(self.volume))

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
        """Tell whether nothing is left to do."""
        return self.stage in (Stage.FINISHED, Stage.GIVEN_UP)

    def is_left(self, now: int) -> bool:
        """Tell whether nobody has seen it go on for a while; a time to come is no time."""
        return abs(now - self.lead.record.seen_at) > LEFT_ALONE

    @property
    def halted(self) -> bool:
        """Tell whether it was seen that it cannot go on, and no person has wanted it since."""
        return any(each.record.halted for each in self.targets)

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


def claim(plan_id: str, act: Act, record: Record) -> str:
    """Return the id under which an act on a volume, or for the plan, is carried out once."""
    number = record.turn if act.of_instance else record.attempt
    return str(uuid.uuid5(uuid.UUID(plan_id), f"{act.value}/{record.index}/{number}"))
