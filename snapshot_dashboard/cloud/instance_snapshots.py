# SPDX-License-Identifier: Apache-2.0
"""Nova's createImage, and the snapshots that it makes of an instance's volumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from snapshot_dashboard.cloud import block_storage, compute
from snapshot_dashboard.cloud.answers import Record, text
from snapshot_dashboard.cloud.errors import Forbidden, QuotaExceeded, Service, checked
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import instance_snapshot
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.consistency import REQUEST
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot

# From here on the answer tells the image's id in its body.
_CREATE_IMAGE = "2.45"
# How Nova words a limit, its own or Cinder's: it is a 403, as what a role forbids is.
_LIMIT = "quota"
# Seconds after which an image whose answer was lost is given up. Nova makes it last, after it has
# frozen the file systems and asked Cinder for one snapshot after the other, each of which may take
# as long as a request may (nova/compute/api.py, snapshot_volume_backed).
GIVEN_UP = 600.0
# How far to look back for snapshots that were made a moment ago.
_NEWEST = 100


@dataclass(frozen=True, slots=True)
class Machine:
    """An instance, the project that it belongs to, and the device of each of its volumes."""

    instance: Instance
    project_id: str | None
    devices: Mapping[str, str]


def read(connection: Connection, instance_id: str) -> Machine:
    """Read an instance, and beside it its volumes: they decide what Nova copies.

    :raises CloudError: one of them cannot be read.
    """
    devices = connection.start(partial(compute.disks_of, connection, instance_id))
    ask = partial(compute.instance_and_owner, connection, instance_id)
    instance, project_id = connection.fetch(ask)
    return Machine(instance, project_id, devices.get())


def create(
    connection: Connection, instance_id: str, *, name: str, metadata: Mapping[str, str]
) -> Image:
    """Have Nova make an image of an instance; the metadata become properties of the image.

    An instance that is started from the image, and every image of that one, inherit them in Nova:
    the instances that they name say whose they are.

    :raises CloudError: Refused, QuotaExceeded: there is no image, but some of the snapshots may
        have been made; ServiceFailed, AnswerLost: it is not known.
    """
    wanted = {"createImage": {"name": name, "metadata": dict(metadata)}}
    path = f"/servers/{checked(instance_id)}/action"
    try:
        answer = connection.call(
            Service.COMPUTE, "POST", path, microversion=_CREATE_IMAGE, body=wanted
        )
    except Forbidden as error:
        if _LIMIT not in error.reason.lower():
            raise
        raise QuotaExceeded(
            error.reason, status=error.status, request_id=error.request_id, service=error.service
        ) from error
    return answer.itself(partial(_image, name))


def _image(name: str, raw: Record) -> Image | None:
    image_id = text(raw, "image_id")
    return Image(image_id, name, frozenset()) if image_id else None


def newest_snapshots(connection: Connection) -> tuple[Snapshot, ...]:
    """Read the project's newest snapshots, to find those that were made a moment ago.

    :raises CloudError: they cannot be read.
    """
    return tuple(block_storage.snapshots(connection, PageRequest(size=_NEWEST)).items)


def left_behind(connection: Connection, name: str) -> bool:
    """Tell whether there are snapshots of this image's name that no form of ours has noted.

    Nova does not take away what it has made where it fails halfway.

    :raises CloudError: it cannot be read.
    """
    wanted = f"{instance_snapshot.PREFIX}{name}"
    found = newest_snapshots(connection)
    return any(each.name == wanted and REQUEST not in each.metadata for each in found)
