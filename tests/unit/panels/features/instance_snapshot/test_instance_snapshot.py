# SPDX-License-Identifier: Apache-2.0
"""What Create Snapshot of an instance says and sends beside the verdict."""

import json
import re
import time
from types import SimpleNamespace
from typing import Any

import pytest

from snapshot_dashboard.cloud import idempotency
from tests.unit.cloud.test_images import IMAGES, image
from tests.unit.cloud.wire import (
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    REFUSED,
    SILENT,
    Json,
    Wire,
    attachment_json,
    snapshot_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.instance_snapshot.instance_dialog import (
    ACTION,
    ADDRESS,
    MADE,
    NAME,
    NOTE,
    accepting,
    asked,
    fill,
    has_volumes,
    noted,
    send,
    tell,
    tick,
)
from tests.unit.panels.person import Person, user
from tests.unit.panels.support_dialogs import hear

SET = "/project/volumes/snapshot_set/?instance=i1&next=%2Fproject%2Fimages%2F"
LEFT_NAME = f"snapshot for {NAME}"


def test_of_an_instance_with_volumes_it_is_said_what_will_be_made(wire: Wire, anna: Person) -> None:
    wire.quota(snapshots=(9, 10))
    tell(wire, "ACTIVE", with_volumes=True)
    dialog = anna.get(ADDRESS, dialog=True)
    assert "snapshots of all 2 volumes, and an image of size 0" in dialog.text
    assert "stops working when one of the snapshots is deleted" in dialog.text
    assert "2 are needed, only 1 is left. This request will be refused." in dialog.text
    assert "name of i1 is running and may be writing to them" in dialog.explanation
    assert dialog.one("//a[.='Snapshot Volumes']").get("href") == SET
    assert "ajax-modal" in dialog.one("//a[.='Snapshot Volumes']").get("class")
    rows = [" ".join(each.text_content().split()) for each in dialog.all("//fieldset//li")]
    assert len(rows) == 2 and "name of v1 - 20 GiB" in rows[0]
    # None can be chosen: each is copied.
    assert {each.get("name") for each in dialog.all("//fieldset//input")} == {"keep_date"}


@pytest.mark.parametrize("demands", [True, False])
def test_frozen_snapshots_are_offered_where_freezing_is_certain(
    wire: Wire, anna: Person, demands: bool
) -> None:
    tell(wire, "ACTIVE", with_volumes=True)
    agent = {"hw_qemu_guest_agent": "yes"} | ({"os_require_quiesce": "yes"} if demands else {})
    root = [attachment_json("i1", device="/dev/vda")]
    said = {"attachments": root, "bootable": "true", "volume_image_metadata": agent}
    wire.volume("v1", status="in-use", **said)
    wire.records("v1", "i1")
    ways = anna.get(ADDRESS, dialog=True).all("//a[.='Freeze the file systems first']")
    found = [each.get("href") for each in ways]
    assert found == (["/project/volumes/v1/create_frozen/"] if demands else [])


def test_of_an_instance_with_one_volume_it_speaks_of_one(wire: Wire, anna: Person) -> None:
    wire.quota(snapshots=(10, 10))
    tell(wire, "SHUTOFF", with_volumes=True)
    has_volumes(wire, "v1")
    text = anna.get(ADDRESS, dialog=True).text
    assert "1 snapshot is needed, none is left. This request will be refused." in text
    assert "This makes a snapshot of 1 volume, and an image of size 0 that refers to it." in text


def test_of_an_instance_started_from_an_image_it_is_said_what_is_left_out(
    wire: Wire, anna: Person
) -> None:
    tell(wire, "ACTIVE", with_volumes=False)
    dialog = anna.get(ADDRESS, dialog=True)
    assert "This makes an image of the system disk (root disk)." in dialog.text
    assert "This volume is attached and will not be in it: name of v2." in dialog.text
    assert "may be writing to its system disk (root disk)" in dialog.explanation
    assert "size 0" not in dialog.text and not dialog.all("//fieldset")
    assert dialog.one("//a[.='Snapshot Volumes']").get("href") == SET
    # Nothing of Cinder's limits is used up.
    assert wire.sent("GET", f"/os-quota-sets/{PROJECT}") == []


def test_where_it_cannot_be_read_which_volumes_there_are_nothing_is_made(
    wire: Wire, anna: Person
) -> None:
    """One of them may be the system disk: then Nova would copy all of them."""
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=False)
    dialog = anna.get(ADDRESS, dialog=True)
    wire.fails("GET", f"{NOVA}/servers/i1/os-volume_attachments", 500)
    answer = anna.post(ADDRESS, fill(dialog, **tick(dialog)), dialog=True)
    assert answer.problem and answer.value("id_name") == NAME and asked(wire) == []


