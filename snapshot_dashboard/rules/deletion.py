# SPDX-License-Identifier: Apache-2.0
"""Finds what blocks the deletion of a volume or snapshot, in the order of removal.

Cinder 29 deletes a volume that has one of five statuses, is not attached, is in no group and has
no snapshots (volume/api.py:473-501); a snapshot that is available or failed and in no group
snapshot (1235-1245). Backups and images never block it, and volumes made from a
snapshot only on some storage: none of them is told here. Cinder decides: a migration and a
frozen storage service block it too and cannot be seen here, and neither can a member
see another project's snapshots. Of a hold (rules/holds.py) Cinder knows nothing: this dashboard
decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from snapshot_dashboard.rules import holds
from snapshot_dashboard.rules.attachment import Disk, Exposure, Holder, Verdict
from snapshot_dashboard.rules.holds import Hold
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Phase, phase


class DeletionBlocker(Enum):
    """One reason why an object cannot be deleted."""

    # The status ends by itself.
    BUSY = "busy"
    CREATING = "creating"
    TRANSFER = "transfer"
    # Something uses the volume that this person cannot see, or nobody could tell whether.
    NOT_VISIBLE = "not_visible"
    # An attachment to an instance that does not exist any more.
    LEFT_OVER = "left_over"
    # Attached, and it looks like the instance's system disk, which cannot be detached.
    SYSTEM_DISK = "system_disk"
    ATTACHED = "attached"
    # A status that does not allow it, and does not end by itself.
    STATUS = "status"
    GROUP = "group"
    GROUP_SNAPSHOT = "group_snapshot"
    # Somebody has noted that it is to be kept; Cinder would delete it.
    ON_HOLD = "on_hold"
    # Snapshots of another project than the volume's.
    FOREIGN_SNAPSHOTS = "foreign_snapshots"
    SNAPSHOTS = "snapshots"


@dataclass(frozen=True, slots=True)
class Finding:
    """A blocker, and the snapshots, the users of the volume or the hold that it is about."""

    blocker: DeletionBlocker
    snapshots: tuple[Snapshot, ...] = ()
    holders: tuple[Holder, ...] = ()
    hold: Hold | None = None


# What Cinder deletes, when nothing else blocks it.
VOLUME_STATUSES = frozenset(
    {"available", "error", "error_restoring", "error_extending", "error_managing"}
)
SNAPSHOT_STATUSES = frozenset({"available", "error"})
# The status is told by what uses the volume.
_USED = frozenset({"in-use", "reserved"})
_ENDED_BY_NOVA = frozenset({"attaching", "detaching"})
_BY_HOLDER = (
    DeletionBlocker.NOT_VISIBLE,
    DeletionBlocker.LEFT_OVER,
    DeletionBlocker.SYSTEM_DISK,
    DeletionBlocker.ATTACHED,
)


def belongs_elsewhere(snapshot: Snapshot, volume_project: str | None) -> bool:
    """Tell whether a snapshot is known to be of another project than its volume."""
    known = snapshot.project_id is not None and volume_project is not None
    return known and snapshot.project_id != volume_project


def of_volume(
    exposure: Exposure, snapshots: Sequence[Snapshot], *, sees_all: bool
) -> tuple[Finding, ...]:
    """Return what blocks the deletion of a volume, () where nothing is known to.

    ``exposure`` has to be assessed for the volume's own project. ``snapshots`` are all that this
    person can read of the volume, the temporary ones too: they count for Cinder. ``sees_all``
    tells that the person sees every project: only then does a 404 mean that an instance is gone.

    Waiting comes first, then what can be undone; snapshots, which cannot, are deleted last. A
    volume leaves its group only when its status allows it (group/api.py:50-54).
    """
    volume = exposure.volume
    used = _uses(exposure, sees_all=sees_all)
    foreign = tuple(each for each in snapshots if belongs_elsewhere(each, volume.project_id))
    own = tuple(each for each in snapshots if not belongs_elsewhere(each, volume.project_id))
    state = _state(volume.status, used)
    first = (DeletionBlocker.BUSY, DeletionBlocker.TRANSFER)
    return (
        *(Finding(each) for each in state if each in first),
        *used,
        *(Finding(each) for each in state if each not in first),
        *((Finding(DeletionBlocker.GROUP),) if volume.group_id else ()),
        *((Finding(DeletionBlocker.FOREIGN_SNAPSHOTS, snapshots=foreign),) if foreign else ()),
        *((Finding(DeletionBlocker.SNAPSHOTS, snapshots=own),) if own else ()),
    )


def _state(status: str, used: tuple[Finding, ...]) -> tuple[DeletionBlocker, ...]:
    if status in VOLUME_STATUSES or status in _USED:
        return ()
    if status == "awaiting-transfer":
        return (DeletionBlocker.TRANSFER,)
    if status in _ENDED_BY_NOVA and any(each.blocker is DeletionBlocker.LEFT_OVER for each in used):
        # Nobody is left who would end it; deleting the attachment does.
        return ()
    return (DeletionBlocker.BUSY if phase(status) is Phase.MOVING else DeletionBlocker.STATUS,)


def _uses(exposure: Exposure, *, sees_all: bool) -> tuple[Finding, ...]:
    """Sort the users of the volume; a volume in use by nobody is in use by somebody unseen."""
    unread = exposure.verdict is Verdict.ATTACHMENT_UNKNOWN
    if not exposure.holders and (unread or exposure.volume.status in _USED):
        return (Finding(DeletionBlocker.NOT_VISIBLE),)
    sorted_holders: dict[DeletionBlocker, list[Holder]] = {each: [] for each in _BY_HOLDER}
    for holder in exposure.holders:
        sorted_holders[_by_holder(holder, sees_all=sees_all)].append(holder)
    return tuple(
        Finding(blocker, holders=tuple(holders))
        for blocker, holders in sorted_holders.items()
        if holders
    )


def _by_holder(holder: Holder, *, sees_all: bool) -> DeletionBlocker:
    if holder.verdict is Verdict.NOT_VISIBLE:
        return DeletionBlocker.LEFT_OVER if sees_all else DeletionBlocker.NOT_VISIBLE
    if holder.verdict is Verdict.ATTACHMENT_UNKNOWN:
        return DeletionBlocker.NOT_VISIBLE
    return DeletionBlocker.SYSTEM_DISK if holder.disk is Disk.SYSTEM else DeletionBlocker.ATTACHED


def of_snapshot(snapshot: Snapshot) -> tuple[Finding, ...]:
    """Return what blocks the deletion of a snapshot, () where nothing is known to.

    A hold comes first: it is for people to decide, whatever the status. A group snapshot is deleted
    as a whole, and only when it has been made (group/api.py:883-897): waiting comes before it.
    """
    hold = holds.of(snapshot.metadata)
    on_hold = (Finding(DeletionBlocker.ON_HOLD, hold=hold),) if hold else ()
    found = []
    if snapshot.status == "creating":
        found.append(DeletionBlocker.CREATING)
    elif phase(snapshot.status) is Phase.MOVING:
        found.append(DeletionBlocker.BUSY)
    elif snapshot.status not in SNAPSHOT_STATUSES:
        found.append(DeletionBlocker.STATUS)
    if snapshot.group_snapshot_id:
        found.append(DeletionBlocker.GROUP_SNAPSHOT)
    return (*on_hold, *(Finding(each) for each in found))
