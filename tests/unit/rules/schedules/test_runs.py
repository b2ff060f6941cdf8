# SPDX-License-Identifier: Apache-2.0
"""What a schedule takes and deletes: never what is not its own, held, needed, or the last."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules import consistency, holds, keep_until, sets
from snapshot_dashboard.rules.schedules import runs, slots
from snapshot_dashboard.rules.schedules.runs import Kept, Plan
from snapshot_dashboard.rules.schedules.schedule import SCHEDULE, Retention, Rhythm, Schedule
from snapshot_dashboard.rules.snapshot import Snapshot
from tests.unit.rules.schedules.schedules import (
    PROJECT,
    SINCE,
    VOLUME,
    following,
    schedule,
    schedules,
    taken,
)

OTHER = "99999999-2222-4333-8444-555555555555"
HELD = {holds.HOLD: "the auditors want it"}


def plan_of(of: Schedule, snapshots: Sequence[Snapshot], now: datetime, **more: object) -> Plan:
    """Return the plan for these snapshots of a project."""
    return runs.plan(of, runs.runs(of, snapshots), now, **more)  # type: ignore[arg-type]


def deleted(found: Plan) -> list[str]:
    """Return the ids of what goes."""
    return [each.id for each in found.delete]


def kept(found: Plan) -> dict[str, Kept]:
    """Return why each slot stays."""
    return {run.slot.id: reason for run, reason in found.keep}


@dataclass(frozen=True)
class History:
    """What a project has: snapshots of all kinds, and what needs some of them."""

    schedule: Schedule
    snapshots: tuple[Snapshot, ...]
    needed: frozenset[str] | None
    now: datetime


_FOREIGN: dict[str, object] = {"project_id": "another"}
_EDITS: tuple[dict[str, object], ...] = (
    {"more": HELD},
    {"more": {keep_until.KEEP_UNTIL: "2099-01-01"}},
    {"more": {keep_until.KEEP_UNTIL: "2026-01-01"}},
    {"more": {keep_until.KEEP_UNTIL: ""}},
    {"more": {keep_until.KEEP_UNTIL: "31.12.2027"}},
    {"more": {SCHEDULE: "fedcba9876543210"}},
    {"more": {SCHEDULE: ""}},
    {"more": {runs.SLOT: "2026-99-01"}},
    {"more": {consistency.REQUEST: "by hand"}},
    _FOREIGN,
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Generate a history of some slots, of one volume or two, whatever somebody did to it."""
    volumes = draw(st.sampled_from(((VOLUME,), (VOLUME, OTHER))))
    of = draw(schedules())
    of = replace(of, instance_id="6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11" if len(volumes) > 1 else "")
    found: list[Snapshot] = []
    for slot in following(of, draw(st.integers(0, 14))):
        for volume_id in volumes:
            for failed in range(draw(st.sampled_from((0, 1, 1, 1, 1, 2)))):
                status = draw(
                    st.sampled_from(("available",) * 6 + ("error", "creating", "error_deleting"))
                )
                other = draw(st.sampled_from(({},) * 12 + _EDITS))
                made = taken(
                    of, slot, volume_id, status=status, failed=failed, count=len(volumes), **other
                )
                found.append(made)
    some = st.lists(st.sampled_from([each.id for each in found] or [""]), max_size=4)
    needed = draw(st.one_of(st.none(), some.map(frozenset), st.just(frozenset())))
    now = SINCE + timedelta(hours=draw(st.integers(0, 24 * 420)))
    return History(of, tuple(draw(st.permutations(found))), needed, now)


def is_own(of: Schedule, snapshot: Snapshot) -> bool:
    """Tell whether a snapshot carries the whole mark of a schedule, in its project."""
    entries = snapshot.metadata
    slot = slots.named(of, entries.get(runs.SLOT, ""))
    if snapshot.project_id != PROJECT or entries.get(SCHEDULE) != of.id or slot is None:
        return False
    ids = [runs.request_id(of, slot, snapshot.volume_id, failed) for failed in range(3)]
    return entries.get(consistency.REQUEST) in ids


@given(histories())
def test_nothing_goes_that_is_not_its_own_or_is_held_or_needed(history: History) -> None:
    found = plan_of(history.schedule, history.snapshots, history.now, needed=history.needed)
    for each in found.delete:
        assert is_own(history.schedule, each)
        assert not each.metadata.get(holds.HOLD)
        assert each.status in ("available", "error")
        if each.usable:
            assert history.needed is not None
            assert each.id not in history.needed


