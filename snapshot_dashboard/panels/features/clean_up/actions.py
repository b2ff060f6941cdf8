# SPDX-License-Identifier: Apache-2.0
"""The button above the snapshots of a project that leads to Clean Up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from horizon import tables


class CleanUp(tables.LinkAction):
    """Button above the table, whatever is selected there."""

    name = "clean_up"
    verbose_name = _("Clean Up")
    url = "horizon:project:snapshots:clean_up"
    icon = "list-ul"
    policy_rules = (("volume", "volume:delete_snapshot"),)
