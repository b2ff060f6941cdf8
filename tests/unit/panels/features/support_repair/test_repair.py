# SPDX-License-Identifier: Apache-2.0
"""Update Status of one snapshot, and what it shares with Force Delete."""

from typing import Any

import pytest

from tests.unit.cloud.wire import KEYSTONE, OTHER_PROJECT, REFUSED, REQUEST_ID, SILENT, Wire
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Answer, Person, user
from tests.unit.panels.support_dialogs import (
    ACTION,
    DELETE,
    LIST,
    NOTE,
    UPDATE,
    buttons,
    fill,
    hear,
    listen,
    noted,
    there_is,
    writes,
)

SETTABLE = [
    "available",
    "creating",
    "deleting",
    "error",
    "error_deleting",
    "updating",
    "backing-up",
    "restoring",
    "unmanaging",
]
BETTER = ["detached", "shut_off", "shelved"]
AS_BAD = ["running", "paused", "suspended", "several", "unknown"]


@pytest.fixture
def admin(log_in: LogIn) -> Person:
    """Somebody of the support staff, in a project of his own."""
    return log_in(user("admin"))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The messages for the page that follows."""
    return hear(monkeypatch)


@pytest.fixture
def audit(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The audit log."""
    return listen(caplog)


def options(dialog: Answer) -> dict[str, str]:
    """Return the choices, each a value and its words, without those that cannot be chosen."""
    found = dialog.all("//select[@id='id_status']/option[@value!=''][not(@disabled)]")
    return {each.get("value"): each.text_content().strip() for each in found}


def update(admin: Person, status: str, **more: str) -> Answer:
    """Open the dialog of the one snapshot, choose a status, and send it."""
    form = fill(admin.get(UPDATE, dialog=True))
    return admin.post(UPDATE, {**form, "status": status, **more}, dialog=True)


def resets(wire: Wire) -> list[Any]:
    """Return the statuses that were asked for."""
    return [each.json()["os-reset_status"]["status"] for each in wire.sent("POST", ACTION)]


def test_the_dialog_says_what_a_reset_does_and_does_not(wire: Wire, admin: Person) -> None:
    there_is(wire, "creating")
    for dialog in (admin.get(UPDATE, dialog=True), admin.get(UPDATE)):
        assert dialog.explanation == (
            "A reset changes only what the database says It does not stop work on the storage, "
            "does not remove data there, does not free quota, and does not repair anything."
        )
        warned = dialog.said("//*[@id='id_status_help']")
        assert warned.endswith("only if you have checked that the snapshot is complete.")
        assert dialog.said("//h3[@class='modal-title']") == "Update Volume Snapshot Status"
        assert buttons(dialog) == [("btn btn-primary", "Update Status")]
        assert "project research" in dialog.text


def test_every_status_that_cinder_takes_is_offered(wire: Wire, admin: Person) -> None:
    there_is(wire, "creating")
    offered = options(admin.get(UPDATE, dialog=True))
    assert list(offered) == SETTABLE
    assert offered["creating"] == "Creating (current)"
    assert (offered["error_deleting"], offered["backing-up"]) == ("Error deleting", "Backing Up")
    assert sum(word.endswith("(current)") for word in offered.values()) == 1


def test_a_current_status_that_cannot_be_set_is_shown_and_not_a_choice(
    wire: Wire, admin: Person
) -> None:
    there_is(wire, "deleted")
    dialog = admin.get(UPDATE, dialog=True)
    assert dialog.said("//option[@disabled]").lower() == "deleted (current)"
    assert list(options(dialog)) == SETTABLE
    answer = admin.post(UPDATE, {**fill(dialog), "status": "deleted"}, dialog=True)
    assert answer.all("//*[@id='id_status_error']")
    assert writes(wire) == []


@pytest.mark.parametrize(
    ("status", "chosen"),
    [
        ("creating", "error"),
        ("deleting", "error"),
        ("unmanaging", "error"),
        ("available", ""),
        ("error", ""),
        ("error_deleting", ""),
    ],
)
def test_available_is_never_what_it_begins_with(
    wire: Wire, admin: Person, status: str, chosen: str
) -> None:
    there_is(wire, status)
    dialog = admin.get(UPDATE, dialog=True)
    assert dialog.value("id_status") == chosen
    assert dialog.all("//input[@id='id_complete'][@checked]") == []


