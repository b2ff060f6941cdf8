# SPDX-License-Identifier: Apache-2.0
"""The preview equals what the command then does, however often it runs."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from snapshot_dashboard.rules import keep_until
from snapshot_dashboard.rules.schedules import preview, runs, slots
from snapshot_dashboard.rules.schedules.runs import Run
from snapshot_dashboard.rules.schedules.schedule import Retention, Schedule
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


class Cloud:
    """The snapshots of a volume, as the command leaves them."""

    def __init__(self, of: Schedule, before: list[Snapshot]) -> None:
        self.schedule = of
        self.snapshots = list(before)
        self.most = 0
        self.done = ""

    def run(self, now: datetime) -> None:
        """Do once what the command does; what is taken can be used at once."""
        found = runs.runs(self.schedule, self.snapshots)
        plan = runs.plan(self.schedule, found, now, done=self.done)
        if plan.take:
            self.snapshots.append(taken(self.schedule, plan.take, id=f"real {plan.take.id}"))
            self.done = plan.take.id
        self.most = max(self.most, len(runs.runs(self.schedule, self.snapshots)))
        gone = {each.id for each in plan.delete}
        self.snapshots = [each for each in self.snapshots if each.id not in gone]

    @property
    def slots(self) -> list[str]:
        """Return what there is."""
        return [each.slot.id for each in runs.runs(self.schedule, self.snapshots)]


def _is_past(run: Run, today: date) -> bool:
    """Tell whether a run is over its day before the next slot."""
    days = [keep_until.of(each.metadata) for each in run.snapshots]
    return all(day is not None and day < today for day in days)


@settings(max_examples=10, deadline=None)
@given(schedules(), st.integers(0, 12), st.lists(st.integers(0, 24 * 60), max_size=4))
def test_it_says_what_the_command_does(saved: Schedule, old: int, more: list[int]) -> None:
    running = schedule(
        rhythm=saved.rhythm,
        at=saved.at,
        zone=saved.zone,
        hours=saved.hours,
        weekday=saved.weekday,
        retention=saved.retention,
        since=SINCE,
    )
    before = [taken(running, each) for each in following(running, old)]
    now = max([SINCE, *(each.created_at or SINCE for each in before)]) + timedelta(seconds=1)
    told = preview.preview(
        running, {VOLUME: 3}, before, now, now + timedelta(days=9), project_id=PROJECT
    )
    cloud = Cloud(running, before)
    cloud.run(now)
    assert len(before) - len(cloud.snapshots) == len(told.deleted_now)
    for step in told.steps:
        cloud.run(step.slot.at)
        cloud.run(step.slot.at + timedelta(minutes=1))
        assert [each.slot.id for each in step.runs] == cloud.slots
        # It may run as often as it likes in between: what is past its day goes at midnight.
        following_one = slots.following(running, step.slot.at).at
        for minutes in sorted(more):
            moment = step.slot.at + timedelta(minutes=minutes)
            if moment < following_one:
                cloud.run(moment)
        today = slots.today(running, following_one)
        stays = [each.slot.id for each in step.runs if not _is_past(each, today)]
        assert [each for each in stays if each not in cloud.slots] == []
    assert told.peak == max((each.count for each in told.steps), default=0)
    if told.steps:
        assert told.peak == cloud.most or cloud.most <= len(before)


def test_what_is_deleted_at_once_is_told() -> None:
    old = schedule(retention=Retention(last=9))
    before = [taken(old, each) for each in following(old, 9)]
    now = (before[-1].created_at or SINCE) + timedelta(hours=1)
    fewer = schedule(retention=Retention(last=2))
    told = preview.preview(
        fewer, {VOLUME: 3}, before, now, now + timedelta(days=2), project_id=PROJECT
    )
    assert [each.id for each in told.deleted_now] == [each.id for each in before[:7]]
    assert told.peak == 3


def test_a_schedule_of_several_volumes_counts_each() -> None:
    both = schedule(instance_id="6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11", retention=Retention(last=2))
    told = preview.preview(
        both, {"a": 3, "b": None}, [], SINCE, SINCE + timedelta(days=5), project_id=PROJECT
    )
    assert [each.count for each in told.steps] == [2, 4, 6, 6, 6]
    assert told.peak == 6


def test_there_is_an_end() -> None:
    told = preview.preview(
        schedule(), {VOLUME: 1}, [], SINCE, SINCE + timedelta(days=4000), project_id=PROJECT
    )
    assert len(told.steps) == preview.MOST
