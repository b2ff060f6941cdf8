# SPDX-License-Identifier: Apache-2.0
"""The volumes table: stock's columns and actions, filled from one API call."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages, tables
from openstack_dashboard import api
from openstack_dashboard.dashboards.project.volumes import tables as stock

from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.panels.common import revert_note, schedule_texts
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.lists.row_links import WayBackLink
from snapshot_dashboard.panels.common.lists.rows import Named, VolumeRow
from snapshot_dashboard.panels.common.lists.table import AddressTable
from snapshot_dashboard.panels.common.object_links import held_for, object_link
from snapshot_dashboard.panels.common.statuses import STATUS_CHOICES, STATUS_DISPLAY_CHOICES
from snapshot_dashboard.panels.common.usage import VOLUMES
from snapshot_dashboard.panels.features.attachments.views import is_failed
from snapshot_dashboard.panels.features.create_snapshot.instance_hint import with_holders
from snapshot_dashboard.panels.features.delete.volume import ExplainedVolumeDelete
from snapshot_dashboard.panels.features.schedules.actions import ScheduleVolume, ScheduleVolumes
from snapshot_dashboard.panels.features.schedules.reading import tab_url
from snapshot_dashboard.panels.features.snapshot_set.actions import CreateSnapshots
from snapshot_dashboard.panels.features.volume_snapshots.column import TITLE, SnapshotsColumn
from snapshot_dashboard.panels.project.volumes.reading import UpdateRow, limits_or_nothing
from snapshot_dashboard.rules.quota import reached
from snapshot_dashboard.rules.schedules import state
from snapshot_dashboard.rules.schedules.schedule import has

# Stock's rules for Manage Attachments, either of which is enough.
_ATTACHING = tuple(
    ("compute", f"os_compute_api:os-volumes-attachments:{deed}") for deed in ("create", "delete")
)


def _exceeded(label: str | Promise) -> Promise:
    return format_lazy(
        "{verbose_name} {quota_exceeded}",
        verbose_name=label,
        quota_exceeded=gettext_lazy("(Quota exceeded)"),
    )


class CreateVolume(stock.CreateVolume):
    """Stock's button with limits read with the page; never disabled, Cinder decides."""

    def allowed(self, request: HttpRequest, volume: VolumeRow | None = None) -> bool:
        """Say that a limit is reached; never hide the button."""
        limits = self.table.limits
        gib = limits.get("gigabytes")
        if reached(limits, "volumes") or (gib is not None and gib.left == 0):
            self.verbose_name = _exceeded(gettext_lazy("Create Volume"))
        return True

    def single(
        self, table: Any, request: HttpRequest, object_id: str | None = None
    ) -> HttpResponse:
        """Answer stock's script, which asks for this button anew when a row has gone."""
        table.limits = limits_or_nothing(request)
        self.allowed(request)
        return HttpResponse(self.render(is_table_action=True))


class AcceptTransfer(stock.AcceptTransfer):
    """Stock's button without its additional reading of the limits."""

    def allowed(self, request: HttpRequest, volume: VolumeRow | None = None) -> bool:
        """Offer it always: whether there is room is Cinder's to decide."""
        if reached(self.table.limits, "volumes"):
            self.verbose_name = _exceeded(gettext_lazy("Accept Volume Transfer"))
        return True


class CreateSnapshot(stock.CreateSnapshot):
    """Stock's action offered in every status: the dialog decides and explains."""

    def allowed(self, request: HttpRequest, volume: VolumeRow | None = None) -> bool:
        """Say that the count of snapshots is used up; stay usable all the same."""
        if reached(self.table.limits, "snapshots"):
            self.verbose_name = _exceeded(gettext_lazy("Create Snapshot"))
        return True

    def get_link_url(self, datum: VolumeRow | None = None) -> str:
        """Lead back to this page of the list afterwards."""
        url = super().get_link_url(datum)
        if datum is not None:
            url = with_holders(url, [each["server_id"] for each in datum.attachments])
        return self.table.with_way_back(url)


