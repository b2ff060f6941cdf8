# SPDX-License-Identifier: Apache-2.0
"""The page that follows the volumes, and launches the instance once."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache

from tests.unit.cloud.wire import NOVA, SILENT, Json, Wire
from tests.unit.panels.features.set_launch.set_launching import (
    LAUNCH,
    Storage,
    accepting,
    form_of,
    instances,
    keys,
    marks,
    press,
    sent,
    steps,
    there_is,
)
from tests.unit.panels.person import Answer, Person
from tests.unit.panels.support_dialogs import fill

SERVERS = f"{NOVA}/servers"


@pytest.fixture
def storage(wire: Wire, person: Person) -> Storage:
    """Cinder, with a set and its instance."""
    there_is(wire)
    return Storage(wire)


def look(person: Person, place: str) -> dict[str, Any]:
    """Look as the page's script does."""
    url = urlsplit(place)
    found: dict[str, Any] = json.loads(person.get(f"{url.path}step/?{url.query}").html)
    return found


def by_script(person: Person, place: str) -> Answer:
    """Send the form as the page's script does."""
    data = {**fill(person.get(place)), "auto": "1"}
    return person.post(place, data, dialog=True)


def launched(place: str, status: str, **more: Any) -> Json:
    """Return the instance of a form as Nova tells it."""
    metadata = {LAUNCH: form_of(place)}
    return {"id": "i9", "name": "web2", "status": status, "metadata": metadata, **more}


def asked(wire: Wire) -> list[Json]:
    """Return what Nova was asked to launch."""
    return [each.json()["server"] for each in wire.sent("POST", SERVERS)]


def test_it_waits_for_the_volumes(wire: Wire, person: Person, storage: Storage) -> None:
    place = sent(person, name="web2")
    page = person.get(place, dialog=True)
    assert marks(page) == ["current", "current", "waiting"]
    assert page.all("//form[@data-sd-moving]") and page.submits == []
    press(person, place)
    assert asked(wire) == []


def test_the_script_launches_once_as_soon_as_they_are_available(
    wire: Wire, person: Person, storage: Storage
) -> None:
    accepting(wire)
    place = sent(person, name="web2")
    storage.become("available")
    assert look(person, place)["attach"] is True
    by_script(person, place)
    by_script(person, place)
    (body,) = asked(wire)
    ids = {each["snapshot_id"]: each["id"] for each in storage.made}
    assert [each["uuid"] for each in body.pop("block_device_mapping_v2")] == [ids["s1"], ids["s2"]]
    assert body == {
        "name": "web2",
        "flavorRef": "fl1",
        "networks": [{"uuid": "n-front"}, {"uuid": "n-back"}],
        "security_groups": [{"name": "web"}, {"name": "ssh"}],
        "key_name": "anna-key",
        "availability_zone": "zone-a",
        "config_drive": True,
        "metadata": {LAUNCH: form_of(place)},
    }


def test_the_volumes_stay_and_the_first_one_boots(
    wire: Wire, person: Person, storage: Storage
) -> None:
    accepting(wire)
    place = sent(person)
    storage.become("available")
    press(person, place)
    (body,) = asked(wire)
    devices = body["block_device_mapping_v2"]
    assert [each["boot_index"] for each in devices] == [0, -1]
    assert not any(each["delete_on_termination"] for each in devices)
    assert {each["source_type"] for each in devices} == {"volume"}


def test_volumes_that_several_instances_may_use_need_a_newer_version(
    wire: Wire, person: Person, storage: Storage
) -> None:
    accepting(wire)
    place = sent(person)
    storage.become("available")
    storage.made[1]["multiattach"] = True
    press(person, place)
    (request,) = wire.sent("POST", SERVERS)
    assert request.headers["X-OpenStack-Nova-API-Version"] == "2.60"


def test_without_networks_none_are_asked_for(wire: Wire, person: Person, storage: Storage) -> None:
    wire.says("GET", f"{SERVERS}/i1/os-interface", {"interfaceAttachments": []})
    keys(wire)
    accepting(wire)
    place = sent(person)
    storage.become("available")
    press(person, place)
    (body,) = asked(wire)
    assert body["networks"] == "none" and "key_name" not in body


def test_opening_the_address_alone_launches_nothing(
    wire: Wire, person: Person, storage: Storage
) -> None:
    accepting(wire)
    place = sent(person)
    storage.become("available")
    # Nobody knows any more that a form of ours has asked for it.
    cache.clear()
    said = look(person, place)
    assert said["attach"] is False and said["button"] == "Launch Now"
    by_script(person, place)
    assert asked(wire) == []


def test_an_instance_that_is_not_listed_yet_is_not_launched_again(
    wire: Wire, person: Person, storage: Storage
) -> None:
    accepting(wire)
    place = sent(person)
    storage.become("available")
    form = fill(person.get(place))
    person.post(place, form)
    person.post(place, form)
    assert len(asked(wire)) == 1
    page = person.get(place, dialog=True)
    assert page.problem == "It is not known yet whether the instance is launched"
    assert page.submits == []
    assert look(person, place)["pending"] is True