@pytest.mark.parametrize("status", [each for each in SETTABLE if each != "available"])
def test_other_statuses_need_no_tick(
    wire: Wire, admin: Person, told: list[str], status: str
) -> None:
    there_is(wire, "error_deleting", noted("detached"))
    answer = update(admin, status)
    assert answer.headers["X-Horizon-Location"] == LIST
    assert resets(wire) == [status]
    assert wire.sent("POST", NOTE) == []
    (said,) = told
    assert said.startswith('Successfully updated volume snapshot status: "')


def test_available_needs_the_tick(wire: Wire, admin: Person) -> None:
    there_is(wire, "creating", noted("detached"))
    answer = update(admin, "available")
    assert answer.status == 200
    assert "Tick the box above" in answer.said("//*[@id='id_complete_error']")
    assert answer.one("//input[@id='id_complete']").get("aria-invalid") == "true"
    assert answer.value("id_status") == "available"
    assert writes(wire) == []


@pytest.mark.parametrize("taken", BETTER)
def test_a_good_note_is_lowered_before_available_is_shown(
    wire: Wire, admin: Person, told: list[str], audit: Any, taken: str
) -> None:
    there_is(wire, "creating", noted(taken))
    assert "State unknown" in admin.get(UPDATE, dialog=True).said("//*[@id='id_complete_help']")
    update(admin, "available", complete="on")
    assert writes(wire) == [NOTE, ACTION]
    (sent,) = wire.sent("POST", NOTE)
    note = sent.json()["metadata"]
    assert note["snapshot_dashboard:taken_while"] == "unknown"
    assert note["snapshot_dashboard:lowered"] == taken
    assert told == ['Successfully updated volume snapshot status: "Available".']
    lowered, reset = outcomes(audit)
    assert (lowered["action"], lowered["taken_while"]) == ("snapshot.lower_note", "unknown")
    assert (reset["action"], reset["result"]) == ("snapshot.reset_status", "accepted")
    assert (reset["id"], reset["old_status"], reset["new_status"]) == (
        "s1",
        "creating",
        "available",
    )


@pytest.mark.parametrize("metadata", [{}, {"mine": "x"}, *map(noted, AS_BAD), noted("?")])
def test_a_note_that_is_bad_or_missing_stays(
    wire: Wire, admin: Person, metadata: dict[str, str]
) -> None:
    there_is(wire, "creating", metadata)
    assert "State unknown" not in admin.get(UPDATE, dialog=True).text
    update(admin, "available", complete="on")
    assert writes(wire) == [ACTION]


def test_what_is_available_already_keeps_its_note(wire: Wire, admin: Person) -> None:
    there_is(wire, "available", noted("detached"))
    update(admin, "available", complete="on")
    assert writes(wire) == [ACTION]


@pytest.mark.parametrize("failing", [REFUSED, SILENT, 404, 500])
def test_without_the_lower_note_nothing_is_reset(
    wire: Wire, admin: Person, failing: Any, told: list[str]
) -> None:
    there_is(wire, "creating", noted("shut_off"))
    if isinstance(failing, int):
        wire.fails("POST", NOTE, failing)
    else:
        wire.breaks("POST", NOTE, failing)
    answer = update(admin, "available", complete="on")
    assert answer.status == 200
    if failing != 404:
        assert answer.problem == ("Not changed: the note about the snapshot could not be lowered")
        assert answer.value("id_status") == "available"
    assert (writes(wire), told) == ([NOTE], [])


@pytest.mark.parametrize("address", [UPDATE, DELETE])
def test_one_snapshot_is_told_with_names_that_people_know(
    wire: Wire, admin: Person, address: str
) -> None:
    there_is(wire, "error")
    for dialog in (admin.get(address, dialog=True), admin.get(address)):
        assert dialog.said("//ul[contains(@class, 'sd-fixing')]/li") == (
            "name of s1 - s1 - volume name of v1 - 20GiB - Nov. 22, 2026, 6:10 a.m. "
            "- project research - Error"
        )


