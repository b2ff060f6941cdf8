# SPDX-License-Identifier: Apache-2.0
"""Reads one page of a list once more, for rows that are shown already: one call, never two.

Other than for a new page it matters whether the list ends with what Cinder gave: only then does
an object's absence from the end of the list say anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from snapshot_dashboard.cloud import answers
from snapshot_dashboard.cloud.block_storage import as_text, listed
from snapshot_dashboard.cloud.errors import translated
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Again(Generic[Item]):
    """What a list holds now, in the order asked for; ``complete``: it ends with the last one."""

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
    understood: Callable[[Mapping[str, Any]], Item],
    query: Mapping[str, str | int | None],
) -> Again[Item]:
    found = listed(connection, f"{kind}/detail", query)
    with translated():
        items = tuple(understood(each) for each in found[kind])
    # A service may give fewer than asked for (osapi_max_limit): then it says that more follow.
    more = any(each.get("rel") == "next" for each in found.get(f"{kind}_links") or ())
    return Again(items, not more and len(items) < int(query["limit"] or 0))


def _query(request: PageRequest, everywhere: bool) -> dict[str, str | int | None]:
    return {
        **request.filters,
        "all_tenants": 1 if everywhere else None,
        "limit": request.limit,
        "marker": request.marker,
        "sort": f"{request.sort}:{request.direction}",
    }
