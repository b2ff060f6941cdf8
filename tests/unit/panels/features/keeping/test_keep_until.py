# SPDX-License-Identifier: Apache-2.0
"""Keep Until: noted at creation and afterwards, one and several, told in lists and details."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest
from django.utils import timezone

from snapshot_dashboard import settings as ours
from snapshot_dashboard.panels.common import dates
from tests.unit.cloud.wire import OTHER_PROJECT, Json, Wire, snapshot_json
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.keeping.holding import held, noted, there_are, there_is
from tests.unit.panels.person import CREATE_SNAPSHOT, SNAPSHOTS, VOLUMES, Answer, Person, user
from tests.unit.panels.support import cell, line
from tests.unit.panels.support_dialogs import buttons, fill, hear, listen

TODAY = date(2026, 12, 1)
KEEP = f"{SNAPSHOTS}s1/keep_until/"
SEVERAL = f"{SNAPSHOTS}keep_until/several/?id=s1&id=s2&id=s3"
KEY = "snapshot_dashboard:keep_until"


def until(day: str) -> dict[str, str]:
    """Return the metadata of a snapshot with a day."""
    return {KEY: day}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be a certain day where the person is."""

    def of_the_person(request: HttpRequest) -> date:
        return TODAY

    for module in ("keep_until.today", "dates.today"):
        monkeypatch.setattr(f"snapshot_dashboard.panels.common.{module}", of_the_person)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


def default(settings: Any, span: str) -> None:
    """Let the operator say how long snapshots are to be kept."""
    settings.SNAPSHOT_DASHBOARD = {**ours.configured(), "KEEP_UNTIL": span}


def send(person: Person, address: str, **typed: str) -> Answer:
    """Open a dialog and send what a browser would."""
    return person.post(address, {**fill(person.get(address, dialog=True)), **typed}, dialog=True)


def chosen(dialog: Answer) -> list[str]:
    """Return what is chosen in the dialog."""
    found = dialog.all("//select[@id='id_keep']/option[@selected]")
    return [str(each.get("value")) for each in found]


def errors(dialog: Answer) -> str:
    """Return what is said below the two fields."""
    found = dialog.all("//*[starts-with(@id, 'id_keep')][contains(@id, '_error')]")
    return " ".join(" ".join(each.text_content().split()) for each in found)


# At creation.


@pytest.fixture
def detached(wire: Wire) -> None:
    """A volume of which snapshots can be made."""
    wire.volume()
    wire.says("POST", "/snapshots", {"snapshot": snapshot_json("s9")}, 202)


def made(wire: Wire) -> Json:
    """Return the metadata of the snapshot that was asked for."""
    (sent,) = wire.sent("POST", "/snapshots")
    return dict(sent.json()["snapshot"]["metadata"])


CHOICES = [
    ({}, None),
    ({"keep": "none"}, None),
    ({"keep": "day"}, "2026-12-02"),
    ({"keep": "week"}, "2026-12-08"),
    ({"keep": "month"}, "2027-01-01"),
    ({"keep": "date", "keep_date": "2030-06-30"}, "2030-06-30"),
]


@pytest.mark.parametrize(("typed", "day"), CHOICES)
def test_a_new_snapshot_has_the_day_that_was_chosen(
    wire: Wire, person: Person, detached: None, typed: dict[str, str], day: str | None
) -> None:
    send(person, CREATE_SNAPSHOT, **typed)
    assert made(wire).get(KEY) == day


@pytest.mark.parametrize(("typed", "day"), CHOICES)
def test_so_has_each_of_a_set(
    wire: Wire, person: Person, detached: None, typed: dict[str, str], day: str | None
) -> None:
    address = f"{VOLUMES}snapshot_set/?id=v1"
    dialog = person.get(address, dialog=True)
    assert chosen(dialog) == ["none"]
    person.post(address, {**fill(dialog), "include": "v1", **typed}, dialog=True)
    assert made(wire).get(KEY) == day


@pytest.mark.parametrize("span", ["none", "week"])
def test_the_operator_says_what_the_form_begins_with(
    wire: Wire, person: Person, detached: None, settings: Any, span: str
) -> None:
    default(settings, span)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert chosen(dialog) == [span]
    assert bool(dialog.all("//details[@open]//*[@id='id_keep']")) == (span != "none")
    assert "Nothing is deleted by itself." in dialog.text


def test_a_form_without_the_field_has_no_day(
    wire: Wire, person: Person, detached: None, settings: Any
) -> None:
    """A program that posts stock's form has seen nothing of it."""
    default(settings, "week")
    form = fill(person.get(CREATE_SNAPSHOT, dialog=True))
    person.post(CREATE_SNAPSHOT, {each: form[each] for each in ("seen", "request")})
    assert KEY not in made(wire)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"keep": "date"}, "Choose a date that is not past."),
        ({"keep": "date", "keep_date": "2020-01-31"}, "Choose a date that is not past."),
        ({"keep": "date", "keep_date": "31.12.2030"}, "Write the date as 2026-12-31."),
        ({"keep": "none", "keep_date": "2030-12-31"}, 'choose "Until a date", or remove it'),
        ({"keep": "year"}, "year is not one of the available choices"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_made(
    wire: Wire, person: Person, detached: None, typed: dict[str, str], said: str
) -> None:
    answer = send(person, CREATE_SNAPSHOT, name="typed", **typed)
    assert said in errors(answer)
    assert answer.all("//details[@open]//*[@id='id_keep']")
    assert answer.value("id_name") == "typed"
    assert wire.sent("POST", "/snapshots") == []


def test_today_is_where_the_person_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        monkeypatch.setattr(dates, "zone", lambda _request, name=name: ZoneInfo(name))
        day = dates.today(HttpRequest())
        assert abs(day - datetime.now(ZoneInfo(name)).date()) <= timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 12, 1, 11, tzinfo=ZoneInfo("UTC")))
    monkeypatch.setattr(dates, "zone", lambda _request: ZoneInfo("Pacific/Kiritimati"))
    assert dates.today(HttpRequest()) == date(2026, 12, 2)
    monkeypatch.setattr(dates, "zone", lambda _request: ZoneInfo("Pacific/Pago_Pago"))
    assert dates.today(HttpRequest()) == date(2026, 12, 1)