@pytest.mark.parametrize("address", [UPDATE, DELETE])
def test_names_that_cannot_be_read_are_ids(wire: Wire, admin: Person, address: str) -> None:
    there_is(wire, "error")
    wire.fails("GET", f"{KEYSTONE}/projects/{OTHER_PROJECT}", 403)
    wire.fails("GET", "/volumes/detail", 500)
    said = admin.get(address).said("//ul[contains(@class, 'sd-fixing')]/li")
    assert f"volume v1 - 20GiB - Nov. 22, 2026, 6:10 a.m. - project {OTHER_PROJECT} -" in said


@pytest.mark.parametrize("dialog", [UPDATE, DELETE])
@pytest.mark.parametrize(
    ("status", "title", "button"),
    [
        (400, "Not {}: the storage service refused the request", True),
        (403, "Your role does not allow this", True),
        (404, "This snapshot no longer exists", False),
        (500, "It is not known whether the {}", True),
        (503, "It is not known whether the {}", True),
    ],
)
def test_an_error_keeps_the_dialog_open_with_reason_and_request_id(
    wire: Wire,
    admin: Person,
    told: list[str],
    dialog: str,
    status: int,
    title: str,
    button: bool,
) -> None:
    there_is(wire, "creating")
    wire.fails("POST", ACTION, status, "because <of> this")
    form = {**fill(admin.get(dialog, dialog=True)), "status": "error", "confirm": "S1"}
    answer = admin.post(dialog, form, dialog=True)
    assert answer.status == 200
    assert "X-Horizon-Location" not in answer.headers
    ours = "changed" if dialog == UPDATE else "deleted"
    unsure = "status was changed" if dialog == UPDATE else "deletion was accepted"
    assert answer.problem == title.format(unsure if status >= 500 else ours)
    assert bool(buttons(answer)) is button
    if button:
        assert "because <of> this" in answer.problem_text
        assert REQUEST_ID in answer.problem_text
        typed = "error" if dialog == UPDATE else "S1"
        assert answer.value("id_status" if dialog == UPDATE else "id_confirm") == typed
    assert ("look at the status again" in answer.problem_text.lower()) is (status >= 500)
    assert told == []


@pytest.mark.parametrize(
    ("how", "title"),
    [
        (REFUSED, "Not changed: the storage service cannot be reached"),
        (SILENT, "It is not known whether the status was changed"),
    ],
)
def test_a_lost_answer_is_not_taken_for_a_refusal(
    wire: Wire, admin: Person, how: type[Exception], title: str
) -> None:
    there_is(wire, "creating")
    wire.breaks("POST", ACTION, how)
    answer = update(admin, "error")
    assert answer.problem == title
    assert ("Nothing was changed" in answer.problem_text) is (how is REFUSED)
    assert bool(answer.all("//a[.='Show snapshot']")) is (how is SILENT)


def test_an_ended_session_leads_to_the_login_page(wire: Wire, admin: Person) -> None:
    there_is(wire, "creating")
    wire.fails("POST", ACTION, 401)
    assert update(admin, "error").status == 401


@pytest.mark.parametrize("dialog", [UPDATE, DELETE])
def test_a_status_that_changed_meanwhile_is_told_and_nothing_done(
    wire: Wire, admin: Person, dialog: str
) -> None:
    there_is(wire, "creating")
    form = {**fill(admin.get(dialog, dialog=True)), "status": "error", "confirm": "s1"}
    there_is(wire, "available")
    answer = admin.post(dialog, form, dialog=True)
    assert answer.problem == "Nothing was done: the status changed while this form was open"
    said = 'The status of "name of s1" was Creating, and is Available now.'
    assert said in answer.problem_text
    assert writes(wire) == []
    again = fill(answer)
    if dialog == UPDATE:
        assert again["seen"] == "s1=available"
        assert answer.value("id_status") == "error"
    else:
        # What was typed was meant for the snapshot that was being made.
        assert answer.value("id_confirm") == ""
    confirmed = {**again, "status": "error", "confirm": "s1"}
    assert admin.post(dialog, confirmed, dialog=True).headers["X-Horizon-Location"] == LIST
    assert writes(wire) == [ACTION]


