# SPDX-License-Identifier: Apache-2.0
"""The copy before a revert: created once, waited for, checked for its age."""

import pytest

from snapshot_dashboard.rules.revert import COPY_BEFORE, COPY_OF
from tests.unit.cloud.wire import (
    SILENT,
    Wire,
)
from tests.unit.panels.features.revert.reverting import (
    REVERT,
    asked,
    buttons,
    copies,
    copy_json,
    fields,
    opened,
    prepare,
    press,
)
from tests.unit.panels.person import Person


@pytest.fixture
def ready(wire: Wire, person: Person) -> Wire:
    """A volume that can be reverted, and a Cinder that accepts whatever it is asked."""
    prepare(wire)
    return wire


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
    assert page.one("//a[.='Check Again']").get("href").startswith(REVERT)
