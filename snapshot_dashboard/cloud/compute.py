# SPDX-License-Identifier: Apache-2.0
"""Nova: what an instance is doing, finding instances, and detaching volumes from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from snapshot_dashboard.cloud import answers
from snapshot_dashboard.cloud.errors import checked, translated
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.found import OwnedInstance
from snapshot_dashboard.rules.investigation import ACCEPTING, Candidate
from snapshot_dashboard.rules.volume import Volume

# Everything that we read has been in Nova's first microversion.
_READ = "2.1"
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
    with translated():
        raw = _server(connection, instance_id)
        return Instance(
            id=raw["id"],
            name=raw.get("name") or "",
            status=raw.get("status") or "",
            # What a cloud does not tell is not taken for "at rest".
            task=raw.get("OS-EXT-STS:task_state", _UNTOLD),
            power_state=raw.get("OS-EXT-STS:power_state", _UNTOLD_POWER),
            has_image=bool(raw.get("image")),
        )


def _server(connection: Connection, instance_id: str) -> Mapping[str, Any]:
    answer = connection.compute(_READ).get(f"/servers/{checked(instance_id)}")
    raw: Mapping[str, Any] = answer.json()["server"]
    return raw


def owned_instance(connection: Connection, instance_id: str) -> OwnedInstance:
    """Read one instance with the project that it belongs to.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    with translated():
        return _owned(_server(connection, instance_id))


def instances_named(connection: Connection, part: str, limit: int) -> tuple[OwnedInstance, ...]:
    """Read at most ``limit`` instances of all projects with ``part`` in their names, newest first.

    Nova's database decides whether upper and lower case differ.

    :raises CloudError: Forbidden to all but administrators (servers:detail:get_all_tenants).
    """
    wanted = {"all_tenants": 1, "name": _literally(part), "limit": limit}
    with translated():
        answer = connection.compute(_READ).get("/servers/detail", params=wanted)
        return tuple(_owned(each) for each in answer.json()["servers"][:limit])


def _literally(part: str) -> str:
    """Return a regular expression for a text: Nova's filter by name is one."""
    return _SPECIAL.sub(r"\\\g<0>", part).replace("|", "[|]")


def _owned(raw: Mapping[str, Any]) -> OwnedInstance:
    return OwnedInstance(
        id=raw["id"],
        name=raw.get("name") or "",
        status=raw.get("status") or "",
        project_id=raw.get("tenant_id"),
        created_at=answers.moment(raw.get("created")),
    )


def candidate(connection: Connection, instance_id: str) -> Candidate:
    """Read one instance as a place for a volume. An administrator can read any project's.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    with translated():
        return _candidate(_server(connection, instance_id))


def candidates(connection: Connection, part: str, limit: int) -> tuple[tuple[Candidate, ...], bool]:
    """Read at most ``limit`` instances of this project that accept a volume, newest first.

    ``part`` is a part of the name, empty for any. The second value tells that there are more.
    Without ``all_tenants`` Nova lists those of the token's project, for administrators too.

    :raises CloudError: they cannot be read.
    """
    wanted: list[tuple[str, str | int]] = [("status", each) for each in ACCEPTING]
    wanted += [("limit", limit), *([("name", _literally(part))] if part else [])]
    with translated():
        answer = connection.compute(_READ).get("/servers/detail", params=wanted).json()
        found = [_candidate(each) for each in answer["servers"][:limit]]
        # Nova names the next page even where its operator allows shorter ones than asked for.
        more = len(answer["servers"]) > limit or bool(answer.get("servers_links"))
    return tuple(each for each in found if each.accepts), more


def _candidate(raw: Mapping[str, Any]) -> Candidate:
    return Candidate(
        id=raw["id"],
        name=raw.get("name") or "",
        status=raw.get("status") or "",
        # Where a cloud does not tell, Nova itself judges.
        task=raw.get("OS-EXT-STS:task_state"),
        project_id=raw.get("tenant_id"),
    )


def device_of(connection: Connection, instance_id: str, volume_id: str) -> str | None:
    """Read the device name that Nova keeps for a volume, also while the instance is shelved."""
    with translated():
        raw = connection.compute(_READ).get(
            f"/servers/{checked(instance_id)}/os-volume_attachments/{checked(volume_id)}"
        )
        return raw.json()["volumeAttachment"].get("device") or None


def volumes_of(connection: Connection, instance_id: str) -> tuple[str, ...]:
    """Read the ids of the volumes that an instance has, in the order of their devices.

    :raises CloudError: NotFound when it is gone or not visible to this project.
    """
    with translated():
        path = f"/servers/{checked(instance_id)}/os-volume_attachments"
        found = connection.compute(_READ).get(path).json()["volumeAttachments"]
        in_order = sorted(found, key=lambda each: each.get("device") or "")
        return tuple(dict.fromkeys(str(each["volumeId"]) for each in in_order))


def detach(connection: Connection, instance_id: str, volume_id: str) -> None:
    """Detach a volume; works for shelved instances too. It goes on after this returns.

    :raises CloudError: Refused with Nova's reason, such as a root volume.
    """
    with translated():
        connection.compute(_DETACH, write=True).delete(
            f"/servers/{checked(instance_id)}/os-volume_attachments/{checked(volume_id)}"
        )


def attach(connection: Connection, instance_id: str, volume: Volume, device: str | None) -> str:
    """Attach a volume; works for shelved instances too. Return the device's name, if any.

    :raises CloudError: Refused with Nova's reason.
    """
    wanted = {"volumeId": volume.id} | ({"device": device} if device else {})
    with translated():
        answer = connection.compute(_ATTACH[volume.multiattach], write=True).post(
            f"/servers/{checked(instance_id)}/os-volume_attachments",
            json={"volumeAttachment": wanted},
        )
        return answer.json()["volumeAttachment"].get("device") or ""