def test_a_change_is_told_even_when_the_form_had_a_fault_first(wire: Wire, admin: Person) -> None:
    there_is(wire, "creating")
    form = fill(admin.get(UPDATE, dialog=True))
    there_is(wire, "error")
    faulty = admin.post(UPDATE, {**form, "status": "available"}, dialog=True)
    assert faulty.all("//*[@id='id_complete_error']")
    mended = {**fill(faulty), "status": "available", "complete": "on"}
    answer = admin.post(UPDATE, mended, dialog=True)
    assert answer.problem.startswith("Nothing was done: the status changed")
    assert writes(wire) == []


def test_a_form_of_stock_is_shown_the_status_before_anything_is_done(
    wire: Wire, admin: Person
) -> None:
    there_is(wire, "creating")
    answer = admin.post(UPDATE, {"status": "error"}, dialog=True)
    assert answer.problem == ("Nothing was done yet: this form has not shown the status before")
    assert answer.value("id_status") == "error"
    sent = admin.post(UPDATE, {**fill(answer), "status": "error"}, dialog=True)
    assert sent.headers["X-Horizon-Location"] == LIST


@pytest.mark.parametrize("dialog", [UPDATE, DELETE])
def test_what_was_typed_survives_when_the_snapshot_cannot_be_read(
    wire: Wire, admin: Person, dialog: str
) -> None:
    there_is(wire, "creating")
    form = {**fill(admin.get(dialog, dialog=True)), "status": "error", "confirm": "typed"}
    wire.breaks("GET", "/snapshots/s1", SILENT)
    answer = admin.post(dialog, form, dialog=True)
    assert answer.problem == ("Not changed" if dialog == UPDATE else "Not deleted")
    assert "The storage service did not answer. Nothing was changed." in answer.problem_text
    assert fill(answer)["seen"] == "s1=creating"
    field = "id_status" if dialog == UPDATE else "id_confirm"
    assert answer.value(field) == ("error" if dialog == UPDATE else "typed")
    assert len(buttons(answer)) == 1
    assert writes(wire) == []


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (404, "This snapshot no longer exists"),
        (403, "Your role does not allow this"),
        (500, "This cannot be shown right now"),
    ],
)
@pytest.mark.parametrize("dialog", [UPDATE, DELETE])
def test_a_snapshot_that_cannot_be_read_is_said_to_be_so(
    wire: Wire, admin: Person, dialog: str, status: int, title: str
) -> None:
    wire.fails("GET", "/snapshots/s1", status)
    answer = admin.get(dialog, dialog=True)
    assert (answer.status, answer.problem, buttons(answer)) == (200, title, [])


@pytest.mark.parametrize("dialog", [UPDATE, DELETE])
def test_nothing_is_done_from_another_project(
    wire: Wire, admin: Person, log_in: LogIn, dialog: str
) -> None:
    there_is(wire, "creating")
    form = {**fill(admin.get(dialog, dialog=True)), "status": "error", "confirm": "s1"}
    elsewhere = log_in(user("admin", project="p-other"))
    answer = elsewhere.post(dialog, form, dialog=True)
    assert answer.problem == 'You have switched to project "Web & Shop"'
    assert "Nothing was changed." in answer.problem_text
    assert "created" not in answer.problem_text
    assert writes(wire) == []


def test_names_are_escaped(wire: Wire, admin: Person) -> None:
    hostile = "<script>alert(1)</script>"
    there_is(wire, "creating", name=hostile)
    dialog = admin.get(UPDATE, dialog=True)
    assert "<script>alert" not in dialog.html
    there_is(wire, "error", name=hostile)
    answer = admin.post(UPDATE, {**fill(dialog), "status": "error"}, dialog=True)
    assert hostile in answer.problem_text
    assert "<script>alert" not in answer.html
