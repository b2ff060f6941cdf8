# SPDX-License-Identifier: Apache-2.0
"""Scanning all snapshots, and the report made from it."""

import time
from itertools import chain
from typing import Any

import pytest

from snapshot_dashboard.cloud import snapshot_scan
from snapshot_dashboard.cloud.errors import CloudError, ServiceFailed, SessionExpired
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.cloud.snapshot_scan import (
    BeingMade,
    Report,
    ScanProgress,
    SnapshotScan,
    TimeIsUp,
)
from tests.unit.cloud.crowd import Crowd, of_project, snapshots
from tests.unit.cloud.wire import KEYSTONE, OTHER_PROJECT, PROJECT, Wire
from tests.unit.cloud.wire import connection as plain_connection


def connection(**changes: Any) -> Connection:
    """Return an administrator's connection."""
    return plain_connection(**({"rights": "admin", "identity_url": KEYSTONE} | changes))


def made(link: Connection) -> Report:
    """Make a report to its end."""
    counting = SnapshotScan(link)
    list(counting.run())
    return counting.report()


def test_every_snapshot_comes_once_with_its_volume(wire: Wire) -> None:
    crowd = Crowd(wire, *snapshots(5))
    read = list(snapshot_scan.batches(snapshot_scan.limited(connection()), {"status": "error"}))
    assert [len(batch) for batch in read] == [2, 2, 1]
    found = [(one.id, origin and origin.project_id) for one, origin in chain(*read)]
    assert found == [(f"s{number}", PROJECT) for number in range(1, 6)]
    assert {said["status"] for said in crowd.asked} == {"error"}
    assert {said["all_tenants"] for said in crowd.asked} == {"1"}


def test_a_volume_is_read_once_however_many_snapshots_it_has(wire: Wire) -> None:
    crowd = Crowd(wire, *(of_project(PROJECT, f"s{number}") for number in range(7)))
    list(snapshot_scan.batches(snapshot_scan.limited(connection()), {}))
    assert crowd.volumes == [["v1"]]


def test_volumes_are_asked_for_fifty_at_a_time(wire: Wire) -> None:
    crowd = Crowd(wire, *snapshots(120), page=500)
    list(snapshot_scan.batches(snapshot_scan.limited(connection()), {}))
    assert sorted(len(each) for each in crowd.volumes) == [20, 50, 50]


def test_whoever_may_not_ask_for_volumes_does_not_go_on_asking(wire: Wire) -> None:
    crowd = Crowd(wire, *snapshots(120), page=30)
    crowd.refuses_ids = True
    report = made(connection())
    assert len(crowd.volumes) == 1
    assert (report.total.count, report.unknown, report.foreign_count) == (120, 120, 0)


def test_what_is_deleted_meanwhile_does_not_end_the_walk(wire: Wire) -> None:
    crowd = Crowd(wire, *snapshots(6))

    def delete(page: int) -> None:
        if page == 3:
            crowd.snapshots = [each for each in crowd.snapshots if each["id"] != "s4"]

    crowd.before = delete
    report = made(connection())
    # It was read before it was deleted.
    assert report.total.count == 6
    assert [said.get("marker") for said in crowd.asked] == [None, "s2", "s4", "s3"]


def test_it_tells_how_far_it_is(wire: Wire) -> None:
    Crowd(wire, *snapshots(5))
    told = list(SnapshotScan(connection()).run())
    assert told == [ScanProgress(read, 5) for read in (0, 2, 4, 5)]


def test_a_cloud_that_is_too_old_to_count_is_read_all_the_same(wire: Wire) -> None:
    wire.versions("3.44")
    Crowd(wire, *snapshots(3))
    assert list(SnapshotScan(connection()).run())[-1] == ScanProgress(3, None)


def test_projects_are_counted_and_named(wire: Wire) -> None:
    crowd = Crowd(
        wire,
        of_project(PROJECT, "s1", status="error", created_at="2026-01-01T00:00:00"),
        of_project(PROJECT, "s2", volume_id="v2", consumes_quota=False),
        of_project(OTHER_PROJECT, "s3", volume_id="v3"),
    )
    crowd.names({PROJECT: "Web & Shop", OTHER_PROJECT: "research", "p-third": "no snapshots"})
    report = made(connection())
    counts = {
        report.name_of(line.project_id): (line.count, line.gib, line.foreign, line.failed)
        for line in report.lines
    }
    assert counts == {"Web & Shop": (2, 40, 0, 1), "research": (1, 20, 1, 0)}
    assert report.total.temporary == 1
    assert str(report.total.oldest) == "2026-01-01 00:00:00+00:00"
    assert set(report.names) == {PROJECT, OTHER_PROJECT}


