# SPDX-License-Identifier: Apache-2.0
"""Tries on a scratch volume whether re-imaging from a snapshot brings the bytes of it back.

A volume is made from an image of random bytes, and snapshots are taken of it before and after
another image was written into it. Then it is re-imaged from the older snapshot, as the dialogs do
it. What the volume holds is read twice, by uploading it to an image: that the bytes changed in
between is a part of the proof. That other image has zeros where the first one has none: a Cinder
which leaves them out while it writes is of no use for images of snapshots, either. Whatever
happens, all of it is removed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from snapshot_dashboard.cloud import reimage
from snapshot_dashboard.cloud.credentials import Connect
from snapshot_dashboard.cloud.errors import Refused, RequestFailed
from snapshot_dashboard.cloud.probe_objects import Left, Removal, Thing, things
from snapshot_dashboard.cloud.probe_patience import Over, Patience, Stop
from snapshot_dashboard.cloud.probe_scratch import Scratch
from snapshot_dashboard.rules.cloud_check import State, because
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

# Seconds for the steps, and for removing what they have made. Together they are shorter than the
# time after which another run takes it for something that was left.
_STEPS = 40 * 60
_REMOVING = 10 * 60
LEFT_AFTER = 60 * 60
_LENGTH = 2**20
# The first bytes are zero: others might be taken for those of a disk with a table of partitions,
# or of an image of another format, which is refused.
_HEAD = 4096

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a run has found out, of which type of volumes, and what it could not remove.

    ``word`` is what the setting may say, empty for nothing. ``unseen`` says why it could not be
    looked for what is left, empty where it could.
    """

    state: State
    text: str
    type_name: str | None = None
    word: str = ""
    left: tuple[Left, ...] = ()
    unseen: str = ""


class _Ended(Exception):
    """The answer is known, or it is known that there will be none."""

    def __init__(self, state: State, text: str) -> None:
        super().__init__(text)
        self.state = state
        self.text = text


def leftovers(connect: Connect) -> tuple[Thing, ...]:
    """Find what earlier runs have left in this project, or a present one is using.

    :raises CloudError: it cannot be read.
    """
    return things(connect())


def remove(connect: Connect, left: tuple[Thing, ...], stop: Stop) -> tuple[Left, ...]:
    """Remove what earlier runs have left; return what could not be removed."""
    runs = {each.run for each in left}
    return Removal(connect, lambda each: each.run in runs).run(Patience(_REMOVING, stop))


def prove(
    connect: Connect, type_name: str | None, stop: Stop, tell: Tell, *, only_image: bool = False
) -> Proof:
    """Try it with a volume of a type, the cloud's default where none is named.

    ``only_image``: nothing is re-imaged from a snapshot, only from an image with bytes.
    """
    scratch = Scratch(connect, Patience(_STEPS, stop))
    steps = _Steps(scratch, tell, only_image=only_image)
    try:
        state, text = steps.take(type_name)
    finally:
        tell("removing what was made")
        removal = scratch.removal()
        # Asked once more it gives up.
        left = removal.run(Patience(_REMOVING, stop, ignored=max(1, stop.times)))
    return Proof(state, text, steps.type_name or type_name, steps.word, left, removal.unread)