@pytest.mark.parametrize("device", ["/dev/vda", "/dev/sda", "", None])
def test_an_instance_started_from_an_image_of_snapshots_has_its_system_disk_on_a_volume(
    wire: Wire, anna: Person, device: str | None
) -> None:
    """Nova names that image as its origin, and copies all volumes."""
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True, image={"id": "base"})
    has_volumes(wire, "v1", "v2", v1=device)
    dialog = anna.get(ADDRESS, dialog=True)
    assert "looks like a volume, although an image is named as its origin" in dialog.text
    assert "snapshots of all 2 volumes, and an image of size 0" in dialog.text
    assert tick(dialog) == {"acknowledged": "set"}
    assert len(dialog.all("//fieldset//li")) == 2


@pytest.mark.parametrize(
    ("with_volumes", "said"),
    [
        (True, "The image holds the system disk (root disk) alone: no volume was copied."),
        (False, "The image refers to snapshots of 2 volumes, which were made, too."),
    ],
)
def test_what_nova_has_copied_otherwise_is_told(
    wire: Wire, anna: Person, monkeypatch: pytest.MonkeyPatch, with_volumes: bool, said: str
) -> None:
    heard: list[str] = []
    monkeypatch.setattr("horizon.messages.warning", lambda _request, text: heard.append(text))
    accepting(wire, with_volumes=not with_volumes)
    tell(wire, "ACTIVE", with_volumes=with_volumes)
    send(anna)
    assert heard == [said]


def test_without_data_volumes_nothing_is_offered_instead(wire: Wire, anna: Person) -> None:
    tell(wire, "ACTIVE", with_volumes=False)
    has_volumes(wire)
    text = anna.get(ADDRESS, dialog=True).text
    assert "will not be in it" not in text and "Snapshot Volumes" not in text


@pytest.mark.parametrize("with_volumes", [True, False])
def test_a_volume_that_was_attached_since_is_news(
    wire: Wire, anna: Person, with_volumes: bool
) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=with_volumes)
    dialog = anna.get(ADDRESS, dialog=True)
    wire.attached(("i1", "ACTIVE"), volume_id="v3")
    tell(wire, "ACTIVE", with_volumes=with_volumes)
    has_volumes(wire, *(("v1", "v2", "v3") if with_volumes else ("v2", "v3")))
    answer = anna.post(ADDRESS, fill(dialog, **tick(dialog)), dialog=True)
    assert answer.problem.startswith("Nothing was created: the situation changed")
    assert "name of v3" in answer.problem_text and asked(wire) == []
    # Read and sent again, it is made.
    answer = anna.post(ADDRESS, fill(answer, **tick(answer)), dialog=True)
    assert len(asked(wire)) == 1 and "X-Horizon-Location" in answer.headers


def test_the_note_is_kept_with_the_image_and_with_each_snapshot(wire: Wire, anna: Person) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    wire.attached(("i1", "ACTIVE"), ("i2", "SHUTOFF"), volume_id="v2")
    tell_origin = {"tenant_id": PROJECT, "image": ""}
    wire.instance("i1", "ACTIVE", **tell_origin)
    answer = send(anna)
    assert answer.headers["X-Horizon-Location"].endswith("/project/images/")
    (body,) = asked(wire)
    assert body["name"] == NAME
    form = body["metadata"][f"{NOTE}request"]
    # The worst of both.
    assert body["metadata"][f"{NOTE}taken_while"] in ("several", "running")
    assert body["metadata"][f"{NOTE}acknowledged"] == "yes"
    assert wire.sent("POST", ACTION)[0].headers["X-OpenStack-Nova-API-Version"] == "2.45"
    first, second = noted(wire, "s1"), noted(wire, "s2")
    assert (first["taken_while"], first["instances"]) == ("running", "i1=ACTIVE")
    assert second["taken_while"] == "several"
    assert {first["request"], second["request"], first["set"], second["set"]} == {form}
    assert first["set_size"] == "2"


