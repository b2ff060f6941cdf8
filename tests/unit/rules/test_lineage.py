# SPDX-License-Identifier: Apache-2.0
"""The lineage tree: each object once, none lost, for any answers of the services."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules import lineage
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.lineage import (
    Count,
    InstanceNode,
    Keeps,
    LineageRecords,
    Node,
    Rest,
    Shelf,
    SnapshotNode,
    SourceStep,
    VolumeNode,
    by_source,
    tree,
    walk,
)
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume


def volume(volume_id: str, source: str | None = None) -> Volume:
    """Return a volume, made from a snapshot where one is named."""
    return Volume(volume_id, f"name of {volume_id}", 1, "available", snapshot_id=source)


def snapshot(snapshot_id: str, volume_id: str) -> Snapshot:
    """Return a snapshot of a volume."""
    return Snapshot(snapshot_id, f"name of {snapshot_id}", 1, "available", volume_id)


def found(
    root: str,
    volumes: Iterable[Volume],
    snapshots: Iterable[Snapshot],
    above: tuple[SourceStep, ...] = (),
    here: str = "",
) -> LineageRecords:
    """Return all of this as if everything had been read."""
    everything = {each.id: each for each in volumes}
    shelves = {
        each: Shelf(tuple(one for one in snapshots if one.volume_id == each)) for each in everything
    }
    made = by_source(everything.values())
    return LineageRecords(root, everything[root], here or root, above, shelves, made)


def chain() -> LineageRecords:
    """Return three generations: v1 -> s1 -> v2 -> s2 -> v3, and s0 of v1 besides."""
    volumes = (volume("v1"), volume("v2", "s1"), volume("v3", "s2"))
    snapshots = (snapshot("s0", "v1"), snapshot("s1", "v1"), snapshot("s2", "v2"))
    return found("v1", volumes, snapshots, here="s1")


def shape(node: Node) -> str:
    """Write a tree as nested lists of ids."""
    below = ", ".join(shape(each) for each in lineage.children(node))
    return f"{node.id}({below})" if below else node.id


def test_three_generations_hang_on_each_other() -> None:
    root = tree(chain())
    assert shape(root) == "v1(s0, s1(v2(s2(v3))))"
    assert lineage.count(root) == Count(0, 3, 3)
    assert [node.id for node, _depth in walk(root) if getattr(node, "here", False)] == ["s1"]


def test_where_it_comes_from_is_above_it_without_its_siblings() -> None:
    steps = (
        SourceStep("s2", snapshot("s2", "v2"), "v2", volume("v2", "s1")),
        SourceStep("s1", snapshot("s1", "v1"), "v1", volume("v1")),
    )
    root = tree(found("v3", [volume("v3", "s2")], [snapshot("s3", "v3")], steps))
    assert shape(root) == "v1(s1(v2(s2(v3(s3)))))"


@pytest.mark.parametrize(
    ("step", "expected", "count"),
    [
        (SourceStep("s1"), "s1(v2)", Count(0, 1, 0)),
        (SourceStep("s1", snapshot("s1", "v1"), "v1"), "v1(s1(v2))", Count(0, 1, 1)),
    ],
)
def test_what_cannot_be_seen_has_a_place_and_is_not_counted(
    step: SourceStep, expected: str, count: Count
) -> None:
    root = tree(found("v2", [volume("v2", "s1")], [], (step,)))
    assert shape(root) == expected
    assert lineage.count(root) == count


def test_a_snapshot_of_a_volume_that_cannot_be_seen_is_shown_all_the_same() -> None:
    shelf = Shelf((snapshot("s1", "v1"),))
    root = tree(LineageRecords("v1", None, "s1", shelves={"v1": shelf}))
    assert shape(root) == "v1(s1)"
    assert lineage.count(root) == Count(0, 0, 1)


def test_a_volume_whose_snapshots_were_not_read_says_so() -> None:
    root = tree(LineageRecords("v1", volume("v1"), "v1"))
    assert isinstance(root, VolumeNode)
    assert root.rest == Rest()


def test_steps_that_go_round_in_circles_end() -> None:
    steps = (
        SourceStep("s1", snapshot("s1", "v2"), "v2", volume("v2", "s2")),
        SourceStep("s2", snapshot("s2", "v1"), "v1", volume("v1", "s1")),
    )
    root = tree(found("v1", [volume("v1", "s1"), volume("v2", "s2")], [], steps))
    assert shape(root) == "v2(s1(v1))"


def test_an_instance_counts_once_and_stands_at_each_of_its_volumes() -> None:
    said = chain()
    users = {"v1": ("i1",), "v2": ("i1", "i2", "i2")}
    known = {"i1": Instance("i1", "web", "ACTIVE")}
    root = tree(LineageRecords("v1", said.root, "v1", (), said.shelves, said.made, users, known))
    assert shape(root) == "v1(i1, s0, s1(v2(i1, i2, s2(v3))))"
    assert lineage.count(root) == Count(2, 3, 3)


IDS = st.integers(0, 7)
SOURCES = st.dictionaries(IDS, st.none() | IDS, min_size=1)
PARENTS = st.dictionaries(IDS, IDS)


@given(SOURCES, PARENTS, st.lists(st.tuples(IDS, IDS), max_size=6))
def test_everything_has_one_place_whatever_the_services_say(
    sources: dict[int, int | None], parents: dict[int, int], upwards: list[tuple[int, int]]
) -> None:
    """Volumes and snapshots that point at each other in any way, circles included."""
    volumes = [
        volume(f"v{each}", None if source is None else f"s{source}")
        for each, source in sources.items()
    ]
    snapshots = [snapshot(f"s{each}", f"v{parent}") for each, parent in parents.items()]
    steps = tuple(
        SourceStep(f"s{one}", snapshot(f"s{one}", f"v{other}"), f"v{other}", volume(f"v{other}"))
        for one, other in upwards
    )
    root = tree(found(volumes[0].id, volumes, snapshots, steps))
    nodes = [node.id for node, _depth in walk(root)]
    assert len(nodes) == len(set(nodes))
    assert volumes[0].id in nodes
    if not steps:
        assert set(nodes) == reachable(volumes, snapshots)


def reachable(volumes: list[Volume], snapshots: list[Snapshot]) -> set[str]:
    """Return what can be reached downwards from the first volume."""
    reached, waiting = set[str](), [volumes[0].id]
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += [each.id for each in snapshots if each.volume_id == here]
            waiting += [each.id for each in volumes if each.snapshot_id == here]
    return reached


@given(st.integers(0, 30), st.integers(1, 12), st.integers(0, 40))
def test_folding_loses_nothing_and_never_folds_the_page_s_own(
    many: int, most: int, here: int
) -> None:
    nodes = [SnapshotNode(f"s{each}", None, here=each == here) for each in range(many)]
    fold = lineage.fold(nodes, most)
    assert sorted(each.id for each in (*fold.shown, *fold.folded)) == sorted(
        each.id for each in nodes
    )
    assert len(fold.shown) <= most + 1
    assert all(not getattr(each, "here", False) for each in fold.folded)
    assert many <= most or fold.shown[:most] == tuple(nodes[:most])


def test_one_alone_is_not_folded() -> None:
    nodes = [SnapshotNode(f"s{each}", None) for each in range(4)]
    assert lineage.fold(nodes, 3).folded == ()
    assert len(lineage.fold(nodes, 2).folded) == 2


@pytest.mark.parametrize(
    ("dependency", "expected"),
    [
        ("may", [(Keeps.MAY, "s1"), (Keeps.MAY, "s2")]),
        ("always", [(Keeps.ALWAYS, "s1"), (Keeps.ALWAYS, "s2")]),
        ("never", []),
    ],
)
def test_what_keeps_what(dependency: str, expected: list[tuple[Keeps, str]]) -> None:
    kept = lineage.kept(tree(chain()), lambda _type: dependency)
    assert [(each.keeps, each.node.id) for each in kept] == [
        *expected,
        (Keeps.SNAPSHOTS, "v1"),
        (Keeps.SNAPSHOTS, "v2"),
    ]
    assert all([by.id for by in each.by] for each in kept if each.keeps is not Keeps.SNAPSHOTS)


def test_snapshots_that_were_not_read_keep_a_volume_and_one_that_is_gone_keeps_nothing() -> None:
    more = VolumeNode("v1", volume("v1"), rest=Rest("s9", 3))
    assert [each.node.id for each in lineage.kept(more, lambda _type: "may")] == ["v1"]
    unread = VolumeNode("v1", volume("v1"), rest=Rest())
    assert lineage.kept(unread, lambda _type: "may") == ()
    gone = SnapshotNode("s1", None, (VolumeNode("v2", volume("v2")),))
    assert lineage.kept(gone, lambda _type: "may") == ()


def test_an_instance_has_nothing_below_it() -> None:
    assert lineage.children(InstanceNode("i1")) == ()
