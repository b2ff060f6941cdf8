# SPDX-License-Identifier: Apache-2.0
"""Reads the ancestors and descendants of a volume in a bounded number of calls.

A member has no filter for volumes made from a snapshot: the project's volumes are looked through
part by part (cloud/dependents.py), here the first part that is asked for. An administrator has
one. Whatever cannot be read is left out and told as such; only the volume itself has to be there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from snapshot_dashboard.cloud import block_storage, compute, dependents, lists
from snapshot_dashboard.cloud.administration import IDS
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.dependents import SearchPart
from snapshot_dashboard.cloud.errors import (
    CloudError,
    NotFound,
    Refused,
    checked,
)
from snapshot_dashboard.cloud.lists import Query
from snapshot_dashboard.cloud.partial_reads import fact, facts, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.attachment import Holder, Instance
from snapshot_dashboard.rules.lineage import (
    MOST_STEPS,
    LineageRecords,
    Rest,
    Shelf,
    SourceStep,
    by_source,
)
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.source_search import SearchProgress, SourceSearch, search_of
from snapshot_dashboard.rules.volume import Volume

# Snapshots of a volume that are shown at first, and when older ones are asked for.
FIRST, FURTHER = 20, 100
# Volumes whose snapshots are read without being asked for, and instances.
_BRANCHES = 12
_INSTANCES = 12
# How often volumes made from what has just been read are looked for: generations.
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read beside the volume and its snapshots.

    ``here`` is the snapshot whose page it is, shown however old it is. ``after`` is the snapshot
    after which to go on, ``past`` how many come before that. ``looked`` is where the look through
    the volumes goes on, ``before`` how far it is. ``everywhere`` reads all projects.
    """

    here: Snapshot | None = None
    after: str = ""
    past: int = 0
    looked: str = ""
    before: SearchProgress = SearchProgress()
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class SearchState:
    """The progress of the search for volumes made from the snapshots.

    ``marker`` is where to go on, empty for nowhere; after an ``error`` it is where to try again,
    empty for the beginning. ``newer``: only volumes newer than the oldest of them are checked.
    """

    counted: SearchProgress = SearchProgress()
    marker: str = ""
    error: CloudError | None = None
    newer: bool = False


@dataclass(frozen=True, slots=True)
class LineageReading:
    """What was read, and what could not be."""

    found: LineageRecords
    look: SearchState
    unread_snapshots: CloudError | None = None
    unread_above: CloudError | None = None


def read(
    connection: Connection, volume_id: str, situation: Situation | None, wanted: Wanted
) -> LineageReading:
    """Read around a volume whose attachments have been read; None where it cannot be seen.

    At most two calls a step upwards, one look for volumes (``_ROUNDS`` in all projects),
    ``_BRANCHES`` lists of snapshots and ``_INSTANCES`` instances.
    """
    volume = situation.exposure.volume if situation else None
    asked = connection.start(lambda: ancestors(connection, volume))
    shelf, unread = _first_shelf(connection, volume_id, wanted)
    shelves, made, look = _branches(connection, volume_id, shelf, wanted)
    above = fact(asked.get)
    steps = above.value or ()
    volumes = [*made, *(each.volume for each in steps if each.volume)]
    users, instances = _users(connection, situation, volumes)
    found = LineageRecords(
        root_id=volume_id,
        root=volume,
        here=wanted.here.id if wanted.here else volume_id,
        above=steps,
        shelves=shelves,
        made=by_source(made),
        users=users,
        instances=instances,
    )
    return LineageReading(found, look, unread, above.error)


def ancestors(connection: Connection, volume: Volume | None) -> tuple[SourceStep, ...]:
    """Read upwards from a volume, nearest first, two calls a step.

    It ends where something cannot be seen, where it would go round in circles, and after
    ``MOST_STEPS``.

    :raises CloudError: a step cannot be read, for another reason than that there is no such.
    """
    if volume is None:
        return ()
    steps: list[SourceStep] = []
    seen = {volume.id}
    source = volume.snapshot_id
    while source and source not in seen and len(steps) < MOST_STEPS:
        step = _step(connection, source)
        if step.volume_id in seen:
            break
        steps.append(step)
        seen |= {step.snapshot_id, step.volume_id}
        source = step.volume.snapshot_id if step.volume else None
    return tuple(steps)


