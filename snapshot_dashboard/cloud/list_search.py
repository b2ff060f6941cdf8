# SPDX-License-Identifier: Apache-2.0
"""Searches lists for what Cinder cannot filter by, one part of the list in one call.

By a part of the name Cinder filters since 3.34, for administrators, and for members where an
operator has put "name~" into resource_filters.json, which has it nowhere by default: others are
refused. Snapshots it filters by metadata, unless an operator has taken that out of the same file.
By age it filters volumes only. What is left is compared here; where the list is in the order of
creation, an age is where it begins or ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
_TAG = "metadata"
_BAD_REQUEST = 400
# Stand for other characters in a database's LIKE.
_WILD = frozenset("%_\\")
# Seconds for which it is remembered that Cinder refuses a filter.
_REMEMBERED = 3600


def page(
    connection: Connection, kind: Kind[Item], request: PageRequest, *, everywhere: bool = False
) -> Page[Item]:
    """Read what is found in one part of a list, with one call.

    One more, once in an hour, where Cinder turns out to refuse a filter.

    :raises CloudError: it cannot be read.
    """
    read = partial(_read, connection, kind, everywhere=everywhere)
    return filtered(connection, kind.name, request, read)


def filtered(
    connection: Connection, kind: str, request: PageRequest, read: Callable[[PageRequest], Found]
) -> Found:
    """Let Cinder filter by what it does filter by, and leave the rest to ``read``.

    ``kind`` names the list. That a filter is refused is remembered for an hour.

    :raises CloudError: it cannot be read.
    """
    conditions = request.conditions
    wanted = [name for name, value in ((_PART, conditions.part), (_TAG, conditions.tag)) if value]
    keys = {each: _refusal_key(connection, kind, each) for each in wanted}
    left = [each for each in wanted if not cache.get(keys[each])]
    while True:
        sent = _narrowed(connection, request, left)
        try:
            return read(sent)
        except Refused as error:
            reason = error.failure.reason if error.status == _BAD_REQUEST else ""
            refused = [each for each in left if each in sent.filters and each in reason]
            if not refused:
                raise
        for each in refused:
            cache.set(keys[each], True, timeout=_REMEMBERED)
            left.remove(each)


def _refusal_key(connection: Connection, kind: str, name: str) -> str:
    what = {_PART: "no-name-part", _TAG: "no-metadata"}[name]
    return caching.key(connection.region, caching.EVERY_PROJECT, what, kind, connection.rights)


def _narrowed(connection: Connection, request: PageRequest, names: Sequence[str]) -> PageRequest:
    """Let Cinder filter by these, as far as its version can.

    :raises CloudError: its versions are not known and cannot be asked for.
    """
    if _PART in names and connection.cinder_version() >= BY_PART:
        request = _by_part(request)
    if _TAG in names:
        request = _by_tag(request)
    return request


def _by_part(request: PageRequest) -> PageRequest:
    """Let a Cinder that can filter by the part of the name, and leave to us what it cannot.

    It reads this filter of volumes as a Python literal where it is one (cinder/volume/api.py,
    check_volume_filters): "[1]" would find every volume. A "%" in front ends that, and finds the
    same: the database puts one there anyway.
    """
    part = request.conditions.part
    filters = {**request.filters, _PART: f"%{part}"}
    left = part if _WILD & set(part) else ""
    return replace(request, filters=filters, conditions=replace(request.conditions, part=left))


def _by_tag(request: PageRequest) -> PageRequest:
    """Let Cinder compare the tag: it takes a dict, written as Python does (api/v3/snapshots.py)."""
    name, value = request.conditions.tag or ("", "")
    filters = {**request.filters, _TAG: repr({name: value})}
    return replace(request, filters=filters, conditions=replace(request.conditions, tag=None))


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
