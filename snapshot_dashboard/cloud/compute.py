# SPDX-License-Identifier: Apache-2.0
"""Nova: reads and finds instances, and attaches and detaches volumes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from snapshot_dashboard.cloud.answers import Answer, Record, flag, moment, number, text, told
from snapshot_dashboard.cloud.errors import AnswerUnreadable, Service, checked
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.investigation import ACCEPTING, Candidate
from snapshot_dashboard.rules.support_search import OwnedInstance
from snapshot_dashboard.rules.volume import Volume

# From here on Nova tells whether an instance is locked; all else that we read is older.
_READ = "2.9"
# From here on Nova tells of an instance what its flavor is, also of one whose flavor was deleted.
_FLAVOR = "2.47"
# As many as Nova gives at most, unless its operator has said otherwise (max_limit).
_PAGE = 1000
_UNTOLD = "unknown"
_UNTOLD_POWER = -1
# A volume can be attached to a shelved instance and detached from one from here on
# (nova/api/openstack/compute/volume_attachments.py:220, 408); multiattach ones need more.
_DETACH = "2.20"
_ATTACH = {False: "2.20", True: "2.60"}
# A backslash makes each of these an ordinary character in the regular expressions of MySQL (both
# engines), PostgreSQL and Python, which Nova uses on SQLite. Not "|": for MySQL, Nova puts another
# backslash before it (nova/db/utils.py, _safe_regex_mysql), which would undo ours.
_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}]")


def instance(connection: Connection, instance_id: str) -> Instance:
    """Read one instance.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    return _server(connection, instance_id).one("server", _instance)


def instance_and_owner(connection: Connection, instance_id: str) -> tuple[Instance, str | None]:
    """Read one instance with the project that it belongs to: an administrator reads any.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    answer = _server(connection, instance_id)
    return answer.one("server", _instance), told(answer.record("server"), "tenant_id")


def _server(connection: Connection, instance_id: str) -> Answer:
    path = f"/servers/{checked(instance_id)}"
    return connection.call(Service.COMPUTE, "GET", path, microversion=_READ)


def _instance(raw: Record) -> Instance | None:
    power_state = raw.get("OS-EXT-STS:power_state", _UNTOLD_POWER)
    task = raw.get("OS-EXT-STS:task_state", _UNTOLD)
    if not text(raw, "id"):
        return None
    return Instance(
        id=text(raw, "id"),
        name=text(raw, "name"),
        status=text(raw, "status"),
        # What a cloud does not tell, or not as it should, is not taken for "at rest".
        task=task if isinstance(task, str | None) else _UNTOLD,
        power_state=power_state if isinstance(power_state, int | None) else _UNTOLD_POWER,
        has_image=bool(raw.get("image")),
        locked=flag(raw, "locked"),
        updated=text(raw, "updated"),
        launched=text(raw, "OS-SRV-USG:launched_at"),
    )


def ephemeral_size(connection: Connection, instance_id: str) -> int:
    """Read the size in GiB of the local disks that an instance has besides its volumes, 0 for none.

    :raises CloudError: it cannot be read, or is not told.
    """
    path = f"/servers/{checked(instance_id)}"
    answer = connection.call(Service.COMPUTE, "GET", path, microversion=_FLAVOR)
    flavor = answer.record("server").get("flavor")
    size = number(flavor.get("ephemeral")) if isinstance(flavor, dict) else None
    if size is None:
        raise AnswerUnreadable("no size of local disks", service=Service.COMPUTE)
    return size


def owned_instance(connection: Connection, instance_id: str) -> OwnedInstance:
    """Read one instance with the project that it belongs to.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    return _server(connection, instance_id).one("server", _owned)


def instances_named(connection: Connection, part: str, limit: int) -> tuple[OwnedInstance, ...]:
    """Read at most ``limit`` instances of all projects with ``part`` in their names, newest first.

    Nova's database decides whether upper and lower case differ.

    :raises CloudError: Forbidden to all but administrators (servers:detail:get_all_tenants).
    """
    wanted: list[tuple[str, str | int]] = [("all_tenants", 1), ("limit", limit)]
    wanted.append(("name", _literally(part)))
    found = _servers(connection, wanted).each("servers", _owned)[:limit]
    return tuple(each for each in found if each)


def _servers(connection: Connection, wanted: Sequence[tuple[str, str | int]]) -> Answer:
    path = "/servers/detail"
    return connection.call(Service.COMPUTE, "GET", path, microversion=_READ, query=wanted)


def _literally(part: str) -> str:
    """Return a regular expression for a text: Nova's filter by name is one."""
    return _SPECIAL.sub(r"\\\g<0>", part).replace("|", "[|]")


def _owned(raw: Record) -> OwnedInstance | None:
    if not text(raw, "id"):
        return None
    return OwnedInstance(
        id=text(raw, "id"),
        name=text(raw, "name"),
        status=text(raw, "status"),
        project_id=told(raw, "tenant_id"),
        created_at=moment(raw.get("created")),
        locked=flag(raw, "locked"),
    )


