# SPDX-License-Identifier: Apache-2.0
"""How far a schedule is looked ahead, and how many snapshots it has at most."""

from datetime import datetime, time, timedelta, timezone

import pytest

from snapshot_dashboard.rules.schedules import forecast
from snapshot_dashboard.rules.schedules.preview import preview
from snapshot_dashboard.rules.schedules.schedule import Retention, Rhythm, Schedule, mark_of

NOW = datetime(2026, 12, 1, 11, 30, tzinfo=timezone.utc)
DAILY = (Rhythm.DAILY, 0)
KEPT = [
    (DAILY, Retention(last=7, weeks=4, months=6)),
    (DAILY, Retention(days=30)),
    (DAILY, Retention(last=1)),
    ((Rhythm.HOURS, 1), Retention(last=24)),
    ((Rhythm.HOURS, 12), Retention(days=3)),
    ((Rhythm.WEEKLY, 0), Retention(days=30)),
]


def scheduled(rhythm: tuple[Rhythm, int], kept: Retention) -> Schedule:
    """Return such a schedule."""
    return Schedule(
        id="0" * 16,
        project=mark_of("p"),
        rhythm=rhythm[0],
        hours=rhythm[1],
        at=time(2),
        zone="Europe/Berlin",
        since=NOW,
        retention=kept,
    )


@pytest.mark.parametrize(("rhythm", "kept"), KEPT)
def test_there_are_never_more_than_it_says(rhythm: tuple[Rhythm, int], kept: Retention) -> None:
    schedule = scheduled(rhythm, kept)
    until = NOW + timedelta(days=200)
    found = preview(schedule, {"v1": 1}, [], NOW, until, project_id="p")
    assert 0 < found.peak <= forecast.most(schedule)


def test_many_runs_are_looked_ahead_for_a_shorter_time() -> None:
    usual, shortened = forecast.horizon(scheduled(DAILY, Retention(last=7)), NOW)
    assert (usual - NOW, shortened) == (timedelta(weeks=8), False)
    most = Retention(last=100, weeks=53, months=60)
    until, shortened = forecast.horizon(scheduled((Rhythm.HOURS, 1), most), NOW)
    assert shortened
    assert timedelta(days=2) < until - NOW < timedelta(weeks=2)
