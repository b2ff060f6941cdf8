# SPDX-License-Identifier: Apache-2.0
"""Adds a storage service that is down: a row of Cinder's without a process.

Real clouds have such rows for days. The scheduler leaves the service out and goes on.
"""

import sqlite3
import uuid
from datetime import datetime

from devcloud.configuration.cinder import FILE_BACKENDS
from devcloud.configuration.common import MACHINE
from devcloud.inside import rows

# The service, and where it keeps its volumes: Cinder writes a pool's name behind the service's.
DOWN = f"{MACHINE}@old"
DOWN_POOL = f"{DOWN}#old"


def ensure_down(cinder: sqlite3.Connection, since: datetime) -> None:
    """Write the row unless it is there.

    ``since`` (UTC) is when the service last said that it lives. Cinder counts it as down after a
    minute of silence (option ``service_down_time``). It is a copy of a living service's row, so
    that both speak the same versions.
    """
    if rows.select(cinder, "services", "host", DOWN):
        return
    (living,) = rows.select(cinder, "services", "host", f"{MACHINE}@{FILE_BACKENDS[0]}")
    copy = rows.renamed(living, {living["uuid"]: str(uuid.uuid4())})
    rows.insert(cinder, "services", [copy | {"host": DOWN, "updated_at": str(since)}])


def move(cinder: sqlite3.Connection, volume: str, since: datetime) -> None:
    """Say that a volume is on the service that is down; ``since`` as in :func:`ensure_down`."""
    ensure_down(cinder, since)
    (down,) = rows.select(cinder, "services", "host", DOWN)
    rows.update(cinder, "volumes", volume, host=DOWN_POOL, service_uuid=down["uuid"])
