# SPDX-License-Identifier: Apache-2.0
"""Statuses of volumes and snapshots in the words of Horizon's tables."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy
from openstack_dashboard.dashboards.project.volumes import tables as stock
from openstack_dashboard.utils import filters

from snapshot_dashboard.rules.volume import MOVING, Phase, phase

# Stock's choices are those of a volume, and lack what a snapshot can be and a volume in a revert.
STATUS_DISPLAY_CHOICES = (
    *stock.VolumesTableBase.STATUS_DISPLAY_CHOICES,
    ("reverting", pgettext_lazy("Current status of a Volume", "Reverting")),
    ("restoring", pgettext_lazy("Current status of a Volume", "Restoring")),
    ("updating", pgettext_lazy("Current status of a Volume", "Updating")),
    ("unmanaging", pgettext_lazy("Current status of a Volume", "Unmanaging")),
)
ROW_STATUS = {Phase.MOVING: None, Phase.FAILED: False, Phase.SETTLED: True}
STATUS_CHOICES = tuple(
    (value, ROW_STATUS[phase(value)])
    for value in sorted({name for name, _label in STATUS_DISPLAY_CHOICES} | MOVING)
)


def status_word(status: str) -> str:
    """Return the status of a volume or a snapshot in the words of the tables."""
    return str(filters.get_display_label(STATUS_DISPLAY_CHOICES, status))
