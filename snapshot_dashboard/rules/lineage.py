# SPDX-License-Identifier: Apache-2.0
"""The tree of a volume's ancestors and descendants: instances, snapshots, volumes.

Cinder keeps a tree in two halves: a snapshot knows its volume, and a volume the snapshot that it
was made from, even when that snapshot is gone (``snapshot_id`` of the volumes table is never
cleared; cinder/db/sqlalchemy/models.py). What was read becomes one tree here, each volume and
each snapshot at one place in it, whatever the services said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

# Steps from a volume to where it comes from; Cinder knows no limit, a page does.
MOST_STEPS = 20

Item = TypeVar("Item", Snapshot, Volume)


@dataclass(frozen=True, slots=True)
class InstanceNode:
    """An instance that uses a volume; ``instance`` is None where it was not or cannot be read."""

    id: str
    instance: Instance | None = None


@dataclass(frozen=True, slots=True)
class SnapshotNode:
    """A snapshot and the volumes made from it; None for a deleted or invisible one."""

    id: str
    snapshot: Snapshot | None
    volumes: tuple[VolumeNode, ...] = ()
    here: bool = False


@dataclass(frozen=True, slots=True)
class VolumeNode:
    """A volume, its users and its snapshots; None for an invisible one.

    ``rest`` is what is known of snapshots that were not read; None where all of them were.
    """

    id: str
    volume: Volume | None
    instances: tuple[InstanceNode, ...] = ()
    snapshots: tuple[SnapshotNode, ...] = ()
    rest: Rest | None = None
    here: bool = False


Node = InstanceNode | SnapshotNode | VolumeNode


@dataclass(frozen=True, slots=True)
class Rest:
    """Snapshots of a volume that were not read: those after ``marker``, all for None.

    ``count`` is None where it is not known; ``past`` of them come before these.
    """

    marker: str | None = None
    count: int | None = None
    past: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a volume's snapshots, newest first, and what follows it."""

    snapshots: tuple[Snapshot, ...] = ()
    rest: Rest | None = None


# Of a volume whose snapshots were not read nothing is known of them.
_UNREAD = Shelf(rest=Rest())


@dataclass(frozen=True, slots=True)
class SourceStep:
    """One step towards the origin of a volume; None for what cannot be seen.

    ``volume_id`` is empty where the snapshot is not there to tell it.
    """

    snapshot_id: str
    snapshot: Snapshot | None = None
    volume_id: str = ""
    volume: Volume | None = None


@dataclass(frozen=True, slots=True)
class LineageRecords:
    """The data for the tree of the volume ``root_id``; ``here`` is the page's object.

    ``root`` is None where the volume itself cannot be seen, only a snapshot of it. ``shelves``
    are by volume, ``made`` are volumes by the snapshot that they were made from. ``above``
    begins at the root and goes up. ``users`` are the ids of the instances of a volume.
    """

    root_id: str
    root: Volume | None
    here: str
    above: tuple[SourceStep, ...] = ()
    shelves: Mapping[str, Shelf] = field(default_factory=dict)
    made: Mapping[str, tuple[Volume, ...]] = field(default_factory=dict)
    users: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    instances: Mapping[str, Instance] = field(default_factory=dict)


def by_source(volumes: Iterable[Volume]) -> dict[str, tuple[Volume, ...]]:
    """Sort volumes by the snapshot that they were made from; the others are left out."""
    found: dict[str, tuple[Volume, ...]] = {}
    for each in volumes:
        if each.snapshot_id:
            found[each.snapshot_id] = (*found.get(each.snapshot_id, ()), each)
    return found


def tree(found: LineageRecords) -> Node:
    """Return the tree of a volume, from the oldest ancestor of which anything is known."""
    above = _upwards(found)
    taken = {each for step in above for each in (step.snapshot_id, step.volume_id)}
    grown: Node = _Growth(found, taken).volume(found.root_id, found.root)
    for step in above:
        # What hangs on a snapshot here is the volume that the step began with.
        grown = SnapshotNode(step.snapshot_id, step.snapshot, (grown,))  # type: ignore[arg-type]
        if step.volume_id:
            users = _users(found, step.volume_id)
            grown = VolumeNode(step.volume_id, step.volume, users, (grown,))
    return grown


def _upwards(found: LineageRecords) -> list[SourceStep]:
    """Return the steps up to where they would go round in circles, or nothing is known of more."""
    seen = {found.root_id}
    steps = []
    for step in found.above:
        ids = {step.snapshot_id, step.volume_id}
        if ids & seen:
            break
        steps.append(step)
        seen |= ids
        if not step.volume_id:
            break
    return steps


def _users(found: LineageRecords, volume_id: str) -> tuple[InstanceNode, ...]:
    ids = dict.fromkeys(found.users.get(volume_id, ()))
    return tuple(InstanceNode(each, found.instances.get(each)) for each in ids)


