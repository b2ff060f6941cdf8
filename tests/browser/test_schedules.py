# SPDX-License-Identifier: Apache-2.0
"""Schedule Snapshots: for an instance in six clicks at most, by keyboard, and without scripts."""

import json
import os
import secrets
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from demo.layout import ROOT, Home
from snapshot_dashboard.rules.schedules import runs, schedule, slots
from snapshot_dashboard.rules.schedules.schedule import Retention, Rhythm, Schedule
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


def test_the_form_names_what_the_command_would_delete(
    anna: Person, workshop: Workshop, home: Home
) -> None:
    """Also of a volume that the instance has lost since."""
    instance, volume = workshop.attached("scheduled")
    lost = workshop.volume("lost")
    workshop.attach(instance.id, lost.id)
    now = datetime.now(timezone.utc).replace(second=0, microsecond=0)
    made = Schedule(
        id=secrets.token_hex(8),
        project=schedule.mark_of(workshop.owner.current_project_id),
        rhythm=Rhythm.DAILY,
        at=time(),
        zone="UTC",
        since=now - timedelta(days=9),
        retention=Retention(last=1),
        instance_id=str(instance.id),
    )
    api = workshop.owner.block_storage
    for each in (volume, lost):
        api.set_volume_metadata(each.id, **schedule.write(made))
    for days, both in ((8, True), (7, True), (6, True), (5, False), (4, False)):
        slot = slots.named(made, f"{now - timedelta(days=days):%Y-%m-%d}")
        assert slot is not None
        volumes = [volume.id, lost.id] if both else [volume.id]
        for each in volumes:
            marks = runs.marks(made, slot, each, count=len(volumes), failed=0)
            api.set_snapshot_metadata(workshop.snapshot(each, force=True).id, **marks)
    workshop.detach(instance.id, lost.id)
    anna.go(f"/project/volumes/schedule/edit/?instance={instance.id}")
    anna.see(".sd-preview", "a volume that the instance has no longer")
    links = anna.find_all(".sd-preview .sd-over li a")
    shown = {str(each.get_attribute("href")).strip("/").split("/")[-1] for each in links}
    told = [json.loads(line) for line in keep(home, "--dry-run", "--json").splitlines()]
    gone = [each for each in told if each["event"] == "would_delete"]
    wanted = {each["snapshot_id"] for each in gone if each["schedule"] == made.id}
    # Two runs of both, and one later.
    assert shown == wanted and len(shown) == 5


def keep(home: Home, *words: str) -> str:
    """Run the command with Anna's credentials, and return what it prints."""
    command = [sys.executable, "-m", "snapshot_dashboard", "keep", "--os-cloud", "anna", *words]
    environment = {**os.environ, "OS_CLIENT_CONFIG_FILE": str(home.path / "clouds.yaml")}
    done = subprocess.run(  # noqa: S603 - ours
        command, cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE, text=True
    )
    # Schedules of other tests may not be looked after.
    assert done.returncode in (0, 1)
    return done.stdout


def test_what_the_command_has_done_is_told(anna: Person, workshop: Workshop, home: Home) -> None:
    volume = workshop.volume("hourly")
    anna.go(f"/project/volumes/schedule/edit/?id={volume.id}")
    Select(anna.see("#id_often")).select_by_value("1h")
    anna.click("[name=save]")
    anna.see(".sd-schedule-tab .sd-problem", NOTHING_YET)
    api = workshop.owner.block_storage
    saved = schedule.read(api.get_volume(volume.id).metadata)
    assert saved is not None
    earlier = replace(saved, since=saved.since - timedelta(hours=2))
    api.set_volume_metadata(volume.id, **schedule.write(earlier))
    keep(home)
    anna.driver.refresh()
    anna.see(".sd-schedule-tab", "The snapshots were taken.")
    assert not anna.all(".sd-schedule-tab .sd-problem")
    (made,) = workshop.snapshots_of(volume.id)
    assert made.name in anna.see(".sd-schedule-tab ul li").text
    api.delete_snapshot(made.id)
    api.wait_for_delete(api.get_snapshot(made.id), interval=0.2, wait=60)