class _Steps:
    """The steps of a run, one after the other; each is told."""

    def __init__(self, scratch: Scratch, tell: Tell, *, only_image: bool) -> None:
        self._scratch = scratch
        self._tell = tell
        self._only_image = only_image
        self._step = ""
        self.type_name: str | None = None
        # What the setting may say, as far as it is proved.
        self.word = ""

    def take(self, type_name: str | None) -> tuple[State, str]:
        """Take all steps; return what was found out."""
        try:
            self._prove(type_name)
        except _Ended as end:
            return end.state, end.text
        except RequestFailed as error:
            return State.UNKNOWN, f"While {self._step}: {because(error.failure)}"
        except Over as over:
            why = "It was stopped" if over.asked else f"{_STEPS // 60} minutes were over"
            return State.UNKNOWN, f"{why} while {self._step}."
        self.word = "proved"
        return State.YES, "The bytes of the snapshot came back."

    def _begin(self, step: str) -> None:
        self._step = step
        self._tell(step)

    def _prove(self, type_name: str | None) -> None:
        then, later = _bytes(), _with_zeros(_bytes())
        volume = self._volume(then, type_name)
        old = self._snapshot(volume)
        volume = self._written(volume, later)
        self.word = "image"
        if self._only_image:
            text = "The bytes of an image came back, zeros too. From a snapshot nothing was tried."
            raise _Ended(State.NO, text)
        self._snapshot(volume)
        volume = self._from_snapshot(volume, old)
        self._begin("reading what the volume holds")
        found = self._scratch.content(volume.id, _LENGTH)
        if found == then:
            return
        what = "what it held before" if found == later else "neither of both: its content is lost"
        text = f"Cinder said that it was done, and the volume holds {what}."
        raise _Ended(State.NO, text)

    def _volume(self, content: bytes, type_name: str | None) -> Volume:
        self._begin("making an image and a volume of it")
        image = self._scratch.image(content)
        volume = _available(self._scratch.volume(image, type_name), State.UNKNOWN, self._step)
        self.type_name = volume.type_name
        if volume.encrypted is not False:
            text = "The volume is encrypted, or that is not told: what it holds cannot be compared."
            raise _Ended(State.UNKNOWN, text)
        return volume

    def _snapshot(self, volume: Volume) -> Snapshot:
        self._begin("making a snapshot")
        made = self._scratch.snapshot(volume.id)
        if made.status != "available":
            raise _Ended(State.UNKNOWN, f"The snapshot is in status {made.status}.")
        return made

    def _written(self, volume: Volume, content: bytes) -> Volume:
        """Write other bytes over the volume, and see them there."""
        self._begin("re-imaging the volume with another image")
        image = self._scratch.image(content)
        volume = self._reimaged(volume, image)
        self._begin("reading what the volume holds")
        if self._scratch.content(volume.id, _LENGTH) != content:
            text = "Re-imaging with an ordinary image did not bring its bytes: nothing is proved."
            raise _Ended(State.UNKNOWN, text)
        return volume

    def _from_snapshot(self, before: Volume, snapshot: Snapshot) -> Volume:
        """Re-image the volume, and put back its description, as the dialogs do."""
        self._begin("re-imaging the volume from the older snapshot")
        source = self._scratch.source(snapshot)
        after = self._reimaged(before, source)
        self._begin("putting back the image metadata")
        former = before.image_metadata
        ask = self._scratch.connect()
        reimage.put_back_description(ask, after, former, bootable=before.bootable)
        self._scratch.discard_image(source)
        after = self._scratch.settled(before.id)
        if (after.image_metadata, after.bootable) != (former, before.bootable):
            raise _Ended(State.NO, "The volume's image metadata did not become as before.")
        return after

    def _reimaged(self, volume: Volume, image_id: str) -> Volume:
        try:
            after = self._scratch.reimage(volume.id, image_id)
        except Refused as error:
            raise _Ended(State.NO, f"While {self._step}: {because(error.failure)}") from error
        return _available(after, State.NO, self._step)


def _available(volume: Volume, otherwise: State, step: str) -> Volume:
    if volume.status != "available":
        raise _Ended(otherwise, f"After {step} the volume is in status {volume.status}.")
    return volume


def _bytes() -> bytes:
    return bytes(_HEAD) + os.urandom(_LENGTH - _HEAD)


def _with_zeros(content: bytes) -> bytes:
    """Put zeros in the place of the last quarter: where they are left out, what was there shows."""
    zeros = _LENGTH // 4
    return content[:-zeros] + bytes(zeros)
