# SPDX-License-Identifier: Apache-2.0
"""The list of volumes and a volume's details."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from horizon import exceptions, messages
from horizon.utils.memoized import memoized_method
from openstack_dashboard.dashboards.project.volumes import views as stock
from openstack_dashboard.dashboards.project.volumes.tables import get_size

from snapshot_dashboard.cloud import attachment
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import causes, problems
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.links import lazy_page
from snapshot_dashboard.panels.common.lists import fast_rows
from snapshot_dashboard.panels.common.lists import refresh as lists_refresh
from snapshot_dashboard.panels.common.lists.filter_words import NothingMatches
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.common.lists.search import Unclear
from snapshot_dashboard.panels.common.lists.view import AddressView
from snapshot_dashboard.panels.common.lists.volume_rows import volume_rows
from snapshot_dashboard.panels.common.quota import finish, start
from snapshot_dashboard.panels.features.delete.several import DeleteSeveralView
from snapshot_dashboard.panels.project.snapshots.tables import VolumeDetailsSnapshotsTable
from snapshot_dashboard.panels.project.volumes.reading import volume_page
from snapshot_dashboard.panels.project.volumes.tables import VolumesTable
from snapshot_dashboard.panels.project.volumes.tabs import VolumeDetailTabs
from snapshot_dashboard.rules.listing import Page
from snapshot_dashboard.rules.volume import Volume


class VolumesView(AddressView):
    """One page of volumes, read with two calls whatever the size of the project."""

    table_class = VolumesTable
    page_title = _("Volumes")

    def get_data(self) -> list[VolumeRow]:
        """Read the page and the limits side by side; a failure leaves an empty, explained table."""
        self.show(Page())
        try:
            return self.read(connect(self.request))
        except Unclear as unclear:
            self.table.problem = unclear.problem
        except CloudError as error:
            self.table.failed(error, problems.VOLUMES_UNREADABLE)
        return []

    def read(self, connection: Connection) -> list[VolumeRow]:
        """Read the page, and the limits beside it.

        :raises Unclear: what is searched for is not clear.
        :raises CloudError: it cannot be read.
        """
        asked = start(connection)
        page: Page[Volume] = Page()
        # The limits are what the buttons speak of, whether anything matches or not.
        with suppress(NothingMatches):
            wanted = self.asked(connection)
            page = connection.fetch(lambda: volume_page(connection, wanted))
        self.table.limits = finish(asked) or {}
        self.show(page)
        return volume_rows(connection, page.items)


class DeleteVolumesView(DeleteSeveralView):
    """Deletes several volumes that have no snapshots."""

    table_class: Any = VolumesTable
    page_title = _("Delete Volumes")
    success_url = lazy_page("horizon:project:volumes:index")
    heads: tuple[Any, ...] = (_("Name"), _("Created"), _("Size"))

    def where(self, row: VolumeRow) -> list[str]:
        """Return its date and size."""
        return [shown(self.request, row.volume.created_at), get_size(row)]


class DetailView(stock.DetailView):
    """A volume's details, shown also when an instance cannot be read."""

    tab_group_class = VolumeDetailTabs
    table_class = VolumesTable
    snapshots_table = VolumeDetailsSnapshotsTable

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the refresh of the snapshots' rows before anything is read for the page."""
        table = self.snapshots_table(request, **kwargs) if lists_refresh.asked(request) else None
        answer = table.maybe_preempt() if table else None
        return answer or super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give stock's template the row and its actions."""
        context: dict[str, Any] = super(stock.DetailView, self).get_context_data(**kwargs)
        row = self.get_data()
        table = self.table_class(self.request)
        # What most people come for stands outside of the menu.
        offered = sorted(table.get_row_actions(row), key=lambda each: each.name != "snapshots")
        actions = fast_rows.menu(offered, row.id)
        context.update(volume=row, url=self.get_redirect_url(), actions=actions)
        return context

    @memoized_method
    def get_data(self) -> VolumeRow:
        """Read the volume with everything that is known of its attachments.

        :raises Http302: it cannot be read; the list says why.
        """
        try:
            return self.read(connect(self.request))
        except CloudError as error:
            raise self.away(error) from error

    def read(self, connection: Connection) -> VolumeRow:
        """Read the volume.

        :raises CloudError: it cannot be read.
        """
        situation: Situation = attachment.read(connection, self.kwargs["volume_id"])
        row = volume_rows(connection, [situation.exposure.volume])[0]
        row.hold(situation.exposure.holders)
        row.situation = situation
        return row

    def away(self, error: CloudError) -> exceptions.Http302:
        """Leave for the list, with stock's message."""
        text = _("Unable to retrieve volume details.")
        messages.error(self.request, causes.after(text, error.failure))
        return exceptions.Http302(self.get_redirect_url())

    def get_tabs(self, request: Any, *args: Any, **kwargs: Any) -> VolumeDetailTabs:
        """Build the tabs around the row; snapshots are read when their tab is opened."""
        return self.tab_group_class(request, volume=self.get_data(), **kwargs)
