# SPDX-License-Identifier: Apache-2.0
"""How many snapshots each volume has, and what is said where not all were read."""

from datetime import datetime, timedelta, timezone
from typing import Any

from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.snapshot_count import SnapshotCount, counts

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


def made(hours: int, status: str = "available", volume_id: str = "v1", **more: Any) -> Snapshot:
    """Return a snapshot that was made so many hours ago."""
    created = NOW - timedelta(hours=hours)
    return Snapshot(
        f"s{hours}", "", 1, status, volume_id=volume_id, **{"created_at": created} | more
    )


def test_a_volume_has_its_own_and_knows_the_newest_of_them() -> None:
    found = counts([made(1), made(2, volume_id="v2"), made(3)], ["v1", "v2", "v3"], complete=True)
    assert found["v1"] == SnapshotCount(2, NOW - timedelta(hours=1))
    assert found["v2"].kept == 1
    assert found["v3"] == SnapshotCount()


def test_what_is_not_asked_for_is_not_told() -> None:
    assert counts([made(1)], ["v2"], complete=True).keys() == {"v2"}


def test_one_that_is_not_there_yet_or_has_failed_protects_nobody() -> None:
    failed = made(2, "error")
    found = counts([made(1, "creating"), failed, made(3)], ["v1"], complete=True)["v1"]
    assert (found.kept, found.newest) == (1, NOW - timedelta(hours=3))
    assert (found.changing, found.failed) == ("creating", (failed,))


def test_one_whose_deletion_has_failed_is_still_there_but_protects_nobody() -> None:
    failed = made(1, "error_deleting")
    found = counts([failed], ["v1"], complete=True)["v1"]
    assert (found.kept, found.newest, found.failed) == (1, None, (failed,))


def test_one_that_cannot_be_read_may_be_of_any_volume_and_time() -> None:
    for complete in (True, False):
        found = counts([made(1), None], ["v2"], complete=complete)["v2"]
        assert (found.kept, found.complete, found.since) == (0, False, None)


def test_one_that_is_being_deleted_does_not_count_any_more() -> None:
    found = counts([made(1, "deleting")], ["v1"], complete=True)["v1"]
    assert (found.kept, found.changing) == (0, "deleting")


def test_a_temporary_one_goes_away_by_itself_and_does_not_count() -> None:
    assert counts([made(1, counts_against_quota=False)], ["v1"], complete=True)["v1"].kept == 0


def test_of_a_part_it_is_told_since_when_there_are_no_others() -> None:
    found = counts([made(1), made(5, volume_id="v9")], ["v1", "v2"], complete=False)
    since = NOW - timedelta(hours=5)
    assert [(each.kept, each.complete, each.since) for each in found.values()] == [
        (1, False, since),
        (0, False, since),
    ]


def test_without_dates_nothing_is_claimed_of_time() -> None:
    found = counts([made(1, created_at=None)], ["v1"], complete=False)["v1"]
    assert (found.newest, found.since) == (None, None)
