# SPDX-License-Identifier: Apache-2.0
"""Searches volumes made from a snapshot part by part while the dialog is open.

Members have no filter for them, so it means to go through all volumes of the project that are
newer. That is done on demand only, after the dialog is open, and says how far it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import View

from snapshot_dashboard.cloud import dependents, names
from snapshot_dashboard.cloud.dependents import SearchPart
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import dependency
from snapshot_dashboard.panels.common.html import isolated, link, short
from snapshot_dashboard.panels.common.json_answers import JsonAnswer, rendered
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.scope import elsewhere
from snapshot_dashboard.panels.common.source_search_texts import (
    all_checked,
    looking,
    none_found,
    number,
    tally,
)
from snapshot_dashboard.rules.source_search import SearchProgress, SourceSearch
from snapshot_dashboard.rules.volume import Volume

# Volumes found so far that an address carries on a page without scripts.
_CARRIED = 50
_TEMPLATE = "snapshot_dashboard/delete/_made_from_found.html"
_TRY_IT = gettext_lazy(
    "You can try: if the storage refuses, nothing is lost and the reason is shown in the list."
)
# Cinder goes on to delete the volume where a snapshot could not be deleted, and the driver decides
# what happens then (cinder 29.0.0, volume/manager.py:1008-1011).
_DANGER = gettext_lazy("If the storage refuses, the volume may end in an error state.")


def first_look(connection: Connection, wanted: SourceSearch, word: str) -> bool:
    """Tell whether it is certain, after one part, that no volume keeps one of these snapshots.

    ``word`` is the operator's on volumes made from them, see ``panels/common/dependency.py``.
    """
    part = SearchPart(()) if word == "never" else made_from(connection, wanted)
    return part is not None and not part.volumes and not part.marker


def made_from(connection: Connection, wanted: SourceSearch) -> SearchPart | None:
    """Look for volumes made from these snapshots in one part; None where it cannot be read."""
    if not wanted.ids:
        return SearchPart(())
    try:
        return dependents.part(connection, wanted, counted=False)
    except CloudError:
        return None


def made_warnings(part: SearchPart | None, snapshot_id: str, word: str) -> tuple[SafeString, ...]:
    """Return what is said of the volumes in a part that were made from one snapshot."""
    found = [each for each in part.volumes if each.snapshot_id == snapshot_id] if part else []
    if not found:
        return ()
    texts = described(len(found), word)
    volumes = format_html_join(", ", "{}", ((each,) for each in items(found)))
    return (format_html("{}: {}. {}", texts["title"], volumes, texts["effect"]),)


def unsearched(part: SearchPart | None) -> str:
    """Return what is said where not every volume was looked at, empty where all were."""
    if part is None:
        return _("It could not be read whether volumes were made from these snapshots.")
    if part.marker:
        return _("Not every volume was looked at: some may have been made from these snapshots.")
    return ""


def described(found: int, word: str, *, several: bool = False) -> dict[str, object]:
    """Return what to say of ``found`` volumes by the operator's word.

    ``several`` speaks of all snapshots of a volume, which are deleted with it.
    """
    title = ngettext(
        "%(count)d volume was made from this snapshot",
        "%(count)d volumes were made from this snapshot",
        found,
    )
    if several:
        title = ngettext(
            "%(count)d volume was made from these snapshots",
            "%(count)d volumes were made from these snapshots",
            found,
        )
    return {
        "title": title % {"count": found},
        "effect": _effect(found, word, several=several),
        "try_it": _TRY_IT if word == "may" and not several else "",
        "danger": _DANGER if word == "may" and several else "",
        "blocked": found > 0 and word == "always",
    }


def _effect(found: int, word: str, *, several: bool) -> str:
    if word == "never":
        return ngettext(
            "It does not need it any more and is not affected.",
            "They do not need it any more and are not affected.",
            found,
        )
    if word == "always":
        return _certain(found, several=several)
    if several:
        return ngettext(
            "On some storage the snapshots cannot be deleted while it exists.",
            "On some storage the snapshots cannot be deleted while they exist.",
            found,
        )
    return ngettext(
        "On some storage the snapshot cannot be deleted while it exists.",
        "On some storage the snapshot cannot be deleted while they exist.",
        found,
    )


def _certain(found: int, *, several: bool) -> str:
    if several:
        return ngettext(
            "The snapshots cannot be deleted while it exists.",
            "The snapshots cannot be deleted while they exist.",
            found,
        )
    return ngettext(
        "The snapshot cannot be deleted while it exists.",
        "The snapshot cannot be deleted while they exist.",
        found,
    )


def progress(
    part: SearchPart, counted: SearchProgress, *, found: int, several: bool = False
) -> str:
    """Return how far the search is after a part, ``found`` volumes having been found in all."""
    if part.marker:
        return looking(counted, several=several)
    if found:
        return all_checked(counted.done, newer=part.newer)
    return none_found(counted.done, newer=part.newer, several=several)


def items(volumes: Sequence[Volume]) -> list[SafeString]:
    """Return the volumes by name, each a link."""
    return [_item(each.id, each.label) for each in volumes]


def _item(volume_id: str, name: str) -> SafeString:
    return link(page("horizon:project:volumes:detail", volume_id), isolated(name))


class DependentsView(View):
    """Answers a script with one part: volumes found, progress, and the next marker.

    ``?type=`` is the type of the volume that the snapshots are of, where the page knows it. What is
    sent to be deleted is judged by what is read then.
    """

    several = False

    def source_search(
        self, connection: Connection, object_id: str, *, begins: bool
    ) -> SourceSearch:
        """Return the snapshots that are meant; what this person cannot read is not looked for.

        Their age is needed where the search begins.

        :raises CloudError: they cannot be read.
        """
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        """Look through one part."""
        if elsewhere(request):
            return HttpResponse(status=409)
        try:
            connection = connect(request)
            marker = request.GET.get("marker", "")
            wanted = self.source_search(connection, next(iter(kwargs.values())), begins=not marker)
            part = dependents.part(connection, wanted, marker)
        except CloudError:
            return HttpResponse(status=503)
        counted = part.after(_so_far(request))
        found = number(request.GET.get("found", "")) + len(part.volumes)
        word = dependency.of_type(request.GET.get("type") or None)
        texts = described(found, word, several=self.several)
        context = {"items": items(part.volumes), **texts}
        return JsonAnswer(
            {
                "done": counted.done,
                "all": counted.everything or 0,
                "found": found,
                "marker": part.marker,
                "said": progress(part, counted, found=found, several=self.several),
                "blocked": texts["blocked"],
                "html": rendered(request, _TEMPLATE, context) if found else "",
            }
        )


def on_the_page(
    request: Any, connection: Connection, wanted: SourceSearch, word: str, *, several: bool = False
) -> dict[str, Any]:
    """Look through the part that the address asks for, for a page without scripts.

    ``?look=`` holds where to go on (empty for the beginning), ``done``, ``all`` and ``found`` what
    came before. Nothing is looked through unless it is asked for.
    """
    if "look" not in request.GET or not wanted.ids:
        return {}
    before = [each for each in request.GET.get("found", "").split(",") if each][:_CARRIED]
    try:
        part = dependents.part(connection, wanted, request.GET["look"])
    except CloudError:
        return {"look_failed": True}
    fresh = [each for each in part.volumes if each.id not in before]
    counted = part.after(_so_far(request))
    found = [*before, *(each.id for each in fresh)]
    query = {"look": part.marker, "done": counted.done, "all": counted.everything or 0}
    query |= {"found": ",".join(found[:_CARRIED]), "next": request.GET.get("next", "")}
    return {
        "look_items": [*_known_items(connection, before), *items(fresh)],
        "look_said": progress(part, counted, found=len(found), several=several),
        "look_on": f"?{urlencode(query)}" if part.marker else "",
        **described(len(found), word, several=several),
    }


def _known_items(connection: Connection, ids: Sequence[str]) -> list[SafeString]:
    known = names.look_up(connection, "volume", ids)
    return [_item(each, known[each].name if each in known else short(each)) for each in ids]


def _so_far(request: HttpRequest) -> SearchProgress:
    return tally(request.GET.get("done", ""), request.GET.get("all", ""))
