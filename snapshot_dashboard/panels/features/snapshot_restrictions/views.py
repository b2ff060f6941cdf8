# SPDX-License-Identifier: Apache-2.0
"""Horizon's dialogs about a volume, with a panel about what its snapshots forbid above the form."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from horizon import exceptions, forms, messages
from horizon.utils.memoized import memoized_method
from openstack_dashboard.dashboards.admin.volumes import views as stock_admin
from openstack_dashboard.dashboards.project.volumes import forms as stock_forms
from openstack_dashboard.dashboards.project.volumes import views as stock

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import block_storage, dependents, retypes
from snapshot_dashboard.cloud.dependents import SomeSnapshots
from snapshot_dashboard.cloud.errors import AnswerUnreadable, CloudError, Service
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.partial_reads import fact
from snapshot_dashboard.panels.common import causes
from snapshot_dashboard.panels.common.html import stated
from snapshot_dashboard.panels.common.lists.rows import VolumeRow
from snapshot_dashboard.panels.features.snapshot_restrictions import texts
from snapshot_dashboard.panels.features.snapshot_restrictions.texts import Panel, Restriction
from snapshot_dashboard.rules.retype import TypeChange


class SnapshotRestrictions(forms.ModalFormView):
    """Mixin of one of stock's dialogs about a volume: the form and its texts stay stock's."""

    template_name = "snapshot_dashboard/common/dialog_page.html"
    ajax_template_name = "snapshot_dashboard/snapshot_restrictions/_dialog.html"
    # Stock's dialog, which ours is made of.
    stock_template: str
    restriction: Restriction
    dashboard = "project"
    # Whether stock's form and limits begin with the size of the volume.
    begins_with_size = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the panel to what stock shows."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["panel"] = self.panel()
        return context

    def panel(self) -> Panel | None:
        """Return what to tell, with one call; None where there is nothing, or nobody wants it."""
        if settings.is_stocks("SNAPSHOT_RESTRICTIONS"):
            return None
        return texts.panel(
            self.restriction, fact(self.read), self.kwargs["volume_id"], self.dashboard
        )

    def volume(self, unreadable: str) -> VolumeRow:
        """Read the volume.

        :raises Http302: it cannot be read; the list says why, with stock's message.
        """
        try:
            found = block_storage.volume(connect(self.request), self.kwargs["volume_id"])
            if self.begins_with_size and found.size is None:
                raise AnswerUnreadable(service=Service.BLOCK_STORAGE)
        except CloudError as error:
            messages.error(self.request, causes.after(unreadable, error.failure))
            raise exceptions.Http302(self.success_url) from error
        row = VolumeRow(found)
        setattr(row, "os-vol-host-attr:host", found.host)
        return row

    def read(self) -> SomeSnapshots:
        """Read some of the volume's snapshots: for support staff those of all projects.

        :raises CloudError: they cannot be read.
        """
        connection = connect(self.request)
        everywhere = self.dashboard == "admin"
        look = partial(dependents.some_snapshots_of, connection, self.kwargs["volume_id"])
        return connection.fetch(partial(look, everywhere=everywhere))


class RetypeForm(stock_forms.RetypeForm):
    """Stock's form, which remembers what was accepted: the list tells when it is not in effect."""

    def handle(self, request: HttpRequest, data: dict[str, Any]) -> bool:
        """Send it as stock does."""
        accepted: bool = super().handle(request, data)
        if accepted and not settings.is_stocks("SNAPSHOT_RESTRICTIONS"):
            change = TypeChange(self.initial["volume_type"], data["volume_type"])
            retypes.remember(connect(request), self.initial["id"], change)
        return accepted


class RetypeView(SnapshotRestrictions, stock.RetypeView):
    """Change Volume Type."""

    stock_template = "project/volumes/_retype.html"
    restriction = texts.RETYPE
    form_class = RetypeForm

    @memoized_method
    def get_data(self) -> VolumeRow:
        """Read the volume, in the way of all our pages."""
        text = _('Unable to retrieve volume information for volume: "%s"')
        return self.volume(stated(text, self.kwargs["volume_id"]))


class ExtendForm(stock_forms.ExtendForm):
    """Stock's form, corrected: it compares sizes even when none was typed."""

    def clean(self) -> dict[str, Any]:
        """Check the size where there is one."""
        cleaned: dict[str, Any] = self.cleaned_data
        return super().clean() if "new_size" in cleaned else cleaned


class ExtendView(SnapshotRestrictions, stock.ExtendView):
    """Extend Volume."""

    stock_template = "project/volumes/_extend.html"
    restriction = texts.EXTEND
    form_class = ExtendForm
    begins_with_size = True

    @memoized_method
    def get_object(self) -> VolumeRow:
        """Read the volume, in the way of all our pages."""
        return self.volume(_("Unable to retrieve volume information."))


class CreateTransferView(SnapshotRestrictions, stock.CreateTransferView):
    """Create Volume Transfer."""

    stock_template = "project/volumes/_create_transfer.html"
    restriction = texts.TRANSFER


class MigrateVolumeView(SnapshotRestrictions, stock_admin.MigrateVolumeView):
    """Migrate Volume."""

    stock_template = "admin/volumes/_migrate_volume.html"
    restriction = texts.MIGRATE
    dashboard = "admin"

    @memoized_method
    def get_data(self) -> VolumeRow:
        """Read the volume, in the way of all our pages."""
        return self.volume(_("Unable to retrieve volume details."))
