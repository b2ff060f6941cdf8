# SPDX-License-Identifier: Apache-2.0
"""The dialogs that copy what is in volumes: how to fill them in, and what they have made.

What they have made is read by another client than the one under test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from openstack.exceptions import HttpException

from devcloud import knobs
from devcloud.waiting import wait_until
from snapshot_dashboard.rules import consistency
from tests.cloud.fault_proxy import Call
from tests.cloud.truth import NONE, Truth, truth_of
from tests.cloud.watched import Sent
from tests.cloud.workshop import PATIENCE, Workshop

_BACKUPS, _GROUPS = "3.43", "3.65"
_NONE = "A snapshot cannot be taken"


@dataclass(frozen=True)
class Note:
    """What a copy of a volume says of its making."""

    taken: str
    acknowledged: str
    instances: frozenset[str]

    @classmethod
    def of(cls, metadata: Mapping[str, str]) -> Note:
        """Return the note in somebody's metadata."""
        # A host is only counted: "+1".
        words = metadata.get(consistency.INSTANCES, "").split()
        listed = [each for each in words if "=" in each]
        return cls(
            metadata.get(consistency.TAKEN, ""),
            metadata.get(consistency.ACKNOWLEDGED, ""),
            frozenset(each.partition("=")[0] for each in listed),
        )

    @classmethod
    def due(cls, truth: Truth) -> Note:
        """Return the note that a copy has to have that is made while this is true."""
        return cls(truth.note, "no" if truth.badness == NONE else "yes", truth.instances)


@dataclass(frozen=True)
class Subject:
    """What a dialog is about, a volume, a group or an instance, and the volumes copied.

    ``others`` are images that were there before.
    """

    id: str
    volumes: tuple[str, ...]
    others: frozenset[str] = frozenset()


# What was made by a request, by its id, with the note of each volume's copy. An image that is made
# of an instance has a note of its own.
Copies = dict[str, dict[str, Note]]
IMAGE = "image"


@dataclass(frozen=True)
class CopyDialog:
    """A dialog: its address, its fields, the request that it sends, and what that makes."""

    title: str
    path: str
    field: str
    call: Call
    key: str
    copies: Callable[[Workshop, Subject], Copies]
    remove: Callable[[Workshop, str], object]
    missing: str
    # What stands for "A snapshot cannot be taken" where none can be made of a volume.
    none_of: str = ""
    # Whether the request can be forced at all.
    forces: bool = True

    def address(self, subject: Subject) -> str:
        """Return where the dialog of something is."""
        return self.path.format(subject.id)

    def asked(self, sent: Sent) -> list[Any]:
        """Return what was asked for of the things that it makes."""
        return sent.asked(self.call, self.key)

    def heading(self, title: str) -> str:
        """Return the title of a verdict of Create Snapshot as this dialog has it."""
        if not self.none_of or not title.startswith(_NONE):
            return title
        return title.replace(_NONE, self.none_of).replace(": this volume is ", ": it is ")

    def clear(self, workshop: Workshop, subject: Subject) -> None:
        """Remove what was made when it is finished, and wait until it is gone."""
        at_rest(workshop, subject)
        wait_until(
            lambda: self._removed(workshop, subject),
            seconds=PATIENCE,
            what=f"what {self.title} has made to be gone",
            pause=0.2,
        )

    def _removed(self, workshop: Workshop, subject: Subject) -> bool:
        found = self.copies(workshop, subject)
        for each in found:
            # Refused as long as it is being made or deleted.
            with suppress(HttpException):
                self.remove(workshop, each)
        return not found


@contextmanager
def cut_short(copy_dialog: CopyDialog, workshop: Workshop, subject: Subject) -> Iterator[None]:
    """Hold the storage back inside the block, then let it fail: to copy a GiB takes long.

    What was asked for is there with its note; a finished backup and a finished image are looked
    at in the tests of each dialog.
    """
    try:
        workshop.slow_storage()
        yield
    finally:
        workshop.broken_storage("copy_volume_to_image", "initialize_connection")
        knobs.set_delay(workshop.knobs, 0)
        copy_dialog.clear(workshop, subject)
        workshop.storage_as_usual()


