# SPDX-License-Identifier: Apache-2.0
"""Snapshots of several volumes: what the dialog says, and what its form makes."""

import ast
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from openstack_auth.user import User

from snapshot_dashboard.rules import sets
from tests.unit.cloud.wire import (
    CINDER,
    NOVA,
    OTHER_PROJECT,
    REQUEST_ID,
    SILENT,
    Wire,
    snapshot_json,
)
from tests.unit.panels.person import VOLUMES, Answer, Person, user

SET = f"{VOLUMES}snapshot_set/"
OF_INSTANCE = f"{SET}?instance=i1"
SEVERAL = f"{SET}?id=v1&id=v2"
TICK = "I understand that these snapshots may be corrupted and are not taken at the same instant."
CHANGED = "Nothing was created: the situation changed while this form was open"
MISSING = "Tick the box above to create these snapshots, or press Cancel."


def volumes_of(wire: Wire, *ids: str, instance_id: str = "i1") -> None:
    """Let an instance have these volumes, for Nova."""
    found = [{"volumeId": each, "device": f"/dev/vd{'abcdef'[n]}"} for n, each in enumerate(ids)]
    url = f"{NOVA}/servers/{instance_id}/os-volume_attachments"
    wire.says("GET", url, {"volumeAttachments": found})


def running(wire: Wire, *ids: str, status: str = "ACTIVE", **more: Any) -> None:
    """Let an instance use these volumes."""
    for each in ids:
        wire.attached(("i1", status), volume_id=each)
    wire.instance("i1", status, **more)
    volumes_of(wire, *ids)


def accepting(wire: Wire, *refused: str, status: int = 413) -> None:
    """Let Cinder accept a snapshot of every volume but these."""

    def answer(request: Any, context: Any) -> dict[str, Any]:
        body = request.json()["snapshot"]
        if body["volume_id"] in refused:
            context.status_code = status
            context.headers["x-compute-request-id"] = REQUEST_ID
            return {"badRequest": {"code": status, "message": "the reason"}}
        context.status_code = 202
        made = snapshot_json(f"s-{body['volume_id']}", status="creating")
        return {"snapshot": made | {"volume_id": body["volume_id"], "name": body["name"]}}

    wire.mocker.register_uri("POST", f"{CINDER}/snapshots", json=answer)


def fill(dialog: Answer, *include: str, tick: bool = False, **more: Any) -> dict[str, Any]:
    """Return what a browser would send; with ``include``, these volumes instead of those ticked."""
    hidden = {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}
    chosen = [each.get("value") for each in dialog.all("//input[@name='include'][@checked]")]
    said = {**hidden, "include": list(include) or chosen, **more}
    return said | ({"acknowledged": "set"} if tick else {})


def asked(wire: Wire) -> dict[str, dict[str, Any]]:
    """Return the body of each request for a snapshot, by volume."""
    bodies = [each.json()["snapshot"] for each in wire.sent("POST", "/snapshots")]
    assert len({each["volume_id"] for each in bodies}) == len(bodies), "one was asked for twice"
    return {each["volume_id"]: each for each in bodies}


def went_to(answer: Answer) -> dict[str, list[str]]:
    """Return the query of the set's own page, which the answer leads to."""
    address = urlsplit(answer.headers["X-Horizon-Location"])
    assert sets.as_set_id(address.path.removeprefix(SET).strip("/"))
    return parse_qs(address.query)


