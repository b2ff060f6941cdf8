# SPDX-License-Identifier: Apache-2.0
"""Reads lists of volumes and of snapshots from Cinder, one page in one call."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from snapshot_dashboard.cloud import answers
from snapshot_dashboard.cloud.answers import Record, text
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

Item = TypeVar("Item")
# A tuple finds what has one of these values, for whoever may filter by any column.
Query = Mapping[str, object]

# What an older Cinder does not know, it takes for a column and finds nothing at all
# (cinder/api/microversions.py, SUPPORT_COUNT_INFO).
_COUNTED = (3, 45)


@dataclass(frozen=True, slots=True)
class Kind(Generic[Item]):
    """What a list is of: its name in Cinder's addresses, and how one of its records is read.

    ``texts`` are columns that hold text, and that a person may filter by, where Cinder reads a
    value as a Python literal if it is one. A name is never read as anything else, and neither is
    what has a "%".
    """

    name: str
    parse: Callable[[Record], Item | None]
    texts: frozenset[str] = frozenset()


SNAPSHOTS: Kind[Snapshot] = Kind("snapshots", answers.snapshot)
VOLUMES: Kind[Volume] = Kind(
    "volumes",
    answers.volume,
    frozenset({"availability_zone", "group_id", "host", "project_id", "status", "user_id"}),
)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """What Cinder answers to one call for a list, in the order asked for.

    ``entries`` has None in the place of what has no id. ``followed``: Cinder says that more
    follow, after the one with the id ``last``. ``complete``: the list ends with these; a service
    may return fewer than asked for (osapi_max_limit), and says then that more follow. ``count``
    is how many there are on all pages, None where that was not asked for or is not known.
    """

    entries: tuple[Item | None, ...] = ()
    followed: bool = False
    complete: bool = False
    last: str = ""
    count: int | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """Return those that can be shown."""
        return tuple(each for each in self.entries if each is not None)


def page(
    connection: Connection,
    kind: Kind[Item],
    request: PageRequest,
    *,
    among: Query | None = None,
    **how: bool,
) -> Listed[Item]:
    """Read a page of a list, ``among`` what has one of several values; ``how`` as :func:`read`.

    :raises CloudError: it cannot be read; NotFound where the marker was deleted.
    """
    column = "display_name" if request.sort == "name" else request.sort
    query: Query = {
        **request.filters,
        **(among or {}),
        "limit": request.limit,
        "marker": request.marker,
        "sort": f"{column}:{request.direction}",
    }
    return read(connection, kind, query, **how)


def read(
    connection: Connection,
    kind: Kind[Item],
    query: Query,
    *,
    everywhere: bool = False,
    counted: bool = False,
    whole: bool = False,
) -> Listed[Item]:
    """Read what Cinder answers to one query.

    ``everywhere`` reads all projects, as far as Cinder lets this role. ``counted`` asks how many
    there are in all, of a Cinder that can tell. ``whole``: none may be left out.

    :raises CloudError: it cannot be read; AnswerUnreadable for a record without an id, where none
        may be left out.
    """
    counts = counted and connection.cinder_version() >= _COUNTED
    asked = {key: _spelled(kind, key, value) for key, value in query.items()}
    asked |= ({"all_tenants": 1} if everywhere else {}) | ({"with_count": "true"} if counts else {})
    answer = connection.cinder("GET", f"/{kind.name}/detail", query=asked)
    records = answer.records(kind.name)
    entries = (answer.all if whole else answer.each)(kind.name, kind.parse)
    limit = query.get("limit")
    ends = not answer.get(f"{kind.name}_links")
    return Listed(
        tuple(entries),
        followed=answer.is_followed(kind.name),
        complete=ends and isinstance(limit, int) and len(entries) < limit,
        last=text(records[-1], "id") if records else "",
        count=answer.count,
    )


def _spelled(kind: Kind[Item], key: str, value: object) -> object:
    """Return a filter's value so that Cinder reads what is meant.

    It reads a value as a Python literal where it is one (cinder/volume/api.py,
    check_volume_filters): "None" finds everything, "{'a': 1}" is an error 500, and a project
    called 1e5 is 100000. Such a value is sent in quotes, which it takes off. A list it compares
    by IN (_process_volume_filters in cinder/db/api.py).
    """
    if isinstance(value, tuple):
        return "[" + ",".join(f"'{each}'" for each in value) + "]"
    if isinstance(value, str) and key in kind.texts and _is_literal(value):
        return repr(value)
    return value


def _is_literal(value: str) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True
