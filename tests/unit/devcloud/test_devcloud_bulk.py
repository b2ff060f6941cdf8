# SPDX-License-Identifier: Apache-2.0
"""Cloning rows, on databases with a few columns."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from devcloud.inside import rows
from devcloud.inside.bulk.storage import Cloner, Template, count_against_quota

_TABLES = """
CREATE TABLE volumes (id TEXT, deleted INTEGER, display_name TEXT, size INTEGER,
    created_at TEXT, updated_at TEXT, launched_at TEXT, scheduled_at TEXT);
CREATE TABLE snapshots (id TEXT, deleted INTEGER, volume_id TEXT, volume_size INTEGER,
    display_name TEXT, status TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE quota_usages (project_id TEXT, resource TEXT, in_use INTEGER, deleted INTEGER);
INSERT INTO volumes (id, deleted) VALUES ('v', 0), ('gone', 1);
INSERT INTO snapshots (id, deleted) VALUES ('s', 0);
INSERT INTO quota_usages VALUES
    ('p', 'volumes', 1, 0), ('p', 'volumes_bulk', 1, 0), ('p', 'volumes_ssd', 1, 0),
    ('p', 'gigabytes', 1, 0), ('other', 'volumes', 1, 0);
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with a template volume and its snapshot."""
    path = tmp_path / "cinder.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(_TABLES)
    connection.close()
    return path


@pytest.fixture
def cinder(database: Path) -> Iterator[sqlite3.Connection]:
    """A transaction in that database."""
    with rows.writing(database) as connection:
        yield connection


def test_ids_change_inside_longer_texts_and_row_numbers_are_left_to_the_database() -> None:
    row = {"id": 7, "uuid": "a", "json": '{"volume": "a", "other": "b"}', "size": 1, "none": None}
    assert rows.renamed(row, {"a": "x", "b": "y"}) == {
        "uuid": "x",
        "json": '{"volume": "x", "other": "y"}',
        "size": 1,
        "none": None,
    }


def test_deleted_rows_are_not_cloned(cinder: sqlite3.Connection) -> None:
    assert rows.select(cinder, "volumes", "id", "gone") == []
    assert [row["id"] for row in rows.select(cinder, "volumes", "id", "v")] == ["v"]


def test_an_error_leaves_the_database_as_it_was(database: Path) -> None:
    with pytest.raises(RuntimeError), rows.writing(database) as connection:
        connection.execute("DELETE FROM volumes")
        raise RuntimeError
    with rows.writing(database) as connection:
        assert rows.select(connection, "volumes", "id", "v")


def test_clones_can_be_inserted_and_are_younger_than_two_years(
    cinder: sqlite3.Connection,
) -> None:
    cloner = Cloner(cinder, Template("v", "s"), "seed")
    volumes = [cloner.volume(number) for number in range(50)]
    snapshots = [cloner.snapshot(volume, 1) for volume in volumes]
    rows.insert(cinder, "volumes", volumes)
    rows.insert(cinder, "snapshots", snapshots)
    assert len({row["id"] for row in (*volumes, *snapshots)}) == 100
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    for volume, snapshot in zip(volumes, snapshots, strict=True):
        assert snapshot["volume_id"] == volume["id"]
        assert snapshot["volume_size"] == volume["size"]
        born, taken = (datetime.fromisoformat(row["created_at"]) for row in (volume, snapshot))
        assert (now - born).days <= 700
        assert born <= taken <= now


def test_the_clones_count_against_the_projects_quota(cinder: sqlite3.Connection) -> None:
    count_against_quota(cinder, "p", [{"size": 5}, {"size": 10}], [{"volume_size": 5}])
    used = cinder.execute("SELECT project_id, resource, in_use FROM quota_usages")
    assert {(row[0], row[1]): row[2] for row in used} == {
        ("p", "volumes"): 3,
        ("p", "volumes_bulk"): 3,
        ("p", "volumes_ssd"): 1,
        ("p", "gigabytes"): 21,
        ("other", "volumes"): 1,
    }
