# SPDX-License-Identifier: Apache-2.0
"""Reads the shown rows of a list again with one call.

Other than for a new page it matters whether the list ends with what Cinder gave: only then does
an object's absence from the end of the list say anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from snapshot_dashboard.cloud import answers
from snapshot_dashboard.cloud.answers import Record
from snapshot_dashboard.cloud.block_storage import as_text, listed, sorting
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Again(Generic[Item]):
    """The current rows, in the order asked for; ``complete``: the list ends with the last one."""

    items: tuple[Item, ...] = ()
    complete: bool = False


def volumes(
    connection: Connection, request: PageRequest, *, everywhere: bool = False
) -> Again[Volume]:
    """Read a page of the project's volumes, or of all projects'.

    :raises CloudError: they cannot be read; NotFound where the marker was deleted.
    """
    return _read(connection, "volumes", answers.volume, _query(as_text(request), everywhere))


def snapshots(
    connection: Connection, request: PageRequest, *, everywhere: bool = False
) -> Again[Snapshot]:
    """Read a page of the project's snapshots, or of all projects'.

    :raises CloudError: they cannot be read; NotFound where the marker was deleted.
    """
    return _read(connection, "snapshots", answers.snapshot, _query(request, everywhere))


def _read(
    connection: Connection,
    kind: str,
    understood: Callable[[Record], Item | None],
    query: Mapping[str, str | int | None],
) -> Again[Item]:
    answer = listed(connection, f"{kind}/detail", query)
    found = answer.each(kind, understood)
    # A service may give fewer than asked for (osapi_max_limit): then it says that more follow.
    complete = not answer.is_followed(kind) and len(found) < int(query["limit"] or 0)
    return Again(tuple(each for each in found if each is not None), complete)


def _query(request: PageRequest, everywhere: bool) -> dict[str, str | int | None]:
    return {
        **request.filters,
        "all_tenants": 1 if everywhere else None,
        "limit": request.limit,
        "marker": request.marker,
        "sort": sorting(request),
    }
