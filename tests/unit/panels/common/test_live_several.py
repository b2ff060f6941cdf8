# SPDX-License-Identifier: Apache-2.0
"""Updates of an open dialog about several volumes: of a group, or of an instance."""

import json
from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
import requests
from django.core.cache import cache
from django.test import Client

from snapshot_dashboard.cloud.block_storage import attachment_records_of_all
from snapshot_dashboard.rules.sets import MOST
from tests.unit.cloud.wire import CINDER, NOVA, OTHER_PROJECT, PROJECT, Wire, connection
from tests.unit.panels.common.test_matrix import BLOCKED as BLOCKED_MEMBER
from tests.unit.panels.common.test_matrix import tell, warned
from tests.unit.panels.features.group_copies.group_dialogs import (
    CLONE,
    CREATE,
    group_json,
    there_is_a_group,
)
from tests.unit.panels.features.group_copies.test_group_matrix import MEMBERS
from tests.unit.panels.features.instance_snapshot import instance_dialog
from tests.unit.panels.features.instance_snapshot.conftest import anna as anna
from tests.unit.panels.features.instance_snapshot.test_instance_matrix import (
    BLOCKED,
    KINDS,
    STATES,
)
from tests.unit.panels.person import VOLUMES, Answer, Person

CREATE_LIVE = f"{VOLUMES}groups/g1/create_snapshot/live/"
CLONE_LIVE = f"{VOLUMES}groups/g1/clone/live/"
INSTANCE = instance_dialog.ADDRESS
INSTANCE_LIVE = f"{INSTANCE}live/"
LIST = "/attachments?limit=500"
AFTER = "/attachments?limit=1&marker="


