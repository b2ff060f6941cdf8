# SPDX-License-Identifier: Apache-2.0
"""The list of snapshots and a snapshot's details."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from horizon import exceptions, messages
from horizon.utils.memoized import memoized_method
from openstack_dashboard.dashboards.project.snapshots import views as stock
from openstack_dashboard.dashboards.project.volumes.tables import get_size

from snapshot_dashboard.cloud import block_storage, names
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import causes, freed, problems, quota, status_note
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.links import lazy_page, page
from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.panels.common.lists.search import Unclear
from snapshot_dashboard.panels.common.lists.view import AddressView
from snapshot_dashboard.panels.common.object_links import object_link, remembered
from snapshot_dashboard.panels.features.delete.several import DeleteSeveralView
from snapshot_dashboard.panels.features.status_note import views as status_note_views
from snapshot_dashboard.panels.project.snapshots.reading import snapshot_page, snapshot_rows
from snapshot_dashboard.panels.project.snapshots.tables import VolumeSnapshotsTable
from snapshot_dashboard.panels.project.snapshots.tabs import SnapshotDetailTabs
from snapshot_dashboard.rules.listing import Page
from snapshot_dashboard.rules.snapshot import Snapshot


class SnapshotsView(AddressView):
    """One page of snapshots, read with one call whatever the size of the project."""

    table_class = VolumeSnapshotsTable
    page_title = _("Volume Snapshots")

    def get_data(self) -> Sequence[SnapshotRow]:
        """Read the page; a failure leaves an empty, explained table."""
        self.show(Page())
        try:
            return self.read(connect(self.request))
        except Unclear as unclear:
            self.table.problem = unclear.problem
        except CloudError as error:
            self.table.failed(error, problems.SNAPSHOTS_UNREADABLE)
        return []

    def read(self, connection: Connection) -> Sequence[SnapshotRow]:
        """Read the page.

        :raises Unclear: what is searched for is not clear.
        :raises CloudError: it cannot be read.
        """
        wanted = self.asked(connection)
        page: Page[Snapshot] = connection.fetch(lambda: snapshot_page(connection, wanted))
        self.show(page)
        rows = snapshot_rows(connection, page.items)
        status_note.add(connection, rows)
        return rows


class DeleteSnapshotsView(DeleteSeveralView):
    """Deletes several snapshots."""

    table_class: Any = VolumeSnapshotsTable
    dashboard = "project"
    page_title = _("Delete Volume Snapshots")
    success_url = lazy_page("horizon:project:snapshots:index")
    heads: tuple[Any, ...] = (_("Name"), _("Volume Name"), _("Created"), _("Size"))

    def prepare(self, rows: Sequence[SnapshotRow]) -> None:
        """Read the names of their volumes that are not known yet."""
        ids = [each.volume_id for each in rows]
        names.look_up(self.connection, "volume", ids)
        self.volume = remembered(self.connection, "volume", ids)

    def where(self, row: Any) -> list[Any]:
        """Return its volume, date and size."""
        volume = object_link("volume", self.volume(row.volume_id), self.dashboard)
        return [volume, shown(self.request, row.created), get_size(row)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what is freed of the limits, which are those of a project."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.dashboard == "project" and self.deletable:
            limits = quota.finish(quota.start(self.connection))
            going = [each.snapshot for each in self.table.data if each.id in self.deletable]
            context["freed"] = [*freed.texts(limits, going), freed.price(going, {})]
        return context


class DetailView(stock.DetailView):
    """A snapshot's details, shown also when its volume cannot be read."""

    tab_group_class = SnapshotDetailTabs
    table_class = VolumeSnapshotsTable

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give stock's template the row and its actions."""
        context: dict[str, Any] = super(stock.DetailView, self).get_context_data(**kwargs)
        row = self.get_data()
        row.volume_url = page(self.volume_url, row.volume_id)
        table = self.table_class(self.request)
        context.update(
            snapshot=row, url=self.get_redirect_url(), actions=table.render_row_actions(row)
        )
        return context

    @memoized_method
    def get_data(self) -> SnapshotRow:
        """Read the snapshot, and the names of what it belongs to.

        :raises Http302: it cannot be read; the list says why.
        """
        try:
            return self.read(connect(self.request))
        except CloudError as error:
            text = _("Unable to retrieve snapshot details.")
            messages.error(self.request, causes.after(text, error.failure))
            raise exceptions.Http302(self.get_redirect_url()) from error

    def read(self, connection: Connection) -> SnapshotRow:
        """Read the snapshot and the names.

        :raises CloudError: the snapshot cannot be read.
        """
        snapshot_id = self.kwargs["snapshot_id"]
        snapshot = connection.fetch(lambda: block_storage.snapshot(connection, snapshot_id))
        names.look_up(connection, "volume", [snapshot.volume_id])
        if snapshot.group_snapshot_id:
            names.look_up(connection, "group_snapshot", [snapshot.group_snapshot_id])
        row = snapshot_rows(connection, [snapshot])[0]
        row.what_now = status_note_views.read(self.request, connection, snapshot)
        return row
