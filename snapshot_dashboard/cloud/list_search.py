# SPDX-License-Identifier: Apache-2.0
"""Searches lists for what Cinder cannot filter by, one part of the list in one call.

By a part of the name Cinder filters since 3.34, for administrators, and for members where an
operator has put "name~" into resource_filters.json, which has it nowhere by default: others are
refused. By age it filters volumes only. What is left is compared here; where the list is in the
order of creation, an age is where it begins or ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

from snapshot_dashboard.cloud import caching, lists
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import Refused
from snapshot_dashboard.cloud.lists import Kind, Listed
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.listing import Page, PageRequest, found_on_page
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

Item = TypeVar("Item", Snapshot, Volume)
Found = TypeVar("Found")

# Cinder filters by a part of the name from here on (LIKE_FILTER in cinder/api/microversions.py).
BY_PART = (3, 34)
_PART = "name~"
_BAD_REQUEST = 400
# Stand for other characters in a database's LIKE.
_WILD = frozenset("%_\\")
# Seconds for which it is remembered that Cinder refuses the filter.
_REMEMBERED = 3600


def page(
    connection: Connection, kind: Kind[Item], request: PageRequest, *, everywhere: bool = False
) -> Page[Item]:
    """Read what is found in one part of a list, with one call.

    One more, once in an hour, where Cinder turns out to refuse a part of a name.

    :raises CloudError: it cannot be read.
    """
    read = partial(_read, connection, kind, everywhere=everywhere)
    return by_part(connection, kind.name, request, read)


def by_part(
    connection: Connection, kind: str, request: PageRequest, read: Callable[[PageRequest], Found]
) -> Found:
    """Let Cinder filter by the part of a name where it does, else leave that to ``read`` too.

    ``kind`` names the list. That it is refused is remembered for an hour.

    :raises CloudError: it cannot be read.
    """
    if not request.conditions.part:
        return read(request)
    key = caching.key(
        connection.region, caching.EVERY_PROJECT, "no-name-part", kind, connection.rights
    )
    sent = request if cache.get(key) else _narrowed(connection, request)
    try:
        return read(sent)
    except Refused as error:
        if sent is request or error.status != _BAD_REQUEST or _PART not in error.failure.reason:
            raise
    cache.set(key, True, timeout=_REMEMBERED)
    return read(request)


def _narrowed(connection: Connection, request: PageRequest) -> PageRequest:
    """Let a Cinder that can filter by the part of the name, and leave to us what it cannot.

    It reads this filter of volumes as a Python literal where it is one (cinder/volume/api.py,
    check_volume_filters): "[1]" would find every volume. A "%" in front ends that, and finds the
    same: the database puts one there anyway.

    :raises CloudError: its versions are not known and cannot be asked for.
    """
    if connection.cinder_version() < BY_PART:
        return request
    part = request.conditions.part
    filters = {**request.filters, _PART: f"%{part}"}
    left = part if _WILD & set(part) else ""
    return replace(request, filters=filters, conditions=replace(request.conditions, part=left))


def _read(
    connection: Connection,
    kind: Kind[Item],
    request: PageRequest,
    *,
    everywhere: bool,
) -> Page[Item]:
    counted = not request.conditions or (request.searches and not request.marker)
    found: Listed[Item] = lists.page(
        connection, kind, request, everywhere=everywhere, counted=counted
    )
    page = found_on_page(
        found.entries, request, everything=found.count, last=found.last, followed=found.followed
    )
    # What is compared here Cinder cannot count.
    return page if request.conditions else replace(page, count=found.count)
