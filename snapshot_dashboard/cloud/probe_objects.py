# SPDX-License-Identifier: Apache-2.0
"""Finds and removes the images, volumes and snapshots that a probe has made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from snapshot_dashboard.cloud import block_storage, reimage, snapshot_deletion
from snapshot_dashboard.cloud.answers import Answer, Record, entries, moment, text
from snapshot_dashboard.cloud.credentials import Connect
from snapshot_dashboard.cloud.errors import NotFound, RequestFailed, Service
from snapshot_dashboard.cloud.probe_patience import Over, Patience
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.cloud_check import PROBE, because

# All of them are called so, and have the run that has made them under this key.
NAME = "snapshot-dashboard-probe"
MARK = PROBE

# In them it can be neither used nor deleted. What is asked for an image that is being written,
# Glance accepts.
BUSY = frozenset({"creating", "downloading", "uploading", "deleting"})
# Cinder's name for what it copies a snapshot by (cinder/volume/manager.py,
# _revert_to_snapshot_generic); it removes it, unless it is stopped in between.
_COPY = "[revert] temporary volume created from snapshot {}"


class Kind(Enum):
    """What a probe makes, by its words in the ``openstack`` command, in the order of removal."""

    SNAPSHOT = "volume snapshot"
    IMAGE = "image"
    VOLUME = "volume"


_ORDER = list(Kind)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a run has made; ``age`` in seconds by the service's clock, if it is known."""

    kind: Kind
    id: str
    run: str
    status: str = ""
    age: float | None = None

    @property
    def command(self) -> str:
        """Return the command that removes it."""
        return f"openstack {self.kind.value} delete {self.id}"


@dataclass(frozen=True, slots=True)
class Left:
    """Something that could not be removed, and why as far as that is known."""

    thing: Thing
    why: str = ""


def things(connection: Connection) -> tuple[Thing, ...]:
    """Find what all runs in this project have made and not removed: three calls.

    :raises CloudError: it cannot be read.
    """
    wanted = {"name": NAME}
    snapshots = connection.cinder("GET", "/snapshots/detail", query=wanted)
    volumes = connection.cinder("GET", "/volumes/detail", query=wanted)
    found = _listed(Kind.SNAPSHOT, snapshots, "snapshots")
    found += _listed(Kind.VOLUME, volumes, "volumes")
    if connection.image_url:
        asked = {**wanted, "owner": connection.project_id}
        images = connection.call(Service.IMAGE, "GET", "/images", query=asked)
        found += _listed(Kind.IMAGE, images, "images")
    return tuple(found)


def _listed(kind: Kind, answer: Answer, key: str) -> list[Thing]:
    """Return what has the mark; its name alone could be somebody else's choice."""
    found = (_thing(kind, answer, raw) for raw in answer.records(key))
    return [each for each in found if each.id and each.run]


def _thing(kind: Kind, answer: Answer, raw: Record) -> Thing:
    marks = {MARK: text(raw, MARK)} if kind is Kind.IMAGE else entries(raw, "metadata")
    named = text(raw, "name") == NAME
    return Thing(
        kind=kind,
        id=text(raw, "id"),
        run=marks.get(MARK, "") if named else "",
        status=text(raw, "status"),
        age=_age(answer.answered_at, moment(raw.get("created_at"))),
    )


def _age(now: datetime | None, then: datetime | None) -> float | None:
    return (now - then).total_seconds() if now and then else None


def _copies(connection: Connection, snapshot_ids: Iterable[str], run: str) -> list[Thing]:
    """Find the temporary volumes that Cinder has left, where it lets this project see them."""
    return [
        Thing(Kind.VOLUME, each.id, run, each.status)
        for snapshot_id in snapshot_ids
        for each in block_storage.volumes_named(connection, _COPY.format(snapshot_id))
    ]


class Removal:
    """Removes what is found, and what is known to have been made, until nothing is left.

    What a lost answer may have made is found by its mark. ``rounds`` is how often nothing has to
    be found, ``known`` is what was made.
    """

    def __init__(
        self,
        connect: Connect,
        wanted: Callable[[Thing], bool],
        *,
        known: Mapping[str, Thing] | None = None,
        rounds: int = 1,
    ) -> None:
        self._connect = connect
        self._wanted = wanted
        self._known = dict(known or {})
        self._rounds = rounds
        self._snapshots = {
            each.id: each.run for each in self._known.values() if each.kind is Kind.SNAPSHOT
        }
        self._why: dict[str, str] = {}
        self._unread = ""

    def run(self, patience: Patience) -> tuple[Left, ...]:
        """Remove all of it; return what could not be removed in time."""
        empty = looks = 0
        while True:
            left = self._round()
            empty = 0 if left or self._unread else empty + 1
            if empty >= self._rounds:
                return ()
            try:
                patience.pause(looks)
            except Over:
                return tuple(Left(each, self._why.get(each.id, "")) for each in left)
            looks += 1

    @property
    def unread(self) -> str:
        """Return why it could not be looked for what is left, empty where it could."""
        return self._unread

    def _round(self) -> list[Thing]:
        """Ask for everything that is left to be deleted, once."""
        found = {**self._known, **{each.id: each for each in self._look()}}
        left = sorted(found.values(), key=lambda each: _ORDER.index(each.kind))
        for each in left:
            if each.status not in BUSY or each.kind is Kind.IMAGE:
                self._delete(each)
        return left

    def _look(self) -> list[Thing]:
        self._unread = ""
        try:
            found = [each for each in things(self._connect()) if self._wanted(each)]
            self._snapshots |= {each.id: each.run for each in found if each.kind is Kind.SNAPSHOT}
            for snapshot_id, run in self._snapshots.items():
                found += _copies(self._connect(), [snapshot_id], run)
        except RequestFailed as error:
            self._unread = because(error.failure)
            return []
        return found

    def _delete(self, thing: Thing) -> None:
        delete = {
            Kind.SNAPSHOT: _delete_snapshot,
            Kind.IMAGE: reimage.delete_image,
            Kind.VOLUME: block_storage.delete_volume,
        }[thing.kind]
        try:
            delete(self._connect(), thing.id)
        except NotFound:
            self._known.pop(thing.id, None)
        except RequestFailed as error:
            self._why[thing.id] = because(error.failure)
        else:
            if thing.kind is Kind.IMAGE:
                self._known.pop(thing.id, None)


def _delete_snapshot(connection: Connection, snapshot_id: str) -> None:
    snapshot_deletion.delete(connection, block_storage.snapshot(connection, snapshot_id))
