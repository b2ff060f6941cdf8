# SPDX-License-Identifier: Apache-2.0
"""Sending Create Snapshot: forced only as accepted, and input is kept."""

from typing import Any

import pytest

from tests.unit.cloud.wire import (
    CINDER,
    NOVA,
    OTHER_PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Wire,
    snapshot_json,
)
from tests.unit.panels.person import CREATE_SNAPSHOT, SNAPSHOTS, VOLUMES, Answer, Person

CHANGED = "Nothing was created: the situation changed while this form was open"
NOT_SEEN = "Nothing was created yet: this form has not shown the warning before"
OLD_FORM = "This form was open for a long time"
MISSING = "Tick the box above to create this snapshot, or press Cancel."
TYPED = {"name": "before <upgrade>", "description": "typed by hand"}


def accepting(wire: Wire) -> None:
    """Let Cinder accept whatever is asked."""
    made = snapshot_json("s9", name="before <upgrade>", status="creating")
    wire.says("POST", "/snapshots", {"snapshot": made}, 202)


def fill(dialog: Answer, **more: str) -> dict[str, Any]:
    """Return what a browser would send from the opened dialog."""
    hidden = {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}
    return {**hidden, **TYPED, **more}


def send(person: Person, ticked: str = "") -> Answer:
    """Open the dialog, fill it in, and send it."""
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    return person.post(CREATE_SNAPSHOT, fill(dialog, acknowledged=ticked), dialog=True)


def asked(wire: Wire) -> list[dict[str, Any]]:
    """Return the bodies of the requests for a snapshot."""
    return [request.json()["snapshot"] for request in wire.sent("POST", "/snapshots")]


def assert_back_with_everything(answer: Answer) -> None:
    """Check that the dialog is there again with what was typed."""
    assert answer.status == 200
    assert "X-Horizon-Location" not in answer.headers
    assert answer.value("id_name") == TYPED["name"]
    assert answer.value("id_description") == TYPED["description"]


def test_a_detached_volume_is_snapshotted_unforced(wire: Wire, person: Person) -> None:
    wire.volume()
    accepting(wire)
    answer = send(person)
    assert answer.headers["X-Horizon-Location"] == VOLUMES
    (body,) = asked(wire)
    assert body["force"] is False
    assert (body["volume_id"], body["name"], body["description"]) == ("v1", *TYPED.values())


@pytest.mark.parametrize(
    ("status", "ticked"),
    [("ACTIVE", "corrupted"), ("SHUTOFF", "shut_off"), ("SHELVED", "shelved")],
)
def test_an_attached_volume_is_forced_after_its_own_sentence_is_ticked(
    wire: Wire, person: Person, status: str, ticked: str
) -> None:
    wire.attached(("i1", status))
    accepting(wire)
    assert send(person, ticked).headers["X-Horizon-Location"] == VOLUMES
    assert [body["force"] for body in asked(wire)] == [True]


@pytest.mark.parametrize(
    ("status", "ticked"),
    [
        ("ACTIVE", ""),
        ("ACTIVE", "shut_off"),
        ("ACTIVE", "shelved"),
        ("ACTIVE", "on"),
        ("SHUTOFF", "shelved"),
        ("SHELVED", "shut_off"),
    ],
)
def test_a_missing_or_milder_sentence_makes_nothing(
    wire: Wire, person: Person, status: str, ticked: str
) -> None:
    wire.attached(("i1", status))
    accepting(wire)
    answer = send(person, ticked)
    assert asked(wire) == []
    assert MISSING in answer.text
    assert_back_with_everything(answer)


def test_an_empty_name_becomes_the_dated_default(wire: Wire, person: Person) -> None:
    wire.volume(name="x" * 255)
    accepting(wire)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    person.post(CREATE_SNAPSHOT, {**fill(dialog), "name": ""}, dialog=True)
    (body,) = asked(wire)
    assert body["name"].startswith("x" * 230)
    assert len(body["name"]) == 255


def test_a_name_that_is_too_long_makes_nothing(wire: Wire, person: Person) -> None:
    wire.volume()
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    answer = person.post(CREATE_SNAPSHOT, {**fill(dialog), "name": "x" * 256}, dialog=True)
    assert asked(wire) == []
    assert answer.value("id_name") == "x" * 256


WORSE = [
    ((), (("i1", "ACTIVE"),), "Then: detached. Now: attached to an instance that is running."),
    (
        (("i1", "SHUTOFF"),),
        (("i1", "ACTIVE"),),
        "Then: attached to an instance that is shut off. "
        "Now: attached to an instance that is running.",
    ),
    (
        (("i1", "ACTIVE"),),
        (("i1", "ACTIVE"), ("i2", "ACTIVE")),
        "Then: attached to an instance that is running. Now: attached to several instances.",
    ),
]


