# SPDX-License-Identifier: Apache-2.0
"""Requests to Cinder for all projects, and how their answers are read."""

from collections.abc import Callable
from datetime import datetime, timezone
from itertools import chain
from typing import Any

import pytest

from snapshot_dashboard.cloud import administration
from snapshot_dashboard.cloud.errors import (
    CloudError,
    Forbidden,
    NotFound,
    RateLimited,
    ServiceFailed,
)
from snapshot_dashboard.rules.attention import StorageService
from snapshot_dashboard.rules.listing import PageRequest
from tests.unit.cloud.wire import CINDER, Json, Wire, connection, snapshot_json, volume_json

PAGE = PageRequest(
    size=2, sort="updated_at", descending=False, filters={"host": "kvm@ssd", "name": ""}, marker="m"
)
NEXT = {"rel": "next", "href": "http://storage.test/v3/snapshots/detail?marker=x"}


def ids(found: Any) -> list[str]:
    """Return the ids of what was read."""
    return [each.id for each in found]


@pytest.mark.parametrize(
    ("read", "resource", "one"),
    [
        (administration.snapshots, "snapshots", snapshot_json),
        (administration.volumes, "volumes", volume_json),
    ],
)
def test_a_page_of_all_projects_is_sorted_and_filtered_by_the_service_in_one_call(
    wire: Wire, read: Callable[..., Any], resource: str, one: Callable[[str], Json]
) -> None:
    rows = [one(each) for each in ("x1", "x2", "x3")]
    wire.says("GET", f"/{resource}/detail", {resource: rows, f"{resource}_links": [NEXT]})
    page = read(connection(), PAGE)
    assert (ids(page.items), page.more, page.previous) == (["x1", "x2"], True, True)
    assert wire.query(f"/{resource}/detail") == {
        "all_tenants": "1",
        "host": "kvm@ssd",
        "limit": "3",
        "marker": "m",
        "sort": "updated_at:asc",
    }
    assert len(wire.sent("GET", f"/{resource}/detail")) == 1


def test_a_page_is_not_followed_where_the_service_caps_it(wire: Wire) -> None:
    capped = {"snapshots": [snapshot_json()], "snapshots_links": [NEXT]}
    wire.says("GET", "/snapshots/detail", capped)
    administration.snapshots(connection(), PageRequest(size=20))
    assert len(wire.sent("GET", "/snapshots/detail")) == 1


def test_a_filter_never_narrows_it_to_one_project(wire: Wire) -> None:
    wire.holds("volumes")
    administration.volumes(connection(), PageRequest(size=2, filters={"all_tenants": "0"}))
    assert wire.query("/volumes/detail")["all_tenants"] == "1"


