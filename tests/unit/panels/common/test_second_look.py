# SPDX-License-Identifier: Apache-2.0
"""Regression tests: odd answers, lost answers and odd input."""

import pytest
from django.test import override_settings

from snapshot_dashboard import settings as ours
from snapshot_dashboard.checks import check_settings
from tests.unit.cloud.wire import (
    PROJECT,
    REFUSED,
    SILENT,
    Wire,
    attachment_json,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.person import CREATE_SNAPSHOT, CREATE_VOLUME, VOLUMES, Person

TYPED = {"name": "typed name", "description": "typed text"}


def test_a_host_whose_name_is_hidden_is_told_as_a_host(wire: Wire, person: Person) -> None:
    wire.volume(status="in-use", attachments=[attachment_json(None)])
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert "This volume is attached to a host, not to an instance" in dialog.text
    assert "a host - Host" in " ".join(dialog.text.split())


def test_the_list_names_a_host_whose_name_is_hidden(wire: Wire, person: Person) -> None:
    row = volume_json("v1", status="in-use", attachments=[attachment_json(None)])
    wire.says("GET", "/volumes/detail", {"volumes": [row]})
    assert "/dev/vdb on a host" in " ".join(person.get(VOLUMES).text.split())


def test_a_held_volume_whose_records_cannot_be_read_claims_nothing(
    wire: Wire, person: Person
) -> None:
    wire.volume(status="reserved")
    wire.breaks("GET", "/attachments?volume_id=v1", SILENT)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert "It cannot be checked which instance uses this volume" in dialog.text
    assert "that you cannot see" not in dialog.text
    assert dialog.submits == []


@pytest.mark.parametrize("answer", [{}, [], "maintenance", {"attachments": None}])
def test_records_that_are_no_records_warn(wire: Wire, person: Person, answer: object) -> None:
    wire.volume()
    wire.says("GET", "/attachments?volume_id=v1", answer)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert "It cannot be checked which instance uses this volume" in dialog.text
    assert dialog.submits == [("btn btn-warning", "Create Volume Snapshot (Force)")]


@pytest.mark.parametrize("answer", [{}, {"server": None}, "maintenance"])
def test_an_instance_that_is_no_instance_warns(wire: Wire, person: Person, answer: object) -> None:
    wire.attached(("i1", "SHUTOFF"))
    wire.says("GET", "http://compute.test/v2.1/servers/i1", answer)
    dialog = person.get(CREATE_SNAPSHOT, dialog=True)
    assert "the state of the instance cannot be checked right now" in dialog.text


@pytest.mark.parametrize("said", [None, {}, {"snapshots": {"limit": "many"}}])
def test_limits_that_are_no_limits_leave_the_dialog(
    wire: Wire, person: Person, said: object
) -> None:
    wire.volume()
    wire.says("GET", f"/os-quota-sets/{PROJECT}?usage=True", {"quota_set": said})
    assert "Limits cannot be read right now." in person.get(CREATE_SNAPSHOT, dialog=True).text


@pytest.mark.parametrize("path", ["/a\nb", "/a\r\nX: y", "//evil.test/", "https://evil.test/"])
def test_only_a_plain_path_of_ours_is_gone_back_to(wire: Wire, person: Person, path: str) -> None:
    wire.volume()
    wire.says("POST", "/snapshots", {"snapshot": snapshot_json("s9")}, 202)
    answer = person.post(CREATE_SNAPSHOT, {**TYPED, "next": path})
    assert answer.status == 302
    assert answer.headers["Location"] == VOLUMES


@pytest.mark.parametrize("size", ["9" * 5000, "-1", "1e9", "٣"])
def test_an_odd_size_is_refused_in_the_form(wire: Wire, person: Person, size: str) -> None:
    wire.snapshot()
    wire.volume()
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    answer = person.post(CREATE_VOLUME, {**TYPED, "size": size}, dialog=True)
    assert answer.status == 200
    assert wire.sent("POST", "/volumes") == []


def test_what_was_chosen_stays_when_the_choices_cannot_be_read(wire: Wire, person: Person) -> None:
    wire.snapshot()
    wire.breaks("GET", "/volumes/v1", SILENT)
    for path in ("/types", "/os-availability-zone"):
        wire.breaks("GET", path, SILENT)
    wire.says("POST", "/volumes", {"volume": volume_json("v9")}, 202)
    form = {**TYPED, "size": "20", "type": "fast", "availability_zone": "az2"}
    person.post(CREATE_VOLUME, form, dialog=True)
    asked = wire.sent("POST", "/volumes")[0].json()["volume"]
    assert (asked["volume_type"], asked["availability_zone"]) == ("fast", "az2")


def deletions(wire: Wire) -> None:
    """Let there be two volumes to delete."""
    found = [volume_json(each, name=each) for each in ("x1", "x2")]
    wire.says("GET", "/volumes/detail", {"volumes": found})


def delete_both(person: Person) -> str:
    """Delete them; return what the next page says."""
    person.post(VOLUMES, {"action": "volumes__delete", "object_ids": ["x1", "x2"]})
    return person.get(VOLUMES).text


def test_a_deletion_whose_answer_is_lost_is_told_as_unknown(wire: Wire, person: Person) -> None:
    deletions(wire)
    wire.breaks("DELETE", "/volumes/x1", SILENT)
    said = delete_both(person)
    assert 'It is not known whether "x1" was deleted' in said
    assert "Unable to delete volume: x2. It was not tried" in said
    assert wire.sent("DELETE", "/volumes/x2") == []


def test_a_service_that_cannot_be_reached_is_not_tried_again(wire: Wire, person: Person) -> None:
    deletions(wire)
    wire.breaks("DELETE", "/volumes/x1", REFUSED)
    said = delete_both(person)
    assert "Unable to delete volume: x1. The storage service cannot be reached." in said
    assert wire.sent("DELETE", "/volumes/x2") == []


@pytest.mark.parametrize("written", [None, [], "PAGE_SECONDS"])
def test_a_setting_that_is_no_dict_is_explained_and_ignored(written: object) -> None:
    with override_settings(SNAPSHOT_DASHBOARD=written):
        assert [each.id for each in check_settings()] == ["snapshot_dashboard.W003"]
        assert ours.get("PAGE_SECONDS") == ours.DEFAULTS["PAGE_SECONDS"]


def test_an_endless_time_is_no_time(wire: Wire) -> None:
    with override_settings(SNAPSHOT_DASHBOARD={"PAGE_SECONDS": float("inf")}):
        assert ours.get("PAGE_SECONDS") == ours.DEFAULTS["PAGE_SECONDS"]