def _step(connection: Connection, snapshot_id: str) -> SourceStep:
    try:
        snapshot = block_storage.snapshot(connection, snapshot_id)
    except NotFound:
        return SourceStep(snapshot_id)
    try:
        volume = block_storage.volume(connection, snapshot.volume_id)
    except NotFound:
        return SourceStep(snapshot_id, snapshot, snapshot.volume_id)
    return SourceStep(snapshot_id, snapshot, snapshot.volume_id, volume)


def shelf_of(
    connection: Connection,
    volume_id: str,
    size: int,
    *,
    after: str = "",
    past: int = 0,
    everywhere: bool = False,
) -> Shelf:
    """Read one page of a volume's snapshots, newest first, in one call.

    Where ``after`` has been deleted meanwhile it begins anew.

    :raises CloudError: they cannot be read.
    """
    wanted = PageRequest(size=size, filters={"volume_id": checked(volume_id)}, marker=after)
    read = partial(lists.page, counted=True, whole=True, everywhere=everywhere)
    try:
        answer = read(connection, lists.SNAPSHOTS, wanted)
    except NotFound:
        if not after:
            raise
        return shelf_of(connection, volume_id, size, everywhere=everywhere)
    found = answer.items
    shown = found[:size]
    # A service may give fewer than it was asked for, and says then that there are more.
    if not found or not (len(found) > size or answer.followed):
        return Shelf(shown)
    passed = past + len(shown)
    return Shelf(shown, _rest(shown[-1].id, answer.count, passed))


def _rest(marker: str, count: int | None, passed: int) -> Rest | None:
    left = None if count is None else max(count - passed, 0)
    # Exactly a page: Cinder names a next one, which is empty.
    return None if left == 0 else Rest(marker, left, passed)


def _first_shelf(
    connection: Connection, volume_id: str, wanted: Wanted
) -> tuple[Shelf, CloudError | None]:
    """Read the snapshots of the volume in question; the page's own is there at any age."""
    size = FURTHER if wanted.after else FIRST
    asked = connection.start(
        lambda: shelf_of(
            connection,
            volume_id,
            size,
            after=wanted.after,
            past=wanted.past,
            everywhere=wanted.everywhere,
        )
    )
    read = fact(asked.get)
    shelf = read.value or Shelf(rest=Rest())
    own = wanted.here
    if own and not wanted.after and own.id not in {each.id for each in shelf.snapshots}:
        shelf = Shelf((*shelf.snapshots, own), _less_one(shelf.rest))
    return shelf, read.error


def _less_one(rest: Rest | None) -> Rest | None:
    """Leave one that is shown already out of those that were not read."""
    if rest is None or not rest.count:
        return rest
    return replace(rest, count=rest.count - 1) if rest.count > 1 else None


def _branches(
    connection: Connection, volume_id: str, shelf: Shelf, wanted: Wanted
) -> tuple[dict[str, Shelf], list[Volume], SearchState]:
    """Read volumes made from the snapshots, their snapshots, volumes made from these, and so on.

    Each round looks through the same volumes: what was made from a snapshot of one that was made
    from the first ones is newer than these, too. Snapshots are read only when there is a round
    left to look for what was made from them.
    """
    shelves, made = {volume_id: shelf}, list[Volume]()
    first = search_of(shelf.snapshots)
    ids = first.ids
    search = _Search(connection, first, wanted)
    for left in reversed(range(_ROUNDS)):
        if not ids:
            break
        try:
            found = search.made_from(ids)
        except CloudError as error:
            # Not where an earlier round had come to: these ids are to be looked for as well.
            again = wanted.looked or dependents.beginning(first)
            return shelves, made, SearchState(wanted.before, again, error)
        made += _without(found, {each.id for each in made} | shelves.keys())
        room = _BRANCHES + 1 - len(shelves) if left else 0
        fresh = _shelves(connection, _without(made, shelves)[:room], wanted)
        shelves |= fresh
        ids = frozenset(each.id for new in fresh.values() for each in new.snapshots)
    return shelves, made, search.look()


