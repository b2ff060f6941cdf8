# SPDX-License-Identifier: Apache-2.0
"""The tab Schedule, and the dialogs that pause, resume and remove a schedule."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import yaml

from snapshot_dashboard.rules.schedules import last_run, runs, slots
from snapshot_dashboard.rules.schedules import schedule as rules
from snapshot_dashboard.rules.schedules.last_run import LastRun, Outcome
from tests.unit.cloud.wire import KEYSTONE, Wire, snapshot_json, volume_json
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.schedules.schedules import (
    PAUSE,
    REMOVE,
    RESUME,
    TAB,
    entries,
    schedule,
    there_is,
    written,
)
from tests.unit.panels.person import VOLUMES, Answer, Person, user
from tests.unit.panels.support import cell
from tests.unit.panels.support_dialogs import fill, listen


def ran(outcome: Outcome, days: int = 0, reason: str = "") -> dict[str, str]:
    """Return the note of a run so many days ago."""
    at = datetime.now(timezone.utc) - timedelta(days=days)
    return last_run.write(LastRun(at, f"{at:%Y-%m-%d}", outcome, reason))


def tab(wire: Wire, person: Person, metadata: dict[str, str], *taken: Any) -> Answer:
    """Open the tab of a volume with this metadata."""
    there_is(wire, metadata=metadata)
    wire.holds("snapshots", *taken)
    return person.get(TAB)


def test_without_a_schedule_it_offers_one(wire: Wire, person: Person) -> None:
    page = tab(wire, person, {})
    assert "no snapshots are taken of it by themselves" in page.text
    (way,) = page.all("//div[contains(@class,'sd-schedule-tab')]//a")
    assert way.text_content() == "Schedule Snapshots"


def test_until_a_run_was_seen_it_says_that_nothing_is_taken(wire: Wire, person: Person) -> None:
    soon = datetime.now(timezone.utc) - timedelta(minutes=1)
    page = tab(wire, person, entries(since=soon))
    assert page.problem == "No run yet: a schedule alone takes nothing."
    assert "has to run a command regularly" in page.problem_text


def test_it_shows_how_to_run_the_command_unless_the_operator_does(
    wire: Wire, person: Person, settings: Any
) -> None:
    page = tab(wire, person, entries())
    ready = [each.text_content() for each in page.all("//pre")]
    assert "--role member" in ready[0]
    said = json.loads(ready[0].partition("<<'END'\n")[2].partition("\nEND\n")[0])
    assert {"service": "volumev3", "method": "POST", "path": "/v3/snapshots"} in said
    (cloud,) = yaml.safe_load(ready[1])["clouds"].values()
    assert cloud["auth"]["auth_url"] == KEYSTONE
    # Nothing of this name is on PyPI.
    assert "pip install" not in page.text
    assert "openstacksdk" in page.text
    settings.SNAPSHOT_DASHBOARD = {"SCHEDULES": "operator"}
    page = person.get(TAB)
    assert page.all("//pre") == []
    assert "In this cloud support runs the command" in page.text


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (("Admin", "member", "reader"), "member"),
        (("admin", "creator", "reader"), "creator"),
        (("admin", "reader"), "admin"),
        (("Admin",), "Admin"),
        (("reader",), "reader"),
    ],
)
def test_credentials_of_an_administrator_are_the_last_resort(
    wire: Wire, person: Person, log_in: LogIn, roles: tuple[str, ...], role: str
) -> None:
    page = tab(wire, log_in(user(*roles)), entries())
    assert f"--role {role} " in page.all("//pre")[0].text_content()
    assert ("it may do far more" in page.text) is (role.lower() == "admin")
    assert ("cannot take snapshots" in page.text) is (role == "reader")


def test_where_schedules_are_hidden_one_that_exists_is_told(
    wire: Wire, person: Person, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SCHEDULES": "hide"}
    assert "Schedule" not in tab(wire, person, {}).text
    assert "Daily at 2 a.m." in tab(wire, person, entries()).text
    assert "Schedule Snapshots" not in person.get(VOLUMES).text


def test_a_run_that_is_missing_is_told(wire: Wire, person: Person) -> None:
    page = tab(wire, person, entries() | ran(Outcome.TAKEN, days=9))
    assert page.problem.startswith("The command has not run since ")


@pytest.mark.parametrize("outcome", list(Outcome))
def test_each_outcome_is_told_with_its_reason(wire: Wire, person: Person, outcome: Outcome) -> None:
    page = tab(wire, person, entries() | ran(outcome, reason="<b>because</b>"))
    assert "Reason: <b>because</b>" in page.text
    good = outcome.good
    assert page.problem == ("" if good else "The last run has not taken all snapshots")


def test_it_lists_what_the_schedule_has_taken(wire: Wire, person: Person) -> None:
    there = schedule()
    slot = slots.named(there, "2026-11-20")
    assert slot is not None
    mark = runs.marks(there, slot, "v1", count=1, failed=0)
    page = tab(
        wire, person, entries(), snapshot_json("s-own", metadata=mark), snapshot_json("by-hand")
    )
    listed = page.all("//div[contains(@class,'sd-schedule-tab')]//ul/li")
    assert [each.text_content().split(" - ")[0] for each in listed] == ["name of s-own"]


def test_an_entry_that_is_not_understood_is_told(wire: Wire, person: Person) -> None:
    page = tab(wire, person, {rules.SCHEDULE: "v9 <script>"})
    assert page.problem.startswith("The schedule is not understood")


def test_one_of_another_project_means_nothing(wire: Wire, person: Person) -> None:
    page = tab(wire, person, entries(project=rules.mark_of("p-elsewhere")))
    assert "another project" in page.problem


def test_it_is_paused_and_resumed_from_now_on(
    wire: Wire, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    received = listen(caplog)
    there_is(wire, metadata=entries())
    person.post(PAUSE, fill(person.get(PAUSE)))
    (paused,) = written(wire)
    assert paused[rules.SCHEDULE].endswith(" paused")
    there_is(wire, metadata=paused)
    before = datetime.now(timezone.utc) - timedelta(minutes=2)
    person.post(RESUME, fill(person.get(RESUME)))
    found = rules.read(written(wire)[1])
    assert found is not None
    assert not found.paused
    assert found.since > before
    actions = [each["action"] for each in outcomes(received)]
    assert actions == ["volume.pause_schedule", "volume.resume_schedule"]


@pytest.mark.parametrize("there", [entries(), {rules.SCHEDULE: "v9 what"}])
def test_it_is_removed_with_what_is_known_of_its_runs(
    wire: Wire, person: Person, there: dict[str, str]
) -> None:
    there_is(wire, metadata=there)
    page = person.get(REMOVE)
    assert "What the schedule has taken stays" in page.text
    person.post(REMOVE, fill(page))
    assert written(wire) == [dict(rules.REMOVED)]


def test_what_changed_meanwhile_is_not_removed(wire: Wire, person: Person) -> None:
    there_is(wire, metadata=entries())
    typed = fill(person.get(REMOVE))
    there_is(wire, metadata=entries(hours=0, zone="UTC"))
    page = person.post(REMOVE, typed)
    assert page.problem.startswith("Nothing was saved: the schedule changed")
    assert written(wire) == []


def test_the_list_tells_how_it_stands_without_another_call(wire: Wire, person: Person) -> None:
    metadata = [{}, entries(), entries() | ran(Outcome.QUOTA), entries(paused=True)]
    rows = [volume_json(f"v{number}", metadata=each) for number, each in enumerate(metadata)]
    wire.holds("volumes", *rows)
    # The versions of the service are asked for once.
    person.get(VOLUMES)
    wire.mocker.reset_mock()
    page = person.get(VOLUMES)
    told = [cell(page, "Schedule", f"v{number}") for number in range(4)]
    assert told == ["-", "Run missing", "Last run failed", "Paused"]
    asked = len(wire.mocker.request_history)
    wire.mocker.reset_mock()
    wire.holds("volumes", *(volume_json(f"v{number}") for number in range(4)))
    page = person.get(VOLUMES)
    assert len(wire.mocker.request_history) == asked


@pytest.mark.parametrize(("wanted", "found"), [("bad", ["v2"]), ("none", ["v0"])])
def test_the_list_is_filtered_by_what_cinder_cannot_tell(
    wire: Wire, person: Person, wanted: str, found: list[str]
) -> None:
    good = entries() | ran(Outcome.TAKEN)
    bad = entries() | ran(Outcome.FAILED)
    for number, each in enumerate(({}, good, bad)):
        there_is(wire, f"v{number}", each)
    rows = [volume_json(f"v{number}", metadata=each) for number, each in enumerate(({}, good, bad))]
    wire.holds("volumes", *rows)
    page = person.get(f"{VOLUMES}?field=schedule&value={wanted}")
    assert [each.get("data-object-id") for each in page.all("//tr[@data-object-id]")] == found


def test_there_is_nothing_to_pause_without_a_schedule(wire: Wire, person: Person) -> None:
    there_is(wire)
    assert person.get(PAUSE).problem == "There is no schedule that could be changed"