@given(histories())
def test_the_last_that_can_be_used_in_full_stays(history: History) -> None:
    of = history.schedule
    good = [each for each in runs.runs(of, history.snapshots) if each.good]
    found = plan_of(of, history.snapshots, history.now, needed=history.needed)
    left = [each for each in history.snapshots if each not in found.delete]
    still = {each.slot for each in runs.runs(of, left) if each.good}
    if good:
        assert good[-1].slot in still


@given(histories())
def test_as_many_stay_as_were_asked_for(history: History) -> None:
    of = history.schedule
    good = [each.slot for each in runs.runs(of, history.snapshots) if each.good]
    found = plan_of(of, history.snapshots, history.now, needed=history.needed)
    left = [each for each in history.snapshots if each not in found.delete]
    still = {each.slot for each in runs.runs(of, left) if each.good}
    if not of.retention.days:
        assert set(good[-of.retention.last :]) <= still
    else:
        today = slots.today(of, history.now)
        for run in runs.runs(of, history.snapshots):
            days = [keep_until.of(each.metadata) for each in run.snapshots]
            if run.good and not all(day and day < today for day in days):
                assert run.slot in still


@given(histories())
def test_a_run_of_several_volumes_stays_or_goes_as_a_whole(history: History) -> None:
    of = history.schedule
    before = {each.slot: each for each in runs.runs(of, history.snapshots)}
    found = plan_of(of, history.snapshots, history.now, needed=history.needed)
    gone = set(deleted(found))
    for run, _reason in found.keep:
        # Of what is kept one usable snapshot of each volume stays.
        usable = {each.volume_id for each in run.snapshots if each.usable}
        left = {each.volume_id for each in run.snapshots if each.usable and each.id not in gone}
        assert left == usable
    assert {run.slot for run, _reason in found.keep} <= set(before)


@given(histories())
def test_done_again_it_finds_nothing_more_to_do(history: History) -> None:
    found = plan_of(history.schedule, history.snapshots, history.now, needed=history.needed)
    left = [each for each in history.snapshots if each not in found.delete]
    again = plan_of(history.schedule, left, history.now, needed=history.needed)
    assert deleted(again) == []
    assert again.take == found.take


@given(histories())
def test_what_is_due_was_not_taken_yet(history: History) -> None:
    of = history.schedule
    found = plan_of(of, history.snapshots, history.now, needed=history.needed)
    if found.take is None:
        return
    assert not of.paused
    assert found.take == slots.latest(of, history.now)
    of_slot = [each for each in runs.runs(of, history.snapshots) if each.slot == found.take]
    assert not any(each.good or each.under_way for each in of_slot)
    latest = [each.slot.at for each in runs.runs(of, history.snapshots)]
    assert not any(found.take.at < each <= history.now + of.longest_gap for each in latest)


def test_only_the_last_of_what_was_missed_is_taken() -> None:
    daily = schedule()
    found = plan_of(daily, [], SINCE + timedelta(days=10))
    assert found.take
    assert found.take.id == "2026-03-11"


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(hours=23)])
def test_a_clock_that_is_set_back_takes_nothing_again(back: timedelta) -> None:
    daily = schedule(since=SINCE - timedelta(days=500))
    slot = slots.latest(daily, SINCE)
    assert slot
    assert plan_of(daily, [taken(daily, slot)], SINCE - back).take is None
    # Somebody has deleted the snapshot since.
    assert plan_of(daily, [], slot.at, done=slot.id).take is None


def test_a_clock_that_was_ahead_is_not_believed_for_ever() -> None:
    daily = schedule(since=SINCE - timedelta(days=5))
    due = slots.latest(daily, SINCE)
    assert due
    assert plan_of(daily, [], SINCE, done="2031-01-01").take == due
    far = taken(daily, following(daily, 1, SINCE + timedelta(days=365))[0])
    plan = plan_of(daily, [far], SINCE)
    assert (plan.take, deleted(plan), list(kept(plan).values())) == (due, [], [Kept.AHEAD])


@given(histories())
def test_what_a_clock_that_was_ahead_has_taken_changes_nothing(history: History) -> None:
    of = history.schedule
    far = history.now + timedelta(days=1000)
    ahead = [taken(of, each) for each in following(of, 3, far)]
    before = plan_of(of, history.snapshots, history.now, needed=history.needed)
    found = plan_of(of, [*ahead, *history.snapshots], history.now, needed=history.needed)
    assert (found.take, found.delete) == (before.take, before.delete)
    assert [each.slot for each, _why in found.keep[-3:]] == [
        slots.named(of, each.metadata[runs.SLOT]) for each in ahead
    ]