class EditAttachments(WayBackLink, stock.EditAttachments):
    """Stock's action, offered also for volumes held for a shelved instance and failed ones."""

    def allowed(self, request: HttpRequest, volume: VolumeRow | None = None) -> bool:
        """Decide as stock does; a held volume can be detached, and a failed one explains itself."""
        if volume is None or not api.base.is_service_enabled(request, "compute"):
            return False
        target = {"project_id": volume.tenant_id}
        if not any(self.table.decisions.allow((rule,), target) for rule in _ATTACHING):
            return False
        return is_failed(volume) or volume.status in ("available", "in-use", "reserved")


class DeleteVolume(ExplainedVolumeDelete, stock.DeleteVolume):
    """Stock's action, which explains what blocks the deletion and why it was refused."""


class DeleteTransfer(stock.DeleteTransfer):
    """Stock's action, which reports when there is no transfer to cancel."""

    def single(self, table: Any, request: HttpRequest, volume_id: str) -> None:
        """Cancel the transfer of one volume."""
        volume = table.get_object_by_id(volume_id)
        if volume.transfer is not None:
            super().single(table, request, volume_id)
            return
        text = _('Nothing was done with "%(name)s": it is not being transferred any more.')
        if volume.status == "awaiting-transfer":
            text = _('Nothing was done with "%(name)s": its transfer cannot be read now.')
        messages.error(request, sentence(text, name=isolated(volume.name)))


# Horizon 24.0 filters the rows of a page only, and has no choices.
_STOCKS_CHOICES = getattr(stock.VolumesFilterAction, "filter_choices", None) or (
    ("name", gettext_lazy("Volume Name ="), True),
    ("size", gettext_lazy("Size (GiB) ="), True),
    ("status", gettext_lazy("Status ="), True),
    ("group_id", gettext_lazy("Group ID ="), True),
    ("availability_zone", gettext_lazy("Availability Zone ="), True),
    ("bootable", gettext_lazy("Bootable ="), True),
)


class FilterAction(stock.VolumesFilterAction):
    """Stock's filter without "Encrypted": no Cinder answers it, and a member is refused (400)."""

    filter_type = "server"
    filter_choices = (
        *(each for each in _STOCKS_CHOICES if each[0] != "encrypted"),
        ("name_part", gettext_lazy("Part of Name ="), True),
        ("age", gettext_lazy("Age ="), True),
        ("schedule", gettext_lazy("Schedule ="), True),
    )


class AttachmentColumn(stock.AttachmentColumn):
    """Stock's column; an instance whose name is not cached is shown by its short id."""

    dashboard = "project"

    def get_raw_data(self, volume: VolumeRow) -> SafeString | None:
        """Return "device on instance" for each attachment, or None."""
        parts = []
        for entry in volume.attachments:
            who = self._instance(entry["instance"]) if entry["instance"] else None
            who = who or isolated(entry.get("host_name") or _("a host"))
            device = entry["device"]
            text = sentence(_("%(dev)s on %(instance)s"), dev=device, instance=who)
            parts.append((text if device else who,))
        if volume.status == "reserved" and not parts:
            return held_for(volume.id, self.dashboard)
        return format_html_join(", ", "{}", parts) if parts else None

    def _instance(self, instance: Named) -> SafeString:
        return object_link("instance", instance, self.dashboard)


class GroupColumn(stock.GroupNameColumn):
    """Stock's column; a name that is not cached is filled in after the page."""

    dashboard = "project"

    def get_raw_data(self, volume: VolumeRow) -> str:
        """Return the linked group, or a dash."""
        return object_link("group", volume.group, self.dashboard) if volume.group else _("-")

    def get_link_url(self, volume: VolumeRow) -> None:
        """Return nothing: the link is part of the cell already."""
        return


