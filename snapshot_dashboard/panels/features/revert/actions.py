# SPDX-License-Identifier: Apache-2.0
"""The row action that opens the Revert Volume dialog."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from snapshot_dashboard.panels.common.lists.row_links import WayBackLink


class RevertVolume(WayBackLink):
    """Row action offered in every status: the dialog decides and explains."""

    name = "revert"
    verbose_name = gettext_lazy("Revert Volume")
    url = "horizon:project:snapshots:revert"
    classes = ("ajax-modal",)
    icon = "undo"
    policy_rules = (("volume", "volume:revert_to_snapshot"),)