def test_a_paused_one_takes_nothing() -> None:
    assert plan_of(schedule(paused=True), [], SINCE + timedelta(days=10)).take is None


def test_a_failure_is_tried_again_three_times() -> None:
    daily = schedule()
    (slot,) = following(daily, 1)
    found: list[Snapshot] = []
    for failed in range(runs.ATTEMPTS):
        plan = plan_of(daily, found, slot.at + timedelta(hours=failed))
        assert plan.take == slot
        found.append(taken(daily, slot, status="error", failed=failed))
    assert plan_of(daily, found, slot.at + timedelta(hours=5)).take is None
    later = following(daily, 2)[1]
    assert plan_of(daily, found, later.at).take == later


def test_failures_go_when_something_later_can_be_used() -> None:
    daily = schedule()
    first, second = following(daily, 2)
    failure = taken(daily, first, status="error")
    assert deleted(plan_of(daily, [failure], first.at)) == []
    assert deleted(plan_of(daily, [failure, taken(daily, second)], second.at)) == [failure.id]
    mended = taken(daily, first, failed=1)
    assert deleted(plan_of(daily, [failure, mended], first.at)) == [failure.id]


def test_of_two_that_were_made_at_the_same_moment_the_first_stays() -> None:
    daily = schedule()
    (slot,) = following(daily, 1)
    first = taken(daily, slot, id="b")
    second = taken(daily, slot, id="a", created_at=slot.at + timedelta(seconds=1))
    assert deleted(plan_of(daily, [second, first], slot.at)) == ["a"]
    held = replace(second, metadata={**second.metadata, **HELD})
    assert deleted(plan_of(daily, [held, first], slot.at)) == []
    assert deleted(plan_of(daily, [second, first], slot.at, needed={"a"})) == []
    on_its_way = replace(first, status="creating")
    assert deleted(plan_of(daily, [second, on_its_way], slot.at)) == []


def test_an_incomplete_run_is_completed_soon_or_not_at_all() -> None:
    both = schedule(instance_id="6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11")
    (slot,) = following(both, 1)
    half = [taken(both, slot, count=2)]
    soon = plan_of(both, half, slot.at + runs.TOGETHER)
    assert soon.take == slot
    assert soon.again
    late = plan_of(both, half, slot.at + runs.TOGETHER + timedelta(seconds=1))
    assert late.take is None
    assert deleted(late) == []


def test_newest_weekly_and_monthly_ones_stay() -> None:
    daily = schedule(retention=Retention(last=2, weeks=2, months=3))
    found = [taken(daily, each) for each in following(daily, 60)]
    plan = plan_of(daily, found, found[-1].created_at or SINCE)
    assert kept(plan) == {
        "2026-03-31": Kept.MONTH,
        "2026-04-26": Kept.WEEK,
        "2026-04-29": Kept.NEWEST,
        "2026-04-30": Kept.NEWEST,
    }
    assert len(deleted(plan)) == 56


def test_each_may_be_kept_for_days() -> None:
    daily = schedule(retention=Retention(days=3))
    found = [taken(daily, each) for each in following(daily, 6)]
    assert keep_until.of(found[0].metadata) == date(2026, 3, 5)
    plan = plan_of(daily, found, found[-1].created_at or SINCE)
    assert [found[0].id, found[1].id] == deleted(plan)
    # Long afterwards the last one is still there.
    assert kept(plan_of(daily, found, SINCE + timedelta(days=300))) == {
        "2026-03-07": Kept.LAST_GOOD
    }
    freed = replace(found[0], metadata={**found[0].metadata, keep_until.KEEP_UNTIL: ""})
    assert deleted(plan_of(daily, [freed, *found[1:]], SINCE + timedelta(days=6))) == [found[1].id]