def candidate(connection: Connection, instance_id: str) -> Candidate:
    """Read one instance as a place for a volume. An administrator can read any project's.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    return _server(connection, instance_id).one("server", _candidate)


def candidates(connection: Connection, part: str, limit: int) -> tuple[tuple[Candidate, ...], bool]:
    """Read at most ``limit`` instances of this project that accept a volume, newest first.

    ``part`` is a part of the name, empty for any. The second value tells that there are more.
    Without ``all_tenants`` Nova lists those of the token's project, for administrators too.

    :raises CloudError: they cannot be read.
    """
    wanted: list[tuple[str, str | int]] = [("status", each) for each in ACCEPTING]
    wanted += [("limit", limit), *([("name", _literally(part))] if part else [])]
    answer = _servers(connection, wanted)
    found = answer.each("servers", _candidate)
    # Nova names the next page even where its operator allows shorter ones than asked for.
    more = len(found) > limit or answer.is_followed("servers")
    return tuple(each for each in found[:limit] if each and each.accepts), more


def _candidate(raw: Record) -> Candidate | None:
    if not text(raw, "id"):
        return None
    return Candidate(
        id=text(raw, "id"),
        name=text(raw, "name"),
        status=text(raw, "status"),
        # Where a cloud does not tell, Nova itself judges.
        task=told(raw, "OS-EXT-STS:task_state"),
        project_id=told(raw, "tenant_id"),
        locked=flag(raw, "locked"),
    )


def device_of(connection: Connection, instance_id: str, volume_id: str) -> str | None:
    """Read the device name that Nova keeps for a volume, also while the instance is shelved."""
    path = f"{_attachments(instance_id)}/{checked(volume_id)}"
    answer = connection.call(Service.COMPUTE, "GET", path, microversion=_READ)
    return told(answer.record("volumeAttachment"), "device")


def _attachments(instance_id: str) -> str:
    return f"/servers/{checked(instance_id)}/os-volume_attachments"


def volumes_of(connection: Connection, instance_id: str) -> tuple[str, ...]:
    """Read the ids of the volumes that an instance has, in the order of their devices.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    return tuple(disks_of(connection, instance_id))


def disks_of(connection: Connection, instance_id: str) -> Mapping[str, str]:
    """Read the device of each volume that an instance has, in their order; empty if not told.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    path = _attachments(instance_id)
    answer = connection.call(Service.COMPUTE, "GET", path, microversion=_READ)
    by_device = sorted(answer.all("volumeAttachments", _used))
    return {volume_id: device for device, volume_id in by_device}


def _used(raw: Record) -> tuple[str, str] | None:
    return (text(raw, "device"), text(raw, "volumeId")) if text(raw, "volumeId") else None


def detach(connection: Connection, instance_id: str, volume_id: str) -> None:
    """Detach a volume; works for shelved instances too. It goes on after this returns.

    :raises CloudError: Refused with Nova's reason, such as a root volume.
    """
    path = f"{_attachments(instance_id)}/{checked(volume_id)}"
    connection.call(Service.COMPUTE, "DELETE", path, microversion=_DETACH)


def attach(connection: Connection, instance_id: str, volume: Volume, device: str | None) -> str:
    """Attach a volume; works for shelved instances too. Return the device's name, if any.

    :raises CloudError: Refused with Nova's reason.
    """
    wanted = {"volumeId": volume.id} | ({"device": device} if device else {})
    answer = connection.call(
        Service.COMPUTE,
        "POST",
        _attachments(instance_id),
        microversion=_ATTACH[volume.multiattach],
        body={"volumeAttachment": wanted},
    )
    return text(answer.record("volumeAttachment"), "device")


def act(connection: Connection, instance_id: str, action: str) -> None:
    """Ask for an action without parameters, such as ``os-stop``, ``os-start``, ``unshelve``.

    It is accepted when this returns, not yet done.

    :raises CloudError: Refused (409) where the instance is in another state, or locked;
        AnswerLost, ServiceFailed: it is not known.
    """
    path = f"/servers/{checked(instance_id)}/action"
    connection.call(Service.COMPUTE, "POST", path, microversion=_READ, body={action: None})


def instance_ids(connection: Connection, project_id: str = "") -> Iterator[tuple[str, ...]]:
    """Read the ids of the project's instances page by page; of another one's for administrators.

    :raises CloudError: they cannot be read; what came before is not all of them.
    """
    marker: str | None = None
    whose = {"all_tenants": 1, "project_id": project_id} if project_id else {}
    while True:
        query = {"limit": _PAGE, "marker": marker, **whose}
        answer = connection.call(
            Service.COMPUTE, "GET", "/servers", microversion=_READ, query=query
        )
        found = tuple(text(each, "id") for each in answer.records("servers"))
        yield found
        if not found or not answer.is_followed("servers") or found[-1] == marker:
            return
        marker = found[-1]
