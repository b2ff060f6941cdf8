# SPDX-License-Identifier: Apache-2.0
"""The snapshots of all projects that need attention, with what tells what to do about them.

One call for each status, because Cinder filters by one at a time; one each for services and
messages; and the volumes of what was found, 50 in a call. Each comes alone: one that cannot be
read is told as such, and leaves the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import administration, messages
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.facts import Fact, fact
from snapshot_dashboard.cloud.session import Connection, versions
from snapshot_dashboard.rules.attention import (
    LASTING,
    Concern,
    StorageService,
    assess,
    service_for,
)
from snapshot_dashboard.rules.listing import Page, PageRequest
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

_Counted = tuple[Page[Snapshot], int | None]


@dataclass(frozen=True)
class StatusList:
    """The snapshots of one status that need attention, those of longest ago first.

    ``count`` is how many have the status, young ones included; None where it is not known.
    ``complete`` tells that no other snapshot of this status needs attention. ``error`` is why
    the list could not be read: then nothing follows from its being empty.
    """

    status: str
    concerns: tuple[Concern, ...] = ()
    count: int | None = None
    complete: bool = False
    error: CloudError | None = None


@dataclass(frozen=True)
class Attention:
    """All that was read; ``volumes`` and ``messages`` go by the ids of volumes and snapshots."""

    lists: tuple[StatusList, ...]
    volumes: Fact[Mapping[str, Volume]]
    services: Fact[Mapping[str, StorageService]]
    messages: Fact[Mapping[str, Message]]


def read(connection: Connection, statuses: Iterable[str], size: int, now: datetime) -> Attention:
    """Read at most ``size`` snapshots of each status, all statuses at once.

    :raises CloudError: Cinder cannot be reached, or the session has expired.
    """
    # Once, before everybody asks for it at the same time.
    connection.fetch(lambda: versions.highest(connection, connection.block_storage_url))
    asked = {each: connection.start(partial(_listed, connection, each, size)) for each in statuses}
    services = connection.start(lambda: administration.services(connection))
    told = connection.start(lambda: messages.newest(connection))
    found = {status: fact(later.get) for status, later in asked.items()}
    waiting = {
        snapshot.volume_id
        for each in found.values()
        for snapshot in _snapshots(each)
        if _concern(snapshot, None, now)
    }
    volumes = fact(
        lambda: connection.fetch(lambda: administration.volumes_by_id(connection, waiting))
    )
    working = fact(services.get)
    judge = partial(_judged, volumes=volumes.value or {}, services=working.value or {}, now=now)
    return Attention(
        lists=tuple(_list(status, each, judge, now) for status, each in found.items()),
        volumes=volumes,
        services=working,
        messages=fact(told.get),
    )


def _listed(connection: Connection, status: str, size: int) -> _Counted:
    wanted = PageRequest(
        size=size, sort=_begun_by(status), descending=False, filters={"status": status}
    )
    return administration.counted_snapshots(connection, wanted)


def _begun_by(status: str) -> str:
    """Return what tells best, among what Cinder sorts by, since when a status has lasted.

    A snapshot that is being created has not been changed yet (see ``since`` in rules).
    """
    return "created_at" if status == "creating" else "updated_at"


def _snapshots(read: Fact[_Counted]) -> tuple[Snapshot, ...]:
    return read.value[0].items if read.value else ()


def _list(
    status: str,
    fact: Fact[_Counted],
    judge: Callable[[Snapshot], Concern | None],
    now: datetime,
) -> StatusList:
    if fact.value is None:
        return StatusList(status, error=fact.error)
    page, count = fact.value
    concerns = (judge(each) for each in page.items)
    # A service may give fewer rows than it was asked for (its osapi_max_limit).
    all_seen = not page.more and (count or 0) <= len(page.items)
    return StatusList(
        status,
        concerns=tuple(each for each in concerns if each),
        count=len(page.items) if count is None and all_seen else count,
        complete=all_seen or _only_young_follow(status, page.items, now),
    )


def _only_young_follow(status: str, items: Sequence[Snapshot], now: datetime) -> bool:
    """Tell whether all snapshots after those of a page have their status too short a time."""
    if status not in LASTING or not items:
        return False
    begun = items[-1].created_at if status == "creating" else items[-1].updated_at
    young = timedelta(seconds=settings.get("SLOW_SECONDS"))
    return begun is not None and now - begun < young


def _judged(
    snapshot: Snapshot,
    *,
    volumes: Mapping[str, Volume],
    services: Mapping[str, StorageService],
    now: datetime,
) -> Concern | None:
    volume = volumes.get(snapshot.volume_id)
    return _concern(snapshot, service_for(volume.host if volume else None, services), now)


def _concern(snapshot: Snapshot, service: StorageService | None, now: datetime) -> Concern | None:
    return assess(
        snapshot,
        service,
        now,
        base=settings.get("SLOW_SECONDS"),
        per_gib=settings.get("SLOW_SECONDS_PER_GIB"),
    )
