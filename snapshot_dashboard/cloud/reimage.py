# SPDX-License-Identifier: Apache-2.0
"""Puts the content of a snapshot back into a volume with Cinder's ``os-reimage``.

``os-reimage`` writes an image into an existing volume. Where the image has no bytes and its
property ``block_device_mapping`` names a snapshot, Cinder 26.0.0 (2025.1) and newer copies that
snapshot (cinder/api/contrib/volume_actions.py, ``_get_image_snapshot_and_check_size``;
volume/manager.py, ``reimage``): any snapshot, not the newest only, and of an extended volume too.
An older Cinder writes the empty image, and the volume's content has to be given up for lost; no
microversion tells them apart, so an operator has to prove it and switch it on. There an image with
the bytes of the snapshot can be written instead: that of a volume made from it.

In the end the volume has the image metadata of that image, and is bootable:
:func:`put_back_description` undoes both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import block_storage, images
from snapshot_dashboard.cloud.answers import entries
from snapshot_dashboard.cloud.errors import NotFound, Refused, Service, checked
from snapshot_dashboard.cloud.images import read_image
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.consistency import PREFIX
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.revert_plan import Reimaging
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

# SUPPORT_REIMAGE_VOLUME in cinder/api/microversions.py.
NEEDED = (3, 68)
_REIMAGE = "3.68"
# In the image metadata of a volume that is uploaded: what is not that of these bytes.
_NOT_ITS_OWN = ("img_signature", "block_device_mapping", "bdm_v2", PREFIX)
# Glance takes no other content type for it.
_PATCH = "application/openstack-images-v2.1-json-patch"


def is_supported(connection: Connection) -> bool:
    """Tell whether this cloud has ``os-reimage``: not whether it takes a snapshot.

    :raises CloudError: its versions are not known and cannot be asked for.
    """
    return connection.cinder_version() >= NEEDED


def allowed(connection: Connection, type_name: str | None) -> Reimaging:
    """Tell whether and how a volume of a type may be re-imaged from its snapshots on this cloud.

    :raises CloudError: as :func:`is_supported`.
    """
    said = Reimaging(settings.by_type("REIMAGE_FROM_SNAPSHOT", type_name))
    return said if is_supported(connection) else Reimaging.NEVER


def create_source(
    connection: Connection, snapshot: Snapshot, *, name: str, properties: Mapping[str, str]
) -> Image:
    """Create the private image of size zero that stands for a snapshot.

    :raises CloudError: it was not created, or cannot be used, or that is not known: without its
        bytes (none) it stays ``queued``; :func:`fill` may be called again.
    """
    # Without a size Cinder compares None with a number, and answers 400 "malformed".
    mapping = {
        "source_type": "snapshot",
        "destination_type": "volume",
        "boot_index": 0,
        "snapshot_id": snapshot.id,
        "volume_size": snapshot.size or 1,
    }
    wanted = {
        **properties,
        "name": name,
        "disk_format": "raw",
        "container_format": "bare",
        "visibility": "private",
        "block_device_mapping": json.dumps([mapping]),
        "bdm_v2": "True",
    }
    made = connection.call(Service.IMAGE, "POST", "/images", body=wanted).itself(read_image)
    fill(connection, made.id)
    return made


def fill(connection: Connection, image_id: str) -> None:
    """Give an image its bytes, of which it has none: only then it can be used.

    :raises CloudError: Refused (409) where it has them already.
    """
    path = f"/images/{checked(image_id)}/file"
    connection.call(Service.IMAGE, "PUT", path, content=b"")


def upload(
    connection: Connection, volume: Volume, *, name: str, properties: Mapping[str, str]
) -> None:
    """Ask for a private image with the bytes of a volume, which has these properties at once.

    Cinder takes them from the volume's image metadata. What is there of another plan does not
    belong to it, a signature would be that of other bytes, and a mapping would be taken instead of
    these (cinder/api/contrib/volume_actions.py, ``_get_image_snapshot_and_check_size``).

    :raises CloudError: it was refused, or that is not known.
    """
    body: dict[str, object] = {"os-set_image_metadata": {"metadata": dict(properties)}}
    block_storage.act(connection, volume.id, body)
    for key in sorted(volume.image_metadata):
        if key.startswith(_NOT_ITS_OWN) and key not in properties:
            block_storage.act(connection, volume.id, {"os-unset_image_metadata": {"key": key}})
    wanted = {"image_name": name, "container_format": "bare", "disk_format": "raw"}
    body = {"os-volume_upload_image": wanted | {"force": False, "visibility": "private"}}
    block_storage.act(connection, volume.id, body)


def describe(connection: Connection, image_id: str, properties: Mapping[str, str]) -> None:
    """Give an image properties that it has not got yet; not while it gets its bytes.

    :raises CloudError: they were not set, or that is not known.
    """
    added = [
        # A JSON Pointer (RFC 6901).
        {"op": "add", "path": "/" + key.replace("~", "~0").replace("/", "~1"), "value": value}
        for key, value in properties.items()
    ]
    path = f"/images/{checked(image_id)}"
    content = json.dumps(added).encode()
    connection.call(Service.IMAGE, "PATCH", path, content=content, content_type=_PATCH)


def properties_of(connection: Connection, image_id: str) -> Mapping[str, str]:
    """Read the properties of an image, its own and ours, by name.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    answer = connection.call(Service.IMAGE, "GET", f"/images/{checked(image_id)}")
    return answer.itself(lambda raw: entries({"image": raw}, "image"))


