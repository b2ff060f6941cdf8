# SPDX-License-Identifier: Apache-2.0
"""What a schedule has taken, and what it takes and deletes next.

A snapshot is a schedule's own if it carries the schedule's id, a slot, and the request id that
follows from both. Nothing else is ever deleted, and of these nothing that is on hold, has a day to
come, or is needed by a volume; nor the last run whose snapshots can all be used.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

from snapshot_dashboard.rules import consistency, holds, keep_until, sets
from snapshot_dashboard.rules.deletion import SNAPSHOT_STATUSES
from snapshot_dashboard.rules.schedules import slots
from snapshot_dashboard.rules.schedules.schedule import SCHEDULE, Schedule
from snapshot_dashboard.rules.schedules.slots import Slot
from snapshot_dashboard.rules.snapshot import Snapshot

SLOT = f"{consistency.PREFIX}schedule_slot"
# How often the storage may fail at one slot: each failure leaves a snapshot that counts.
ATTEMPTS = 3
# For how long snapshots of several volumes still count as taken together.
TOGETHER = timedelta(minutes=15)
_GONE = frozenset({"deleting", "deleted"})
_SETTLED = frozenset({"available", "error", "error_deleting"})
# A name space of our own, for ids that follow from a schedule and a slot.
_SPACE = uuid.UUID("0f6f0f3c-6a5b-4c55-9d0e-6c2f1d7a5b11")


class Kept(Enum):
    """Why a run is kept, in the order in which the first that is true is told."""

    NEWEST = "newest"
    WEEK = "week"
    MONTH = "month"
    # Each is kept until a day, which is not over, or was taken away by somebody.
    NOT_PAST = "not_past"
    UNDER_WAY = "under_way"
    # It is the last one, the last that can be used in full, or the last of one of its volumes.
    LAST_GOOD = "last_good"
    HELD = "held"
    # Somebody has given it a day by hand.
    DATED = "dated"
    NEEDED = "needed"
    # It is not known whether something needs it.
    NOT_KNOWN = "not_known"
    # Its slot is still to come: it was taken while the clock was ahead.
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Run:
    """The snapshots that a schedule has taken at one slot, the oldest first.

    ``count`` is how many there were to be. A snapshot that the storage failed to make is one of
    them, too.
    """

    slot: Slot
    snapshots: tuple[Snapshot, ...]
    count: int

    @property
    def good(self) -> bool:
        """Tell whether a snapshot of each volume can be used."""
        return len(self.usable) >= self.count

    @property
    def under_way(self) -> bool:
        """Tell whether something is done with one of them: it is made, copied, restored, ..."""
        return any(each.status not in _SETTLED for each in self.snapshots)

    @property
    def usable(self) -> frozenset[str]:
        """Return the ids of the volumes of which a snapshot can be used."""
        return frozenset(each.volume_id for each in self.snapshots if each.usable)

    @property
    def begun_at(self) -> datetime | None:
        """Return when the first was made."""
        return min((each.created_at for each in self.snapshots if each.created_at), default=None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a schedule does at one moment.

    ``take`` is the slot that is due, with ``again`` where some of it was made before; ``delete``
    are its own snapshots that go, and ``keep`` says why each other run stays.
    """

    take: Slot | None
    again: Run | None
    delete: tuple[Snapshot, ...]
    keep: tuple[tuple[Run, Kept], ...]


def run_id(schedule: Schedule, slot: Slot) -> str:
    """Return the id of a run, which is that of the set where there are several volumes."""
    return str(uuid.uuid5(_SPACE, f"{schedule.id}/{slot.id}"))


def request_id(schedule: Schedule, slot: Slot, volume_id: str, failed: int) -> str:
    """Return the id under which a snapshot is made; ``failed`` counts those that failed before."""
    return sets.request_id(run_id(schedule, slot), volume_id, failed)


def marks(
    schedule: Schedule, slot: Slot, volume_id: str, *, count: int, failed: int
) -> dict[str, str]:
    """Return the metadata that make a snapshot the schedule's own; ``count`` is of the volumes."""
    request = {consistency.REQUEST: request_id(schedule, slot, volume_id, failed)}
    together = sets.metadata(run_id(schedule, slot), count) if count > 1 else {}
    days = schedule.retention.days
    until = slots.local_day(schedule, slot) + timedelta(days=days) if days else None
    mark = {SCHEDULE: schedule.id, SLOT: slot.id}
    return mark | request | together | keep_until.noted(until)


