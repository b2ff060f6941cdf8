# SPDX-License-Identifier: Apache-2.0
"""Cinder: uploads of a volume to an image, which keeps a note from its beginning on.

Cinder gives the image the properties that are in the volume's image metadata, and no others
(cinder/volume/api.py, _merge_volume_image_meta). Glance cannot be asked to add them later: when an
upload ends, it writes the properties that it had read when it began (glance/api/v2/image_data.py,
upload), and what came in between is lost. So the note is written to the volume first. While the
volume is being uploaded Cinder lets nobody take it away again: :func:`tidy` does so afterwards,
where somebody looks at the volume within a day.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple

from snapshot_dashboard.cloud import block_storage, caching
from snapshot_dashboard.cloud.answers import Record, text
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import (
    CloudError,
    NotFound,
    RequestFailed,
    Unreachable,
)
from snapshot_dashboard.cloud.idempotency import GIVEN_UP
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import consistency
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.volume import Volume

_NOTE = (
    consistency.TAKEN,
    consistency.ACKNOWLEDGED,
    consistency.INSTANCES,
    consistency.REQUEST,
    consistency.REQUESTED_AT,
)
# In them Cinder lets nobody change a volume's image metadata.
_LOCKED = ("uploading", "maintenance")
# Seconds that it is remembered for that a volume has a note to take away.
_REMEMBERED = 24 * 3600
# Seconds that one who takes it away has for that.
_CLAIMED = 60

About = Callable[[Volume], AbstractContextManager[object]]


class _Mark(NamedTuple):
    """What is remembered of a volume with a note: from when on it may go, and of which upload."""

    due: float
    token: str


def create(
    connection: Connection,
    volume_id: str,
    *,
    name: str,
    disk_format: str,
    force: bool,
    note: Mapping[str, str],
) -> Image:
    """Ask for an image of a volume, with ``note`` among its properties.

    Unforced, Cinder refuses a volume that is attached by now (cinder/volume/api.py,
    copy_volume_to_image). Where enable_force_upload is off, which is the default, it refuses a
    forced one as well.

    :raises CloudError: Refused: nothing was made; AnswerLost, ServiceFailed: it is not known.
    """
    # Where the answer is lost the image may come to be later, and needs its note then.
    mark = _remember(connection, volume_id, patience=GIVEN_UP)
    _write(connection, volume_id, note)
    wanted = {
        "image_name": name,
        "container_format": "bare",
        "disk_format": disk_format,
        "force": force,
        # What Glance makes of it for Horizon's own form, which asks at a version without this.
        "visibility": "shared",
    }
    try:
        answer = block_storage.act(connection, volume_id, {"os-volume_upload_image": wanted})
    except RequestFailed as error:
        if not error.uncertain:
            _erase(connection, volume_id, mark)
        raise
    _remember(connection, volume_id)
    return answer.one("os-volume_upload_image", _image)


def ended(connection: Connection, volumes: Iterable[Volume]) -> frozenset[str]:
    """Return the ids of the volumes that still have the note of an upload that has ended.

    Only the cache is looked at: nothing is asked of Cinder.
    """
    return frozenset(_ended(connection, volumes))


def tidy(connection: Connection, volume: Volume, about: About) -> None:
    """Take the note from a volume whose upload has ended: up to five requests.

    Best effort: it needs somebody to be looking at it. Until then the note says in
    ``REQUESTED_AT`` of which upload it is. ``about`` surrounds what is written.
    """
    mark = _ended(connection, [volume]).get(volume.id)
    # One of those who look at the same moment is enough.
    if mark and cache.add(_claim(_key(connection, volume.id), mark), True, _CLAIMED):
        with about(volume):
            _erase(connection, volume.id, mark)


def _ended(connection: Connection, volumes: Iterable[Volume]) -> dict[str, _Mark]:
    keys = {_key(connection, each.id): each.id for each in volumes if each.status not in _LOCKED}
    found: dict[str, _Mark] = cache.get_many(list(keys)) if keys else {}
    return {keys[key]: mark for key, mark in found.items() if mark.due <= time.time()}


def _write(connection: Connection, volume_id: str, note: Mapping[str, str]) -> None:
    # An image that the volume was made from may have left it a list of instances.
    metadata = {consistency.INSTANCES: "", **note}
    try:
        block_storage.act(connection, volume_id, {"os-set_image_metadata": {"metadata": metadata}})
    except CloudError as error:
        if not error.uncertain:
            raise
        # Whatever became of it: no image was asked for.
        raise Unreachable.because(error) from error


def _erase(connection: Connection, volume_id: str, mark: _Mark) -> None:
    """Take the note of one upload away; what is left is tried again by :func:`tidy`."""
    key = _key(connection, volume_id)
    for each in _NOTE:
        # Another upload may have begun since, and the note may be that of its image.
        if cache.get(key, mark) != mark:
            return
        try:
            block_storage.act(connection, volume_id, {"os-unset_image_metadata": {"key": each}})
        except NotFound:
            continue
        except RequestFailed:
            cache.delete(_claim(key, mark))
            return
    if cache.get(key) == mark:
        cache.delete(key)


def _remember(connection: Connection, volume_id: str, patience: float = 0) -> _Mark:
    mark = _Mark(time.time() + patience, uuid.uuid4().hex)
    cache.set(_key(connection, volume_id), mark, _REMEMBERED)
    return mark


def _key(connection: Connection, volume_id: str) -> str:
    return caching.key(connection.region, connection.project_id, "uploaded", volume_id)


def _claim(key: str, mark: _Mark) -> str:
    return f"{key}:{mark.token}"


def _image(raw: Record) -> Image | None:
    if not text(raw, "image_id"):
        return None
    return Image(id=text(raw, "image_id"), name=text(raw, "image_name"), snapshot_ids=frozenset())
