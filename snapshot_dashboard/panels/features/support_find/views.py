# SPDX-License-Identifier: Apache-2.0
"""The search of support staff: from an id or a name to the object's page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from horizon import views

from snapshot_dashboard.cloud import administration, names, support_search
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.partial_reads import known as known_or_none
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import causes, problems
from snapshot_dashboard.panels.common.attachment_state.explanation import (
    instance_status,
)
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import isolated, link
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import Named
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.common.support.frame import SupportView
from snapshot_dashboard.rules.support_search import Hit, Kind, SearchResult, understood

_PAGES = {
    Kind.SNAPSHOT: "horizon:admin:snapshots:detail",
    Kind.VOLUME: "horizon:admin:volumes:detail",
    Kind.INSTANCE: "horizon:admin:instances:detail",
}
_FIELDS = {Kind.PROJECT: "project_id", Kind.USER: "user_id"}
_WORDS: dict[Kind, str | Promise] = {
    Kind.SNAPSHOT: pgettext_lazy("kind of thing that was found", "Snapshot"),
    Kind.VOLUME: pgettext_lazy("kind of thing that was found", "Volume"),
    Kind.INSTANCE: pgettext_lazy("kind of thing that was found", "Instance"),
    Kind.PROJECT: pgettext_lazy("kind of thing that was found", "Project"),
    Kind.USER: pgettext_lazy("kind of thing that was found", "User"),
}
_UNREAD: dict[Kind, str | Promise] = {
    Kind.SNAPSHOT: _("Snapshots could not be searched."),
    Kind.VOLUME: _("Volumes could not be searched."),
    Kind.INSTANCE: _("Instances could not be searched."),
    Kind.PROJECT: _("Projects could not be searched."),
    Kind.USER: _("Users could not be searched."),
}
_MORE: dict[Kind, str | Promise] = {
    Kind.SNAPSHOT: _("There are more snapshots than these. A longer part of the name finds fewer."),
    Kind.VOLUME: _("There are more volumes than these. A longer part of the name finds fewer."),
    Kind.INSTANCE: _("There are more instances than these. A longer part of the name finds fewer."),
    Kind.PROJECT: _("There are more projects than these. A longer part of the name finds fewer."),
    Kind.USER: _("There are more users than these. A longer part of the name finds fewer."),
}


_WHOLE: dict[Kind, str | Promise] = {
    Kind.SNAPSHOT: _("Of a snapshot the whole ID is needed."),
    Kind.VOLUME: _("Of a volume the whole ID is needed."),
    Kind.INSTANCE: _("Of an instance the whole ID is needed."),
    Kind.PROJECT: _("Of a project the whole ID is needed."),
    Kind.USER: _("Of a user the whole ID is needed."),
}
_NO_MESSAGE = _(
    "The storage service has no message about this request. It leaves one only where something "
    "failed after it had been accepted, and does not keep it for ever. Its logs name every request."
)


@dataclass(frozen=True, slots=True)
class HitRow:
    """One object that was found."""

    kind: str | Promise
    name: SafeString
    id: str
    volume: SafeString | str
    created: str
    project: SafeString | str
    status: str


def address(hit: Hit) -> str:
    """Return the page about what was found: its own, or the snapshots of a project or user."""
    if hit.kind in _PAGES:
        return page(_PAGES[hit.kind], hit.id)
    return owners.filtered(owners.SNAPSHOTS, _FIELDS[hit.kind], hit.id)


class FindView(SupportView, views.HorizonTemplateView):
    """Answers ``?q=``: redirects to a single hit, lists several."""

    template_name = "snapshot_dashboard/support_find/find.html"
    page_title = _("Find")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look for the text, and go there when only one thing can be meant."""
        self.problem: Problem | None = None
        self.text = request.GET.get("q", "").strip()
        found = self._found(request)
        if len(found.hits) == 1 and not found.unread and not found.more:
            url = address(found.hits[0])
            if url:
                return shortcuts.redirect(url)
        context = self.get_context_data(
            problem=self.problem,
            find_text=self.text,
            rows=self._rows(request, found),
            notes=_notes(found),
            mode=self._mode(found),
            no_message=_NO_MESSAGE,
        )
        return self.render_to_response(context)

    def _found(self, request: HttpRequest) -> SearchResult:
        try:
            return support_search.find(connect(request), self.text)
        except CloudError as error:
            self.problem = problems.listing(error, problems.UNREADABLE)
            return SearchResult()

    def _mode(self, found: SearchResult) -> str:
        """Return what the page says: what it found, that there is nothing, or what it can find."""
        if found.hits:
            return "rows"
        if not self.text:
            return "help"
        if self.problem:
            return "problem"
        return "no_message" if understood(self.text).request_id else "nothing"

    @staticmethod
    def _rows(request: HttpRequest, found: SearchResult) -> list[HitRow]:
        if not found.hits:
            return []
        ids = {hit.project_id for hit in found.hits if hit.project_id}
        connection = connect(request)
        names.look_up(connection, "project", ids)
        project = remembered(connection, "project", ids)
        volume = _volumes(connection, [hit.volume_id for hit in found.hits if hit.volume_id])
        return [
            HitRow(
                kind=_WORDS[hit.kind],
                name=link(address(hit), isolated(hit.name or hit.id)),
                id=hit.id,
                volume=object_link("volume", volume(hit.volume_id), "admin")
                if hit.volume_id
                else "",
                created=shown(request, hit.created_at) if hit.created_at else "",
                project=owners.project(project(hit.project_id)) if hit.project_id else "",
                status=_status(hit),
            )
            for hit in found.hits
        ]


def _volumes(connection: Connection, ids: Sequence[str]) -> Callable[[str], Named]:
    """Return what mentions these volumes: one call for those of which nothing is remembered."""
    known = remembered(connection, "volume", ids)
    missing = [each for each in dict.fromkeys(ids) if not known(each).known]
    read = known_or_none(lambda: administration.volumes_by_id(connection, missing)) or {}
    found = {each.id: Named(each.id, each.label) for each in read.values()}
    return lambda volume_id: found.get(volume_id) or known(volume_id)


def _status(hit: Hit) -> str:
    """Return the status in the words of the page that the hit leads to."""
    if hit.kind in (Kind.SNAPSHOT, Kind.VOLUME):
        return status_word(hit.status)
    if hit.kind is Kind.INSTANCE:
        return instance_status(hit.status, locked=hit.locked)
    return str(_("Enabled") if hit.status == "enabled" else _("Disabled"))


def _notes(found: SearchResult) -> list[SafeString | str | Promise]:
    """Return what was not searched, or not to the end: an empty list proves nothing then."""
    unread = [causes.after(_UNREAD[kind], failure) for kind, failure in found.unread]
    return [
        *unread,
        *(_MORE[kind] for kind in found.more),
        *(_WHOLE[kind] for kind in found.whole),
    ]
