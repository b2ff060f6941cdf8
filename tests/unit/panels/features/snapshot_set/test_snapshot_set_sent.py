# SPDX-License-Identifier: Apache-2.0
"""Sending the dialog about several volumes: what is created, and when it returns."""

from typing import Any

import pytest

from snapshot_dashboard.rules import sets
from tests.unit.cloud.wire import CINDER, NOVA, SILENT, Wire, snapshot_json
from tests.unit.panels.features.snapshot_set.snapshot_sets import (
    CHANGED,
    OF_INSTANCE,
    SEVERAL,
    accepting,
    asked,
    fill,
    running,
    went_to,
)
from tests.unit.panels.person import Person

MISSING = "Tick the box above to create these snapshots, or press Cancel."


def test_each_is_made_by_the_rules_of_a_single_one(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    wire.volume("v3")
    accepting(wire)
    address = f"{OF_INSTANCE}&id=v1&id=v2&id=v3"
    dialog = person.get(address, dialog=True)
    answer = person.post(address, fill(dialog, tick=True, name="before"), dialog=True)
    query = went_to(answer)
    assert (query["id"], query["instance"]) == (["v1", "v2", "v3"], ["i1"])
    made = asked(wire)
    assert {each: body["force"] for each, body in made.items()} == {
        "v1": True,
        "v2": True,
        "v3": False,
    }
    assert made["v1"]["name"] == "before name of v1"
    notes = {each: body["metadata"] for each, body in made.items()}
    assert [notes[each]["snapshot_dashboard:taken_while"] for each in sorted(notes)] == [
        "running",
        "running",
        "detached",
    ]
    assert notes["v3"]["snapshot_dashboard:acknowledged"] == "no"
    assert {each[sets.SIZE] for each in notes.values()} == {"3"}
    (set_id,) = {each[sets.SET] for each in notes.values()}
    assert {each: note["snapshot_dashboard:request"] for each, note in notes.items()} == {
        each: sets.request_id(set_id, each, 0) for each in notes
    }


@pytest.mark.parametrize("ids", ["", "&id=v1"])
def test_what_nova_says_is_in_use_is_not_detached(wire: Wire, person: Person, ids: str) -> None:
    running(wire, "v1")
    # As after `cinder reset-state --state available --attach-status detached`.
    wire.volume("v1")
    accepting(wire)
    dialog = person.get(OF_INSTANCE + ids, dialog=True)
    answer = person.post(OF_INSTANCE + ids, fill(dialog), dialog=True)
    assert MISSING in answer.text
    assert asked(wire) == {}
    person.post(OF_INSTANCE + ids, fill(dialog, tick=True), dialog=True)
    assert [body["force"] for body in asked(wire).values()] == [True]


def test_what_is_left_out_is_not_made(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    accepting(wire)
    dialog = person.get(OF_INSTANCE, dialog=True)
    person.post(OF_INSTANCE, fill(dialog, "v2", tick=True), dialog=True)
    assert set(asked(wire)) == {"v2"}


def test_an_empty_name_becomes_the_dated_default_of_each(wire: Wire, person: Person) -> None:
    for each in ("v1", "v2"):
        wire.volume(each)
    accepting(wire)
    dialog = person.get(SEVERAL, dialog=True)
    person.post(SEVERAL, fill(dialog), dialog=True)
    names = [body["name"] for body in asked(wire).values()]
    assert sorted(each.partition(" 20")[0] for each in names) == ["name of v1", "name of v2"]


@pytest.mark.parametrize("said", [{}, {"acknowledged": "corrupted"}, {"acknowledged": "on"}])
def test_without_its_own_tick_nothing_is_made(
    wire: Wire, person: Person, said: dict[str, Any]
) -> None:
    running(wire, "v1", "v2")
    accepting(wire)
    dialog = person.get(OF_INSTANCE, dialog=True)
    again = person.post(OF_INSTANCE, fill(dialog, "v2", name="kept", **said), dialog=True)
    assert asked(wire) == {}
    assert MISSING in again.text
    assert again.value("id_name") == "kept"
    assert [each.get("value") for each in again.all("//input[@name='include'][@checked]")] == ["v2"]


def test_chosen_volumes_that_are_detached_need_no_tick(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"), volume_id="v1")
    wire.volume("v2")
    accepting(wire)
    dialog = person.get(SEVERAL, dialog=True)
    person.post(SEVERAL, fill(dialog, "v2"), dialog=True)
    assert {each: body["force"] for each, body in asked(wire).items()} == {"v2": False}


def test_none_chosen_is_said_at_the_list(wire: Wire, person: Person) -> None:
    wire.volume("v1")
    wire.volume("v2")
    dialog = person.get(SEVERAL, dialog=True)
    again = person.post(SEVERAL, {**fill(dialog), "include": []}, dialog=True)
    assert "Tick at least one volume." in again.text
    assert asked(wire) == {}


def test_what_became_worse_has_to_be_read_first(wire: Wire, person: Person) -> None:
    for each in ("v1", "v2"):
        wire.volume(each)
    accepting(wire)
    form = fill(person.get(SEVERAL, dialog=True), tick=True, name="kept")
    wire.attached(("i1", "ACTIVE"), volume_id="v2")
    again = person.post(SEVERAL, form, dialog=True)
    assert again.problem == CHANGED
    assert (
        "name of v2: Then: detached. Now: attached to an instance that is running."
        in again.problem_text
    )
    assert asked(wire) == {}
    assert not again.one("//input[@name='acknowledged']").checked
    assert again.value("id_name") == "kept"
    done = person.post(SEVERAL, fill(again, tick=True), dialog=True)
    assert went_to(done)
    assert {each: body["force"] for each, body in asked(wire).items()} == {
        "v1": False,
        "v2": True,
    }


def test_a_volume_that_was_attached_meanwhile_is_news(wire: Wire, person: Person) -> None:
    running(wire, "v1")
    accepting(wire)
    form = fill(person.get(OF_INSTANCE, dialog=True), tick=True)
    running(wire, "v1", "v2")
    again = person.post(OF_INSTANCE, form, dialog=True)
    assert again.problem == CHANGED
    assert "name of v2 is new here." in again.problem_text
    assert asked(wire) == {}


def test_a_volume_that_is_no_longer_there_is_news(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    accepting(wire)
    form = fill(person.get(OF_INSTANCE, dialog=True), tick=True)
    running(wire, "v1")
    again = person.post(OF_INSTANCE, form, dialog=True)
    assert again.problem == CHANGED
    assert "No longer there: v2." in again.problem_text
    assert asked(wire) == {}


def test_a_form_that_has_shown_nothing_makes_nothing(wire: Wire, person: Person) -> None:
    running(wire, "v1")
    accepting(wire)
    form = fill(person.get(OF_INSTANCE, dialog=True), tick=True) | {"seen": ""}
    answer = person.post(OF_INSTANCE, form, dialog=True)
    assert answer.problem.startswith("Nothing was created yet")
    assert asked(wire) == {}


def test_where_nothing_at_all_was_made_the_form_comes_back(wire: Wire, person: Person) -> None:
    for each in ("v1", "v2"):
        wire.volume(each)
    accepting(wire, "v1", "v2")
    form = fill(person.get(SEVERAL, dialog=True), name="kept")
    again = person.post(SEVERAL, form, dialog=True)
    assert again.problem == "Not created: your project has reached a limit"
    assert again.value("id_name") == "kept"


def test_sending_a_form_again_makes_nothing_twice(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    accepting(wire)
    form = fill(person.get(OF_INSTANCE, dialog=True), tick=True)
    first = person.post(OF_INSTANCE, form, dialog=True)
    made = {
        each: snapshot_json(f"s-{each}", volume_id=each, metadata=body["metadata"])
        for each, body in asked(wire).items()
    }
    wire.holds("snapshots", *made.values())
    second = person.post(OF_INSTANCE, form, dialog=True)
    assert went_to(second)["id"] == went_to(first)["id"] == ["v1", "v2"]
    assert len(asked(wire)) == 2


def test_a_set_that_is_complete_is_shown_whatever_has_changed_since(
    wire: Wire, person: Person
) -> None:
    for each in ("v1", "v2"):
        wire.volume(each)
    accepting(wire)
    form = fill(person.get(SEVERAL, dialog=True))
    person.post(SEVERAL, form, dialog=True)
    made = [
        snapshot_json(f"s-{each}", volume_id=each, metadata=body["metadata"])
        for each, body in asked(wire).items()
    ]
    wire.holds("snapshots", *made)
    running(wire, "v1", "v2")
    assert went_to(person.post(SEVERAL, form, dialog=True))["id"] == ["v1", "v2"]


def test_sending_it_again_at_once_makes_nothing_twice_either(wire: Wire, person: Person) -> None:
    # Cinder's list does not show yet what it has accepted.
    running(wire, "v1", "v2")
    accepting(wire)
    form = fill(person.get(OF_INSTANCE, dialog=True), tick=True)
    person.post(OF_INSTANCE, form, dialog=True)
    person.post(OF_INSTANCE, form, dialog=True)
    assert len(asked(wire)) == 2


def test_a_lost_answer_keeps_the_others_from_nothing(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")

    def answer(request: Any, context: Any) -> dict[str, Any]:
        body = request.json()["snapshot"]
        if body["volume_id"] == "v1":
            raise SILENT
        context.status_code = 202
        return {"snapshot": snapshot_json("s-v2", volume_id="v2", status="creating")}

    wire.mocker.register_uri("POST", f"{CINDER}/snapshots", json=answer)
    dialog = person.get(OF_INSTANCE, dialog=True)
    answered = person.post(OF_INSTANCE, fill(dialog, tick=True), dialog=True)
    assert went_to(answered)["id"] == ["v1", "v2"]
    assert set(asked(wire)) == {"v1", "v2"}


def test_an_unreadable_cloud_keeps_what_was_chosen_and_typed(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    form = fill(person.get(OF_INSTANCE, dialog=True), "v2", tick=True, name="kept")
    wire.breaks("GET", f"{NOVA}/servers/i1", SILENT)
    again = person.post(OF_INSTANCE, form, dialog=True)
    assert again.problem == "Not created"
    assert "The compute service did not answer." in again.problem_text
    assert again.value("id_name") == "kept"
    assert [each.value for each in again.all("//input[@name='include']")] == ["v2"]
    assert again.one("//input[@name='seen']").value == form["seen"]
    assert again.submits == [("btn btn-primary", "Try Again")]
