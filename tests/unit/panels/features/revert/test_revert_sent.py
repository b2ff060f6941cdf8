# SPDX-License-Identifier: Apache-2.0
"""A revert that is refused, lost or answered late; and an open dialog."""

import json
import logging
from typing import Any
from urllib.parse import quote

import pytest

from snapshot_dashboard.cloud import idempotency
from tests.unit.cloud.wire import (
    CINDER,
    OTHER_PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Wire,
    snapshot_json,
)
from tests.unit.panels.audit_trail import outcomes
from tests.unit.panels.features.revert.reverting import (
    ACTION,
    LIVE,
    REVERT,
    UNDER_WAY,
    asked,
    buttons,
    copy_json,
    fields,
    opened,
    prepare,
    press,
    titles,
)
from tests.unit.panels.person import Person

HOSTILE = "<script>alert('x')</script>\"'&"


@pytest.fixture
def ready(wire: Wire, person: Person) -> Wire:
    """A volume that can be reverted, and a Cinder that accepts whatever it is asked."""
    prepare(wire)
    return wire


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
    assert titles(answer) == ["With Revert Volume only the newest snapshot can be reverted to"]


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
    lines = outcomes(caplog)
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
    lines = outcomes(caplog)
    said = [(each["action"], each["id"], each["snapshot_id"]) for each in lines]
    assert said == [("volume.copy", "c1", "s1"), ("volume.revert", "v1", "s1")]
    assert lines[1]["copy_id"] == "c1"


# What can go wrong before it.


def test_nothing_can_be_sent_when_something_cannot_be_read(ready: Wire, person: Person) -> None:
    dialog = opened(person)
    ready.fails("GET", "/snapshots/detail", 500)
    assert opened(person).problem == "This cannot be shown right now"
    answer = press(person, "revert", dialog)
    assert answer.problem == "Not reverted"
    assert "The storage service answered with an internal error" in answer.problem_text
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
    monkeypatch.setattr(idempotency, "GIVEN_UP", 0.0)
    monkeypatch.setattr(idempotency, "_TIMES_WORKING", 0)
    ready.says("POST", ACTION, None, 202)
    assert "X-Horizon-Location" in press(person, "revert", answer).headers
    assert len(asked(ready)) == 2
