# SPDX-License-Identifier: Apache-2.0
"""The progress page of Create Volume and Attach; it attaches once."""

import json
import logging
from typing import Any

import pytest
from django.core.cache import cache

from snapshot_dashboard.cloud import investigation
from tests.unit.cloud.wire import (
    NOVA,
    OTHER_PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Wire,
    connection,
)
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.features.investigate.analysis import (
    ATTACH,
    CHOOSE,
    CREATE_AND_ATTACH,
    PROGRESS,
    STEP,
    attached,
    copy,
    server_json,
    there_are,
)
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Answer, Person

LEAVING = (
    "If you leave now, the volume is created but not attached. You find it on the Volumes page."
)
UNATTACHED = "The volume is Available but was not attached:"


@pytest.fixture
def ready(wire: Wire) -> Wire:
    """A volume that is being created for an instance that accepts it."""
    copy(wire)
    there_are(wire, server_json("i2", name="tools"))
    wire.says("GET", "/messages", {"messages": []})
    accepts(wire)
    return wire


def accepts(wire: Wire) -> None:
    """Let Nova accept an attachment."""
    wire.says("POST", ATTACH, {"volumeAttachment": {"device": "/dev/vdb"}})


def wanted() -> None:
    """Let somebody have asked for the attachment in a form."""
    investigation.want(connection(), "v9", "i2")


