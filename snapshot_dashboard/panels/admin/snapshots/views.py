# SPDX-License-Identifier: Apache-2.0
"""The admin's list of snapshots, and the details of a snapshot for support staff."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.admin.snapshots.tables import VolumeSnapshotsTable
from snapshot_dashboard.panels.admin.snapshots.tabs import SnapshotDetailsTabs
from snapshot_dashboard.panels.common.links import lazy_page, page
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.common.support.frame import SupportView
from snapshot_dashboard.panels.common.support.rows import SupportSnapshotRow, snapshot_rows
from snapshot_dashboard.panels.features.support_details import snapshot as support_details_snapshot
from snapshot_dashboard.panels.features.support_report import export
from snapshot_dashboard.panels.project.snapshots import views as project
from snapshot_dashboard.panels.project.snapshots.reading import snapshot_page
from snapshot_dashboard.rules.listing import Page
from snapshot_dashboard.rules.snapshot import Snapshot


class SnapshotsView(SupportView, project.SnapshotsView):
    """One page of all projects' snapshots, read with two calls whatever their number."""

    table_class = VolumeSnapshotsTable
    part = "snapshots"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the address of the same list as a file."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        url = f"{page('horizon:admin:snapshots:export')}?{self.table.state.query()}"
        context.update(csv_url=url, csv_others=export.other_separators(url))
        return context

    def read(self, connection: Connection) -> list[SupportSnapshotRow]:
        """Read the page, and the volumes of its snapshots.

        :raises CloudError: it cannot be read.
        """
        wanted = self.asked(connection, everywhere=True)
        found: Page[Snapshot] = connection.fetch(
            lambda: snapshot_page(connection, wanted, everywhere=True)
        )
        self.show(found)
        return snapshot_rows(connection, found.items)


class DeleteSnapshotsView(project.DeleteSnapshotsView):
    """Deletes snapshots of any project."""

    table_class = VolumeSnapshotsTable
    dashboard = "admin"
    success_url = lazy_page("horizon:admin:snapshots:index")
    heads = (*project.DeleteSnapshotsView.heads, _("Project"))

    def where(self, row: Any) -> list[Any]:
        """Return its volume, date, size and project."""
        return [*super().where(row), owners.of_snapshot(row.owner, foreign=row.foreign)]


class DetailView(project.DetailView):
    """A snapshot's details, read with a bounded number of calls, mostly in parallel."""

    tab_group_class = SnapshotDetailsTabs
    table_class = VolumeSnapshotsTable
    volume_url = "horizon:admin:volumes:detail"

    def read(self, connection: Connection) -> support_details_snapshot.DetailsRow:
        """Read the snapshot and what is around it.

        :raises CloudError: the snapshot cannot be read.
        """
        return support_details_snapshot.read(connection, self.kwargs["snapshot_id"])

    @staticmethod
    def get_redirect_url() -> str:
        """Return where to go when the snapshot cannot be read."""
        return reverse("horizon:admin:snapshots:index")
