# SPDX-License-Identifier: Apache-2.0
"""Writes a new volume as a resource of Terraform's provider for OpenStack.

The resource was read in release 3.4.0 of terraform-provider-openstack. It has none for a snapshot,
and whatever is done once is no resource.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from snapshot_dashboard.rules.programs.operation import Action, Operation
from snapshot_dashboard.rules.programs.program import Language, Pieces, Program, said, written
from snapshot_dashboard.rules.programs.quoting import Quoting

_ARGUMENTS: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "snapshot": "snapshot_id",
    "size": "size",
    "type": "volume_type",
    "zone": "availability_zone",
}
_LONGEST = max(map(len, _ARGUMENTS.values()))


def does(operation: Operation) -> bool:
    """Tell whether it is a resource."""
    return operation.action is Action.VOLUME and operation.attached_to is None


def program(operations: Sequence[Operation]) -> Program:
    """Return the resource."""
    return written(Language.TERRAFORM, operations, "", _resource)


def _resource(operation: Operation) -> Pieces:
    yield 'resource "openstack_blockstorage_volume_v3" "volume" {\n'
    for field in operation.fields:
        before = f"  {_ARGUMENTS[field.name].ljust(_LONGEST)} = "
        yield said(field, Quoting.HCL, before, after="\n")
    yield "}\n"
