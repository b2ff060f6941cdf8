# SPDX-License-Identifier: Apache-2.0
"""Creates the snapshots of a set, each of them once, and finds the existing ones."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import block_storage, caching, compute, idempotency
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import (
    Cause,
    CloudError,
    RequestFailed,
    SessionExpired,
    Unreachable,
)
from snapshot_dashboard.cloud.idempotency import AlreadyMade, UnderWay
from snapshot_dashboard.cloud.partial_reads import facts, failed, known, values
from snapshot_dashboard.cloud.session import Connection, Deadline, Later
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.consistency import REQUEST
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.instance_snapshot import Origin, origin
from snapshot_dashboard.rules.snapshot import Snapshot

# How many are made at the same moment: Cinder serves others too.
_AT_ONCE = 5
# Seconds after which no further one is begun, and those that a person waits for what was begun:
# no proxy waits much longer.
_BEGUN_WITHIN = 10.0
_WAITED_FOR = 30.0
# A set of 50 volumes, each of which failed once.
_PAGE = 100
_REMEMBERED = 24 * 3600

Outcome = Snapshot | RequestFailed


class NotTried(CloudError):
    """The snapshot was not requested: those before it took too long or found no service."""

    usual = Cause.NOT_TRIED


@dataclass(frozen=True, slots=True)
class Order:
    """A snapshot to be created; ``metadata`` lacks only the id of the request."""

    volume_id: str
    name: str
    description: str
    force: bool
    metadata: Mapping[str, str]
    request_id: str


@dataclass(frozen=True, slots=True)
class FoundSet:
    """The snapshots of a set by volume, oldest first, and the volumes that nobody could look at."""

    members: Mapping[str, tuple[Snapshot, ...]]
    unread: Mapping[str, CloudError]

    def of(self, volume_id: str) -> Snapshot | None:
        """Return the set's snapshot of a volume: one that counts as made, else a failed one."""
        members = self.members.get(volume_id, ())
        return next((each for each in members if sets.is_made(each)), next(iter(members), None))

    def failed(self, volume_id: str) -> int:
        """Return how many of a volume the storage could not make."""
        return sum(not sets.is_made(each) for each in self.members.get(volume_id, ()))


def instance(connection: Connection, instance_id: str) -> tuple[Instance, tuple[str, ...]]:
    """Read an instance and the ids of its volumes, both at once.

    :raises CloudError: one of them cannot be read.
    """
    volumes = connection.start(partial(compute.volumes_of, connection, instance_id))
    found = connection.fetch(partial(compute.instance, connection, instance_id))
    return found, volumes.get()


def leaves_out_system_disk(connection: Connection, found: Instance) -> bool:
    """Tell whether an instance's system disk is not among its volumes, as far as that is known.

    Where it names an image as its origin that takes one more call.
    """
    if not found.has_image:
        return False
    devices = known(lambda: connection.fetch(partial(compute.disks_of, connection, found.id)))
    return devices is not None and origin(found, devices.values()) is Origin.IMAGE


class _Making:
    """Creates the snapshots of several orders with a few threads."""

    def __init__(self, orders: Iterable[Order], one: Callable[[Order], Outcome]) -> None:
        self._waiting = deque(orders)
        self._one = one
        self._end = time.monotonic() + _BEGUN_WITHIN
        self._stopped = False
        self.begun: set[str] = set()
        self.done: dict[str, Outcome] = {}

    def work(self) -> None:
        """Make snapshots until there are none left, or it makes no sense to go on."""
        while not self._stopped and time.monotonic() < self._end:
            try:
                order = self._waiting.popleft()
            except IndexError:
                return
            self.begun.add(order.volume_id)
            outcome = self._one(order)
            self.done[order.volume_id] = outcome
            if isinstance(outcome, Unreachable | SessionExpired):
                self._stopped = True

    def outcome(self, volume_id: str) -> Outcome:
        """Return what became of one order, whatever is still on its way."""
        unknown = UnderWay() if volume_id in self.begun else self._untried()
        return self.done.get(volume_id, unknown)

    def _untried(self) -> NotTried:
        """Say why one was not begun: the session was over, or it would have taken too long."""
        expired = any(isinstance(each, SessionExpired) for each in self.done.values())
        return NotTried(cause=Cause.LOGGED_OUT if expired else None)

    def stop(self) -> None:
        """Begin nothing any more."""
        self._stopped = True


Told = Callable[[Order, Outcome | None], None]