def test_an_instance_with_all_its_volumes(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    dialog = person.get(OF_INSTANCE, dialog=True)
    assert dialog.said("//h3") == "Snapshot All Volumes of name of i1"
    rows = [
        " ".join(each.text_content().split()) for each in dialog.all("//li[@class='sd-set-row']")
    ]
    assert len(rows) == 2
    assert rows[0].startswith("name of v1 - 20 GiB - ssd name of i1 is running and may be writing")
    assert "name of i1 - Active - /dev/vdb" in rows[0]
    assert "2 of these volumes are attached" in dialog.explanation
    assert dialog.tick == TICK
    assert not dialog.one("//input[@name='acknowledged']").checked
    assert dialog.submits == [("btn btn-warning", "Create 2 Snapshots (Force)")]
    assert "not at the same instant. If a database or file system spans" in dialog.text
    assert "is not a volume" not in dialog.text
    assert "Each snapshot gets this name and the name of its volume." in dialog.text


def test_its_cost_is_that_of_its_volumes(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    # Which version to speak is known from then on.
    person.get(VOLUMES)
    before = len(wire.mocker.request_history)
    person.get(OF_INSTANCE, dialog=True)
    # The instance twice (itself, and as what uses the volumes), its list of volumes, two calls a
    # volume, the limits.
    assert len(wire.mocker.request_history) - before == 2 + 1 + 4 + 1


def test_detached_volumes_need_no_tick(wire: Wire, person: Person) -> None:
    for each in ("v1", "v2"):
        wire.volume(each)
    dialog = person.get(SEVERAL, dialog=True)
    assert dialog.said("//h3") == "Create Volume Snapshots"
    assert dialog.tick == ""
    assert dialog.submits == [("btn btn-primary", "Create 2 Snapshots")]


def test_a_resting_instance_is_told_more_calmly(wire: Wire, person: Person) -> None:
    running(wire, "v1", status="SHUTOFF")
    dialog = person.get(OF_INSTANCE, dialog=True)
    assert dialog.all("//*[contains(@class, 'sd-explanation-calm')]")
    assert "sound only if the instance shut down normally" in dialog.explanation


def test_a_system_disk_that_is_no_volume_is_said_to_be_left_out(wire: Wire, person: Person) -> None:
    running(wire, "v1", image={"id": "g1"})
    dialog = person.get(OF_INSTANCE, dialog=True)
    notice = dialog.said("//*[contains(@class, 'sd-left-out')]")
    assert notice.startswith("The system disk of name of i1 is not a volume and is not included")
    assert "To keep it too, use Create Snapshot on the Instances page" in notice
    link = dialog.one("//*[contains(@class, 'sd-left-out')]//a[contains(@class, 'btn')]")
    assert link.get("href").endswith("/images/i1/create/")


def test_an_instance_without_volumes_says_so(wire: Wire, person: Person) -> None:
    wire.instance("i1", image={"id": "g1"})
    volumes_of(wire)
    dialog = person.get(OF_INSTANCE, dialog=True)
    assert dialog.problem == "name of i1 has no volumes"
    assert "is not a volume and is not included" in dialog.text
    assert dialog.submits == []


def test_the_limits_are_for_all_together(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2", "v3")
    wire.quota(snapshots=(8, 10), snapshots_ssd=(0, 5))
    dialog = person.get(OF_INSTANCE, dialog=True)
    said = dialog.said("//*[@class='sd-quota']")
    assert "Snapshots: 8 of 10 used, 11 after these." in said
    assert "This needs 3 snapshots and 2 are left. Some will be refused: leave volumes out" in said
    assert "Storage: 940 of 1,000 GiB used, 1,000 GiB after these." in said
    assert 'Snapshots of type "ssd": 0 of 5 used, 3 after these.' in said
    assert dialog.submits


def test_a_blocked_volume_is_listed_with_the_reason_and_cannot_be_chosen(
    wire: Wire, person: Person
) -> None:
    wire.volume("v1", status="backing-up")
    wire.volume("v2")
    dialog = person.get(SEVERAL, dialog=True)
    assert "Not included: A backup of this volume is being made" in dialog.text
    assert [each.get("value") for each in dialog.all("//input[@name='include']")] == ["v2"]
    assert dialog.submits == [("btn btn-primary", "Create 1 Snapshot")]


def test_where_all_are_blocked_there_is_no_button(wire: Wire, person: Person) -> None:
    for each in ("v1", "v2"):
        wire.volume(each, status="error")
    dialog = person.get(SEVERAL, dialog=True)
    assert dialog.submits == []
    assert dialog.said("//a[contains(@class, 'cancel')]") == "Close"


def test_a_volume_of_another_project_is_never_taken(
    wire: Wire, person: Person, log_in: Callable[[User], Person]
) -> None:
    admin = log_in(user("admin"))
    wire.volume("v1", **{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT})
    wire.volume("v2")
    accepting(wire)
    dialog = admin.get(SEVERAL, dialog=True)
    assert "Not included: This volume belongs to another project" in dialog.text
    answer = admin.post(SEVERAL, fill(dialog, "v1", "v2", tick=True), dialog=True)
    assert answer.problem == CHANGED
    assert asked(wire) == {}


def test_a_volume_that_cannot_be_read_is_listed_and_left_out(wire: Wire, person: Person) -> None:
    wire.volume("v1")
    wire.volume("v2")
    wire.fails("GET", "/volumes/v2", 404, "not found")
    dialog = person.get(SEVERAL, dialog=True)
    assert "Cannot be read, and is not included." in dialog.text
    assert [each.get("value") for each in dialog.all("//input[@name='include']")] == ["v1"]


def test_names_are_text(wire: Wire, person: Person) -> None:
    running(wire, "v1", name="<b>web</b>")
    wire.attached(("i1", "ACTIVE"), volume_id="v1", name="<i>data</i>")
    wire.instance("i1", name="<b>web</b>")
    dialog = person.get(OF_INSTANCE, dialog=True)
    assert not dialog.all("//b | //i")
    assert "<b>web</b>" in dialog.said("//h3")


@pytest.mark.parametrize(
    ("address", "title"),
    [
        (SET, "No volume was chosen"),
        (SET + "?" + "&".join(f"id=v{n}" for n in range(51)), "Too many volumes"),
    ],
)
def test_none_and_too_many_make_nothing(
    wire: Wire, person: Person, address: str, title: str
) -> None:
    dialog = person.get(address, dialog=True)
    assert (dialog.problem, dialog.submits) == (title, [])


def test_an_instance_that_is_gone_is_said_to_be(wire: Wire, person: Person) -> None:
    wire.fails("GET", f"{NOVA}/servers/i1", 404)
    wire.fails("GET", f"{NOVA}/servers/i1/os-volume_attachments", 404)
    assert person.get(OF_INSTANCE, dialog=True).problem == "This instance no longer exists"


def test_each_is_made_by_the_rules_of_a_single_one(wire: Wire, person: Person) -> None:
    running(wire, "v1", "v2")
    wire.volume("v3")
    volumes_of(wire, "v1", "v2", "v3")
    accepting(wire)
    dialog = person.get(OF_INSTANCE, dialog=True)
    answer = person.post(OF_INSTANCE, fill(dialog, tick=True, name="before"), dialog=True)
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
    assert again.problem == "Not created: the storage service cannot be reached"
    assert again.value("id_name") == "kept"
    assert [each.value for each in again.all("//input[@name='include']")] == ["v2"]
    assert again.one("//input[@name='seen']").value == form["seen"]
    assert again.submits == [("btn btn-primary", "Try Again")]


def test_the_filter_for_a_set_is_written_as_cinder_reads_it(wire: Wire, person: Person) -> None:
    address = f"{SET}{'0' * 8}-0000-4000-8000-{'0' * 12}/?id=v1"
    person.get(address)
    query = wire.query("/snapshots/detail")
    assert ast.literal_eval(query["metadata"]) == {sets.SET: address.removeprefix(SET)[:36]}


def test_the_script_is_told_what_the_ticked_volumes_need(wire: Wire, person: Person) -> None:
    answer = person.client.get(f"{SET}chosen/?size=20&type=ssd&size=x&type=&size=50&type=&force=1")
    said = answer.json()
    assert said["button"]["label"] == "Create 2 Snapshots (Force)"
    assert "Snapshots: 7 of 10 used, 9 after these." in said["quota"]
    assert "Storage: 940 of 1,000 GiB used, 1,010 GiB after these." in said["quota"]


def test_a_single_volume_leads_to_all_of_its_instance(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(f"{VOLUMES}v1/create_snapshot/", dialog=True)
    link = dialog.one("//*[@id='sd-explanation']//a[contains(@href, 'snapshot_set')]")
    assert link.get("href") == OF_INSTANCE
    wire.volume("v1")
    assert "snapshot_set" not in person.get(f"{VOLUMES}v1/create_snapshot/", dialog=True).html


def test_ticked_rows_lead_to_the_dialog(wire: Wire, person: Person) -> None:
    data = {"action": "volumes__create_snapshots", "object_ids": ["v1", "v2"]}
    answer = person.post(VOLUMES, data)
    address = urlsplit(answer.headers["Location"])
    assert address.path == SET
    assert parse_qs(address.query) == {"id": ["v1", "v2"], "next": [VOLUMES]}


def test_too_many_ticked_rows_are_said_to_be(wire: Wire, person: Person) -> None:
    ids = [f"v{n}" for n in range(51)]
    answer = person.post(VOLUMES, {"action": "volumes__create_snapshots", "object_ids": ids})
    assert answer.headers["Location"] == VOLUMES


def test_how_many_can_be_chosen_is_said_before(wire: Wire, person: Person) -> None:
    wire.holds("volumes")
    button = person.get(VOLUMES).one("//button[contains(@id, 'create_snapshots')]")
    assert button.get("title") == "At most 50 volumes can be chosen at a time."
    assert button.text_content().strip() == "Create Snapshots"
