# SPDX-License-Identifier: Apache-2.0
"""The ways to the dialog that makes a set: from ticked volumes, and from an instance."""

from __future__ import annotations

from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from horizon import messages, tables

from snapshot_dashboard.panels.addresses import page
from snapshot_dashboard.panels.project.volumes import set_words
from snapshot_dashboard.rules import sets

_RULES = (("volume", "volume:create_snapshot"),)
_DIALOG = "horizon:project:volumes:snapshot_set"


class CreateSnapshots(tables.Action):
    """A button above the volumes: leads to the dialog about the rows that are ticked."""

    name = "create_snapshots"
    verbose_name = _("Create Snapshots")
    verbose_name_plural = verbose_name
    icon = "camera"
    policy_rules = _RULES
    # Nothing of the list is needed for it.
    preempt = True

    def get_default_attrs(self) -> dict[str, str]:
        """Let stock's script switch it off while nothing is ticked; say how many can be."""
        attrs: dict[str, str] = super().get_default_attrs()
        return attrs | {"data-batch-action": "true", "title": str(set_words.too_many().text)}

    def handle(self, table: Any, request: HttpRequest, obj_ids: list[str]) -> HttpResponse:
        """Go to the dialog, or say how many can be done at once."""
        back = request.get_full_path()
        if len(obj_ids) > sets.MOST:
            said = set_words.too_many()
            messages.error(request, f"{said.title}. {said.text} {said.advice}")
            return shortcuts.redirect(back)
        query = [*(("id", each) for each in obj_ids), ("next", back)]
        return shortcuts.redirect(f"{page(_DIALOG)}?{urlencode(query)}")


class SnapshotVolumes(tables.LinkAction):
    """An instance's way to the dialog about its volumes; stock's own makes an image."""

    name = "snapshot_volumes"
    verbose_name = _("Snapshot Volumes")
    url = _DIALOG
    classes = ("ajax-modal",)
    icon = "camera"
    policy_rules = _RULES

    def allowed(self, request: HttpRequest, instance: Any = None) -> bool:
        """Offer it wherever there is the dialog: it explains what a state forbids."""
        return bool(page(_DIALOG))

    def get_link_url(self, datum: Any = None) -> str:
        """Return the address of the dialog, which leads back to this page of the list."""
        query = {"instance": self.table.get_object_id(datum)}
        if self.table.request.GET.get("action") != "row_update":
            query["next"] = self.table.request.get_full_path()
        return f"{page(_DIALOG)}?{urlencode(query)}"
