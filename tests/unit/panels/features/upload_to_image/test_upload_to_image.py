# SPDX-License-Identifier: Apache-2.0
"""What Upload to Image shows and sends beside the verdict: fields, note, errors, switches."""

import datetime
import json
import logging
import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from openstack_dashboard import api as stock_api

from snapshot_dashboard.cloud import block_storage, idempotency, uploads
from snapshot_dashboard.cloud.answers import moment
from tests.unit.cloud.wire import OTHER_PROJECT, PROJECT, REFUSED, SILENT, Json, Wire, volume_json
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.common.refresh.lists import LISTS, parsed, told
from tests.unit.panels.common.refresh.lists import refresh as rows_again
from tests.unit.panels.features.upload_to_image.upload_dialog import (
    ERASING,
    GLANCE,
    MISSING,
    NOTE,
    TYPED,
    UPLOAD,
    UPLOADING,
    WRITING,
    accepting,
    acts,
    answering,
    asked,
    fill,
    images,
    note,
    refusing,
    send,
)
from tests.unit.panels.person import VOLUMES, Answer, Person

FORCED = [("btn btn-warning", "Upload (Force)")]
PLAIN = [("btn btn-primary", "Upload")]
ERASE = f"{UPLOAD}erase_note/"
LOST = "It is not known yet whether the image was created"


def assert_back_with_everything(answer: Answer) -> None:
    """Check that the dialog is there again with what was typed."""
    assert answer.status == 200
    assert "X-Horizon-Location" not in answer.headers
    assert {each: answer.value(f"id_{each}") for each in TYPED} == TYPED


def refresh(person: Person, status: str, wire: Wire) -> None:
    """Let the list of volumes read the volume again, and the script do what the row says."""
    wire.volume(status=status)
    rows, _gone = told(rows_again(person, LISTS["volumes"], "v1"))
    obey(person, parsed(rows["v1"]).xpath("//*[@data-sd-erase-note]"))


def obey(person: Person, places: list[Any]) -> None:
    """Ask as the script does where it is told to."""
    for place in places:
        address = f"{place.get('data-sd-erase-note')}?{place.get('data-sd-scope')}"
        assert place.get("data-sd-token")
        headers = {"X-CSRFToken": place.get("data-sd-token")}
        assert person.client.post(address, headers=headers).status_code == 204


def test_the_fields_have_stocks_names_ids_and_labels(wire: Wire, anna: Person) -> None:
    wire.volume()
    dialog = anna.get(UPLOAD, dialog=True)
    labels = {each.get("for"): each.text_content().strip() for each in dialog.all("//label")}
    assert labels == {"id_image_name": "Image Name", "id_disk_format": "Disk Format"}
    assert dialog.value("id_name") == "name of v1"
    assert dialog.value("id_disk_format") == "raw"
    assert dialog.submits == PLAIN


def test_the_formats_are_those_that_cinder_makes_and_glance_takes(wire: Wire, anna: Person) -> None:
    wire.volume()
    dialog = anna.get(UPLOAD, dialog=True)
    assert {each.get("value") for each in dialog.all("//option")} == {"raw", "qcow2"}
    wire.fails("GET", f"{GLANCE}/schemas/image", 503)
    dialog = anna.get(UPLOAD, dialog=True)
    assert {"raw", "vmdk"} < {each.get("value") for each in dialog.all("//option")}


def test_everything_that_was_filled_in_is_sent(wire: Wire, anna: Person) -> None:
    wire.volume()
    form = fill(anna.get(UPLOAD, dialog=True))
    before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    answer = anna.post(UPLOAD, form, dialog=True)
    assert answer.headers["X-Horizon-Location"] == VOLUMES
    (body,) = asked(wire)
    said = note(body)
    requested_at = moment(said.pop("requested_at"))
    assert requested_at is not None and requested_at >= before
    assert said == {
        "taken_while": "detached",
        "acknowledged": "no",
        "request": form["request"],
        "instances": "",
    }
    del body["metadata"]
    assert body == {
        "image_name": TYPED["image_name"],
        "disk_format": TYPED["disk_format"],
        "container_format": "bare",
        "force": False,
        "visibility": "shared",
    }


