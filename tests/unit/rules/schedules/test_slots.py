# SPDX-License-Identifier: Apache-2.0
"""The moments of a schedule: time zones, changes of the clocks, what was missed."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.schedules import slots
from snapshot_dashboard.rules.schedules.schedule import Rhythm, Schedule
from tests.unit.rules.schedules.schedules import SINCE, following, schedule, schedules

MOMENTS = st.datetimes(
    datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(timezone.utc)
)


def utc(*parts: int) -> datetime:
    """Return a moment."""
    return datetime(*parts, tzinfo=timezone.utc)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize("zone", sorted(available_timezones())[::7])
@pytest.mark.parametrize("at", [time(0, 0), time(2, 30)])
def test_each_day_has_one_whatever_the_clocks_do(zone: str, at: time) -> None:
    daily = schedule(zone=zone, at=at)
    found = following(daily, 400)
    days = [slots.local_day(daily, each) for each in found]
    assert days == [days[0] + timedelta(days=number) for number in range(400)]
    assert all(one.at < other.at for one, other in zip(found, found[1:], strict=False))
    gaps = {other.at - one.at for one, other in zip(found, found[1:], strict=False)}
    assert max(gaps) <= timedelta(hours=25)


def test_a_time_that_is_left_out_is_later_by_as_much() -> None:
    daily = schedule(at=time(2, 30))
    assert slots.named(daily, "2026-03-28") == slots.Slot(utc(2026, 3, 28, 1, 30), "2026-03-28")
    # From 2:00 the clocks go to 3:00: half past three.
    assert slots.named(daily, "2026-03-29") == slots.Slot(utc(2026, 3, 29, 1, 30), "2026-03-29")
    assert slots.named(daily, "2026-03-30") == slots.Slot(utc(2026, 3, 30, 0, 30), "2026-03-30")


def test_of_a_time_that_comes_twice_the_first_counts() -> None:
    daily = schedule(at=time(2, 30))
    first = slots.latest(daily, utc(2026, 10, 25, 0, 30))
    assert first == slots.Slot(utc(2026, 10, 25, 0, 30), "2026-10-25")
    assert slots.latest(daily, utc(2026, 10, 25, 1, 30)) == first


def test_a_day_that_a_zone_has_left_out_is_over_at_once() -> None:
    samoa = schedule(zone="Pacific/Apia", at=time(10, 0), since=utc(2011, 12, 1))
    ids = [each.id for each in following(samoa, 40)]
    assert len(set(ids)) == 40
    assert slots.latest(samoa, utc(2011, 12, 30, 23)) == slots.named(samoa, "2011-12-31")


@given(schedules(), MOMENTS)
def test_the_latest_has_begun_and_the_next_has_not(saved: Schedule, now: datetime) -> None:
    latest, following_one = slots.latest(saved, now), slots.following(saved, now)
    assert following_one.at > now
    assert following_one.at >= saved.since
    if latest is None:
        first = slots.following(saved, saved.since - timedelta(days=30))
        assert now < first.at
    else:
        assert saved.since <= latest.at <= now < following_one.at
        assert slots.following(saved, latest.at) == following_one or latest.at == following_one.at


@given(schedules(), MOMENTS)
def test_the_next_one_comes_in_time(saved: Schedule, now: datetime) -> None:
    now = max(now, saved.since)
    gap = slots.following(saved, now).at - now
    # Apia and others have changed their clocks; in these years no clock changes by more.
    assert gap <= saved.longest_gap + timedelta(hours=1)


@given(schedules(), MOMENTS)
def test_an_id_names_its_moment(saved: Schedule, now: datetime) -> None:
    found = slots.following(saved, now)
    assert slots.named(saved, found.id) == found


@pytest.mark.parametrize(
    "text",
    ["", "2026-13-01", "2026-1-1", "9999-12-31", "0001-01-01", "tomorrow", "2026-01-01T25:00Z"],
)
def test_other_ids_name_none(text: str) -> None:
    assert slots.named(schedule(), text) is None


def test_hours_are_elapsed_ones() -> None:
    every = schedule(rhythm=Rhythm.HOURS, hours=6, at=time(5, 0), since=utc(2026, 3, 28, 20))
    found = [each.id for each in following(every, 4)]
    assert found == [
        "2026-03-28T23:00Z",
        "2026-03-29T05:00Z",
        "2026-03-29T11:00Z",
        "2026-03-29T17:00Z",
    ]


def test_a_week_has_one() -> None:
    weekly = schedule(rhythm=Rhythm.WEEKLY, weekday=6)
    found = [slots.local_day(weekly, each) for each in following(weekly, 3)]
    assert found == [date(2026, 3, 8), date(2026, 3, 15), date(2026, 3, 22)]


def test_nothing_is_due_before_it_was_saved() -> None:
    assert slots.latest(schedule(), SINCE) is None
    assert slots.following(schedule(), utc(2020, 1, 1)).at > SINCE


def test_today_is_where_the_schedule_is() -> None:
    assert slots.today(schedule(zone="Pacific/Auckland"), utc(2026, 6, 1, 13)) == date(2026, 6, 2)
