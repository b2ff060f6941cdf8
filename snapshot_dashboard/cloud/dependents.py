# SPDX-License-Identifier: Apache-2.0
"""Reads what depends on a snapshot or volume (volumes, backups, images), and deletes both.

Members cannot filter volumes by snapshot: ``snapshot_id`` is not among Cinder's resource filters
(etc/cinder/resource_filters.json), which is answered with 400 from 3.31 on (cinder 29.0.0,
api/common.py, reject_invalid_filters), and is ignored below. So volumes made from a snapshot are
searched among the newer volumes of the project, part by part, on demand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import partial

from snapshot_dashboard.cloud import caching, images, lists
from snapshot_dashboard.cloud.answers import Record, text, told
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import (
    AnswerUnreadable,
    NotFound,
    Refused,
    Service,
    checked,
    written,
)
from snapshot_dashboard.cloud.images import EmptyImages
from snapshot_dashboard.cloud.lists import Listed
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.source_search import (
    CLOCKS,
    Place,
    SearchProgress,
    SourceSearch,
    place,
)
from snapshot_dashboard.rules.status_note import TOLD_FOR
from snapshot_dashboard.rules.volume import Volume

# As many take about a second on a small machine, and three on one that is busy: Cinder would give
# twice as many (its osapi_max_limit), but not always in the time that a page has.
PART = 500
# The first part is one that somebody waits for, and it counts the others.
FIRST = 200
# The version from which it filters by time (VOLUME_TIME_COMPARISON_FILTER); below it ignores the
# filter and reads everything.
_TIMED = (3, 60)
_BAD_REQUEST = 400
# As many backups of a volume are looked at, the newest.
_BACKUPS = 100
# As many snapshots of a volume are looked at where it matters only that there are some.
_SOME = 20


@dataclass(frozen=True, slots=True)
class SearchPart:
    """One part of the project's volumes, and those in it made from the searched snapshots.

    ``newer``: only volumes newer than the oldest of the snapshots are looked at, ``older`` are
    those in ``read`` that were read for the sake of clocks that differ. ``count`` is how many are
    to be read in all, told by a part that ``begins`` alone and not by every Cinder. ``marker`` is
    where to go on, empty after the last part.
    """

    volumes: tuple[Volume, ...]
    read: tuple[Volume, ...] = ()
    older: int = 0
    count: int | None = None
    marker: str = ""
    begins: bool = True
    newer: bool = False

    def made_from(self, snapshot_ids: Collection[str]) -> tuple[Volume, ...]:
        """Return those that were made from one of these snapshots."""
        return tuple(each for each in self.read if each.snapshot_id in snapshot_ids)

    def after(self, before: SearchProgress) -> SearchProgress:
        """Count on from what came before; a part that begins anew counts anew.

        Volumes that were made since they were counted, and those that are read twice because the
        last ones of a part were deleted, are not told.
        """
        done, everything = (0, self.count) if self.begins else (before.done, before.everything)
        done += len(self.read) - self.older
        if everything is None:
            return SearchProgress(done)
        everything = max(everything - self.older, 0)
        return SearchProgress(min(done, everything), everything)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup in Cinder; it does not block the deletion of its volume or snapshot."""

    id: str
    name: str
    volume_id: str
    snapshot_id: str | None = None

    @property
    def label(self) -> str:
        """Return the name, or the id of a backup that has none."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class SomeSnapshots:
    """The newest snapshots of a volume.

    ``count`` is how many were found; there may be more unless they are ``complete``.
    """

    newest: tuple[Snapshot, ...]
    count: int
    complete: bool


def part(
    connection: Connection,
    wanted: SourceSearch,
    marker: str = "",
    *,
    size: int = FIRST,
    counted: bool = True,
    project_id: str = "",
) -> SearchPart:
    """Look for volumes made from one of these snapshots among the next ones, the oldest first.

    A volume that is made meanwhile is looked at in the end. Where a search goes on it is by the
    time with which it began. ``size`` is how many the first part reads; it is ``counted`` how many
    there are in all, which costs Cinder a query more. With ``project_id`` another project's are
    read, as far as Cinder lets this role.

    :raises CloudError: they cannot be read.
    """
    begun = place(marker) if marker else Place(wanted.since)
    if begun.since and wanted.since and wanted.since < begun.since:
        # Older snapshots came in where others went: what has been looked at is not enough.
        begun = Place(wanted.since)
    answer, where = _after(connection, begun, size, counted=counted, project_id=project_id)
    found = answer.items
    return SearchPart(
        volumes=tuple(each for each in found if each.snapshot_id in wanted.ids),
        read=found,
        older=sum(_is_older(each, where.since) for each in found),
        count=answer.count,
        marker=where.following(found).text if answer.followed and found else "",
        begins=not where.after,
        newer=where.since is not None,
    )


def beginning(wanted: SourceSearch) -> str:
    """Return the marker with which a search for these begins."""
    return Place(wanted.since).text


def _is_older(volume: Volume, since: datetime | None) -> bool:
    return bool(since and volume.created_at and volume.created_at < since)


def _after(
    connection: Connection, begun: Place, size: int, *, counted: bool, project_id: str
) -> tuple[Listed[Volume], Place]:
    """Read what follows a place, else from the beginning; return where that was, too."""
    version = connection.cinder_version()
    if version < _TIMED and not begun.after:
        begun = replace(begun, since=None)
    whose = {"project_id": project_id} if project_id else {}

    def read(query: dict[str, object], *, counted: bool = False) -> Listed[Volume]:
        asked = {**query, **whose}
        return lists.read(
            connection, lists.VOLUMES, asked, everywhere=bool(whose), counted=counted, whole=True
        )

    for marker in begun.after:
        try:
            query = _query(begun, PART) | {"marker": written(marker)}
            return connection.fetch(partial(read, query)), begun
        except NotFound:
            continue
    start = replace(begun, after=())
    try:
        return connection.fetch(partial(read, _query(start, size), counted=counted)), start
    except Refused as error:
        # An operator says by which columns a member may filter (resource_query_filters_file).
        if start.since is None or error.status != _BAD_REQUEST:
            raise
    return connection.fetch(partial(read, _query(Place(), size), counted=counted)), Place()


def _query(where: Place, limit: int) -> dict[str, object]:
    query: dict[str, object] = {"sort": "created_at:asc", "limit": limit}
    if where.since:
        earliest = where.since.astimezone(timezone.utc) - CLOCKS
        query["created_at"] = f"gte:{earliest:%Y-%m-%dT%H:%M:%S}"
    return query


def some_snapshots_of(
    connection: Connection, volume_id: str, *, everywhere: bool = False
) -> SomeSnapshots:
    """Read the newest snapshots of a volume, in one call; ``everywhere``: those of all projects.

    :raises CloudError: they cannot be read; AnswerUnreadable where Cinder did not filter (below
        3.31 it may ignore what it is asked for), and none of the volume is among what it gave.
    """
    query = {"volume_id": checked(volume_id), "limit": _SOME, "sort": "created_at:desc"}
    found = lists.read(connection, lists.SNAPSHOTS, query, everywhere=everywhere)
    # One without an id is a snapshot all the same.
    ours = [each for each in found.entries if each is None or each.volume_id == volume_id]
    if not ours and not found.complete:
        raise AnswerUnreadable(service=Service.BLOCK_STORAGE)
    return SomeSnapshots(tuple(each for each in ours if each), len(ours), found.complete)


def backups_of(connection: Connection, volume_id: str) -> tuple[Backup, ...]:
    """Read the newest backups of a volume; of one of its snapshots those that name it.

    :raises CloudError: they cannot be read.
    """
    wanted = {"volume_id": checked(volume_id), "limit": _BACKUPS, "sort": "created_at:desc"}
    found = connection.cinder("GET", "/backups/detail", query=wanted).all("backups", _backup)
    return tuple(each for each in found if each.volume_id == volume_id)


def _backup(raw: Record) -> Backup | None:
    if not text(raw, "id"):
        return None
    whose = text(raw, "volume_id")
    return Backup(text(raw, "id"), text(raw, "name"), whose, told(raw, "snapshot_id"))


def images_of(connection: Connection, snapshot_ids: Collection[str]) -> EmptyImages:
    """Find the images that are nothing without these snapshots; none where there is no Glance.

    :raises CloudError: they cannot be read.
    """
    if not snapshot_ids or connection.image_url is None:
        return EmptyImages((), complete=True)
    return images.empty_images_of(connection, snapshot_ids)


def remember_deletion(connection: Connection, snapshot_id: str) -> None:
    """Remember that a snapshot was to be deleted: if it comes back, its row looks for why."""
    seconds = int(TOLD_FOR.total_seconds())
    cache.set(_deletion_key(connection, snapshot_id), True, timeout=seconds)


def wanted_deleted(connection: Connection, snapshot_ids: Iterable[str]) -> frozenset[str]:
    """Return those of these snapshots that were to be deleted a while ago."""
    keys = {_deletion_key(connection, each): each for each in snapshot_ids}
    return frozenset(keys[key] for key in cache.get_many(list(keys)))


def _deletion_key(connection: Connection, snapshot_id: str) -> str:
    # Its owner is to be told of a deletion that support staff asked for, too.
    return caching.key(connection.region, caching.EVERY_PROJECT, "deletion", snapshot_id)
