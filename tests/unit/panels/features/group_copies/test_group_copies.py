# SPDX-License-Identifier: Apache-2.0
"""What the dialogs about a group show and send beside the verdict: fields, limits, notes."""

import json
from typing import Any

import pytest
from django import urls
from django.urls import NoReverseMatch
from horizon import messages

from snapshot_dashboard.panels.common import links
from tests.unit.cloud.wire import (
    CINDER,
    PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Json,
    Wire,
    volume_json,
)
from tests.unit.panels.features.group_copies.group_dialogs import (
    CLONE,
    CREATE,
    NO_TICK,
    OWN_CLONE,
    OWN_CREATE,
    TYPED,
    accepting_clones,
    accepting_snapshots,
    asked,
    fill,
    group_json,
    notes,
    send,
    there_is_a_group,
)
from tests.unit.panels.person import CREATE_SNAPSHOT, Answer, Person

GROUP_SNAPSHOTS = "/project/vg_snapshots/"
GROUPS = "/project/volume_groups/"
PLAIN = [("btn btn-primary", "Create Snapshot")]
FORCED = [("btn btn-warning", "Create Snapshot (Force)")]
DEPENDS = "Whether the snapshots are taken at the same instant depends on the storage."


@pytest.fixture
def pair(wire: Wire, person: Person) -> None:
    """A group with two detached volumes, of which Cinder makes whatever it is asked for."""
    there_is_a_group(wire, "v1", "v2")
    accepting_snapshots(wire, "v1", "v2")
    accepting_clones(wire, "v1", "v2")


