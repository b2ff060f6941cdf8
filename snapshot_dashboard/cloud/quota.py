# SPDX-License-Identifier: Apache-2.0
"""A project's limits, with what is used and reserved, per type too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from snapshot_dashboard.cloud.block_storage import client
from snapshot_dashboard.cloud.errors import quoted, translated
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.quota import Limit


def limits(connection: Connection, project_id: str | None = None) -> Mapping[str, Limit]:
    """Read a project's quota set: one call, readable by members and readers of the project.

    Without ``project_id`` it is the connection's own; another one's is told to administrators
    only. (``/limits`` knows neither reservations nor limits per type.)

    :raises CloudError: the limits cannot be read; Forbidden for another project's.
    """
    project = quoted(connection.project_id if project_id is None else project_id)
    with translated():
        raw: Mapping[str, Any] = client(connection).quotas.get(project, usage=True).to_dict()
        return {name: _limit(each) for name, each in raw.items() if isinstance(each, dict)}


def _limit(raw: Mapping[str, Any]) -> Limit:
    ceiling = int(raw.get("limit", -1))
    return Limit(
        used=int(raw.get("in_use", 0)) + int(raw.get("reserved", 0)),
        ceiling=None if ceiling < 0 else ceiling,
    )
