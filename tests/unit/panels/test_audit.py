# SPDX-License-Identifier: Apache-2.0
"""The audit log: one line of JSON for each change, refused and lost ones included."""

import json
import logging
from typing import Any

import pytest

from tests.unit.cloud.wire import (
    NOVA,
    PROJECT,
    REQUEST_ID,
    SILENT,
    TOKEN,
    Wire,
    snapshot_json,
    volume_json,
)
from tests.unit.panels.person import CREATE_VOLUME, SNAPSHOTS, VOLUMES, Person
from tests.unit.panels.test_create_snapshot_sent import accepting, send


@pytest.fixture(autouse=True)
def received(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged, the audit lines included."""
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    return caplog


def lines(received: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return each audit line."""
    texts = [
        each.getMessage()
        for each in received.records
        if each.name == "snapshot_dashboard.audit" and each.levelno == logging.INFO
    ]
    assert not any("\n" in text or TOKEN in text for text in texts)
    return [json.loads(text) for text in texts]


def test_a_snapshot_is_told_with_who_made_it_and_what_was_accepted(
    wire: Wire, person: Person, received: pytest.LogCaptureFixture
) -> None:
    wire.attached(("i1", "ACTIVE"))
    accepting(wire)
    send(person, "corrupted")
    (line,) = lines(received)
    assert line["action"] == "snapshot.create"
    assert line["id"] == "s9"
    assert line["result"] == "accepted"
    assert (line["volume_id"], line["verdict"], line["acknowledged"]) == ("v1", "running", True)
    assert (line["user_id"], line["user"]) == ("u-anna", "anna")
    assert (line["project_id"], line["project"]) == (PROJECT, "Web & Shop")
    assert line["roles"] == ["member", "reader"]


def test_the_request_id_of_the_line_went_to_the_service(
    wire: Wire, person: Person, received: pytest.LogCaptureFixture
) -> None:
    wire.attached(("i1", "ACTIVE"))
    accepting(wire)
    send(person, "corrupted")
    (line,) = lines(received)
    (sent,) = wire.sent("POST", "/snapshots")
    assert sent.headers["X-OpenStack-Request-ID"] == line["request_id"]
    asked = [each for each in wire.mocker.request_history if each.url.startswith(NOVA)]
    assert line["request_id"] in {each.headers["X-OpenStack-Request-ID"] for each in asked}


def test_what_is_not_sent_is_not_told(
    wire: Wire, person: Person, received: pytest.LogCaptureFixture
) -> None:
    wire.attached(("i1", "ACTIVE"))
    send(person)
    assert lines(received) == []


def test_a_refusal_is_told_with_its_reason_and_the_services_own_id(
    wire: Wire, person: Person, received: pytest.LogCaptureFixture
) -> None:
    wire.volume()
    wire.records("v1")
    wire.fails("POST", "/snapshots", 413, "SnapshotLimitExceeded\nfor this project")
    send(person)
    (line,) = lines(received)
    assert (line["result"], line["id"], line["status"]) == ("refused", None, 413)
    assert line["reason"] == "SnapshotLimitExceeded\nfor this project"
    assert line["service_request_id"] == REQUEST_ID
    assert line["acknowledged"] is False


def test_a_lost_answer_is_told_as_unknown(
    wire: Wire, person: Person, received: pytest.LogCaptureFixture
) -> None:
    wire.volume()
    wire.records("v1")
    wire.breaks("POST", "/snapshots", SILENT)
    send(person)
    (line,) = lines(received)
    assert (line["result"], line["status"]) == ("unknown", 0)


def test_an_expired_session_is_told_too(
    wire: Wire, person: Person, received: pytest.LogCaptureFixture
) -> None:
    wire.volume()
    wire.records("v1")
    wire.fails("POST", "/snapshots", 401)
    send(person)
    (line,) = lines(received)
    assert (line["result"], line["status"]) == ("refused", 401)


def test_a_volume_from_a_snapshot_is_told(
    wire: Wire, person: Person, received: pytest.LogCaptureFixture
) -> None:
    wire.snapshot()
    wire.volume()
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    wire.says("POST", "/volumes", {"volume": volume_json("v9")}, 202)
    person.post(CREATE_VOLUME, {"name": "copy", "size": "20"})
    (line,) = lines(received)
    assert (line["action"], line["id"], line["snapshot_id"]) == ("volume.create", "v9", "s1")


@pytest.mark.parametrize(
    ("page", "resource", "table", "action"),
    [
        (VOLUMES, "volumes", "volumes", "volume.delete"),
        (SNAPSHOTS, "snapshots", "volume_snapshots", "snapshot.delete"),
    ],
)
def test_deletions_are_told_one_by_one(
    wire: Wire,
    person: Person,
    received: pytest.LogCaptureFixture,
    page: str,
    resource: str,
    table: str,
    action: str,
) -> None:
    make = volume_json if resource == "volumes" else snapshot_json
    wire.says("GET", f"/{resource}/detail", {resource: [make("x1"), make("x2")]})
    wire.says("DELETE", f"/{resource}/x1", None, 202)
    wire.fails("DELETE", f"/{resource}/x2", 400, "It is in use.")
    person.post(page, {"action": f"{table}__delete", "object_ids": ["x1", "x2"]})
    told = [(each["action"], each["id"], each["result"]) for each in lines(received)]
    assert told == [(action, "x1", "accepted"), (action, "x2", "refused")]
