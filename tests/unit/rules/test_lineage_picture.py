# SPDX-License-Identifier: Apache-2.0
"""The layout of the lineage picture: no overlaps, columns by generation, bounded size."""

from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules import lineage_picture as picture
from snapshot_dashboard.rules.lineage import InstanceNode, Rest, SnapshotNode, VolumeNode, walk
from snapshot_dashboard.rules.volume import Volume

VOLUME = Volume("v1", "web", 1, "available")


def volumes(depth: int) -> st.SearchStrategy[VolumeNode]:
    """Generate volumes with up to three snapshots, from which volumes were made."""
    below = st.just(()) if depth == 0 else st.lists(volumes(depth - 1), max_size=2).map(tuple)
    snapshots = st.lists(below.map(lambda made: SnapshotNode("s", None, made)), max_size=3)
    users = st.lists(st.just(InstanceNode("i")), max_size=2)
    return st.builds(
        lambda used, taken, rest: VolumeNode("v", VOLUME, tuple(used), tuple(taken), rest),
        users,
        snapshots,
        st.none() | st.builds(Rest, st.none(), st.none() | st.integers(0, 5)),
    )


@given(volumes(2))
def test_no_box_lies_on_another_and_all_are_inside(root: VolumeNode) -> None:
    drawn = picture.draw(root)
    nodes = list(walk(root))
    if drawn is None:
        assert len(nodes) + sum(picture._stub(node) for node, _depth in nodes) > 40 or (
            max(depth for _node, depth in nodes) >= picture.MOST_COLUMNS - 1
        )
        return
    places = [(box.x, box.y) for box in drawn.boxes]
    assert len(places) == len(set(places))
    assert all(box.x + picture.BOX_WIDTH <= drawn.width for box in drawn.boxes)
    assert all(box.y + picture.BOX_HEIGHT <= drawn.height for box in drawn.boxes)
    assert len([box for box in drawn.boxes if not box.rest]) == len(nodes)
    # Everything but the root hangs on something.
    assert len(drawn.lines) == len(drawn.boxes) - 1
    assert all(line.x < line.bend < line.to_x for line in drawn.lines)
    assert picture.draw(root) == drawn


def wide(snapshots: int) -> VolumeNode:
    """Return a volume with so many snapshots."""
    return VolumeNode(
        "v1", VOLUME, snapshots=tuple(SnapshotNode(f"s{each}", None) for each in range(snapshots))
    )


def test_forty_boxes_are_a_picture_and_one_more_is_none() -> None:
    assert picture.draw(wide(39)) is not None
    assert picture.draw(wide(40)) is None


def test_a_long_chain_is_none() -> None:
    node = VolumeNode("v", VOLUME)
    for _each in range(3):
        node = VolumeNode("v", VOLUME, snapshots=(SnapshotNode("s", None, (node,)),))
    assert picture.draw(node) is not None
    taken = VolumeNode("v", VOLUME, snapshots=(SnapshotNode("s", None, (node,)),))
    assert picture.draw(taken) is None


def test_snapshots_that_were_not_read_have_one_box_and_none_when_there_are_none() -> None:
    some = picture.draw(VolumeNode("v1", VOLUME, rest=Rest("s1", 200)))
    none = picture.draw(VolumeNode("v1", VOLUME, rest=Rest(count=0)))
    assert some is not None
    assert none is not None
    assert [box.rest for box in some.boxes] == [False, True]
    assert [box.rest for box in none.boxes] == [False]


@given(st.text(max_size=40), st.integers(1, 20))
def test_a_text_that_is_cut_shows_it(text: str, most: int) -> None:
    shown = picture.cut(text, most)
    assert len(shown) <= most
    assert shown == text or (shown.endswith("\u2026") and text.startswith(shown[:-1]))
