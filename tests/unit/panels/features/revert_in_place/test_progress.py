# SPDX-License-Identifier: Apache-2.0
"""The page of a revert in place: one step for each form, nothing by looking, and every halt."""

import time
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from snapshot_dashboard.panels.features.revert_in_place import progress_texts as words
from snapshot_dashboard.rules import revert_record
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.revert_plan import Content, Halt, Plan, Step, Target
from snapshot_dashboard.rules.revert_progress import Mark, Part
from snapshot_dashboard.rules.revert_record import (
    MADE_FOR,
    RECORD,
    STANDS_FOR,
    Before,
    Progress,
    Record,
    Stage,
)
from snapshot_dashboard.rules.volume import Volume
from tests.unit.cloud.wire import (
    CINDER,
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    REQUEST_ID,
    Json,
    Wire,
    attachment_json,
    volume_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import CATALOG, VOLUMES, Answer, Person, service, user

PLAN = "5a1fc0de-0000-4000-8000-000000000001"
PAGE = f"{VOLUMES}revert_in_place/i1/progress/"
DETACHED = f"{VOLUMES}v1/revert_progress/"
SERVER = f"{NOVA}/servers/i1"
ACTION = f"{SERVER}/action"
HOSTILE = "<b>root</b>{$x$}"


def record(index: int = 0, **more: Any) -> Record:
    """Return what is written on one of two volumes of a running instance."""
    found = Record(
        plan_id=PLAN,
        snapshot_id=f"s{index + 1}",
        instance_id="i1",
        before=Before.RUNNING,
        count=2,
        index=index,
        seen_at=int(time.time()),
    )
    return replace(found, **more)


class Cloud:
    """An instance with two volumes that has a plan."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        attached = [{"volumeId": "v1", "device": "/dev/vda"}, {"volumeId": "v2"}]
        wire.says("GET", f"{SERVER}/os-volume_attachments", {"volumeAttachments": attached})
        wire.says("POST", ACTION, None, 202)
        wire.says("GET", "http://image.test/v2/images", {"images": []})
        self.instance("ACTIVE")
        for index, volume_id in enumerate(("v1", "v2")):
            self.has(record(index), volume_id)
            wire.snapshot(f"s{index + 1}", volume_id=volume_id, name=f"before {volume_id}")

    def instance(self, status: str, **more: Any) -> None:
        """Let the instance be in a status."""
        self.wire.instance("i1", status, **({"tenant_id": PROJECT} | more))

    def has(self, written: Record | None, volume_id: str = "v1", **more: Any) -> None:
        """Let a volume have this record, and forget what is written to it."""
        metadata = {RECORD: revert_record.write(written)} if written else {}
        held = [attachment_json("i1")] if "status" not in more else []
        self.wire.volume(
            volume_id, **({"status": "in-use", "attachments": held, "metadata": metadata} | more)
        )
        self.wire.says("POST", f"/volumes/{volume_id}/metadata", {"metadata": {}})

    @property
    def sent(self) -> list[str]:
        """Return what was sent that changes something."""
        history = self.wire.mocker.request_history
        return [f"{each.method} {each.path}" for each in history if each.method != "GET"]

    def written(self, volume_id: str = "v1") -> Record:
        """Return the record that was written last."""
        sent = self.wire.sent("POST", f"/volumes/{volume_id}/metadata")[-1]
        found = revert_record.read(sent.json()["metadata"])
        assert found is not None
        return found


@pytest.fixture(autouse=True)
def proved(settings: Any) -> None:
    """An operator who has proved it for all types."""
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": "proved"}


@pytest.fixture
def cloud(wire: Wire) -> Cloud:
    return Cloud(wire)


@pytest.fixture
def anna(person: Person, log_in: LogIn, cloud: Cloud) -> Person:
    return log_in(
        user("member", "reader", catalog=[*CATALOG, service("image", "http://image.test")])
    )


def hidden(page: Answer, do: str) -> dict[str, str]:
    """Return what the form for one choice carries."""
    fields = page.all(f"//form[.//input[@name='do'][@value='{do}']]//input[@type='hidden']")
    return {each.name: each.value for each in fields}


def press(person: Person, do: str, page: Answer | None = None, **more: str) -> Answer:
    """Press a button of the page as it is shown now, or as it was shown before."""
    shown = page or person.get(PAGE)
    return person.post(PAGE, hidden(shown, do) | more)


def steps(page: Answer) -> list[str]:
    """Return the steps of the list, each with its mark in a word."""
    return [
        " ".join(each.text_content().split())
        for each in page.all("//ol[@class='sd-progress-steps']/li")
    ]


def test_looking_changes_nothing(anna: Person, cloud: Cloud) -> None:
    page = anna.get(PAGE)
    assert cloud.sent == []
    assert page.problem == 'Reverting instance "name of i1"'
    assert steps(page)[0] == 'Shut off instance "name of i1" Going on'
    assert steps(page)[2] == 'Write snapshot "before v1" into volume "name of v1" Not yet'
    assert "What it held before" in page.text


def test_it_says_that_without_scripts_a_press_is_a_step(anna: Person) -> None:
    page = anna.get(PAGE)
    part = page.said("//form[@data-sd-steps]//*[@data-sd-by-hand]")
    assert part.startswith("Each press does one step.") and part.endswith("Go On")


def test_a_form_does_one_step_and_is_written_down_first(anna: Person, cloud: Cloud) -> None:
    answer = press(anna, "step")
    assert (answer.status, answer.headers["Location"]) == (302, PAGE)
    assert cloud.sent == ["POST /v3/volumes/v1/metadata", "POST /v2.1/servers/i1/action"]
    assert cloud.written().asked is revert_record.Act.STOP


def test_the_script_gets_what_it_shows(anna: Person, cloud: Cloud) -> None:
    fields = hidden(anna.get(PAGE), "step") | {"auto": "1"}
    answer = anna.client.post(PAGE, fields).json()
    assert answer["pending"] is True
    assert "Shut off instance" in answer["announce"]
    assert "<bdi>name of i1</bdi>" in answer["html"]
    assert len([each for each in cloud.sent if each.endswith("action")]) == 1


def test_a_form_without_a_token_does_nothing(anna: Person, cloud: Cloud) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(PAGE, {"do": "step"}).status_code == 403
    assert cloud.sent == []


def test_waiting_sends_nothing(anna: Person, cloud: Cloud) -> None:
    cloud.instance("ACTIVE", **{"OS-EXT-STS:task_state": "powering-off"})
    press(anna, "step")
    assert cloud.sent == []
    page = anna.get(PAGE)
    assert steps(page)[0].endswith("Waiting")
    # It may hang for ever: nobody is left without a ticket.
    ticket = page.said("//pre")
    assert "Revert in place waits" in ticket and "task powering-off" in ticket
    assert "for much longer than you know it" in page.text


def test_a_step_that_is_refused_is_told_with_the_reason(
    anna: Person, cloud: Cloud, wire: Wire
) -> None:
    wire.fails("POST", ACTION, 409, "Cannot 'stop' it: it is melting")
    page = anna.get(PAGE)

    def noted(request: Any, _context: Any) -> Json:
        written = revert_record.read(request.json()["metadata"])
        cloud.has(written)
        return {"metadata": {}}

    wire.mocker.register_uri("POST", f"{CINDER}/volumes/v1/metadata", json=noted)
    shown = press(anna, "step", page)
    assert shown.problem == 'Halted: instance "name of i1" was not shut off'
    assert "it is melting" in shown.text
    assert REQUEST_ID in shown.problem_text
    assert cloud.written().halted


def test_a_locked_instance_halts_it_and_going_on_is_not_offered(anna: Person, cloud: Cloud) -> None:
    cloud.instance("ACTIVE", locked=True)
    page = anna.get(PAGE)
    assert page.problem == 'Halted: instance "name of i1" is locked'
    assert not hidden(page, "go_on")
    assert hidden(page, "give_up")
    # A script has it written down, once.
    answer = anna.client.post(PAGE, hidden(page, "step") | {"auto": "1"}).json()
    assert answer["pending"] is False
    assert cloud.written().halted
    assert len(cloud.sent) == 1
    # What was in the way is over: a person has to want it.
    cloud.instance("ACTIVE")
    cloud.has(record(halted=True))
    assert anna.get(PAGE).problem == "Halted: what was in the way is over"


def test_going_on_needs_the_tick_that_names_what_is_lost(anna: Person, cloud: Cloud) -> None:
    cloud.has(record(halted=True))
    page = anna.get(PAGE)
    sentence = page.said("//label[@for='id_sure_go_on']")
    assert 'instance "name of i1" is shut off' in sentence
    assert '"name of v1", "name of v2"' in sentence
    assert press(anna, "go_on", page).problem == "Nothing was done: the box was not ticked"
    assert cloud.sent == []
    assert press(anna, "go_on", page, sure="1").status == 302
    assert (cloud.written().halted, cloud.written().turn) == (False, 1)
    assert len(cloud.sent) == 1


def test_a_form_of_another_situation_does_nothing(anna: Person, cloud: Cloud) -> None:
    cloud.has(record(halted=True))
    page = anna.get(PAGE)
    cloud.instance("SHUTOFF")
    for do in ("go_on", "give_up"):
        answer = press(anna, do, page, sure="1")
        assert answer.problem.startswith("Nothing was done: the situation changed")
    assert cloud.sent == []


def test_ending_it_warns_of_volumes_that_do_not_belong_together(anna: Person, cloud: Cloud) -> None:
    cloud.instance("SHELVED_OFFLOADED")
    cloud.has(record(progress=Progress.DONE), status="reserved")
    cloud.has(record(1, progress=Progress.REFUSED), "v2", status="reserved")
    page = anna.get(PAGE)
    assert "the volumes do not belong together" in page.text
    assert [each.get("data-sd-content") for each in page.all("//tr[@data-sd-content]")] == [
        Content.NEW.value,
        Content.OLD.value,
    ]
    assert press(anna, "give_up", page).problem == "Nothing was done: the box was not ticked"
    assert cloud.sent == []
    assert press(anna, "give_up", page, sure="1").status == 302
    assert cloud.written().stage is Stage.GIVING_UP


def test_a_volume_in_error_is_for_support_with_a_command(
    anna: Person, cloud: Cloud, wire: Wire
) -> None:
    cloud.instance("SHELVED_OFFLOADED")
    cloud.has(record(progress=Progress.SENT), status="error")
    wire.messages(
        {
            "id": "m1",
            "resource_uuid": "v1",
            "resource_type": "VOLUME",
            "user_message": "No space was left.",
            "request_id": "req-full",
            "event_id": "VOLUME_1",
            "message_level": "ERROR",
            "created_at": "2026-11-22T06:10:00.000000",
        }
    )
    page = anna.get(PAGE)
    assert "has failed" in page.problem
    assert "No space was left." in page.problem_text
    assert "openstack volume set --state reserved v1" in page.said("//pre")
    assert not hidden(page, "go_on")
    assert not hidden(page, "give_up")


def test_a_finished_revert_says_so_and_is_not_followed(anna: Person, cloud: Cloud) -> None:
    for index, volume_id in enumerate(("v1", "v2")):
        done = record(index, progress=Progress.DONE, stage=Stage.FINISHED)
        cloud.has(done, volume_id)
    page = anna.get(PAGE)
    assert page.problem == 'Instance "name of i1" is reverted, and started'
    assert {each.rpartition(" ")[2] for each in steps(page)} == {"Done"}
    assert not page.all("//form[@data-sd-steps]")


def test_the_last_step_is_written_to_each_volume(anna: Person, cloud: Cloud) -> None:
    cloud.has(record(progress=Progress.DONE))
    cloud.has(record(1, progress=Progress.DONE), "v2")
    press(anna, "step")
    assert [cloud.written(each).stage for each in ("v2", "v1")] == [Stage.FINISHED] * 2


def test_names_are_escaped(anna: Person, cloud: Cloud) -> None:
    cloud.has(record(halted=True), name=HOSTILE)
    cloud.instance("ACTIVE", name=HOSTILE)
    page = anna.get(PAGE)
    assert "<b>root" not in page.html
    script = anna.client.post(PAGE, {"do": "step", "auto": "1"})
    assert "<b>root" not in script.json()["html"]
    assert "{$" not in script.content.decode()


def test_another_projects_instance_is_not_touched(anna: Person, cloud: Cloud) -> None:
    cloud.instance("ACTIVE", tenant_id=OTHER_PROJECT)
    assert anna.get(PAGE).problem == "This instance no longer exists"
    anna.post(PAGE, {"do": "step"})
    assert cloud.sent == []


def test_without_a_plan_it_says_so(anna: Person, cloud: Cloud) -> None:
    cloud.has(None)
    cloud.has(None, "v2")
    assert anna.get(PAGE).problem == "No revert in place is going on here"
    anna.post(PAGE, {"do": "step"})
    assert cloud.sent == []


def test_a_role_that_lacks_a_right_may_look_only(log_in: LogIn, anna: Person, cloud: Cloud) -> None:
    reader = log_in(user("reader", catalog=[*CATALOG, service("image", "http://image.test")]))
    page = reader.get(PAGE)
    assert "Your role does not allow this" in page.text
    reader.post(PAGE, {"do": "step"})
    assert cloud.sent == []


def test_a_script_of_another_project_or_without_an_answer_tries_again(
    anna: Person, cloud: Cloud, wire: Wire
) -> None:
    form = {"do": "step", "auto": "1"}
    assert anna.client.post(PAGE, form | {"opened_in": OTHER_PROJECT}).status_code == 409
    wire.fails("GET", SERVER, 500)
    assert anna.client.post(PAGE, form).status_code == 503
    assert cloud.sent == []


def test_the_page_of_a_detached_volume(anna: Person, cloud: Cloud) -> None:
    alone = record(instance_id="", before=Before.NONE, count=1, changed_at=0, halted=True)
    cloud.has(alone, status="available")
    page = anna.get(DETACHED)
    assert [each.rpartition('"')[0] for each in steps(page)][0].startswith("Write snapshot")
    assert "shut off" not in page.said("//label[@for='id_sure_go_on']")


def test_a_volume_of_a_plan_says_so_in_its_row_and_on_its_page(
    anna: Person, cloud: Cloud, wire: Wire
) -> None:
    going, over = record(), record(1, stage=Stage.FINISHED)
    rows = [
        volume_json(each, metadata={RECORD: revert_record.write(written)})
        for each, written in (("v1", going), ("v2", over))
    ]
    wire.holds("volumes", *rows)
    page = anna.get(VOLUMES)
    (remark,) = page.all("//tr//div[@class='sd-remark']")
    assert "Part of a revert in place that is not finished." in remark.text_content()
    assert remark.xpath(".//a/@href") == [DETACHED]
    assert anna.get(DETACHED).headers["Location"].partition("?")[0] == PAGE
    cloud.has(going, status="available")
    details = anna.get(f"{VOLUMES}v1/")
    note = f"//p[contains(@class, 'sd-revert-note')]//a[@href='{DETACHED}']"
    assert details.one(note) is not None


def test_what_is_left_of_the_plan_of_a_deleted_instance_is_ended_at_the_volume(
    anna: Person, cloud: Cloud, wire: Wire
) -> None:
    wire.fails("GET", SERVER, 404)
    wire.fails("GET", f"{SERVER}/os-volume_attachments", 404)
    for stage in (Stage.GOING, Stage.GIVING_UP):
        cloud.has(record(progress=Progress.SENT, stage=stage), status="available")
        page = anna.get(DETACHED)
        if stage is Stage.GOING:
            assert "the instance of this revert does not have this volume" in page.problem
            assert not hidden(page, "go_on")
            anna.post(DETACHED, hidden(page, "give_up") | {"sure": "1"})
            assert cloud.written().stage is Stage.GIVING_UP
        else:
            anna.post(DETACHED, hidden(page, "step"))
            assert cloud.written().stage is Stage.GIVEN_UP
    assert {each.partition(" ")[2] for each in cloud.sent} == {"/v3/volumes/v1/metadata"}
    assert anna.get(PAGE).problem == "This instance no longer exists"


def test_an_instance_that_cannot_be_read_is_not_taken_for_a_deleted_one(
    anna: Person, cloud: Cloud, wire: Wire
) -> None:
    cloud.has(record(), status="available")
    for status in (403, 500, 503):
        wire.fails("GET", f"{SERVER}/os-volume_attachments", status)
        page = anna.get(DETACHED)
        assert page.status == 200 and "cannot be" in page.problem
        anna.post(DETACHED, {"do": "step"})
    assert cloud.sent == []


def test_a_volume_that_was_detached_has_its_part_ended_on_a_page_of_its_own(
    anna: Person, cloud: Cloud, wire: Wire
) -> None:
    wire.says("GET", f"{SERVER}/os-volume_attachments", {"volumeAttachments": []})
    cloud.has(record(progress=Progress.NEW), status="available")
    page = anna.get(DETACHED)
    assert "the instance of this revert does not have this volume" in page.problem
    assert "It was not written" not in page.text
    assert hidden(page, "give_up") and not hidden(page, "go_on")


def test_a_volume_that_is_gone_does_not_hide_the_instance(
    anna: Person, cloud: Cloud, wire: Wire
) -> None:
    wire.fails("GET", "/volumes/v2", 404)
    page = anna.get(PAGE)
    assert page.problem == "Halted: a volume of this revert is missing"
    assert hidden(page, "give_up")


@pytest.mark.parametrize("status", ["ACTIVE", "SHUTOFF"])
def test_what_is_told_in_the_end_is_the_state_of_now(
    anna: Person, cloud: Cloud, status: str
) -> None:
    for index, volume_id in enumerate(("v1", "v2")):
        cloud.has(record(index, progress=Progress.DONE, stage=Stage.FINISHED), volume_id)
    cloud.instance(status)
    told = {
        "ACTIVE": 'Instance "name of i1" is reverted, and started',
        "SHUTOFF": 'Instance "name of i1" is reverted; its status is Shutoff now',
    }
    assert anna.get(PAGE).problem == told[status]


def test_nothing_is_written_after_the_operator_has_switched_it_off(
    anna: Person, cloud: Cloud, settings: Any
) -> None:
    page = anna.get(PAGE)
    settings.SNAPSHOT_DASHBOARD = {}
    press(anna, "step", page)
    assert [each for each in cloud.sent if each.endswith("action")] == []
    again = anna.get(PAGE)
    assert again.problem.startswith("Halted: reverting in place is switched off in this cloud")
    assert not hidden(again, "go_on") and hidden(again, "give_up")


def test_an_instance_that_somebody_has_started_is_shut_off_after_a_tick(
    anna: Person, cloud: Cloud
) -> None:
    for index, volume_id in enumerate(("v1", "v2")):
        done = record(index, progress=Progress.DONE, before=Before.OFF, halted=not index)
        cloud.has(done, volume_id)
    page = anna.get(PAGE)
    sentence = 'I understand that instance "name of i1", which is running now, is shut off.'
    assert page.said("//label[@for='id_sure_go_on']") == sentence
    assert press(anna, "go_on", page).problem == "Nothing was done: the box was not ticked"
    assert cloud.sent == []
    assert press(anna, "go_on", page, sure="1").status == 302


def test_where_images_are_made_the_instance_runs_until_they_are_there(
    anna: Person, cloud: Cloud, wire: Wire, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": "image"}
    wire.says("POST", "/volumes", {"volume": volume_json("h1", status="creating")}, 202)
    assert steps(anna.get(PAGE))[0] == 'Make an image of snapshot "before v1" Going on'
    press(anna, "step")
    assert cloud.sent == ["POST /v3/volumes/v1/metadata", "POST /v3/volumes"]
    assert cloud.written().progress is Progress.HELPING
    made = wire.sent("POST", "/volumes")[0].json()["volume"]
    assert (made["snapshot_id"], made["metadata"][MADE_FOR]) == ("s1", PLAN)
    cloud.has(record(progress=Progress.HELPING))
    wire.holds("volumes", volume_json("h1", status="available", metadata=made["metadata"]))
    for path in ("/volumes/h1/action",):
        wire.says("POST", path, {"os-volume_upload_image": {"image_id": "i"}}, 202)
    press(anna, "step")
    sent = [each.json() for each in wire.sent("POST", "/volumes/h1/action")]
    assert sent[0] == {"os-set_image_metadata": {"metadata": {RECORD: PLAN, STANDS_FOR: "s1"}}}
    assert sent[1]["os-volume_upload_image"]["visibility"] == "private"
    assert [each for each in cloud.sent if each.startswith("POST /v2.1")] == []


def test_one_that_has_failed_is_removed_before_another_is_made(
    anna: Person, cloud: Cloud, wire: Wire, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": "image"}
    marks = {MADE_FOR: PLAN, STANDS_FOR: "s1"}
    wire.holds("volumes", volume_json("h1", status="error", metadata=marks))
    wire.says("DELETE", "/volumes/h1", None, 202)
    wire.says("POST", "/volumes", {"volume": volume_json("h2", status="creating")}, 202)
    cloud.has(record(attempt=1))
    press(anna, "step")
    assert cloud.sent == [
        "POST /v3/volumes/v1/metadata",
        "DELETE /v3/volumes/h1",
        "POST /v3/volumes",
    ]


def test_what_was_cut_short_at_the_end_is_written_down_everywhere(
    anna: Person, cloud: Cloud
) -> None:
    cloud.has(record(progress=Progress.DONE))
    cloud.has(record(1, progress=Progress.DONE, stage=Stage.FINISHED), "v2")
    assert anna.get(PAGE).all("//form[@data-sd-steps]")
    press(anna, "step")
    assert cloud.sent == ["POST /v3/volumes/v1/metadata"]
    assert cloud.written().stage is Stage.FINISHED


def test_a_description_that_was_not_put_back_is_told_in_the_end(anna: Person, cloud: Cloud) -> None:
    given_up: dict[str, Any] = {"stage": Stage.GIVEN_UP}
    cloud.has(record(progress=Progress.UNDESCRIBED, **given_up))
    cloud.has(record(1, progress=Progress.DONE, **given_up), "v2")
    held = [" ".join(each.text_content().split()) for each in anna.get(PAGE).all("//td[3]")]
    assert held[0].endswith("are not as they were before")
    assert held[1] == "The content of the snapshot"


def _plan(before: Before = Before.RUNNING) -> Plan:
    target = Target(Volume("v1", HOSTILE, 1, "error"), record(before=before))
    instance = None if before is Before.NONE else Instance("i1", HOSTILE, "ERROR")
    return Plan((target,), instance)


@pytest.mark.parametrize("halt", Halt)
def test_every_halt_is_told_in_whole_sentences(halt: Halt) -> None:
    plan = _plan()
    told = words.Teller(plan, Step(halt=halt, target=plan.lead), {}).state()
    for text in (told.title, told.text, told.advice):
        assert text
        assert "%(" not in text
        assert "<b>" not in text
        assert str(text).endswith(".") or text is told.title


@pytest.mark.parametrize("before", Before)
@pytest.mark.parametrize("stage", Stage)
def test_every_state_and_sentence_has_its_words(before: Before, stage: Stage) -> None:
    plan = _plan(before)
    plan = replace(
        plan, targets=(replace(plan.lead, record=replace(plan.lead.record, stage=stage)),)
    )
    teller = words.Teller(plan, Step(), {})
    said = [teller.state().title, teller.ends(), teller.lost() or "", teller.announced()]
    assert all(said[:2])
    assert not any("%(" in text for text in said)
    assert "<b>" not in said[1] + said[2]


@pytest.mark.parametrize("part", Part)
def test_every_step_has_its_words(part: Part) -> None:
    assert words.PARTS[part]
    assert set(words.MARKS) == set(Mark)
    assert set(words.CONTENTS) == set(Content)
