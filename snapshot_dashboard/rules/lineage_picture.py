# SPDX-License-Identifier: Apache-2.0
"""Layout of the lineage picture: boxes in columns and rows, and connectors.

The same tree gives the same picture. All lengths are in units of the drawing, which is scaled
to the width of the page.
"""

from __future__ import annotations

from dataclasses import dataclass

from snapshot_dashboard.rules.lineage import Node, VolumeNode, children, walk

# More is a wall of boxes, and more columns than these are too small to read.
MOST_NODES = 40
MOST_COLUMNS = 7
BOX_WIDTH = 150
BOX_HEIGHT = 44
_GAP_ACROSS = 26
_GAP_DOWN = 12
# What fits into a box; wide letters are cut off at its edge.
_LETTERS = 17


@dataclass(frozen=True, slots=True)
class Box:
    """The position of a node; ``rest``: the box stands for snapshots that were not read."""

    node: Node
    x: int
    y: int
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Connector:
    """A line from the right edge of a box to the left edge of its child."""

    x: int
    y: int
    bend: int
    to_x: int
    to_y: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes, lines and the size of the drawing."""

    boxes: tuple[Box, ...]
    lines: tuple[Connector, ...]
    width: int
    height: int


def draw(root: Node) -> Picture | None:
    """Return the picture of a tree, None for one that is too large to be read as a picture.

    Columns are generations; a node stands beside the first of what hangs on it.
    """
    nodes = list(walk(root))
    columns = 1 + max(depth + bool(_stub(node)) for node, depth in nodes)
    boxes = len(nodes) + sum(_stub(node) for node, _depth in nodes)
    if boxes > MOST_NODES or columns > MOST_COLUMNS:
        return None
    drawing = _Drawing()
    drawing.place(root, 0)
    width = columns * (BOX_WIDTH + _GAP_ACROSS) - _GAP_ACROSS
    height = drawing.rows * (BOX_HEIGHT + _GAP_DOWN) - _GAP_DOWN
    return Picture(tuple(drawing.boxes), tuple(drawing.lines), width, height)


def cut(text: str, most: int = _LETTERS) -> str:
    """Return what fits into a box."""
    return text if len(text) <= most else f"{text[: most - 1]}\u2026"


def _stub(node: Node) -> bool:
    """Tell whether snapshots that were not read need a box of their own."""
    return isinstance(node, VolumeNode) and node.rest is not None and node.rest.count != 0


class _Drawing:
    """Assigns rows from top to bottom."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.lines: list[Connector] = []
        self.rows = 0

    def place(self, node: Node, column: int) -> Box:
        row = self.rows
        box = self._box(node, column, row)
        below = [self.place(each, column + 1) for each in children(node)]
        if _stub(node):
            below.append(self._box(node, column + 1, self.rows, rest=True))
            self.rows += 1
        if not below:
            self.rows += 1
        self.lines += [_line(box, each) for each in below]
        return box

    def _box(self, node: Node, column: int, row: int, *, rest: bool = False) -> Box:
        x, y = column * (BOX_WIDTH + _GAP_ACROSS), row * (BOX_HEIGHT + _GAP_DOWN)
        self.boxes.append(Box(node, x, y, rest))
        return self.boxes[-1]


def _line(start: Box, end: Box) -> Connector:
    x, middle = start.x + BOX_WIDTH, BOX_HEIGHT // 2
    return Connector(x, start.y + middle, x + _GAP_ACROSS // 2, end.x, end.y + middle)
