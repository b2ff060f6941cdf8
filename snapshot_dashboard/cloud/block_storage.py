# SPDX-License-Identifier: Apache-2.0
"""Cinder: volumes, snapshots, attachment records, types and zones, as ``rules`` dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from snapshot_dashboard.cloud import answers, caching, list_search, lists
from snapshot_dashboard.cloud.answers import Answer, Record, text, told
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import AnswerUnreadable, NotFound, Refused, Service, checked
from snapshot_dashboard.cloud.lists import Kind, Listed
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.listing import Page, PageRequest, page_of
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Attachment, Volume

# The attachments API (cinder/api/v3/attachments.py) begins here.
_ATTACHMENTS = (3, 27)
# The lowest version at which Horizon offers groups (openstack_dashboard/api/microversions.py).
_GROUPS = (3, 27)
# Transfers have another address from here on (TRANSFER_WITH_SNAPSHOTS there).
_TRANSFERS = (3, 55)
# How far to look back for something that was made a moment ago.
_NEWEST = 50
# As many snapshots as Cinder tells of in well below a second on a small machine that is busy.
_NEWEST_READ = 500
# As many attachment records as are read in one call, for several volumes together.
_RECORDS = 500
# Seconds for which a project's records are not read together again where that did not tell all.
_NOT_TOGETHER = 300

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Transfer:
    """An offer of a volume to another project, not yet accepted."""

    id: str
    name: str
    created_at: str = ""


def _page(connection: Connection, kind: Kind[Item], request: PageRequest) -> Page[Item]:
    """Read one page of the project's own.

    A service that gives fewer than it is asked for (its ``osapi_max_limit``) is asked again.
    """
    found: tuple[Item | None, ...] = ()
    asked = request
    while True:
        answer = lists.page(connection, kind, asked, counted=asked.counted)
        found += answer.entries
        if not (answer.followed and answer.last) or len(found) >= request.limit:
            return page_of(found, request, answer.count)
        asked = replace(request, size=request.size - len(found), marker=answer.last)


def has_groups(connection: Connection) -> bool:
    """Tell whether this cloud's Cinder has volume groups as Horizon uses them.

    :raises CloudError: its versions are not known and cannot be asked for.
    """
    return connection.cinder_version() >= _GROUPS


def volume(connection: Connection, volume_id: str) -> Volume:
    """Read one volume.

    :raises CloudError: NotFound when this project has no such volume.
    """
    return connection.cinder("GET", f"/volumes/{checked(volume_id)}").one("volume", answers.volume)


def volumes(connection: Connection, request: PageRequest) -> Page[Volume]:
    """Read one page of the project's volumes."""
    if request.conditions:
        return list_search.page(connection, lists.VOLUMES, request)
    return _page(connection, lists.VOLUMES, request)


def volumes_of_group(connection: Connection, group_id: str, most: int) -> tuple[Volume, ...]:
    """Read up to ``most`` volumes of a group, in one call; fewer where Cinder gives no more.

    :raises CloudError: they cannot be read.
    """
    return lists.read(connection, lists.VOLUMES, {"group_id": group_id, "limit": most}).items


def volumes_named(
    connection: Connection, name: str, *, everywhere: bool = False
) -> tuple[Volume, ...]:
    """Read the newest volumes of a name, in one call.

    :raises CloudError: they cannot be read.
    """
    query = {"name": name, "limit": _NEWEST, "sort": "created_at:desc"}
    return lists.read(connection, lists.VOLUMES, query, everywhere=everywhere).items


def snapshot(connection: Connection, snapshot_id: str) -> Snapshot:
    """Read one snapshot.

    :raises CloudError: NotFound when this project has no such snapshot.
    """
    path = f"/snapshots/{checked(snapshot_id)}"
    return connection.cinder("GET", path).one("snapshot", answers.snapshot)


def snapshots(connection: Connection, request: PageRequest) -> Page[Snapshot]:
    """Read one page of the project's snapshots."""
    if request.conditions:
        return list_search.page(connection, lists.SNAPSHOTS, request)
    return _page(connection, lists.SNAPSHOTS, request)


def newest_snapshots(connection: Connection, *, everywhere: bool = False) -> Listed[Snapshot]:
    """Read the newest snapshots, those of all projects where ``everywhere``, in one call.

    :raises CloudError: they cannot be read.
    """
    query = {"sort": "created_at:desc", "limit": _NEWEST_READ}
    return lists.read(connection, lists.SNAPSHOTS, query, everywhere=everywhere)


