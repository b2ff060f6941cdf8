# SPDX-License-Identifier: Apache-2.0
"""Cinder: volumes, snapshots, attachment records, types and zones, as ``rules`` dataclasses."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from cinderclient import client as cinderclient

from snapshot_dashboard.cloud import answers
from snapshot_dashboard.cloud.errors import checked, translated
from snapshot_dashboard.cloud.session import Connection, versions
from snapshot_dashboard.rules.listing import Page, PageRequest, page_of
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Attachment, Volume

# Below 3.66 an unforced request for an attached volume is refused by Cinder itself, before and
# after it writes its database row (cinder/volume/api.py:996, 1047): we never go above, so that
# Cinder decides the last millisecond. 3.65 also shows every field that we read.
_CEILING = (3, 65)
# The attachments API (cinder/api/v3/attachments.py) begins here.
_ATTACHMENTS = (3, 27)
# The lowest version at which Horizon offers groups (openstack_dashboard/api/microversions.py).
_GROUPS = (3, 27)
# The columns of volumes that hold text, and that a person may filter by. A name is never read as
# anything else, and neither is what has a "%".
_TEXTS = frozenset({"availability_zone", "group_id", "host", "project_id", "status", "user_id"})
# How far to look back for something that was made a moment ago.
_NEWEST = 50


@dataclass(frozen=True, slots=True)
class Transfer:
    """An offer of a volume to another project, not yet accepted."""

    id: str
    name: str
    created_at: str = ""


def client(connection: Connection, *, write: bool = False) -> Any:
    """Return python-cinderclient at the microversion we use, on the shared pool."""
    url = connection.block_storage_url
    major, minor = min(versions.highest(connection, url), _CEILING)
    return cinderclient.Client(
        f"{major}.{minor}",
        session=connection.keystone_session(write=write),
        auth=connection.auth(url),
        endpoint_override=url,
        global_request_id=connection.request_id,
    )


def listed(
    connection: Connection, resource: str, query: Mapping[str, str | int | None]
) -> Mapping[str, Any]:
    """Read one page of a list as Cinder tells it, in exactly one call.

    For lists that cinderclient's own ``list`` cannot read so: it goes on to the next page by
    itself where a service caps the size of one, keeps the link to it for itself, and refuses
    to sort by the columns that an administrator needs. What is None or empty in ``query`` is
    not sent (an empty filter would find nothing).

    :raises CloudError: the list cannot be read.
    """
    wanted = urlencode({key: value for key, value in query.items() if value not in (None, "")})
    with translated():
        _response, body = client(connection).client.get(f"/{resource}?{wanted}")
        answer: Mapping[str, Any] = dict(body)
        return answer


def as_text(request: PageRequest) -> PageRequest:
    """Return a request for volumes whose filters Cinder reads as the text that they are.

    It reads a value as a Python literal where it is one (cinder/volume/api.py,
    check_volume_filters): "None" finds everything, "{'a': 1}" is an error 500, and a project
    called 1e5 is 100000. Such a value is sent in quotes, which it takes off.
    """
    filters = {
        key: repr(value) if key in _TEXTS and _is_literal(value) else value
        for key, value in request.filters.items()
    }
    return replace(request, filters=filters)


def _is_literal(value: str) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True


def has_groups(connection: Connection) -> bool:
    """Tell whether this cloud's Cinder has volume groups as Horizon uses them.

    :raises CloudError: its versions are not known and cannot be asked for.
    """
    return versions.highest(connection, connection.block_storage_url) >= _GROUPS


def volume(connection: Connection, volume_id: str) -> Volume:
    """Read one volume.

    :raises CloudError: NotFound when this project has no such volume.
    """
    with translated():
        return answers.volume(client(connection).volumes.get(checked(volume_id)).to_dict())


def volumes(connection: Connection, request: PageRequest) -> Page[Volume]:
    """Read one page of the project's volumes."""
    with translated():
        found = client(connection).volumes.list(
            search_opts=dict(as_text(request).filters),
            limit=request.limit,
            marker=request.marker,
            sort=f"{request.sort}:{request.direction}",
        )
        return page_of([answers.volume(each.to_dict()) for each in found], request)


def snapshot(connection: Connection, snapshot_id: str) -> Snapshot:
    """Read one snapshot.

    :raises CloudError: NotFound when this project has no such snapshot.
    """
    with translated():
        return answers.snapshot(
            client(connection).volume_snapshots.get(checked(snapshot_id)).to_dict()
        )


def snapshots(connection: Connection, request: PageRequest) -> Page[Snapshot]:
    """Read one page of the project's snapshots."""
    with translated():
        found = client(connection).volume_snapshots.list(
            search_opts=dict(request.filters),
            limit=request.limit,
            marker=request.marker,
            sort=f"{request.sort}:{request.direction}",
        )
        return page_of([answers.snapshot(each.to_dict()) for each in found], request)