def make(connection: Connection, orders: Sequence[Order], told: Told) -> Mapping[str, Outcome]:
    """Make each snapshot once, a few at a time, and return what became of each by volume.

    ``told`` hears of each request before it is sent (None), and of its answer in the thread that
    got it, twice where a lost one was found. A
    service that cannot be reached is not asked for the rest; where one answer is lost, the others
    go on. Whatever is not answered in time counts as not known, never as not made.
    """
    making = _Making(orders, partial(_made, connection, told))
    waiting = replace(connection, deadline=Deadline(_WAITED_FOR))
    threads: list[Later[None]] = [
        waiting.start(making.work) for _ in range(min(_AT_ONCE, len(orders)))
    ]
    for thread in threads:
        try:
            thread.get()
        except Unreachable:
            making.stop()
    return {each.volume_id: making.outcome(each.volume_id) for each in orders}


def _made(connection: Connection, told: Told, order: Order) -> Outcome:
    """Make one snapshot under its own id; what it made before is as good."""
    heard: list[str] = []

    def ask() -> Snapshot:
        told(order, None)
        try:
            made = _ask(connection, order)
        except RequestFailed as error:
            told(order, error)
            raise
        told(order, made)
        heard.append(made.id)
        return made

    look = partial(_look, connection, volume_id=order.volume_id, request_id=order.request_id)
    try:
        made = idempotency.make_once(connection, order.request_id, look=look, make=ask)
    except AlreadyMade as error:
        before: Snapshot = error.found[0]
        return before
    except RequestFailed as error:
        return error
    if made.id not in heard:
        told(order, made)
    return made


def _ask(connection: Connection, order: Order) -> Snapshot:
    return block_storage.create_snapshot(
        connection,
        order.volume_id,
        name=order.name,
        description=order.description,
        force=order.force,
        metadata={**order.metadata, REQUEST: order.request_id},
    )


def _look(connection: Connection, *, volume_id: str, request_id: str) -> Sequence[Snapshot]:
    # The ones before it, or a write that timed out, have used up the page's time.
    afresh = replace(connection, deadline=Deadline(settings.get("PAGE_SECONDS")))
    return block_storage.snapshots_with(afresh, volume_id, REQUEST, request_id)


def find(connection: Connection, set_id: str, volume_ids: Iterable[str] = ()) -> FoundSet:
    """Find the snapshots of a set: one call where the cloud can filter by metadata.

    It is believed only when everything in its answer belongs to the set: a filter that is
    ignored (below 3.22, or switched off) finds something else. Then the newest snapshots of each
    of these volumes are read, all at once.

    :raises CloudError: they cannot be read; of some volumes alone: see ``Found.unread``.
    """
    read = partial(block_storage.snapshots_by_entry, connection, sets.SET, set_id, _PAGE)
    found, believed = connection.fetch(read)
    if believed:
        return FoundSet(_by_volume(found), {})
    return _one_by_one(connection, set_id, dict.fromkeys(volume_ids), found)


def _one_by_one(
    connection: Connection, set_id: str, wanted: Iterable[str], found: list[Snapshot]
) -> FoundSet:
    """Look at the newest snapshots of each volume; what was found already counts too."""
    read = partial(block_storage.snapshots_with, connection, key=sets.SET, value=set_id)
    newest = facts(connection, read, wanted)
    everything = [*found, *(each for some in values(newest).values() for each in some)]
    members = {each.id: each for each in everything}
    return FoundSet(_by_volume(members.values()), failed(newest))


def _by_volume(found: Iterable[Snapshot]) -> dict[str, tuple[Snapshot, ...]]:
    members: dict[str, tuple[Snapshot, ...]] = {}
    for each in found:
        members[each.volume_id] = (*members.get(each.volume_id, ()), each)
    return members


def refusals(outcomes: Mapping[str, Outcome]) -> dict[str, Failure]:
    """Return why each snapshot was not made; those of which that is not certain are left out."""
    return {
        each: outcome.failure
        for each, outcome in outcomes.items()
        if isinstance(outcome, RequestFailed) and not outcome.uncertain
    }


def state(
    connection: Connection, set_id: str, volume_id: str, failed: int
) -> idempotency.AttemptState:
    """Tell what is known of the attempt to make a snapshot that has not been found."""
    request_id = sets.request_id(set_id, volume_id, failed)
    return idempotency.state(connection.region, connection.project_id, request_id)


def remember(connection: Connection, user_id: str, plan: sets.Plan) -> None:
    """Keep what a person asked for, for himself alone: his tick is nobody else's."""
    cache.set(_key(connection, user_id, plan.set_id), plan, _REMEMBERED)


def remembered(connection: Connection, user_id: str, set_id: str) -> sets.Plan | None:
    """Return what this person asked for, None when it is not known (any more)."""
    plan: sets.Plan | None = cache.get(_key(connection, user_id, set_id))
    return plan


def _key(connection: Connection, user_id: str, set_id: str) -> str:
    return caching.key(connection.region, connection.project_id, "plan", user_id, set_id)