def told(person: Person, path: str, seen: str, **query: str) -> dict[str, Any]:
    """Return the answer to a script, which asks for what has changed since ``seen``."""
    query = {"seen": seen, "project": PROJECT, **query}
    answer = person.client.get(path, query, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 200
    said: dict[str, Any] = json.loads(answer.content)
    return said


def listed(wire: Wire, *volume_ids: str) -> None:
    """Let the lists tell of these volumes and their records what is told of each alone."""
    volumes, records = [], []
    for each in volume_ids:
        volumes.append(requests.get(f"{CINDER}/volumes/{each}", timeout=1).json()["volume"])
        found = requests.get(f"{CINDER}/attachments?volume_id={each}", timeout=1)
        records += found.json()["attachments"]
    wire.says("GET", "/volumes/detail?group_id=g1", {"volumes": volumes})
    wire.says("GET", LIST, {"attachments": records})
    if records:
        wire.says("GET", f"{AFTER}{records[-1]['id']}", {"attachments": []})
    wire.mocker.reset_mock()


def asked(wire: Wire, address: str) -> int:
    """Return how many requests there were at addresses with this in them."""
    return sum(address in each.url for each in wire.mocker.request_history)


def text(html: str) -> str:
    """Return what a part says, in single spaces."""
    return " ".join(lxml.html.fromstring(f"<div>{html}</div>").text_content().split())


def part(dialog: Answer, name: str) -> str:
    """Return what a part of an opened dialog says."""
    return dialog.said(f"//*[@data-sd-part='{name}']")


def faults(before: Answer, said: dict[str, Any], fresh: Answer) -> Iterator[str]:
    """Tell what is wrong with an answer: the dialog has to be as if it were opened now."""
    names = ("explanation", "makes", "volumes", "limits", "subtitle")
    shown = [each for each in names if fresh.all(f"//*[@data-sd-part='{each}']")]
    if not said:
        # Of a verdict that is the same, another word for the same state is no news.
        if before.value("id_seen") != fresh.value("id_seen") or before.submits != fresh.submits:
            yield "nothing is told"
        return
    parts = {**said["parts"], "explanation": said["explanation"]}
    yield from (
        f"{each}: {text(parts[each])!r} is not {part(fresh, each)!r}"
        for each in shown
        if text(parts[each]) != part(fresh, each)
    )
    if said["seen"] != fresh.value("id_seen"):
        yield "another state is carried"
    if said["blocked"] is bool(fresh.submits):
        yield "it can be sent, or cannot, otherwise than shown"
    if not said["blocked"]:
        if [(f"btn {said['button']['kind']}", said["button"]["label"])] != fresh.submits:
            yield f"the button is {said['button']}"
        if (text(said["acknowledge"]), bool(said["needed"])) != (fresh.tick, bool(fresh.tick)):
            yield f"what has to be ticked is {said['acknowledge']}"


def looked(
    person: Person, live: str, before: Answer, fresh: Answer
) -> tuple[dict[str, Any], list[str]]:
    """Return what an open dialog is told, and what is wrong with that."""
    said = told(person, live, before.value("id_seen"))
    found = list(faults(before, said, fresh))
    if said and fresh is before:
        found.append(f"nothing has changed, and {said} is told")
    return said, found


@pytest.mark.parametrize(
    ("address", "live"), [(CREATE, CREATE_LIVE), (CLONE, CLONE_LIVE)], ids=["snapshot", "clone"]
)
def test_the_dialog_of_a_group_becomes_what_it_would_be_now(
    wire: Wire, person: Person, address: str, live: str
) -> None:
    there_is_a_group(wire, "v1", "v2", "v3")
    opened: dict[str, Answer] = {}
    for each in MEMBERS:
        tell(wire, each)
        opened[each.name] = person.get(address, dialog=True)
    wrong = []
    for now in MEMBERS:
        tell(wire, now)
        listed(wire, "v1", "v2", "v3")
        fresh = opened[now.name]
        for shown in MEMBERS:
            said, found = looked(person, live, opened[shown.name], fresh)
            worse = now.loud == BLOCKED_MEMBER or not fresh.submits or not warned(shown, now)
            if said and said["worse"] is not worse:
                found.append(f"worse is {said['worse']}")
            wrong += [f"shown {shown.name}, now {now.name}: {each}" for each in found]
    assert wrong == []


@KINDS
def test_the_dialog_of_an_instance_becomes_what_it_would_be_now(
    wire: Wire,
    anna: Person,  # noqa: F811
    with_volumes: bool,
) -> None:
    opened: dict[str, Answer] = {}
    for each in STATES:
        instance_dialog.tell(wire, each.status, with_volumes=with_volumes, task=each.task)
        opened[each.name] = anna.get(INSTANCE, dialog=True)
    wrong = []
    for now in STATES:
        instance_dialog.tell(wire, now.status, with_volumes=with_volumes, task=now.task)
        listed(wire, *(("v1", "v2") if with_volumes else ("v2",)))
        for shown in STATES:
            said, found = looked(anna, INSTANCE_LIVE, opened[shown.name], opened[now.name])
            worse = now.loud == BLOCKED or now.loud > shown.loud
            if shown.loud == BLOCKED != now.loud:
                # Nothing could be ticked: the box that comes must not be, whatever is worse.
                box = lxml.html.fromstring(said["acknowledge"]).xpath("//input")
                if len(box) != 1 or box[0].get("checked") is not None:
                    found.append("the box does not come unticked")
            elif said and said["worse"] is not worse:
                found.append(f"worse is {said['worse']}")
            wrong += [f"shown {shown.name}, now {now.name}: {each}" for each in found]
    assert wrong == []


def test_a_group_of_many_volumes_is_read_by_lists(wire: Wire, person: Person) -> None:
    ids = [f"v{each}" for each in range(1, 31)]
    there_is_a_group(wire, *ids)
    for each in ids:
        wire.attached(("i1", "ACTIVE"), ("i2", "SHUTOFF"), volume_id=each)
    seen = person.get(CREATE, dialog=True).value("id_seen")
    listed(wire, *ids)
    assert told(person, CREATE_LIVE, seen) == {}
    sent = sorted(each.url.partition("?")[0] for each in wire.mocker.request_history)
    assert sent == [
        f"{NOVA}/servers/i1",
        f"{NOVA}/servers/i2",
        f"{CINDER}/attachments",
        f"{CINDER}/attachments",
        f"{CINDER}/groups/g1",
        f"{CINDER}/volumes/detail",
    ]


def test_what_is_too_long_for_an_address_is_sent_with_a_token(wire: Wire, person: Person) -> None:
    there_is_a_group(wire, "v1")
    dialog = person.get(CREATE, dialog=True)
    seen = dialog.value("id_seen")
    (field,) = dialog.all("//form//input[@name='csrfmiddlewaretoken']")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = person.client.cookies
    headers = {"X-Requested-With": "XMLHttpRequest"}
    wire.mocker.reset_mock()
    assert strict.post(CREATE_LIVE, {"seen": seen}, headers=headers).status_code == 403
    assert wire.mocker.request_history == []
    listed(wire, "v1")
    headers["X-CSRFToken"] = field.value
    for said, nothing in ((seen, True), ("x", False)):
        answer = strict.post(CREATE_LIVE, {"seen": said}, headers=headers)
        assert (answer.status_code, json.loads(answer.content) == {}) == (200, nothing)


def test_of_an_instance_only_its_volumes_are_read_one_by_one(
    wire: Wire,
    anna: Person,  # noqa: F811
) -> None:
    instance_dialog.tell(wire, "ACTIVE", with_volumes=True)
    instance_dialog.has_volumes(wire, "v1", "v2", "v3")
    wire.attached(("i1", "ACTIVE"), volume_id="v3")
    seen = anna.get(INSTANCE, dialog=True).value("id_seen")
    listed(wire, "v1", "v2", "v3")
    assert told(anna, INSTANCE_LIVE, seen) == {}
    # The instance itself is read for the dialog, and then as what uses the volumes.
    assert len(wire.mocker.request_history) == 8
    assert asked(wire, f"{CINDER}/volumes/") == 3
    assert asked(wire, LIST) == asked(wire, AFTER) == 1


def test_of_one_or_two_volumes_no_list_of_all_records_is_read(wire: Wire, person: Person) -> None:
    there_is_a_group(wire, "v1", "v2")
    seen = person.get(CREATE, dialog=True).value("id_seen")
    listed(wire, "v1", "v2")
    assert told(person, CREATE_LIVE, seen) == {}
    assert asked(wire, "/attachments?volume_id=") == 2
    # Nothing uses them: the group and its volumes are the others.
    assert len(wire.mocker.request_history) == 4


def test_of_a_group_with_too_many_volumes_no_list_is_read(wire: Wire, person: Person) -> None:
    ids = [f"v{each}" for each in range(1, MOST + 2)]
    there_is_a_group(wire, *ids)
    seen = person.get(CREATE, dialog=True).value("id_seen")
    listed(wire, *ids)
    assert told(person, CREATE_LIVE, seen) == {}
    assert asked(wire, "/volumes/detail") == 0
    assert asked(wire, f"{CINDER}/volumes/") == MOST


@pytest.mark.parametrize("failing", ["the list", "what follows"])
def test_records_that_cannot_be_listed_are_read_of_each_volume(
    wire: Wire, person: Person, failing: str
) -> None:
    there_is_a_group(wire, "v1", "v2", "v3")
    wire.attached(("i1", "ACTIVE"), volume_id="v3")
    seen = person.get(CREATE, dialog=True).value("id_seen")
    listed(wire, "v1", "v2", "v3")
    if failing == "the list":
        wire.fails("GET", LIST, 503)
    else:
        # As Cinder answers when the last one of the list has been deleted meanwhile.
        wire.fails("GET", f"{AFTER}a-i1", 404)
    assert told(person, CREATE_LIVE, seen) == {}
    assert asked(wire, "/attachments?volume_id=") == 3


def test_records_that_cannot_be_read_at_all_are_told_as_such(wire: Wire, person: Person) -> None:
    there_is_a_group(wire, "v1", "v2", "v3")
    seen = person.get(CREATE, dialog=True).value("id_seen")
    listed(wire, "v1", "v2", "v3")
    wire.fails("GET", LIST, 503)
    wire.fails("GET", "/attachments?volume_id=v1", 503)
    said = told(person, CREATE_LIVE, seen)
    assert (said["worse"], said["needed"]) == (True, "set")
    assert said["button"]["label"] == "Create Snapshot (Force)"
    assert said["seen"] == person.get(CREATE, dialog=True).value("id_seen")


@pytest.mark.parametrize("records", ["more", "odd"])
def test_a_list_of_records_that_may_not_be_all_is_not_believed(
    wire: Wire, person: Person, records: str
) -> None:
    there_is_a_group(wire, "v1", "v2", "v3")
    seen = person.get(CREATE, dialog=True).value("id_seen")
    wire.volume(status="available")
    wire.records("v1", "i1")
    wire.instance("i1")
    listed(wire, "v2", "v3")
    other = {"id": "a-9", "instance": "i9", "volume_id": "v9"}
    if records == "odd":
        wire.says("GET", LIST, {"attachments": [{"id": "a-9", "instance": "i9"}]})
        wire.says("GET", f"{AFTER}a-9", {"attachments": []})
    else:
        # A service whose osapi_max_limit is 1 says nothing of those that follow.
        wire.says("GET", LIST, {"attachments": [other]})
        wire.says("GET", f"{AFTER}a-9", {"attachments": [other | {"id": "a-10"}]})
    said = told(person, CREATE_LIVE, seen)
    assert (said["worse"], said["needed"]) == (True, "set")
    assert asked(wire, LIST) == 1
    wire.mocker.reset_mock()
    assert told(person, CREATE_LIVE, said["seen"]) == {}
    assert asked(wire, LIST) == 0
    cache.clear()
    assert attachment_records_of_all(connection()) is None
    # Another project may have few.
    wire.says("GET", LIST, {"attachments": []})
    assert attachment_records_of_all(connection(project_id=OTHER_PROJECT)) == {}


def test_a_change_is_said_and_the_tick_is_asked_for_again(wire: Wire, person: Person) -> None:
    there_is_a_group(wire, "v1", "v2")
    seen = person.get(CREATE, dialog=True).value("id_seen")
    wire.attached(("i1", "ACTIVE"))
    there_is_now = group_json("g1", "v1", "v2", "v3")
    wire.says("GET", "/groups/g1?list_volume=true", {"group": there_is_now})
    wire.volume("v3")
    listed(wire, "v1", "v2", "v3")
    said = told(person, CREATE_LIVE, seen)
    assert (said["worse"], said["blocked"], said["needed"]) == (True, False, "set")
    assert said["button"]["label"] == "Create Snapshot (Force)"
    announced = text(said["announce"])
    assert announced.startswith("The situation has changed. ")
    assert "name of v1: Then: detached. Now: attached to an instance that is running." in announced
    assert "name of v3 is new here. Now: detached." in announced
    assert announced.endswith("Read the warning again.")
    worse = said["seen"]
    there_is_a_group(wire, "v1")
    listed(wire, "v1")
    said = told(person, CREATE_LIVE, worse)
    assert (said["worse"], said["needed"], said["acknowledge"]) == (False, "", "")
    announced = text(said["announce"])
    # Cinder still has them: they were only taken out of the group.
    assert "2 volumes are no longer listed here." in announced
    assert announced.endswith("No confirmation is needed.")


def test_of_many_changes_the_number_is_said(wire: Wire, person: Person) -> None:
    ids = [f"v{each}" for each in range(1, 6)]
    there_is_a_group(wire, *ids)
    seen = person.get(CREATE, dialog=True).value("id_seen")
    for each in ids:
        wire.attached(("i1", "ACTIVE"), volume_id=each)
    listed(wire, *ids)
    said = text(told(person, CREATE_LIVE, seen)["announce"])
    assert "5 volumes have changed. Read the warning again." in said


def test_a_volume_that_will_not_be_in_the_image_is_told(
    wire: Wire,
    anna: Person,  # noqa: F811
) -> None:
    instance_dialog.tell(wire, "ACTIVE", with_volumes=False)
    seen = anna.get(INSTANCE, dialog=True).value("id_seen")
    instance_dialog.has_volumes(wire, "v2", "v3")
    wire.volume("v3")
    said = told(anna, INSTANCE_LIVE, seen)
    assert said["worse"] is True
    assert "name of v3" in text(said["parts"]["makes"])
    assert "will not be in the image: name of v3." in text(said["announce"])
    instance_dialog.has_volumes(wire, "v2")
    said = told(anna, INSTANCE_LIVE, said["seen"])
    assert said["worse"] is False
    assert "1 volume is no longer listed here." in text(said["announce"])


def test_what_is_gone_or_empty_is_told_once(wire: Wire, person: Person) -> None:
    there_is_a_group(wire, "v1")
    seen = person.get(CREATE, dialog=True).value("id_seen")
    wire.says("GET", "/groups/g1?list_volume=true", {"group": group_json("g1")})
    listed(wire)
    said = told(person, CREATE_LIVE, seen)
    assert "This group has no volumes" in said["gone"]
    assert set(said["parts"].values()) == {""}
    wire.fails("GET", "/groups/g1?list_volume=true", 404)
    assert "This group no longer exists" in told(person, CREATE_LIVE, "")["gone"]


def test_a_group_that_cannot_be_read_or_another_project_changes_nothing(
    wire: Wire, person: Person
) -> None:
    there_is_a_group(wire, "v1")
    wire.fails("GET", "/groups/g1?list_volume=true", 503)
    answer = person.client.get(CREATE_LIVE, {"seen": "x"})
    assert answer.status_code == 503
    wire.mocker.reset_mock()
    assert told(person, CREATE_LIVE, "x", project=OTHER_PROJECT) == {}
    assert wire.mocker.request_history == []


def test_without_a_filter_by_group_each_volume_is_read(wire: Wire, person: Person) -> None:
    there_is_a_group(wire, "v1")
    seen = person.get(CREATE, dialog=True).value("id_seen")
    wire.attached(("i1", "ACTIVE"))
    listed(wire, "v1")
    wire.fails("GET", "/volumes/detail?group_id=g1", 400)
    assert told(person, CREATE_LIVE, seen)["worse"] is True
