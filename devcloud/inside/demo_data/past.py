# SPDX-License-Identifier: Apache-2.0
"""Changes rows in Cinder's database so that the blog's snapshots are hours old."""

import sqlite3
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

from devcloud.inside import rows, storage_services
from devcloud.inside.demo_data import plan

# The service that is down still took the request for its last snapshot.
_DOWN_AFTER = timedelta(minutes=10)


def let_pass(database: Path, volumes: dict[str, str], snapshots: dict[str, str]) -> None:
    """Change the blog's rows; the arguments map names to ids.

    Raises LookupError when one of the planned objects is not there.
    """
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    with rows.writing(database) as cinder:
        for volume in volumes.values():
            _age(cinder, volume, str(now - timedelta(days=plan.BLOG_DAYS)))
        for stuck in plan.STUCK:
            _let_hang(cinder, snapshots[stuck.snapshot], stuck, now)
        hours = max(stuck.hours for stuck in plan.STUCK if stuck.status == "creating")
        since = now - timedelta(hours=hours) + _DOWN_AFTER
        storage_services.move(cinder, volumes[plan.DOWN], since)
        _refuse_long_ago(cinder, snapshots[plan.UNDELETABLE], now)
        _leave_temporary(cinder, volumes[plan.TEMPORARY])


def _age(cinder: sqlite3.Connection, volume: str, born: str) -> None:
    moments = ("created_at", "updated_at", "launched_at", "scheduled_at")
    rows.update(cinder, "volumes", volume, **dict.fromkeys(moments, born))
    for snapshot in rows.select(cinder, "snapshots", "volume_id", volume):
        later = datetime.fromisoformat(born) + timedelta(days=1)
        rows.update(cinder, "snapshots", snapshot["id"], created_at=str(later))


def _let_hang(cinder: sqlite3.Connection, id_: str, stuck: plan.Stuck, now: datetime) -> None:
    """Put a snapshot into its status, for so long; one that is being made was never finished."""
    since = str(now - timedelta(hours=stuck.hours))
    rows.update(cinder, "snapshots", id_, status=stuck.status, updated_at=since)
    if stuck.status == "creating":
        rows.update(cinder, "snapshots", id_, created_at=since, progress="0%")


def _refuse_long_ago(cinder: sqlite3.Connection, id_: str, now: datetime) -> None:
    when = str(now - timedelta(hours=plan.UNDELETABLE_HOURS))
    rows.update(cinder, "snapshots", id_, updated_at=when)
    for message in rows.select(cinder, "messages", "resource_uuid", id_):
        rows.update(cinder, "messages", message["id"], created_at=when)


def _leave_temporary(cinder: sqlite3.Connection, volume: str) -> None:
    """Add a snapshot named and marked as one that Cinder makes for a backup.

    That is ``_create_temp_snapshot`` in ``cinder/volume/driver.py``. A copy of the volume's other
    one, so that the project's quota stays right.
    """
    (other,) = rows.select(cinder, "snapshots", "volume_id", volume)
    own = {"id": str(uuid.uuid4()), "display_name": f"backup-snap-{volume}", "use_quota": False}
    rows.insert(cinder, "snapshots", [other | own])
