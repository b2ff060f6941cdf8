# SPDX-License-Identifier: Apache-2.0
"""Writes an operation as commands of the openstack client, for a POSIX shell.

The client has a command for the clone of a group, which Cinder refuses: it sends a null (tried with
client 10.5 and Cinder 29).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from snapshot_dashboard.rules.programs.operation import ATTACH_VERSION, Action, Kind, Operation
from snapshot_dashboard.rules.programs.program import Language, Pieces, Program, said, written
from snapshot_dashboard.rules.programs.quoting import Quoting

_ID = " --format=value --column=id"
_WAIT = (
    ") &&\n"
    'while [ "$(openstack --os-volume-api-version={version} volume show --format=value '
    '--column=status "$VOLUME_ID")" = creating ]; do sleep 2; done &&\n'
    "openstack --os-compute-api-version={attach} server add volume"
)


@dataclass(frozen=True, slots=True)
class _Command:
    """A command, the options for its fields, and the field that stands after all options."""

    words: str
    options: Mapping[str, str]
    last: str = ""


_COMMANDS: Mapping[Action, _Command] = {
    Action.SNAPSHOT: _Command(
        "volume snapshot create",
        {"volume": "volume", "force": "force", "description": "description", "tags": "property"},
        "name",
    ),
    Action.VOLUME: _Command(
        "volume create",
        {
            "snapshot": "snapshot",
            "description": "description",
            "size": "size",
            "type": "type",
            "zone": "availability-zone",
        },
        "name",
    ),
    Action.REVERT: _Command("volume revert", {}, "snapshot"),
    Action.BACKUP: _Command(
        "volume backup create",
        {
            "force": "force",
            "name": "name",
            "description": "description",
            "container": "container",
            "snapshot": "snapshot",
            "incremental": "incremental",
        },
        "volume",
    ),
    Action.IMAGE: _Command(
        "image create",
        {"volume": "volume", "force": "force", "format": "disk-format"},
        "name",
    ),
    Action.GROUP_SNAPSHOT: _Command(
        "volume group snapshot create", {"name": "name", "description": "description"}, "group"
    ),
    Action.SERVER_IMAGE: _Command("server image create", {"name": "name"}, "server"),
}


def does(action: Action) -> bool:
    """Tell whether there is a command for it that works."""
    return action in _COMMANDS


def program(operations: Sequence[Operation]) -> Program:
    """Return the commands."""
    return written(Language.OPENSTACK, operations, "", _command, "\n")


def _command(operation: Operation) -> Pieces:
    command = _COMMANDS[operation.action]
    service = "compute" if operation.is_computes else "volume"
    # A client that chooses the version by itself may force what nobody asked it to force, or
    # lose "--force" on its way (client 10.5).
    start = f"openstack --os-{service}-api-version={operation.version} {command.words}"
    yield f"VOLUME_ID=$({start}{_ID}" if operation.attached_to else start
    for field in operation.fields:
        if field.name in command.options:
            # "--name=value", so that a value that begins with a dash is not taken for an option.
            equals = "" if field.kind is Kind.FLAG else "="
            option = f" --{command.options[field.name]}{equals}"
            # Each of several tags has an option of its own.
            yield said(field, Quoting.SHELL, " " if field.kind is Kind.TAGS else option)
    for field in operation.fields:
        if field.name == command.last:
            # "--" ends the options: a name may begin with a dash.
            yield said(field, Quoting.SHELL, " -- ")
    if operation.attached_to:
        yield _WAIT.format(version=operation.version, attach=ATTACH_VERSION)
        yield said(operation.attached_to, Quoting.SHELL, " -- ", ' "$VOLUME_ID"')
