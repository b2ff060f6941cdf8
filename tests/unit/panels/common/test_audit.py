# SPDX-License-Identifier: Apache-2.0
"""The audit log: JSON lines for each change, refused and lost ones included."""

import ast
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from keystoneauth1 import exceptions as keystoneauth
from novaclient import exceptions as nova
from openstack_dashboard.api import nova as stock_nova

import snapshot_dashboard
from snapshot_dashboard.panels.common import audit
from tests.unit.cloud.wire import (
    CINDER,
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    REQUEST_ID,
    SILENT,
    TOKEN,
    Wire,
    snapshot_json,
    volume_json,
)
from tests.unit.panels import support
from tests.unit.panels.audit_trail import LOGGER, all_lines, hear, outcomes
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.create_snapshot.test_create_snapshot_sent import accepting, send
from tests.unit.panels.person import CREATE_VOLUME, SNAPSHOTS, VOLUMES, Person, user
from tests.unit.panels.support import support_user


@pytest.fixture(autouse=True)
def received(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged, the audit lines included."""
    caplog.set_level(logging.INFO, logger="snapshot_dashboard.audit")
    return caplog


def lines(received: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return each line that tells what came of a change."""
    texts = [each.getMessage() for each in received.records if each.name == LOGGER]
    assert not any("\n" in text or TOKEN in text for text in texts)
    return outcomes(received)


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


WHOSE = ("object_project_id", "volume_id", "name", "size")


@pytest.mark.parametrize(
    ("page", "resource", "table", "volume_id"),
    [
        (VOLUMES, "volumes", "volumes", "x1"),
        (SNAPSHOTS, "snapshots", "volume_snapshots", "v1"),
        (f"/admin{SNAPSHOTS.removeprefix('/project')}", "snapshots", "volume_snapshots", "v1"),
        (f"/admin{VOLUMES.removeprefix('/project')}", "volumes", "volumes", "x1"),
    ],
)
def test_a_deletion_says_whose_it_was_before_and_after(
    wire: Wire,
    log_in: LogIn,
    received: pytest.LogCaptureFixture,
    page: str,
    resource: str,
    table: str,
    volume_id: str,
) -> None:
    support.be_quiet(wire)
    who = support_user() if page.startswith("/admin") else user("member", "reader")
    owner = OTHER_PROJECT if page.startswith("/admin") else PROJECT
    owned = {
        "os-vol-tenant-attr:tenant_id": owner,
        "os-extended-snapshot-attributes:project_id": owner,
    }
    make = volume_json if resource == "volumes" else snapshot_json
    wire.holds(resource, make("x1", size=7, name="the data\nof ben", **owned))
    wire.says("DELETE", f"/{resource}/x1", None, 202)
    log_in(who).post(page, {"action": f"{table}__delete", "object_ids": ["x1"]})
    before, after = all_lines(received)
    assert (before["result"], after["result"]) == ("pending", "accepted")
    assert before["change"] == after["change"]
    for line in (before, after):
        said = tuple(line[each] for each in WHOSE)
        assert said == (owner, volume_id, "the data\nof ben", 7)
        assert (line["id"], line["user"], line["project_id"]) == ("x1", "anna", who.project_id)


def test_what_is_killed_before_its_answer_has_left_a_line(
    wire: Wire, person: Person, received: pytest.LogCaptureFixture
) -> None:
    wire.volume()
    wire.records("v1")
    there: list[dict[str, Any]] = []

    def killed(_request: Any, _context: Any) -> Any:
        there.extend(all_lines(received))
        return {"snapshot": snapshot_json("s9")}

    wire.mocker.register_uri("POST", f"{CINDER}/snapshots", json=killed, status_code=202)
    send(person)
    (line,) = there
    assert (line["action"], line["result"]) == ("snapshot.create", "pending")
    (sent,) = wire.sent("POST", "/snapshots")
    assert line["request_id"] == sent.headers["X-OpenStack-Request-ID"]


def test_a_change_that_is_not_told_fails_its_test(
    wire: Wire, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is what watches over every other test of the pages."""
    trail = hear(wire, monkeypatch)
    wire.volume()
    wire.records("v1")
    accepting(wire)
    with monkeypatch.context() as without:
        without.setattr(audit.Change, "_write", lambda *_args, **_more: None)
        send(person)
    with pytest.raises(AssertionError, match="without a line"):
        trail.check()
    wire.mocker.reset_mock()


def test_whatever_writes_in_the_cloud_is_called_beside_the_audit_log() -> None:
    """A page that calls a function which changes something knows of the log."""
    cloud = Path(snapshot_dashboard.__file__).parent / "cloud"
    panels = cloud.parent / "panels"
    writers = {
        node.name
        for path in cloud.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and _writes(ast.unparse(node))
    }
    assert {"create_snapshot", "delete_volume", "force_delete", "note"} <= writers
    silent = {
        str(path.relative_to(panels))
        for path in panels.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in CLOUD_MODULES
        and node.attr in writers
        and not any(word in path.read_text() for word in AUDITED)
    }
    assert silent == set()


def _writes(code: str) -> bool:
    words = ("write=True", "'POST'", "'PUT'", "'PATCH'", "'DELETE'")
    return any(word in code for word in words)


CLOUD_MODULES = {
    "administration",
    "backups",
    "block_storage",
    "compute",
    "dependents",
    "quiesced",
    "revert",
    "snapshot_deletion",
    "uploads",
}
# What leads there; ConfirmedView.send makes through once.make.
AUDITED = ("audit", "attempt(", "once.make(", "self.send(", "self.note(")


ATTACHING = {
    "forbidden": (nova.Forbidden(403, "policy"), "refused"),
    "logged out": (nova.Unauthorized(401, "token"), "refused"),
    "gone": (nova.NotFound(404, "no such instance"), "refused"),
    "conflict": (nova.Conflict(409, "in use"), "refused"),
    "failed": (nova.ClientException(500, "broken"), "unknown"),
    "lost": (keystoneauth.ConnectTimeout("no answer"), "unknown"),
}


@pytest.mark.parametrize(("error", "result"), ATTACHING.values(), ids=ATTACHING)
def test_whatever_stock_meets_when_it_attaches_has_its_second_line(
    wire: Wire,
    person: Person,
    received: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    result: str,
) -> None:
    def fails(*_args: object) -> None:
        raise error

    wire.volume()
    wire.records("v1")
    instance = SimpleNamespace(id="i1", name="web", status="ACTIVE")
    monkeypatch.setattr(stock_nova, "server_list", lambda *_args, **_more: ([instance], False))
    monkeypatch.setattr(stock_nova, "instance_volume_attach", fails)
    person.post(f"{VOLUMES}v1/attach/", {"volume_id": "v1", "instance": "i1"})
    begun, ended = all_lines(received)
    assert (begun["action"], begun["result"]) == ("volume.attach", "pending")
    assert (ended["change"], ended["result"]) == (begun["change"], result)
