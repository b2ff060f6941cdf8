# SPDX-License-Identifier: Apache-2.0
"""The picture above the list of the Lineage tab, with the same names and links.

It is drawn by a template. Whatever it says is in the list too, so it is hidden from those who
hear the page, and its links are not reached by the keyboard.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snapshot_dashboard.panels.common.attachment_state.explanation import (
    instance_status,
)
from snapshot_dashboard.panels.common.html import short
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules import lineage_picture as rules
from snapshot_dashboard.rules.lineage import InstanceNode, Node, VolumeNode
from snapshot_dashboard.rules.lineage_picture import Box, cut

# Room for half of a box's border.
_EDGE = 2
# A box has a line for what it is, and one for its name.
_KIND_LETTERS = 24


@dataclass(frozen=True, slots=True)
class PictureBox:
    """One box; its numbers are formatted for SVG, whatever the user's language."""

    kind: str
    x: str
    y: str
    what: str
    name: str
    title: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the picture's template draws."""

    boxes: tuple[PictureBox, ...]
    paths: tuple[str, ...]
    width: str
    height: str
    box_width: str = str(rules.BOX_WIDTH)
    box_height: str = str(rules.BOX_HEIGHT)


def pictured(root: Node, dashboard: str) -> Drawing | None:
    """Return the picture of a tree; None for one of a single box, and for one that is too large."""
    picture = rules.draw(root)
    if picture is None or len(picture.boxes) == 1:
        return None
    return Drawing(
        boxes=tuple(_box(each, dashboard) for each in picture.boxes),
        paths=tuple(f"M{e.x} {e.y}H{e.bend}V{e.to_y}H{e.to_x}" for e in picture.lines),
        width=str(picture.width + 2 * _EDGE),
        height=str(picture.height + 2 * _EDGE),
    )


def _box(box: Box, dashboard: str) -> PictureBox:
    kind, what, name, url = _rest(box.node) if box.rest else _texts(box.node, dashboard)
    here = not box.rest and getattr(box.node, "here", False)
    return PictureBox(
        kind, str(box.x), str(box.y), cut(what, _KIND_LETTERS), cut(name), name, url, here
    )


def _texts(node: Node, dashboard: str) -> tuple[str, str, str, str]:
    if isinstance(node, InstanceNode):
        name = (node.instance.name if node.instance else "") or short(node.id)
        return "instance", _instance(node), name, _url(dashboard, "instances", node.id)
    if isinstance(node, VolumeNode):
        if node.volume is None:
            return "unseen", _("Volume"), _("Cannot be seen"), ""
        url = _url(dashboard, "volumes", node.id)
        state = status_word(node.volume.status)
        return "volume", _what(_("Volume"), state), node.volume.label, url
    if node.snapshot is None:
        return "unseen", _("Snapshot"), _("Cannot be seen"), ""
    state = status_word(node.snapshot.status)
    url = _url(dashboard, "snapshots", node.id)
    return "snapshot", _what(_("Snapshot"), state), node.snapshot.label, url


def _instance(node: InstanceNode) -> str:
    """Return what an instance is; that it is locked stands where it is not cut off."""
    if node.instance is None:
        return _("Instance")
    kind = _("Locked instance") if node.instance.locked else _("Instance")
    return _what(kind, instance_status(node.instance.status, locked=None))


def _what(kind: str, state: str) -> str:
    return f"{kind} - {state}" if state else kind


def _url(dashboard: str, pages: str, object_id: str) -> str:
    return page(f"horizon:{dashboard}:{pages}:detail", object_id)


def _rest(node: Node) -> tuple[str, str, str, str]:
    count = node.rest.count if isinstance(node, VolumeNode) and node.rest else None
    if count is None:
        return "rest", _("Snapshots"), _("Not shown here"), ""
    text = ngettext("%(count)s older snapshot", "%(count)s older snapshots", count)
    return "rest", text % {"count": figure(count)}, _("Not shown here"), ""