def slot_of(schedule: Schedule, snapshot: Snapshot) -> Slot | None:
    """Return the slot of a snapshot that is this schedule's own, None for any other."""
    entries = snapshot.metadata
    if entries.get(SCHEDULE) != schedule.id:
        return None
    asked = entries.get(consistency.REQUEST, "")
    return _own_slot(schedule, entries.get(SLOT, ""), snapshot.volume_id, asked)


# A preview asks it for each snapshot at each of its steps.
@lru_cache(maxsize=4096)
def _own_slot(schedule: Schedule, slot_id: str, volume_id: str, asked: str) -> Slot | None:
    slot = slots.named(schedule, slot_id)
    if slot is None:
        return None
    ours = (request_id(schedule, slot, volume_id, each) for each in range(ATTEMPTS))
    return slot if asked in ours else None


def runs(schedule: Schedule, snapshots: Iterable[Snapshot]) -> tuple[Run, ...]:
    """Return what a schedule has taken, the oldest slot first.

    ``snapshots`` are those of the project that the schedule is in; others of it are left out.
    """
    of_slot: dict[Slot, list[Snapshot]] = defaultdict(list)
    for each in snapshots:
        own = schedule.of_project(each.project_id or "") and not each.temporary
        slot = slot_of(schedule, each) if own and each.status not in _GONE else None
        if slot:
            of_slot[slot].append(each)
    return tuple(_run(slot, of_slot[slot]) for slot in sorted(of_slot))


def _run(slot: Slot, found: Iterable[Snapshot]) -> Run:
    listed = tuple(sorted(found, key=lambda each: (str(each.created_at or ""), each.id)))
    belongs = (sets.membership(each.metadata) for each in listed)
    count = max((each.count for each in belongs if each), default=1)
    return Run(slot, listed, count)


def plan(
    schedule: Schedule,
    taken: Sequence[Run],
    now: datetime,
    *,
    needed: Collection[str] | None = (),
    done: str = "",
) -> Plan:
    """Return what the schedule does now.

    ``taken`` are its runs as :func:`runs` returns them; ``needed`` the ids of snapshots that
    depend on what was made from them, None where that is not known: then nothing that can be used
    is deleted. ``done`` is the id of the last slot that was taken, whose snapshots somebody may
    have deleted since.
    """
    counted = reached(schedule, taken, now)
    take, again = _due(schedule, counted, now, done)
    reasons = _unfinished(counted, again) | _by_retention(schedule, counted, now)
    keep: list[tuple[Run, Kept]] = []
    delete: list[Snapshot] = []
    for run in counted:
        reason = reasons.get(run.slot) or _protected(schedule, run, now, needed)
        if reason:
            keep.append((run, reason))
        found = _superfluous(run, counted[-1]) if reason else run.snapshots
        delete += [each for each in found if _may_go(schedule, each, now, needed)]
    keep += [(each, Kept.AHEAD) for each in taken if each not in counted]
    return Plan(take, again, tuple(delete), tuple(keep))


def reached(schedule: Schedule, taken: Sequence[Run], now: datetime) -> Sequence[Run]:
    """Return the runs, in their order, without those whose slot is still to come.

    A clock that was ahead has taken these. They count for nothing until their time, or nothing
    would be taken until then, or each new snapshot be deleted as the oldest one.
    """
    return [each for each in taken if not slots.is_ahead(schedule, each.slot, now)]


def _due(
    schedule: Schedule, taken: Sequence[Run], now: datetime, done: str
) -> tuple[Slot | None, Run | None]:
    """Return the slot to take, and what there is of it."""
    slot = None if schedule.paused else slots.latest(schedule, now)
    if slot is None:
        return None, None
    newest = taken[-1] if taken else None
    if newest and newest.slot.id == slot.id:
        return (slot, newest) if _again(newest, now) else (None, None)
    before = slots.named(schedule, done)
    # A clock that was set back does not take again what was taken.
    begun = [newest.slot.at] if newest else []
    begun += [before.at] if before and not slots.is_ahead(schedule, before, now) else []
    return (None, None) if any(each >= slot.at for each in begun) else (slot, None)


def _again(run: Run, now: datetime) -> bool:
    """Tell whether a run is to be gone on with: soon, and not again and again."""
    made = {each.volume_id for each in run.snapshots if sets.is_made(each)}
    if len(made) >= run.count:
        return False
    failures = Counter(each.volume_id for each in run.snapshots if not sets.is_made(each))
    if max(failures.values(), default=0) >= ATTEMPTS:
        return False
    begun = run.begun_at
    return run.count == 1 or begun is None or now - begun <= TOGETHER


