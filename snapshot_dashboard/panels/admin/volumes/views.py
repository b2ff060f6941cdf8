# SPDX-License-Identifier: Apache-2.0
"""The admin's list of volumes, and the details of a volume for support staff."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from openstack_dashboard.utils import settings as setting_utils

from snapshot_dashboard.cloud import support
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.admin.snapshots.tables import VolumeDetailsSnapshotsTable
from snapshot_dashboard.panels.admin.volumes.tables import VolumesTable
from snapshot_dashboard.panels.admin.volumes.tabs import VolumeDetailTabs
from snapshot_dashboard.panels.common.links import lazy_page
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.common.support.frame import SupportView
from snapshot_dashboard.panels.common.support.rows import support_volume_rows
from snapshot_dashboard.panels.features.support_details import volume as support_details_volume
from snapshot_dashboard.panels.project.volumes import views as project
from snapshot_dashboard.panels.project.volumes.reading import volume_page
from snapshot_dashboard.rules.listing import Page
from snapshot_dashboard.rules.volume import Volume


class VolumesView(SupportView, project.VolumesView):
    """One page of all projects' volumes, read with one call whatever their number."""

    table_class = VolumesTable
    part = "volumes"

    def needs_filter_first(self, table: VolumesTable) -> bool:
        """Tell whether nothing is read yet, as an operator may want it for a large cloud."""
        wanted = setting_utils.get_dict_config("FILTER_DATA_FIRST", "admin.volumes")
        return bool(wanted) and not table.state.filters

    def read(self, connection: Connection) -> list[VolumeRow]:
        """Read the page.

        :raises Unclear: what is searched for is not clear.
        :raises CloudError: it cannot be read.
        """
        if self.needs_filter_first(self.table):
            return []
        wanted = self.asked(connection, everywhere=True)
        page: Page[Volume] = connection.fetch(
            lambda: volume_page(connection, wanted, everywhere=True)
        )
        self.show(page)
        return support_volume_rows(connection, page.items)


class DeleteVolumesView(project.DeleteVolumesView):
    """Deletes volumes of any project."""

    table_class = VolumesTable
    success_url = lazy_page("horizon:admin:volumes:index")
    heads = (*project.DeleteVolumesView.heads, _("Project"))

    def where(self, row: VolumeRow) -> list[Any]:
        """Return its date, size and project."""
        owner = owners.project(row.owner, owners.VOLUMES) if row.owner else "-"
        return [*super().where(row), owner]


class DetailView(project.DetailView):
    """A volume's details, read with a bounded number of calls, mostly in parallel."""

    tab_group_class = VolumeDetailTabs
    table_class = VolumesTable
    snapshots_table = VolumeDetailsSnapshotsTable

    def read(self, connection: Connection) -> VolumeRow:
        """Read the volume and what is around it.

        :raises CloudError: the volume cannot be read.
        """
        self.found = support.volume_details(connection, self.kwargs["volume_id"])
        row = support_details_volume.named_row(connection, self.found)
        row.situation = self.found.situation
        return row

    def get_tabs(self, request: Any, *args: Any, **kwargs: Any) -> VolumeDetailTabs:
        """Build the tabs around the row and its details."""
        row = self.get_data()
        return self.tab_group_class(request, volume=row, details=self.found, **kwargs)

    def get_redirect_url(self) -> str:
        """Return where to go when the volume cannot be read."""
        return reverse("horizon:admin:volumes:index")