def attachment_records(
    connection: Connection, volume_id: str, *, all_projects: bool = False
) -> tuple[Attachment, ...] | None:
    """Read Cinder's attachment records of one volume, None where the API is too old.

    ``all_projects`` is needed for a volume of another project: without it even an admin gets
    an empty list, which would read as "not attached".
    """
    if versions.highest(connection, connection.block_storage_url) < _ATTACHMENTS:
        return None
    wanted: dict[str, Any] = {"volume_id": volume_id}
    if all_projects:
        wanted["all_tenants"] = 1
    with translated():
        found = client(connection).attachments.list(search_opts=wanted)
        return tuple(
            Attachment(id=each.id, instance_id=getattr(each, "instance", None)) for each in found
        )


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
    with translated():
        made = client(connection, write=True).volume_snapshots.create(
            volume_id,
            force=force,
            name=name,
            description=description,
            metadata=dict(metadata),
        )
        # Not to_dict(): the answer lacks extended attributes, and asking for one makes
        # cinderclient read the snapshot again, which may fail although it was made.
        return answers.snapshot(made._info)


def create_volume(
    connection: Connection,
    snapshot_id: str,
    *,
    name: str,
    description: str,
    size: int,
    metadata: Mapping[str, str],
    type_name: str | None = None,
    availability_zone: str | None = None,
) -> Volume:
    """Ask for a volume of ``size`` GiB made from a snapshot.

    :raises CloudError: as for :func:`create_snapshot`.
    """
    with translated():
        made = client(connection, write=True).volumes.create(
            size,
            snapshot_id=snapshot_id,
            name=name,
            description=description,
            volume_type=type_name,
            availability_zone=availability_zone,
            metadata=dict(metadata),
        )
        return answers.volume(made._info)


def note(connection: Connection, snapshot_id: str, metadata: Mapping[str, str]) -> None:
    """Set entries of a snapshot's metadata; the others stay.

    :raises CloudError: they were not set, or that is not known.
    """
    with translated():
        manager = client(connection, write=True).volume_snapshots
        manager.set_metadata(checked(snapshot_id), dict(metadata))


def snapshots_with(
    connection: Connection, volume_id: str, key: str, value: str
) -> tuple[Snapshot, ...]:
    """Return those of a volume's newest snapshots whose metadata have this entry, oldest first.

    Compared here: a filter by metadata is ignored below 3.22 and can be switched off by an
    operator, and a filter that is ignored would find what is not there.
    """
    newest = PageRequest(size=_NEWEST, filters={"volume_id": volume_id})
    found = snapshots(connection, newest).items
    return tuple(each for each in reversed(found) if each.metadata.get(key) == value)


def volumes_with(connection: Connection, key: str, value: str) -> tuple[Volume, ...]:
    """Return those of the project's newest volumes whose metadata have this entry, oldest first."""
    found = volumes(connection, PageRequest(size=_NEWEST)).items
    return tuple(each for each in reversed(found) if each.metadata.get(key) == value)


def delete_volume(connection: Connection, volume_id: str) -> None:
    """Ask for a volume to be deleted.

    :raises CloudError: Refused with Cinder's reason, such as snapshots that exist.
    """
    with translated():
        client(connection, write=True).volumes.delete(checked(volume_id))


def delete_snapshot(connection: Connection, snapshot_id: str) -> None:
    """Ask for a snapshot to be deleted.

    :raises CloudError: Refused with Cinder's reason.
    """
    with translated():
        client(connection, write=True).volume_snapshots.delete(checked(snapshot_id))


def type_names(connection: Connection) -> tuple[str, ...]:
    """Read the names of the volume types that this project may use."""
    with translated():
        return tuple(each.name for each in client(connection).volume_types.list())


def availability_zones(connection: Connection) -> tuple[str, ...]:
    """Read the names of the zones that can be used now."""
    with translated():
        found = client(connection).availability_zones.list(detailed=False)
        return tuple(each.zoneName for each in found if each.zoneState.get("available"))


def transfers(connection: Connection) -> Mapping[str, Transfer]:
    """Read the project's open transfers, by volume id."""
    with translated():
        found = client(connection).transfers.list(detailed=True)
        return {
            each.volume_id: Transfer(each.id, each.name or "", getattr(each, "created_at", ""))
            for each in found
        }


def group_name(connection: Connection, group_id: str) -> str:
    """Read the name of a volume group."""
    with translated():
        return str(client(connection).groups.get(checked(group_id)).name or group_id)


def group_snapshot_name(connection: Connection, group_snapshot_id: str) -> str:
    """Read the name of a group snapshot."""
    with translated():
        found = client(connection).group_snapshots.get(checked(group_snapshot_id))
        return str(found.name or group_snapshot_id)
