# SPDX-License-Identifier: Apache-2.0
"""The Revert Volume dialog: what it says, what it waits for, and what it never does."""

import json
import logging
from typing import Any
from urllib.parse import quote

import pytest

from snapshot_dashboard.cloud import once, session
from snapshot_dashboard.rules.revert import COPY_BEFORE, COPY_OF
from tests.unit.cloud.wire import (
    CINDER,
    OTHER_PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Wire,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import SNAPSHOTS, Answer, Person, user

REVERT = f"{SNAPSHOTS}s1/revert/"
LIVE = f"{REVERT}live/"
ACTION = "/volumes/v1/action"
HOSTILE = "<script>alert('x')</script>\"'&"
CHANGED_AT = "2026-11-22T07:00:00"
UNDER_WAY = "It is not known whether the volume is being reverted"


@pytest.fixture
def ready(wire: Wire, person: Person) -> Wire:
    """A volume that can be reverted, and a Cinder that accepts whatever it is asked."""
    wire.volume(name="data", updated_at=CHANGED_AT)
    wire.snapshot(name="before")
    wire.holds("snapshots", snapshot_json(name="before"))
    wire.says("POST", ACTION, None, 202)
    wire.says("POST", "/volumes", {"volume": copy_json(status="creating")}, 202)
    return wire


def copy_json(**more: Any) -> dict[str, Any]:
    """Return a copy of the volume that was made before this revert."""
    mine = {COPY_OF: "v1", COPY_BEFORE: "s1"}
    said = {"name": "kept", "metadata": mine, "created_at": "2026-11-22T08:00:00"}
    return volume_json("c1", **(said | more))


def opened(person: Person) -> Answer:
    """Open it as a modal."""
    return person.get(REVERT, dialog=True)


def fields(dialog: Answer) -> dict[str, str]:
    """Return the hidden fields."""
    return {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}


def press(
    person: Person, name: str, dialog: Answer | None = None, *, tick: bool = True, **more: Any
) -> Answer:
    """Press a button of a dialog, as a script sends it; ticked if there is a tick."""
    dialog = dialog or opened(person)
    form = {**fields(dialog), "pressed": name}
    boxes = dialog.all("//*[@id='id_acknowledged']")
    if tick and boxes:
        form["acknowledged"] = boxes[0].get("value")
    return person.post(REVERT, {**form, **more}, dialog=True)


def asked(wire: Wire) -> list[Any]:
    """Return the bodies of the requests to revert."""
    return [each.json() for each in wire.sent("POST", ACTION)]


def copies(wire: Wire) -> list[Any]:
    """Return the bodies of the requests for a copy."""
    return [each.json()["volume"] for each in wire.sent("POST", "/volumes")]


def titles(dialog: Answer) -> list[str]:
    """Return the title of each box."""
    found = dialog.all("//p[@class='sd-explanation-title']")
    return [" ".join(each.text_content().split()) for each in found]


def buttons(dialog: Answer) -> list[str]:
    """Return the names of the buttons that can be pressed."""
    return [each.get("name") for each in dialog.all("//*[@type='submit'][not(@hidden)]")]


def test_it_says_what_is_lost_and_offers_a_copy_first(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    assert dialog.said("//h3") == "Revert Volume to Snapshot"
    said = dialog.text
    assert titles(dialog)[0].startswith('Everything written to "data" since ')
    assert 'The volume goes back to the state in snapshot "before" (' in said
    assert "ago). This cannot be undone." in said
    assert "Keep a copy first (recommended)" in said
    assert "Makes a new volume with today's content. It needs 20 GiB of quota." in said
    assert "Volumes: 4 of 20 used, 5 after this one." in said
    assert "only the newest snapshot can be reverted to." in said
    assert "the volume may be in an error state until support resets it." in said
    assert "Not recorded: it is not known whether" in said
    assert dialog.tick.startswith("I understand that changes since ")
    assert buttons(dialog) == ["copy", "revert"]
    danger = ("btn btn-danger", "Revert Volume")
    assert dialog.submits[-1] == danger


def test_it_is_offered_with_every_snapshot_that_is_not_temporary(
    ready: Wire, person: Person
) -> None:
    ready.holds(
        "snapshots",
        snapshot_json("s1", status="creating"),
        snapshot_json("s2", status="error"),
        snapshot_json("s3", consumes_quota=False),
    )
    page = person.get(SNAPSHOTS)
    found = [each.get("href") for each in page.all("//a[contains(@href, '/revert/')]")]
    assert [each.partition("?")[0] for each in found] == [REVERT, f"{SNAPSHOTS}s2/revert/"]


def test_a_reader_is_not_offered_it(ready: Wire, log_in: LogIn) -> None:
    ready.holds("snapshots", snapshot_json())
    page = log_in(user("reader")).get(SNAPSHOTS)
    assert "name of s1" in page.text
    assert page.all("//a[contains(@href, '/revert/')]") == []


def test_a_revert_is_asked_for_once_and_told(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    answer = press(person, "revert", dialog)
    assert answer.headers["X-Horizon-Location"] == SNAPSHOTS
    assert asked(ready) == [{"revert": {"snapshot_id": "s1"}}]
    page = person.get(SNAPSHOTS)
    assert 'Reverting volume "data" to snapshot "before". Show volume' in page.text
    # A second sending of the same form, at whatever moment.
    again = press(person, "revert", dialog)
    assert again.problem == UNDER_WAY
    assert len(asked(ready)) == 1


def test_a_second_sending_is_told_that_it_goes_on(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    press(person, "revert", dialog)
    ready.volume(status="reverting")
    ready.snapshot(status="restoring")
    assert "X-Horizon-Location" in press(person, "revert", dialog).headers
    assert len(asked(ready)) == 1


@pytest.mark.parametrize("ticked", ["", "corrupted", "lost_without_copy"])
def test_without_its_own_tick_nothing_is_asked_for(
    ready: Wire, person: Person, ticked: str
) -> None:
    answer = press(person, "revert", tick=False, acknowledged=ticked)
    assert asked(ready) == []
    error = "Tick the box above to revert the volume, or press Cancel."
    assert answer.said("//*[@id='id_acknowledged_error']") == error


@pytest.mark.parametrize("name", ["", "something"])
def test_a_form_without_a_button_does_nothing(ready: Wire, person: Person, name: str) -> None:
    answer = press(person, name)
    assert (answer.status, asked(ready), copies(ready)) == (200, [], [])


CHANGES = [
    {"updated_at": "2026-11-22T07:00:01"},
    {"status": "in-use"},
    {"size": 30},
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_told_first_and_the_tick_is_gone(
    ready: Wire, person: Person, change: dict[str, Any]
) -> None:
    dialog = opened(person)
    ready.volume(**({"name": "data", "updated_at": CHANGED_AT} | change))
    answer = press(person, "revert", dialog)
    assert asked(ready) == []
    assert answer.problem == "Nothing was changed: the situation changed while this form was open"
    assert answer.all("//*[@id='id_acknowledged'][@checked]") == []


def test_a_form_that_has_shown_nothing_is_shown_first(ready: Wire, person: Person) -> None:
    answer = press(person, "revert", seen="")
    assert answer.problem.startswith("Nothing was changed yet: this form has not shown")
    assert asked(ready) == []


BLOCKED = [
    ({"volume": {"size": 30}}, "The volume has been extended since this snapshot was taken"),
    ({"volume": {"status": "reverting"}}, "This volume is busy: Reverting"),
    ({"volume": {"status": "error"}}, "This volume is in an error state (Error)"),
    (
        {"volume": {"status": "maintenance"}},
        "This volume cannot be reverted now: its status is Maintenance",
    ),
    ({"snapshot": {"status": "backing-up"}}, "The snapshot is busy: Backing Up"),
    ({"snapshot": {"status": "error"}}, "A volume cannot be reverted to this snapshot"),
    ({"snapshot": {"consumes_quota": False}}, "A volume cannot be reverted to this snapshot"),
    (
        {"snapshot": {"os-extended-snapshot-attributes:project_id": OTHER_PROJECT}},
        "This snapshot or its volume belongs to another project",
    ),
    ({"newest": {"name": "newer"}}, "Only the newest snapshot can be reverted to"),
    ({"versions": "3.39"}, "This cloud's storage service cannot revert volumes"),
]


@pytest.mark.parametrize(("facts", "title"), BLOCKED)
def test_what_stands_in_the_way_is_explained_and_nothing_can_be_sent(
    ready: Wire, person: Person, facts: dict[str, Any], title: str
) -> None:
    before = opened(person)
    if "versions" in facts:
        ready.versions(facts["versions"])
        session.versions.forget()
    ready.volume(**({"name": "data", "updated_at": CHANGED_AT} | facts.get("volume", {})))
    ready.snapshot(**facts.get("snapshot", {}))
    if "newest" in facts:
        ready.holds("snapshots", snapshot_json("s2", **facts["newest"]), snapshot_json())
    dialog = opened(person)
    assert titles(dialog) == [title]
    assert buttons(dialog) == []
    assert dialog.tick == ""
    # And whoever sends a form from before.
    for name in ("revert", "copy"):
        answer = press(person, name, before)
        assert titles(answer) == [title]
        assert answer.problem
    assert asked(ready) == [] and copies(ready) == []


def test_an_attached_volume_leads_to_manage_attachments(ready: Wire, person: Person) -> None:
    ready.attached(("i1", "ACTIVE"))
    dialog = opened(person)
    assert titles(dialog) == ["Detach the volume first: it is attached to name of i1"]
    assert len(dialog.all("//*[@id='sd-explanation']//ol/li")) == 4
    assert dialog.one("//a[.='Manage Attachments']").get("href") == "/project/volumes/v1/attach/"


def test_a_system_disk_has_three_ways(ready: Wire, person: Person) -> None:
    root = {"device": "/dev/vda", "attachment_id": "a1", "server_id": "i1", "id": "v1"}
    ready.attached(("i1", "ACTIVE"), bootable="true", attachments=[root])
    dialog = opened(person)
    said = "The system disk of name of i1 cannot be reverted while the instance exists"
    assert titles(dialog) == [said]
    ways = dialog.all("//ol[@class='sd-ways']/li")
    assert [len(each.xpath("./a")) for each in ways][::2] == [1, 0]
    assert ways[0].xpath("./a")[0].get("href") == "/project/volumes/create/?snapshot_id=s1"
    assert dialog.all("//a[.='Manage Attachments']") == []


def test_a_failed_revert_says_whom_to_ask(ready: Wire, person: Person, settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SUPPORT_TEXT": "Ask the desk", "SUPPORT_URL": "/desk"}
    ready.volume(status="error")
    name = "[revert] volume v1 backup snapshot"
    kept = snapshot_json("s9", name=name, consumes_quota=False)
    ready.holds("snapshots", kept, snapshot_json())
    dialog = opened(person)
    looks = "This volume is in an error state, and it looks like a revert has failed"
    assert titles(dialog) == [looks]
    assert "Contact support and give this ID: v1" in dialog.text
    assert dialog.one("//*[@id='sd-explanation']//a[.='Ask the desk']").get("href") == "/desk"
    assert dialog.one("//a[.='Create Volume']").get("href").endswith("?snapshot_id=s9")
    details = person.get("/project/volumes/v1/")
    assert "It looks like a revert of this volume has failed" in details.text
    ready.holds("snapshots", snapshot_json())
    assert "revert" not in person.get("/project/volumes/v1/").text


def test_the_details_of_any_other_volume_cost_no_call_more(ready: Wire, person: Person) -> None:
    person.get("/project/volumes/v1/")
    assert ready.sent("GET", "/snapshots/detail") == []


# The copy.


def test_a_copy_is_asked_for_with_what_finds_it_again(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    answer = press(person, "copy", dialog)
    (body,) = copies(ready)
    assert body["name"].startswith("data before revert 20")
    assert (body["source_volid"], body["size"]) == ("v1", 20)
    said = body["metadata"]
    assert (said[COPY_OF], said[COPY_BEFORE]) == ("v1", "s1")
    assert said["snapshot_dashboard:request"] == fields(dialog)["request"]
    assert "Copying... you can leave this page." in answer.text
    assert (buttons(answer), answer.tick) == ([], "")


def test_the_revert_waits_for_a_copy_that_was_begun(ready: Wire, person: Person) -> None:
    ready.holds("volumes", copy_json(status="creating"))
    dialog = opened(person)
    assert "Copying... you can leave this page." in dialog.text
    answer = press(person, "revert", dialog, tick=False, acknowledged="lost")
    assert answer.problem == "Nothing was changed: the copy is not finished"
    assert asked(ready) == []
    press(person, "copy", dialog)
    assert copies(ready) == []


def test_a_finished_copy_is_told_and_the_revert_is_there(ready: Wire, person: Person) -> None:
    ready.holds("volumes", copy_json())
    dialog = opened(person)
    assert 'Copy "kept" is Available. You can revert now.' in dialog.text
    assert buttons(dialog) == ["revert"]
    assert "X-Horizon-Location" in press(person, "revert", dialog).headers
    assert len(asked(ready)) == 1


def test_a_failed_copy_costs_another_tick(ready: Wire, person: Person) -> None:
    ready.holds("volumes", copy_json(status="error"))
    dialog = opened(person)
    assert dialog.tick.startswith("I understand that the copy failed, and that changes since ")
    assert buttons(dialog) == ["copy", "revert"]
    press(person, "revert", dialog, tick=False, acknowledged="lost")
    assert asked(ready) == []
    press(person, "revert", dialog)
    assert len(asked(ready)) == 1


def test_a_copy_of_which_nothing_is_known_keeps_its_form_from_reverting(
    ready: Wire, person: Person
) -> None:
    ready.breaks("POST", "/volumes", SILENT)
    dialog = opened(person)
    lost = "It is not known yet whether the volume was created"
    answer = press(person, "copy", dialog)
    assert answer.problem == lost
    assert press(person, "revert", answer).problem == lost
    assert press(person, "copy", answer).problem == lost
    assert asked(ready) == [] and len(copies(ready)) == 1


def test_two_sendings_make_one_copy(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    press(person, "copy", dialog)
    request = {"snapshot_dashboard:request": fields(dialog)["request"]}
    made = copy_json(status="creating")
    ready.holds("volumes", made | {"metadata": made["metadata"] | request})
    assert "Copying..." in press(person, "copy", dialog).text
    assert len(copies(ready)) == 1


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (413, "Not created: your project has reached a limit"),
        (403, "Your role does not allow this"),
        (400, "Not created: the storage service refused the request"),
    ],
)
def test_a_refused_copy_gives_the_reason(
    ready: Wire, person: Person, status: int, title: str
) -> None:
    ready.fails("POST", "/volumes", status, "Because of it")
    answer = press(person, "copy")
    assert answer.problem == title and "Because of it" in answer.problem_text
    assert buttons(answer) == ["copy", "revert"]


def test_without_scripts_the_copy_leads_to_a_page_that_can_be_reloaded(
    ready: Wire, person: Person
) -> None:
    form = fields(person.get(REVERT))
    answer = person.post(REVERT, {**form, "copy": "Create Copy"})
    assert (answer.status, answer.headers["Location"].partition("?")[0]) == (302, REVERT)
    ready.holds("volumes", copy_json(status="creating"))
    page = person.get(REVERT)
    assert page.one("//a[.='Check again']").get("href").startswith(REVERT)


# What can go wrong with the revert.

REFUSALS = [
    (400, "Not reverted: the storage service refused the request"),
    (409, "Not reverted: the storage service refused the request"),
    (403, "Your role does not allow this"),
]


@pytest.mark.parametrize(("status", "title"), REFUSALS)
def test_a_refusal_keeps_the_dialog_with_tick_and_reason(
    ready: Wire, person: Person, status: int, title: str
) -> None:
    ready.fails("POST", ACTION, status, "Because of it")
    answer = press(person, "revert")
    assert answer.problem == title
    assert "Because of it" in answer.problem_text and REQUEST_ID in answer.problem_text
    assert len(answer.all("//*[@id='id_acknowledged'][@checked]")) == 1
    # It is certain that nothing was changed: the same form may try again.
    ready.says("POST", ACTION, None, 202)
    assert "X-Horizon-Location" in press(person, "revert", answer).headers


def test_a_refusal_shows_what_has_changed(ready: Wire, person: Person) -> None:
    def refuse(request: Any, context: Any) -> Any:
        ready.holds("snapshots", snapshot_json("s2"), snapshot_json())
        context.status_code = 400
        return {"badRequest": {"code": 400, "message": "not the latest one"}}

    ready.mocker.register_uri("POST", f"{CINDER}{ACTION}", json=refuse)
    answer = press(person, "revert")
    assert "not the latest one" in answer.problem_text
    assert titles(answer) == ["Only the newest snapshot can be reverted to"]


def test_no_connection_is_told_as_nothing_changed(ready: Wire, person: Person) -> None:
    ready.breaks("POST", ACTION, REFUSED)
    answer = press(person, "revert")
    assert answer.problem == "Not reverted: the storage service cannot be reached"


def test_a_lost_answer_is_not_known_and_not_sent_again(ready: Wire, person: Person) -> None:
    ready.breaks("POST", ACTION, SILENT)
    answer = press(person, "revert")
    assert answer.problem == UNDER_WAY
    assert "The volume's status is Available now." in answer.problem_text
    assert "Nothing was" not in answer.problem_text
    again = press(person, "revert", answer)
    assert again.problem == UNDER_WAY
    assert len(asked(ready)) == 1


@pytest.mark.parametrize("how", ["SILENT", "500"])
def test_a_lost_answer_is_looked_up_at_the_volume(
    ready: Wire, person: Person, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")

    def accepted_but_lost(request: Any, context: Any) -> Any:
        ready.volume(status="reverting", name="data")
        ready.snapshot(status="restoring")
        if how == "SILENT":
            raise SILENT
        context.status_code = 500
        return {}

    ready.mocker.register_uri("POST", f"{CINDER}{ACTION}", json=accepted_but_lost)
    assert "X-Horizon-Location" in press(person, "revert").headers
    lines = [json.loads(each.getMessage()) for each in caplog.records if each.levelno == 20]
    said = [(each["action"], each["id"], each["result"]) for each in lines]
    assert said == [("volume.revert", "v1", "unknown"), ("volume.revert", "v1", "accepted")]
    assert lines[1]["found_later"] is True


def test_a_lost_answer_after_a_quick_revert_claims_nothing(ready: Wire, person: Person) -> None:
    def done_but_lost(request: Any, context: Any) -> Any:
        ready.volume(updated_at="2026-11-22T09:00:00")
        raise SILENT

    ready.mocker.register_uri("POST", f"{CINDER}{ACTION}", json=done_but_lost)
    answer = press(person, "revert")
    assert answer.problem == UNDER_WAY
    assert "it may have been reverted" in answer.problem_text
    assert answer.all("//*[@id='id_acknowledged'][@checked]") == []


def test_the_audit_log_tells_who_reverted_what_with_which_copy(
    ready: Wire, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    press(person, "copy")
    ready.holds("volumes", copy_json())
    press(person, "revert")
    lines = [json.loads(each.getMessage()) for each in caplog.records if each.levelno == 20]
    said = [(each["action"], each["id"], each["snapshot_id"]) for each in lines]
    assert said == [("volume.copy", "c1", "s1"), ("volume.revert", "v1", "s1")]
    assert lines[1]["copy_id"] == "c1"


# What can go wrong before it.


def test_nothing_can_be_sent_when_something_cannot_be_read(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    ready.fails("GET", "/snapshots/detail", 500)
    assert opened(person).problem == "This cannot be shown right now"
    answer = press(person, "revert", dialog)
    assert answer.problem == "Not reverted: the storage service cannot be reached"
    assert answer.submits == [("btn btn-primary", "Try Again")]
    assert asked(ready) == []
    # Tried again, it is the same form with the same tick.
    ready.holds("snapshots", snapshot_json())
    retry = {**fields(answer), "pressed": answer.one("//*[@type='submit']").get("name")}
    assert "X-Horizon-Location" in person.post(REVERT, retry, dialog=True).headers
    assert len(asked(ready)) == 1


def test_limits_that_cannot_be_read_are_no_hindrance(ready: Wire, person: Person) -> None:
    ready.fails("GET", "/os-quota-sets/p-web-shop", 500)
    dialog = opened(person)
    assert "Limits cannot be read right now." in dialog.text
    assert buttons(dialog) == ["copy", "revert"]


def test_what_is_gone_is_told_so(ready: Wire, person: Person) -> None:
    ready.fails("GET", "/volumes/v1", 404)
    said = "The volume of this snapshot cannot be seen from this project"
    assert opened(person).problem == said
    ready.fails("GET", "/snapshots/s1", 404)
    assert opened(person).problem == "This snapshot no longer exists"


def test_a_form_of_another_project_changes_nothing(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    answer = press(person, "revert", dialog, opened_in=f"{OTHER_PROJECT} Research")
    assert answer.problem == 'You have switched to project "Web & Shop"'
    assert 'opened in project "Research". Nothing was changed.' in answer.problem_text
    assert asked(ready) == []


def test_names_are_text_and_nothing_else(ready: Wire, person: Person) -> None:
    ready.volume(name=HOSTILE)
    ready.snapshot(name=HOSTILE)
    ready.holds("volumes", copy_json(name=HOSTILE))
    dialog = opened(person)
    assert "<script>alert" not in dialog.html
    assert HOSTILE in dialog.said("//*[@class='sd-subtitle']")
    assert "<bdi>&lt;script&gt;" in dialog.html


# An open dialog.


def live(person: Person, seen: str = "") -> Any:
    """Ask as an open dialog does."""
    return json.loads(person.get(f"{LIVE}?seen={seen}", dialog=True).html)


def test_an_open_dialog_is_told_only_what_is_new(ready: Wire, person: Person) -> None:
    ready.holds("volumes", copy_json(status="creating"))
    dialog = opened(person)
    seen = quote(fields(dialog)["seen"])
    assert live(person, seen) == {}
    ready.holds("volumes", copy_json())
    told = live(person, seen)
    assert told["usable"] is True
    assert "is Available. You can revert now." in told["announce"]
    assert 'name="acknowledged"' in told["html"] and "checked" not in told["html"]
    ready.attached(("i1", "ACTIVE"))
    told = live(person, quote(told["seen"]))
    assert (told["usable"], "Manage Attachments" in told["html"]) == (False, True)
    assert told["leave"] == "Close"


def test_an_open_dialog_is_told_that_something_is_gone(ready: Wire, person: Person) -> None:
    ready.fails("GET", "/snapshots/s1", 404)
    assert "This snapshot no longer exists" in live(person)["gone"]
    ready.fails("GET", "/snapshots/s1", 500)
    assert person.get(LIVE, dialog=True).status == 503
    assert live_elsewhere(person) == {}


def live_elsewhere(person: Person) -> Any:
    """Ask with a form of another project."""
    return json.loads(person.get(f"{LIVE}?project={OTHER_PROJECT}", dialog=True).html)


def test_a_claim_is_given_up_after_a_while(
    ready: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready.breaks("POST", ACTION, SILENT)
    answer = press(person, "revert")
    monkeypatch.setattr(once, "GIVEN_UP", 0.0)
    monkeypatch.setattr(once, "_TIMES_WORKING", 0)
    ready.says("POST", ACTION, None, 202)
    assert "X-Horizon-Location" in press(person, "revert", answer).headers
    assert len(asked(ready)) == 2
