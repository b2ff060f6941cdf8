# SPDX-License-Identifier: Apache-2.0
"""Chooses the languages that have something for an operation, and writes it in each of them."""

from __future__ import annotations

from collections.abc import Sequence

from snapshot_dashboard.rules.programs import ansible, api, openstack, python, terraform
from snapshot_dashboard.rules.programs.api import Addresses
from snapshot_dashboard.rules.programs.operation import Operation
from snapshot_dashboard.rules.programs.program import Program


def programs(operations: Sequence[Operation], addresses: Addresses) -> tuple[Program, ...]:
    """Return the programs that do one thing after the other; all are of one kind."""
    first = operations[0]
    found = [api.program(operations, addresses), python.program(operations)]
    if openstack.does(first.action):
        found.insert(0, openstack.program(operations))
    if ansible.does(first.action) and ansible.tells_apart(operations):
        found.append(ansible.program(operations))
    if terraform.does(first):
        found.append(terraform.program(operations))
    return tuple(found)
