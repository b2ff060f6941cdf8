# SPDX-License-Identifier: Apache-2.0
"""One form creates one object and says which, in both dialogs."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.cloud.wire import OTHER_PROJECT, REFUSED, SILENT, Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.dialogs import (
    DIALOGS,
    REQUEST,
    Dialog,
    lost,
    refused,
    requests,
    too_long,
    unreadable,
)
from tests.unit.panels.features.create_snapshot.test_create_snapshot_sent import fill
from tests.unit.panels.person import Person, user

HOSTILE = "<script>alert('x')</script>\"'&"


def test_each_dialog_that_is_opened_has_an_id_of_its_own(dialog: Dialog, person: Person) -> None:
    ids = {requests(person.get(dialog.address, dialog=True)) for _ in range(3)}
    assert len(ids) == 3
    assert {str(uuid.UUID(each)) for each in ids} == ids


def test_the_id_is_kept_with_what_is_made(dialog: Dialog, wire: Wire, person: Person) -> None:
    form = dialog.open(person)
    assert "X-Horizon-Location" in dialog.send(person, form).headers
    (body,) = dialog.asked(wire)
    assert body["metadata"][REQUEST] == form["request"]


def test_a_volume_remembers_its_snapshot(wire: Wire, person: Person, dialog: Dialog) -> None:
    dialog.send(person, dialog.open(person))
    (body,) = dialog.asked(wire)
    known = body["metadata"].get("snapshot_dashboard:snapshot")
    assert known == ("s1" if dialog.makes == "volumes" else None)


@pytest.mark.parametrize("spoil", [too_long, refused, lost, unreadable])
def test_the_id_stays_while_the_dialog_comes_back(
    dialog: Dialog, wire: Wire, person: Person, spoil: Callable[[dict[str, Any], Wire], None]
) -> None:
    form = dialog.open(person)
    spoil(form, wire)
    answer = dialog.send(person, form)
    assert answer.status == 200
    assert requests(answer) == form["request"]


def test_the_id_stays_when_the_project_was_switched(
    dialog: Dialog, wire: Wire, person: Person, log_in: LogIn
) -> None:
    form = dialog.open(person)
    answer = dialog.send(log_in(user("member", "reader", project=OTHER_PROJECT)), form)
    assert answer.problem == 'You have switched to project "Web & Shop"'
    assert requests(answer) == form["request"]
    assert dialog.asked(wire) == []


def test_the_id_stays_while_the_warning_comes_back(wire: Wire, person: Person) -> None:
    wire.volume()
    form = DIALOGS[0].open(person)
    wire.attached(("i1", "ACTIVE"))
    warned = DIALOGS[0].send(person, form)
    unticked = DIALOGS[0].send(person, fill(warned))
    assert {requests(warned), requests(unticked)} == {form["request"]}


@pytest.mark.parametrize("sent", [None, "", "1", "<b>", "x" * 5000, "\x00"])
def test_a_form_without_an_id_works_and_gets_one(
    dialog: Dialog, wire: Wire, person: Person, sent: str | None
) -> None:
    form = dialog.open(person)
    form.pop("request")
    if sent is not None:
        form["request"] = sent
    assert "X-Horizon-Location" in dialog.send(person, form).headers
    (body,) = dialog.asked(wire)
    assert str(uuid.UUID(body["metadata"][REQUEST])) == body["metadata"][REQUEST]


def test_stocks_forms_sent_twice_are_two_forms(wire: Wire, dialog: Dialog, person: Person) -> None:
    form = dialog.open(person)
    form.pop("request")
    dialog.send(person, form)
    dialog.send(person, form)
    assert len({body["metadata"][REQUEST] for body in dialog.asked(wire)}) == 2


def test_a_form_that_is_sent_again_is_told_what_it_made(
    dialog: Dialog, wire: Wire, person: Person
) -> None:
    form = dialog.open(person)
    dialog.send(person, form)
    dialog.there_is(wire, form, HOSTILE)
    answer = dialog.send(person, form)
    assert answer.status == 200
    assert answer.problem == f"This {dialog.noun} already exists"
    said = f'This form has already created "{HOSTILE}". No second one was made.'
    assert said in answer.problem_text
    assert "<script>alert" not in answer.html
    assert answer.submits == []
    assert len(dialog.asked(wire)) == 1
    assert answer.all("//*[contains(@class, 'alert-info') and contains(@class, 'sd-problem')]")


def test_it_is_linked_and_another_can_be_made(dialog: Dialog, wire: Wire, person: Person) -> None:
    form = dialog.open(person)
    dialog.there_is(wire, form, "made before")
    answer = dialog.send(person, form)
    show = answer.one(f"//a[.='{dialog.show}']").get("href")
    assert show.startswith(dialog.page)
    assert ("v1" if dialog.makes == "snapshots" else "x1") in show
    another = answer.one("//a[.='Create Another']").get("href")
    assert another == dialog.address
    assert requests(person.get(another, dialog=True)) != form["request"]
    assert dialog.asked(wire) == []


def test_two_that_were_made_by_mischance_are_both_named(
    dialog: Dialog, wire: Wire, person: Person
) -> None:
    form = dialog.open(person)
    dialog.there_is(wire, form, "the first", HOSTILE)
    answer = dialog.send(person, form)
    assert answer.problem == f"Two {dialog.makes} were created"
    said = f'"the first" and "{HOSTILE}" were requested by the same form. You can delete one'
    assert said in answer.problem_text
    assert "<script>alert" not in answer.html
    assert len(answer.all(f"//a[.='{dialog.show}']")) == 2
    assert (answer.submits, dialog.asked(wire)) == ([], [])


def test_what_others_made_is_not_taken_for_ours(dialog: Dialog, wire: Wire, person: Person) -> None:
    form = dialog.open(person)
    dialog.there_is(wire, {**form, "request": str(uuid.uuid4())}, "of another form")
    assert "X-Horizon-Location" in dialog.send(person, form).headers
    assert len(dialog.asked(wire)) == 1


def test_the_look_is_bounded_and_goes_to_the_newest(
    dialog: Dialog, wire: Wire, person: Person
) -> None:
    dialog.send(person, dialog.open(person))
    query = dict(wire.query(f"/{dialog.makes}/detail"))
    assert query.pop("volume_id", "") == ("" if dialog.makes == "volumes" else "v1")
    assert query.pop("limit") in ("50", "51")
    assert query == {"sort": "created_at:desc"}


@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_nothing_is_sent_when_it_cannot_be_looked_for_first(
    dialog: Dialog, wire: Wire, person: Person, how: type[Exception]
) -> None:
    form = dialog.open(person)
    wire.breaks("GET", f"/{dialog.makes}/detail", how)
    answer = dialog.send(person, form)
    silent = how is SILENT
    assert answer.problem == (
        "Not created" if silent else "Not created: the storage service cannot be reached"
    )
    assert ("The storage service did not answer." in answer.problem_text) is silent
    assert "Nothing was created. What you typed is still here." in answer.problem_text
    assert answer.value("id_name") == form["name"]
    assert dialog.asked(wire) == []
    wire.holds(dialog.makes)
    assert "X-Horizon-Location" in dialog.send(person, form).headers


def test_a_session_that_ended_at_the_look_leads_to_the_login_page(
    dialog: Dialog, wire: Wire, person: Person
) -> None:
    form = dialog.open(person)
    wire.fails("GET", f"/{dialog.makes}/detail", 401)
    assert dialog.send(person, form).status == 401
    assert dialog.asked(wire) == []


def test_what_was_not_made_again_is_not_in_the_audit_log(
    dialog: Dialog, wire: Wire, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    form = dialog.open(person)
    dialog.there_is(wire, form, "made before")
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    dialog.send(person, form)
    assert [each for each in caplog.records if each.name == "snapshot_dashboard.audit"] == []


def test_a_reached_limit_can_be_tried_again_at_once(
    dialog: Dialog, wire: Wire, person: Person
) -> None:
    form = dialog.open(person)
    refused(form, wire)
    dialog.send(person, form)
    dialog.accepts(wire)
    assert "X-Horizon-Location" in dialog.send(person, form).headers


def test_the_claim_is_of_one_project(wire: Wire, person: Person, log_in: LogIn) -> None:
    """The same id in another project is another form: nobody can hold up somebody else's."""
    dialog = DIALOGS[0]
    wire.volume()
    form = dialog.open(person)
    lost(form, wire)
    dialog.send(person, form)
    wire.volume(**{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})
    wire.says("GET", f"/os-quota-sets/{OTHER_PROJECT}?usage=True", {"quota_set": {}})
    dialog.accepts(wire)
    stranger = log_in(user("member", "reader", project=OTHER_PROJECT))
    theirs = {**dialog.open(stranger), "request": form["request"]}
    assert "X-Horizon-Location" in dialog.send(stranger, theirs).headers
