# SPDX-License-Identifier: Apache-2.0
"""What Create Backup shows and sends beside the verdict: fields, snapshots, errors, switches."""

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest

from snapshot_dashboard.cloud import idempotency
from tests.unit.cloud.wire import (
    CINDER,
    OTHER_PROJECT,
    PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Wire,
    backup_json,
    snapshot_json,
)
from tests.unit.panels.features.create_backup.backup_dialog import (
    MISSING,
    MORE,
    NOTE,
    OF_SNAPSHOT,
    TYPED,
    accepting,
    asked,
    fill,
    note,
    send,
)
from tests.unit.panels.person import BACKUPS, CREATE_BACKUP, VOLUMES, Answer, Person

FORCED = [("btn btn-warning", "Create Volume Backup (Force)")]
PLAIN = [("btn btn-primary", "Create Volume Backup")]
RUNNING = {f"{NOTE}taken_while": "running", f"{NOTE}acknowledged": "yes"}


def assert_back_with_everything(answer: Answer) -> None:
    """Check that the dialog is there again with what was typed."""
    assert answer.status == 200
    assert "X-Horizon-Location" not in answer.headers
    assert {each: answer.value(f"id_{each}") for each in TYPED | MORE} == TYPED | MORE


def test_the_fields_have_stocks_names_ids_and_labels(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.holds("backups", backup_json())
    dialog = person.get(CREATE_BACKUP, dialog=True)
    labels = {each.get("for"): each.text_content().strip() for each in dialog.all("//label")}
    assert labels == {
        "id_name": "Backup Name",
        "id_description": "Description",
        "id_container_name": "Container Name",
        "id_snapshot_id": "Backup Snapshot",
        "id_incremental": "Incremental",
    }
    assert dialog.one("//*[@id='id_volume_id']").value == "v1"
    assert dialog.submits == PLAIN


@pytest.mark.parametrize("found", [[], [backup_json(status="error")]])
def test_incremental_is_offered_only_after_a_backup(
    wire: Wire, person: Person, found: list[Any]
) -> None:
    wire.volume()
    wire.holds("backups", *found)
    assert person.get(CREATE_BACKUP, dialog=True).all("//*[@id='id_incremental']") == []


def test_unread_backups_say_why_incremental_is_missing(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.fails("GET", "/backups/detail", 500)
    text = person.get(CREATE_BACKUP, dialog=True).text
    assert "Unable to retrieve volume backup list" in text


def test_everything_that_was_filled_in_is_sent(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.holds("backups", backup_json())
    accepting(wire)
    answer = send(person, incremental="on")
    assert answer.headers["X-Horizon-Location"] == BACKUPS
    (body,) = asked(wire)
    assert note(body).pop("taken_while") == "detached"
    body.pop("metadata")
    assert body == {
        "volume_id": "v1",
        "name": TYPED["name"],
        "description": TYPED["description"],
        "container": "weekly",
        "snapshot_id": None,
        "incremental": True,
        "force": False,
    }


def test_the_request_id_of_the_form_is_kept(wire: Wire, person: Person) -> None:
    wire.volume()
    accepting(wire)
    dialog = person.get(CREATE_BACKUP, dialog=True)
    form = fill(dialog)
    person.post(CREATE_BACKUP, form, dialog=True)
    assert note(asked(wire)[0])["request"] == form["request"]


def test_an_old_cloud_is_sent_no_metadata(wire: Wire, person: Person) -> None:
    wire.versions("3.42")
    wire.volume()
    accepting(wire)
    send(person)
    assert "metadata" not in asked(wire)[0]


def test_a_missing_name_makes_nothing(wire: Wire, person: Person) -> None:
    wire.volume()
    answer = send(person, name="")
    assert asked(wire) == []
    assert "This field is required." in answer.said("//*[@id='id_name_error']")


def test_a_slash_in_the_container_makes_nothing(wire: Wire, person: Person) -> None:
    wire.volume()
    answer = send(person, container_name="a/b")
    assert asked(wire) == []
    assert "Slash is not an allowed" in answer.said("//*[@id='id_container_name_error']")


@pytest.mark.parametrize("status", ["ACTIVE", "SHUTOFF", "SHELVED", "PAUSED"])
def test_the_warning_speaks_of_a_backup(wire: Wire, person: Person, status: str) -> None:
    wire.attached(("i1", status))
    dialog = person.get(CREATE_BACKUP, dialog=True)
    assert dialog.submits == FORCED
    assert "backup" in dialog.tick
    assert "may be corrupted" in dialog.explanation
    assert "snapshot" not in dialog.explanation


def test_unread_attachments_are_warned_of(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.breaks("GET", "/attachments", SILENT)
    accepting(wire)
    answer = send(person)
    assert asked(wire) == []
    assert MISSING in answer.text
    assert "cannot be checked" in answer.explanation


def test_a_volume_of_another_project_is_never_backed_up(wire: Wire, person: Person) -> None:
    wire.volume(**{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})
    wire.records("v1", everywhere=True)
    wire.snapshot(**{"os-extended-snapshot-attributes:project_id": OTHER_PROJECT})
    wire.holds(
        "snapshots", snapshot_json(**{"os-extended-snapshot-attributes:project_id": OTHER_PROJECT})
    )
    form = {**TYPED, "seen": "1|running|i1=running", "acknowledged": "corrupted"}
    for address, more in (
        (CREATE_BACKUP, {}),
        (CREATE_BACKUP, {"snapshot_id": "s1"}),
        (OF_SNAPSHOT, {}),
    ):
        answer = person.post(address, form | more, dialog=True)
        assert answer.status == 200
        assert "belongs to another project" in answer.text
    assert asked(wire) == []


def test_the_snapshots_are_offered_first_where_the_volume_is_attached(
    wire: Wire, person: Person
) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.holds("snapshots", snapshot_json(metadata=RUNNING), snapshot_json("s2", status="error"))
    dialog = person.get(CREATE_BACKUP, dialog=True)
    fields = [each.get("id") for each in dialog.all("//select | //input[@type='text']")]
    assert fields[:2] == ["id_snapshot_id", "id_name"]
    choices = [each.text for each in dialog.all("//option")]
    assert choices[0] == "Select snapshot to backup (Optional)"
    assert len(choices) == 2
    assert choices[1].endswith("Taken while: Running")
    assert "needs no confirmation" in dialog.said("//*[@id='id_snapshot_id_help']")


def test_without_a_snapshot_the_dialog_says_so_and_leads_to_one(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(CREATE_BACKUP, dialog=True)
    assert "This volume has no Available snapshot that could be backed up instead." in dialog.text
    (link,) = dialog.all("//a[.='Create Snapshot']")
    assert link.get("href").startswith(f"{VOLUMES}v1/create_snapshot/?next=")


def test_a_chosen_snapshot_is_backed_up_with_its_own_note(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.holds("snapshots", snapshot_json(metadata=RUNNING))
    wire.snapshot(metadata=RUNNING)
    accepting(wire)
    assert "X-Horizon-Location" in send(person, snapshot_id="s1").headers
    (body,) = asked(wire)
    assert (body["force"], body["snapshot_id"]) == (False, "s1")
    assert note(body)["taken_while"] == "running"


def test_a_snapshot_that_says_nothing_leaves_no_note(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.snapshot()
    accepting(wire)
    send(person, address=OF_SNAPSHOT)
    assert list(note(asked(wire)[0])) == ["request"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "deleting"}, "cannot be backed up now: its status is Deleting"),
        ({"status": "error"}, "only an Available snapshot can be used"),
        ({"volume_id": "v2"}, "was taken of another volume"),
        (
            {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT},
            "belongs to another project",
        ),
    ],
)
@pytest.mark.parametrize("address", [CREATE_BACKUP, OF_SNAPSHOT])
def test_a_snapshot_that_cannot_be_used_makes_nothing(
    wire: Wire, person: Person, changes: dict[str, str], said: str, address: str
) -> None:
    wire.volume()
    wire.snapshot(**changes)
    accepting(wire)
    answer = person.post(address, {**TYPED, **MORE, "snapshot_id": "s1"}, dialog=True)
    assert asked(wire) == []
    assert said in answer.text
    assert_back_with_everything(answer)


def test_a_snapshot_that_is_gone_makes_nothing(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.fails("GET", "/snapshots/s1", 404)
    accepting(wire)
    answer = send(person, snapshot_id="s1")
    assert asked(wire) == []
    assert answer.said("//*[@id='id_snapshot_id_error']") == "This snapshot no longer exists"
    assert_back_with_everything(answer)
    assert person.get(OF_SNAPSHOT, dialog=True).problem == "This snapshot no longer exists"


def test_an_unread_snapshot_makes_nothing(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.breaks("GET", "/snapshots/s1", SILENT)
    accepting(wire)
    answer = send(person, snapshot_id="s1")
    assert asked(wire) == []
    assert answer.problem.startswith("Not created")
    assert answer.value("id_snapshot_id") == "s1"


def test_the_dialog_of_a_snapshot_says_what_it_was_taken_while(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.snapshot(metadata=RUNNING)
    dialog = person.get(OF_SNAPSHOT, dialog=True)
    assert dialog.all("//*[@id='sd-explanation']") == []
    assert (dialog.submits, dialog.tick) == (PLAIN, "")
    assert "was running: this snapshot may be corrupted." in dialog.text
    assert dialog.one("//form").get("action") == OF_SNAPSHOT
    assert [each.get("value") for each in dialog.all("//option")] == ["s1"]


def test_the_form_of_a_snapshot_is_never_about_the_volume(wire: Wire, person: Person) -> None:
    """A form of its address that names no snapshot, or another one, is about that one."""
    wire.attached(("i1", "ACTIVE"))
    wire.snapshot()
    accepting(wire)
    for chosen in ({}, {"snapshot_id": ""}):
        person.post(OF_SNAPSHOT, {**TYPED, **chosen, "acknowledged": "corrupted"}, dialog=True)
    assert [(each["snapshot_id"], each["force"]) for each in asked(wire)] == [("s1", False)] * 2


def test_a_form_of_stock_is_shown_the_warning_once(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    accepting(wire)
    answer = person.post(CREATE_BACKUP, {**TYPED, "volume_id": "v1"}, dialog=True)
    assert asked(wire) == []
    person.post(CREATE_BACKUP, fill(answer, acknowledged="corrupted"), dialog=True)
    assert [each["force"] for each in asked(wire)] == [True]


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (400, "Not created: the storage service refused the request"),
        (403, "Your role does not allow this"),
        (413, "Not created: your project has reached a limit"),
        (500, "It is not known yet whether the backup was created"),
    ],
)
def test_a_refusal_keeps_everything_and_gives_reason_and_request_id(
    wire: Wire, person: Person, status: int, title: str
) -> None:
    wire.volume()
    wire.fails("POST", "/backups", status, "Because <b>of</b> it")
    answer = send(person)
    assert answer.problem == title
    assert "Reason given by the service: Because <b>of</b> it" in answer.problem_text
    assert REQUEST_ID in answer.problem_text
    assert "oldest snapshots" not in answer.text
    assert_back_with_everything(answer)


def test_a_lost_answer_is_told_and_never_sent_again(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.breaks("POST", "/backups", SILENT)
    dialog = person.get(CREATE_BACKUP, dialog=True)
    answer = person.post(CREATE_BACKUP, fill(dialog), dialog=True)
    assert answer.problem == "It is not known yet whether the backup was created"
    assert "Nothing was created" not in answer.problem_text
    again = person.post(CREATE_BACKUP, fill(answer), dialog=True)
    assert again.problem == "It is not known yet whether the backup was created"
    assert len(wire.sent("POST", "/backups")) == 1
    assert_back_with_everything(again)


def test_without_a_request_id_a_lost_backup_is_never_made_again(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.versions("3.42")
    wire.volume()
    wire.breaks("POST", "/backups", SILENT)
    form = fill(person.get(CREATE_BACKUP, dialog=True))
    person.post(CREATE_BACKUP, form, dialog=True)
    accepting(wire)
    later = time.time() + idempotency.GIVEN_UP + 1
    monkeypatch.setattr(idempotency, "time", SimpleNamespace(time=lambda: later))
    again = person.post(CREATE_BACKUP, form, dialog=True)
    assert again.problem == "It is not known yet whether the backup was created"
    assert len(wire.sent("POST", "/backups")) == 1


def test_an_unreachable_service_has_made_nothing(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.breaks("POST", "/backups", REFUSED)
    assert send(person).problem == "Not created: the storage service cannot be reached"


def test_a_form_that_has_made_its_backup_makes_no_second_one(wire: Wire, person: Person) -> None:
    wire.volume()
    accepting(wire)
    form = fill(person.get(CREATE_BACKUP, dialog=True))
    person.post(CREATE_BACKUP, form, dialog=True)
    mark = {f"{NOTE}request": form["request"]}
    wire.holds("backups", backup_json("b9", metadata=mark))
    answer = person.post(CREATE_BACKUP, form, dialog=True)
    assert answer.problem == "This backup already exists"
    assert len(asked(wire)) == 1
    said = json.loads(
        person.client.get(f"{CREATE_BACKUP}outcome/", {"request": form["request"]}).content
    )
    assert said["state"] == "made"


def test_a_refusal_because_the_volume_was_attached_brings_the_warning(
    wire: Wire, person: Person
) -> None:
    wire.volume()

    def attach(request: Any, context: Any) -> dict[str, Any]:
        wire.attached(("i1", "ACTIVE"))
        context.status_code = 400
        return {"badRequest": {"code": 400, "message": "must use the force flag"}}

    wire.mocker.register_uri("POST", f"{CINDER}/backups", json=attach)
    answer = send(person)
    assert answer.problem == "Nothing was created: the situation changed while this form was open"
    assert "name of i1 is running" in answer.explanation
    assert len(asked(wire)) == 1


def test_an_open_dialog_is_told_of_a_change(wire: Wire, person: Person) -> None:
    wire.volume()
    seen = person.get(CREATE_BACKUP, dialog=True).value("id_seen")
    wire.attached(("i1", "ACTIVE"))
    query = {"seen": seen, "project": PROJECT}
    said = json.loads(person.client.get(f"{CREATE_BACKUP}live/", query).content)
    assert (said["worse"], said["needed"]) == (True, "corrupted")
    assert said["button"]["label"] == "Create Volume Backup (Force)"
    assert "backup may be corrupted" in said["acknowledge"]
    assert "snapshot" not in said["explanation"] + said["announce"]


def test_an_operator_can_have_stocks_form(wire: Wire, person: Person, settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"CREATE_BACKUP": "stock"}
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(CREATE_BACKUP, dialog=True)
    assert dialog.all("//*[@id='sd-explanation']") == []
    assert dialog.one("//*[@id='id_name']") is not None
    assert dialog.all("//*[@name='seen']") == []
