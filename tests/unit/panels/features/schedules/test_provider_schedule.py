# SPDX-License-Identifier: Apache-2.0
"""Schedule Snapshots where the cloud has a scheduler of its own."""

from typing import Any

import pytest

from snapshot_dashboard.rules import provider_schedule
from snapshot_dashboard.rules.wrong_setting import WrongSetting
from tests.unit.cloud.wire import Wire
from tests.unit.panels.features.schedules.schedules import ONE, TAB, there_is, written
from tests.unit.panels.person import Person
from tests.unit.panels.support_dialogs import fill

KEY = "backup:policy/1"
LABEL = "Daily, <b>kept</b> 7 days"
SETTING = {"key": KEY, "values": {"daily7": LABEL}}


@pytest.fixture(autouse=True)
def _own_scheduler(settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SCHEDULE_KEY": SETTING}


def test_the_choice_is_written_and_nothing_of_ours(wire: Wire, person: Person) -> None:
    there_is(wire)
    page = person.get(ONE)
    assert page.one("//select[@name='value']/option[2]").text_content() == LABEL
    person.post(ONE, {**fill(page), "value": "daily7"})
    assert written(wire) == [{KEY: "daily7"}]


def test_a_value_that_is_not_known_is_shown_and_kept(wire: Wire, person: Person) -> None:
    there_is(wire, metadata={KEY: "hourly<9>"})
    page = person.get(ONE)
    assert page.one("//option[@selected]").get("value") == "hourly<9>"
    wire.holds("snapshots")
    assert "hourly<9>" in person.get(TAB).text


def test_none_takes_the_entry_away(wire: Wire, person: Person) -> None:
    there_is(wire, metadata={KEY: "daily7"})
    wire.says("DELETE", "/volumes/v1/metadata/backup%3Apolicy%2F1")
    person.post(ONE, {**fill(person.get(ONE)), "value": ""})
    assert len(wire.sent("DELETE", "/volumes/v1/metadata/backup%3Apolicy%2F1")) == 1
    assert written(wire) == []


@pytest.mark.parametrize(
    "wrong",
    [[], {"key": "a"}, {"key": "", "values": {"a": "b"}}, {"key": "a", "values": {"a": 1}}],
)
def test_a_setting_of_another_kind_is_told(wrong: object) -> None:
    with pytest.raises(WrongSetting, match="a dict such as"):
        provider_schedule.read(wrong)
