# SPDX-License-Identifier: Apache-2.0
"""The snapshots table: stock's columns and actions, "Taken while" and the creation date."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import tables
from openstack_dashboard.dashboards.project.snapshots import tables as stock
from openstack_dashboard.dashboards.project.volumes import tables as volumes

from snapshot_dashboard.panels.common import (
    consistency_note,
    hold_texts,
    keep_until,
    schedule_texts,
)
from snapshot_dashboard.panels.common.dates import with_age
from snapshot_dashboard.panels.common.lists.row_links import WayBackLink
from snapshot_dashboard.panels.common.lists.rows import SnapshotRow
from snapshot_dashboard.panels.common.lists.table import AddressTable
from snapshot_dashboard.panels.common.object_links import object_link
from snapshot_dashboard.panels.common.snapshot_texts import described
from snapshot_dashboard.panels.common.statuses import STATUS_CHOICES, STATUS_DISPLAY_CHOICES
from snapshot_dashboard.panels.features.clean_up.actions import CleanUp
from snapshot_dashboard.panels.features.delete.snapshot import ExplainedSnapshotDelete
from snapshot_dashboard.panels.features.image_snapshots.mentions import NameColumn, look_url
from snapshot_dashboard.panels.features.investigate.views import CreateVolumeAndAttach
from snapshot_dashboard.panels.features.keeping.actions import (
    Hold,
    HoldSeveral,
    KeepSeveralUntil,
    KeepUntil,
    ReleaseHold,
    ReleaseHolds,
)
from snapshot_dashboard.panels.features.launch.views import LaunchSnapshot
from snapshot_dashboard.panels.features.revert.actions import RevertVolume
from snapshot_dashboard.panels.project.snapshots.reading import UpdateRow
from snapshot_dashboard.rules.snapshot import SETTABLE


class EditVolumeSnapshot(stock.EditVolumeSnapshot):
    """Stock's action; Cinder renames a snapshot in any status, a failed one too."""

    def allowed(self, request: HttpRequest, snapshot: SnapshotRow | None = None) -> bool:
        """Offer it whatever the status."""
        return True


class CreateVolumeFromSnapshot(WayBackLink, stock.CreateVolumeFromSnapshot):
    """Stock's action, leading back to this page of the list; the dialog explains a status."""

    def allowed(self, request: HttpRequest, snapshot: SnapshotRow | None = None) -> bool:
        """Offer it whatever the status."""
        return True


class DeleteVolumeSnapshot(ExplainedSnapshotDelete, stock.DeleteVolumeSnapshot):
    """Stock's action, which explains what blocks the deletion and why it was refused."""


# Horizon 24.0 filters the rows of a page only, and has no choices.
_STOCKS_CHOICES = getattr(stock.VolumeSnapshotsFilterAction, "filter_choices", None) or (
    ("name", gettext_lazy("Snapshot Name ="), True),
    ("status", gettext_lazy("Status ="), True),
    ("volume_id", gettext_lazy("Volume ID ="), True),
)


class FilterAction(stock.VolumeSnapshotsFilterAction):
    """Stock's filter, and a part of the name, the volume by its name, the age, and a tag."""

    filter_type = "server"
    filter_choices = (
        *_STOCKS_CHOICES,
        ("name_part", gettext_lazy("Part of Name ="), True),
        ("volume", gettext_lazy("Volume ="), True),
        ("age", gettext_lazy("Age ="), True),
        ("tag", gettext_lazy("Tag ="), True),
    )


class VolumeColumn(stock.SnapshotVolumeNameColumn):
    """Stock's column; a name that is not cached is filled in after the page."""

    dashboard = "project"

    def get_raw_data(self, snapshot: SnapshotRow) -> str:
        """Return the linked volume."""
        return object_link("volume", snapshot._volume, self.dashboard)

    def get_link_url(self, snapshot: SnapshotRow) -> None:
        """Return nothing: the link is part of the cell already."""
        return