def test_each_reason_for_keeping_is_told() -> None:
    daily = schedule(retention=Retention(last=1))
    found = [taken(daily, each) for each in following(daily, 5)]
    held = replace(found[0], metadata={**found[0].metadata, **HELD})
    dated = replace(found[1], metadata={**found[1].metadata, keep_until.KEEP_UNTIL: "2026-03-06"})
    everything = [held, dated, *found[2:]]
    plan = plan_of(daily, everything, found[-1].created_at or SINCE, needed={found[2].id})
    assert list(kept(plan).values()) == [Kept.HELD, Kept.DATED, Kept.NEEDED, Kept.NEWEST]
    assert deleted(plan) == [found[3].id]
    unknown = plan_of(daily, everything, found[-1].created_at or SINCE, needed=None)
    assert kept(unknown)["2026-03-05"] is Kept.NOT_KNOWN
    assert deleted(unknown) == []


def test_the_snapshots_of_a_run_are_a_set() -> None:
    both = schedule(instance_id="6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11")
    (slot,) = following(both, 1)
    found = [taken(both, slot, each, count=2) for each in (VOLUME, OTHER)]
    members = [sets.membership(each.metadata) for each in found]
    assert members[0] == members[1] == sets.Membership(runs.run_id(both, slot), 2)
    assert len({each.metadata[consistency.REQUEST] for each in found}) == 2


def test_a_schedule_of_hours_groups_by_the_days_where_it_is() -> None:
    hours = schedule(
        rhythm=Rhythm.HOURS,
        hours=12,
        zone="Pacific/Auckland",
        retention=Retention(last=1, weeks=1, months=2),
    )
    found = [taken(hours, each) for each in following(hours, 70)]
    plan = plan_of(hours, found, found[-1].created_at or SINCE)
    days = [slots.local_day(hours, run.slot) for run, _reason in plan.keep]
    assert days == [date(2026, 3, 31), date(2026, 4, 5)]


def test_of_a_volume_that_was_detached_the_last_snapshot_stays() -> None:
    both = schedule(instance_id="6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11", retention=Retention(last=2))
    moments = following(both, 8)
    found = [taken(both, slot, each, count=2) for slot in moments[:3] for each in (VOLUME, OTHER)]
    found += [taken(both, slot) for slot in moments[3:]]
    plan = plan_of(both, found, moments[-1].at)
    assert kept(plan) == {
        moments[2].id: Kept.LAST_GOOD,
        moments[6].id: Kept.NEWEST,
        moments[7].id: Kept.NEWEST,
    }


@given(histories())
def test_of_each_volume_the_last_usable_one_stays(history: History) -> None:
    of = history.schedule
    last = {
        each.volume_id: run.slot
        for run in runs.runs(of, history.snapshots)
        for each in run.snapshots
        if each.usable
    }
    found = plan_of(of, history.snapshots, history.now, needed=history.needed)
    left = [each for each in history.snapshots if each not in found.delete]
    still = {
        (each.volume_id, run.slot)
        for run in runs.runs(of, left)
        for each in run.snapshots
        if each.usable
    }
    assert set(last.items()) <= still


@pytest.mark.parametrize("status", ["backing-up", "restoring", "a new word"])
def test_what_is_being_used_keeps_its_run(status: str) -> None:
    both = schedule(instance_id="6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11", retention=Retention(last=2))
    moments = following(both, 6)
    found = [taken(both, slot, each, count=2) for slot in moments for each in (VOLUME, OTHER)]
    found[0] = replace(found[0], status=status)
    plan = plan_of(both, found, moments[-1].at)
    assert moments[0].id in kept(plan)
    assert not {found[0].id, found[1].id} & set(deleted(plan))


@pytest.mark.parametrize("retention", [Retention(last=4), Retention(days=4)])
def test_what_is_left_of_a_run_is_kept_as_long_as_the_run(retention: Retention) -> None:
    both = schedule(instance_id="6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11", retention=retention)
    moments = following(both, 5)
    found = [taken(both, slot, each, count=2) for slot in moments for each in (VOLUME, OTHER)]
    # Somebody has deleted one of the second but last.
    rest = found[5]
    found.remove(found[4])
    assert rest.id not in deleted(plan_of(both, found, moments[-1].at))


def test_a_failure_goes_though_its_day_has_not_come() -> None:
    daily = schedule(retention=Retention(days=30))
    first, second = following(daily, 2)
    failure = taken(daily, first, status="error")
    assert deleted(plan_of(daily, [failure, taken(daily, second)], second.at)) == [failure.id]


def test_two_with_different_days_both_stay() -> None:
    daily = schedule(retention=Retention(days=30))
    (slot,) = following(daily, 1)
    second = taken(daily, slot, id="z", created_at=slot.at + timedelta(seconds=1))
    assert deleted(plan_of(daily, [taken(daily, slot), second], slot.at)) == ["z"]
    longer = replace(second, metadata={**second.metadata, keep_until.KEEP_UNTIL: "2027-01-01"})
    assert deleted(plan_of(daily, [taken(daily, slot), longer], slot.at)) == []


