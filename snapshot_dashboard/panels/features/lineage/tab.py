# SPDX-License-Identifier: Apache-2.0
"""The Lineage tab: the ancestors and descendants of a volume as a list.

It is read when it is opened. Older snapshots, and volumes beyond the first few hundred of a
project, are read when somebody asks for them: by a script (more.py), without scripts as the
same tab with ``?older=`` or ``?looked=``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from horizon import tabs

from snapshot_dashboard.cloud import attachment
from snapshot_dashboard.cloud import lineage as cloud
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.lineage import LineageReading, SearchState, Wanted
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import dependency, problems, scope
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.source_search_texts import (
    all_checked,
    last_checked,
    looking,
    number,
    tally,
)
from snapshot_dashboard.panels.features.lineage.texts import NodeTexts, counted
from snapshot_dashboard.rules import lineage
from snapshot_dashboard.rules.snapshot import Snapshot


class LineageTab(tabs.Tab):
    """The tab on a volume's details."""

    name = gettext_lazy("Lineage")
    slug = "lineage_tab"
    template_name = "snapshot_dashboard/lineage/_tab.html"
    preload = False
    dashboard = "project"

    def get_context_data(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Read the tree and write it down."""
        wanted = self.wanted(request)
        try:
            connection = connect(request)
            situation = self.situation(connection)
            reading = cloud.read(connection, self.volume_id(), situation, wanted)
        except CloudError as error:
            return {"problem": problems.reading(error, problems.VOLUME_GONE)}
        return self.context_of(request, reading, wanted)

    def volume_id(self) -> str:
        """Return the volume whose tree it is."""
        return str(self.tab_group.kwargs["volume"].id)

    def snapshot(self) -> Snapshot | None:
        """Return the snapshot whose page it is, None on a volume's."""
        return None

    def situation(self, connection: Connection) -> Situation | None:
        """Return what is known of the volume and its attachments, None where it is not seen.

        :raises CloudError: it cannot be read, and that says nothing of whether it is there.
        """
        found: Situation | None = self.tab_group.kwargs["volume"].situation
        return found

    def wanted(self, request: HttpRequest) -> Wanted:
        """Return what the address asks for."""
        query = request.GET
        return Wanted(
            here=self.snapshot(),
            after=query.get("older", ""),
            past=number(query.get("past", "")),
            looked=query.get("looked", ""),
            before=tally(query.get("done", ""), query.get("all", "")),
            everywhere=self.dashboard == "admin",
        )

    def context_of(
        self, request: HttpRequest, reading: LineageReading, wanted: Wanted
    ) -> dict[str, Any]:
        """Return everything that the template shows."""
        root = lineage.tree(reading.found)
        tab = f"?{self.get_query_string()}"
        words = NodeTexts(
            request,
            self.dashboard,
            own=self.volume_id(),
            tab=tab,
            checked="" if wanted.looked else none_made(reading.look),
        )
        return {
            "root": words.root(root),
            "count": counted(lineage.count(root)),
            "kept": words.kept(lineage.kept(root, dependency.of_type)),
            "look": reading.look,
            "done": str(reading.look.counted.done),
            "all": str(reading.look.counted.everything or 0),
            "page_kind": "snapshot" if self.snapshot() else "volume",
            "said": progress(reading.look, self.snapshot() is not None, partly=bool(wanted.looked)),
            "look_url": "" if wanted.everywhere else _look_url(tab, reading.look),
            "newest_url": tab if wanted.after or wanted.looked else "",
            "scope": scope.current(request),
            "source": page(f"horizon:{self.dashboard}:volumes:lineage", self.volume_id()),
            "unread": list(_unread(reading)),
            "csrf_token": get_token(request),
        }


class SnapshotLineageTab(LineageTab):
    """The tab on a snapshot's details: the tree of its volume, with the snapshot in it."""

    def volume_id(self) -> str:
        """Return the snapshot's volume."""
        return str(self.tab_group.kwargs["snapshot"].volume_id)

    def snapshot(self) -> Snapshot | None:
        """Return the snapshot."""
        found: Snapshot = self.tab_group.kwargs["snapshot"].snapshot
        return found

    def situation(self, connection: Connection) -> Situation | None:
        """Read the snapshot's volume and its attachments.

        :raises CloudError: the volume cannot be read, and that does not mean that it is not seen.
        """
        everywhere = self.dashboard == "admin"
        try:
            return attachment.read(connection, self.volume_id(), as_owner=everywhere)
        except NotFound:
            return None


def progress(look: SearchState, of_snapshot: bool, *, partly: bool = False) -> str:
    """Return how far the volumes have been looked through; nothing where they did not have to be.

    ``partly``: what was found in the parts before is not on this page.
    """
    if look.error:
        return _("Not everything could be checked.")
    done = look.counted.done
    if look.marker:
        return looking(look.counted, several=not of_snapshot)
    if not done and not look.newer:
        return ""
    text_of = last_checked if partly else all_checked
    return text_of(done, newer=look.newer)


def none_made(look: SearchState) -> str:
    """Return what to say of a snapshot under which there is no volume, when that is certain."""
    if look.error or look.marker:
        return ""
    done = look.counted.done
    if not done:
        return _("(no volumes made from it)")
    if look.newer:
        return _("(no volumes made from it; all newer volumes checked)")
    text = ngettext(
        "(no volumes made from it; the only volume checked)",
        "(no volumes made from it; all %(done)s volumes checked)",
        done,
    )
    return text % {"done": figure(done)}


def _look_url(tab: str, look: SearchState) -> str:
    if not look.marker and not look.error:
        return ""
    query = {"looked": look.marker, "done": look.counted.done, "all": look.counted.everything or 0}
    return f"{tab}&{urlencode(query)}"


def _unread(reading: LineageReading) -> Iterator[str]:
    if reading.unread_snapshots:
        yield _("The snapshots of this volume cannot be read right now.")
    if reading.unread_above:
        yield _("It cannot be read right now where this volume comes from.")
