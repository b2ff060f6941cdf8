# SPDX-License-Identifier: Apache-2.0
"""What a revert in place writes into the metadata of its volumes, and how that is read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from snapshot_dashboard.rules.consistency import PREFIX
from snapshot_dashboard.rules.ids import as_uuid, is_id

# On each of the volumes, and on the image that stands for its snapshot: there the plan's id alone.
RECORD = f"{PREFIX}revert"
# On the image: the image metadata and the bootable flag of the volume, to be put back.
FORMER = f"{PREFIX}revert_former"
# On what a plan makes besides: on a copy of a volume, and a volume made of a snapshot, the plan's
# id; on the first also when the instance was last changed, in Nova's words (see
# rules.revert_plan.moment); on the second, and the image of it, the snapshot's id.
MADE_FOR = f"{PREFIX}revert_plan"
MOMENT = f"{PREFIX}revert_moment"
STANDS_FOR = f"{PREFIX}revert_snapshot"
_FORMAT = "1"
_NONE = "-"
_WORDS = 15
_DIGITS = 11
# As often as a person can want something once more.
HIGHEST = 999


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
    # A volume was asked for that is made of its snapshot; then an image of that volume.
    HELPING = "helping"
    UPLOADING = "uploading"
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
        return self in _BEFORE

    @property
    def is_after(self) -> bool:
        """Tell whether it has been read that the snapshot's content is there."""
        return self in (Progress.NEW, Progress.UNDESCRIBED, Progress.DONE)


_BEFORE = (
    Progress.OLD,
    Progress.HELPING,
    Progress.UPLOADING,
    Progress.COPYING,
    Progress.REFUSED,
)


class Act(Enum):
    """One thing to do; each is done at most once unless a person asks for it again.

    What is asked of Nova is written to the plan's first volume before it is asked.
    """

    # Where an image with the bytes of the snapshot is needed: a volume is made of the snapshot,
    # and an image of that.
    HELP = "help"
    UPLOAD = "upload"
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
