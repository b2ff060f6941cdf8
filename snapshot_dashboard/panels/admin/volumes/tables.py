# SPDX-License-Identifier: Apache-2.0
"""The admin's volumes table, filled from one API call."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import tables
from openstack_dashboard.dashboards.admin.volumes import tables as stock
from openstack_dashboard.dashboards.project.volumes import tables as stock_project

from snapshot_dashboard.panels.admin.volumes.reading import UpdateRow
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.features.volume_snapshots.column import TITLE, AdminSnapshotsColumn
from snapshot_dashboard.panels.project.volumes import tables as project


class FilterAction(stock.VolumesFilterAction):
    """Stock's filter without "Encrypted", and with more of what Cinder can filter by.

    By "encrypted" Cinder finds nothing, whatever there is.
    """

    filter_choices = (
        *(each for each in stock.VolumesFilterAction.filter_choices if each[0] != "encrypted"),
        ("name_part", gettext_lazy("Part of Name ="), True),
        ("age", gettext_lazy("Age ="), True),
        ("user", gettext_lazy("User ="), True),
        # What our links lead to: an id is any text, and could be a name.
        ("project_id", gettext_lazy("Project ID ="), True),
        ("user_id", gettext_lazy("User ID ="), True),
    )


class AttachmentColumn(project.AttachmentColumn):
    """The project's column with links to the admin's pages."""

    dashboard = "admin"


class GroupColumn(project.GroupColumn):
    """The project's column with links to the admin's pages."""

    dashboard = "admin"


class ProjectColumn(tables.Column):
    """The project of a volume."""

    def get_raw_data(self, volume: VolumeRow) -> SafeString | str:
        """Return the linked project."""
        return owners.project(volume.owner, owners.VOLUMES) if volume.owner else _("-")


class VolumesTable(project.VolumesTable):
    """Stock's table, sorted and filtered by the service."""

    head_limits = ()
    later_name = "horizon:admin:volumes:snapshots_counted"

    snapshots = AdminSnapshotsColumn("id", verbose_name=TITLE)
    name = tables.WrappingColumn(
        "name", verbose_name=gettext_lazy("Name"), link="horizon:admin:volumes:detail"
    )
    attachments = AttachmentColumn("attachments", verbose_name=gettext_lazy("Attached To"))
    host = tables.WrappingColumn("os-vol-host-attr:host", verbose_name=gettext_lazy("Host"))
    tenant = ProjectColumn("owner", verbose_name=gettext_lazy("Project"))
    group = GroupColumn(
        "name", verbose_name=gettext_lazy("Group"), link="horizon:admin:volume_groups:detail"
    )

    class Meta(stock.VolumesTable.Meta):
        """Stock's names; our classes in the places of those that we replace."""

        row_class = UpdateRow
        columns = (
            "tenant",
            "host",
            "name",
            "size",
            "status",
            "snapshots",
            "group",
            "volume_type",
            "attachments",
            "bootable",
            "encryption",
        )
        template = "snapshot_dashboard/common/_list.html"
        table_actions = (stock.ManageVolumeAction, project.DeleteVolume, FilterAction)
        row_actions = (
            stock.UpdateVolumeStatusAction,
            project.DeleteVolume,
            stock.UnmanageVolumeAction,
            stock.MigrateVolume,
            stock_project.UpdateMetadata,
        )