def delete_image(connection: Connection, image_id: str) -> None:
    """Delete an image; one that is gone already is as good.

    :raises CloudError: it was not deleted, or that is not known.
    """
    try:
        images.delete(connection, image_id)
    except NotFound:
        return


def reimage(
    connection: Connection, volume_id: str, image_id: str, *, reserved: bool = False
) -> None:
    """Ask for an image to be written into a volume; accepted when this returns, not yet done.

    The volume has to be ``available``, or where that is said ``reserved``, for an instance that is
    shelved and offloaded: one that is being attached at this moment is ``reserved``, too. It is
    ``downloading`` until it is done, and ``error`` where that failed. Cinder compares the status
    and changes it in one step: of two requests it refuses one.

    :raises CloudError: Refused: nothing was changed (a cloud that is too old, too); AnswerLost,
        ServiceFailed: it is not known.
    """
    if not is_supported(connection):
        raise Refused("Re-imaging a volume needs version 3.68 of the Block Storage API.")
    body = {"os-reimage": {"image_id": checked(image_id), "reimage_reserved": reserved}}
    block_storage.act(connection, volume_id, body, microversion=_REIMAGE)


def put_back_description(
    connection: Connection,
    volume: Volume,
    former: Mapping[str, str],
    *,
    bootable: bool,
    last: Sequence[str] = (),
) -> None:
    """Give a volume the image metadata and the bootable flag that it had before.

    What is not there any more is no error: done again, it goes on. The volume may be ``reserved``.
    ``last`` are removed after everything else, in this order.

    :raises CloudError: something is left to do, or that is not known.
    """
    changed = {
        key: value for key, value in former.items() if volume.image_metadata.get(key) != value
    }
    if changed:
        block_storage.act(connection, volume.id, {"os-set_image_metadata": {"metadata": changed}})
    if volume.bootable != bootable:
        block_storage.act(connection, volume.id, {"os-set_bootable": {"bootable": bootable}})
    removed = set(volume.image_metadata) - set(former)
    in_order = sorted(removed - set(last)) + [each for each in last if each in removed]
    for key in in_order:
        try:
            block_storage.act(connection, volume.id, {"os-unset_image_metadata": {"key": key}})
        except NotFound:
            continue
