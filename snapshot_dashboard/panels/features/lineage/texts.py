# SPDX-License-Identifier: Apache-2.0
"""Texts of the Lineage tab: each node as a line, and what blocks a deletion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.panels.common import consistency_note
from snapshot_dashboard.panels.common.attachment_state.explanation import (
    instance_status,
)
from snapshot_dashboard.panels.common.dates import shown_short
from snapshot_dashboard.panels.common.html import isolated, link, sentence, short
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import named
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.object_links import held_for, object_link
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.common.support.owners import foreign_badge
from snapshot_dashboard.rules import consistency as note
from snapshot_dashboard.rules import lineage
from snapshot_dashboard.rules.deletion import belongs_elsewhere
from snapshot_dashboard.rules.lineage import (
    Count,
    InstanceNode,
    Keeps,
    Kept,
    Node,
    Rest,
    SnapshotNode,
    VolumeNode,
)
from snapshot_dashboard.rules.snapshot import Snapshot

# Siblings that are shown before the others are folded, and sentences about deleting.
_SIBLINGS = 10
_SENTENCES = 5
# A word of Cinder's for a volume that an instance keeps although it is not attached.
_HELD = "reserved"


@dataclass(frozen=True, slots=True)
class More:
    """A folded part of the list: ``items`` already read, or what a script reads of ``source``.

    ``url`` is the page that shows it without scripts.
    """

    text: str
    items: tuple[LineageItem, ...] = ()
    source: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class LineageItem:
    """A line of the list and the lines below it."""

    kind: str
    id: str
    text: SafeString
    facts: tuple[SafeString, ...] = ()
    here: bool = False
    note: str = ""
    items: tuple[LineageItem, ...] = ()
    more: tuple[More, ...] = ()
    # Instances that this line mentions: they are counted.
    instances: str = ""


class NodeTexts:
    """Makes the lines of one tree for one user.

    ``dashboard`` is whose pages the names lead to. ``own`` is the volume whose further snapshots
    are on this very page, ``tab`` the address of that page. ``checked`` says that no volume was
    made from a snapshot under which there is none.
    """

    def __init__(
        self,
        request: HttpRequest,
        dashboard: str,
        *,
        own: str = "",
        tab: str = "",
        checked: str = "",
    ) -> None:
        self._request = request
        self.dashboard = dashboard
        self._own = own
        self._tab = tab
        self._checked = checked
        self._names: Counter[str] = Counter()

    def root(self, node: Node) -> LineageItem:
        """Return the whole tree."""
        users = {
            each.id: each.instance.name
            for each, _depth in lineage.walk(node)
            if isinstance(each, InstanceNode) and each.instance
        }
        self._names = Counter(users.values())
        return self.snapshot(node) if isinstance(node, SnapshotNode) else self.volume(node)

    def volume(self, node: Node) -> LineageItem:
        """Return a volume with its snapshots.

        :raises TypeError: it is no volume.
        """
        if not isinstance(node, VolumeNode):
            raise TypeError(node)
        items = self._snapshots(node)
        more = (self._rest(node.id, node.rest),) if node.rest else ()
        if node.volume is None:
            text = sentence(_("A volume that you cannot see"))
            return LineageItem("unseen", node.id, text, items=items, more=more)
        name = self._name("volumes", node.id, node.volume.label, here=node.here)
        return LineageItem(
            kind="volume",
            id=node.id,
            text=sentence(_("Volume %(volume)s"), volume=name),
            facts=(format_html("{}", status_word(node.volume.status)), *self._users(node)),
            here=node.here,
            instances=" ".join(each.id for each in node.instances),
            items=items,
            more=more,
        )

    def _users(self, node: VolumeNode) -> tuple[SafeString, ...]:
        held = node.volume is not None and node.volume.status == _HELD
        if held and not node.instances:
            return (held_for(node.id, self.dashboard),)
        return tuple(self._user(each, held=held) for each in node.instances)

    def _user(self, node: InstanceNode, *, held: bool) -> SafeString:
        name = self._instance(node)
        if node.instance is None:
            text = _("held for %(instance)s") if held else _("attached to %(instance)s")
            return sentence(text, instance=name)
        text = _("held for %(instance)s (%(state)s)")
        if not held:
            text = _("attached to %(instance)s (%(state)s)")
        state = instance_status(node.instance.status, locked=node.instance.locked)
        return sentence(text, instance=name, state=state)

    def _instance(self, node: InstanceNode) -> SafeString:
        if node.instance is None or not node.instance.name:
            return object_link("instance", named(node.id, None), self.dashboard)
        name = node.instance.name
        if self._names[name] > 1:
            name = f"{name} ({short(node.id)})"
        return link(page(f"horizon:{self.dashboard}:instances:detail", node.id), isolated(name))

    def _snapshots(self, node: VolumeNode) -> tuple[LineageItem, ...]:
        project = node.volume.project_id if node.volume else None
        return tuple(self.snapshot(each, project) for each in node.snapshots)

    def _rest(self, volume_id: str, rest: Rest) -> More:
        return More(
            text=_older(rest),
            source=page(f"horizon:{self.dashboard}:volumes:lineage", volume_id)
            + f"?{urlencode({'after': rest.marker or '', 'past': rest.past})}",
            url=self._older_url(volume_id, rest),
        )

    def _older_url(self, volume_id: str, rest: Rest) -> str:
        query = urlencode({"older": rest.marker or "", "past": rest.past})
        if volume_id == self._own:
            return f"{self._tab}&{query}"
        address = page(f"horizon:{self.dashboard}:volumes:detail", volume_id)
        return f"{address}?tab=volume_details__lineage_tab&{query}" if address else ""

    def snapshot(self, node: SnapshotNode, volume_project: str | None = None) -> LineageItem:
        """Return a snapshot with the volumes made from it."""
        fold = lineage.fold(node.volumes, _SIBLINGS)
        items = tuple(self.volume(each) for each in fold.shown)
        folded = tuple(self.volume(each) for each in fold.folded)
        more = (More(_more_volumes(len(folded)), folded),) if folded else ()
        if node.snapshot is None:
            text = sentence(_("A snapshot that no longer exists or that you cannot see"))
            return LineageItem("unseen", node.id, text, items=items, more=more)
        name = self._name("snapshots", node.id, node.snapshot.label, here=node.here)
        return LineageItem(
            kind="snapshot",
            id=node.id,
            text=sentence(_("Snapshot %(snapshot)s"), snapshot=name),
            facts=self._about(node.snapshot, volume_project),
            here=node.here,
            note=self._checked if node.here and not node.volumes else "",
            items=items,
            more=more,
        )

    def _about(self, snapshot: Snapshot, volume_project: str | None) -> tuple[SafeString, ...]:
        label = note.read(snapshot.metadata)
        taken = sentence(_("Taken while: %(state)s"), state=consistency_note.cell(label))
        facts = [
            format_html("{}", shown_short(self._request, snapshot.created_at)),
            taken,
            format_html("{}", status_word(snapshot.status)),
        ]
        if belongs_elsewhere(snapshot, volume_project):
            facts.append(foreign_badge())
        return tuple(facts)

    def _name(self, pages: str, object_id: str, name: str, *, here: bool) -> SafeString:
        url = page(f"horizon:{self.dashboard}:{pages}:detail", object_id)
        if here and url:
            return format_html('<a href="{}" aria-current="true">{}</a>', url, isolated(name))
        return link(url, isolated(name))

    def kept(self, found: Sequence[Kept]) -> list[SafeString]:
        """Return what keeps what from being deleted, in sentences, and how many more there are."""
        sentences = [_kept(each) for each in found[:_SENTENCES]]
        left = len(found) - len(sentences)
        if left > 0:
            more = ngettext(
                "The same is true of %(count)d more.", "The same is true of %(count)d more.", left
            )
            sentences.append(sentence(more, count=left))
        return sentences


def _older(rest: Rest) -> str:
    if rest.count is not None:
        text = ngettext("%(count)s older snapshot", "%(count)s older snapshots", rest.count)
        return text % {"count": figure(rest.count)}
    return _("Older snapshots") if rest.marker else _("Its snapshots")


def _more_volumes(count: int) -> str:
    return ngettext("%(count)s more volume", "%(count)s more volumes", count) % {
        "count": figure(count)
    }


def counted(count: Count) -> str:
    """Return how many objects there are, of each kind."""
    parts = {
        "instances": ngettext("%(count)s instance", "%(count)s instances", count.instances)
        % {"count": figure(count.instances)},
        "volumes": ngettext("%(count)s volume", "%(count)s volumes", count.volumes)
        % {"count": figure(count.volumes)},
        "snapshots": ngettext("%(count)s snapshot", "%(count)s snapshots", count.snapshots)
        % {"count": figure(count.snapshots)},
    }
    return _("%(instances)s, %(volumes)s, %(snapshots)s") % parts


_ONE: dict[Keeps, str | Promise] = {
    Keeps.MAY: gettext_lazy('"%(snapshot)s" may not be deletable while %(volume)s exists.'),
    Keeps.ALWAYS: gettext_lazy('"%(snapshot)s" cannot be deleted while %(volume)s exists.'),
}


def _kept(kept: Kept) -> SafeString:
    node = kept.node
    if kept.keeps is Keeps.SNAPSHOTS:
        text = _("%(volume)s cannot be deleted while it has snapshots.")
        return sentence(text, volume=_label(node))
    if len(kept.by) == 1:
        return sentence(_ONE[kept.keeps], snapshot=_label(node), volume=_label(kept.by[0]))
    several = ngettext(
        '"%(snapshot)s" may not be deletable while %(count)s volume made from it exists.',
        '"%(snapshot)s" may not be deletable while %(count)s volumes made from it exist.',
        len(kept.by),
    )
    if kept.keeps is Keeps.ALWAYS:
        several = ngettext(
            '"%(snapshot)s" cannot be deleted while %(count)s volume made from it exists.',
            '"%(snapshot)s" cannot be deleted while %(count)s volumes made from it exist.',
            len(kept.by),
        )
    return sentence(several, snapshot=_label(node), count=figure(len(kept.by)))


def _label(node: Node) -> SafeString:
    if isinstance(node, VolumeNode) and node.volume:
        return isolated(node.volume.label)
    if isinstance(node, SnapshotNode) and node.snapshot:
        return isolated(node.snapshot.label)
    return isolated(short(node.id))