def test_the_message_leads_to_what_was_made(
    wire: Wire, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, str]] = []
    for level in ("success", "warning"):
        monkeypatch.setattr(
            f"horizon.messages.{level}",
            lambda _request, text, level=level: heard.append((level, str(text))),
        )
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    wire.fails("POST", "/snapshots/s2/metadata", 500)
    send(anna)
    (_, made), (level, said) = heard
    assert re.sub("<[^>]*>", "", made) == (
        'Snapshot "before &lt;upgrade&gt;" created for instance "name of i1"'
    )
    assert f'href="/project/snapshots/of_image/{MADE}/"' in made
    assert level == "warning" and "what 1 snapshot was taken while" in said


def test_each_snapshot_has_the_day_until_which_it_is_to_be_kept(wire: Wire, anna: Person) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    send(anna, keep="date", keep_date="2130-06-30")
    assert [noted(wire, each)["keep_until"] for each in ("s1", "s2")] == ["2130-06-30"] * 2
    # An instance that is started from the image would hand it on to its own.
    assert f"{NOTE}keep_until" not in asked(wire)[0]["metadata"]


def test_each_snapshot_has_the_tags_and_a_copy_of_its_volumes_metadata(
    wire: Wire, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = hear(monkeypatch)
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    wire.fails("POST", "/snapshots/s2/metadata", 500)
    wire.attached(("i1", "ACTIVE"), volume_id="v1", metadata={"own": "v1", "env": "prod"})
    assert "There is: own=v1, env=prod" in anna.get(ADDRESS, dialog=True).text
    send(anna, tags="env=test\nnote=<b>", copy_tags="on")
    (first,) = wire.sent("POST", "/snapshots/s1/metadata")
    assert first.json()["metadata"]["own"] == "v1"
    for each in ("s1", "s2"):
        (sent,) = wire.sent("POST", f"/snapshots/{each}/metadata")
        metadata = sent.json()["metadata"]
        assert (metadata["env"], metadata["note"]) == ("test", "<b>")
    # An instance that is started from the image would hand them on to its own.
    assert "env" not in asked(wire)[0]["metadata"]
    assert told[-1].startswith("The tags could not be written on 1 snapshot.")


def test_a_day_that_could_not_be_written_is_told(
    wire: Wire, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = hear(monkeypatch)
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    wire.fails("POST", "/snapshots/s2/metadata", 500)
    send(anna, keep="week")
    assert "could not be written on 1 snapshot. Choose Keep Until" in told[-1]


def test_no_day_is_asked_for_where_no_snapshot_is_made(wire: Wire, anna: Person) -> None:
    accepting(wire, with_volumes=False)
    tell(wire, "SHUTOFF", with_volumes=False)
    dialog = anna.get(ADDRESS, dialog=True)
    assert dialog.all("//*[@id='id_keep'] | //*[@id='id_tags'] | //*[@name='copy_tags']") == []
    assert "X-Horizon-Location" in send(anna, keep="week", tags="env=test").headers


def test_of_a_system_disk_no_snapshot_is_looked_for(wire: Wire, anna: Person) -> None:
    accepting(wire, with_volumes=False)
    tell(wire, "SHUTOFF", with_volumes=False)
    answer = send(anna)
    assert "X-Horizon-Location" in answer.headers
    (body,) = asked(wire)
    assert body["metadata"][f"{NOTE}taken_while"] == "shut_off"
    assert wire.sent("GET", "/snapshots/detail") == []


@pytest.mark.parametrize("left", [True, False])
def test_what_nova_leaves_where_it_fails_halfway_is_told(
    wire: Wire, anna: Person, left: bool
) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    entries: dict[str, Any] = {} if left else {"metadata": {f"{NOTE}request": "r0"}}
    wire.holds("snapshots", snapshot_json("s1", name=LEFT_NAME, **entries), snapshot_json("s2"))
    wire.fails("POST", ACTION, 400, "Invalid volume: in error.")
    answer = send(anna)
    assert answer.value("id_name") == NAME and "Invalid volume: in error." in answer.text
    if not left:
        assert answer.problem == "Not created: the compute service refused the request"
        return
    assert answer.problem == "No image was created"
    assert f'They are named "{LEFT_NAME}"' in answer.problem_text
    assert "Nothing was created" not in answer.problem_text
    (way,) = answer.all("//a[.='Show snapshots']")
    assert way.get("href").startswith("/project/snapshots/?field=name&value=snapshot+for+before")


@pytest.mark.parametrize(
    ("status", "reason", "title"),
    [
        (403, "Quota exceeded for resources: snapshots", "your project has reached a limit"),
        (403, "Policy doesn't allow os_compute_api:servers:create_image", "Your role does not"),
        (409, "Cannot 'createImage' instance", "the compute service refused the request"),
        (500, "Unexpected", "It is not known yet whether the snapshot was created"),
    ],
)
def test_an_error_is_told_in_the_dialog_and_nothing_is_lost(
    wire: Wire, anna: Person, status: int, reason: str, title: str
) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    wire.fails("POST", ACTION, status, reason)
    answer = send(anna)
    assert title in answer.problem and reason in answer.problem_text
    assert answer.value("id_name") == NAME


def test_what_is_left_does_not_hide_what_became_worse(wire: Wire, anna: Person) -> None:
    accepting(wire)
    tell(wire, "SHUTOFF", with_volumes=True)

    def start(_request: Any, context: Any) -> Json:
        tell(wire, "ACTIVE", with_volumes=True)
        wire.holds("snapshots", snapshot_json("s1", name=LEFT_NAME))
        context.status_code = 409
        return {"conflictingRequest": {"code": 409, "message": "no"}}

    wire.mocker.register_uri("POST", ACTION, json=start)
    answer = send(anna)
    assert answer.problem == "No image was created"
    assert "running" in answer.problem_text
    assert f'They are named "{LEFT_NAME}"' in answer.problem_text


@pytest.mark.parametrize("left", [True, False])
def test_what_cinder_did_not_find_is_not_taken_for_the_instance(
    wire: Wire, anna: Person, left: bool
) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    wire.holds("snapshots", *([snapshot_json("s1", name=LEFT_NAME)] if left else []))
    wire.fails("POST", ACTION, 404, "Volume v2 could not be found.")
    answer = send(anna)
    assert answer.problem == ("No image was created" if left else "Not created")
    assert ("They are named" in answer.problem_text) == left
    assert "Volume v2 could not be found." in answer.problem_text
    assert answer.submits


@pytest.mark.parametrize("with_volumes", [True, False])
def test_an_uncertain_failure_tells_that_snapshots_may_be_there(
    wire: Wire, anna: Person, with_volumes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nova makes the image last, and answers 500 where Cinder fails halfway."""
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=with_volumes)
    wire.fails("POST", ACTION, 500)
    answer = send(anna)
    assert answer.problem == "It is not known yet whether the snapshot was created"
    named = f'Their names begin with "{LEFT_NAME}".'
    assert (named in answer.problem_text) == with_volumes
    assert "Delete them" not in answer.problem_text
    form = answer.one("//input[@name='request']").value
    address = answer.one("//form").get("data-sd-outcome")
    address = f"{address}{'&' if '?' in address else '?'}request={form}"
    assert json.loads(anna.get(address).html)["state"] == "checking"
    # As long as Nova may be at work the form is not sent again.
    clock = SimpleNamespace(time=lambda: time.time() + 590)
    monkeypatch.setattr(idempotency, "time", clock)
    assert json.loads(anna.get(address).html)["state"] == "checking"
    anna.post(ADDRESS, fill(answer, **tick(answer)), dialog=True)
    assert len(asked(wire)) == 1
    clock.time = lambda: time.time() + 601
    said = json.loads(anna.get(address).html)
    assert said["state"] == "none" and "No image of this form has appeared." in said["html"]
    shown = "/project/snapshots/?field=name&amp;value=snapshot+for"
    assert (shown in said["html"]) == with_volumes


def test_a_compute_service_that_was_not_reached_has_left_nothing(wire: Wire, anna: Person) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    wire.holds("snapshots", snapshot_json("s1", name=LEFT_NAME))
    wire.breaks("POST", ACTION, REFUSED)
    assert send(anna).problem == "Not created: the compute service cannot be reached"


def test_one_form_makes_one_image(wire: Wire, anna: Person) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    dialog = anna.get(ADDRESS, dialog=True)
    form = fill(dialog, **tick(dialog))
    anna.post(ADDRESS, form, dialog=True)
    mine = {f"{NOTE}request": form["request"]}
    others = image("g0", **{f"{NOTE}request": "another"})
    wire.says("GET", IMAGES, {"images": [others, image(MADE, "s1", name=NAME, **mine)]})
    again = anna.post(ADDRESS, form, dialog=True)
    assert again.problem == "This snapshot already exists"
    assert len(asked(wire)) == 1
    assert again.all(f"//a[@href='/project/images/{MADE}/']")
    assert wire.query(IMAGES)[f"{NOTE}request"] == form["request"]


def test_an_answer_that_was_lost_is_looked_for(wire: Wire, anna: Person) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    wire.breaks("POST", ACTION, SILENT)
    answer = send(anna)
    assert answer.problem == "It is not known yet whether the snapshot was created"
    form = answer.one("//input[@name='request']").value
    outcome = f"{ADDRESS}outcome/?request={form}"
    assert json.loads(anna.get(outcome).html)["state"] == "checking"
    wire.says("GET", IMAGES, {"images": [image(MADE, "s1", **{f"{NOTE}request": form})]})
    assert json.loads(anna.get(outcome).html)["state"] == "made"


def test_an_instance_of_another_project_is_never_copied(wire: Wire, anna: Person) -> None:
    """An administrator's token reads it; the image would belong to the wrong project."""
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=False, tenant_id=OTHER_PROJECT)
    dialog = anna.get(ADDRESS, dialog=True)
    assert "This instance belongs to another project" in dialog.explanation
    assert dialog.submits == []
    anna.post(ADDRESS, fill(dialog, acknowledged="corrupted"), dialog=True)
    assert asked(wire) == []


def test_a_volume_that_cannot_be_read_is_not_copied_unseen(wire: Wire, anna: Person) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    dialog = anna.get(ADDRESS, dialog=True)
    wire.fails("GET", "/volumes/v2", 500)
    assert anna.get(ADDRESS, dialog=True).submits == []
    answer = anna.post(ADDRESS, fill(dialog, **tick(dialog)), dialog=True)
    assert answer.problem and answer.value("id_name") == NAME
    assert asked(wire) == []


def test_a_name_that_cinder_would_not_take_is_refused_here(wire: Wire, anna: Person) -> None:
    accepting(wire)
    tell(wire, "ACTIVE", with_volumes=True)
    assert "at most 242 characters" in send(anna, name="x" * 243).text
    assert asked(wire) == []
    tell(wire, "ACTIVE", with_volumes=False)
    send(anna, name="x" * 255)
    assert len(asked(wire)) == 1


def test_stocks_form_comes_back_by_a_setting(wire: Wire, anna: Person, settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"INSTANCE_SNAPSHOT": "stock"}
    dialog = anna.get(ADDRESS, dialog=True)
    assert dialog.all("//form[@id='create_snapshot_form']")
    assert not dialog.all("//*[contains(@class, 'sd-dialog')]")


def test_without_a_storage_service_it_is_stocks(wire: Wire, log_in: LogIn) -> None:
    person = log_in(user("member", catalog=[{**each} for each in _WITHOUT_STORAGE]))
    assert not person.get(ADDRESS, dialog=True).all("//*[contains(@class, 'sd-dialog')]")


_WITHOUT_STORAGE = [
    {
        "type": kind,
        "name": kind,
        "endpoints": [
            {"interface": "public", "region": "RegionOne", "region_id": "RegionOne", "url": url}
        ],
    }
    for kind, url in (("compute", NOVA), ("image", "http://image.test/v2"))
]