def test_the_note_names_the_instances(wire: Wire, anna: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    send(anna, acknowledged="corrupted")
    said = note(asked(wire)[0])
    assert (said["taken_while"], said["instances"]) == ("running", "i1=ACTIVE")
    assert said["acknowledged"] == "yes"


def test_without_a_format_it_is_raw(wire: Wire, anna: Person) -> None:
    wire.volume()
    send(anna, disk_format="")
    assert asked(wire)[0]["disk_format"] == "raw"


def test_a_missing_name_makes_nothing(wire: Wire, anna: Person) -> None:
    wire.volume()
    answer = send(anna, image_name="")
    assert acts(wire) == []
    assert "This field is required." in answer.said("//*[@id='id_image_name_error']")


@pytest.mark.parametrize("status", ["ACTIVE", "SHUTOFF", "SHELVED", "PAUSED"])
def test_the_warning_speaks_of_an_image(wire: Wire, anna: Person, status: str) -> None:
    wire.attached(("i1", status))
    dialog = anna.get(UPLOAD, dialog=True)
    assert dialog.submits == FORCED
    assert "image" in dialog.tick
    assert "may be corrupted" in dialog.explanation
    assert "snapshot" not in dialog.explanation


def test_an_attached_volume_is_offered_a_snapshot_as_the_way(wire: Wire, anna: Person) -> None:
    wire.volume()
    assert anna.get(UPLOAD, dialog=True).all("//a[.='Create Snapshot']") == []
    wire.attached(("i1", "ACTIVE"))
    (link,) = anna.get(UPLOAD, dialog=True).all("//a[.='Create Snapshot']")
    assert link.get("href").startswith(f"{VOLUMES}v1/create_snapshot/?next=")


def test_unread_attachments_are_warned_of(wire: Wire, anna: Person) -> None:
    wire.volume()
    wire.breaks("GET", "/attachments", SILENT)
    answer = send(anna)
    assert acts(wire) == []
    assert MISSING in answer.text
    assert "cannot be checked" in answer.explanation


def test_a_volume_of_another_project_is_never_uploaded(wire: Wire, anna: Person) -> None:
    wire.volume(**{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})
    wire.records("v1", everywhere=True)
    form = {**TYPED, "seen": "1|running|i1=running", "acknowledged": "corrupted"}
    answer = anna.post(UPLOAD, form, dialog=True)
    assert "belongs to another project" in answer.text
    assert acts(wire) == []


def test_a_form_of_stock_is_shown_the_warning_once(wire: Wire, anna: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    stock = {**TYPED, "name": "name of v1", "force": "on"}
    answer = anna.post(UPLOAD, stock, dialog=True)
    assert acts(wire) == []
    anna.post(UPLOAD, fill(answer, acknowledged="corrupted"), dialog=True)
    assert [each["force"] for each in asked(wire)] == [True]


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (400, "Not created: the storage service refused the request"),
        (403, "Your role does not allow this"),
        (500, LOST),
    ],
)
def test_a_refusal_keeps_everything_and_gives_reason_and_request_id(
    wire: Wire, anna: Person, status: int, title: str
) -> None:
    wire.volume()
    refusing(wire, UPLOADING, status, "Because <b>of</b> it")
    answer = send(anna)
    assert answer.problem == title
    assert "Reason given by the service: Because <b>of</b> it" in answer.problem_text
    assert "req-of-it" in answer.problem_text
    assert "oldest snapshots" not in answer.text
    assert "may refuse to upload a volume" not in answer.problem_text
    assert_back_with_everything(answer)


def test_after_a_refusal_the_note_is_taken_from_the_volume(wire: Wire, anna: Person) -> None:
    wire.volume()
    refusing(wire, UPLOADING, 400)
    send(anna)
    written = [key for action, said in acts(wire) if action == WRITING for key in said["metadata"]]
    erased = [said["key"] for action, said in acts(wire) if action == ERASING]
    assert sorted(erased) == sorted(written) != []


def test_a_refusal_of_a_forced_upload_says_what_may_be_behind_it(wire: Wire, anna: Person) -> None:
    """Where enable_force_upload is off, Cinder gives the reason of an unforced one."""
    wire.attached(("i1", "ACTIVE"))
    refusing(wire, UPLOADING, 400)
    answer = send(anna, acknowledged="corrupted")
    assert answer.problem == "Not created: the storage service refused the request"
    assert "This cloud may refuse to upload a volume that is attached." in answer.problem_text
    assert "status must be available" in answer.problem_text
    assert_back_with_everything(answer)


