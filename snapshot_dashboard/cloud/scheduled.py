# SPDX-License-Identifier: Apache-2.0
"""Reads what the schedules of one project are about: volumes, snapshots and what needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from snapshot_dashboard.cloud import administration, dependents, lists
from snapshot_dashboard.cloud.errors import CloudError, Refused
from snapshot_dashboard.cloud.lists import Listed, Query
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.schedules import schedule as schedules
from snapshot_dashboard.rules.schedules.schedule import SCHEDULE, SCHEDULED, YES, Schedule
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.source_search import search_of
from snapshot_dashboard.rules.volume import Volume

# Half of Cinder's usual osapi_max_limit.
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule with the volumes that carry it: of an instance several, else one."""

    schedule: Schedule
    volumes: tuple[Volume, ...]


@dataclass(frozen=True, slots=True)
class Inventory:
    """The schedules of a project, the volumes whose entry is not understood, and the snapshots.

    ``snapshots`` are by the id of the schedule that they name.
    """

    jobs: tuple[Scheduled, ...]
    unclear: tuple[Volume, ...]
    snapshots: dict[str, list[Snapshot]]

    def taken(self, job: Scheduled) -> tuple[Snapshot, ...]:
        """Return what may be a schedule's own: of that for one volume none of another."""
        named = self.snapshots.get(job.schedule.id, ())
        if job.schedule.instance_id:
            return tuple(named)
        return tuple(each for each in named if each.volume_id == job.volumes[0].id)


@dataclass(frozen=True, slots=True)
class Needed:
    """The ids of snapshots that something was made from; None where that is not known, and why.

    ``why`` is in English, ``failure`` what a service said.
    """

    ids: frozenset[str] | None
    why: str = ""
    failure: Failure | None = None


def read(connection: Connection) -> Inventory:
    """Read the schedules of the connection's project; the snapshots only where there are any.

    :raises RequestFailed: the volumes, or all snapshots, cannot be read.
    """
    clear: dict[tuple[str, str], list[Volume]] = defaultdict(list)
    known: dict[tuple[str, str], Schedule] = {}
    unclear: list[Volume] = []
    for volume in _volumes(connection):
        found = schedules.read(volume.metadata)
        mine = volume.project_id == connection.project_id
        if found is None or not mine or not found.of_project(connection.project_id):
            unclear.append(volume)
            continue
        key = (found.id, "" if found.instance_id else volume.id)
        # Of an instance's volumes the entry that was saved last counts, and one that is paused.
        if key not in known or _rank(known[key]) < _rank(found):
            known[key] = found
        clear[key].append(volume)
    jobs = tuple(Scheduled(known[key], tuple(clear[key])) for key in sorted(known))
    return Inventory(jobs, tuple(unclear), _snapshots(connection) if jobs else {})


def _rank(schedule: Schedule) -> tuple[bool, datetime]:
    return schedule.paused, schedule.since


def _snapshots(connection: Connection) -> dict[str, list[Snapshot]]:
    found: dict[str, list[Snapshot]] = defaultdict(list)
    for page in administration.walk(connection, {}, size=_PAGE, everywhere=False):
        for each in page:
            if each.id and each.project_id == connection.project_id and SCHEDULE in each.metadata:
                found[each.metadata[SCHEDULE]].append(each)
    return dict(found)


def _volumes(connection: Connection) -> list[Volume]:
    """Read the volumes that have a schedule: by a filter, or from all where it is not heeded.

    An operator can take the filter away (resource_filters.json); a filter that is not known is
    ignored below 3.31, and refused from there on.
    """
    marked = {"metadata": str({SCHEDULED: YES})}
    try:
        found = [each for page in _pages(connection, marked) for each in page.items]
    except Refused:
        found = []
    else:
        if all(each.metadata.get(SCHEDULED) == YES for each in found):
            return found
    pages = _pages(connection, {})
    return [each for page in pages for each in page.items if schedules.has(each.metadata)]


def _pages(connection: Connection, filters: Query) -> Iterator[Listed[Volume]]:
    marker = ""
    while True:
        query = {**filters, "sort": "created_at:asc", "limit": _PAGE, "marker": marker}
        page = lists.read(connection, lists.VOLUMES, query, whole=True)
        yield page
        if not (page.followed and page.last) or page.last == marker:
            return
        marker = page.last


def needed(
    connection: Connection, snapshots: Collection[Snapshot], *, by_volumes: bool = True
) -> Needed:
    """Return which of these something was made from.

    Images always need theirs; whether volumes do depends on the storage.
    """
    if not snapshots:
        return Needed(frozenset())
    if connection.image_url is None and connection.compute_url is not None:
        # Where there is Nova there are images, at an address that these credentials do not show.
        return Needed(None, "The catalog has no Image service.")
    ids = frozenset(each.id for each in snapshots)
    try:
        made = _with_volumes(connection, snapshots) if by_volumes else frozenset()
        found = dependents.images_of(connection, ids)
    except CloudError as error:
        return Needed(None, failure=error.failure)
    if not found.complete:
        return Needed(None, "There are too many images of instances to look at each of them.")
    return Needed(made | found.snapshot_ids & ids)


def _with_volumes(connection: Connection, snapshots: Collection[Snapshot]) -> frozenset[str]:
    wanted, marker = search_of(snapshots), ""
    found: set[str] = set()
    while True:
        part = dependents.part(connection, wanted, marker, size=dependents.PART, counted=False)
        found.update(each.snapshot_id or "" for each in part.volumes)
        marker = part.marker
        if not marker:
            return frozenset(found)