class _Growth:
    """Builds the branches of one tree; each object gets one place."""

    def __init__(self, found: LineageRecords, taken: set[str]) -> None:
        self._found = found
        self._taken = taken

    def volume(self, volume_id: str, volume: Volume | None) -> VolumeNode:
        self._taken.add(volume_id)
        shelf = self._found.shelves.get(volume_id, _UNREAD)
        return VolumeNode(
            id=volume_id,
            volume=volume,
            instances=_users(self._found, volume_id),
            snapshots=tuple(self._snapshot(each) for each in self._new(shelf.snapshots)),
            rest=shelf.rest,
            here=volume_id == self._found.here,
        )

    def _snapshot(self, snapshot: Snapshot) -> SnapshotNode:
        made = self._new(self._found.made.get(snapshot.id, ()))
        return SnapshotNode(
            id=snapshot.id,
            snapshot=snapshot,
            volumes=tuple(self.volume(each.id, each) for each in made),
            here=snapshot.id == self._found.here,
        )

    def _new(self, items: Sequence[Item]) -> list[Item]:
        """Claim the places of those that have none; before any of them grows a branch."""
        fresh = list({each.id: each for each in items if each.id not in self._taken}.values())
        self._taken |= {each.id for each in fresh}
        return fresh


def walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Yield every node with its depth, in the order in which the list shows them."""
    waiting: list[tuple[Node, int]] = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((each, depth + 1) for each in reversed(children(node)))


def children(node: Node) -> tuple[Node, ...]:
    """Return what hangs on a node: its users, then its snapshots; or the volumes made from it."""
    if isinstance(node, VolumeNode):
        return (*node.instances, *node.snapshots)
    return node.volumes if isinstance(node, SnapshotNode) else ()


@dataclass(frozen=True, slots=True)
class Count:
    """The number of different objects in a tree, without those that cannot be seen."""

    instances: int
    volumes: int
    snapshots: int


def count(root: Node) -> Count:
    """Count the objects of a tree; an instance that uses several of its volumes counts once."""
    nodes = [node for node, _depth in walk(root)]
    seen = [each.id for each in nodes if isinstance(each, VolumeNode) and each.volume]
    taken = [each.id for each in nodes if isinstance(each, SnapshotNode) and each.snapshot]
    users = {each.id for each in nodes if isinstance(each, InstanceNode)}
    return Count(len(users), len(seen), len(taken))


@dataclass(frozen=True, slots=True)
class Fold:
    """A long row of siblings of which some are shown and the others folded."""

    shown: tuple[Node, ...]
    folded: tuple[Node, ...]


def fold(nodes: Sequence[Node], most: int) -> Fold:
    """Fold what comes after the first ``most``, unless it holds the page's own object.

    One alone is not folded: the button would need as much room.
    """
    if len(nodes) <= most + 1:
        return Fold(tuple(nodes), ())
    after = nodes[most:]
    kept = tuple(each for each in after if _holds_here(each))
    folded = tuple(each for each in after if not _holds_here(each))
    return Fold((*nodes[:most], *kept), folded)


def _holds_here(node: Node) -> bool:
    return any(getattr(each, "here", False) for each, _depth in walk(node))


class Keeps(Enum):
    """The reason why an object cannot be deleted."""

    # A volume made from it keeps a snapshot: on some storage, or on this one.
    MAY = "may"
    ALWAYS = "always"
    # A volume cannot be deleted while it has snapshots (cinder/volume/api.py:490).
    SNAPSHOTS = "snapshots"


@dataclass(frozen=True, slots=True)
class Kept:
    """An object that cannot be deleted, and the volumes that block a snapshot."""

    keeps: Keeps
    node: Node
    by: tuple[VolumeNode, ...] = ()


def kept(root: Node, dependency: Callable[[str | None], str]) -> tuple[Kept, ...]:
    """Return what keeps what, snapshots first.

    ``dependency`` is the operator's word on volumes made from a snapshot, by the type of the
    snapshot's volume: may, always, never.
    """
    nodes = [node for node, _depth in walk(root)]
    volumes = (each.volume for each in nodes if isinstance(each, VolumeNode))
    types = {each.id: each.type_name for each in volumes if each}
    found: list[Kept] = []
    for each in nodes:
        if isinstance(each, SnapshotNode) and each.snapshot and each.volumes:
            word = dependency(types.get(each.snapshot.volume_id))
            if word != "never":
                found.append(Kept(Keeps(word), each, each.volumes))
    found += [Kept(Keeps.SNAPSHOTS, each) for each in nodes if _has_snapshots(each)]
    return tuple(found)


def _has_snapshots(node: Node) -> bool:
    """Tell whether a volume is known to have snapshots; one that is gone is none."""
    if not isinstance(node, VolumeNode) or node.volume is None:
        return False
    more = node.rest is not None and bool(node.rest.count)
    return more or any(each.snapshot for each in node.snapshots)