@pytest.mark.parametrize("day", ["31.12.2027", "2027-1-1", "2099-01-01"])
def test_a_day_by_hand_keeps_also_one_that_cannot_be_read(day: str) -> None:
    daily = schedule(retention=Retention(last=1))
    entry = {keep_until.KEEP_UNTIL: day}
    first, second = (taken(daily, each, more=entry) for each in following(daily, 2))
    twin = replace(second, id="z", created_at=(second.created_at or SINCE) + timedelta(seconds=1))
    plan = plan_of(daily, [first, second, twin], SINCE + timedelta(days=2))
    assert deleted(plan) == []
    assert kept(plan) == {"2026-03-02": Kept.DATED, "2026-03-03": Kept.NEWEST}


@pytest.mark.parametrize("status", ["deleting", "deleted"])
def test_what_is_being_deleted_counts_no_more(status: str) -> None:
    daily = schedule(retention=Retention(last=1))
    first, second = (taken(daily, each) for each in following(daily, 2))
    plan = plan_of(daily, [first, replace(second, status=status)], SINCE + timedelta(days=2))
    assert deleted(plan) == []
    assert kept(plan) == {"2026-03-02": Kept.NEWEST}


def test_what_the_storage_has_made_for_itself_counts_for_nothing() -> None:
    daily = schedule(retention=Retention(last=1))
    first, second = (taken(daily, each) for each in following(daily, 2))
    own = replace(second, counts_against_quota=False)
    assert own.temporary
    assert deleted(plan_of(daily, [first, own], SINCE + timedelta(days=2))) == []


BOTH = schedule(instance_id="6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11")


def parts(of: Schedule, count: int, whole: Sequence[int]) -> list[Snapshot]:
    """Return runs of two volumes, of which only some have both; the others have one in turn."""
    return [
        taken(of, slot, volume_id, count=2)
        for number, slot in enumerate(following(of, count))
        for index, volume_id in enumerate((VOLUME, OTHER))
        if number in whole or number % 2 == index
    ]


def test_the_last_whole_run_stays_though_each_volume_has_a_later_one() -> None:
    by_days = replace(BOTH, retention=Retention(days=1))
    found = parts(by_days, 6, whole=[1])
    plan = plan_of(by_days, found, SINCE + timedelta(days=60))
    assert kept(plan) == {
        "2026-03-03": Kept.LAST_GOOD,
        "2026-03-06": Kept.LAST_GOOD,
        "2026-03-07": Kept.LAST_GOOD,
    }


def test_whole_runs_are_the_ones_that_are_counted() -> None:
    newest = replace(BOTH, retention=Retention(last=2))
    whole = [0, 2, 3]
    plan = plan_of(newest, parts(newest, 6, whole), SINCE + timedelta(days=6))
    assert {"2026-03-04", "2026-03-05"} <= set(kept(plan))
    assert "2026-03-02" not in kept(plan)
    # March 2026 has its weeks from the 2nd, the 9th and so on.
    weekly = replace(BOTH, retention=Retention(last=1, weeks=3, months=1))
    whole = [3, 9, 20]
    plan = plan_of(weekly, parts(weekly, 22, whole), SINCE + timedelta(days=22))
    assert {"2026-03-05", "2026-03-11", "2026-03-22"} <= set(kept(plan))


def test_failures_do_not_pile_up() -> None:
    hourly = schedule(rhythm=Rhythm.HOURS, hours=1, retention=Retention(last=3))
    moments = following(hourly, 40)
    found = [
        taken(hourly, slot, status="error", failed=failed)
        for slot in moments
        for failed in range(runs.ATTEMPTS)
    ]
    assert len(found) - len(deleted(plan_of(hourly, found, moments[-1].at))) == runs.ATTEMPTS


def test_parts_of_runs_do_not_pile_up() -> None:
    both = schedule(instance_id="6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11", retention=Retention(last=3))
    moments = following(both, 30)
    found = [taken(both, moments[0], each, count=2) for each in (VOLUME, OTHER)]
    found += [taken(both, slot, count=2) for slot in moments[1:]]
    plan = plan_of(both, found, moments[-1].at + timedelta(hours=1))
    assert moments[0].id in kept(plan)
