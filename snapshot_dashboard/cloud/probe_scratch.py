# SPDX-License-Identifier: Apache-2.0
"""Makes the images, the volume and the snapshots of one run of a probe, and waits for them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TypeVar

from snapshot_dashboard.cloud import answers, block_storage, reimage
from snapshot_dashboard.cloud.answers import told
from snapshot_dashboard.cloud.credentials import Connect
from snapshot_dashboard.cloud.errors import NotFound, RequestFailed, Service, checked
from snapshot_dashboard.cloud.probe_objects import BUSY, MARK, NAME, Kind, Removal, Thing
from snapshot_dashboard.cloud.probe_patience import Patience
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

# How often nothing has to be found after an answer was lost: what was asked for may come late.
_LATE = 10
# Reads that may fail one after the other while something is waited for.
_FAILURES = 5
_RAW = {"disk_format": "raw", "container_format": "bare"}

Item = TypeVar("Item", Snapshot, Volume)


class Scratch:
    """Makes what one run needs, each with the mark of the run, and knows what it has made."""

    def __init__(self, connect: Connect, patience: Patience) -> None:
        self.run = uuid.uuid4().hex[:12]
        self._connect = connect
        self._patience = patience
        self._made: dict[str, Thing] = {}
        self._lost = False

    def connect(self) -> Connection:
        """Return a connection for the next request.

        :raises Over: the run has to end.
        :raises LoginFailed: there is no token.
        """
        self._patience.check()
        return self._connect()

    def image(self, content: bytes) -> str:
        """Make an image of these bytes; return its id.

        :raises CloudError: it was not made, or not filled, or that is not known.
        """
        wanted = {**_RAW, "name": NAME, "visibility": "private", MARK: self.run}
        made = self._make(
            Kind.IMAGE,
            lambda ours: ours.call(Service.IMAGE, "POST", "/images", body=wanted).itself(
                lambda raw: told(raw, "id")
            ),
        )
        self.connect().call(Service.IMAGE, "PUT", f"/images/{checked(made)}/file", content=content)
        return made

    def source(self, snapshot: Snapshot) -> str:
        """Make the image of size zero that stands for a snapshot; return its id.

        :raises CloudError: it was not made, or that is not known.
        """
        marks = {MARK: self.run}
        return self._make(
            Kind.IMAGE,
            lambda ours: reimage.create_source(ours, snapshot, name=NAME, properties=marks).id,
        )

    def volume(self, image_id: str, type_name: str | None) -> Volume:
        """Make a volume of 1 GiB from an image, and wait for it.

        :raises CloudError: it was not made, or that is not known.
        """
        wanted = {"size": 1, "name": NAME, "imageRef": image_id, "metadata": {MARK: self.run}}
        wanted |= {"volume_type": type_name} if type_name else {}
        made = self._make(
            Kind.VOLUME,
            lambda ours: (
                ours.cinder("POST", "/volumes", body={"volume": wanted})
                .one("volume", answers.volume)
                .id
            ),
        )
        return self.settled(made)

    def settled(self, volume_id: str) -> Volume:
        """Wait until nothing is done to a volume any more.

        :raises CloudError: it cannot be read.
        """
        return self._at_rest(lambda: block_storage.volume(self.connect(), volume_id))

    def snapshot(self, volume_id: str) -> Snapshot:
        """Make a snapshot of a volume, and wait for it.

        :raises CloudError: it was not made, or that is not known.
        """
        marks = {MARK: self.run}
        made = self._make(
            Kind.SNAPSHOT,
            lambda ours: (
                block_storage.create_snapshot(
                    ours, volume_id, name=NAME, description="", force=False, metadata=marks
                ).id
            ),
        )
        return self._at_rest(lambda: block_storage.snapshot(self.connect(), made))

    def reimage(self, volume_id: str, image_id: str) -> Volume:
        """Write an image into a volume, and wait for it.

        :raises CloudError: it was refused, or that is not known.
        """
        reimage.reimage(self.connect(), volume_id, image_id)
        return self.settled(volume_id)

    def content(self, volume_id: str, length: int) -> bytes:
        """Upload a volume to an image, and return its first bytes.

        Cinder gives the image the properties in the volume's image metadata, so the mark, too.

        :raises CloudError: it was not uploaded, or cannot be read.
        """
        wanted = {**_RAW, "image_name": NAME, "force": False, "visibility": "private"}
        path = f"/volumes/{checked(volume_id)}/action"
        made = self._make(
            Kind.IMAGE,
            lambda ours: ours.cinder("POST", path, body={"os-volume_upload_image": wanted}).one(
                "os-volume_upload_image", lambda raw: told(raw, "image_id")
            ),
        )
        self.settled(volume_id)
        path = f"/images/{checked(made)}/file"
        found = self.connect().beginning(Service.IMAGE, path, length)
        self.discard_image(made)
        return found

    def discard_image(self, image_id: str) -> None:
        """Delete an image that is no longer needed.

        :raises CloudError: it was not deleted, or that is not known.
        """
        reimage.delete_image(self.connect(), image_id)
        self._made.pop(image_id, None)

    def removal(self) -> Removal:
        """Return what removes all that this run has made."""
        return Removal(
            self._connect,
            lambda each: each.run == self.run,
            known=self._made,
            rounds=_LATE if self._lost else 1,
        )

    def _make(self, kind: Kind, ask: Callable[[Connection], str]) -> str:
        ours = self.connect()
        try:
            made = ask(ours)
        except RequestFailed as error:
            self._lost |= error.uncertain
            raise
        self._made[made] = Thing(kind, made, self.run)
        return made

    def _at_rest(self, read: Callable[[], Item]) -> Item:
        looks = failures = 0
        while True:
            try:
                found = read()
            except RequestFailed as error:
                failures += 1
                if isinstance(error, NotFound) or failures > _FAILURES:
                    raise
            else:
                failures = 0
                if found.status not in BUSY:
                    return found
            self._patience.pause(looks)
            looks += 1
