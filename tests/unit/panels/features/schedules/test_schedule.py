# SPDX-License-Identifier: Apache-2.0
"""Schedule Snapshots: the preview, what is written, and what is asked for before."""

import re
from typing import Any

import pytest

from snapshot_dashboard.rules.schedules import schedule as rules
from snapshot_dashboard.rules.schedules.schedule import Retention, Rhythm
from tests.unit.cloud.wire import OTHER_PROJECT, SILENT, Json, Wire, snapshot_json
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.features.schedules.schedules import (
    EDIT,
    ID,
    ONE,
    entries,
    fill,
    schedule,
    taken,
    there_is,
    written,
)
from tests.unit.panels.features.snapshot_set.snapshot_sets import running
from tests.unit.panels.person import Answer, Person
from tests.unit.panels.support_dialogs import hear, listen

HOSTILE = "<script>alert('x')</script>"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


def save(person: Person, address: str = ONE, **typed: Any) -> Answer:
    """Open the page and save what it begins with, but for what is typed."""
    return person.post(address, fill(person.get(address), save="Save", **typed))


def gone(page: Answer) -> list[str]:
    """Return the names of what the next run deletes, as the page lists them."""
    listed = page.all("//div[contains(@class,'sd-over')]//li")
    return [each.text_content().split(" (")[0] for each in listed]


