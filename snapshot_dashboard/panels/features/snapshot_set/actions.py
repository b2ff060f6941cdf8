# SPDX-License-Identifier: Apache-2.0
"""The actions that open the dialog of a set: for selected volumes, and for an instance."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from horizon import tables

from snapshot_dashboard.cloud.identity import has_block_storage
from snapshot_dashboard.panels.common.attachment_state.several_texts import too_many
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.bulk import BulkAction
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules import sets

_RULES = (("volume", "volume:create_snapshot"),)
_DIALOG = "horizon:project:volumes:snapshot_set"


class CreateSnapshots(BulkAction):
    """Button above the volumes table that opens the dialog about the selected rows."""

    name = "create_snapshots"
    verbose_name = _("Create Snapshots")
    verbose_name_plural = verbose_name
    icon = "camera"
    policy_rules = _RULES
    url = _DIALOG
    most = sets.MOST

    def too_many(self) -> Problem:
        """Return what to say when more rows are selected than are possible at once."""
        return too_many()

    def get_default_attrs(self) -> dict[str, str]:
        """Say how many there can be, before they are selected."""
        return super().get_default_attrs() | {"title": str(self.too_many().text)}


class SnapshotVolumes(tables.LinkAction):
    """Row action of an instance that opens the dialog about its volumes."""

    name = "snapshot_volumes"
    verbose_name = _("Snapshot Volumes")
    url = _DIALOG
    classes = ("ajax-modal",)
    icon = "camera"
    policy_rules = _RULES

    def allowed(self, request: HttpRequest, instance: Any = None) -> bool:
        """Offer it wherever there are volumes and the dialog: it explains what a state forbids."""
        return bool(page(_DIALOG)) and has_block_storage(request)

    def get_link_url(self, datum: Any = None) -> str:
        """Return the address of the dialog, which leads back to this page of the list."""
        query = {"instance": self.table.get_object_id(datum)}
        if self.table.request.GET.get("action") != "row_update":
            query["next"] = self.table.request.get_full_path()
        return f"{page(_DIALOG)}?{urlencode(query)}"