def look(person: Person) -> dict[str, Any]:
    """Ask as the page's script does."""
    answer = person.client.get(STEP, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def send(person: Person) -> dict[str, Any]:
    """Send the form as the page's script does."""
    headers = {"X-Requested-With": "XMLHttpRequest"}
    answer = person.client.post(PROGRESS, {"auto": "1"}, headers=headers)
    found: dict[str, Any] = json.loads(answer.content)
    return found


def press(person: Person) -> Answer:
    """Press the button."""
    return person.post(PROGRESS, {})


def asked(wire: Wire) -> list[dict[str, Any]]:
    """Return the bodies of the requests to attach."""
    return [request.json()["volumeAttachment"] for request in wire.sent("POST", ATTACH)]


def steps(answer: Answer) -> list[str]:
    """Return the steps with how far each is."""
    return [
        " ".join(each.text_content().split())
        for each in answer.all("//ol[@class='sd-progress-steps']/li")
    ]


def buttons(answer: Answer) -> list[str]:
    """Return the labels of the buttons that send the page's form."""
    path = "//form[@id='investigate_form']//*[@type='submit'][not(@hidden)]"
    return [each.get("value") for each in answer.all(path)]


def test_a_volume_that_is_being_created_is_the_first_of_three_steps(
    ready: Wire, person: Person
) -> None:
    page = person.get(PROGRESS)
    assert steps(page) == ["Creating volume", "Attaching to tools", "Ready"]
    assert page.said("//li[@aria-current='step']") == "Creating volume"
    assert LEAVING in page.text
    assert "Before you look at the copy" in page.text
    assert buttons(page) == []
    assert page.all("//form[@data-sd-moving]")
    assert page.one("//a[.='Check Again']").get("href") == PROGRESS


def test_opening_the_page_never_attaches(ready: Wire, person: Person) -> None:
    wanted()
    copy(ready, "available")
    page = person.get(PROGRESS)
    assert look(person)["attach"] is True
    assert buttons(page) == ["Attach Now"]
    assert asked(ready) == []


def test_an_available_volume_that_nobody_asked_for_waits_for_the_button(
    ready: Wire, person: Person
) -> None:
    copy(ready, "available")
    said = look(person)
    assert (said["attach"], said["pending"], said["button"]) == (False, False, "Attach Now")
    assert LEAVING in person.get(PROGRESS).text
    send(person)
    assert asked(ready) == []


def test_the_script_attaches_once(ready: Wire, person: Person) -> None:
    wanted()
    copy(ready, "available")
    send(person)
    send(person)
    assert asked(ready) == [{"volumeId": "v9"}]


def test_the_script_does_not_attach_before_the_volume_is_available(
    ready: Wire, person: Person
) -> None:
    wanted()
    assert send(person)["step"] == "creating"
    assert asked(ready) == []
    copy(ready, "available")
    assert look(person)["attach"] is True


def test_the_button_attaches_and_leads_back_to_the_page(ready: Wire, person: Person) -> None:
    copy(ready, "available")

    def accepted(request: Any, context: Any) -> dict[str, Any]:
        copy(ready, "reserved")
        ready.records("v9", "i2")
        return {"volumeAttachment": {"device": "/dev/vdb"}}

    ready.mocker.post(ATTACH, json=accepted)
    here = f"{PROGRESS}?next={SNAPSHOTS}"
    answer = person.post(here, {})
    assert (answer.status, answer.headers["Location"]) == (302, here)
    assert asked(ready) == [{"volumeId": "v9"}]
    assert look(person)["step"] == "attaching"


def test_while_it_is_attached_nothing_else_is_asked_for(ready: Wire, person: Person) -> None:
    wanted()
    copy(ready, "reserved")
    ready.records("v9", "i2")
    said = look(person)
    assert (said["step"], said["pending"], said["button"]) == ("attaching", True, "")
    press(person)
    send(person)
    assert asked(ready) == []


def test_an_attached_volume_is_told_with_its_device(ready: Wire, person: Person) -> None:
    attached(ready)
    page = person.get(PROGRESS)
    assert steps(page) == [
        "Creating volume Done",
        "Attaching to tools Done",
        "Ready: attached as /dev/vdb Done",
    ]
    assert LEAVING not in page.text
    assert buttons(page) == []
    assert page.one("//a[.='Show volume']").get("href") == f"{VOLUMES}v9/"
    said = look(person)
    assert (said["pending"], said["announce"]) == (False, "Ready: attached as /dev/vdb")


def test_without_a_device_none_is_made_up(ready: Wire, person: Person) -> None:
    attached(ready, None)
    assert "The device is chosen when the instance is unshelved." in person.get(PROGRESS).text


REASONS = [
    (409, "Cannot 'attach_volume' instance i2", "Cannot 'attach_volume' instance i2"),
    (400, "<b>in another zone</b>", "<b>in another zone</b>"),
    (403, "Policy does not allow", "Your role does not allow this."),
]


@pytest.mark.parametrize(("status", "reason", "said"), REASONS)
def test_a_refusal_is_told_and_can_be_tried_again(
    ready: Wire, person: Person, status: int, reason: str, said: str
) -> None:
    copy(ready, "available")
    ready.fails("POST", ATTACH, status, reason)
    answer = press(person)
    assert answer.status == 200
    assert answer.problem == f"{UNATTACHED} {said}"
    assert REQUEST_ID in answer.problem_text
    assert "<b>in another" not in answer.html
    assert buttons(answer) == ["Try Again"]
    assert answer.said("//a[contains(@class, 'cancel')]") == "Leave It"
    assert answer.one("//a[.='Choose another instance']").get("href") == CHOOSE
    # It survives a reload, and the script does not try again by itself.
    assert person.get(PROGRESS).problem == answer.problem
    told = look(person)
    assert (told["attach"], told["pending"], told["close"]) == (False, False, "Leave It")
    accepts(ready)
    press(person)
    assert len(asked(ready)) == 2


def test_what_was_accepted_and_not_carried_out_is_told(ready: Wire, person: Person) -> None:
    wanted()
    copy(ready, "available")
    send(person)
    said = look(person)
    assert (said["step"], said["attach"], said["button"]) == ("ready", False, "Try Again")
    assert "accepted the request, but did not carry it out" in said["html"]


def test_a_second_attempt_that_is_refused_because_of_the_first_is_no_failure(
    ready: Wire, person: Person
) -> None:
    copy(ready, "available")

    def refused(request: Any, context: Any) -> dict[str, Any]:
        attached(ready)
        context.status_code = 400
        return {"badRequest": {"message": "already attached"}}

    ready.mocker.post(ATTACH, json=refused)
    answer = press(person)
    assert (answer.status, answer.headers["Location"]) == (302, PROGRESS)
    assert look(person)["step"] == "attached"
    copy(ready, "available")
    # Nothing is left of it when the volume is detached later.
    assert person.get(PROGRESS).problem == ""


def test_two_at_the_same_moment_are_one(ready: Wire, person: Person) -> None:
    copy(ready, "available")

    def pressed_again(request: Any, context: Any) -> dict[str, Any]:
        if len(asked(ready)) == 1:
            Person().post(PROGRESS, {})
        return {"volumeAttachment": {"device": "/dev/vdb"}}

    ready.mocker.post(ATTACH, json=pressed_again)
    press(person)
    assert len(asked(ready)) == 1


def test_a_lost_answer_is_not_called_a_failure(ready: Wire, person: Person) -> None:
    copy(ready, "available")
    ready.breaks("POST", ATTACH, SILENT)
    answer = press(person)
    assert answer.problem == "It is not known yet whether the volume will be attached"
    assert UNATTACHED not in answer.text
    assert look(person)["pending"] is True
    # It may still be carried out: for a while nothing is sent again.
    accepts(ready)
    press(person)
    assert len(ready.sent("POST", ATTACH)) == 1


def test_a_compute_service_that_cannot_be_reached_is_told(ready: Wire, person: Person) -> None:
    copy(ready, "available")
    ready.breaks("POST", ATTACH, REFUSED)
    assert press(person).problem == f"{UNATTACHED} The compute service cannot be reached."


def test_an_instance_that_cannot_be_read_is_not_attached_to(ready: Wire, person: Person) -> None:
    wanted()
    copy(ready, "available")
    ready.breaks("GET", f"{NOVA}/servers/i2", SILENT)
    said = look(person)
    assert (said["attach"], said["button"]) == (False, "")
    press(person)
    send(person)
    assert asked(ready) == []


def test_an_instance_that_is_gone_is_told(ready: Wire, person: Person) -> None:
    wanted()
    copy(ready, "available")
    ready.fails("GET", f"{NOVA}/servers/i2", 404)
    page = person.get(PROGRESS)
    assert page.problem == "The instance no longer exists, or you cannot see it"
    assert page.one("//a[.='Choose another instance']").get("href") == CHOOSE
    assert look(person)["pending"] is False


FOREIGN = [
    ("volume", "This volume belongs to another project"),
    ("instance", "This instance belongs to another project"),
]


@pytest.mark.parametrize(("what", "title"), FOREIGN)
def test_nothing_of_another_project_is_ever_attached(
    ready: Wire, person: Person, what: str, title: str
) -> None:
    wanted()
    copy(ready, "available")
    if what == "volume":
        copy(ready, "available", **{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})
    else:
        there_are(ready, server_json("i2", tenant_id=OTHER_PROJECT))
    page = person.get(PROGRESS)
    assert (page.problem, buttons(page)) == (title, [])
    assert look(person)["attach"] is False
    press(person)
    send(person)
    assert asked(ready) == []


def test_a_volume_of_another_snapshot_is_not_attached(ready: Wire, person: Person) -> None:
    copy(ready, "available", snapshot_id="s2")
    assert person.get(PROGRESS).problem == "This volume no longer exists"
    press(person)
    assert asked(ready) == []


def test_a_volume_that_could_not_be_created_is_explained(ready: Wire, person: Person) -> None:
    copy(ready, "error")
    message = {"id": "m1", "resource_uuid": "v9", "event_id": "VOLUME_000", "request_id": "req-9"}
    message |= {"user_message": "schedule allocate volume:Could not find any available <weighed>"}
    message |= {"created_at": "2026-11-22T06:10:00.000000"}
    ready.says("GET", "/messages", {"messages": [message]})
    page = person.get(PROGRESS)
    assert page.problem == "The volume could not be created"
    assert "Could not find any available <weighed>" in page.problem_text
    assert "req-9" in page.problem_text
    assert page.one("//a[.='Create Volume and Attach']").get("href") == CREATE_AND_ATTACH
    assert steps(page)[0] == "Creating volume Not done"
    assert buttons(page) == []
    assert look(person)["pending"] is False


def test_a_volume_that_something_else_uses_is_told(ready: Wire, person: Person) -> None:
    copy(ready, "in-use")
    ready.records("v9", "i3")
    page = person.get(PROGRESS)
    assert page.problem == "The volume is not attached to tools"
    assert page.one("//a[.='Manage Attachments']").get("href") == f"{VOLUMES}v9/attach/"
    press(person)
    assert asked(ready) == []


def test_a_volume_that_is_gone_ends_it(ready: Wire, person: Person) -> None:
    ready.fails("GET", "/volumes/v9", 404)
    assert person.get(PROGRESS).problem == "This volume no longer exists"
    said = look(person)
    assert (said["step"], said["pending"]) == ("gone", False)
    assert "This volume no longer exists" in said["html"]


def test_a_service_that_is_silent_leaves_what_is_shown(ready: Wire, person: Person) -> None:
    ready.breaks("GET", "/volumes/v9", SILENT)
    assert person.client.get(STEP).status_code == 503
    assert person.get(PROGRESS).problem == "This cannot be shown right now"
    answer = press(person)
    assert answer.problem == "Not attached"
    assert "The storage service did not answer." in answer.problem_text


def test_in_another_project_nothing_is_attached(ready: Wire, person: Person) -> None:
    copy(ready, "available")
    answer = person.post(PROGRESS, {"opened_in": f"{OTHER_PROJECT} Research"})
    assert answer.problem == 'You have switched to project "Web & Shop"'
    assert asked(ready) == []
    assert json.loads(person.client.get(f"{STEP}?project={OTHER_PROJECT}").content) == {}


def test_it_leads_back_to_own_paths_only(ready: Wire, person: Person) -> None:
    def close(query: str) -> str:
        page = person.get(f"{PROGRESS}?next={query}")
        return str(page.one("//a[contains(@class, 'cancel')]").get("href"))

    assert close(f"{SNAPSHOTS}%3Fsort%3Dname") == f"{SNAPSHOTS}?sort=name"
    assert close("https://elsewhere.test/") == VOLUMES


def test_without_a_cache_nothing_is_attached_by_itself(ready: Wire, person: Person) -> None:
    wanted()
    cache.clear()
    copy(ready, "available")
    said = look(person)
    assert (said["attach"], said["button"]) == (False, "Attach Now")


def test_the_audit_log_has_each_attempt(
    ready: Wire, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    copy(ready, "available")
    ready.fails("POST", ATTACH, 409, "not now")
    press(person)
    (line,) = outcomes(caplog)
    assert (line["action"], line["id"], line["result"]) == ("volume.attach", "v9", "refused")
    assert (line["instance_id"], line["snapshot_id"]) == ("i2", "s1")
