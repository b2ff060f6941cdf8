# SPDX-License-Identifier: Apache-2.0
"""Reads the snapshots and volumes of all projects that need attention, with their context.

Of snapshots one call for each status, because Cinder filters them by one at a time; of volumes
two, for those that have failed and those that are in between; one each for services and messages;
and the volumes of the snapshots that were found, 50 in a call. Where a volume needs attention,
one more for messages, and one for the snapshots that reverts have left. Each comes alone: one
that cannot be read is told as such, and leaves the others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import administration, messages
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.partial_reads import Fact, begin, fact, finished
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.attention import (
    LASTING,
    VOLUMES_FAILED,
    VOLUMES_LASTING,
    Concern,
    NextStep,
    StorageService,
    VolumeConcern,
    assess,
    assess_volume,
    service_for,
)
from snapshot_dashboard.rules.listing import Page, PageRequest
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.revert import has_failed
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

_Counted = tuple[Page[Snapshot], int | None]
_CountedVolumes = tuple[Page[Volume], int | None]

_GROUPS = (VOLUMES_FAILED, VOLUMES_LASTING)
_RESTORING = "restoring"
# So many of the newest that the service has made for itself: they go away when all is well.
_TEMPORARY = 100


@dataclass(frozen=True)
class StatusList:
    """The snapshots of one status that need attention, oldest first.

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
class VolumeList:
    """The volumes of several statuses that need attention; the fields as those of StatusList.

    Those whose revert has failed come first.
    """

    statuses: tuple[str, ...]
    concerns: tuple[VolumeConcern, ...] = ()
    count: int | None = None
    complete: bool = False
    error: CloudError | None = None


@dataclass(frozen=True)
class Attention:
    """Everything read for Needs Attention; ``volumes`` and ``messages`` are keyed by id.

    ``kept`` are the snapshots that reverts have left, by their volumes.
    """

    lists: tuple[StatusList, ...]
    volume_lists: tuple[VolumeList, ...]
    volumes: Fact[Mapping[str, Volume]]
    services: Fact[Mapping[str, StorageService]]
    messages: Fact[Mapping[str, Message]]
    volume_messages: Fact[Mapping[str, Message]]
    kept: Fact[Mapping[str, Snapshot]]


def read(connection: Connection, statuses: Iterable[str], size: int) -> Attention:
    """Read at most ``size`` snapshots of each status, all statuses at once.

    :raises CloudError: Cinder cannot be reached, or the session has expired.
    """
    # Once, before everybody asks for it at the same time.
    connection.fetch(connection.cinder_version)
    asked = begin(connection, partial(_listed, connection, size=size), statuses)
    in_groups = begin(connection, partial(_volumes_listed, connection, size=size), _GROUPS)
    services = connection.start(lambda: administration.services(connection))
    messages_later = connection.start(lambda: messages.newest(connection))
    found = finished(asked)
    # Cinder has told its time by now.
    now = connection.now()
    volumes = _volumes_of(connection, found.values(), now)
    groups = finished(in_groups)
    kept, about_volumes = _around_volumes(connection, groups)
    working = fact(services.get)
    up = working.value or {}
    judge = partial(_judged, volumes=volumes.value or {}, services=up, now=now)
    restoring = {each.volume_id for each in _snapshots(found.get(_RESTORING, Fact(None)))}
    judge_volume = partial(
        _volume_judged, services=up, restoring=restoring, kept=kept.value or {}, now=now
    )
    return Attention(
        lists=tuple(_list(status, each, judge, now) for status, each in found.items()),
        volume_lists=tuple(_volume_list(key, each, judge_volume) for key, each in groups.items()),
        volumes=volumes,
        services=working,
        messages=fact(messages_later.get),
        volume_messages=about_volumes,
        kept=kept,
    )


def _volumes_of(
    connection: Connection, found: Iterable[Fact[_Counted]], now: datetime
) -> Fact[Mapping[str, Volume]]:
    """Read the volumes of the snapshots that need attention."""
    waiting = {
        snapshot.volume_id
        for each in found
        for snapshot in _snapshots(each)
        if snapshot.status == _RESTORING or _concern(snapshot, None, now)
    }
    read = partial(administration.volumes_by_id, connection, waiting)
    return fact(partial(connection.fetch, read))


def _volumes_listed(
    connection: Connection, statuses: tuple[str, ...], size: int
) -> tuple[Page[Volume], int | None]:
    wanted = PageRequest(size=size, sort="updated_at", descending=False)
    return administration.counted_volumes(connection, statuses, wanted)


def _around_volumes(
    connection: Connection, groups: Mapping[tuple[str, ...], Fact[_CountedVolumes]]
) -> tuple[Fact[Mapping[str, Snapshot]], Fact[Mapping[str, Message]]]:
    """Read what reverts have left, and the messages; nothing where no volume was found."""
    found = [each for group in groups.values() if group.value for each in group.value[0].items]
    if not found:
        return Fact({}), Fact({})
    messages_later = connection.start(lambda: messages.newest(connection, "VOLUME"))
    failed = any(each.status in VOLUMES_FAILED for each in found)
    temporary = connection.start(
        lambda: administration.newest_temporary_snapshots(connection, _TEMPORARY) if failed else ()
    )
    kept = fact(temporary.get)
    by_volume = {each.volume_id: each for each in reversed(kept.value or ())}
    return Fact(by_volume, kept.error), fact(messages_later.get)


def _volume_list(
    statuses: tuple[str, ...],
    fact: Fact[_CountedVolumes],
    judge: Callable[[Volume], VolumeConcern | None],
) -> VolumeList:
    if fact.value is None:
        return VolumeList(statuses, error=fact.error)
    page, count = fact.value
    concerns = [each for volume in page.items if (each := judge(volume))]
    concerns.sort(key=lambda each: each.step is not NextStep.REVERT_FAILED)
    all_seen = not page.more and (count or 0) <= len(page.items)
    known = len(page.items) if count is None and all_seen else count
    return VolumeList(statuses, tuple(concerns), known, complete=all_seen)


def _volume_judged(
    volume: Volume,
    *,
    services: Mapping[str, StorageService],
    restoring: Collection[str],
    kept: Mapping[str, Snapshot],
    now: datetime,
) -> VolumeConcern | None:
    left = kept.get(volume.id)
    return assess_volume(
        volume,
        service_for(volume.host, services),
        now,
        base=settings.get("SLOW_SECONDS"),
        per_gib=settings.get("SLOW_SECONDS_PER_GIB"),
        restoring=volume.id in restoring,
        kept=left if has_failed(left, volume) else None,
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
    service = service_for(volume.host if volume else None, services)
    return _concern(snapshot, service, now, volume.status if volume else "")


def _concern(
    snapshot: Snapshot, service: StorageService | None, now: datetime, volume_status: str = ""
) -> Concern | None:
    return assess(
        snapshot,
        service,
        now,
        volume_status=volume_status,
        base=settings.get("SLOW_SECONDS"),
        per_gib=settings.get("SLOW_SECONDS_PER_GIB"),
    )