@pytest.mark.parametrize("status", [403, 409, 500])
def test_without_its_note_no_image_is_made(wire: Wire, anna: Person, status: int) -> None:
    wire.volume()
    refusing(wire, WRITING, status)
    answer = send(anna)
    assert asked(wire) == []
    assert answer.problem != LOST
    assert "Nothing was created" in answer.problem_text or status == 409
    assert_back_with_everything(answer)
    accepting(wire)
    assert "X-Horizon-Location" in anna.post(UPLOAD, fill(answer), dialog=True).headers


def test_a_lost_answer_is_told_and_never_sent_again(wire: Wire, anna: Person) -> None:
    wire.volume()
    answering(wire, UPLOADING, SILENT)
    answer = send(anna)
    assert answer.problem == LOST
    assert "Nothing was created" not in answer.problem_text
    again = anna.post(UPLOAD, fill(answer), dialog=True)
    assert again.problem == LOST
    assert len(asked(wire)) == 1
    # It may come to be later, and is found by its note only.
    assert ERASING not in dict(acts(wire))
    assert_back_with_everything(again)


def test_a_lost_answer_whose_image_is_found_is_a_success(
    wire: Wire, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    wire.volume()
    form = fill(anna.get(UPLOAD, dialog=True))

    def made_but_lost(_request: Any, context: Any) -> Json:
        images(wire, {"id": "g9", "name": "made", f"{NOTE}request": form["request"]})
        context.status_code = 504
        return {}

    answering(wire, UPLOADING, made_but_lost)
    assert "X-Horizon-Location" in anna.post(UPLOAD, form, dialog=True).headers
    lines = [(each["action"], each["result"], each["id"]) for each in outcomes(caplog)]
    assert lines == [("image.upload", "unknown", None), ("image.upload", "accepted", "g9")]


def test_an_unreachable_service_has_made_nothing(wire: Wire, anna: Person) -> None:
    wire.volume()
    answering(wire, UPLOADING, REFUSED)
    assert send(anna).problem == "Not created: the storage service cannot be reached"


def test_a_form_that_has_made_its_image_makes_no_second_one(wire: Wire, anna: Person) -> None:
    wire.volume()
    form = fill(anna.get(UPLOAD, dialog=True))
    anna.post(UPLOAD, form, dialog=True)
    mine = {"id": "g9", "name": "made", f"{NOTE}request": form["request"]}
    images(wire, {"id": "g1", "name": "another"}, mine)
    answer = anna.post(UPLOAD, form, dialog=True)
    assert answer.problem == "This image already exists"
    assert "/g9" in answer.one("//a[.='Show image']").get("href")
    assert len(asked(wire)) == 1
    query = {"request": form["request"]}
    said = json.loads(anna.client.get(f"{UPLOAD}outcome/", query).content)
    assert said["state"] == "made"


def test_images_that_cannot_be_looked_for_keep_it_from_being_sent(wire: Wire, anna: Person) -> None:
    wire.volume()
    form = fill(anna.get(UPLOAD, dialog=True))
    wire.fails("GET", f"{GLANCE}/images", 503)
    answer = anna.post(UPLOAD, form, dialog=True)
    assert acts(wire) == []
    assert answer.problem == "Not created"
    assert_back_with_everything(answer)


def test_a_refusal_because_the_volume_was_attached_brings_the_warning(
    wire: Wire, anna: Person
) -> None:
    wire.volume()

    def attach(_request: Any, context: Any) -> Json:
        wire.attached(("i1", "ACTIVE"))
        context.status_code = 400
        return {"badRequest": {"code": 400, "message": "status must be available"}}

    answering(wire, UPLOADING, attach)
    answer = send(anna)
    assert answer.problem == "Nothing was created: the situation changed while this form was open"
    assert "name of i1 is running" in answer.explanation
    assert len(asked(wire)) == 1


def test_an_open_dialog_is_told_of_a_change(wire: Wire, anna: Person) -> None:
    wire.volume()
    seen = anna.get(UPLOAD, dialog=True).value("id_seen")
    wire.attached(("i1", "ACTIVE"))
    query = {"seen": seen, "project": PROJECT}
    said = json.loads(anna.client.get(f"{UPLOAD}live/", query).content)
    assert (said["worse"], said["needed"]) == (True, "corrupted")
    assert said["button"]["label"] == "Upload (Force)"
    assert "image may be corrupted" in said["acknowledge"]
    assert "snapshot" not in said["explanation"] + said["announce"]


def test_the_note_leaves_the_volume_when_the_upload_has_ended(wire: Wire, anna: Person) -> None:
    wire.volume()
    send(anna)
    wire.mocker.reset_mock()
    refresh(anna, "uploading", wire)
    assert acts(wire) == []
    refresh(anna, "available", wire)
    erased = [said["key"] for action, said in acts(wire) if action == ERASING]
    assert f"{NOTE}taken_while" in erased
    assert len(erased) == len(acts(wire)) == 5
    wire.mocker.reset_mock()
    refresh(anna, "available", wire)
    assert acts(wire) == []


def test_the_note_of_a_lost_upload_stays_until_it_is_given_up(
    wire: Wire, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.volume()
    answering(wire, UPLOADING, SILENT)
    send(anna)
    refresh(anna, "available", wire)
    assert ERASING not in dict(acts(wire))
    later = time.time() + idempotency.GIVEN_UP + 1
    monkeypatch.setattr(uploads, "time", SimpleNamespace(time=lambda: later))
    refresh(anna, "available", wire)
    assert ERASING in dict(acts(wire))


def test_a_note_that_cannot_be_taken_away_is_tried_again(wire: Wire, anna: Person) -> None:
    wire.volume()
    send(anna)
    refusing(wire, ERASING, 400, "not allowed for volumes in uploading status")
    refresh(anna, "available", wire)
    accepting(wire)
    wire.mocker.reset_mock()
    refresh(anna, "available", wire)
    assert len(acts(wire)) == 5


@pytest.mark.parametrize("address", [VOLUMES, f"{VOLUMES}v1/"], ids=["list", "details"])
def test_whoever_comes_back_later_has_the_note_taken_away(
    wire: Wire, anna: Person, address: str
) -> None:
    wire.volume()
    LISTS["volumes"].holds(wire, volume_json())
    send(anna)
    wire.mocker.reset_mock()
    page = anna.get(address)
    assert acts(wire) == []
    obey(anna, page.all("//*[@data-sd-erase-note]"))
    assert [action for action, _said in acts(wire)] == [ERASING] * 5
    assert anna.get(address).all("//*[@data-sd-erase-note]") == []


def test_nobody_can_have_it_taken_away_by_a_link_or_from_elsewhere(
    wire: Wire, anna: Person
) -> None:
    wire.volume()
    send(anna)
    wire.mocker.reset_mock()
    assert anna.client.get(ERASE).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = anna.client.cookies
    assert strict.post(f"{ERASE}?project={PROJECT}").status_code == 403
    assert anna.client.post(f"{ERASE}?project={OTHER_PROJECT}").status_code == 409
    assert acts(wire) == []


def test_of_a_volume_of_another_project_nothing_is_taken_away(wire: Wire, anna: Person) -> None:
    wire.volume()
    send(anna)
    wire.volume(**{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})
    wire.mocker.reset_mock()
    assert anna.client.post(f"{ERASE}?project={PROJECT}").status_code == 204
    assert acts(wire) == []
    wire.fails("GET", "/volumes/v1", 404)
    assert anna.client.post(f"{ERASE}?project={PROJECT}").status_code == 503


def test_the_note_of_a_second_upload_is_not_taken_away_with_that_of_the_first(
    wire: Wire, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.volume()
    send(anna)
    wire.mocker.reset_mock()
    act = block_storage.act

    def meanwhile(connection: Any, volume_id: str, body: object) -> Any:
        uploads._remember(connection, volume_id, idempotency.GIVEN_UP)
        return act(connection, volume_id, body)

    monkeypatch.setattr(block_storage, "act", meanwhile)
    refresh(anna, "available", wire)
    assert len(acts(wire)) == 1
    refresh(anna, "available", wire)
    assert len(acts(wire)) == 1


def test_an_operator_can_have_stocks_form(
    anna: Person, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"UPLOAD_TO_IMAGE": "stock"}
    volume = SimpleNamespace(id="v1", name="name of v1", status="in-use")
    monkeypatch.setattr(stock_api.cinder, "volume_get", lambda *_args: volume)
    monkeypatch.setattr(stock_api.glance, "get_image_formats", lambda _request: [("raw", "Raw")])
    dialog = anna.get(UPLOAD, dialog=True)
    assert dialog.all("//*[@id='sd-explanation']") == []
    assert dialog.one("//input[@type='checkbox'][@name='force']") is not None
    assert dialog.all("//*[@name='seen']") == []
