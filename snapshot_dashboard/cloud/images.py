# SPDX-License-Identifier: Apache-2.0
"""Glance: finds the empty images that Nova leaves for the snapshots of an instance.

An image of an instance that was started from a volume holds no bytes: its property
``block_device_mapping`` names a snapshot of each volume, and without them it is of no use
(nova/compute/api.py, snapshot_volume_backed).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from snapshot_dashboard.cloud.answers import Record, number, text, told
from snapshot_dashboard.cloud.errors import AnswerUnreadable, Service, checked
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules import keep_until, tags
from snapshot_dashboard.rules.image import Image
from snapshot_dashboard.rules.quiesced import demands, names_agent
from snapshot_dashboard.rules.revert_record import STANDS_FOR

_PAGE = 100
_PAGES = 5


@dataclass(frozen=True, slots=True)
class EmptyImages:
    """The images that were found; unless ``complete``, there may be more."""

    images: tuple[Image, ...]
    complete: bool

    @property
    def snapshot_ids(self) -> frozenset[str]:
        """Return the ids of the snapshots that they name."""
        return frozenset(each for image in self.images for each in image.snapshot_ids)


def empty_images_of(connection: Connection, snapshot_ids: Iterable[str]) -> EmptyImages:
    """Find the empty images that are made of any of these snapshots, among the newest 500.

    Glance shows an administrator the images of all projects; with ``visibility=all`` also those
    that their owners offer to everybody (community). Hidden ones, which can be used like others,
    it lists only by themselves (glance/api/v2/images.py, index): 500 of these as well.

    :raises CloudError: the images could not be read, and nothing is known.
    """
    ids = frozenset(snapshot_ids)
    if not ids:
        return EmptyImages((), complete=True)
    # Before Rocky os_hidden is the name of a property that no image has: with "false" nothing is
    # found, and without it what is not hidden, everywhere.
    shown, hidden = (_walk(connection, ids, each) for each in ({}, {"os_hidden": "true"}))
    # A proxy may leave out what it is asked for, and both be the same.
    found = {each.id: each for each in (*shown.images, *hidden.images)}
    return EmptyImages(tuple(found.values()), shown.complete and hidden.complete)


def _walk(connection: Connection, ids: frozenset[str], which: Mapping[str, object]) -> EmptyImages:
    found: list[Image] = []
    marker: str | None = None
    for _page in range(_PAGES):
        wanted = {"visibility": "all", "limit": _PAGE, "marker": marker, **which}
        images, more = empty_images(connection, wanted)
        found += [each for each in images if each.snapshot_ids & ids]
        if not (images and more):
            return EmptyImages(tuple(found), complete=True)
        marker = images[-1].id
    return EmptyImages(tuple(found), complete=False)


def image(connection: Connection, image_id: str) -> Image:
    """Read one image.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    answer = connection.call(Service.IMAGE, "GET", f"/images/{checked(image_id)}")
    return answer.itself(read_image)


def delete(connection: Connection, image_id: str) -> None:
    """Delete an image; the snapshots that it names stay.

    :raises CloudError: Forbidden for a protected one, or for the role.
    """
    connection.call(Service.IMAGE, "DELETE", f"/images/{checked(image_id)}")


def images_with(connection: Connection, key: str, value: str) -> tuple[Image, ...]:
    """Return the project's images that have a property of this value, oldest first.

    Compared here too: a filter that is ignored would find what is not there.

    :raises CloudError: they cannot be read.
    """
    wanted = {key: value, "owner": connection.project_id, "sort": "created_at:asc", "limit": _PAGE}
    answer = connection.call(Service.IMAGE, "GET", "/images", query=wanted)
    marked = [text(raw, key) == value for raw in answer.records("images")]
    found = zip(answer.all("images", read_image), marked, strict=True)
    return tuple(each for each, is_marked in found if is_marked)


def newest_empty_images(connection: Connection, owner: str = "") -> EmptyImages:
    """Read the newest empty images that this project sees in its list: one call.

    With ``owner`` those of another project, as far as Glance tells them.

    :raises CloudError: they cannot be read.
    """
    whose = {"owner": owner} if owner else {}
    found, more = empty_images(connection, {"limit": _PAGE, **whose})
    return EmptyImages(tuple(found), complete=not more)


def empty_images(connection: Connection, query: Mapping[str, object]) -> tuple[list[Image], bool]:
    """Read one page of the empty images; the second value tells that more follow.

    :raises CloudError: they cannot be read.
    """
    answer = connection.call(Service.IMAGE, "GET", "/images", query={"size_max": 0, **query})
    return answer.all("images", read_image), bool(answer.get("next"))


def guest_agent_images(
    connection: Connection, size: int, pages: int
) -> tuple[tuple[Image, ...], bool]:
    """Find the images that name a guest agent; the second value tells that all were looked at.

    :raises CloudError: they cannot be read.
    """
    found: list[Image] = []
    marker: str | None = None
    for _page in range(pages):
        query = {"limit": size, "marker": marker}
        answer = connection.call(Service.IMAGE, "GET", "/images", query=query)
        records = answer.records("images")
        named = (read_image(each) for each in records if names_agent(each))
        found += [each for each in named if each]
        if not (records and answer.get("next")):
            return tuple(found), True
        marker = told(records[-1], "id")
    return tuple(found), False


def disk_formats(connection: Connection) -> frozenset[str]:
    """Return the formats of disks that this cloud's images can have.

    :raises CloudError: they are not told.
    """
    about = connection.call(Service.IMAGE, "GET", "/schemas/image").record("properties")
    listed = about.get("disk_format")
    found = listed.get("enum") if isinstance(listed, dict) else None
    if not isinstance(found, list):
        raise AnswerUnreadable("no formats of disks", service=Service.IMAGE)
    return frozenset(each for each in found if isinstance(each, str))


def read_image(raw: Record) -> Image | None:
    """Read an image; None for one without an id."""
    if not text(raw, "id"):
        return None
    return Image(
        id=text(raw, "id"),
        name=text(raw, "name"),
        status=text(raw, "status"),
        snapshot_ids=_snapshots_in(raw),
        stands_for=text(raw, STANDS_FOR),
        size=number(raw.get("size")),
        demanded=demands(raw),
        keep_until=keep_until.of({keep_until.KEEP_UNTIL: text(raw, keep_until.KEEP_UNTIL)}),
        tags=tags.carried_by(raw),
        project_id=told(raw, "owner"),
    )


def _snapshots_in(raw: Record) -> frozenset[str]:
    """Read the snapshots' ids from a property that anybody can write anything into."""
    try:
        devices = json.loads(text(raw, "block_device_mapping"))
    except (ValueError, RecursionError):
        return frozenset()
    listed = devices if isinstance(devices, list) else ()
    named = (each.get("snapshot_id") for each in listed if isinstance(each, dict))
    return frozenset(each for each in named if isinstance(each, str))
