# SPDX-License-Identifier: Apache-2.0
"""How many snapshots each volume of a page has, as far as the newest of a list tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Phase, phase

# A snapshot whose deletion has failed is still there, and counts against the quota.
_NOT_DELETED = "error_deleting"
# Statuses that become another number, and end by themselves.
_CHANGING = ("creating", "deleting")


@dataclass(frozen=True, slots=True)
class SnapshotCount:
    """The snapshots of one volume.

    ``kept`` are those that are there; ``newest`` is when the last of them was made that has not
    failed. ``changing`` is the status of one that is being made or deleted, empty for none. Where
    ``complete`` is false there may be more, all of them older than ``since``.
    """

    kept: int = 0
    newest: datetime | None = None
    changing: str = ""
    failed: tuple[Snapshot, ...] = ()
    complete: bool = True
    since: datetime | None = None


def counts(
    newest_first: Collection[Snapshot | None], volume_ids: Iterable[str], *, complete: bool
) -> Mapping[str, SnapshotCount]:
    """Count the snapshots of each of these volumes.

    ``complete`` tells that there are no others. In the place of one that cannot be read is None: it
    may be of any volume, so that nothing is said of a time without one. Cinder's temporary ones,
    which go away by themselves, do not count.
    """
    readable = [each for each in newest_first if each is not None]
    odd = len(readable) < len(newest_first)
    dates = [each.created_at for each in readable if each.created_at]
    since = None if complete or odd else min(dates, default=None)
    found = _by_volume(readable, volume_ids)
    return {each: _count(of, complete and not odd, since) for each, of in found.items()}


def _by_volume(
    snapshots: Iterable[Snapshot], volume_ids: Iterable[str]
) -> Mapping[str, Sequence[Snapshot]]:
    found: dict[str, list[Snapshot]] = {each: [] for each in volume_ids}
    for snapshot in snapshots:
        if snapshot.volume_id in found and not snapshot.temporary:
            found[snapshot.volume_id].append(snapshot)
    return found


def _count(found: Iterable[Snapshot], complete: bool, since: datetime | None) -> SnapshotCount:
    of = tuple(found)
    failed = tuple(each for each in of if phase(each.status) is Phase.FAILED)
    changing = [each.status for each in of if each.status in _CHANGING]
    sound = [each for each in of if each not in failed and each.status not in _CHANGING]
    dates = [each.created_at for each in sound if each.created_at]
    return SnapshotCount(
        kept=len(sound) + sum(each.status == _NOT_DELETED for each in failed),
        newest=max(dates, default=None),
        changing=min(changing, default=""),
        failed=failed,
        complete=complete,
        since=since,
    )
