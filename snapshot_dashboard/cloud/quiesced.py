# SPDX-License-Identifier: Apache-2.0
"""Creates quiesced snapshots with Nova's createImage, and deletes the empty image.

Nova answers when all of it is there: the snapshots are requested, the file systems go on as soon
as none is being created any more, and the image names the snapshots.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import date
from functools import partial

from snapshot_dashboard.cloud import attachment, block_storage, compute, images
from snapshot_dashboard.cloud.errors import CloudError, NotFound, Service, checked
from snapshot_dashboard.cloud.images import empty_images
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import consistency, keep_until, quiesced, sets
from snapshot_dashboard.rules.attachment import Exposure, Instance
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.quiesced import Made, NameMark
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.tags import ChosenTags

# createImage is as old as Nova. Its answer tells the image's id in one of two ways, which nobody
# needs: the image is found by its name, also when the answer is lost. From here on Nova does not
# ask for room for metadata that we do not send.
_CREATE_IMAGE = "2.39"
# How far to look back for snapshots that were made a moment ago.
_NEWEST = 100
_NO_TAGS = ChosenTags()

About = Callable[[Snapshot | Image], AbstractContextManager[object]]


def create_image(
    connection: Connection,
    instance_id: str,
    mark: NameMark,
    until: date | None = None,
    tags: ChosenTags = _NO_TAGS,
) -> None:
    """Have Nova make a snapshot of each volume of an instance, and an image of them.

    The image carries the day until which the snapshots are to be kept, and their tags: whoever
    finishes them later finds that there.

    :raises CloudError: Refused (400, 409) where the agent did not quiesce, or the instance is busy;
        Forbidden for a limit, too. In every case some of the snapshots may have been made.
    """
    metadata = {**keep_until.noted(until), **tags.carried()}
    more = {"metadata": metadata} if metadata else {}
    wanted = {"createImage": {"name": mark.text, **more}}
    path = f"/servers/{checked(instance_id)}/action"
    connection.call(Service.COMPUTE, "POST", path, microversion=_CREATE_IMAGE, body=wanted)


def look(connection: Connection, request_id: str) -> Made:
    """Return what there is of a form: the image, and the snapshots.

    Three calls at most, unless some of the image's snapshots are not among the newest.

    :raises CloudError: it cannot be read.
    """
    newest = PageRequest(size=_NEWEST)
    listed = connection.start(lambda: block_storage.snapshots(connection, newest).items)
    asked = connection.start(lambda: _images(connection, request_id))
    image = asked.get()
    snapshots = {each.id: each for each in listed.get() if _is_of(each, request_id, image)}
    for snapshot_id in sorted((image.snapshot_ids if image else frozenset()) - set(snapshots)):
        found = _snapshot(connection, snapshot_id)
        if found is not None:
            snapshots[found.id] = found
    # Oldest first; one of another project is never counted among those of this form.
    own = [each for each in snapshots.values() if each.project_id == connection.project_id]
    return Made(request_id, image, tuple(reversed(own)))


def _is_of(snapshot: Snapshot, request_id: str, image: Image | None) -> bool:
    if snapshot.metadata.get(consistency.REQUEST) == request_id:
        return True
    if image and snapshot.id in image.snapshot_ids:
        return True
    return snapshot.name.endswith(NameMark("", request_id).tail)


def _snapshot(connection: Connection, snapshot_id: str) -> Snapshot | None:
    try:
        read = partial(block_storage.snapshot, connection, snapshot_id)
        return connection.fetch(read)
    except NotFound:
        return None


def _images(connection: Connection, request_id: str) -> Image | None:
    """Find the image by the end of its name, among the newest empty ones of this project."""
    wanted = {"owner": connection.project_id, "limit": _NEWEST}
    found, _more = empty_images(connection, wanted)
    tail = NameMark("", request_id).tail
    own = (each for each in found if each.project_id == connection.project_id)
    return next((each for each in own if each.name.endswith(tail)), None)


def finish(connection: Connection, made: Made, instance_id: str, about: About) -> Made:
    """Give each snapshot its name and its note, then delete the image. Done again, it goes on.

    ``about`` surrounds what is done to each of them.

    :raises CloudError: something is left to do.
    """
    image = made.image
    if image is None:
        return made
    if made.unnoted:
        made = _noted(connection, made, image, instance_id, about)
    if not made.removable:
        return made
    # Somebody else may finish it at the same moment.
    with about(image), suppress(NotFound):
        images.delete(connection, image.id)
    return replace(made, image=None)


def _noted(
    connection: Connection, made: Made, image: Image, instance_id: str, about: About
) -> Made:
    # Read after the image was made: an instance that stopped meanwhile may not have been quiesced.
    instance = _instance(connection, instance_id)
    # What the image does not name was left by another request: it may not have been frozen.
    unnoted = [each for each in made.unnoted if each.id in image.snapshot_ids]
    volumes = attachment.read_all(connection, [each.volume_id for each in unnoted])
    wanted = quiesced.named(made.request_id, [image.name])
    count = len(image.snapshot_ids)
    together = sets.metadata(made.request_id, count) if count > 1 else {}
    together = together | keep_until.noted(image.keep_until)
    finished: dict[str, Snapshot] = {}
    for snapshot in unnoted:
        read = volumes.get(snapshot.volume_id)
        exposure = None if read is None or isinstance(read, CloudError) else read.exposure
        label = quiesced.note(image, instance, exposure)
        tagged = image.tags.of(exposure.volume.metadata if exposure else {})
        ours = {**consistency.write(label), consistency.REQUEST: made.request_id, **together}
        metadata = {**tagged, **ours}
        name = sets.name_of(wanted, _label(exposure, snapshot))
        with about(snapshot):
            block_storage.rename(connection, snapshot.id, name)
            block_storage.note(connection, snapshot.id, metadata)
        metadata = {**snapshot.metadata, **metadata}
        finished[snapshot.id] = replace(snapshot, name=name, metadata=metadata)
    return replace(made, snapshots=tuple(finished.get(each.id, each) for each in made.snapshots))


def _label(exposure: Exposure | None, snapshot: Snapshot) -> str:
    return exposure.volume.label if exposure else snapshot.volume_id


def _instance(connection: Connection, instance_id: str) -> Instance | None:
    """Read the instance; one that cannot be read proves nothing."""
    read = partial(compute.instance, connection, instance_id)
    return known(partial(connection.fetch, read))
