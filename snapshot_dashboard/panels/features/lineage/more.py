# SPDX-License-Identifier: Apache-2.0
"""Answers the Lineage tab's script: older snapshots, and volumes made from snapshots.

Nothing is changed here. It is a POST because the ids of a large tree do not fit into an address.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.views.generic import View

from snapshot_dashboard.cloud import block_storage, dependents
from snapshot_dashboard.cloud import lineage as cloud
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.lineage import SearchState
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.json_answers import JsonAnswer
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.panels.common.source_search_texts import number, tally
from snapshot_dashboard.panels.features.lineage.tab import progress
from snapshot_dashboard.panels.features.lineage.texts import NodeTexts, counted
from snapshot_dashboard.rules import lineage
from snapshot_dashboard.rules.lineage import (
    Count,
    InstanceNode,
    LineageRecords,
    Node,
    Rest,
    VolumeNode,
    by_source,
    children,
)
from snapshot_dashboard.rules.source_search import SourceSearch, search_of
from snapshot_dashboard.rules.volume import Volume

_ITEMS = "snapshot_dashboard/lineage/_items.html"
_KINDS = ("instance", "volume", "snapshot")


class LineageView(View):
    """Answers the script with lines for the list and a text about the progress.

    ``?after=`` asks for the snapshots of the volume that follow that one, the newest when it is
    empty. A body with ``of`` asks for volumes made from these snapshots, among those that follow
    ``marker``, which holds since when; ``done`` of ``all`` come before. ``shown`` is what the list
    has already ("volume:id"). Both are words in one field: Django takes a thousand fields
    (DATA_UPLOAD_MAX_NUMBER_FIELDS), and a tree has no such limit.
    """

    dashboard = "project"

    def post(self, request: HttpRequest, volume_id: str) -> HttpResponse:
        """Read what is asked for."""
        if elsewhere(request):
            return HttpResponse(status=409)
        read = self.made if "of" in request.POST else self.older
        try:
            return JsonAnswer(read(request, connect(request), volume_id))
        except CloudError:
            return HttpResponse(status=503)

    def older(self, request: HttpRequest, connection: Connection, volume_id: str) -> dict[str, Any]:
        """Return a page of snapshots; for an administrator with the volumes made from them.

        :raises CloudError: they cannot be read.
        """
        everywhere = self.dashboard == "admin"
        shelf = cloud.shelf_of(
            connection,
            volume_id,
            cloud.FURTHER,
            after=request.GET.get("after", ""),
            past=number(request.GET.get("past", "")),
            everywhere=everywhere,
        )
        volume, made = None, tuple[Volume, ...]()
        wanted = search_of(shelf.snapshots)
        if everywhere and shelf.snapshots:
            volume = block_storage.volume(connection, volume_id)
            made = cloud.everywhere_made_from(connection, wanted.ids)
        users = {each.id: cloud.attached(each) for each in made}
        found = LineageRecords(
            volume_id, volume, "", shelves={volume_id: shelf}, made=by_source(made), users=users
        )
        root = lineage.tree(found)
        item = NodeTexts(request, self.dashboard).root(root)
        html = _rendered({"items": item.items, "more": item.more})
        return {
            "html": html,
            "count": _counted(request, *children(root)),
            "look": not everywhere,
            "marker": dependents.beginning(wanted),
        }

    def made(self, request: HttpRequest, connection: Connection, volume_id: str) -> dict[str, Any]:
        """Return the volumes made from some snapshots, by snapshot, and where to go on.

        :raises CloudError: the volumes cannot be read.
        """
        data = request.POST
        ids = frozenset(_words(data, "of"))
        part = dependents.part(connection, SourceSearch(ids), data.get("marker", ""))
        counted_now = part.after(tally(data.get("done", ""), data.get("all", "")))
        look = SearchState(counted_now, part.marker, newer=part.newer)
        nodes = [_node(each) for each in part.volumes]
        words = NodeTexts(request, self.dashboard)
        made: dict[str, str] = {}
        for each in nodes:
            source = (each.volume and each.volume.snapshot_id) or ""
            made[source] = made.get(source, "") + _rendered({"items": [words.volume(each)]})
        return {
            "made": made,
            "marker": look.marker,
            "done": look.counted.done,
            "all": look.counted.everything or 0,
            "said": progress(look, of_snapshot=data.get("page") == "snapshot"),
            "count": _counted(request, *nodes),
        }


def _words(data: QueryDict, field: str) -> list[str]:
    """Return the words of a field, which an older script sends as one field each."""
    return " ".join(data.getlist(field)).split()


def _node(volume: Volume) -> VolumeNode:
    users = tuple(InstanceNode(each) for each in cloud.attached(volume))
    return VolumeNode(volume.id, volume, users, rest=Rest())


def _rendered(context: dict[str, Any]) -> str:
    return str(render_to_string(_ITEMS, context))


def _counted(request: HttpRequest, *fresh: Node) -> str:
    """Return how many objects the list has with these, those that it has already counted once."""
    ids: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for entry in _words(request.POST, "shown"):
        kind, _separator, object_id = entry.partition(":")
        ids.get(kind, set()).add(object_id)
    for node, _depth in (each for root in fresh for each in lineage.walk(root)):
        ids[_kind(node)].add(node.id)
    return counted(Count(*(len(ids[kind]) for kind in _KINDS)))


def _kind(node: Node) -> str:
    if isinstance(node, InstanceNode):
        return "instance"
    return "volume" if isinstance(node, VolumeNode) else "snapshot"
