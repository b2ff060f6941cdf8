# SPDX-License-Identifier: Apache-2.0
"""The row action of an instance that opens the plan of reverting it in place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from horizon import tables

from snapshot_dashboard.cloud.identity import has_block_storage
from snapshot_dashboard.panels.common.links import revert_in_place_url
from snapshot_dashboard.panels.features.revert_in_place.plan_texts import RIGHTS


class RevertInstance(tables.LinkAction):
    """Leads to a page of its own, which decides and explains."""

    name = "revert_in_place"
    verbose_name = _("Revert Instance")
    icon = "undo"
    policy_rules = tuple(rule for rules in RIGHTS for rule in rules)

    def allowed(self, request: HttpRequest, instance: Any = None) -> bool:
        """Offer it where the operator has switched it on for any type of volumes."""
        url = revert_in_place_url(instance.id) if instance else ""
        return bool(url) and has_block_storage(request)

    def get_link_url(self, datum: Any = None) -> str:
        """Return the address of the plan, which leads back to this page of the list."""
        url = revert_in_place_url(self.table.get_object_id(datum))
        if self.table.request.GET.get("action") == "row_update":
            return url
        return f"{url}?{urlencode({'next': self.table.request.get_full_path()})}"
