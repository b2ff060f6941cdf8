# SPDX-License-Identifier: Apache-2.0
"""Writes an operation in Python, with openstacksdk (read: 4.22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snapshot_dashboard.rules.programs.operation import ATTACH_VERSION, Action, Kind, Operation
from snapshot_dashboard.rules.programs.program import Language, Pieces, Program, said, written
from snapshot_dashboard.rules.programs.quoting import Quoting

# Seconds that a new volume may take before it can be attached.
_PATIENCE = 3600


@dataclass(frozen=True, slots=True)
class _Call:
    """A method, and the arguments for its fields."""

    method: str
    arguments: Mapping[str, str]


_NAMED = {"name": "name", "description": "description"}
_CALLS: Mapping[Action, _Call] = {
    Action.SNAPSHOT: _Call(
        "block_storage.create_snapshot",
        {"volume": "volume_id", "force": "force", **_NAMED, "tags": "metadata"},
    ),
    Action.VOLUME: _Call(
        "block_storage.create_volume",
        {
            "snapshot": "snapshot_id",
            "size": "size",
            "type": "volume_type",
            "zone": "availability_zone",
            **_NAMED,
        },
    ),
    Action.REVERT: _Call(
        "block_storage.revert_volume_to_snapshot", {"volume": "volume", "snapshot": "snapshot"}
    ),
    Action.BACKUP: _Call(
        "block_storage.create_backup",
        {
            "volume": "volume_id",
            "force": "force",
            "container": "container",
            "snapshot": "snapshot_id",
            "incremental": "is_incremental",
            **_NAMED,
        },
    ),
    Action.IMAGE: _Call(
        "block_storage.upload_volume_to_image",
        {"volume": "volume", "force": "force", "name": "image_name", "format": "disk_format"},
    ),
    Action.GROUP_SNAPSHOT: _Call(
        "block_storage.create_group_snapshot", {"group": "group_id", **_NAMED}
    ),
    Action.SERVER_IMAGE: _Call("compute.create_server_image", {"server": "server", "name": "name"}),
}


def program(operations: Sequence[Operation]) -> Program:
    """Return the program; which cloud it is about, its environment says."""
    first = operations[0]
    service = "compute" if first.is_computes else "block_storage"
    versions = {service: first.version} | ({"compute": ATTACH_VERSION} if first.attached_to else {})
    chosen = ", ".join(f'{name}_default_microversion="{each}"' for name, each in versions.items())
    head = f"import openstack\n\ncloud = openstack.connect({chosen})\n"
    return written(Language.PYTHON, operations, head, _called)


def _called(operation: Operation) -> Pieces:
    if operation.action is Action.GROUP:
        yield from _cloned(operation)
        return
    call = _CALLS[operation.action]
    made = "volume = " if operation.attached_to else ""
    yield f"{made}cloud.{call.method}(\n"
    for field in operation.fields:
        if field.name in call.arguments:
            true = "True" if field.kind is Kind.FLAG else ""
            yield said(field, Quoting.TEXT, f"    {call.arguments[field.name]}={true}", after=",\n")
    yield ")\n"
    if operation.attached_to:
        yield f"cloud.block_storage.wait_for_status(volume, wait={_PATIENCE})\n"
        attach = "cloud.compute.create_volume_attachment("
        yield said(operation.attached_to, Quoting.TEXT, attach, after=", volume)\n")


def _cloned(operation: Operation) -> Pieces:
    """Return the request by itself: ``create_group_from_source`` sends a null that Cinder refuses.

    Tried with openstacksdk 4.22 and Cinder 29.
    """
    yield 'cloud.block_storage.post(\n    "/groups/action",\n    json={\n'
    yield '        "create-from-src": {\n'
    keys = {"group": "source_group_id", **_NAMED}
    for field in operation.fields:
        yield said(field, Quoting.TEXT, f'            "{keys[field.name]}": ', after=",\n")
    yield "        }\n    },\n    raise_exc=True,\n)\n"