def _without(volumes: Iterable[Volume], known: Collection[str]) -> list[Volume]:
    return [each for each in volumes if each.id not in known]


class _Search:
    """Finds volumes by what they were made from: among all, or the next part of the project's."""

    def __init__(self, connection: Connection, first: SourceSearch, wanted: Wanted) -> None:
        self._connection = connection
        self._first = first
        self._wanted = wanted
        self._part: SearchPart | None = None

    def made_from(self, snapshot_ids: Collection[str]) -> Iterable[Volume]:
        """Return volumes made from these snapshots; the part is read once.

        :raises CloudError: they cannot be read.
        """
        if self._wanted.everywhere:
            return everywhere_made_from(self._connection, snapshot_ids)
        if self._part is None:
            looked = self._wanted.looked
            self._part = dependents.part(self._connection, self._first, looked)
        return self._part.made_from(snapshot_ids)

    def look(self) -> SearchState:
        """Return how far it is."""
        part = self._part
        if part is None:
            return SearchState()
        return SearchState(part.after(self._wanted.before), part.marker, newer=part.newer)


def everywhere_made_from(
    connection: Connection, snapshot_ids: Collection[str]
) -> tuple[Volume, ...]:
    """Find the volumes of all projects that were made from these snapshots, 50 ids in a call.

    As administration.volumes_by_id: Cinder compares a column by IN where it is given a Python
    list, for whoever may filter by any column (tried).

    :raises CloudError: Refused when the answer holds what nobody asked for, or not everything.
    """
    ids = tuple(sorted(checked(each) for each in snapshot_ids))
    found: list[Volume] = []
    for start in range(0, len(ids), IDS):
        query: Query = {"snapshot_id": ids[start : start + IDS], "limit": dependents.PART}
        some = lists.read(connection, lists.VOLUMES, query, everywhere=True, whole=True).items
        if len(some) >= dependents.PART or any(each.snapshot_id not in ids for each in some):
            raise Refused
        found += some
    return tuple(found)


def _shelves(connection: Connection, volumes: Iterable[Volume], wanted: Wanted) -> dict[str, Shelf]:
    """Read the snapshots of several volumes at once; what fails can be asked for again."""
    read = partial(shelf_of, connection, size=FIRST, everywhere=wanted.everywhere)
    return values(facts(connection, read, [each.id for each in volumes]))


def _users(
    connection: Connection, situation: Situation | None, volumes: Iterable[Volume]
) -> tuple[dict[str, tuple[str, ...]], Mapping[str, Instance]]:
    """Return which instances use each volume, and what is known of the first of them."""
    users = {each.id: attached(each) for each in volumes}
    held: list[Holder] = []
    if situation:
        held = [each for each in situation.exposure.holders if each.instance_id]
        users[situation.exposure.volume.id] = tuple(each.instance_id or "" for each in held)
    known = {each.instance.id: each.instance for each in held if each.instance}
    read_already = {each.instance_id for each in held}
    wanted = {each for ids in users.values() for each in ids} - read_already
    return users, {**known, **instances_of(connection, sorted(wanted)[:_INSTANCES])}


def attached(volume: Volume) -> tuple[str, ...]:
    """Return the instances that a volume itself says it is attached to."""
    return tuple(each.instance_id for each in volume.attachments if each.instance_id)


def instances_of(connection: Connection, ids: Iterable[str]) -> dict[str, Instance]:
    """Read instances, all at once; those that cannot be read are left out."""
    return values(facts(connection, partial(compute.instance, connection), ids))
