# SPDX-License-Identifier: Apache-2.0
"""A note is lowered only when the volume was in a worse state at the end."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud import consistency as cloud
from snapshot_dashboard.cloud.errors import SessionExpired
from snapshot_dashboard.rules.consistency import (
    ACKNOWLEDGED,
    INSTANCES,
    LOWERED,
    REQUEST,
    TAKEN,
    Taken,
    read,
)
from snapshot_dashboard.rules.snapshot import Snapshot
from tests.unit.cloud.wire import (
    NOVA,
    OTHER_PROJECT,
    REFUSED,
    SILENT,
    Wire,
    connection,
    snapshot_json,
)

NOTE = "/snapshots/s1/metadata"
SHUT_OFF = {TAKEN: "shut_off", INSTANCES: "i1=SHUTOFF", ACKNOWLEDGED: "yes"}
_NO_LOG: AbstractContextManager[None] = nullcontext()
DETACHED = {TAKEN: "detached", ACKNOWLEDGED: "no"}


def quietly(*_about: object) -> AbstractContextManager[None]:
    """Write no audit log."""
    return _NO_LOG


def ago(seconds: float) -> str:
    """Return a moment as Cinder writes it."""
    moment = datetime.now(timezone.utc) - timedelta(seconds=seconds)
    return moment.replace(tzinfo=None).isoformat()


def found(wire: Wire, metadata: dict[str, str], **more: Any) -> Snapshot:
    """Return a snapshot that is available since five seconds, as it is read from Cinder."""
    wire.says("POST", NOTE, {"metadata": {}})
    said = {"updated_at": ago(5), "created_at": ago(65), "metadata": metadata, **more}
    wire.says("GET", "/snapshots/s1", {"snapshot": snapshot_json(**said)})
    return block_storage.snapshot(connection(), "s1")


def finished(wire: Wire, metadata: dict[str, str], **more: Any) -> Snapshot:
    """Return a snapshot like this that somebody has seen being made."""
    cloud.watch(connection(), [found(wire, metadata, status="creating")])
    return found(wire, metadata, **more)


def noted(wire: Wire) -> list[dict[str, str]]:
    """Return what was written."""
    return [each.json()["metadata"] for each in wire.sent("POST", NOTE)]


def assert_left(wire: Wire, snapshot: Snapshot) -> None:
    """Check that the very same snapshot comes back, with nothing written."""
    assert cloud.settled(connection(), snapshot, quietly) is snapshot
    assert noted(wire) == []


def test_an_instance_that_was_started_meanwhile_lowers_the_note(wire: Wire) -> None:
    snapshot = finished(wire, {**SHUT_OFF, REQUEST: "r1", "owner": "anna"})
    wire.attached(("i1", "ACTIVE"))
    settled = cloud.settled(connection(), snapshot, quietly)
    said = {TAKEN: "running", INSTANCES: "i1=ACTIVE", ACKNOWLEDGED: "yes", LOWERED: "shut_off"}
    assert noted(wire) == [said]
    assert settled.metadata == {REQUEST: "r1", "owner": "anna", **said}
    assert (settled.id, settled.status) == ("s1", "available")


def test_a_volume_that_was_attached_meanwhile_lowers_the_note(wire: Wire) -> None:
    snapshot = finished(wire, DETACHED)
    wire.attached(("i1", "ACTIVE"), ("i2", "SHUTOFF"))
    label = read(cloud.settled(connection(), snapshot, quietly).metadata)
    assert (label.taken, label.before, label.count) == (Taken.SEVERAL, Taken.DETACHED, 2)
    assert not label.acknowledged


def test_a_volume_that_is_being_attached_lowers_the_note(wire: Wire) -> None:
    snapshot = finished(wire, DETACHED)
    wire.volume(status="attaching")
    assert read(cloud.settled(connection(), snapshot, quietly).metadata).taken is Taken.UNKNOWN


def test_an_instance_of_the_note_before_is_not_left_in_the_lowered_one(wire: Wire) -> None:
    snapshot = finished(wire, SHUT_OFF)
    wire.volume(status="attaching")
    label = read(cloud.settled(connection(), snapshot, quietly).metadata)
    assert (label.taken, label.before, label.instances) == (Taken.UNKNOWN, Taken.SHUT_OFF, ())
    # Cinder keeps every entry that is not written anew.
    assert noted(wire)[0][INSTANCES] == ""


def test_a_lowered_note_is_not_lowered_again(wire: Wire) -> None:
    snapshot = finished(wire, DETACHED)
    wire.attached(("i1", "SHUTOFF"))
    once_lowered = cloud.settled(connection(), snapshot, quietly)
    wire.instance("i1", "ACTIVE")
    assert cloud.settled(connection(), once_lowered, quietly) is once_lowered
    assert [each[TAKEN] for each in noted(wire)] == ["shut_off"]


@pytest.mark.parametrize(
    ("metadata", "status"),
    [
        (SHUT_OFF, "SHUTOFF"),
        (SHUT_OFF, "SHELVED"),
        ({TAKEN: "running"}, "ACTIVE"),
        ({TAKEN: "unknown"}, "ACTIVE"),
        ({TAKEN: "paused"}, "SUSPENDED"),
    ],
)
def test_what_is_no_worse_stays(wire: Wire, metadata: dict[str, str], status: str) -> None:
    snapshot = finished(wire, metadata)
    wire.attached(("i1", status))
    assert_left(wire, snapshot)


def test_a_volume_that_is_still_detached_stays(wire: Wire) -> None:
    snapshot = finished(wire, DETACHED)
    wire.volume()
    assert_left(wire, snapshot)


@pytest.mark.parametrize("seconds", [0, 50])
def test_the_first_minute_counts(wire: Wire, seconds: float) -> None:
    snapshot = finished(wire, DETACHED, updated_at=ago(seconds))
    wire.attached(("i1", "ACTIVE"))
    assert cloud.settled(connection(), snapshot, quietly) is not snapshot


def asked(wire: Wire) -> list[str]:
    """Return which services were asked about the volume."""
    return [each.url for each in wire.mocker.request_history if "/volumes/" in each.url]


@pytest.mark.parametrize("seconds", [61, 86_400, None])
def test_later_nothing_is_even_looked_at(wire: Wire, seconds: float | None) -> None:
    updated_at = None if seconds is None else ago(seconds)
    snapshot = finished(wire, DETACHED, updated_at=updated_at)
    assert_left(wire, snapshot)
    assert asked(wire) == []


@pytest.mark.parametrize("status", ["creating", "deleting", "error", "error_deleting", "restoring"])
def test_a_snapshot_that_is_not_available_is_left(wire: Wire, status: str) -> None:
    snapshot = finished(wire, DETACHED, status=status)
    assert_left(wire, snapshot)
    assert asked(wire) == []


@pytest.mark.parametrize(
    "metadata",
    [{}, {"other": "x"}, {TAKEN: "not_recorded"}, {TAKEN: "perfect"}, {INSTANCES: "i1=SHUTOFF"}],
)
def test_a_snapshot_without_a_note_gets_none(wire: Wire, metadata: dict[str, str]) -> None:
    snapshot = finished(wire, metadata)
    wire.attached(("i1", "ACTIVE"))
    assert_left(wire, snapshot)


@pytest.mark.parametrize("status", ["available", "backing-up", "deleting", "restoring", "error"])
def test_a_snapshot_that_nobody_saw_being_made_is_left(wire: Wire, status: str) -> None:
    cloud.watch(connection(), [found(wire, DETACHED, status=status)])
    wire.attached(("i1", "ACTIVE"))
    assert_left(wire, found(wire, DETACHED))
    assert asked(wire) == []


def test_what_one_project_saw_is_not_known_in_another(wire: Wire) -> None:
    making = found(wire, DETACHED, status="creating")
    cloud.watch(connection(project_id=OTHER_PROJECT), [making])
    wire.attached(("i1", "ACTIVE"))
    assert_left(wire, found(wire, DETACHED))


def test_the_end_of_its_making_is_the_only_one_that_counts(wire: Wire) -> None:
    """A backup of it an hour later makes it available again: that is no news of its making."""
    snapshot = finished(wire, DETACHED)
    wire.volume()
    assert_left(wire, snapshot)
    wire.attached(("i1", "ACTIVE"))
    cloud.watch(connection(), [found(wire, DETACHED, status="backing-up")])
    assert_left(wire, found(wire, DETACHED, updated_at=ago(1), created_at=ago(3600)))


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_a_volume_that_cannot_be_read_leaves_the_note(wire: Wire, status: int) -> None:
    snapshot = finished(wire, DETACHED)
    wire.records("v1")
    wire.fails("GET", "/volumes/v1", status)
    assert_left(wire, snapshot)


@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_a_volume_that_is_not_answered_leaves_the_note(wire: Wire, how: type[Exception]) -> None:
    snapshot = finished(wire, DETACHED)
    wire.records("v1")
    wire.breaks("GET", "/volumes/v1", how)
    assert_left(wire, snapshot)


@pytest.mark.parametrize("status", [500, 503])
def test_an_instance_that_cannot_be_read_leaves_the_note(wire: Wire, status: int) -> None:
    snapshot = finished(wire, SHUT_OFF)
    wire.attached(("i1", "SHUTOFF"))
    wire.fails("GET", f"{NOVA}/servers/i1", status)
    assert_left(wire, snapshot)


@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_records_that_are_not_answered_leave_the_note(wire: Wire, how: type[Exception]) -> None:
    snapshot = finished(wire, DETACHED)
    wire.volume()
    wire.breaks("GET", "/attachments?volume_id=v1", how)
    assert_left(wire, snapshot)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 500, 503])
def test_a_note_that_cannot_be_written_is_not_shown_as_written(wire: Wire, status: int) -> None:
    snapshot = finished(wire, DETACHED)
    wire.attached(("i1", "ACTIVE"))
    wire.fails("POST", NOTE, status)
    assert cloud.settled(connection(), snapshot, quietly) is snapshot
    assert len(noted(wire)) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/volumes/v1"), ("GET", "/attachments?volume_id=v1"), ("POST", NOTE)],
)
def test_an_expired_session_passes(wire: Wire, method: str, path: str) -> None:
    snapshot = finished(wire, DETACHED)
    wire.attached(("i1", "ACTIVE"))
    wire.fails(method, path, 401)
    with pytest.raises(SessionExpired):
        cloud.settled(connection(), snapshot, quietly)


def test_an_expired_session_passes_at_the_instance_too(wire: Wire) -> None:
    snapshot = finished(wire, SHUT_OFF)
    wire.attached(("i1", "ACTIVE"))
    wire.fails("GET", f"{NOVA}/servers/i1", 401)
    with pytest.raises(SessionExpired):
        cloud.settled(connection(), snapshot, quietly)
