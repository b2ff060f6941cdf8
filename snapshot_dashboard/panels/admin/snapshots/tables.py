# SPDX-License-Identifier: Apache-2.0
"""The admin's snapshots table: the project's with project, user and host."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import tables
from openstack_dashboard.dashboards.project.snapshots import tables as stock

from snapshot_dashboard.panels.admin.snapshots.reading import UpdateRow
from snapshot_dashboard.panels.common.dates import with_age
from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.common.support.rows import SupportSnapshotRow
from snapshot_dashboard.panels.features.support_repair import views as support_repair_views
from snapshot_dashboard.panels.project.snapshots import tables as project


class FilterAction(project.FilterAction):
    """The project's filter with the filters that Cinder offers administrators."""

    filter_choices = (
        *project.FilterAction.filter_choices,
        ("project", gettext_lazy("Project ="), True),
        ("user", gettext_lazy("User ="), True),
        ("host", gettext_lazy("Host ="), True),
        # What our links lead to: an id is any text, and could be a name.
        ("project_id", gettext_lazy("Project ID ="), True),
        ("user_id", gettext_lazy("User ID ="), True),
    )


class VolumeColumn(project.VolumeColumn):
    """The project's column with links to the admin's pages."""

    dashboard = "admin"


class GroupSnapshotColumn(project.GroupSnapshotColumn):
    """The project's column with links to the admin's pages."""

    dashboard = "admin"


class ProjectColumn(tables.Column):
    """The project of a snapshot, marked where its volume belongs to another project."""

    def get_raw_data(self, snapshot: SupportSnapshotRow) -> SafeString | str:
        """Return the linked project."""
        return owners.of_snapshot(snapshot.owner, foreign=snapshot.foreign)


class CreatedColumn(tables.Column):
    """The creation date in the language's short format, with the age."""

    def get_raw_data(self, snapshot: SupportSnapshotRow) -> SafeString:
        """Return the date and the age."""
        return with_age(self.table.request, snapshot.created, short=True)


class UserColumn(tables.Column):
    """The user who requested a snapshot (Cinder 3.41 and later)."""

    def get_raw_data(self, snapshot: SupportSnapshotRow) -> SafeString | str:
        """Return the linked user."""
        return owners.user(snapshot.maker) if snapshot.maker else _("-")


class VolumeDetailsSnapshotsTable(project.VolumeSnapshotsTable):
    """The table on a volume's details in the admin panel."""

    acts_on_temporary = True
    # The images of all projects are too many to look at; a snapshot's own page names them.
    images_url = ""
    none_yet_message = gettext_lazy("No items to display.")
    has_head = False
    limits_later = False
    later_name = ""
    # The tab always shows the newest: to sort and to search is for the page with all of them.
    sort_keys = {}
    search_label = ""

    name = tables.WrappingColumn(
        "name", verbose_name=gettext_lazy("Name"), link="horizon:admin:snapshots:detail"
    )
    volume_name = VolumeColumn(
        "name", verbose_name=gettext_lazy("Volume Name"), link="horizon:admin:volumes:detail"
    )
    host = tables.WrappingColumn("host_name", verbose_name=gettext_lazy("Host"))
    tenant = ProjectColumn("owner", verbose_name=gettext_lazy("Project"))
    maker = UserColumn("maker", verbose_name=gettext_lazy("User"))
    created = CreatedColumn("created_at", verbose_name=gettext_lazy("Created"))
    group_snapshot = GroupSnapshotColumn(
        "name",
        verbose_name=gettext_lazy("Group Snapshot"),
        link="horizon:admin:vg_snapshots:detail",
    )

    class Meta(project.VolumeSnapshotsTable.Meta):
        """Stock's names; our classes in the places of those that we replace."""

        row_class = UpdateRow
        table_actions: tuple[Any, ...] = (FilterAction, project.DeleteVolumeSnapshot)
        row_actions = (
            support_repair_views.UpdateStatus,
            stock.UpdateMetadata,
            project.DeleteVolumeSnapshot,
            support_repair_views.ForceDelete,
        )
        columns: tuple[str, ...] = (
            "tenant",
            "maker",
            "name",
            "description",
            "size",
            "status",
            "taken",
            "keep",
            "created",
        )


class VolumeSnapshotsTable(VolumeDetailsSnapshotsTable):
    """The table of the snapshots page of the admin panel."""

    search_label = project.VolumeSnapshotsTable.search_label
    has_head = True
    sort_keys = project.VolumeSnapshotsTable.sort_keys

    class Meta(VolumeDetailsSnapshotsTable.Meta):
        """Stock's table of the same name; its columns in its order, ours among them."""

        table_actions = (
            FilterAction,
            support_repair_views.UpdateStatuses,
            project.DeleteVolumeSnapshot,
            support_repair_views.ForceDeletes,
        )
        columns = (
            "tenant",
            "maker",
            "host",
            "name",
            "description",
            "size",
            "status",
            "taken",
            "keep",
            "created",
            "group_snapshot",
            "volume_name",
        )


_NEXT_STEPS = (support_repair_views.UpdateStatus.name, support_repair_views.ForceDelete.name)


class AttentionTable(VolumeSnapshotsTable):
    """The table whose row actions Needs Attention shows: Update Status and Force Delete."""

    def get_row_actions(self, datum: SnapshotRow) -> list[Any]:
        """Return those of the two that this person's role allows."""
        return [each for each in super().get_row_actions(datum) if each.name in _NEXT_STEPS]

    class Meta(VolumeSnapshotsTable.Meta):
        """The same: Horizon does not inherit it."""