@contextmanager
def removed(copy_dialog: CopyDialog, workshop: Workshop, subject: Subject) -> Iterator[None]:
    """Let the storage copy inside the block, and remove what was made."""
    try:
        yield
    finally:
        copy_dialog.clear(workshop, subject)


def at_rest(workshop: Workshop, subject: Subject) -> None:
    """Wait until nothing is being done with the volumes and the instances that use them."""

    def moving() -> bool:
        found = [truth_of(workshop, each) for each in subject.volumes]
        return any(each.status in ("backing-up", "uploading") or each.is_busy for each in found)

    wait_until(lambda: not moving(), seconds=PATIENCE, what="the volumes to be at rest", pause=0.1)


def _listed(workshop: Workshop, path: str, version: str) -> list[Any]:
    """Return a list of Cinder's."""
    storage: Any = workshop.owner.block_storage
    key = path.strip("/").partition("/")[0]
    found: list[Any] = storage.get(path, microversion=version).json()[key]
    return found


def _snapshots(workshop: Workshop, volume: str) -> list[Any]:
    return _listed(workshop, f"/snapshots/detail?volume_id={volume}", _GROUPS)


def snapshots(workshop: Workshop, subject: Subject) -> Copies:
    """Return the snapshots of a volume."""
    found = _snapshots(workshop, subject.id)
    return {each["id"]: {subject.id: Note.of(each["metadata"])} for each in found}


def backups(workshop: Workshop, subject: Subject) -> Copies:
    """Return the backups of a volume."""
    found = _listed(workshop, f"/backups/detail?volume_id={subject.id}", _BACKUPS)
    return {each["id"]: {subject.id: Note.of(each["metadata"] or {})} for each in found}


def images_of_project(workshop: Workshop) -> frozenset[str]:
    """Return the ids of all images of the project."""
    return frozenset(each["id"] for each in _images(workshop))


def _images(workshop: Workshop) -> list[Any]:
    image: Any = workshop.owner.image
    path = f"/images?owner={workshop.owner.current_project_id}"
    found: list[Any] = image.get(path).json()["images"]
    return found


def _new_images(workshop: Workshop, subject: Subject) -> list[Any]:
    return [each for each in _images(workshop) if each["id"] not in subject.others]


def images(workshop: Workshop, subject: Subject) -> Copies:
    """Return the images of the project that are new: nothing else makes any."""
    found = _new_images(workshop, subject)
    return {each["id"]: {subject.id: Note.of(each)} for each in found}


def instance_images(workshop: Workshop, subject: Subject) -> Copies:
    """Return the new images of the project, with the snapshots that each consists of."""
    found = _new_images(workshop, subject)
    kept = {each: _snapshots(workshop, each) for each in subject.volumes}
    more = [each for each, made in kept.items() if len(made) > len(found)]
    assert not more, f"more than one snapshot for each of {len(found)} images: {kept}"
    return {
        each["id"]: {IMAGE: Note.of(each)}
        | {
            volume: Note.of(one["metadata"])
            for volume, made in kept.items()
            for one in made
            if one["id"] in each.get("block_device_mapping", "")
        }
        for each in found
    }


def group_snapshots(workshop: Workshop, subject: Subject) -> Copies:
    """Return the group snapshots of a group, with the snapshots that each consists of."""
    found = _listed(workshop, "/group_snapshots/detail", _GROUPS)
    kept = {each: _snapshots(workshop, each) for each in subject.volumes}
    return {
        each["id"]: {
            volume: Note.of(one["metadata"])
            for volume, made in kept.items()
            for one in made
            if one["group_snapshot_id"] == each["id"]
        }
        for each in found
        if each["group_id"] == subject.id
    }


