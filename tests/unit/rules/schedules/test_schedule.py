# SPDX-License-Identifier: Apache-2.0
"""The entry of a schedule in the metadata of a volume."""

from dataclasses import replace
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.schedules import schedule as rules
from snapshot_dashboard.rules.schedules.schedule import SCHEDULE, Retention, Rhythm, Schedule
from tests.unit.rules.schedules.schedules import PROJECT, schedule, schedules

WRITTEN = rules.text_of(schedule())


@given(schedules())
def test_what_is_written_is_read_again(saved: Schedule) -> None:
    entries = rules.write(saved)
    assert rules.read(entries) == saved
    assert rules.has(entries)
    assert all(len(each) <= 255 for each in entries.values())


def test_the_longest_fits() -> None:
    longest = schedule(
        rhythm=Rhythm.WEEKLY,
        zone=max(available_timezones(), key=len),
        retention=Retention(last=100, weeks=53, months=60),
        instance_id="i" * 3 + "0" * 61,
        attached=True,
        quiesced=True,
        paused=True,
    )
    assert rules.read(rules.write(longest)) == longest
    assert len(rules.text_of(longest)) <= 255


def test_every_time_zone_can_be_chosen() -> None:
    zones = sorted(available_timezones())
    assert len(zones) > 400
    assert [each for each in zones if not schedule(zone=each).valid] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yes",
        WRITTEN.replace("v1", "v2"),
        WRITTEN + " never-delete",
        WRITTEN + " last=4",
        WRITTEN.replace("last=3", "last=0"),
        WRITTEN.replace("last=3", "last=03"),
        WRITTEN.replace("last=3", "last=101"),
        WRITTEN.replace("last=3 ", ""),
        WRITTEN.replace("months=2", "months=2 days=3"),
        WRITTEN.replace("02:30", "24:30"),
        WRITTEN.replace("02:30", "2:30"),
        WRITTEN.replace("Europe/Berlin", "Europe/Atlantis"),
        WRITTEN.replace("Europe/Berlin", "../../etc/passwd"),
        WRITTEN.replace("Europe/Berlin", "Europe"),
        WRITTEN.replace("2026-03-01", "2026-02-30"),
        WRITTEN.replace("daily", "weekly=xyz"),
        WRITTEN.replace("daily", "every=5h"),
        WRITTEN.replace("daily", "hourly"),
        WRITTEN.replace(" ", "  ", 1),
        WRITTEN + "\n",
        WRITTEN.replace("0123456789abcdef", "0123456789ABCDEF"),
        WRITTEN + " instance=detail",
        WRITTEN.replace("3", "\u0663"),
    ],
)
def test_what_is_not_understood_in_full_means_nothing(text: str) -> None:
    assert text != WRITTEN
    assert rules.read({SCHEDULE: text}) is None


@given(st.integers(0, len(WRITTEN) - 1), st.characters())
def test_a_damaged_entry_means_nothing_or_says_what_it_says(place: int, char: str) -> None:
    text = WRITTEN[:place] + char + WRITTEN[place + 1 :]
    found = rules.read({SCHEDULE: text})
    assert found is None or rules.text_of(found) == text


def test_it_is_of_the_project_that_it_was_made_for() -> None:
    assert schedule().of_project(PROJECT)
    assert not schedule().of_project("another")


@pytest.mark.parametrize(
    "wrong",
    [
        {"retention": Retention()},
        {"retention": Retention(weeks=2)},
        {"retention": Retention(last=1, days=1)},
        {"hours": 6},
        {"weekday": 2},
        {"rhythm": Rhythm.HOURS},
        {"zone": ""},
        {"id": "x"},
        {"instance_id": "detail"},
    ],
)
def test_what_makes_no_sense_is_not_written(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        rules.write(replace(schedule(), **wrong))  # type: ignore[arg-type]