def _by_retention(schedule: Schedule, taken: Sequence[Run], now: datetime) -> dict[Slot, Kept]:
    """Return the runs that are kept by the schedule's own numbers, or days.

    Numbers are of runs that can be used in full. Between these, one of which a part can be used
    is kept as if it could: somebody may have deleted the rest, or be about to use it.
    """
    usable = [each for each in taken if each.usable]
    retention = schedule.retention
    if retention.days:
        today = slots.today(schedule, now)
        return {each.slot: Kept.NOT_PAST for each in usable if not _is_past(each, today)}
    good = [each for each in usable if each.good]
    found = _by_periods(schedule, usable) | _by_periods(schedule, good)
    newest = good[-retention.last :] or usable[-retention.last :]
    first = newest[0].slot if newest else None
    found |= {each.slot: Kept.NEWEST for each in usable if first and each.slot >= first}
    return found


def _by_periods(schedule: Schedule, some: Iterable[Run]) -> dict[Slot, Kept]:
    """Return the newest of these runs in each of the last weeks and months that have one."""
    retention = schedule.retention
    weeks: dict[tuple[int, int], Slot] = {}
    months: dict[tuple[int, int], Slot] = {}
    for each in some:
        day = slots.local_day(schedule, each.slot)
        weeks[day.isocalendar()[:2]] = each.slot
        months[day.year, day.month] = each.slot
    return {
        **{months[each]: Kept.MONTH for each in _last(months, retention.months)},
        **{weeks[each]: Kept.WEEK for each in _last(weeks, retention.weeks)},
    }


def _last(periods: Iterable[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    return sorted(periods, reverse=True)[:count]


def _is_past(run: Run, today: date) -> bool:
    """Tell whether every snapshot has a day that is over; one without is kept by somebody."""
    return all(keep_until.is_past(keep_until.of(each.metadata), today) for each in run.snapshots)


def _unfinished(taken: Sequence[Run], again: Run | None) -> dict[Slot, Kept]:
    """Return the runs that something may become of, and those that nothing has replaced.

    The last one of all stays, the last that can be used in full, and of each volume the last
    snapshot that can be used: one that was detached from its instance has no later one.
    """
    found = {}
    later: frozenset[str] = frozenset()
    any_good = False
    for run in reversed(taken):
        if run.under_way or run == again:
            found[run.slot] = Kept.UNDER_WAY
        elif run is taken[-1] or (run.good and not any_good) or not run.usable <= later:
            found[run.slot] = Kept.LAST_GOOD
        any_good = any_good or run.good
        later |= run.usable
    return found


def _protected(
    schedule: Schedule, run: Run, now: datetime, needed: Collection[str] | None
) -> Kept | None:
    """Return what keeps a run that the schedule has no use for."""
    if any(holds.of(each.metadata) for each in run.snapshots):
        return Kept.HELD
    if any(_is_dated(schedule, each, now) for each in run.snapshots):
        return Kept.DATED
    usable = [each.id for each in run.snapshots if each.usable]
    if needed is None:
        return Kept.NOT_KNOWN if usable else None
    return Kept.NEEDED if any(each in needed for each in usable) else None


def _superfluous(run: Run, newest: Run) -> list[Snapshot]:
    """Return what a run that is kept does not need: failures, and what was made twice.

    Failures of the newest run count how often it was tried. Two commands at the same moment can
    make a second snapshot; the first counts for both.
    """
    replaced = run.good or run is not newest
    found = [each for each in run.snapshots if replaced and not sets.is_made(each)]
    first: dict[str, Snapshot] = {}
    for each in run.snapshots:
        if not each.usable:
            continue
        kept = first.setdefault(each.volume_id, each)
        days = {one.metadata.get(keep_until.KEEP_UNTIL, "") for one in (kept, each)}
        if kept is not each and len(days) == 1:
            found.append(each)
    return found


def _is_dated(schedule: Schedule, snapshot: Snapshot, now: datetime) -> bool:
    """Tell whether somebody has given it a day that may be to come: one that cannot be read may."""
    if schedule.retention.days or not snapshot.metadata.get(keep_until.KEEP_UNTIL):
        return False
    return not keep_until.is_past(keep_until.of(snapshot.metadata), slots.today(schedule, now))


def _may_go(
    schedule: Schedule, snapshot: Snapshot, now: datetime, needed: Collection[str] | None
) -> bool:
    """Tell whether one snapshot may be deleted, whatever is true of its run."""
    if snapshot.status not in SNAPSHOT_STATUSES or holds.of(snapshot.metadata):
        return False
    if not snapshot.usable:
        return True
    return (
        not _is_dated(schedule, snapshot, now) and needed is not None and snapshot.id not in needed
    )
