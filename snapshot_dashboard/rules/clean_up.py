# SPDX-License-Identifier: Apache-2.0
"""Finds the snapshots of a project that may not be needed any more, and says why of each.

A reason is no verdict: that a snapshot is old says nothing of its worth. Only a day that somebody
has written down for it speaks of what was meant.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from snapshot_dashboard.rules import consistency, holds, keep_until, sets
from snapshot_dashboard.rules.cloud_check import PROBE
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Phase, phase

# How many are called the biggest.
BIGGEST = 10


class Reason(Enum):
    """Why a snapshot may not be needed any more, in the order in which they are told."""

    PAST = "past"
    FAILED = "failed"
    LEFT_BEHIND = "left_behind"
    INSTANCES_GONE = "instances_gone"
    SURPLUS = "surplus"
    OLD = "old"
    BIG = "big"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was chosen: the newest of each volume that are kept, and the days of what is old."""

    newest: int
    days: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A snapshot with every reason that is true of it, the first of which is where it is listed."""

    snapshot: Snapshot
    reasons: tuple[Reason, ...]

    @property
    def ticked(self) -> bool:
        """Tell whether it is ticked beforehand: somebody has said until when, and it is over."""
        return Reason.PAST in self.reasons and holds.of(self.snapshot.metadata) is None


def candidates(
    snapshots: Sequence[Snapshot],
    wanted: Wanted,
    *,
    now: datetime,
    today: date,
    instances: Collection[str] | None,
    complete: bool = True,
) -> tuple[Candidate, ...]:
    """Return those of a project's snapshots for which there is a reason, the oldest first.

    ``today`` is the date where the person is, ``instances`` are the ids of those that exist, None
    where that is not known. Unless these are ``complete``, nothing follows from what is missing.
    """
    listed = [each for each in snapshots if _can_be_listed(each)]
    sizes = _sizes(snapshots) if complete else {}
    surplus = _surplus(listed, wanted.newest)
    biggest = _biggest(listed)
    before = now - timedelta(days=wanted.days)
    found = []
    for each in sorted(listed, key=_age):
        true_of_it = {
            Reason.PAST: keep_until.is_past(keep_until.of(each.metadata), today),
            Reason.FAILED: phase(each.status) is Phase.FAILED,
            Reason.LEFT_BEHIND: _is_left_behind(each, sizes),
            Reason.INSTANCES_GONE: _are_gone(each, instances),
            Reason.SURPLUS: each.id in surplus,
            Reason.OLD: each.created_at is not None and each.created_at < before,
            Reason.BIG: each.id in biggest,
        }
        reasons = tuple(reason for reason, holds_true in true_of_it.items() if holds_true)
        if reasons:
            found.append(Candidate(each, reasons))
    return tuple(found)


def by_reason(found: Iterable[Candidate]) -> Mapping[Reason, tuple[Candidate, ...]]:
    """Return each candidate under its first reason, in the order of the reasons."""
    listed: dict[Reason, list[Candidate]] = {each: [] for each in Reason}
    for each in found:
        listed[each.reasons[0]].append(each)
    listed[Reason.BIG].sort(key=lambda each: -(each.snapshot.size or 0))
    return {reason: tuple(each) for reason, each in listed.items() if each}


def _can_be_listed(snapshot: Snapshot) -> bool:
    """Leave out what the storage service has made for itself, and what is on its way."""
    return not snapshot.temporary and phase(snapshot.status) is not Phase.MOVING


def _age(snapshot: Snapshot) -> tuple[bool, float, str]:
    made = snapshot.created_at
    return made is None, made.timestamp() if made else 0.0, snapshot.id


def _sizes(snapshots: Iterable[Snapshot]) -> Mapping[str, int]:
    """Return how many snapshots of each set there are."""
    members = (sets.membership(each.metadata) for each in snapshots if sets.is_made(each))
    return Counter(each.set_id for each in members if each)


def _is_left_behind(snapshot: Snapshot, sizes: Mapping[str, int]) -> bool:
    """Tell whether an attempt that made it did not come to its end, or others of it are gone."""
    if PROBE in snapshot.metadata:
        return True
    belongs = sets.membership(snapshot.metadata)
    return belongs is not None and 0 < sizes.get(belongs.set_id, 0) < belongs.count


def _are_gone(snapshot: Snapshot, instances: Collection[str] | None) -> bool:
    """Tell whether every instance that its volume was attached to is gone, as far as is noted."""
    note = consistency.read(snapshot.metadata)
    if instances is None or not note.instances or note.more:
        return False
    return not any(each in instances for each, _state in note.instances)


def _surplus(snapshots: Iterable[Snapshot], newest: int) -> frozenset[str]:
    """Return the ids of those that are older than the newest so many usable ones of a volume."""
    of_volume: dict[str, list[Snapshot]] = defaultdict(list)
    for each in snapshots:
        if each.usable and each.created_at:
            of_volume[each.volume_id].append(each)
    older = (sorted(each, key=_age)[: max(len(each) - newest, 0)] for each in of_volume.values())
    return frozenset(snapshot.id for each in older for snapshot in each)


def _biggest(snapshots: Iterable[Snapshot]) -> frozenset[str]:
    known = [each for each in snapshots if each.size]
    largest = sorted(known, key=lambda each: (-(each.size or 0), _age(each)))
    return frozenset(each.id for each in largest[:BIGGEST])