class GroupSnapshotColumn(stock.GroupSnapshotNameColumn):
    """Stock's column; a name that is not cached is filled in after the page."""

    dashboard = "project"

    def get_raw_data(self, snapshot: SnapshotRow) -> str:
        """Return the linked group snapshot, or a dash."""
        group = snapshot.group_snapshot
        return object_link("group_snapshot", group, self.dashboard) if group else _("-")

    def get_link_url(self, snapshot: SnapshotRow) -> None:
        """Return nothing: the link is part of the cell already."""
        return


class DescriptionColumn(tables.Column):
    """Stock's column, with an explanation for temporary snapshots."""

    def get_raw_data(self, snapshot: SnapshotRow) -> str | None:
        """Return the description."""
        return described(snapshot)


class StatusColumn(tables.Column):
    """Stock's column, with the status note below the status."""

    def get_data(self, snapshot: SnapshotRow) -> Any:
        """Return the status in words, with what there is to tell of it below."""
        known = self.table._data_cache[self]
        if snapshot.id not in known:
            status = super().get_data(snapshot)
            if snapshot.status_text:
                known[snapshot.id] = format_html("{} {}", status, snapshot.status_text)
        return known[snapshot.id]


class TakenColumn(tables.Column):
    """The state of the instance when the snapshot was requested, from its note."""

    def get_raw_data(self, snapshot: SnapshotRow) -> SafeString:
        """Return what the note says."""
        return consistency_note.cell(snapshot.label)


class KeepColumn(tables.Column):
    """Whether and until when a snapshot is to be kept, and whether a schedule says so.

    Not shown on a page where none is.
    """

    def get_raw_data(self, snapshot: SnapshotRow) -> SafeString | None:
        """Return the hold, and the day."""
        request, day = self.table.request, snapshot.keep_until
        held = hold_texts.cell(snapshot.hold, request) if snapshot.hold else ""
        until = keep_until.cell(day, request) if day else ""
        own = schedule_texts.of_snapshot(snapshot.snapshot.metadata)
        found = [each for each in (held, until, own) if each]
        return format_html_join("", "<div>{}</div>", ((each,) for each in found)) or None


class CreatedColumn(tables.Column):
    """The creation date in the user's time zone and format, with the age."""

    def get_raw_data(self, snapshot: SnapshotRow) -> SafeString:
        """Return the date and the age."""
        return with_age(self.table.request, snapshot.created)


_ROW_ACTIONS = (
    CreateVolumeFromSnapshot,
    CreateVolumeAndAttach,
    RevertVolume,
    LaunchSnapshot,
    EditVolumeSnapshot,
    Hold,
    ReleaseHold,
    KeepUntil,
    DeleteVolumeSnapshot,
    stock.CreateBackup,
    stock.UpdateMetadata,
)
# They explain why they cannot be used with a snapshot in any other status.
_OF_AVAILABLE = frozenset(
    each.name
    for each in (
        CreateVolumeFromSnapshot,
        CreateVolumeAndAttach,
        RevertVolume,
        LaunchSnapshot,
        stock.CreateBackup,
    )
)


class CreateSnapshot(volumes.CreateSnapshot):
    """Stock's action of a volume, above the snapshots of that volume."""

    def allowed(self, request: HttpRequest, snapshot: SnapshotRow | None = None) -> bool:
        """Offer it always: the dialog decides and explains."""
        return True

    def get_link_url(self, datum: SnapshotRow | None = None) -> str:
        """Lead to the dialog of the volume, and back to this tab afterwards."""
        return str(self.table.with_way_back(reverse(self.url, args=(self.table.volume_id,))))

    def get_policy_target(self, request: HttpRequest, datum: Any = None) -> dict[str, str | None]:
        """Ask the policy about the project: the volume is not read again for a refresh of rows."""
        return {"project_id": request.user.project_id}


