# SPDX-License-Identifier: Apache-2.0
"""Hold and Release Hold: one and several, shown, written, refused, and raced for."""

import json
from typing import Any

import pytest

from tests.unit.cloud.wire import OTHER_PROJECT, SILENT, Wire, snapshot_json
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.keeping.holding import (
    HOLD,
    HOSTILE,
    RELEASE,
    RELEASED,
    TOLD,
    held,
    noted,
    there_are,
    there_is,
)
from tests.unit.panels.person import SNAPSHOTS, Answer, Person, user
from tests.unit.panels.support import cell, heads, line
from tests.unit.panels.support_dialogs import buttons, fill, hear, listen

FOREIGN = {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT}
THREE = "?id=s1&id=s2&id=s3&next=/project/snapshots/%3Fsort%3Dname"
HOLD_SEVERAL = f"{SNAPSHOTS}hold/several/"
RELEASE_SEVERAL = f"{SNAPSHOTS}release_hold/several/"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


def send(person: Person, address: str, **typed: str) -> Answer:
    """Open a dialog and send what a browser would."""
    return person.post(address, {**fill(person.get(address, dialog=True)), **typed}, dialog=True)


def alone(page: Answer) -> list[str]:
    """Return what is said of each snapshot in the lists of a dialog."""
    found = page.all("//ul[contains(@class, 'sd-fixing')]/li")
    return [" ".join(each.text_content().split()) for each in found]


def test_a_snapshot_is_put_on_hold_with_who_when_and_why(
    wire: Wire, person: Person, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    received = listen(caplog)
    there_are(wire, s1={"mine": "stays"})
    dialog = person.get(HOLD, dialog=True)
    assert buttons(dialog) == [("btn btn-primary", "Hold")]
    assert "it stops this dashboard, not the command line" in dialog.text
    assert alone(dialog)[0].startswith("name of s1 - volume wiki-data - Nov. 22, 2026")
    answer = send(person, HOLD, reason="  for the\taudit ")
    assert answer.headers["X-Horizon-Location"] == SNAPSHOTS
    (entries,) = noted(wire)
    assert entries.pop("snapshot_dashboard:hold_at").startswith("20")
    assert entries == {
        "snapshot_dashboard:hold": "for the audit",
        "snapshot_dashboard:hold_by": "anna",
    }
    assert told == ["Put on hold: <bdi>name of s1</bdi>"]
    (audited,) = outcomes(received)
    assert (audited["action"], audited["id"]) == ("snapshot.hold", "s1")
    assert audited["written"]["snapshot_dashboard:hold"] == "for the audit"


@pytest.mark.parametrize("reason", ["", "   ", "\u202e\u200b", "x" * 201])
def test_it_needs_a_reason_of_one_line(wire: Wire, person: Person, reason: str) -> None:
    there_are(wire, s1={})
    answer = send(person, HOLD, reason=reason)
    assert answer.all("//*[@id='id_reason_error']")
    assert noted(wire) == []


def test_one_that_is_on_hold_keeps_its_reason(wire: Wire, person: Person) -> None:
    there_are(wire, s1=held())
    dialog = person.get(HOLD, dialog=True)
    assert dialog.problem == "This snapshot is on hold already"
    assert TOLD in dialog.problem_text
    assert buttons(dialog) == []
    person.post(HOLD, {**fill(dialog), "reason": "mine"}, dialog=True)
    assert noted(wire) == []


def test_one_that_was_put_on_hold_meanwhile_keeps_that_reason(wire: Wire, person: Person) -> None:
    there_are(wire, s1={})
    form = {**fill(person.get(HOLD, dialog=True)), "reason": "mine"}
    there_are(wire, s1=held())
    assert TOLD in person.post(HOLD, form, dialog=True).problem_text
    assert noted(wire) == []


def test_a_hold_is_shown_and_released(
    wire: Wire, person: Person, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    received = listen(caplog)
    there_are(wire, s1=held())
    dialog = person.get(RELEASE, dialog=True)
    assert TOLD in alone(dialog)[0]
    send(person, RELEASE)
    assert noted(wire) == [RELEASED]
    assert told == ["The hold was released: <bdi>name of s1</bdi>"]
    assert outcomes(received)[0]["action"] == "snapshot.release_hold"


def test_another_hold_than_the_one_that_was_shown_is_not_released(
    wire: Wire, person: Person
) -> None:
    there_are(wire, s1=held())
    form = fill(person.get(RELEASE, dialog=True))
    there_are(wire, s1=held("the police has asked for it", "carla"))
    again = person.post(RELEASE, form, dialog=True)
    assert again.problem.startswith("Nothing was done: the snapshots changed")
    assert "by carla" in again.text
    assert noted(wire) == []
    person.post(RELEASE, fill(again), dialog=True)
    assert noted(wire) == [RELEASED]


def test_a_form_that_has_shown_nothing_releases_nothing(wire: Wire, person: Person) -> None:
    there_are(wire, s1=held())
    answer = person.post(RELEASE, {}, dialog=True)
    assert answer.problem.startswith("Nothing was done yet")
    assert noted(wire) == []


def test_what_is_not_on_hold_cannot_be_released(wire: Wire, person: Person) -> None:
    there_are(wire, s1=RELEASED)
    dialog = person.get(RELEASE, dialog=True)
    assert dialog.problem == "This snapshot is not on hold"
    assert buttons(dialog) == []


@pytest.mark.parametrize("address", [HOLD, RELEASE])
def test_another_projects_is_left_alone(wire: Wire, log_in: LogIn, address: str) -> None:
    admin = log_in(user("admin"))
    wire.volume()
    there_is(wire, "s1", held() if address == RELEASE else {}, **FOREIGN)
    answer = send(admin, address, reason="mine")
    assert answer.problem == "This snapshot belongs to another project"
    assert noted(wire) == []


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (403, "Your role does not allow this"),
        (400, "Not changed: the storage service refused the request"),
        (404, "This snapshot no longer exists"),
    ],
)
def test_a_refusal_is_told_with_its_reason(
    wire: Wire, person: Person, status: int, title: str
) -> None:
    there_are(wire, s1={})
    wire.fails("POST", "/snapshots/s1/metadata", status, "the service's own words")
    answer = send(person, HOLD, reason="for the audit")
    assert answer.problem == title
    assert answer.value("id_reason") == "for the audit" if status != 404 else True


