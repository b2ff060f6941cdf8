# SPDX-License-Identifier: Apache-2.0
"""What Needs Attention reads: every status in parallel, each on its own."""

from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from snapshot_dashboard.cloud import attention, session
from snapshot_dashboard.cloud.attention import Attention, StatusList
from snapshot_dashboard.cloud.errors import Forbidden, ServiceFailed, SessionExpired, Unreachable
from snapshot_dashboard.rules.attention import (
    FAILED,
    LASTING,
    VOLUMES_FAILED,
    VOLUMES_LASTING,
    NextStep,
)
from tests.unit.cloud.wire import REFUSED, SILENT, Wire, connection, snapshot_json, volume_json

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
HOST = "cinder@ssd"
EVERY = (*LASTING, *FAILED)


def ago(seconds: float) -> str:
    """Return a time as Cinder writes it."""
    return (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")


def lasting(snapshot_id: str, status: str, seconds: float, **more: Any) -> dict[str, Any]:
    """Return a snapshot that has had a status for so long."""
    begun = {"created_at": ago(seconds), "updated_at": None}
    if status != "creating":
        begun = {"created_at": ago(10**7), "updated_at": ago(seconds)}
    return snapshot_json(snapshot_id, status=status, **(begun | more))


@pytest.fixture(autouse=True)
def quiet_cloud(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloud in which nothing needs attention: other tests add to it."""
    monkeypatch.setattr(session, "ours", lambda: NOW)
    wire.says("GET", "/snapshots/detail", {"snapshots": [], "count": 0})
    wire.says("GET", "/volumes/detail", {"volumes": []})
    wire.says("GET", "/os-services", {"services": []})
    wire.says("GET", "/messages", {"messages": []})


def holds(wire: Wire, status: str, *found: dict[str, Any], count: int | None = None) -> None:
    """Let the cloud have snapshots of a status; ``count`` where there are more of them."""
    said = {"snapshots": list(found), "count": len(found) if count is None else count}
    wire.says("GET", f"/snapshots/detail?status={status}", said)


def service(wire: Wire, state: str = "up", **more: Any) -> None:
    """Let the storage service of our host be there."""
    said = {"binary": "cinder-volume", "host": HOST, "state": state, "status": "enabled"}
    said |= {"updated_at": "2026-11-22T11:59:58.000000"} | more
    wire.says("GET", "/os-services", {"services": [said]})


def read(size: int = 20) -> Attention:
    """Read everything."""
    return attention.read(connection(), EVERY, size)


def only(found: Attention, status: str) -> StatusList:
    """Return the list of one status."""
    (one,) = [each for each in found.lists if each.status == status]
    return one


def ids(one: StatusList) -> list[str]:
    """Return the ids of the snapshots of a list."""
    return [each.snapshot.id for each in one.concerns]


def paths(wire: Wire) -> list[str]:
    """Return the path of each call, without the one that asks for versions."""
    found = [urlsplit(each.url).path for each in wire.mocker.request_history]
    return sorted(each for each in found if each != "/")


def test_a_quiet_cloud_costs_a_call_for_each_status_and_four_more(wire: Wire) -> None:
    found = read()
    assert [each.status for each in found.lists] == list(EVERY)
    assert all((each.concerns, each.count, each.complete) == ((), 0, True) for each in found.lists)
    assert paths(wire) == sorted(
        ["/v3/snapshots/detail"] * len(EVERY)
        + ["/v3/volumes/detail"] * 2
        + ["/v3/messages", "/v3/os-services"]
    )


def test_versions_are_asked_for_once(wire: Wire) -> None:
    read()
    assert [urlsplit(each.url).path for each in wire.mocker.request_history].count("/") == 1


def test_each_status_is_asked_for_oldest_first_in_all_projects_and_counted(wire: Wire) -> None:
    read(7)
    asked = [dict(parse_qsl(urlsplit(each.url).query)) for each in _lists(wire)]
    assert {each.pop("status"): each.pop("sort") for each in asked} == {
        status: "created_at:asc" if status == "creating" else "updated_at:asc" for status in EVERY
    }
    expected = {"all_tenants": "1", "limit": "8", "with_count": "true"}
    assert asked == [expected] * len(EVERY)


def _lists(wire: Wire) -> list[Any]:
    return wire.sent("GET", "/snapshots/detail")


@pytest.mark.parametrize(
    ("state", "step"), [("up", NextStep.CHECK), ("down", NextStep.BRING_UP), (None, NextStep.CHECK)]
)
def test_the_service_of_the_volume_decides_the_step(
    wire: Wire, state: str | None, step: NextStep
) -> None:
    holds(wire, "creating", lasting("s1", "creating", 11_520))
    volume = volume_json("v1", **{"os-vol-host-attr:host": f"{HOST}#pool"})
    wire.says("GET", "/volumes/detail", {"volumes": [volume]})
    if state:
        service(wire, state)
    (concern,) = only(read(), "creating").concerns
    assert (concern.step, concern.seconds) == (step, 11_520)
    assert (concern.service.up if concern.service else None) == {"up": True, "down": False}.get(
        state or ""
    )


def test_the_volumes_of_what_needs_attention_cost_a_call_for_fifty(wire: Wire) -> None:
    for status in ("error", "deleting", "creating"):
        found = [lasting(f"{status}{n}", status, 9999, volume_id=f"{status}{n}") for n in range(20)]
        holds(wire, status, *found)
    young = [lasting(f"y{n}", "updating", 10, volume_id=f"y{n}") for n in range(20)]
    holds(wire, "updating", *young)
    read()
    asked = [
        dict(parse_qsl(urlsplit(each.url).query)) for each in wire.sent("GET", "/volumes/detail")
    ]
    by_id = [query["id"] for query in asked if "id" in query]
    named = [each for ids_of in by_id for each in ids_of.strip("[]").split(",")]
    assert (len(by_id), len(named), len(set(named))) == (2, 60, 60)
    assert not [each for each in named if each.startswith("'y")]


def test_a_young_one_is_left_out_but_counted(wire: Wire) -> None:
    holds(wire, "creating", lasting("s1", "creating", 3600), lasting("s2", "creating", 3599))
    one = only(read(), "creating")
    assert (ids(one), one.count, one.complete) == (["s1"], 2, True)


def test_a_failed_one_needs_attention_at_once(wire: Wire) -> None:
    for status in FAILED:
        holds(wire, status, lasting(status, status, 1))
    found = read()
    assert [ids(only(found, status)) for status in FAILED] == [[each] for each in FAILED]


def test_times_are_settable(wire: Wire, settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"SLOW_SECONDS": 10, "SLOW_SECONDS_PER_GIB": 100}
    one, two = lasting("s1", "deleting", 30), lasting("s2", "deleting", 30, size=0)
    holds(wire, "deleting", one, two, lasting("s3", "deleting", 9))
    concerns = only(read(), "deleting").concerns
    assert [(each.snapshot.id, each.step) for each in concerns] == [
        ("s1", NextStep.WAIT),
        ("s2", NextStep.CHECK_DELETION),
    ]


def test_what_does_not_fit_is_counted_and_makes_the_list_incomplete(wire: Wire) -> None:
    holds(wire, "error", *[lasting(f"s{n}", "error", 9999 - n) for n in range(3)], count=340)
    one = only(read(2), "error")
    assert (ids(one), one.count, one.complete) == (["s0", "s1"], 340, False)


@pytest.mark.parametrize(("last", "complete"), [(3599, True), (3600, False)])
def test_a_long_list_is_complete_when_only_young_ones_follow(
    wire: Wire, last: int, complete: bool
) -> None:
    for status in ("creating", "deleting"):
        found = [lasting("a", status, 9999), lasting("b", status, last), lasting("c", status, 1)]
        holds(wire, status, *found, count=90)
    answer = read(2)
    assert only(answer, "creating").complete is complete
    assert only(answer, "deleting").complete is complete


def test_a_snapshot_renamed_while_creating_hides_no_other(wire: Wire) -> None:
    renamed = lasting("s1", "creating", 9999, updated_at=ago(1))
    holds(wire, "creating", renamed, lasting("s2", "creating", 9998), count=2)
    one = only(read(1), "creating")
    assert (ids(one), one.complete) == ([], False)


def test_a_cloud_too_old_to_count_is_counted_where_all_is_seen(wire: Wire) -> None:
    wire.versions("3.44")
    found = [lasting(f"s{n}", "error", 10) for n in range(3)]
    wire.says("GET", "/snapshots/detail?status=error", {"snapshots": found})
    assert only(read(), "error").count == 3
    assert only(read(2), "error").count is None
    assert "with_count" not in _lists(wire)[-1].url


def test_a_service_that_gives_fewer_rows_than_asked_for_has_more(wire: Wire) -> None:
    holds(wire, "deleting", lasting("s1", "deleting", 9999), count=2)
    holds(wire, "updating", count=1)
    found = read()
    assert (only(found, "deleting").complete, only(found, "updating").complete) == (False, False)


@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_a_list_that_cannot_be_read_leaves_the_others(wire: Wire, how: type[Exception]) -> None:
    holds(wire, "error", lasting("s1", "error", 10))
    wire.breaks("GET", "/snapshots/detail?status=creating", how)
    found = read()
    creating = only(found, "creating")
    assert creating.error is not None
    assert (creating.concerns, creating.count, creating.complete) == ((), None, False)
    assert ids(only(found, "error")) == ["s1"]


def test_services_volumes_and_messages_each_fail_alone(wire: Wire) -> None:
    holds(wire, "error", lasting("s1", "error", 10))
    wire.fails("GET", "/os-services", 403)
    found = read()
    assert isinstance(found.services.error, Forbidden)
    assert found.services.value is None
    wire.fails("GET", "/volumes/detail", 500)
    wire.breaks("GET", "/messages", REFUSED)
    found = read()
    assert found.volumes.error is not None and found.volumes.value is None
    assert isinstance(found.messages.error, Unreachable) and found.messages.value is None
    (concern,) = only(found, "error").concerns
    assert concern.service is None


def test_messages_come_by_snapshot(wire: Wire) -> None:
    said = {"id": "m1", "resource_uuid": "s1", "event_id": "VOLUME_SNAPSHOT_009_013"}
    wire.says("GET", "/messages", {"messages": [said | {"user_message": "It failed."}]})
    messages = read().messages.value
    assert messages is not None
    assert messages["s1"].text == "It failed."


@pytest.mark.parametrize("path", ["/snapshots/detail", "/os-services", "/messages"])
def test_an_expired_session_is_no_failed_read(wire: Wire, path: str) -> None:
    wire.fails("GET", path, 401)
    with pytest.raises(SessionExpired):
        read()


def test_without_cinder_nothing_is_said_of_any_list(wire: Wire) -> None:
    wire.breaks("GET", "http://storage.test/", REFUSED)
    with pytest.raises(Unreachable):
        read()


def holds_volumes(wire: Wire, *found: dict[str, Any], more: int = 0) -> None:
    """Let the cloud have volumes that need attention, and ``more`` on further pages."""
    for statuses in (VOLUMES_FAILED, VOLUMES_LASTING):
        those = [each for each in found if each["status"] in statuses]
        wanted = ",".join(f"'{each}'" for each in statuses)
        said = {"volumes": those, "count": len(those) + more}
        wire.says("GET", f"/volumes/detail?status=[{wanted}]", said)


def lasting_volume(volume_id: str, status: str, seconds: float, **more: Any) -> dict[str, Any]:
    """Return a volume that has had a status for so long."""
    return volume_json(volume_id, status=status, updated_at=ago(seconds), **more)


def steps(found: Attention) -> dict[str, NextStep]:
    """Return the step of each volume."""
    return {each.volume.id: each.step for one in found.volume_lists for each in one.concerns}


def left_by_revert(volume_id: str) -> dict[str, Any]:
    """Return the snapshot that Cinder makes before it reverts a volume."""
    name = f"[revert] volume {volume_id} backup snapshot"
    return snapshot_json(f"kept-{volume_id}", name=name, volume_id=volume_id, consumes_quota=False)


def test_volumes_cost_a_call_for_each_group_and_what_is_around_them_one_each(wire: Wire) -> None:
    holds_volumes(wire, *[lasting_volume(f"v{n}", "error", n) for n in range(20)])
    read(20)
    assert paths(wire).count("/v3/volumes/detail") == 2
    asked = [dict(parse_qsl(urlsplit(each.url).query)) for each in wire.mocker.request_history]
    volumes = [query for query in asked if query.get("status", "").startswith("[")]
    assert all(query["all_tenants"] == "1" and query["limit"] == "21" for query in volumes)
    kinds = [query["resource_type"] for query in asked if "resource_type" in query]
    assert sorted(kinds) == ["VOLUME", "VOLUME_SNAPSHOT"]
    assert len([query for query in asked if query.get("consumes_quota") == "false"]) == 1


def test_a_failed_revert_is_known_by_what_it_has_left(wire: Wire) -> None:
    holds_volumes(wire, lasting_volume("v1", "error", 9), lasting_volume("v2", "error", 5), more=0)
    left = {"snapshots": [left_by_revert("v2"), left_by_revert("v9")]}
    wire.says("GET", "/snapshots/detail?consumes_quota=false", left)
    found = read()
    assert steps(found) == {"v2": NextStep.REVERT_FAILED, "v1": NextStep.VOLUME_FAILED}
    first = found.volume_lists[0].concerns[0]
    assert (first.volume.id, first.kept.id if first.kept else "") == ("v2", "kept-v2")


def test_a_snapshot_that_is_still_restoring_tells_it_too_and_at_once(wire: Wire) -> None:
    holds(wire, "restoring", lasting("s1", "restoring", 5), lasting("s2", "restoring", 4))
    holds_volumes(wire, lasting_volume("v1", "error", 5))
    failed = volume_json("v1", status="error")
    wire.says("GET", "/volumes/detail?id=['v1']", {"volumes": [failed]})
    wire.says("GET", "/snapshots/detail?consumes_quota=false", {"snapshots": []})
    found = read()
    assert steps(found) == {"v1": NextStep.REVERT_FAILED}
    told = only(found, "restoring").concerns
    assert [each.step for each in told] == [NextStep.REVERT_FAILED] * 2


def test_a_revert_that_works_is_left_alone(wire: Wire) -> None:
    holds(wire, "restoring", lasting("s1", "restoring", 5))
    holds_volumes(wire, lasting_volume("v1", "reverting", 5))
    wire.says("GET", "/volumes/detail?id=['v1']", {"volumes": [volume_json(status="reverting")]})
    found = read()
    assert steps(found) == {}
    assert only(found, "restoring").concerns == ()


def test_an_answer_that_is_not_filtered_counts_for_nothing(wire: Wire) -> None:
    for statuses in (VOLUMES_FAILED, VOLUMES_LASTING):
        wanted = ",".join(f"'{each}'" for each in statuses)
        wire.says("GET", f"/volumes/detail?status=[{wanted}]", {"volumes": [volume_json()]})
    for each in read().volume_lists:
        assert (each.concerns, each.complete) == ((), False)
        assert isinstance(each.error, ServiceFailed)


@pytest.mark.parametrize("path", ["/messages?resource_type=VOLUME", "/snapshots/detail?consumes"])
def test_what_is_around_volumes_may_fail_alone(wire: Wire, path: str) -> None:
    holds_volumes(wire, lasting_volume("v1", "error", 5))
    wire.fails("GET", path if "?consumes" not in path else f"{path}_quota=false", 500)
    found = read()
    assert steps(found) == {"v1": NextStep.VOLUME_FAILED}
    assert [bool(found.volume_messages.error), bool(found.kept.error)] == [
        "messages" in path,
        "snapshots" in path,
    ]


def test_volumes_beyond_a_page_are_not_claimed_to_be_none(wire: Wire) -> None:
    holds_volumes(wire, lasting_volume("v1", "error", 5), more=30)
    failed, busy = read().volume_lists
    assert (failed.count, failed.complete) == (31, False)
    assert (busy.count, busy.complete) == (30, False)
