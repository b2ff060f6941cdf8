# SPDX-License-Identifier: Apache-2.0
"""Reads and changes of support staff in all projects, as far as Cinder allows their role.

Cinder honours ``all_tenants`` only for whoever its policy calls an administrator
(cinder/volume/api.py, get_all_snapshots); anybody else is answered with their own project, and
no error. So nothing here decides what somebody may see.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import answers, list_search, lists
from snapshot_dashboard.cloud.answers import Record, moment, text
from snapshot_dashboard.cloud.errors import AnswerUnreadable, NotFound, Refused, Service, checked
from snapshot_dashboard.cloud.lists import Kind, Listed, Query
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.rules.attention import StorageService
from snapshot_dashboard.rules.listing import Page, PageRequest, page_of
from snapshot_dashboard.rules.snapshot import Snapshot, left_by_revert
from snapshot_dashboard.rules.volume import Volume

LOG = logging.getLogger(__name__)

# What an older Cinder does not know, it takes for a column and finds nothing at all: this is
# asked for only where it exists (cinder/api/microversions.py, USE_QUOTA).
_QUOTA_USE = (3, 65)
# 50 ids are 2.3 KB of an address: with its headers a request stays below the 4 KiB that uWSGI
# takes unless told otherwise (buffer-size).
IDS = 50
_BAD_REQUEST = 400
# One that has no id is counted all the same, and written down.
_WITHOUT_IDS: Kind[Snapshot] = Kind("snapshots", answers.snapshot_without_id)


def snapshots(connection: Connection, request: PageRequest) -> Page[Snapshot]:
    """Read one page of all projects' snapshots, in one call.

    :raises CloudError: they cannot be read.
    """
    if request.conditions:
        return list_search.page(connection, lists.SNAPSHOTS, request, everywhere=True)
    counted = request.counted
    found = lists.page(connection, lists.SNAPSHOTS, request, everywhere=True, counted=counted)
    return page_of(found.entries, request, found.count)


def counted_snapshots(
    connection: Connection, request: PageRequest
) -> tuple[Page[Snapshot], int | None]:
    """Read one page of all projects' snapshots, and how many there are on all pages.

    None where the cloud is too old to count. One call.

    :raises CloudError: they cannot be read.
    """
    found = lists.page(connection, lists.SNAPSHOTS, request, everywhere=True, counted=True)
    return page_of(found.entries, request), found.count


def volumes(connection: Connection, request: PageRequest) -> Page[Volume]:
    """Read one page of all projects' volumes, in one call.

    :raises CloudError: they cannot be read.
    """
    if request.conditions:
        return list_search.page(connection, lists.VOLUMES, request, everywhere=True)
    counted = request.counted
    found = lists.page(connection, lists.VOLUMES, request, everywhere=True, counted=counted)
    return page_of(found.entries, request, found.count)


def counted_volumes(
    connection: Connection, statuses: Collection[str], request: PageRequest
) -> tuple[Page[Volume], int | None]:
    """Read one page of all projects' volumes of several statuses, and how many there are.

    A list as a filter is told at :func:`volumes_by_id`. None where the cloud is too old to count.

    :raises CloudError: they cannot be read; ServiceFailed where the filter was not heeded.
    """
    among = {"status": tuple(statuses)}
    found = lists.page(
        connection, lists.VOLUMES, request, among=among, everywhere=True, counted=True
    )
    page = page_of(found.entries, request)
    if not {each.status for each in page.items} <= set(statuses):
        LOG.warning("Cinder told of volumes of other statuses than those that were asked for.")
        raise AnswerUnreadable(service=Service.BLOCK_STORAGE)
    return page, found.count


def volumes_by_id(connection: Connection, ids: Iterable[str]) -> Mapping[str, Volume]:
    """Read volumes of any project by their ids, 50 in a call.

    An id that Cinder does not return is left out: nothing follows from its absence.

    The API's reference does not have this filter; the code does, since before microversions.
    ``check_volume_filters`` (cinder/volume/api.py) reads every value as a Python literal where it
    is one, and ``_process_volume_filters`` (cinder/db/api.py) compares a list by ``IN``. ``id``
    is not among the filters of a member, who is refused; an administrator may filter by any
    column. Should a Cinder come to ignore it, its answer holds volumes that nobody asked for:
    such an answer counts for nothing, and so does a refusal.

    :raises CloudError: the volumes cannot be read, for another reason than such a refusal;
        NotFound for an id that is not written as ids are.
    """
    wanted = tuple(dict.fromkeys(checked(each) for each in ids if each))
    found: dict[str, Volume] = {}
    for start in range(0, len(wanted), IDS):
        found |= _those(connection, wanted[start : start + IDS])
    return found


def _those(connection: Connection, ids: tuple[str, ...]) -> dict[str, Volume]:
    try:
        read = lists.read(connection, lists.VOLUMES, {"id": ids}, everywhere=True)
    except Refused as error:
        if error.status != _BAD_REQUEST:
            raise
        return {}
    found = {each.id: each for each in read.items}
    return found if found.keys() <= set(ids) else {}


def services(connection: Connection) -> Mapping[str, StorageService]:
    """Read the services that work on volumes, by host ("host@backend", without a pool).

    A service is up when it has reported within ``service_down_time`` and, from 3.49 on, its
    storage is not known to be unreachable: drivers such as rbd.py report a ``backend_state``
    that the scheduler hands on; none is told for a backend that the scheduler has not met.

    :raises CloudError: Forbidden for anybody but an administrator.
    """
    return _services(connection, "cinder-volume")


def backup_services(connection: Connection) -> Mapping[str, StorageService]:
    """Read the services that make backups, by host.

    :raises CloudError: Forbidden for anybody but an administrator.
    """
    return _services(connection, "cinder-backup")


def _services(connection: Connection, binary: str) -> Mapping[str, StorageService]:
    answer = connection.cinder("GET", "/os-services", query={"binary": binary})
    return {
        text(each, "host"): _service(each)
        for each in answer.records("services")
        if each.get("binary") == binary
    }


def _service(raw: Record) -> StorageService:
    return StorageService(
        host=text(raw, "host"),
        up=raw.get("state") == "up" and raw.get("backend_state") in (None, "up"),
        reported_at=moment(raw.get("updated_at")),
        enabled=raw.get("status") == "enabled",
    )


def walk(
    connection: Connection,
    filters: Mapping[str, str],
    *,
    size: int = 1000,
    everywhere: bool = True,
) -> Iterator[tuple[Snapshot, ...]]:
    """Read all projects' snapshots that match, newest first, page after page.

    Without ``everywhere`` those of the own project.

    Each page has the time that a whole page of the dashboard has otherwise: somebody who reads
    10,000 rows waits for them. A service may give fewer rows than ``size`` (its
    ``osapi_max_limit``); what it says of a next page decides whether there is one. No snapshot
    comes twice; one that is made meanwhile may be missing.

    :raises CloudError: a page cannot be read; what came before it is not the whole list.
    """
    query: Query = {**filters, "sort": "created_at:desc", "limit": size}
    seen: set[str] = set()
    passed: list[str] = []
    pages = idle = 0
    more = True
    while more:
        passed, read = _further(connection, query, passed, everywhere=everywhere)
        found = read.items
        more = bool(found) and read.followed
        fresh = {each.id or place: each for place, each in enumerate(found) if each.id not in seen}
        if fresh:
            yield tuple(fresh.values())
        # What is read again after a deletion is no more than what was read before it: a
        # service that goes on with what it gave already does not heed the marker.
        pages, idle = (pages + 1, 0) if fresh else (pages, idle + 1)
        if more and idle > pages:
            LOG.warning("Cinder told of the same snapshots again and again.")
            raise AnswerUnreadable(service=Service.BLOCK_STORAGE)
        known = [each.id for each in found if each.id]
        seen.update(known)
        passed.extend(known)


def _further(
    connection: Connection, query: Query, passed: list[str], *, everywhere: bool
) -> tuple[list[str], Listed[Snapshot]]:
    """Read what follows the snapshots that were passed; return those still passed, and that.

    Cinder cannot go on after a snapshot that was deleted meanwhile (404). Then it goes on after
    an earlier one: 1, 2, 4, ... further back, because whole projects are deleted at once; and
    when there is none left, from the beginning.
    """
    back = 1
    while back <= len(passed):
        kept = passed[: len(passed) - back + 1]
        try:
            return kept, _in_time(connection, {**query, "marker": kept[-1]}, everywhere=everywhere)
        except NotFound:
            back *= 2
    return [], _in_time(connection, query, everywhere=everywhere)


def _in_time(connection: Connection, query: Query, *, everywhere: bool) -> Listed[Snapshot]:
    step = replace(connection, deadline=Deadline(settings.get("PAGE_SECONDS")))
    return step.fetch(partial(lists.read, step, _WITHOUT_IDS, query, everywhere=everywhere))


def temporary_snapshots(connection: Connection, volume_id: str) -> tuple[Snapshot, ...]:
    """Read the snapshots of a volume that the service made for its own work.

    They are those that do not count against the quota; below 3.65, where Cinder does not tell that,
    those with such names, which all have the volume's id. Empty below 3.34.

    :raises CloudError: they cannot be read.
    """
    wanted = {"volume_id": checked(volume_id)}
    found = _temporary(connection, wanted, volume_id)
    return tuple(each for each in found if each.volume_id == volume_id)


def newest_temporary_snapshots(connection: Connection, limit: int) -> tuple[Snapshot, ...]:
    """Read the newest of them in all projects; below 3.65 those that reverts have made.

    :raises CloudError: they cannot be read.
    """
    wanted: Query = {"sort": "created_at:desc", "limit": limit}
    return _temporary(connection, wanted, left_by_revert("%"))


def _temporary(connection: Connection, wanted: Query, part: str) -> tuple[Snapshot, ...]:
    version = connection.cinder_version()
    if version < list_search.BY_PART:
        return ()
    marked = {"consumes_quota": "false"} if version >= _QUOTA_USE else {"name~": part}
    query: Query = {**marked, **wanted}
    read = lists.read(connection, lists.SNAPSHOTS, query, everywhere=True, whole=True)
    return tuple(each for each in read.items if each.temporary)


def reset_status(connection: Connection, snapshot_id: str, status: str) -> None:
    """Change what Cinder's database says of a snapshot, and nothing else.

    It also forgets that it has work to clean up after a restart (``worker_destroy`` in
    cinder/api/contrib/admin_actions.py).

    :raises CloudError: Refused for a status that Cinder does not take.
    """
    path = f"/snapshots/{checked(snapshot_id)}/action"
    connection.cinder("POST", path, body={"os-reset_status": {"status": status}})


def reset_volume_status(connection: Connection, volume_id: str, status: str) -> None:
    """Change what Cinder's database says of a volume; attachments stay as they are.

    :raises CloudError: Refused for a status that Cinder does not take, such as in-use for a
        volume without attachments.
    """
    path = f"/volumes/{checked(volume_id)}/action"
    connection.cinder("POST", path, body={"os-reset_status": {"status": status}})