@pytest.mark.parametrize(("before", "later", "told"), WORSE)
def test_a_worse_situation_brings_the_dialog_back_with_nothing_made(
    wire: Wire, person: Person, before: Any, later: Any, told: str
) -> None:
    wire.attached(*before, status="in-use" if before else "available")
    accepting(wire)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    wire.attached(*later)
    sent = fill(dialog, acknowledged="corrupted")
    answer = person.post(CREATE_SNAPSHOT, sent, dialog=True)
    assert asked(wire) == []
    assert answer.problem == CHANGED
    assert told in answer.problem_text
    assert answer.one("//*[@id='id_acknowledged']").get("checked") is None
    assert_back_with_everything(answer)


def test_what_came_back_can_be_confirmed(wire: Wire, person: Person) -> None:
    wire.volume()
    accepting(wire)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    wire.attached(("i1", "ACTIVE"))
    again = person.post(CREATE_SNAPSHOT, fill(dialog), dialog=True)
    person.post(CREATE_SNAPSHOT, fill(again, acknowledged="corrupted"), dialog=True)
    assert [body["force"] for body in asked(wire)] == [True]


def test_a_volume_that_became_blocked_makes_nothing(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    wire.volume(status="detaching")
    answer = person.post(CREATE_SNAPSHOT, fill(dialog, acknowledged="corrupted"), dialog=True)
    assert asked(wire) == []
    assert answer.problem == CHANGED
    assert answer.submits == [("btn btn-primary", "Try Again")]
    assert answer.value("id_name") == TYPED["name"]
    assert answer.value("id_description") == TYPED["description"]


def test_a_volume_that_was_detached_meanwhile_is_not_forced(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    accepting(wire)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    wire.volume()
    person.post(CREATE_SNAPSHOT, fill(dialog, acknowledged="corrupted"), dialog=True)
    assert [body["force"] for body in asked(wire)] == [False]


@pytest.mark.parametrize(
    ("seen", "title"),
    [
        ("", NOT_SEEN),
        ("damaged", OLD_FORM),
        ("0|running|i1=ACTIVE", OLD_FORM),
        ("1|detached|", CHANGED),
    ],
)
def test_a_form_that_has_not_warned_is_shown_the_warning_first(
    wire: Wire, person: Person, seen: str, title: str
) -> None:
    wire.attached(("i1", "ACTIVE"))
    accepting(wire)
    form = {**TYPED, "volume_id": "v1", "seen": seen, "acknowledged": "corrupted"}
    answer = person.post(CREATE_SNAPSHOT, form, dialog=True)
    assert asked(wire) == []
    assert answer.problem == title
    assert_back_with_everything(answer)


def test_a_form_of_stock_is_shown_the_warning_once(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    accepting(wire)
    answer = person.post(CREATE_SNAPSHOT, {**TYPED, "volume_id": "v1"}, dialog=True)
    assert (answer.problem, asked(wire)) == (NOT_SEEN, [])
    person.post(CREATE_SNAPSHOT, fill(answer, acknowledged="corrupted"), dialog=True)
    assert [body["force"] for body in asked(wire)] == [True]


def test_an_older_form_says_so_and_can_be_sent_after_a_look(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    accepting(wire)
    old = {**TYPED, "seen": "0|running|i1=ACTIVE", "acknowledged": "corrupted"}
    answer = person.post(CREATE_SNAPSHOT, old, dialog=True)
    assert "Nothing was created. The information below is up to date now." in answer.problem_text
    assert "Check it and press the button again." in answer.problem_text
    assert answer.one("//*[@id='id_acknowledged']").get("checked") is None
    person.post(CREATE_SNAPSHOT, fill(answer, acknowledged="corrupted"), dialog=True)
    assert [body["force"] for body in asked(wire)] == [True]


def test_a_form_of_stock_makes_a_snapshot_of_a_detached_volume(wire: Wire, person: Person) -> None:
    wire.volume()
    accepting(wire)
    person.post(CREATE_SNAPSHOT, {**TYPED, "volume_id": "v1"}, dialog=True)
    assert [body["force"] for body in asked(wire)] == [False]


def test_a_volume_of_another_project_makes_nothing_whatever_is_sent(
    wire: Wire, person: Person
) -> None:
    wire.volume(**{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})
    wire.records("v1", everywhere=True)
    form = {**TYPED, "seen": "1|running|i1=ACTIVE", "acknowledged": "corrupted"}
    answer = person.post(CREATE_SNAPSHOT, form, dialog=True)
    assert asked(wire) == []
    assert "This volume belongs to another project" in answer.explanation


FAILURES = [
    (400, "Not created: the storage service refused the request"),
    (403, "Your role does not allow this"),
    (409, "Not created: the storage service refused the request"),
    (413, "Not created: your project has reached a limit"),
    (500, "It is not known yet whether the snapshot was created"),
    (503, "It is not known yet whether the snapshot was created"),
]


@pytest.mark.parametrize(("status", "title"), FAILURES)
def test_a_refusal_keeps_everything_and_gives_reason_and_request_id(
    wire: Wire, person: Person, status: int, title: str
) -> None:
    wire.volume()
    wire.fails("POST", "/snapshots", status, "Because <b>of</b> it")
    answer = send(person)
    assert answer.problem == title
    assert "Reason given by the service: Because <b>of</b> it" in answer.problem_text
    assert REQUEST_ID in answer.problem_text
    assert_back_with_everything(answer)


def test_a_volume_that_is_gone_when_cinder_is_asked_says_so(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.fails("POST", "/snapshots", 404, "Volume v1 could not be found.")
    answer = send(person)
    assert answer.problem == "This volume no longer exists"
    assert answer.status == 200


def test_a_reached_limit_shows_the_way_to_the_oldest_snapshots(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.fails("POST", "/snapshots", 413)
    links = send(person).all("//*[contains(@class, 'sd-problem')]//a[contains(., 'oldest')]")
    assert links[0].get("href") == f"{SNAPSHOTS}?sort=created_at"


def test_after_a_refusal_the_limit_is_told_with_what_to_do(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.quota(snapshots=(10, 10))
    wire.fails("POST", "/snapshots", 413)
    told = send(person).problem_text
    assert (
        "The limit of 10 snapshots is reached. Delete a snapshot first, then press the button "
        "again." in told
    )
    assert "will be refused" not in told


def test_an_unreachable_service_has_certainly_made_nothing(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.breaks("POST", "/snapshots", REFUSED)
    answer = send(person)
    assert answer.problem == "Not created: the storage service cannot be reached"
    assert "Nothing was created." in answer.problem_text
    assert_back_with_everything(answer)


def test_a_lost_answer_is_not_claimed_to_be_a_failure_nor_sent_again(
    wire: Wire, person: Person
) -> None:
    wire.volume()
    wire.breaks("POST", "/snapshots", SILENT)
    answer = send(person)
    assert answer.problem == "It is not known yet whether the snapshot was created"
    assert "Nothing was created" not in answer.problem_text
    assert len(wire.sent("POST", "/snapshots")) == 1
    assert_back_with_everything(answer)


def test_a_refusal_because_the_volume_was_attached_brings_the_warning(
    wire: Wire, person: Person
) -> None:
    wire.volume()

    def attach(request: Any, context: Any) -> dict[str, Any]:
        wire.attached(("i1", "ACTIVE"))
        context.status_code = 400
        return {"badRequest": {"code": 400, "message": "Invalid volume"}}

    wire.mocker.register_uri("POST", f"{CINDER}/snapshots", json=attach)
    answer = send(person)
    assert answer.problem == CHANGED
    assert "name of i1 is running" in answer.explanation
    assert len(asked(wire)) == 1
    assert_back_with_everything(answer)


def test_an_expired_session_sends_a_script_to_the_login_page(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.fails("POST", "/snapshots", 401)
    assert send(person).status == 401


def test_a_plain_page_goes_to_the_login_page_when_the_session_expired(
    wire: Wire, person: Person
) -> None:
    wire.fails("GET", "/volumes/v1", 401)
    wire.records("v1")
    answer = person.get(CREATE_SNAPSHOT)
    assert answer.status == 302
    assert answer.headers["Location"].startswith("http://testserver/auth/login/?next=")


def test_the_situation_is_read_anew_for_every_request(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    accepting(wire)
    send(person, "corrupted")
    assert len(wire.sent("GET", "/attachments")) == 2
    assert len(wire.sent("GET", f"{NOVA}/servers/i1")) == 2


def test_what_cinder_does_not_take_in_a_description_is_told_at_the_field(
    wire: Wire, person: Person
) -> None:
    wire.volume()
    accepting(wire)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    sent = {**fill(dialog), "description": "an \U0001f600\tand\u200dmore"}
    answer = person.post(CREATE_SNAPSHOT, sent, dialog=True)
    assert asked(wire) == []
    said = answer.said("//*[@id='id_description_error']")
    assert "of a snapshot: \U0001f600 U+200D (ZERO WIDTH JOINER). Remove them" in said
    assert answer.value("id_description") == sent["description"]