def attachment_records(
    connection: Connection, volume_id: str, *, all_projects: bool = False
) -> tuple[Attachment, ...] | None:
    """Read Cinder's attachment records of one volume, None where the API is too old.

    ``all_projects`` is needed for a volume of another project: without it even an admin gets
    an empty list, which would read as "not attached". An odd record counts, as one of which it
    is not known to what the volume is attached.
    """
    if connection.cinder_version() < _ATTACHMENTS:
        return None
    wanted = {"volume_id": checked(volume_id), "all_tenants": 1 if all_projects else None}
    found = connection.cinder("GET", "/attachments", query=wanted).records("attachments")
    return tuple(map(_attachment, found))


def attachment_records_of_all(connection: Connection) -> Mapping[str, list[Attachment]] | None:
    """Read the project's attachment records by volume, in two calls.

    None where these do not tell all of them: there are more, one is odd, or the API is too old.
    That is remembered for some minutes, in which nothing is read. Cinder says nothing where it
    gives fewer than it is asked for (``osapi_max_limit``), so that the second call asks whether
    one follows.

    :raises CloudError: they cannot be read; NotFound when the last one of the first call has been
        deleted before the second call, which begins after it.
    """
    key = caching.key(connection.region, connection.project_id, "records-not-together")
    if connection.cinder_version() < _ATTACHMENTS or cache.get(key):
        return None
    found = _records(connection, limit=_RECORDS)
    records: dict[str, list[Attachment]] = {}
    for each in found:
        records.setdefault(text(each, "volume_id"), []).append(_attachment(each))
    if "" in records or (found and _records(connection, limit=1, marker=text(found[-1], "id"))):
        cache.set(key, True, _NOT_TOGETHER)
        return None
    return records


def _records(connection: Connection, *, limit: int, marker: str | None = None) -> list[Record]:
    query = {"limit": limit, "marker": marker}
    return connection.cinder("GET", "/attachments", query=query).records("attachments")


def _attachment(raw: Record) -> Attachment:
    return Attachment(id=text(raw, "id"), instance_id=told(raw, "instance"))


def create_snapshot(
    connection: Connection,
    volume_id: str,
    *,
    name: str,
    description: str,
    force: bool,
    metadata: Mapping[str, str],
) -> Snapshot:
    """Ask for a snapshot; it is accepted when this returns, not yet available.

    Unforced, Cinder refuses a volume that is attached by now.

    :raises CloudError: Refused, QuotaExceeded: nothing was made; AnswerLost, ServiceFailed:
        it is not known.
    """
    wanted = {
        "volume_id": volume_id,
        "force": force,
        "name": name,
        "description": description,
        "metadata": dict(metadata),
    }
    made = connection.cinder("POST", "/snapshots", body={"snapshot": wanted})
    return made.one("snapshot", answers.snapshot)


def create_volume(
    connection: Connection,
    snapshot_id: str,
    *,
    name: str,
    description: str,
    size: int | None,
    metadata: Mapping[str, str],
    type_name: str | None = None,
    availability_zone: str | None = None,
) -> Volume:
    """Ask for a volume of ``size`` GiB made from a snapshot; None is the snapshot's own size.

    :raises CloudError: as for :func:`create_snapshot`.
    """
    wanted = {
        "size": size,
        "snapshot_id": snapshot_id,
        "name": name,
        "description": description,
        "volume_type": type_name,
        "availability_zone": availability_zone,
        "metadata": dict(metadata),
    }
    made = connection.cinder("POST", "/volumes", body={"volume": wanted})
    return made.one("volume", answers.volume)


def act(
    connection: Connection, volume_id: str, body: object, *, microversion: str | None = None
) -> Answer:
    """Ask for an action on a volume, such as ``os-set_image_metadata``, and return the answer.

    :raises CloudError: it was refused, or that is not known.
    """
    path = f"/volumes/{checked(volume_id)}/action"
    return connection.call(
        Service.BLOCK_STORAGE, "POST", path, microversion=microversion, body=body
    )


def note(connection: Connection, snapshot_id: str, metadata: Mapping[str, str]) -> None:
    """Set entries of a snapshot's metadata; the others stay.

    :raises CloudError: they were not set, or that is not known.
    """
    path = f"/snapshots/{checked(snapshot_id)}/metadata"
    connection.cinder("POST", path, body={"metadata": dict(metadata)})


def note_volume(connection: Connection, volume_id: str, metadata: Mapping[str, str]) -> None:
    """Set entries of a volume's metadata; the others stay.

    :raises CloudError: they were not set, or that is not known.
    """
    path = f"/volumes/{checked(volume_id)}/metadata"
    connection.cinder("POST", path, body={"metadata": dict(metadata)})


def forget_of_volume(connection: Connection, volume_id: str, key: str) -> None:
    """Take one entry out of a volume's metadata; one that is not there is gone as well.

    :raises CloudError: it was not taken out, or that is not known.
    """
    path = f"/volumes/{checked(volume_id)}/metadata/{quote(key, safe='')}"
    with suppress(NotFound):
        connection.cinder("DELETE", path)