def assert_back_with_everything(answer: Answer) -> None:
    """Check that the dialog is there again with what was typed."""
    assert (answer.status, "X-Horizon-Location" in answer.headers) == (200, False)
    assert {each: answer.value(f"id_{each}") for each in TYPED} == TYPED


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the next page warns of."""
    heard: list[str] = []
    monkeypatch.setattr(messages, "warning", lambda _request, text: heard.append(str(text)))
    return heard


@pytest.mark.usefixtures("pair")
def test_the_fields_have_stocks_names_ids_and_labels(person: Person) -> None:
    found = {}
    for address in (CREATE, CLONE):
        dialog = person.get(address, dialog=True)
        labels = {each.get("for"): each.text_content().strip() for each in dialog.all("//label")}
        found[address] = labels
        assert dialog.said("//h3") in ("Create Group Snapshot", "Clone Group")
    described = {"id_description": "Description"}
    ours = {"id_keep": "How long", "id_keep_date": "Keep Until"}
    ours["id_tags"] = "One in a line: name=value"
    assert found[CREATE] == {"id_name": "Snapshot Name"} | described | ours
    source = {"id_group_source": "Use a group as source"}
    assert found[CLONE] == {"id_name": "Group Name"} | described | source
    chosen = dialog.all("//*[@id='id_group_source']/option")
    assert [each.get("value") for each in chosen] == ["g1"]


@pytest.mark.usefixtures("pair")
def test_detached_volumes_are_copied_without_a_word(wire: Wire, person: Person) -> None:
    dialog = person.get(CREATE, dialog=True)
    assert (dialog.submits, dialog.tick) == (PLAIN, "")
    assert dialog.all("//*[@id='sd-explanation']") == []
    assert DEPENDS in dialog.text
    answer = person.post(CREATE, fill(dialog), dialog=True)
    assert answer.headers["X-Horizon-Location"] == GROUP_SNAPSHOTS
    assert asked(wire) == [TYPED | {"group_id": "g1"}]
    first, second = notes(wire, "/snapshots/s-v1", "/snapshots/s-v2")
    request = fill(dialog)["request"]
    assert first == {"taken_while": "detached", "acknowledged": "no", "request": request}
    assert second == first


@pytest.mark.usefixtures("pair")
def test_one_warning_says_which_volume_is_attached_to_which_instance(
    wire: Wire, person: Person
) -> None:
    wire.attached(("i1", "ACTIVE"))
    wire.attached(("i2", "SHUTOFF"), volume_id="v2")
    dialog = person.get(CREATE, dialog=True)
    assert dialog.explanation.startswith("2 of these volumes are attached")
    assert "name of i1 is running and may be writing to this volume" in dialog.text
    assert "name of i2 is shut off, and this volume is still attached" in dialog.text
    assert dialog.submits == FORCED
    answer = person.post(CREATE, fill(dialog, tick=True), dialog=True)
    assert answer.headers["X-Horizon-Location"] == GROUP_SNAPSHOTS
    first, second = notes(wire, "/snapshots/s-v1", "/snapshots/s-v2")
    assert (first["taken_while"], first["instances"]) == ("running", "i1=ACTIVE")
    assert (second["taken_while"], second["acknowledged"]) == ("shut_off", "yes")


@pytest.mark.usefixtures("pair")
def test_a_volume_that_is_busy_is_waited_for(wire: Wire, person: Person) -> None:
    wire.volume("v2", status="backing-up")
    dialog = person.get(CREATE, dialog=True)
    assert dialog.explanation == (
        "No snapshot of this group can be taken now "
        "1 of these volumes keeps it from being taken. Read below why."
    )
    assert "A backup of this volume is being made" in dialog.text
    assert (dialog.submits, dialog.tick) == ([], "")


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize(
    ("setting", "says", "asks", "reads"),
    [
        ("may", DEPENDS, "may not be taken at the same instant", 0),
        ("always", "are taken at the same instant.", "may be corrupted.", 0),
        ("never", "taken one after another", "are not taken at the same instant", 0),
        ({"*": "never", "cons*": "always"}, "are taken at the same", "be corrupted.", 1),
        ({"other": "always"}, DEPENDS, "may not be taken at the same instant", 1),
    ],
)
def test_what_is_said_of_the_instant_depends_on_the_group_type(
    wire: Wire, person: Person, settings: Any, setting: Any, says: str, asks: str, reads: int
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"GROUP_SNAPSHOT_AT_ONCE": setting}
    wire.says("GET", "/group_types/gt1", {"group_type": {"id": "gt1", "name": "consistent"}})
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(CREATE, dialog=True)
    assert says in dialog.text
    assert asks in dialog.tick
    assert len(wire.sent("GET", "/group_types/gt1")) == reads
    if reads:
        wire.fails("GET", "/group_types/gt1", 500)
        assert DEPENDS in person.get(CREATE, dialog=True).text


@pytest.mark.usefixtures("pair")
def test_limits_are_told_for_all_volumes_together(wire: Wire, person: Person) -> None:
    wire.quota(snapshots=(9, 10), gigabytes=(940, 1000), volumes=(19, 20))
    text = person.get(CREATE, dialog=True).text
    assert "Snapshots: 9 of 10 used, 11 after these." in text
    assert "2 are needed, only 1 is left. This request will be refused." in text
    assert "Storage: 940 of 1,000 GiB used, 980 GiB after these." in text
    wire.quota(gigabytes=(990, 1000), volumes=(20, 20))
    text = person.get(CLONE, dialog=True).text
    assert "Volumes: 20 of 20 used, 22 after these." in text
    assert "2 are needed, none is left." in text
    assert "40 GiB are needed, only 10 GiB are left. The request will probably be refused." in text


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize(
    ("limit", "text"),
    [
        ((4, 10), "Groups: 4 of 10 used, 5 after this one. Volumes"),
        ((4, -1), "Groups: 4 used, no limit. Volumes"),
        (
            (10, 10),
            "The limit of 10 groups is reached. "
            "This request will be refused unless a group is deleted first.",
        ),
        ((0, 0), "This project may have no groups: its limit is 0. This request will be refused."),
    ],
)
def test_a_clone_counts_against_the_limit_of_groups(
    wire: Wire, person: Person, limit: tuple[int, int], text: str
) -> None:
    wire.quota(groups=limit)
    clone = person.get(CLONE, dialog=True)
    assert text in " ".join(clone.text.split())
    # No snapshot that is deleted would help.
    assert "Show oldest snapshots" not in clone.text
    assert len(wire.sent("GET", f"/os-quota-sets/{PROJECT}")) == 1
    assert [value for _css, value in clone.submits] == ["Clone Group"]
    # A group snapshot makes no group.
    assert "Groups:" not in person.get(CREATE, dialog=True).text


@pytest.mark.usefixtures("pair")
def test_of_a_limit_of_groups_that_is_not_told_nothing_is_said(wire: Wire, person: Person) -> None:
    assert "Groups:" not in person.get(CLONE, dialog=True).text
    wire.fails("GET", f"/os-quota-sets/{PROJECT}?usage=True", 503)
    assert person.get(CLONE, dialog=True).text.count("Limits cannot be read right now.") == 1


@pytest.mark.usefixtures("pair")
def test_a_limit_that_is_reached_meanwhile_is_told_with_what_frees_it(
    wire: Wire, person: Person
) -> None:
    reason = "Maximum number of groups allowed (10) exceeded"
    # As Cinder 29 says it: the status is that of any other refusal.
    wire.fails("POST", "/groups/action", 400, reason)
    answer = send(person, CLONE)
    assert answer.problem == "Not created: your project has reached a limit"
    assert "Delete groups or volumes that are no longer needed" in answer.problem_text
    assert reason in answer.problem_text
    assert_back_with_everything(answer)


@pytest.mark.parametrize(
    ("address", "path"), [(CREATE, "/group_snapshots"), (CLONE, "/groups/action")]
)
def test_a_group_without_volumes_is_explained(
    wire: Wire, person: Person, address: str, path: str
) -> None:
    there_is_a_group(wire)
    dialog = person.get(address, dialog=True)
    assert (dialog.problem, dialog.submits) == ("This group has no volumes", [])
    person.post(address, fill(dialog, seen="", tick=True), dialog=True)
    assert asked(wire, path) == []


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("address", [CREATE, CLONE])
def test_what_cannot_be_read_is_never_copied(wire: Wire, person: Person, address: str) -> None:
    form = fill(person.get(address, dialog=True), tick=True)
    wire.fails("GET", "/volumes/v2", 500)
    answer = person.post(address, form, dialog=True)
    assert answer.problem == "Not created"
    assert_back_with_everything(answer)
    assert asked(wire) + asked(wire, "/groups/action") == []
    assert person.get(address, dialog=True).problem == "This cannot be shown right now"
    wire.fails("GET", "/groups/g1?list_volume=true", 404)
    assert person.get(address, dialog=True).problem == "This group no longer exists"


def test_volumes_that_are_too_many_to_be_read_are_warned_of(wire: Wire, person: Person) -> None:
    ids = [f"v{number}" for number in range(52)]
    there_is_a_group(wire, *ids)
    accepting_snapshots(wire, *ids)
    dialog = person.get(CREATE, dialog=True)
    assert dialog.explanation.startswith("2 of these volumes are attached")
    assert "2 volumes of this group were not checked." in dialog.text
    assert NO_TICK in person.post(CREATE, fill(dialog), dialog=True).text
    assert asked(wire) == []


def test_a_group_of_which_not_each_volume_can_be_read_is_not_cloned(
    wire: Wire, person: Person
) -> None:
    ids = [f"v{number}" for number in range(51)]
    there_is_a_group(wire, *ids)
    accepting_clones(wire, *ids)
    dialog = person.get(CLONE, dialog=True)
    assert dialog.explanation.startswith(
        "This group cannot be cloned here: it has more than 50 volumes"
    )
    assert dialog.submits == []
    answer = person.post(CLONE, fill(dialog, tick=True), dialog=True)
    assert answer.problem == "Nothing was created: this group cannot be cloned now"
    assert asked(wire, "/groups/action") == []


@pytest.mark.usefixtures("pair")
def test_a_volume_of_which_attachments_are_not_known_may_be_attached(
    wire: Wire, person: Person
) -> None:
    wire.fails("GET", "/attachments?volume_id=v1", 500)
    dialog = person.get(CLONE, dialog=True)
    assert dialog.explanation.startswith("1 of these volumes may be attached")


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize(
    ("address", "path"), [(CREATE, "/group_snapshots"), (CLONE, "/groups/action")]
)
@pytest.mark.parametrize(
    ("status", "title"),
    [
        (400, "Not created: the storage service refused the request"),
        (403, "Your role does not allow this"),
        (413, "Not created: your project has reached a limit"),
    ],
)
def test_a_refusal_keeps_everything_and_gives_reason_and_request_id(
    wire: Wire, person: Person, address: str, path: str, status: int, title: str
) -> None:
    wire.fails("POST", path, status, "Because <b>of</b> it")
    answer = send(person, address)
    assert answer.problem == title
    assert "Because <b>of</b> it" in answer.problem_text
    assert REQUEST_ID in answer.problem_text
    assert_back_with_everything(answer)


@pytest.mark.usefixtures("pair")
def test_a_refusal_because_of_what_changed_brings_the_warning(wire: Wire, person: Person) -> None:
    def attach(_request: Any, context: Any) -> Json:
        wire.attached(("i1", "ACTIVE"))
        context.status_code = 400
        return {"badRequest": {"code": 400, "message": "no"}}

    wire.mocker.register_uri("POST", f"{CINDER}/groups/action", json=attach)
    answer = send(person, CLONE)
    assert answer.problem == "Nothing was created: this group cannot be cloned now"
    assert "attached to an instance that is running" in answer.problem_text


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize(
    ("address", "path", "listed"),
    [(CREATE, "/group_snapshots", "group_snapshots"), (CLONE, "/groups/action", "groups")],
)
def test_a_lost_answer_is_told_and_nothing_is_made_twice(
    wire: Wire, person: Person, address: str, path: str, listed: str
) -> None:
    wire.breaks("POST", path, SILENT)
    dialog = person.get(address, dialog=True)
    answer = person.post(address, fill(dialog), dialog=True)
    assert answer.problem.startswith("It is not known yet whether the group")
    again = person.post(address, fill(answer), dialog=True)
    assert again.problem == answer.problem
    assert_back_with_everything(again)
    # It appears later: by what it says, and by not having been there before.
    kind = "group_id" if listed == "group_snapshots" else "source_group_id"
    made = TYPED | {"id": "late", kind: "g1"}
    wire.says("GET", f"/{listed}/detail", {listed: [made, made | {"id": "x", "name": "else"}]})
    outcome = dialog.one("//form").get("data-sd-outcome")
    request = {"request": fill(dialog)["request"]}
    assert json.loads(person.client.get(outcome, request).content)["state"] == "made"
    third = person.post(address, fill(again), dialog=True)
    assert third.problem.endswith("already exists")
    assert len(wire.sent("POST", path)) == 1


@pytest.mark.usefixtures("pair")
def test_an_answer_that_is_lost_and_found_has_its_notes(wire: Wire, person: Person) -> None:
    def lose(_request: Any, context: Any) -> Json:
        made = TYPED | {"id": "gs9", "group_id": "g1"}
        wire.says("GET", "/group_snapshots/detail", {"group_snapshots": [made]})
        context.status_code = 504
        return {}

    wire.mocker.register_uri("POST", f"{CINDER}/group_snapshots", json=lose)
    assert send(person).headers["X-Horizon-Location"] == GROUP_SNAPSHOTS
    assert [each["taken_while"] for each in notes(wire, "/snapshots/s-v1", "/snapshots/s-v2")] == [
        "detached",
        "detached",
    ]


@pytest.mark.usefixtures("pair")
def test_an_older_copy_of_the_same_name_is_not_taken_for_the_forms_own(
    wire: Wire, person: Person
) -> None:
    older = TYPED | {"id": "older", "group_id": "g1"}
    wire.says("GET", "/group_snapshots/detail", {"group_snapshots": [older]})
    wire.breaks("POST", "/group_snapshots", SILENT)
    answer = send(person)
    assert answer.problem == "It is not known yet whether the group snapshot was created"


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("address", [CREATE, CLONE])
def test_nothing_is_sent_where_it_is_not_known_what_there_is(
    wire: Wire, person: Person, address: str
) -> None:
    form = fill(person.get(address, dialog=True))
    for each in ("/group_snapshots/detail", "/groups/detail"):
        wire.breaks("GET", each, SILENT)
    answer = person.post(address, form, dialog=True)
    assert answer.problem == "Not created"
    assert asked(wire) + asked(wire, "/groups/action") == []
    assert_back_with_everything(answer)


def test_an_unreachable_service_has_made_nothing(wire: Wire, person: Person) -> None:
    there_is_a_group(wire, "v1")
    wire.breaks("POST", "/group_snapshots", REFUSED)
    assert send(person).problem == "Not created: the storage service cannot be reached"


@pytest.mark.usefixtures("pair")
def test_what_was_attached_right_after_the_request_is_in_the_note_and_told(
    wire: Wire, person: Person, warned: list[str]
) -> None:
    def accept(_request: Any, context: Any) -> Json:
        wire.attached(("i1", "ACTIVE"))
        context.status_code = 202
        return {"group_snapshot": {"id": "gs9", "name": "n"}}

    wire.mocker.register_uri("POST", f"{CINDER}/group_snapshots", json=accept)
    assert send(person).headers["X-Horizon-Location"] == GROUP_SNAPSHOTS
    first, second = notes(wire, "/snapshots/s-v1", "/snapshots/s-v2")
    assert (first["taken_while"], first["lowered"]) == ("running", "detached")
    assert second["taken_while"] == "detached"
    assert "Attached or started while the request was sent" in warned[-1]


@pytest.mark.usefixtures("pair")
def test_a_volume_that_came_into_the_group_meanwhile_has_its_note(
    wire: Wire, person: Person, warned: list[str]
) -> None:
    wire.attached(("i1", "PAUSED"), volume_id="v3")
    accepting_snapshots(wire, "v1", "v2", "v3")
    send(person)
    (third,) = notes(wire, "/snapshots/s-v3")
    assert third["taken_while"] == "paused"
    assert "name of v3" in warned[-1]


@pytest.mark.usefixtures("pair")
def test_a_note_that_could_not_be_written_is_told(
    wire: Wire, person: Person, warned: list[str]
) -> None:
    wire.fails("POST", "/snapshots/s-v2/metadata", 500)
    send(person)
    assert "What 1 of them was taken while could not be written down." in warned[-1]

    def accept(_request: Any, context: Any) -> Json:
        wire.fails("GET", "/snapshots/detail", 500)
        context.status_code = 202
        return {"group_snapshot": {"id": "gs9", "name": "n"}}

    wire.mocker.register_uri("POST", f"{CINDER}/group_snapshots", json=accept)
    send(person)
    assert "What 2 of them were taken while could not be written down." in warned[-1]


@pytest.mark.usefixtures("pair")
def test_each_snapshot_has_the_day_until_which_it_is_to_be_kept(wire: Wire, person: Person) -> None:
    send(person, keep="date", keep_date="2130-06-30")
    found = notes(wire, "/snapshots/s-v1", "/snapshots/s-v2")
    assert [each["keep_until"] for each in found] == ["2130-06-30"] * 2


@pytest.mark.usefixtures("pair")
def test_each_snapshot_has_the_tags_and_a_copy_of_its_volumes_metadata(
    wire: Wire, person: Person, warned: list[str]
) -> None:
    wire.fails("POST", "/snapshots/s-v2/metadata", 500)
    wire.volume("v1", group_id="g1", metadata={"own": "v1", "env": "prod"})
    assert "There is: own=v1, env=prod" in person.get(CREATE, dialog=True).text
    send(person, tags="env=test\nnote=<b>", copy_tags="on")
    (first,) = wire.sent("POST", "/snapshots/s-v1/metadata")
    assert first.json()["metadata"]["own"] == "v1"
    for each in ("/snapshots/s-v1", "/snapshots/s-v2"):
        (sent,) = wire.sent("POST", f"{each}/metadata")
        metadata = sent.json()["metadata"]
        assert (metadata["env"], metadata["note"]) == ("test", "<b>")
        assert metadata["snapshot_dashboard:taken_while"]
    assert warned[-1].startswith("The tags could not be written on 1 snapshot.")


@pytest.mark.usefixtures("pair")
def test_a_tag_that_is_wrong_makes_nothing_and_stays_in_the_form(
    wire: Wire, person: Person
) -> None:
    answer = send(person, tags="prod")
    assert 'Line 1: "prod" has no "="' in answer.text and asked(wire) == []
    assert answer.value("id_tags") == "prod"


@pytest.mark.usefixtures("pair")
def test_a_day_that_is_past_makes_nothing_and_stays_in_the_form(wire: Wire, person: Person) -> None:
    answer = send(person, keep="date", keep_date="2020-01-31")
    assert "Choose a date that is not past." in answer.text and asked(wire) == []
    assert answer.value("id_keep_date") == "2020-01-31" and answer.value("id_name")


@pytest.mark.usefixtures("pair")
def test_a_day_that_could_not_be_written_is_told(
    wire: Wire, person: Person, warned: list[str]
) -> None:
    wire.fails("POST", "/snapshots/s-v2/metadata", 500)
    send(person, keep="week")
    assert warned[-1].startswith("Until when it is to be kept could not be written on 1 snapshot.")
    warned.clear()
    send(person)
    assert len(warned) == 1 and "to be kept" not in warned[0]


@pytest.mark.usefixtures("pair")
def test_a_missing_note_is_told_although_a_volume_came_into_the_group(
    wire: Wire, person: Person, warned: list[str]
) -> None:
    wire.volume("v3")
    accepting_snapshots(wire, "v1", "v3")
    send(person)
    assert warned == ["What 1 of them was taken while could not be written down."]


@pytest.mark.usefixtures("pair")
def test_a_volume_that_could_not_be_read_again_is_told(
    wire: Wire, person: Person, warned: list[str]
) -> None:
    def accept(_request: Any, context: Any) -> Json:
        wire.fails("GET", "/volumes/v2", 500)
        context.status_code = 202
        return {"group_snapshot": {"id": "gs9", "name": "n"}}

    wire.mocker.register_uri("POST", f"{CINDER}/group_snapshots", json=accept)
    send(person)
    (said,) = warned
    assert said.startswith("These volumes could not be read again.") and "name of v2" in said


@pytest.mark.usefixtures("pair")
def test_the_new_volumes_of_a_clone_keep_a_note(wire: Wire, person: Person) -> None:
    answer = send(person, CLONE)
    assert answer.headers["X-Horizon-Location"] == GROUPS
    assert asked(wire, "/groups/action") == [TYPED | {"source_group_id": "g1"}]
    found = notes(wire, "/volumes/c-v1", "/volumes/c-v2")
    assert [each["taken_while"] for each in found] == ["detached"] * 2


@pytest.mark.usefixtures("pair")
def test_a_group_in_use_is_not_cloned_and_another_way_is_shown(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    dialog = person.get(CLONE, dialog=True)
    assert dialog.explanation.startswith(
        "This group cannot be cloned now: 1 of its volumes is not Available"
    )
    assert (dialog.submits, dialog.tick) == ([], "")
    (way,) = dialog.all("//*[@id='sd-explanation']//a")
    assert way.get("href") == OWN_CREATE


@pytest.mark.usefixtures("pair")
def test_the_dialogs_have_addresses_without_horizons_panel(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reverse(name: str, *args: Any, **kwargs: Any) -> str:
        if ":volume_groups:" in name or ":vg_snapshots:" in name:
            raise NoReverseMatch
        return str(urls.reverse(name, *args, **kwargs))

    monkeypatch.setattr(links, "reverse", reverse)
    wire.volume(group_id="g1")
    (way,) = person.get(CREATE_SNAPSHOT, dialog=True).all("//a[contains(@href, '/groups/')]")
    assert way.get("href") == OWN_CREATE
    for address in (OWN_CREATE, OWN_CLONE):
        dialog = person.get(address, dialog=True)
        assert dialog.one("//form").get("action") == address
        assert "X-Horizon-Location" in person.post(address, fill(dialog), dialog=True).headers
    assert (len(asked(wire)), len(asked(wire, "/groups/action"))) == (1, 1)


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize(
    ("setting", "address"), [("GROUP_SNAPSHOT", CREATE), ("CLONE_GROUP", CLONE)]
)
def test_an_operator_can_have_stocks_form(
    wire: Wire, person: Person, settings: Any, setting: str, address: str
) -> None:
    settings.SNAPSHOT_DASHBOARD = {setting: "stock"}
    wire.says("GET", "/groups/g1", {"group": group_json("g1", "v1")})
    wire.says("GET", "/os-volume-transfer/detail", {"transfers": []})
    wire.says("GET", "/limits", {"limits": {"absolute": {}, "rate": []}})
    wire.says("GET", "/volumes/detail?group_id=g1", {"volumes": [volume_json()]})
    dialog = person.get(address, dialog=True)
    assert dialog.one("//*[@id='id_name']") is not None
    assert dialog.all("//*[@name='seen']") == []