@pytest.mark.parametrize(("address", "metadata"), [(HOLD, {}), (RELEASE, held())])
def test_a_lost_answer_is_not_told_as_a_failure(
    wire: Wire, person: Person, address: str, metadata: dict[str, str]
) -> None:
    there_are(wire, s1=metadata)
    wire.breaks("POST", "/snapshots/s1/metadata", SILENT)
    answer = send(person, address, reason="mine")
    assert answer.problem == "It is not known whether the snapshot was changed"
    assert answer.all(f"//a[@href='{SNAPSHOTS}s1']")


def test_hostile_text_stays_text(wire: Wire, person: Person) -> None:
    there_are(wire, s1=held(HOSTILE, HOSTILE))
    pages = [person.get(each, dialog=True) for each in (HOLD, RELEASE)]
    pages += [person.get(SNAPSHOTS), person.get(f"{SNAPSHOTS}s1")]
    for page in pages:
        assert "<script>alert" not in page.html
        assert "{$1+1$}" not in page.html
        assert "<script>alert('x')</script>" in page.text


# Several at once.


def test_each_of_several_ends_in_a_stated_result(
    wire: Wire, person: Person, told: list[str]
) -> None:
    there_are(wire, s1={}, s2=held(), s3={})
    wire.fails("POST", "/snapshots/s3/metadata", 409, "It is busy.")
    dialog = person.get(HOLD_SEVERAL + THREE, dialog=True)
    assert [each.partition(" - ")[0] for each in alone(dialog)] == [
        "name of s1",
        "name of s3",
        "name of s2",
    ]
    assert TOLD in alone(dialog)[-1]
    answer = send(person, HOLD_SEVERAL + THREE, reason="for the audit")
    assert answer.headers["X-Horizon-Location"] == f"{SNAPSHOTS}?sort=name"
    assert len(noted(wire)) == 1 and noted(wire, "s2") == []
    assert len(told) == 3
    assert told[0].startswith('"<bdi>name of s2</bdi>" was not changed. This snapshot is on hold')
    assert told[1].startswith('"<bdi>name of s3</bdi>" was not changed.') and "busy" in told[1]
    assert told[2] == "Put on hold: <bdi>name of s1</bdi>"


