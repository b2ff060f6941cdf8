# SPDX-License-Identifier: Apache-2.0
"""The actions that open Schedule Snapshots: of a volume, of selected ones, of an instance."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from horizon import tables

from snapshot_dashboard import settings
from snapshot_dashboard.cloud.identity import has_block_storage
from snapshot_dashboard.panels.common.attachment_state.several_texts import too_many
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.bulk import BulkAction
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.schedules.schedule import has

RULES = (("volume", "volume:update_volume_metadata"),)
_PAGE = "horizon:project:volumes:schedule"


def offered() -> bool:
    """Tell whether the operator wants schedules to be set up here."""
    return bool(settings.get("SCHEDULES") != "hide")


class ScheduleVolume(tables.LinkAction):
    """Row action of a volume that opens the page about it."""

    name = "schedule"
    verbose_name = _("Schedule Snapshots")
    url = _PAGE
    icon = "calendar"
    policy_rules = RULES

    def allowed(self, request: HttpRequest, volume: Any = None) -> bool:
        """Offer it in every status: the page explains. What there is can be changed always."""
        return offered() or (volume is not None and has(volume.volume.metadata))

    def get_link_url(self, datum: Any = None) -> str:
        """Return the address of the page, which leads back to this page of the list."""
        url = f"{page(_PAGE)}?{urlencode({'id': self.table.get_object_id(datum)})}"
        return str(self.table.with_way_back(url))


class ScheduleVolumes(BulkAction):
    """Button above the volumes table that opens the page about the selected rows."""

    name = "schedule_several"
    verbose_name = _("Schedule Snapshots")
    verbose_name_plural = verbose_name
    icon = "calendar"
    policy_rules = RULES
    url = _PAGE
    most = sets.MOST

    def allowed(self, request: HttpRequest, datum: Any = None) -> bool:
        """Offer it unless the operator hides schedules."""
        return offered()

    def too_many(self) -> Problem:
        """Return what to say when more rows are selected than are possible at once."""
        return too_many()


class ScheduleInstance(tables.LinkAction):
    """Row action of an instance that opens the page about its volumes."""

    name = "schedule_volumes"
    verbose_name = _("Schedule Snapshots")
    url = _PAGE
    icon = "calendar"
    policy_rules = RULES

    def allowed(self, request: HttpRequest, instance: Any = None) -> bool:
        """Offer it wherever there are volumes and the page."""
        return offered() and bool(page(_PAGE)) and has_block_storage(request)

    def get_link_url(self, datum: Any = None) -> str:
        """Return the address of the page, which leads back to this page of the list."""
        query = {"instance": self.table.get_object_id(datum)}
        if self.table.request.GET.get("action") != "row_update":
            query["next"] = self.table.request.get_full_path()
        return f"{page(_PAGE)}?{urlencode(query)}"
