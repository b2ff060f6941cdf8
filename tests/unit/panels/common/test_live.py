# SPDX-License-Identifier: Apache-2.0
"""Updates of an open dialog, and the outcome of a lost answer."""

import json
from typing import Any

import pytest

from tests.unit.cloud.wire import PROJECT, SILENT, Wire, snapshot_json, volume_json
from tests.unit.panels.person import CREATE_SNAPSHOT, CREATE_VOLUME, VOLUMES, Person

LIVE = f"{CREATE_SNAPSHOT}live/"
REQUEST = "6f1c2b1e-0000-4000-8000-000000000001"
NOTE = {"snapshot_dashboard:request": REQUEST}


def told(person: Person, path: str, **query: str) -> dict[str, Any]:
    """Return the answer to a script."""
    answer = person.client.get(path, query, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 200
    said: dict[str, Any] = json.loads(answer.content)
    return said


def test_nothing_new_is_an_empty_answer(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    seen = person.get(CREATE_SNAPSHOT, dialog=True).value("id_seen")
    assert told(person, LIVE, seen=seen, project=PROJECT) == {}


def test_a_change_for_the_worse_brings_everything_that_changes(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.records("v1")
    seen = person.get(CREATE_SNAPSHOT, dialog=True).value("id_seen")
    wire.attached(("i1", "ACTIVE"))
    said = told(person, LIVE, seen=seen, project=PROJECT)
    assert (said["worse"], said["blocked"], said["needed"]) == (True, False, "corrupted")
    assert said["button"]["kind"] == "btn-warning"
    assert "is running and may be writing" in said["explanation"]
    assert "may be corrupted" in said["acknowledge"]
    assert said["announce"].startswith("Changed: the volume is now attached")
    assert said["announce"].endswith("Read the warning again.")


def test_a_change_for_the_better_asks_for_nothing(wire: Wire, person: Person) -> None:
    wire.attached(("i1", "ACTIVE"))
    seen = person.get(CREATE_SNAPSHOT, dialog=True).value("id_seen")
    wire.volume()
    wire.records("v1")
    said = told(person, LIVE, seen=seen, project=PROJECT)
    assert (said["worse"], said["needed"], said["acknowledge"]) == (False, "", "")
    assert said["announce"].endswith("No confirmation is needed.")


def test_a_volume_that_is_gone_is_told(wire: Wire, person: Person) -> None:
    wire.fails("GET", "/volumes/v1", 404)
    wire.records("v1")
    assert "This volume no longer exists" in told(person, LIVE, seen="x", project=PROJECT)["gone"]


def test_in_another_project_nothing_is_asked_and_nothing_claimed(
    wire: Wire, person: Person
) -> None:
    """The project of a session is that of all its tabs."""
    before = len(wire.mocker.request_history)
    assert told(person, LIVE, seen="x", project="another") == {}
    outcome = told(person, f"{CREATE_SNAPSHOT}outcome/", request=REQUEST, project="another")
    assert outcome["state"] == "unknown"
    assert len(wire.mocker.request_history) == before


def test_a_service_that_fails_changes_nothing(wire: Wire, person: Person) -> None:
    wire.fails("GET", "/volumes/v1", 503)
    wire.records("v1")
    answer = person.client.get(LIVE, {"seen": "x"})
    assert answer.status_code == 503


@pytest.mark.parametrize(
    ("path", "resource", "make"),
    [
        (f"{CREATE_SNAPSHOT}outcome/", "snapshots", snapshot_json),
        (f"{VOLUMES}create/outcome/", "volumes", volume_json),
    ],
)
def test_what_became_of_a_form_is_found_by_its_id(
    wire: Wire, person: Person, path: str, resource: str, make: Any
) -> None:
    assert told(person, path, request=REQUEST)["state"] == "none"
    wire.holds(resource, make("x1"), make("x2", metadata=NOTE))
    found = told(person, path, request=REQUEST)
    assert found["state"] == "made"
    assert "was created" in found["html"]
    wire.breaks("GET", f"/{resource}/detail", SILENT)
    assert told(person, path, request=REQUEST)["state"] == "unknown"


def test_a_snapshot_that_became_busy_keeps_what_was_typed(wire: Wire, person: Person) -> None:
    wire.volume()
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    wire.snapshot(status="backing-up")
    answer = person.post(CREATE_VOLUME, {"name": "typed by hand", "size": "30"}, dialog=True)
    assert answer.value("id_name") == "typed by hand"
    assert answer.value("id_size") == "30"
    assert answer.submits == [("btn btn-primary", "Try Again")]
    assert wire.sent("POST", "/volumes") == []
