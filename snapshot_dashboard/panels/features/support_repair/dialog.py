# SPDX-License-Identifier: Apache-2.0
"""Base of Update Status and Force Delete: one snapshot of any project, or several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from openstack_dashboard.dashboards.project.volumes import tables as stock

from snapshot_dashboard.cloud import names
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import short
from snapshot_dashboard.panels.common.links import lazy_page
from snapshot_dashboard.panels.common.lists.rows import Named
from snapshot_dashboard.panels.common.object_links import named_link
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.snapshot_changes import SnapshotChangesView
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.common.support.rows import SupportSnapshotRow, snapshot_rows
from snapshot_dashboard.panels.features.support_repair import texts
from snapshot_dashboard.rules.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class SnapshotToRepair:
    """A snapshot in the list of a dialog."""

    short_id: str
    name: str
    volume: SafeString | str
    project: SafeString | str
    size: str
    created: str
    status: str


class FixingView(SnapshotChangesView):
    """A dialog of support staff; a snapshot that has another status by then is shown again."""

    not_seen = texts.NOT_SEEN
    details_page = "horizon:admin:snapshots:detail"
    success_url = lazy_page("horizon:admin:snapshots:index")

    def state(self, snapshot: Snapshot) -> str:
        """Return the status."""
        return snapshot.status

    def changed(self, found: Iterable[Snapshot], seen: Mapping[str, str]) -> Problem:
        """Return which statuses have changed."""
        return texts.changed((each.label, seen.get(each.id), each.status) for each in found)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that the dialog says."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(lines=self.lines(), **self.texts_context())
        return context

    def lines(self) -> list[SnapshotToRepair]:
        """Return the snapshots so that each can be told from any other."""
        if not self.several:
            names.look_up(self.connection, "project", _projects(self.snapshots))
        rows = snapshot_rows(self.connection, self.snapshots)
        return [_line(self.request, row) for row in rows]

    def texts_context(self) -> dict[str, Any]:
        """Return what this dialog says of the snapshots that it has read."""
        raise NotImplementedError


def _projects(snapshots: Iterable[Snapshot]) -> set[str]:
    return {each.project_id for each in snapshots if each.project_id}


def _line(request: HttpRequest, row: SupportSnapshotRow) -> SnapshotToRepair:
    return SnapshotToRepair(
        short(row.id),
        row.snapshot.name,
        volume=_unlinked("volume", row._volume),
        project=_unlinked("project", row.owner) if row.owner else _("-"),
        size=stock.get_size(row),
        created=shown(request, row.created),
        status=status_word(row.status),
    )


def _unlinked(kind: str, other: Named) -> SafeString:
    """Return a name that leads nowhere, not to lose the dialog; its whole id until it is known."""
    return named_link("", kind, other if other.known else replace(other, name=other.id))
