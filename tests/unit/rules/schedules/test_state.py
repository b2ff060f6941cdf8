# SPDX-License-Identifier: Apache-2.0
"""How it stands with a schedule, from what its volume says."""

from datetime import timedelta

import pytest

from snapshot_dashboard.rules.schedules import last_run, state
from snapshot_dashboard.rules.schedules import schedule as schedules
from snapshot_dashboard.rules.schedules.last_run import LastRun, Outcome
from snapshot_dashboard.rules.schedules.state import Standing
from tests.unit.rules.schedules.schedules import PROJECT, following, schedule

DAILY = schedule()
FIRST, SECOND = following(DAILY, 2)
NOW = SECOND.at + timedelta(hours=3)
SOON = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (None, Standing.OVERDUE),
        (LastRun(FIRST.at, FIRST.id, Outcome.TAKEN), Standing.OVERDUE),
        (LastRun(SECOND.at, SECOND.id, Outcome.TAKEN), Standing.GOOD),
        (LastRun(SECOND.at, SECOND.id, Outcome.QUOTA), Standing.FAILED),
        (LastRun(SECOND.at, SECOND.id, Outcome.BEGUN), Standing.FAILED),
        (LastRun(NOW, SECOND.id, Outcome.BEGUN), Standing.GOOD),
        # By clocks that differ a little, and by one that was a year ahead.
        (LastRun(NOW + SOON, SECOND.id, Outcome.TAKEN), Standing.GOOD),
        (LastRun(NOW + timedelta(days=365), "2027-03-03", Outcome.TAKEN), Standing.OVERDUE),
        (LastRun(NOW + timedelta(days=365), SECOND.id, Outcome.TAKEN), Standing.GOOD),
    ],
)
def test_what_is_told_of_the_last_run(run: LastRun | None, expected: Standing) -> None:
    metadata = schedules.write(DAILY) | (last_run.write(run) if run else {})
    found = state.of(metadata, PROJECT, NOW)
    assert found
    assert found.standing is expected


def test_what_is_written_of_a_run_can_be_read() -> None:
    for run in (
        LastRun(FIRST.at, FIRST.id, Outcome.TAKEN),
        LastRun(FIRST.at, "", Outcome.FAILED, "the storage said no"),
    ):
        assert last_run.read(last_run.write(run)) == run
    long = last_run.write(LastRun(FIRST.at, FIRST.id, Outcome.ERROR, "ä \n" * 300))
    assert len(long[schedules.LAST_RUN]) <= 255
    for text in ("", "2026-03-02T00:00:00Z", "2026-03-02T00:00:00Z 2026-03-02", "a b c d"):
        assert last_run.read({schedules.LAST_RUN: text}) is None
