# SPDX-License-Identifier: Apache-2.0
"""Links to other objects in a table: short id first, the name once it is known.

The page never waits for them. A script asks :class:`NamesView` once for all that a page lacks;
what was read is remembered for a short time and is in the next page from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import View

from snapshot_dashboard.cloud import names
from snapshot_dashboard.cloud.bounded_reads import Sparing
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.html import attributes, isolated, link, sentence
from snapshot_dashboard.panels.common.json_answers import JsonAnswer
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import NOT_VISIBLE, Named, named
from snapshot_dashboard.panels.common.scope import elsewhere

# The script asks for 50 at a time; what is beyond this is a hand-made request.
_MOST = 100

_PAGES = {
    "volume": "horizon:%s:volumes:detail",
    "instance": "horizon:%s:instances:detail",
    "group": "horizon:%s:volume_groups:detail",
    "group_snapshot": "horizon:%s:vg_snapshots:detail",
}


def object_link(kind: str, other: Named, dashboard: str = "project") -> SafeString:
    """Return the link to another object, marked for the script while only its id is known.

    ``dashboard`` is whose page it leads to.
    """
    return named_link(page(_PAGES[kind] % dashboard, other.id), kind, other)


def named_link(url: str, kind: str, other: Named) -> SafeString:
    """Return a link by another object's name, which the script fills in when it is not known."""
    if other.gone:
        return isolated(other.name)
    if other.known:
        return link(url, isolated(other.name))
    return _awaiting_name(url, kind, other.id, other.name)


def _awaiting_name(
    url: str, kind: str, object_id: str, name: object, classes: str = ""
) -> SafeString:
    """Return a link in which the script writes a name later, and which AngularJS never reads."""
    found = {"href": url or None, "class": classes or None, "data-sd-name": f"{kind}:{object_id}"}
    tag = "a" if url else "span"
    written = attributes({**found, "ng-non-bindable": True})
    return format_html("<{}{}>{}</{}>", tag, written, isolated(name), tag)


def held_for(volume_id: str, dashboard: str = "project") -> SafeString:
    """Return what a held volume says of itself until the script knows for which instance.

    In the project's own list it leads to where the volume can be detached.
    """
    own = dashboard == "project"
    url = page(f"horizon:{dashboard}:volumes:{'attach' if own else 'detail'}", volume_id)
    return sentence(
        _("Held for %(instance)s"),
        instance=_awaiting_name(
            url, "holder", volume_id, _("an instance"), "ajax-modal" if own else ""
        ),
    )


def remembered(
    connection: Connection, kind: str, ids: Iterable[str | None]
) -> Callable[[str], Named]:
    """Return a function that mentions one of these ids by what is remembered of it."""
    known = names.remembered(connection, kind, [each for each in ids if each])

    def by_id(object_id: str) -> Named:
        brief = known.get(object_id)
        if brief is None:
            return named(object_id, None)
        bootable = {True: "true", False: "false", None: ""}[brief.bootable]
        return Named(object_id, brief.name, bootable=bootable)

    return by_id


def created_by(request: HttpRequest, user_id: str | None) -> SafeString | None:
    """Return who asked for something: by name as soon as this person may read it."""
    if not user_id:
        return None
    if user_id == request.user.id:
        return isolated(request.user.username)
    known = remembered(connect(request), "user", [user_id])(user_id)
    # The whole id: a name that cannot be read is asked for by it.
    return named_link("", "user", known if known.known else replace(known, name=user_id))


def project_name(request: HttpRequest, project_id: str | None) -> SafeString:
    """Return the name of the person's own project, of any other the id."""
    own = project_id == request.user.project_id
    return isolated(request.user.project_name if own else project_id or "-")


class NamesView(View):
    """Answers ``?q=kind:id&q=kind:id`` with the names that this person may read."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look up the names, each under the person's own token; unknown ones are left out.

        What does not exist for this person has no page to lead to, which is told instead.
        """
        if elsewhere(request):
            return HttpResponse(status=409)
        wanted: dict[str, list[str]] = {}
        for entry in request.GET.getlist("q")[:_MOST]:
            kind, _separator, object_id = entry.partition(":")
            if kind in names.KINDS and object_id:
                wanted.setdefault(kind, []).append(object_id)
        connection = connect(request)
        sparing = Sparing()
        read = {kind: names.read(connection, kind, ids, sparing) for kind, ids in wanted.items()}
        return JsonAnswer(
            {
                "names": {
                    f"{kind}:{object_id}": brief.name
                    for kind, (found, _gone) in read.items()
                    for object_id, brief in found.items()
                },
                "gone": {
                    f"{kind}:{object_id}": NOT_VISIBLE
                    for kind in _PAGES.keys() & read.keys()
                    for object_id in read[kind][1]
                },
            }
        )