def test_other_projects_snapshots_are_listed_up_to_a_limit_and_all_counted(wire: Wire) -> None:
    some = [of_project(OTHER_PROJECT, f"s{number}") for number in range(snapshot_scan.FOREIGN + 5)]
    Crowd(wire, *some, page=500)
    report = made(connection())
    assert len(report.foreign) == snapshot_scan.FOREIGN
    assert report.foreign_count == snapshot_scan.FOREIGN + 5
    one = report.foreign[0]
    assert (one.id, one.name, one.project_id, one.volume_project_id) == (
        "s0",
        "name of s0",
        OTHER_PROJECT,
        PROJECT,
    )


def test_names_that_cannot_be_read_leave_ids_and_those_known_already(wire: Wire) -> None:
    Crowd(wire, of_project(PROJECT, "s1"), of_project(OTHER_PROJECT, "s2"))
    wire.fails("GET", f"{KEYSTONE}/projects", 403)
    counting = SnapshotScan(connection(), own={PROJECT: "ours"})
    list(counting.run())
    report = counting.report()
    assert [report.name_of(line.project_id) for line in report.lines] == ["ours", OTHER_PROJECT]


@pytest.mark.parametrize(
    ("status", "kind"), [(503, ServiceFailed), (401, SessionExpired)], ids=["down", "expired"]
)
def test_a_report_that_breaks_off_tells_what_was_counted_and_is_not_remembered(
    wire: Wire, status: int, kind: type[CloudError]
) -> None:
    crowd = Crowd(wire, *snapshots(6))
    crowd.fails_at, crowd.status = 3, status
    counting = SnapshotScan(connection())
    with pytest.raises(kind):
        list(counting.run())
    assert counting.report().total.count == 4
    assert not counting.kept
    assert snapshot_scan.remembered(connection()) is None


def test_volumes_that_cannot_be_read_break_it_off(wire: Wire) -> None:
    crowd = Crowd(wire, *snapshots(4))

    def hang_up(page: int) -> None:
        if page == 2:
            wire.fails("GET", "/volumes/detail", 503)

    crowd.before = hang_up
    with pytest.raises(ServiceFailed):
        made(connection())


def test_it_stops_when_its_time_is_over(wire: Wire, settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"REPORT_SECONDS": 30}
    # All of one volume: what stops it is not the reading of volumes.
    crowd = Crowd(wire, *(of_project(PROJECT, f"s{number}") for number in range(8)))
    counting = SnapshotScan(connection())
    assert 25 < counting.connection.deadline.remaining() <= 30

    def wait(page: int) -> None:
        if page == 3:
            counting.connection.deadline._end = 0.0

    crowd.before = wait
    with pytest.raises(TimeIsUp):
        list(counting.run())
    assert (counting.report().total.count, crowd.pages) == (4, 3)


def test_a_page_has_time_of_its_own(wire: Wire, settings: Any) -> None:
    settings.SNAPSHOT_DASHBOARD = {"PAGE_SECONDS": 1.0}
    crowd = Crowd(wire, *snapshots(10))
    # The pages together take longer than PAGE_SECONDS, each takes less.
    crowd.before = lambda _page: time.sleep(0.25)
    assert made(connection()).total.count == 10


def test_a_report_is_remembered_for_the_same_rights(wire: Wire) -> None:
    Crowd(wire, *snapshots(3))
    report = made(connection())
    found = snapshot_scan.remembered(connection(token="a colleague's"))
    assert found is not None
    assert (found.lines, found.names, found.foreign) == (report.lines, report.names, ())


@pytest.mark.parametrize(
    "other",
    [
        {"project_id": "p2"},
        {"rights": "member"},
        {"region": "RegionTwo"},
        {"region": "RegionOne\n" + PROJECT, "project_id": ""},
    ],
)
def test_a_report_is_never_shown_for_another_project_role_or_region(
    wire: Wire, other: dict[str, str]
) -> None:
    Crowd(wire, *snapshots(3))
    made(connection())
    assert snapshot_scan.remembered(connection()) is not None
    assert snapshot_scan.remembered(connection(**other)) is None


def test_a_report_that_no_cache_would_take_is_not_remembered(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_scan, "_MOST_BYTES", 100)
    Crowd(wire, *snapshots(3))
    counting = SnapshotScan(connection())
    list(counting.run())
    assert not counting.kept
    assert snapshot_scan.remembered(connection()) is None


def test_five_thousand_projects_fit_into_a_cache(wire: Wire) -> None:
    ids = [f"{number:032x}" for number in range(5000)]
    crowd = Crowd(wire, *(of_project(each, f"s-{each}") for each in ids), page=500)
    crowd.names({each: f"customer of ours {each[-6:]}" for each in ids})
    counting = SnapshotScan(connection())
    list(counting.run())
    assert counting.kept


def test_one_report_is_made_at_a_time(wire: Wire) -> None:
    Crowd(wire, *snapshots(3))
    first = SnapshotScan(connection()).run()
    next(first)
    with pytest.raises(BeingMade):
        next(SnapshotScan(connection()).run())
    # Whoever sees other things does not wait.
    next(SnapshotScan(connection(rights="member")).run())
    first.close()  # type: ignore[attr-defined]
    assert next(SnapshotScan(connection()).run())
