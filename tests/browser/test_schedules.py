# SPDX-License-Identifier: Apache-2.0
"""Schedule Snapshots: for an instance in six clicks at most, by keyboard, and without scripts."""

import pytest
from selenium.webdriver.common.keys import Keys

from snapshot_dashboard.rules.schedules import schedule
from tests.browser.axe import violations
from tests.browser.oracle import Oracle
from tests.browser.pages import ListPage
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

NOTHING_YET = "No run yet: a schedule alone takes nothing."


def test_an_instance_is_scheduled_in_six_clicks(anna: Person, workshop: Workshop) -> None:
    instance, volume = workshop.attached("scheduled")
    page = ListPage(anna, "/project/instances/", "instances", "instances_filter").open()
    # Two: the menu of the row, and the action.
    page.choose(instance.id, "Schedule Snapshots")
    anna.see("#schedule_modal .sd-subtitle", f"All volumes of {instance.name}, together")
    anna.see(".sd-preview", "Daily at 2 a.m.")
    found = violations(anna.driver, ["#content_body"])
    assert [str(each) for each in found if each.known < 0] == []
    anna.tick("#id_attached")
    anna.click("[name=save]")
    anna.see(".alert-success", "The schedule was saved")
    anna.see(".sd-schedule-tab .sd-problem", NOTHING_YET)
    found = violations(anna.driver, ["#content_body"])
    assert [str(each) for each in found if each.known < 0] == []
    kept = schedule.read(workshop.owner.block_storage.get_volume(volume.id).metadata)
    assert kept is not None
    assert (kept.instance_id, kept.attached) == (instance.id, True)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_schedule_is_set_up_by_keyboard_and_taken_away(
    anna: Person, workshop: Workshop, oracle: Oracle, scripts: bool
) -> None:
    volume = workshop.volume("by-keyboard")
    if not scripts:
        oracle.allow_console(r"Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")
        oracle.allow_console(r"(horizon|addHorizonLoadEvent|\$|jQuery|angular) is not defined")
        anna.without_scripts()
    anna.go(f"/project/volumes/schedule/edit/?id={volume.id}")
    anna.type("#id_last", "3")
    anna.press(Keys.ENTER)
    # Enter shows the preview: nothing is saved by it.
    anna.see(".sd-preview", "The newest 3 snapshots are kept.")
    assert not schedule.has(workshop.owner.block_storage.get_volume(volume.id).metadata)
    anna.driver.find_element("css selector", "[name=save]").send_keys(Keys.ENTER)
    anna.see(".sd-schedule-tab .sd-problem", NOTHING_YET)
    anna.driver.find_element("partial link text", "Remove Schedule").send_keys(Keys.ENTER)
    anna.see("#schedule_change_form", "What the schedule has taken stays")
    anna.driver.find_element("css selector", "#schedule_change_form [type=submit]").send_keys(
        Keys.ENTER
    )
    anna.see(".sd-schedule-tab", "This volume has no schedule")
    assert not schedule.has(workshop.owner.block_storage.get_volume(volume.id).metadata)