def test_several_holds_are_released(wire: Wire, person: Person, told: list[str]) -> None:
    there_are(wire, s1=held(), s2=held("another"), s3={})
    send(person, RELEASE_SEVERAL + THREE)
    assert (noted(wire), noted(wire, "s2"), noted(wire, "s3")) == ([RELEASED], [RELEASED], [])
    assert told == [
        '"<bdi>name of s3</bdi>" was not changed. This snapshot is not on hold.',
        "The hold was released: <bdi>name of s1</bdi>, <bdi>name of s2</bdi>",
    ]


def test_where_none_fits_there_is_no_button(wire: Wire, person: Person) -> None:
    there_are(wire, s1={}, s2={}, s3={})
    dialog = person.get(RELEASE_SEVERAL + THREE, dialog=True)
    assert dialog.problem == "None of these snapshots can be changed now"
    assert buttons(dialog) == []


@pytest.mark.parametrize("count", [0, 51])
def test_none_and_too_many_are_told(wire: Wire, person: Person, count: int) -> None:
    query = "&".join(f"id=s{number}" for number in range(count))
    dialog = person.get(f"{HOLD_SEVERAL}?{query}", dialog=True)
    assert dialog.problem == ("Too many snapshots at once" if count else "No snapshot was chosen")
    assert buttons(dialog) == []


# The lists and the details.


def test_a_list_says_what_is_on_hold_and_why(wire: Wire, person: Person) -> None:
    there_are(wire, s1=held(), s2={})
    page = person.get(SNAPSHOTS)
    assert cell(page, "Keep") == "On hold for the audit - bert"
    assert cell(page, "Keep", "s2") == "-"
    assert not page.all("//table[contains(@class, 'sd-folds-keep')]")
    (shown,) = page.all("//tr[@data-object-id='s1']//span[@title][contains(., 'On hold')]")
    assert shown.get("title") == TOLD


def test_the_column_is_folded_where_nothing_is_on_hold(wire: Wire, person: Person) -> None:
    there_are(wire, s1={}, s2={})
    page = person.get(SNAPSHOTS)
    assert "Keep" in heads(page)
    assert page.all("//table[contains(@class, 'sd-folds-keep')]")


def test_a_row_offers_what_fits(wire: Wire, person: Person) -> None:
    there_are(wire, s1=held(), s2={})
    page = person.get(SNAPSHOTS)
    for snapshot_id, here, other in (
        ("s1", "release_hold", "hold"),
        ("s2", "hold", "release_hold"),
    ):
        way = f"{SNAPSHOTS}{snapshot_id}/"
        (action,) = page.all(f"//a[starts-with(@href, '{way}{here}/?next=')]")
        assert "ajax-modal" in action.get("class")
        assert not page.all(f"//a[starts-with(@href, '{way}{other}/?next=')]")


@pytest.mark.parametrize(
    ("action", "address"), [("hold_several", HOLD_SEVERAL), ("release_holds", RELEASE_SEVERAL)]
)
def test_ticked_rows_lead_to_the_dialog(
    wire: Wire, person: Person, action: str, address: str
) -> None:
    there_are(wire, s1={}, s2={})
    form: dict[str, Any] = {"action": f"volume_snapshots__{action}", "object_ids": ["s1", "s2"]}
    location = person.post(SNAPSHOTS, form).headers["Location"]
    assert location.startswith(f"{address}?id=s1&id=s2&next=")


def test_the_details_say_it(wire: Wire, person: Person) -> None:
    there_are(wire, s1=held())
    said = line(person.get(f"{SNAPSHOTS}s1"), "Hold")
    assert said.startswith(TOLD) and "not the command line" in said
    there_are(wire, s1={})
    assert not person.get(f"{SNAPSHOTS}s1").all("//dt[.='Hold']")


def test_rows_that_are_read_again_say_it(wire: Wire, person: Person) -> None:
    wire.holds("snapshots", snapshot_json("s1", metadata=held(), status="deleting"))
    wire.snapshot("s1", metadata=held(), status="deleting")
    query = "?action=rows_update&table=volume_snapshots&obj_id=s1"
    answer = person.get(SNAPSHOTS + query, dialog=True)
    assert "On hold" in json.dumps(json.loads(answer.html))
