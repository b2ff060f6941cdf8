# SPDX-License-Identifier: Apache-2.0
"""Glance: the empty images that Nova leaves beside the snapshots of an instance.

An image of an instance that was started from a volume holds no bytes: its property
``block_device_mapping`` names a snapshot of each volume, and without them it is of no use
(nova/compute/api.py, snapshot_volume_backed).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from snapshot_dashboard.cloud.errors import translated
from snapshot_dashboard.cloud.session import Connection

_PAGE = 100
_PAGES = 5


@dataclass(frozen=True, slots=True)
class EmptyImage:
    """An image that is made of these snapshots and of nothing else."""

    id: str
    name: str
    status: str
    project_id: str | None
    snapshot_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class EmptyImages:
    """The images that were found; unless ``complete``, there may be more."""

    images: tuple[EmptyImage, ...]
    complete: bool


def empty_images_of(connection: Connection, snapshot_ids: Iterable[str]) -> EmptyImages:
    """Find the empty images that are made of any of these snapshots, among the newest 500.

    Glance shows an administrator the images of all projects; with ``visibility=all`` also those
    that their owners offer to everybody (community). Hidden ones (os_hidden) are not looked at.

    :raises CloudError: the images could not be read, and nothing is known.
    """
    wanted = frozenset(snapshot_ids)
    found: list[EmptyImage] = []
    marker: str | None = None
    for _page in range(_PAGES if wanted else 0):
        with translated():
            body = _images_after(connection, marker)
            images = [_image(each) for each in body["images"]]
            found += [each for each in images if each.snapshot_ids & wanted]
            if not (images and body.get("next")):
                return EmptyImages(tuple(found), complete=True)
            marker = images[-1].id
    return EmptyImages(tuple(found), complete=not wanted)


def _images_after(connection: Connection, marker: str | None) -> Any:
    wanted: dict[str, Any] = {"size_max": 0, "visibility": "all", "limit": _PAGE}
    wanted |= {"marker": marker} if marker else {}
    return connection.image().get("/images", params=wanted).json()


def _image(raw: Mapping[str, Any]) -> EmptyImage:
    return EmptyImage(
        id=raw["id"],
        name=raw.get("name") or "",
        status=raw.get("status") or "",
        project_id=raw.get("owner"),
        snapshot_ids=_snapshots(raw.get("block_device_mapping")),
    )


def _snapshots(mapping: Any) -> frozenset[str]:
    """Read the snapshots' ids from a property that anybody can write anything into."""
    try:
        devices = json.loads(mapping)
    except (TypeError, ValueError, RecursionError):
        return frozenset()
    listed = devices if isinstance(devices, list) else ()
    named = (each.get("snapshot_id") for each in listed if isinstance(each, dict))
    return frozenset(each for each in named if isinstance(each, str))