def test_a_lost_answer_is_found_and_not_repeated(
    wire: Wire, person: Person, storage: Storage
) -> None:
    wire.breaks("POST", SERVERS, SILENT)
    place = sent(person)
    storage.become("available")
    press(person, place)
    instances(wire, {"id": "i0", "metadata": {}}, launched(place, "BUILD"))
    press(person, place)
    assert len(wire.sent("POST", SERVERS)) == 1
    assert look(person, place)["step"] == "launching"


def test_when_it_runs_the_page_leads_to_it(wire: Wire, person: Person, storage: Storage) -> None:
    place = sent(person)
    storage.become("in-use")
    instances(wire, launched(place, "ACTIVE"))
    page = person.get(place, dialog=True)
    assert marks(page) == ["done", "done", "done"]
    assert page.all("//a[@href='/project/instances/i9/'][text()='Show instance']")
    assert page.submits == [] and not page.all("//form[@data-sd-moving]")


def test_a_refusal_says_what_there_is_and_offers_both_ways(
    wire: Wire, person: Person, storage: Storage
) -> None:
    wire.fails("POST", SERVERS, 403, "Quota exceeded for instances")
    place = sent(person)
    storage.become("available")
    press(person, place)
    page = person.get(place, dialog=True)
    assert page.problem == "The volumes were created, but the instance was not launched"
    assert "Quota exceeded for instances" in page.problem_text
    assert "limit" in page.problem_text
    assert page.submits == [("btn btn-primary", "Try Again")]
    (delete,) = page.all("//a[text()='Delete These Volumes']")
    assert "id=new1&id=new2" in delete.get("href")
    accepting(wire)
    press(person, place)
    assert len(wire.sent("POST", SERVERS)) == 2


def test_a_missing_volume_is_told_with_its_reason_and_made_alone(
    wire: Wire, person: Person, storage: Storage
) -> None:
    storage.refuses = "s2"
    place = sent(person, name="web2")
    storage.become("available")
    page = person.get(place, dialog=True)
    assert page.problem == "Not launched: not every volume was created"
    assert marks(page) == ["done", "failed", "waiting"]
    assert "VolumeLimitExceeded" in steps(page)[1]
    by_script(person, place)
    assert len(storage.made) == 1
    storage.refuses = ""
    press(person, place)
    assert [each["name"] for each in storage.made] == ["web2 web-root", "web2 web-data"]
    assert asked(wire) == []


def test_a_volume_that_failed_is_made_anew_and_the_failed_one_is_not_forgotten(
    wire: Wire, person: Person, storage: Storage
) -> None:
    place = sent(person)
    storage.become("available")
    storage.made[0]["status"] = "error"
    wire.messages()
    failed = storage.made[0]["snapshot_id"]
    page = person.get(place, dialog=True)
    assert "The storage service gave no reason." in page.text
    press(person, place)
    assert [each["snapshot_id"] for each in storage.made[2:]] == [failed]
    for each in storage.made[1:]:
        each["status"] = "in-use"
    instances(wire, launched(place, "ACTIVE"))
    page = person.get(place, dialog=True)
    assert page.problem == "Volumes that the instance does not use are left over"
    (delete,) = page.all("//a[text()='Delete These Volumes']")
    assert "id=new1&next" in delete.get("href")


def test_an_instance_that_failed_is_told_in_novas_words(
    wire: Wire, person: Person, storage: Storage
) -> None:
    place = sent(person)
    storage.become("available")
    instances(wire, launched(place, "ERROR", fault={"message": "No valid host was found."}))
    page = person.get(place, dialog=True)
    assert page.problem == "The instance was created and has failed"
    assert "No valid host was found." in page.problem_text
    assert page.submits == []
    press(person, place)
    assert asked(wire) == []


def test_an_instance_to_be_like_that_is_gone_launches_nothing(
    wire: Wire, person: Person, storage: Storage
) -> None:
    place = sent(person)
    storage.become("available")
    wire.fails("GET", f"{SERVERS}/i1", 404)
    page = press(person, place)
    assert page.problem == "Nothing was launched"
    assert asked(wire) == []


def test_a_form_that_nobody_sent_is_told(wire: Wire, person: Person, storage: Storage) -> None:
    form = "0f0e0d0c-0b0a-4908-8706-050403020100"
    page = person.get(f"/project/snapshots/launch_set/{form}/?id=s1")
    assert page.problem == "Nothing was created by this form, or it no longer exists"
    assert look(person, f"/project/snapshots/launch_set/{form}/?id=s1")["step"] == "gone"


def test_the_number_of_calls_is_the_same_for_every_look(
    wire: Wire, person: Person, storage: Storage
) -> None:
    place = sent(person)
    storage.become("available")
    wire.mocker.reset_mock()
    look(person, place)
    assert [each.method for each in wire.mocker.request_history] == ["GET", "GET"]