# Afterwards.


def test_a_day_is_noted_and_taken_away(
    wire: Wire, person: Person, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    received = listen(caplog)
    there_are(wire, s1={"mine": "stays"})
    assert chosen(person.get(KEEP, dialog=True)) == ["none"]
    answer = send(person, KEEP, keep="week")
    assert answer.headers["X-Horizon-Location"] == SNAPSHOTS
    there_are(wire, s1=until("2026-12-08"))
    dialog = person.get(KEEP, dialog=True)
    assert (chosen(dialog), dialog.value("id_keep_date")) == (["date"], "2026-12-08")
    assert "It is to be kept until Dec. 8, 2026 (7 days left)." in dialog.text
    send(person, KEEP, keep="none")
    assert noted(wire) == [until("2026-12-08"), until("")]
    assert told == [
        "To be kept until Dec. 8, 2026 (7 days left): <bdi>name of s1</bdi>",
        "There is no date any more: <bdi>name of s1</bdi>",
    ]
    assert {each["action"] for each in outcomes(received)} == {"snapshot.keep_until"}


def test_a_date_that_is_left_over_is_not_meant(wire: Wire, person: Person) -> None:
    there_are(wire, s1=until("2026-12-20"))
    send(person, KEEP, keep="week", keep_date="2026-12-20")
    assert noted(wire) == [until("2026-12-08")]


def test_another_day_than_the_one_that_was_shown_is_not_replaced(
    wire: Wire, person: Person
) -> None:
    there_are(wire, s1=until("2026-12-08"))
    form = {**fill(person.get(KEEP, dialog=True)), "keep": "none"}
    there_are(wire, s1=until("2029-01-31"))
    again = person.post(KEEP, form, dialog=True)
    assert again.problem.startswith("Nothing was done: the snapshots changed")
    assert "Jan. 31, 2029" in again.text
    assert noted(wire) == []


def test_another_projects_is_left_alone(wire: Wire, log_in: LogIn) -> None:
    admin = log_in(user("admin"))
    wire.volume()
    there_is(wire, "s1", {}, **{"os-extended-snapshot-attributes:project_id": OTHER_PROJECT})
    assert send(admin, KEEP, keep="day").problem == "This snapshot belongs to another project"
    assert noted(wire) == []


def test_each_of_several_has_it(wire: Wire, person: Person, told: list[str]) -> None:
    there_are(wire, s1={}, s2=until("2026-12-08"), s3=held())
    wire.fails("POST", "/snapshots/s3/metadata", 409, "It is busy.")
    dialog = person.get(SEVERAL, dialog=True)
    # They have different days: nothing is chosen for anybody.
    assert chosen(dialog) == [""]
    answer = person.post(SEVERAL, fill(dialog), dialog=True)
    assert "This field is required." in errors(answer)
    send(person, SEVERAL, keep="month")
    assert noted(wire) == noted(wire, "s2") == [until("2027-01-01")]
    assert told[0].startswith('"<bdi>name of s3</bdi>" was not changed.')
    assert told[1].endswith(": <bdi>name of s1</bdi>, <bdi>name of s2</bdi>")


def test_ticked_rows_lead_to_the_dialog(wire: Wire, person: Person) -> None:
    there_are(wire, s1={}, s2={})
    form: dict[str, Any] = {"action": "volume_snapshots__keep_several_until", "object_ids": ["s1"]}
    location = person.post(SNAPSHOTS, form).headers["Location"]
    assert location.startswith(f"{SNAPSHOTS}keep_until/several/?id=s1&next=")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-12-08", "Until Dec. 8, 2026 (7 days left)"),
        ("2026-12-02", "Until Dec. 2, 2026 (1 day left)"),
        ("2026-12-01", "Until Dec. 1, 2026 (today is the last day)"),
        ("2026-11-30", "Until Nov. 30, 2026 (past by 1 day)"),
        ("2026-11-01", "Until Nov. 1, 2026 (past by 30 days)"),
        ("0001-01-01", "Until Jan. 1, 0001 (past by 739950 days)"),
        ("soon", "-"),
    ],
)
def test_lists_say_it_in_words(wire: Wire, person: Person, day: str, said: str) -> None:
    there_are(wire, s1=until(day), s2=held())
    assert cell(person.get(SNAPSHOTS), "Keep") == said


def test_both_notes_of_one_are_told(wire: Wire, person: Person) -> None:
    there_are(wire, s1={**held(), **until("2026-12-08")})
    said = cell(person.get(SNAPSHOTS), "Keep")
    assert "On hold" in said and "7 days left" in said
    details = person.get(f"{SNAPSHOTS}s1")
    assert line(details, "Keep Until") == "Dec. 8, 2026 (7 days left)"
    there_are(wire, s1={})
    assert not person.get(f"{SNAPSHOTS}s1").all("//dt[.='Keep Until']")


def test_a_day_deletes_nothing_and_keeps_nothing(wire: Wire, person: Person) -> None:
    there_are(wire, s1=until("2020-01-01"))
    dialog = person.get(f"{SNAPSHOTS}s1/delete/", dialog=True)
    assert buttons(dialog) == [("btn btn-danger", "Delete Volume Snapshot")]
