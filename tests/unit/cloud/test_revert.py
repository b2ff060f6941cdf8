# SPDX-License-Identifier: Apache-2.0
"""Requests to Cinder for a revert, and what decides it."""

import pytest

from snapshot_dashboard.cloud import revert
from snapshot_dashboard.cloud.errors import NotFound, Refused, ServiceFailed
from snapshot_dashboard.cloud.revert import VolumeUnseen
from snapshot_dashboard.rules.revert import COPY_BEFORE, COPY_OF, CopyState, RevertBlocker, blockers
from snapshot_dashboard.rules.volume import Volume
from tests.unit.cloud.wire import Wire, connection, snapshot_json, volume_json

ACTION = "/volumes/v1/action"
MINE = {COPY_OF: "v1", COPY_BEFORE: "s1"}


@pytest.fixture
def ready(wire: Wire) -> Wire:
    """A volume that can be reverted to its only snapshot."""
    wire.volume(updated_at="2026-11-22T07:00:00")
    wire.snapshot()
    wire.holds("snapshots", snapshot_json())
    wire.holds("volumes", volume_json())
    wire.says("POST", ACTION, None, 202)
    return wire


@pytest.mark.parametrize(("highest", "used"), [("3.40", "3.40"), ("3.71", "3.65")])
def test_a_revert_names_the_snapshot_at_a_version_that_knows_it(
    ready: Wire, highest: str, used: str
) -> None:
    ready.versions(highest)
    revert.revert(connection(), "v1", "s1")
    (sent,) = ready.sent("POST", ACTION)
    assert sent.json() == {"revert": {"snapshot_id": "s1"}}
    assert sent.headers["OpenStack-API-Version"] == f"volume {used}"


def test_a_cloud_that_is_too_old_is_not_asked(ready: Wire) -> None:
    ready.versions("3.39")
    with pytest.raises(Refused, match="3.40"):
        revert.revert(connection(), "v1", "s1")
    assert ready.sent("POST", ACTION) == []
    assert blockers(revert.read(connection(), "s1").now) == (RevertBlocker.TOO_OLD,)


@pytest.mark.parametrize(("status", "kind"), [(409, Refused), (400, Refused), (500, ServiceFailed)])
def test_a_refusal_is_told_from_a_failure(ready: Wire, status: int, kind: type[Exception]) -> None:
    ready.fails("POST", ACTION, status)
    with pytest.raises(kind):
        revert.revert(connection(), "v1", "s1")


@pytest.mark.parametrize("ids", [("v/1", "s1"), ("v1", "s 1")])
def test_an_id_that_is_none_is_not_sent(ready: Wire, ids: tuple[str, str]) -> None:
    with pytest.raises(NotFound):
        revert.revert(connection(), *ids)
    assert ready.mocker.request_history[1:] == []


def test_a_copy_is_made_of_the_volume_itself(wire: Wire) -> None:
    wire.says("POST", "/volumes", {"volume": volume_json("c1", status="creating")}, 202)
    source = Volume("v1", "data", 20, "available", type_name="ssd")
    made = revert.copy_volume(connection(), source, name="copy", metadata=MINE)
    assert (made.id, made.status) == ("c1", "creating")
    body = wire.sent("POST", "/volumes")[0].json()["volume"]
    assert (body["source_volid"], body["size"], body["name"]) == ("v1", 20, "copy")
    assert body["metadata"] == MINE
    # Cinder takes the source's own.
    assert set(body) == {"source_volid", "size", "name", "metadata"}


def test_everything_that_decides_is_read(ready: Wire) -> None:
    copy = volume_json("c1", created_at="2026-11-22T08:00:00", metadata=MINE)
    ready.holds("volumes", volume_json("v8"), copy)
    read = revert.read(connection(), "s1")
    assert blockers(read.now) == ()
    assert (read.volume.id, read.snapshot.id) == ("v1", "s1")
    assert read.copy is not None
    assert (read.copy.volume.id, read.copy.state) == ("c1", CopyState.READY)


def test_the_newest_is_looked_for_as_cinder_does(ready: Wire) -> None:
    ready.holds("snapshots", snapshot_json("s2"), snapshot_json())
    assert blockers(revert.read(connection(), "s1").now) == (RevertBlocker.NOT_NEWEST,)
    query = ready.query("/snapshots/detail")
    said = (query["volume_id"], query["sort"], query["all_tenants"])
    assert said == ("v1", "created_at:desc", "1")


def test_the_cost_does_not_depend_on_the_cloud(ready: Wire) -> None:
    revert.read(connection(), "s1")
    asked = sorted(each.path for each in ready.mocker.request_history if each.path != "/")
    paths = ("attachments", "snapshots/detail", "snapshots/s1", "volumes/detail", "volumes/v1")
    assert asked == [f"/v3/{each}" for each in paths]


@pytest.mark.parametrize("path", ["/snapshots/detail", "/volumes/detail", "/snapshots/s1"])
def test_what_decides_cannot_be_left_out(ready: Wire, path: str) -> None:
    ready.fails("GET", path, 500)
    with pytest.raises(ServiceFailed):
        revert.read(connection(), "s1")


def test_a_volume_that_is_elsewhere_is_told_from_a_snapshot_that_is_gone(ready: Wire) -> None:
    ready.fails("GET", "/volumes/v1", 404)
    with pytest.raises(VolumeUnseen):
        revert.read(connection(), "s1")
    ready.fails("GET", "/snapshots/s1", 404)
    with pytest.raises(NotFound) as met:
        revert.read(connection(), "s1")
    assert not isinstance(met.value, VolumeUnseen)


def test_records_that_cannot_be_read_count_as_in_use(ready: Wire) -> None:
    ready.fails("GET", "/attachments?volume_id=v1", 500)
    assert blockers(revert.read(connection(), "s1").now) == (RevertBlocker.NOT_KNOWN,)


def test_what_a_failed_revert_left_is_found_by_its_name(wire: Wire) -> None:
    volume = Volume("v1", "data", 20, "error")
    name = "[revert] volume v1 backup snapshot"
    wire.holds("snapshots", snapshot_json("s9", name=name, consumes_quota=False))
    found = revert.left_over(connection(), volume)
    assert found is not None and found.id == "s9"
    wire.holds("snapshots", snapshot_json("s9", name=name))
    assert revert.left_over(connection(), volume) is None
