# SPDX-License-Identifier: Apache-2.0
"""Cinder: backups of a volume, and the request for one."""

from __future__ import annotations

from collections.abc import Mapping

from snapshot_dashboard.cloud import answers
from snapshot_dashboard.cloud.errors import AnswerUnreadable, Service
from snapshot_dashboard.cloud.lists import Kind, read
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.backup import Backup

# Metadata of backups begin here (cinder/api/microversions.py, BACKUP_METADATA).
_METADATA = (3, 43)
# How far to look back, for one that was made a moment ago or that an incremental one builds upon.
_NEWEST = 50
_BACKUPS: Kind[Backup] = Kind("backups", answers.backup)


def keep_notes(connection: Connection) -> bool:
    """Tell whether this cloud's backups have metadata.

    :raises CloudError: its versions are not known and cannot be asked for.
    """
    return connection.cinder_version() >= _METADATA


def newest(connection: Connection, volume_id: str) -> tuple[Backup, ...]:
    """Read the newest backups of a volume, newest first.

    A filter that a service does not know may be ignored: what is of another volume is left out.

    :raises CloudError: they cannot be read, or one of them has no id.
    """
    query = {"volume_id": volume_id, "limit": _NEWEST, "sort": "created_at:desc"}
    found = read(connection, _BACKUPS, query, whole=True)
    return tuple(each for each in found.items if each.volume_id == volume_id)


def made_with(connection: Connection, volume_id: str, key: str, value: str) -> tuple[Backup, ...]:
    """Return those of a volume's newest backups whose metadata have this entry, oldest first.

    :raises CloudError: they cannot be read, or keep no metadata in this cloud: then what was made
        is not found, and nobody is to be told that there is nothing.
    """
    if not keep_notes(connection):
        raise AnswerUnreadable("backups have no metadata", service=Service.BLOCK_STORAGE)
    found = newest(connection, volume_id)
    return tuple(each for each in reversed(found) if each.metadata.get(key) == value)


def create(
    connection: Connection,
    volume_id: str,
    *,
    name: str,
    description: str,
    container: str,
    snapshot_id: str | None,
    incremental: bool,
    force: bool,
    metadata: Mapping[str, str],
) -> Backup:
    """Ask for a backup of a volume, or of one of its snapshots.

    Unforced, Cinder refuses a volume that is attached by now (cinder/backup/api.py, create). It
    looks at no status of the volume where a snapshot is named.

    :raises CloudError: Refused, QuotaExceeded: nothing was made; AnswerLost, ServiceFailed:
        it is not known.
    """
    wanted: dict[str, object] = {
        "volume_id": volume_id,
        "name": name,
        "description": description,
        # Empty, it would be a container without a name; None is the driver's own.
        "container": container or None,
        "snapshot_id": snapshot_id,
        "incremental": incremental,
        "force": force,
    }
    if keep_notes(connection):
        wanted["metadata"] = dict(metadata)
    made = connection.cinder("POST", "/backups", body={"backup": wanted})
    return made.one("backup", answers.backup)
