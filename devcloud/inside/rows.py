# SPDX-License-Identifier: Apache-2.0
"""Copying rows of the services' databases."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

Row = dict[str, Any]


@contextmanager
def writing(database: Path) -> Iterator[sqlite3.Connection]:
    """A transaction that may write from its start; undone when an error leaves the block."""
    with closing(sqlite3.connect(database, timeout=60, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN IMMEDIATE")
        # Commits at the end of the block, or undoes it when an error leaves it.
        with connection:
            yield connection


def select(connection: sqlite3.Connection, table: str, column: str, value: str) -> list[Row]:
    """The rows of a table that are not deleted and have a value in a column."""
    deleted = " AND NOT deleted" if "deleted" in _columns(connection, table) else ""
    query = f'SELECT * FROM "{table}" WHERE "{column}" = ?{deleted}'  # noqa: S608 - our names
    return [dict(row) for row in connection.execute(query, (value,))]


def insert(connection: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    """Insert rows that all have the same columns."""
    rows = list(rows)
    if not rows:
        return
    columns = ", ".join(f'"{column}"' for column in rows[0])
    marks = ", ".join(f":{column}" for column in rows[0])
    query = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'  # noqa: S608 - our names
    connection.executemany(query, rows)


def update(connection: sqlite3.Connection, table: str, id_: str, **values: object) -> None:
    """Change columns of the row with an id. Raises LookupError when there is no such row."""
    changes = ", ".join(f'"{column}" = :{column}' for column in values)
    query = f'UPDATE "{table}" SET {changes} WHERE id = :_id'  # noqa: S608 - our names
    if connection.execute(query, values | {"_id": id_}).rowcount == 0:
        raise LookupError(f"No row {id_} in {table}.")


def renamed(row: Row, names: dict[str, str]) -> Row:
    """A copy of a row in which other ids stand, also inside longer texts such as JSON.

    A row number is left out, so that the database gives a new one.
    """
    copy = {}
    for column, value in row.items():
        if column == "id" and isinstance(value, int):
            continue
        if isinstance(value, str):
            for old, new in names.items():
                value = value.replace(old, new)
        copy[column] = value
    return copy


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row["name"] for row in connection.execute(f'PRAGMA table_info("{table}")')}