def rename(connection: Connection, snapshot_id: str, name: str) -> None:
    """Give a snapshot another name.

    :raises CloudError: it was not renamed, or that is not known.
    """
    path = f"/snapshots/{checked(snapshot_id)}"
    connection.cinder("PUT", path, body={"snapshot": {"name": name}})


def snapshots_with(
    connection: Connection, volume_id: str, key: str, value: str
) -> tuple[Snapshot, ...]:
    """Return those of a volume's newest snapshots whose metadata have this entry, oldest first.

    Compared here: a filter by metadata is ignored below 3.22 and can be switched off by an
    operator, and a filter that is ignored would find what is not there.

    :raises CloudError: they cannot be read, or none is found among some that cannot be read.
    """
    newest = PageRequest(size=_NEWEST, filters={"volume_id": volume_id})
    return _marked(snapshots(connection, newest), key, value)


def snapshots_by_entry(
    connection: Connection, key: str, value: str, size: int
) -> tuple[list[Snapshot], bool]:
    """Return the project's snapshots with an entry, oldest first, and whether these are all.

    One call, and a filter by metadata: see :func:`snapshots_with`. It is believed only when
    everything in the answer has the entry, and the answer is all that there is.

    :raises CloudError: they cannot be read, for another reason than that the filter is refused.
    """
    # Cinder reads it as Python writes a dict (cinder/api/v3/snapshots.py).
    query = {"metadata": str({key: value}), "limit": size, "sort": "created_at:desc"}
    try:
        read = lists.read(connection, lists.SNAPSHOTS, query)
    except Refused:
        return [], False
    found = [each for each in read.items[::-1] if each.metadata.get(key) == value]
    return found, read.complete and len(found) == len(read.entries)


def volumes_with(connection: Connection, key: str, value: str) -> tuple[Volume, ...]:
    """Return those of the project's newest volumes whose metadata have this entry, oldest first.

    :raises CloudError: they cannot be read, or none is found among some that cannot be read.
    """
    return _marked(volumes(connection, PageRequest(size=_NEWEST)), key, value)


Marked = TypeVar("Marked", Snapshot, Volume)


def _marked(page: Page[Marked], key: str, value: str) -> tuple[Marked, ...]:
    """Return what has an entry; where something cannot be read, it might be what is missing.

    Taken for "there is none", it would be made a second time.
    """
    found = tuple(each for each in reversed(page.items) if each.metadata.get(key) == value)
    if page.unread and not found:
        raise AnswerUnreadable("a record has no id", service=Service.BLOCK_STORAGE)
    return found


def delete_volume(connection: Connection, volume_id: str) -> None:
    """Ask for a volume to be deleted.

    :raises CloudError: Refused with Cinder's reason, such as snapshots that exist.
    """
    connection.cinder("DELETE", f"/volumes/{checked(volume_id)}")


def type_names(connection: Connection) -> tuple[str, ...]:
    """Read the names of the volume types that this project may use."""
    answer = connection.cinder("GET", "/types", query={"is_public": "None"})
    return tuple(answer.all("volume_types", partial(told, key="name")))


def availability_zones(connection: Connection) -> tuple[str, ...]:
    """Read the names of the zones that can be used now."""
    found = connection.cinder("GET", "/os-availability-zone").records("availabilityZoneInfo")
    usable = (each for each in found if _is_usable(each.get("zoneState")))
    return tuple(name for name in (text(each, "zoneName") for each in usable) if name)


def _is_usable(state: Any) -> bool:
    return isinstance(state, dict) and bool(state.get("available"))


def transfers(connection: Connection) -> Mapping[str, Transfer]:
    """Read the project's open transfers, by volume id."""
    newer = connection.cinder_version() >= _TRANSFERS
    resource = "volume-transfers" if newer else "os-volume-transfer"
    found = connection.cinder("GET", f"/{resource}/detail", query={}).records("transfers")
    return {
        text(each, "volume_id"): Transfer(
            text(each, "id"), text(each, "name"), text(each, "created_at")
        )
        for each in found
    }


def group_name(connection: Connection, group_id: str) -> str:
    """Read the name of a volume group."""
    found = connection.cinder("GET", f"/groups/{checked(group_id)}").record("group")
    return text(found, "name") or group_id


def group_snapshot_name(connection: Connection, group_snapshot_id: str) -> str:
    """Read the name of a group snapshot."""
    path = f"/group_snapshots/{checked(group_snapshot_id)}"
    return (
        text(connection.cinder("GET", path).record("group_snapshot"), "name") or group_snapshot_id
    )