class VolumeDetailsSnapshotsTable(AddressTable, stock.VolumeDetailsSnapshotsTable):
    """The table on a volume's details."""

    name = NameColumn(
        "name", verbose_name=gettext_lazy("Name"), link="horizon:project:snapshots:detail"
    )
    group_snapshot = GroupSnapshotColumn(
        "name",
        verbose_name=gettext_lazy("Group Snapshot"),
        link="horizon:project:vg_snapshots:detail",
    )
    status = StatusColumn(
        "status",
        verbose_name=gettext_lazy("Status"),
        status=True,
        status_choices=STATUS_CHOICES,
        display_choices=STATUS_DISPLAY_CHOICES,
    )
    description = DescriptionColumn(
        "description", verbose_name=gettext_lazy("Description"), truncate=40
    )
    taken = TakenColumn("label", verbose_name=gettext_lazy("Taken while"))
    keep = KeepColumn("hold", verbose_name=gettext_lazy("Keep"))
    created = CreatedColumn("created_at", verbose_name=gettext_lazy("Created"))

    foldable = {
        "description": described,
        "group_snapshot": lambda row: row.group_snapshot_id,
        "keep": lambda row: row.hold or row.keep_until or row.by_schedule,
    }
    # Whether there is something to do with a snapshot that goes away by itself.
    acts_on_temporary = False

    @property
    def volume_id(self) -> str:
        """Return whose snapshots these are; a refresh of rows has its id only."""
        volume = self.kwargs.get("volume")
        return str(volume.id if volume else self.kwargs["volume_id"])

    @property
    def images_url(self) -> str:
        """Return where a script asks which of these snapshots belong to images."""
        return look_url()

    def get_row_actions(self, datum: SnapshotRow) -> list[Any]:
        """Return none for a snapshot that goes away by itself.

        What nothing can be made of offers first what can be done with it.
        """
        if datum.temporary and not self.acts_on_temporary:
            return []
        actions = list(super().get_row_actions(datum))
        if datum.status == "available":
            return actions
        return sorted(actions, key=lambda each: each.name in _OF_AVAILABLE)

    class Meta(stock.VolumeDetailsSnapshotsTable.Meta):
        """Stock's names; our classes in the places of those that we replace."""

        row_class = UpdateRow
        template = "snapshot_dashboard/common/_list.html"
        table_actions: tuple[Any, ...] = (
            FilterAction,
            CreateSnapshot,
            HoldSeveral,
            ReleaseHolds,
            KeepSeveralUntil,
            DeleteVolumeSnapshot,
        )
        row_actions: tuple[Any, ...] = _ROW_ACTIONS


class VolumeSnapshotsTable(VolumeDetailsSnapshotsTable):
    """The table of the snapshots page."""

    no_match_message = gettext_lazy("No snapshot matches this filter.")
    search_label = gettext_lazy("Part of the name of a snapshot, or an ID")
    statuses = SETTABLE
    none_yet_message = gettext_lazy(
        'No snapshots yet. Open Volumes, choose "Create Snapshot" in the menu of a volume.'
    )
    has_head = True
    limits_later = True
    later_name = "horizon:project:snapshots:usage"
    # Cinder refuses to sort snapshots by "size" ("Invalid sort key"): the column is volume_size,
    # and oslo.db's paginate_query (sqlalchemy/utils.py) takes columns only.
    sort_keys = {"name": "name", "status": "status", "created": "created_at"}

    volume_name = VolumeColumn(
        "name", verbose_name=gettext_lazy("Volume Name"), link="horizon:project:volumes:detail"
    )

    class Meta(VolumeDetailsSnapshotsTable.Meta):
        """Stock's table of the same name."""

        table_actions: tuple[Any, ...] = (
            FilterAction,
            CleanUp,
            HoldSeveral,
            ReleaseHolds,
            KeepSeveralUntil,
            DeleteVolumeSnapshot,
        )
        columns: tuple[str, ...] = (
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
