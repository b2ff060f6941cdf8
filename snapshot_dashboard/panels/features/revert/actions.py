# SPDX-License-Identifier: Apache-2.0
"""The row action that opens the Revert Volume dialog."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from horizon import tables

from snapshot_dashboard.panels.common.lists.rows import SnapshotRow


class RevertVolume(tables.LinkAction):
    """Row action offered in every status: the dialog decides and explains."""

    name = "revert"
    verbose_name = gettext_lazy("Revert Volume")
    url = "horizon:project:snapshots:revert"
    classes = ("ajax-modal",)
    icon = "undo"
    policy_rules = (("volume", "volume:revert_to_snapshot"),)

    def get_link_url(self, datum: SnapshotRow | None = None) -> str:
        """Lead back to this page of the list afterwards."""
        url: str = self.table.with_way_back(super().get_link_url(datum))
        return url