class TypeColumn(tables.Column):
    """Stock's column; below the type one that was asked for and is not in effect."""

    def get_raw_data(self, volume: VolumeRow) -> SafeString | str | None:
        """Return the type."""
        name: str | None = stock.get_volume_type(volume)
        if volume.wanted_type is None:
            return name
        text = _(
            'Not changed to "%(type)s". The storage service accepted the change and may have '
            "undone it."
        )
        said = sentence(text, type=isolated(volume.wanted_type))
        return format_html('{}<div class="sd-remark">{}</div>', name or _("-"), said)


class StatusColumn(tables.Column):
    """Stock's column; below the status a revert in place that is not over."""

    def get_data(self, volume: VolumeRow) -> Any:
        """Return the status in words, with what there is to tell of it below."""
        known = self.table._data_cache[self]
        if volume.id not in known:
            status = super().get_data(volume)
            said = revert_note.note(self.table.request, volume.volume)
            if said:
                remark = format_html('{} <div class="sd-remark">{}</div>', status, said)
                known[volume.id] = remark
        return known[volume.id]


class ScheduleColumn(tables.Column):
    """How it stands with the schedule; not shown on a page where no volume has one."""

    def get_raw_data(self, volume: VolumeRow) -> SafeString | None:
        """Return it in a few words, with the way to its tab."""
        connection = connect(self.table.request)
        found = state.of(volume.volume.metadata, connection.project_id, connection.now())
        return schedule_texts.cell(found, tab_url(volume.id)) if found else None


class VolumesTable(AddressTable, stock.VolumesTable):
    """Stock's table, sorted and filtered by the service."""

    sort_keys = {"name": "name", "size": "size", "status": "status"}
    no_match_message = gettext_lazy("No volume matches this filter.")
    search_label = gettext_lazy("Part of the name of a volume, or its ID")
    statuses = tuple(dict(STATUS_DISPLAY_CHOICES))
    foldable = {
        "description": lambda row: row.description,
        "group": lambda row: row.group_id,
        "schedule": lambda row: has(row.volume.metadata),
    }
    has_head = True
    head_limits: tuple[str, ...] = VOLUMES
    later_name = "horizon:project:volumes:snapshots_counted"

    snapshots = SnapshotsColumn("id", verbose_name=TITLE)
    schedule = ScheduleColumn("id", verbose_name=gettext_lazy("Schedule"))
    group = GroupColumn(
        "name", verbose_name=gettext_lazy("Group"), link="horizon:project:volume_groups:detail"
    )
    attachments = AttachmentColumn("attachments", verbose_name=gettext_lazy("Attached To"))
    volume_type = TypeColumn(stock.get_volume_type, verbose_name=gettext_lazy("Type"))
    status = StatusColumn(
        "status",
        verbose_name=gettext_lazy("Status"),
        status=True,
        status_choices=STATUS_CHOICES,
        display_choices=STATUS_DISPLAY_CHOICES,
    )

    class Meta(stock.VolumesTable.Meta):
        """Stock's names; our classes in the places of those that we replace."""

        row_class = UpdateRow
        columns: tuple[str, ...] = (
            "name",
            "description",
            "size",
            "status",
            "snapshots",
            "schedule",
            "group",
            "volume_type",
            "attachments",
            "availability_zone",
            "bootable",
            "encryption",
        )
        template = "snapshot_dashboard/common/_list.html"
        table_actions = (
            CreateVolume,
            AcceptTransfer,
            CreateSnapshots,
            ScheduleVolumes,
            DeleteVolume,
            FilterAction,
        )
        row_actions = (
            stock.EditVolume,
            stock.ExtendVolume,
            *stock.VolumesTable.Meta.launch_actions,
            EditAttachments,
            CreateSnapshot,
            ScheduleVolume,
            stock.CreateBackup,
            stock.RetypeVolume,
            stock.UploadToImage,
            stock.CreateTransfer,
            DeleteTransfer,
            DeleteVolume,
            stock.UpdateMetadata,
        )
