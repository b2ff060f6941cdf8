# SPDX-License-Identifier: Apache-2.0
"""Writes an operation as a playbook for Ansible, with its collection openstack.cloud.

The modules and their options were read in release 2.5.0. There are none for a revert, for groups,
and for images of instances; that for images takes a volume, which is deprecated, and only one that
is attached to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from snapshot_dashboard.rules.programs.operation import Action, Kind, Operation
from snapshot_dashboard.rules.programs.program import Language, Pieces, Program, said, written
from snapshot_dashboard.rules.programs.quoting import Quoting

_HEAD = "---\n- hosts: localhost\n  gather_facts: false\n  tasks:\n"
_NAMED = {"name": "name", "description": "description"}
_MODULES: Mapping[Action, tuple[str, Mapping[str, str]]] = {
    Action.SNAPSHOT: ("volume_snapshot", {"volume": "volume", "force": "force", **_NAMED}),
    Action.VOLUME: (
        "volume",
        {
            "snapshot": "snapshot",
            "size": "size",
            "type": "volume_type",
            "zone": "availability_zone",
            **_NAMED,
        },
    ),
    # The name of a container is none of its options.
    Action.BACKUP: (
        "volume_backup",
        {
            "volume": "volume",
            "force": "force",
            "snapshot": "snapshot",
            "incremental": "is_incremental",
            **_NAMED,
        },
    ),
}


def does(action: Action) -> bool:
    """Tell whether there is a module for it."""
    return action in _MODULES


def tells_apart(operations: Sequence[Operation]) -> bool:
    """Tell whether what is made has names of its own: of each name Ansible makes one thing."""
    names = [each.default for one in operations for each in one.fields if each.name == "name"]
    return len(set(names)) == len(names)


def program(operations: Sequence[Operation]) -> Program:
    """Return the playbook."""
    return written(Language.ANSIBLE, operations, _HEAD, _task)


def _task(operation: Operation) -> Pieces:
    module, options = _MODULES[operation.action]
    yield f"    - openstack.cloud.{module}:\n"
    for field in operation.fields:
        if field.name in options:
            true = "true" if field.kind is Kind.FLAG else ""
            before = f"        {options[field.name]}: {true}"
            yield said(field, Quoting.YAML, before, after="\n")
    if operation.attached_to:
        yield "      register: made\n    - openstack.cloud.server_volume:\n"
        yield said(operation.attached_to, Quoting.YAML, "        server: ", after="\n")
        yield '        volume: "{{ made.volume.id }}"\n'
