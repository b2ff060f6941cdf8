# SPDX-License-Identifier: Apache-2.0
"""A snapshot and what its status allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from snapshot_dashboard.rules.volume import Phase, phase

# What an administrator may set (cinder/objects/fields.py, SnapshotStatus), but for "deleted":
# Cinder keeps such a snapshot in its lists, counts it, and refuses to delete its volume (tried).
SETTABLE = (
    "available",
    "creating",
    "deleting",
    "error",
    "error_deleting",
    "updating",
    "backing-up",
    "restoring",
    "unmanaging",
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A Cinder volume snapshot as one project sees it.

    The size is GiB, None where it is not told. ``counts_against_quota`` is None where Cinder tells
    nothing of it (below 3.65).
    """

    id: str
    name: str
    size: int | None
    status: str
    volume_id: str
    project_id: str | None = None
    user_id: str | None = None
    description: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    group_snapshot_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    counts_against_quota: bool | None = True

    @property
    def label(self) -> str:
        """Return the name, or the id of a snapshot that has none."""
        return self.name or self.id

    @property
    def gib(self) -> int | str:
        """Return the size as it is shown."""
        return "?" if self.size is None else self.size

    @property
    def temporary(self) -> bool:
        """Tell whether Cinder made it for its own work, and removes it when that is done.

        Those do not count against the quota. Where that is not told, the name says it: anybody may
        give such a name to a snapshot, but one that holds what a volume held before a revert must
        not be taken for any other.
        """
        if self.counts_against_quota is not None:
            return not self.counts_against_quota
        return self.name in (left_by_revert(self.volume_id), f"backup-snap-{self.volume_id}")

    @property
    def usable(self) -> bool:
        """Tell whether a volume can be made from it (Cinder accepts ``available`` only)."""
        return self.status == "available"


def left_by_revert(volume_id: str) -> str:
    """Return how Cinder names the snapshot that it makes of a volume before it reverts it.

    So since there are reverts (volume/manager.py, ``_create_backup_snapshot``). That of a backup of
    a volume in use is in volume/driver.py, ``_create_temp_snapshot``.
    """
    return f"[revert] volume {volume_id} backup snapshot"


class Source(Enum):
    """Whether a volume can be made from a snapshot now, or the reason why not."""

    USABLE = "usable"
    MOVING = "moving"
    UNUSABLE = "unusable"
    FOREIGN = "foreign"


def as_source(snapshot: Snapshot, project_id: str) -> Source:
    """Tell whether the project can make a volume from a snapshot.

    Cinder takes ``available`` ones only (flows/api/create_volume.py). One of another project
    is refused: the volume would belong to the caller, unseen by the owner of the snapshot.
    """
    if snapshot.project_id != project_id:
        return Source.FOREIGN
    if snapshot.usable:
        return Source.USABLE
    return Source.MOVING if phase(snapshot.status) is Phase.MOVING else Source.UNUSABLE


def default_name(volume_label: str, moment: str, limit: int = 255) -> str:
    """Return the dated name of a snapshot whose name field was left empty.

    ``moment`` is the date as the person reads dates. Cinder takes at most 255 characters:
    the volume's part is shortened, the date never.
    """
    room = limit - len(moment) - 1
    return f"{volume_label[:room]} {moment}"
