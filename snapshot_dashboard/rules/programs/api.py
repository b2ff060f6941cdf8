# SPDX-License-Identifier: Apache-2.0
"""Writes an operation as requests to the services, sent by curl from a POSIX shell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from snapshot_dashboard.rules.programs.operation import ATTACH_VERSION, Action, Kind, Operation
from snapshot_dashboard.rules.programs.program import Language, Pieces, Program, said, written
from snapshot_dashboard.rules.programs.quoting import Quoting, shell

_TOKEN = '--header "X-Auth-Token: $OS_TOKEN"'  # noqa: S105 - none
_ID = 'python3 -c \'import json, sys; print(json.load(sys.stdin)["volume"]["id"])\''
_CREATING = 'grep -Eq \'"status": ?"creating"\''


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the services are, version and project included."""

    block_storage: str
    compute: str


@dataclass(frozen=True, slots=True)
class _Request:
    """The path and the body of a POST: the name of its one object, and those of the fields."""

    path: str
    body: str
    keys: Mapping[str, str]


_NAMED = {"name": "name", "description": "description"}
_REQUESTS: Mapping[Action, _Request] = {
    Action.SNAPSHOT: _Request(
        "/snapshots",
        "snapshot",
        {"volume": "volume_id", "force": "force", **_NAMED, "tags": "metadata"},
    ),
    Action.VOLUME: _Request(
        "/volumes",
        "volume",
        {
            "snapshot": "snapshot_id",
            "size": "size",
            "type": "volume_type",
            "zone": "availability_zone",
            **_NAMED,
        },
    ),
    Action.REVERT: _Request("/volumes/{volume}/action", "revert", {"snapshot": "snapshot_id"}),
    Action.BACKUP: _Request(
        "/backups",
        "backup",
        {
            "volume": "volume_id",
            "force": "force",
            "container": "container",
            "snapshot": "snapshot_id",
            "incremental": "incremental",
            **_NAMED,
        },
    ),
    Action.IMAGE: _Request(
        "/volumes/{volume}/action",
        "os-volume_upload_image",
        {"force": "force", "name": "image_name", "format": "disk_format"},
    ),
    Action.GROUP_SNAPSHOT: _Request(
        "/group_snapshots", "group_snapshot", {"group": "group_id", **_NAMED}
    ),
    Action.GROUP: _Request(
        "/groups/action", "create-from-src", {"group": "source_group_id", **_NAMED}
    ),
    Action.SERVER_IMAGE: _Request("/servers/{server}/action", "createImage", {"name": "name"}),
}


def program(operations: Sequence[Operation], addresses: Addresses) -> Program:
    """Return the requests; ``$OS_TOKEN`` is to hold a token."""
    return written(Language.API, operations, "", partial(_sent, addresses), "\n")


def _sent(addresses: Addresses, operation: Operation) -> Pieces:
    request = _REQUESTS[operation.action]
    ids = {each.name: each.said for each in operation.fields if each.name in ("volume", "server")}
    address = addresses.compute if operation.is_computes else addresses.block_storage
    service = "compute" if operation.is_computes else "volume"
    follows = operation.attached_to
    yield "VOLUME_ID=$(curl --silent" if follows else "curl"
    yield f" --request POST {shell(address + request.path.format(**ids))} \\\n"
    yield f'  {_headers(service, operation.version)} \\\n  --data \'{{"{request.body}": {{'
    yield from _body(operation, request)
    yield "}}'"
    if follows:
        yield f" |\n  {_ID}) &&\n"
        yield f'while curl --silent {shell(f"{address}/volumes/")}"$VOLUME_ID" \\\n  {_TOKEN} |\n'
        yield f"  {_CREATING}; do sleep 2; done &&\n"
        yield f"curl --request POST {shell(f'{addresses.compute}/servers/')}"
        yield said(follows, Quoting.SHELL, "")
        yield f"/os-volume_attachments \\\n  {_headers('compute', ATTACH_VERSION)} \\\n"
        yield '  --data \'{"volumeAttachment": {"volumeId": "\'"$VOLUME_ID"\'"}}\''


def _headers(service: str, version: str) -> str:
    return (
        f"{_TOKEN} \\\n  --header 'OpenStack-API-Version: {service} {version}' \\\n"
        "  --header 'Content-Type: application/json'"
    )


def _body(operation: Operation, request: _Request) -> Pieces:
    """Return the fields of the body; the first one is always there."""
    comma = ""
    for field in operation.fields:
        if field.name in request.keys:
            key = json.dumps(request.keys[field.name])
            true = "true" if field.kind is Kind.FLAG else ""
            yield said(field, Quoting.JSON, f"{comma}{key}: {true}")
            comma = ", "