def test_a_new_schedule_is_daily_and_saved_as_it_was_shown(
    wire: Wire, person: Person, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    received = listen(caplog)
    there_is(wire, name=HOSTILE)
    page = person.get(ONE)
    assert "Daily at 2 a.m. (UTC). The newest 7 snapshots are kept." in page.text
    assert "It deletes nothing now." in page.text
    assert "Nothing runs a schedule by itself" in page.text
    assert HOSTILE not in page.html
    answer = save(person)
    assert answer.status == 302
    assert answer.headers["Location"].endswith("/v1/?tab=volume_details__schedule_tab")
    (said,) = written(wire)
    assert said[rules.SCHEDULED] == "yes"
    assert said[rules.LAST_RUN] == ""
    found = rules.read(said)
    assert found is not None
    assert (found.rhythm, found.retention) == (Rhythm.DAILY, Retention(7, 4, 6))
    assert not found.attached
    assert told[0].startswith("The schedule was saved")
    assert "has to run a command" in told[0]
    (audited,) = outcomes(received)
    assert (audited["action"], audited["id"]) == ("volume.schedule", "v1")


def test_a_preview_writes_nothing_and_keeps_what_was_typed(wire: Wire, person: Person) -> None:
    there_is(wire)
    page = person.post(
        ONE,
        fill(person.get(ONE), preview="Show Preview", often="weekly", weekday="2", at="04:30"),
    )
    assert "Weekly, on Wednesday at 4:30 a.m. (UTC)" in page.text
    assert page.one("//select[@name='often']/option[@selected]").get("value") == "weekly"
    assert written(wire) == []


def test_the_picture_says_what_the_table_says(wire: Wire, person: Person) -> None:
    there_is(wire)
    page = person.get(ONE)
    rows = page.all("//table[.//caption]/tbody/tr")
    counts = [int(each.xpath("./td")[0].text_content()) for each in rows]
    # After a week 7 of the days, later one of each week and month besides.
    assert counts[0] == 7
    assert counts[-1] > 7
    dots = page.all("//*[name()='svg']//*[name()='circle']")
    assert len(dots) == sum(counts)
    assert page.all("//*[name()='svg']//*[@style]") == []


def test_hours_are_counted_in_the_zone_that_was_chosen(wire: Wire, person: Person) -> None:
    there_is(wire)
    save(person, often="6h", at="02:00", zone="Asia/Kolkata")
    (said,) = written(wire)
    found = rules.read(said)
    assert found is not None
    assert (found.hours, found.at.hour, found.at.minute) == (6, 20, 30)
    there_is(wire, metadata=said)
    page = person.get(ONE)
    assert page.one("//input[@name='at']").get("value") == "02:00"


def test_a_volume_in_use_needs_the_tick(wire: Wire, person: Person) -> None:
    there_is(wire)
    running(wire, "v1")
    refused = save(person)
    assert "without it nothing would be taken" in refused.text
    assert written(wire) == []
    save(person, attached="on")
    (said,) = written(wire)
    assert said[rules.SCHEDULE].endswith("attached")


def test_editing_keeps_the_id_and_says_what_the_next_run_deletes(
    wire: Wire, person: Person, settings: Any
) -> None:
    there = schedule()
    there_is(wire, metadata=entries())
    days = [f"2026-11-{day:02}" for day in range(20, 27)]
    found = [each for day in days for each in taken(there, day, "v1")]
    wire.holds("snapshots", *found, snapshot_json("by-hand"))
    types = {"ssd": "0.05"}
    settings.SNAPSHOT_DASHBOARD = {"PRICES": {"currency": "NZD", "types": types}}
    page = person.get(ONE)
    assert "The next run deletes" not in page.text
    # Those that it has taken already are used of the quota, and cost as much as the others.
    (most,) = re.findall(r"At most (\d+) snapshots at the same time", page.text)
    assert f"About NZD {most}.00 a month while they exist." in page.text
    typed = fill(page, preview="Show Preview", last="2")
    page = person.post(ONE, typed)
    assert gone(page) == [f"name of s-v1-{day}" for day in days[:5]]
    person.post(ONE, fill(page, save="Save"))
    (said,) = written(wire)
    read = rules.read(said)
    assert read is not None
    assert (read.id, read.retention.last) == (ID, 2)
    assert rules.LAST_RUN not in said


NO_DAY = "have no day until which they are kept"


def test_what_was_taken_before_there_were_days_is_told(wire: Wire, person: Person) -> None:
    there_is(wire, metadata=entries())
    days = [f"2026-11-{day:02}" for day in range(20, 24)]
    found = [each for day in days[:3] for each in taken(schedule(), day, "v1")]
    dated = schedule(retention=Retention(days=3660))
    wire.holds("snapshots", *found, *taken(dated, days[3], "v1"))
    page = person.get(ONE)
    assert NO_DAY not in page.text
    page = person.post(ONE, fill(page, preview="Show Preview", kept="days", days="30"))
    assert f"3 snapshots that it has taken {NO_DAY}. They stay" in page.text
    wire.holds("snapshots", *taken(dated, days[3], "v1"))
    page = person.post(ONE, fill(page, preview="Show Preview"))
    assert NO_DAY not in page.text


def test_what_a_clock_that_was_ahead_has_taken_is_told(wire: Wire, person: Person) -> None:
    there_is(wire, metadata=entries())
    days = ["2026-11-20", "2130-06-01", "2130-06-02"]
    wire.holds("snapshots", *(each for day in days for each in taken(schedule(), day, "v1")))
    page = person.get(ONE)
    assert "2 snapshots were taken by a clock that was ahead" in page.text
    dots = page.all("//*[name()='svg']//*[name()='circle']")
    assert max(float(each.get("cx")) for each in dots) < 600
    assert "It deletes nothing now." in page.text


def test_what_somebody_else_has_changed_is_shown_again(wire: Wire, person: Person) -> None:
    there_is(wire)
    typed = fill(person.get(ONE), save="Save", last="3")
    there_is(wire, metadata=entries())
    page = person.post(ONE, typed)
    assert page.problem == "Nothing was saved: the schedule changed while this form was open"
    assert page.one("//input[@name='last']").get("value") == "3"
    assert written(wire) == []
    person.post(ONE, fill(page, save="Save"))
    assert len(written(wire)) == 1


def test_a_schedule_of_an_instance_is_one_for_all_its_volumes(wire: Wire, person: Person) -> None:
    for each in ("v1", "v2"):
        there_is(wire, each)
    running(wire, "v1", "v2")
    save(person, f"{EDIT}?instance=i1", attached="on")
    said = [rules.read(written(wire, each)[0]) for each in ("v1", "v2")]
    assert said[0] == said[1]
    assert said[0] is not None
    assert said[0].instance_id == "i1"
    for each in ("v1", "v2"):
        wire.attached(("i1", "ACTIVE"), volume_id=each, metadata=rules.write(said[0]))
    # One volume of it stands for all.
    assert "All volumes of" in person.get(ONE).text


def of_instance(wire: Wire, last: int = 2) -> tuple[list[str], list[Json]]:
    """Let an instance have a schedule, and have lost one of its two volumes since.

    Return the days of its runs, and what is there of them.
    """
    there = schedule(instance_id="i1", retention=Retention(last=last))
    running(wire, "v1")
    wire.attached(("i1", "ACTIVE"), volume_id="v1", metadata=rules.write(there))
    days = [f"2026-11-{day:02}" for day in range(20, 26)]
    found = [each for day in days[:3] for each in taken(there, day, "v1", "v9")]
    found += [each for day in days[3:] for each in taken(there, day, "v1")]
    return days, found


def test_what_was_taken_of_a_volume_that_an_instance_has_lost_counts(
    wire: Wire, person: Person
) -> None:
    days, found = of_instance(wire)
    wire.holds("snapshots", *found)
    page = person.get(f"{EDIT}?instance=i1")
    # The last one of the lost volume keeps what was taken with it.
    went = [f"name of s-{each}-{day}" for day in days[:2] for each in ("v1", "v9")]
    assert gone(page) == [*went, f"name of s-v1-{days[3]}"]
    assert "there is 1 snapshot of a volume that the instance has no longer" in page.text
    assert len(wire.sent("GET", "/snapshots/detail")) == 1
    # The volume's own two of then, and the one that stays.
    counts = page.all("//table[.//caption]/tbody/tr/td[1]")
    assert {each.text_content() for each in counts} == {"3"}


def test_where_cinder_does_not_find_them_it_is_not_said_to_be_all(
    wire: Wire, person: Person
) -> None:
    _days, found = of_instance(wire, last=6)
    own = [each for each in found if each["volume_id"] == "v1"]
    wire.holds("snapshots", *found, snapshot_json("by-hand"))
    wire.says("GET", "/snapshots/detail?volume_id=v1", {"snapshots": own})
    page = person.get(f"{EDIT}?instance=i1")
    assert "Not all that it has taken can be read" in page.text
    assert "It deletes nothing now." not in page.text


def test_each_of_several_ends_in_a_stated_result(
    wire: Wire, person: Person, told: list[str]
) -> None:
    for each in ("v1", "v2"):
        there_is(wire, each)
    there_is(wire, "v3", None, **{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})
    wire.says("POST", "/volumes/v2/metadata", {"forbidden": {"message": "no"}}, 403)
    save(person, f"{EDIT}?id=v1&id=v2&id=v3")
    ids = {rules.read(each).id for each in written(wire) + written(wire, "v2")}  # type: ignore[union-attr]
    assert len(ids) == 2
    assert any("name of v2" in each and "was not changed" in each for each in told)
    assert any("name of v3" in each and "another project" in each for each in told)
    assert any("The schedule was saved: <bdi>name of v1</bdi>" in each for each in told)


def test_a_form_that_is_sent_twice_is_saved_once(wire: Wire, person: Person) -> None:
    there_is(wire)
    typed = fill(person.get(ONE), save="Save")
    person.post(ONE, typed)
    there_is(wire, metadata=written(wire)[0])
    again = person.post(ONE, typed)
    assert again.headers["Location"].endswith("schedule_tab")
    assert len(written(wire)) == 1


def test_nothing_typed_is_lost_where_the_volume_cannot_be_read(wire: Wire, person: Person) -> None:
    there_is(wire)
    typed = fill(person.get(ONE), save="Save", last="5", attached="on")
    wire.fails("GET", "/volumes/v1", 500)
    page = person.post(ONE, typed)
    assert page.problem == "Not saved"
    assert page.one("//input[@name='last']").get("value") == "5"
    assert page.one("//input[@name='attached']").get("checked") is not None
    assert "Take snapshots while a volume is in use, too" in page.text
    assert written(wire) == []


def test_a_volume_that_allows_none_now_can_be_scheduled_all_the_same(
    wire: Wire, person: Person
) -> None:
    there_is(wire, status="error")
    page = person.get(ONE)
    assert "In the state in which name of v1 is now, nothing would be taken." in page.text
    assert "A volume is in use now" not in page.text
    person.post(ONE, fill(page, save="Save"))
    assert len(written(wire)) == 1


@pytest.mark.parametrize("typed", [{"last": "0"}, {"last": ""}, {"at": "soon"}, {"zone": "Mars"}])
def test_what_cannot_be_is_refused_and_kept(
    wire: Wire, person: Person, typed: dict[str, str]
) -> None:
    there_is(wire)
    page = save(person, **typed)
    assert page.status == 200
    assert page.all("//*[contains(@class, 'text-danger')]")
    assert written(wire) == []


def test_a_lost_answer_is_no_failure(wire: Wire, person: Person) -> None:
    there_is(wire)
    typed = fill(person.get(ONE), save="Save")
    wire.breaks("POST", "/volumes/v1/metadata", SILENT)
    assert person.post(ONE, typed).problem == "It is not known whether the schedule was saved"
