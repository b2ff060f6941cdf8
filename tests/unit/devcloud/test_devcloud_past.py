# SPDX-License-Identifier: Apache-2.0
"""The blog's old snapshots and a storage service that is down, on small databases."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from devcloud.inside import rows, storage_services
from devcloud.inside.demo_data import past, plan

_TABLES = """
CREATE TABLE volumes (id TEXT, deleted INTEGER, host TEXT, service_uuid TEXT,
    created_at TEXT, updated_at TEXT, launched_at TEXT, scheduled_at TEXT);
CREATE TABLE snapshots (id TEXT, deleted INTEGER, volume_id TEXT, display_name TEXT, status TEXT,
    progress TEXT, created_at TEXT, updated_at TEXT, use_quota INTEGER);
CREATE TABLE services (id INTEGER PRIMARY KEY, deleted INTEGER, host TEXT, uuid TEXT,
    updated_at TEXT, rpc_current_version TEXT);
CREATE TABLE messages (id TEXT, deleted INTEGER, resource_uuid TEXT, created_at TEXT);
INSERT INTO services VALUES (1, 0, 'devcloud@files', 'living', 'now', '3.20');
"""
_SNAPSHOTS = {name: f"id of {name}" for volume in plan.BLOG_VOLUMES for name in volume.snapshots}
_VOLUMES = {volume.name: f"id of {volume.name}" for volume in plan.BLOG_VOLUMES}


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The blog as it was made a moment ago; its name is also the name of each row."""
    path = tmp_path / "cinder.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(_TABLES)
        now = str(datetime.now(timezone.utc).replace(tzinfo=None))
        for volume in plan.BLOG_VOLUMES:
            id_ = _VOLUMES[volume.name]
            connection.execute("INSERT INTO volumes (id, deleted) VALUES (?, 0)", (id_,))
            for name in volume.snapshots:
                row = (_SNAPSHOTS[name], id_, name, "available", "100%", now, now)
                connection.execute("INSERT INTO snapshots VALUES (?, 0, ?, ?, ?, ?, ?, ?, 1)", row)
        refused = _SNAPSHOTS[plan.UNDELETABLE]
        connection.execute("INSERT INTO messages VALUES ('m', 0, ?, ?)", (refused, now))
    connection.close()
    return path


@pytest.fixture
def cinder(database: Path) -> Iterator[sqlite3.Connection]:
    """The database after time has passed."""
    past.let_pass(database, _VOLUMES, _SNAPSHOTS)
    with rows.writing(database) as connection:
        yield connection


def one(cinder: sqlite3.Connection, table: str, id_: str) -> rows.Row:
    """The row with an id."""
    (row,) = rows.select(cinder, table, "id", id_)
    return row


def hours_since(moment: str) -> float:
    """Hours from a moment in UTC until now."""
    passed = datetime.now(timezone.utc).replace(tzinfo=None) - datetime.fromisoformat(moment)
    return passed / timedelta(hours=1)


@pytest.mark.parametrize("stuck", plan.STUCK, ids=lambda stuck: stuck.snapshot)
def test_snapshots_hang_for_as_long_as_planned(
    cinder: sqlite3.Connection, stuck: plan.Stuck
) -> None:
    row = one(cinder, "snapshots", _SNAPSHOTS[stuck.snapshot])
    assert row["status"] == stuck.status
    assert hours_since(row["updated_at"]) == pytest.approx(stuck.hours, abs=0.1)
    if stuck.status == "creating":
        assert (row["created_at"], row["progress"]) == (row["updated_at"], "0%")
    else:
        assert hours_since(row["created_at"]) > 24 * 30


def test_a_snapshot_is_younger_than_its_volume(cinder: sqlite3.Connection) -> None:
    for snapshot in cinder.execute("SELECT * FROM snapshots"):
        volume = one(cinder, "volumes", snapshot["volume_id"])
        assert volume["created_at"] < snapshot["created_at"]


def test_what_was_refused_was_so_when_its_message_says(cinder: sqlite3.Connection) -> None:
    row = one(cinder, "snapshots", _SNAPSHOTS[plan.UNDELETABLE])
    assert hours_since(row["updated_at"]) == pytest.approx(plan.UNDELETABLE_HOURS, abs=0.1)
    assert one(cinder, "messages", "m")["created_at"] == row["updated_at"]


def test_only_one_volume_is_on_the_service_that_is_down(cinder: sqlite3.Connection) -> None:
    moved = rows.select(cinder, "volumes", "host", storage_services.DOWN_POOL)
    assert [row["id"] for row in moved] == [_VOLUMES[plan.DOWN]]
    (down,) = rows.select(cinder, "services", "host", storage_services.DOWN)
    assert moved[0]["service_uuid"] == down["uuid"] != "living"
    assert down["rpc_current_version"] == "3.20"
    (hanging,) = rows.select(cinder, "snapshots", "volume_id", moved[0]["id"])
    assert hanging["created_at"] < down["updated_at"]
    assert hours_since(down["updated_at"]) > 2


def test_the_service_is_down_since_it_was_first_said(cinder: sqlite3.Connection) -> None:
    before = rows.select(cinder, "services", "host", storage_services.DOWN)
    storage_services.ensure_down(cinder, datetime(2020, 1, 1))
    assert rows.select(cinder, "services", "host", storage_services.DOWN) == before


def test_a_backup_left_a_snapshot_that_nobody_counts(cinder: sqlite3.Connection) -> None:
    volume = _VOLUMES[plan.TEMPORARY]
    found = rows.select(cinder, "snapshots", "volume_id", volume)
    assert {row["display_name"]: row["use_quota"] for row in found} == {
        "before spam filter": 1,
        f"backup-snap-{volume}": 0,
    }


def test_what_is_not_there_cannot_be_changed(cinder: sqlite3.Connection) -> None:
    with pytest.raises(LookupError, match="nothing in volumes"):
        rows.update(cinder, "volumes", "nothing", host="elsewhere")
