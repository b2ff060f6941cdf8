# SPDX-License-Identifier: Apache-2.0
"""Reads a project's limits with what is used and reserved, also per volume type."""

from __future__ import annotations

from collections.abc import Mapping

from snapshot_dashboard.cloud.answers import Record, number
from snapshot_dashboard.cloud.errors import quoted
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.quota import Limit


def limits(connection: Connection, project_id: str | None = None) -> Mapping[str, Limit]:
    """Read a project's quota set: one call, readable by members and readers of the project.

    Without ``project_id`` it is the connection's own; another one's is told to administrators
    only. (``/limits`` knows neither reservations nor limits per type.)

    :raises CloudError: the limits cannot be read; Forbidden for another project's.
    """
    project = quoted(connection.project_id if project_id is None else project_id)
    raw = connection.cinder("GET", f"/os-quota-sets/{project}", query={"usage": "True"})
    found = raw.record("quota_set").items()
    limits = {name: _limit(each) for name, each in found if isinstance(each, dict)}
    return {name: each for name, each in limits.items() if each}


def _limit(raw: Record) -> Limit | None:
    """Read a limit; None where it is not told how much of it is used."""
    used, reserved = number(raw.get("in_use")), number(raw.get("reserved"))
    # No limit is -1.
    return None if used is None else Limit(used + (reserved or 0), number(raw.get("limit")))