def test_a_malformed_list_is_a_failure_of_the_service(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", {"snapshots": {"id": "s1"}})
    with pytest.raises(ServiceFailed):
        administration.snapshots(connection(), PAGE)


def test_what_has_no_id_is_counted_and_leaves_the_others(wire: Wire) -> None:
    wire.holds("snapshots", {"name": "no id"}, snapshot_json("s1"), snapshot_json("s2"))
    page = administration.snapshots(connection(), PageRequest(size=2))
    assert (ids(page.items), page.unread, page.more) == (["s1"], 1, True)


def test_snapshots_are_counted_in_the_same_call(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", {"snapshots": [snapshot_json()], "count": 2024})
    page, count = administration.counted_snapshots(connection(), PAGE)
    assert (ids(page.items), count) == (["s1"], 2024)
    assert wire.query("/snapshots/detail")["with_count"] == "true"
    assert len(wire.sent("GET", "/snapshots/detail")) == 1


def test_a_count_of_none_is_a_count(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", {"snapshots": [], "count": 0})
    assert administration.counted_snapshots(connection(), PAGE)[1] == 0


def test_a_cloud_that_cannot_count_is_not_asked_to(wire: Wire) -> None:
    """It would take the wish for a column, and find no snapshots at all."""
    wire.versions("3.44")
    wire.holds("snapshots", snapshot_json())
    page, count = administration.counted_snapshots(connection(), PAGE)
    assert (ids(page.items), count) == (["s1"], None)
    assert "with_count" not in wire.query("/snapshots/detail")


def asked_for(wire: Wire) -> list[list[str]]:
    """Return the ids that each call for volumes named."""
    found = wire.sent("GET", "/volumes/detail")
    return [each.qs["id"][0].strip("[]").replace("'", "").split(",") for each in found]


def test_volumes_are_read_by_id_in_all_projects(wire: Wire) -> None:
    wire.holds("volumes", volume_json("v1"), volume_json("v2"))
    found = administration.volumes_by_id(connection(), ["v1", "v2", "v1", "gone3"])
    assert {key: each.id for key, each in found.items()} == {"v1": "v1", "v2": "v2"}
    assert wire.query("/volumes/detail") == {"all_tenants": "1", "id": "['v1','v2','gone3']"}


def test_no_id_costs_no_call(wire: Wire) -> None:
    assert administration.volumes_by_id(connection(), []) == {}
    assert not wire.sent("GET", "/volumes/detail")


def test_no_address_is_longer_than_a_small_web_server_takes(wire: Wire) -> None:
    wanted = [f"00000000-0000-4000-8000-{number:012}" for number in range(101)]
    wire.says("GET", "/volumes/detail", {"volumes": []})
    administration.volumes_by_id(connection(), wanted)
    assert [len(each) for each in asked_for(wire)] == [50, 50, 1]
    assert list(chain(*asked_for(wire))) == wanted
    assert max(len(each.url) for each in wire.sent("GET", "/volumes/detail")) < 2500


def test_what_is_found_of_several_calls_is_kept_together(wire: Wire) -> None:
    wanted = [f"v{number}" for number in range(60)]

    def those(request: Any, _context: Any) -> Json:
        named = request.qs["id"][0].strip("[]").replace("'", "").split(",")
        return {"volumes": [volume_json(each) for each in named]}

    wire.mocker.register_uri("GET", f"{CINDER}/volumes/detail", json=those)
    assert list(administration.volumes_by_id(connection(), wanted)) == wanted


def test_an_id_that_is_none_goes_nowhere(wire: Wire) -> None:
    with pytest.raises(NotFound):
        administration.volumes_by_id(connection(), ["v1", "v2','v3"])
    assert not wire.sent("GET", "/volumes/detail")


def test_an_answer_with_volumes_nobody_asked_for_counts_for_nothing(wire: Wire) -> None:
    wire.holds("volumes", volume_json("v1"), volume_json("other"))
    assert administration.volumes_by_id(connection(), ["v1"]) == {}


def test_a_refused_filter_leaves_all_out(wire: Wire) -> None:
    wire.fails("GET", "/volumes/detail", 400, "Invalid filters id are found in query options.")
    assert administration.volumes_by_id(connection(), ["v1"]) == {}


@pytest.mark.parametrize(
    ("status", "kind"), [(403, Forbidden), (429, RateLimited), (500, ServiceFailed)]
)
def test_volumes_that_cannot_be_read_are_not_taken_for_absent(
    wire: Wire, status: int, kind: type[CloudError]
) -> None:
    wire.fails("GET", "/volumes/detail", status)
    with pytest.raises(kind):
        administration.volumes_by_id(connection(), ["v1"])


def service_json(host: str = "kvm@ssd", **more: object) -> Json:
    """Return a service as Cinder tells it."""
    return {
        "binary": "cinder-volume",
        "host": host,
        "status": "enabled",
        "state": "up",
        "updated_at": "2026-11-22T06:10:00.000000",
        "backend_state": "up",
    } | more


def test_services_are_read_by_host(wire: Wire) -> None:
    other = service_json("kvm", binary="cinder-scheduler")
    disabled = service_json("kvm@hdd", status="disabled", updated_at=None)
    wire.says("GET", "/os-services", {"services": [service_json(), other, disabled]})
    assert administration.services(connection()) == {
        "kvm@ssd": StorageService(
            "kvm@ssd", True, datetime(2026, 11, 22, 6, 10, tzinfo=timezone.utc)
        ),
        "kvm@hdd": StorageService("kvm@hdd", True, None, enabled=False),
    }
    assert wire.query("/os-services") == {"binary": "cinder-volume"}


@pytest.mark.parametrize(
    ("said", "up"),
    [
        ({}, True),
        ({"backend_state": None}, True),
        ({"state": "down"}, False),
        ({"backend_state": "down"}, False),
        ({"state": "down", "backend_state": None}, False),
        ({"state": None}, False),
    ],
)
def test_a_service_is_up_when_it_and_its_storage_are(wire: Wire, said: Json, up: bool) -> None:
    wire.says("GET", "/os-services", {"services": [service_json(**said)]})
    assert administration.services(connection())["kvm@ssd"].up is up


def test_a_cloud_that_does_not_tell_of_storage_tells_of_services(wire: Wire) -> None:
    bare = service_json()
    del bare["backend_state"]
    wire.says("GET", "/os-services", {"services": [bare]})
    assert administration.services(connection())["kvm@ssd"].up


@pytest.mark.parametrize("how", ["consumes_quota", "volume_id"])
def test_temporary_snapshots_are_those_of_the_volume_that_do_not_count(
    wire: Wire, how: str
) -> None:
    temporary = snapshot_json("t1", consumes_quota=False)
    wrong = temporary | {"id": "x1", how: True if how == "consumes_quota" else "v2"}
    wire.holds("snapshots", wrong, temporary)
    assert ids(administration.temporary_snapshots(connection(), "v1")) == ["t1"]
    wanted = {"all_tenants": "1", "volume_id": "v1", "consumes_quota": "false"}
    assert wire.query("/snapshots/detail") == wanted


def named(snapshot_id: str, name: str, **more: Any) -> Json:
    """Return a snapshot as a Cinder below 3.65 tells it."""
    found = snapshot_json(snapshot_id, name=name, **more)
    del found["consumes_quota"]
    return found


def test_a_cloud_that_does_not_tell_them_apart_knows_them_by_their_names(wire: Wire) -> None:
    wire.versions("3.64")
    names = ("[revert] volume v1 backup snapshot", "backup-snap-v1", "before v1")
    wire.holds("snapshots", *(named(f"s{n}", name) for n, name in enumerate(names)))
    assert ids(administration.temporary_snapshots(connection(), "v1")) == ["s0", "s1"]
    assert wire.query("/snapshots/detail") == {"all_tenants": "1", "volume_id": "v1", "name~": "v1"}
    assert ids(administration.newest_temporary_snapshots(connection(), 9)) == ["s0", "s1"]
    assert wire.query("/snapshots/detail")["name~"] == "[revert] volume % backup snapshot"


def test_a_cloud_that_cannot_look_for_names_tells_of_none(wire: Wire) -> None:
    wire.versions("3.33")
    assert administration.temporary_snapshots(connection(), "v1") == ()
    assert administration.newest_temporary_snapshots(connection(), 9) == ()
    assert not wire.sent("GET", "/snapshots/detail")


@pytest.mark.parametrize(
    ("act", "path", "body"),
    [
        (
            lambda to: administration.reset_status(to, "x1", "error"),
            "/snapshots/x1/action",
            {"os-reset_status": {"status": "error"}},
        ),
        (
            lambda to: administration.reset_volume_status(to, "x1", "available"),
            "/volumes/x1/action",
            {"os-reset_status": {"status": "available"}},
        ),
    ],
)
def test_a_write_says_just_what_is_wanted_and_has_its_own_time(
    wire: Wire, act: Callable[[Any], None], path: str, body: Json
) -> None:
    wire.says("POST", path, None, 202)
    to = connection(write_seconds=50.0)
    act(to)
    (request,) = wire.sent("POST", path)
    assert request.json() == body
    assert to.deadline.remaining() < request.timeout.remaining() <= to.write_seconds


@pytest.mark.parametrize(
    "act",
    [
        lambda to: administration.reset_status(to, "x/1", "error"),
        lambda to: administration.reset_volume_status(to, "x/1", "error"),
        lambda to: administration.temporary_snapshots(to, "x/1"),
    ],
)
def test_nothing_is_sent_for_an_id_that_is_none(wire: Wire, act: Callable[[Any], None]) -> None:
    with pytest.raises(NotFound):
        act(connection())