def clones(workshop: Workshop, subject: Subject) -> Copies:
    """Return the groups that were cloned from a group, with their volumes."""
    found = _listed(workshop, "/groups/detail?list_volume=true", _GROUPS)
    storage: Any = workshop.owner.block_storage

    def notes(group: Any) -> dict[str, Note]:
        answers = [storage.get(f"/volumes/{each}") for each in group["volumes"]]
        # The others are being removed.
        read = [each.json()["volume"] for each in answers if each.ok]
        return {each["source_volid"]: Note.of(each["metadata"]) for each in read}

    return {each["id"]: notes(each) for each in found if each["source_group_id"] == subject.id}


def _remove_image(workshop: Workshop, image_id: str) -> None:
    """Delete an image, with the snapshots that it consists of."""
    image: Any = workshop.owner.image.get(f"/images/{image_id}").json()
    request = image.get(consistency.REQUEST)
    consists_of = [
        each["id"]
        for each in _listed(workshop, "/snapshots/detail?limit=1000", _GROUPS)
        if request and each["metadata"].get(consistency.REQUEST) == request
    ]
    for each in consists_of:
        workshop.admin.block_storage.delete_snapshot(each)
    if not consists_of:
        workshop.owner.image.delete_image(image_id)


def _remove_group_snapshot(workshop: Workshop, made: str) -> None:
    workshop.owner.block_storage.delete(f"/group_snapshots/{made}", microversion=_GROUPS)


def _remove_clone(workshop: Workshop, made: str) -> None:
    body = {"delete": {"delete-volumes": True}}
    storage = workshop.owner.block_storage
    storage.post(f"/groups/{made}/action", json=body, microversion=_GROUPS)


SNAPSHOT = CopyDialog(
    title="Create Volume Snapshot",
    path="/project/volumes/{}/create_snapshot/",
    field="name",
    call=Call("POST", "cinder /snapshots"),
    key="snapshot",
    copies=snapshots,
    remove=lambda workshop, made: workshop.admin.block_storage.delete_snapshot(made),
    missing="Tick the box above to create this snapshot, or press Cancel.",
)
BACKUP = CopyDialog(
    title="Create Volume Backup",
    path="/project/volumes/{}/create_backup/",
    field="name",
    call=Call("POST", "cinder /backups"),
    key="backup",
    copies=backups,
    remove=lambda workshop, made: workshop.admin.block_storage.delete_backup(made),
    missing="Tick the box above to create this backup, or press Cancel.",
    none_of="A backup of this volume cannot be made",
)
UPLOAD = CopyDialog(
    title="Upload Volume to Image",
    path="/project/volumes/{}/upload_to_image/",
    field="image_name",
    call=Call("POST", "cinder /volumes/{id}/action"),
    key="os-volume_upload_image",
    copies=images,
    remove=_remove_image,
    missing="Tick the box above to create this image, or press Cancel.",
    none_of="An image of this volume cannot be made",
)
GROUP_SNAPSHOT = CopyDialog(
    title="Create Group Snapshot",
    path="/project/volume_groups/{}/create_snapshot/",
    field="name",
    call=Call("POST", "cinder /group_snapshots"),
    key="group_snapshot",
    copies=group_snapshots,
    remove=_remove_group_snapshot,
    missing="Tick the box above to create these snapshots, or press Cancel.",
    forces=False,
)
CLONE_GROUP = CopyDialog(
    title="Clone Group",
    path="/project/volume_groups/{}/clone_group/",
    field="name",
    call=Call("POST", "cinder /groups/action"),
    key="create-from-src",
    copies=clones,
    remove=_remove_clone,
    missing="Tick the box above to clone this group, or press Cancel.",
    forces=False,
)
INSTANCE_SNAPSHOT = CopyDialog(
    title="Create Snapshot",
    path="/project/images/{}/create/",
    field="name",
    call=Call("POST", "nova /servers/{id}/action"),
    key="createImage",
    copies=instance_images,
    remove=_remove_image,
    missing="Tick the box above to create this snapshot, or press Cancel.",
    forces=False,
)
OF_ONE_VOLUME = {"snapshot": SNAPSHOT, "backup": BACKUP, "upload": UPLOAD}
