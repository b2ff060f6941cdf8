# SPDX-License-Identifier: Apache-2.0
"""The words of the page for the statuses of volumes and snapshots."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy
from openstack_dashboard.dashboards.project.volumes import tables as stock

from snapshot_dashboard.rules.volume import MOVING, Phase, phase

# Stock has no words for a volume that is being reverted, and the snapshot that it goes back to.
STATUS_DISPLAY_CHOICES = (
    *stock.VolumesTableBase.STATUS_DISPLAY_CHOICES,
    ("reverting", pgettext_lazy("Current status of a Volume", "Reverting")),
    ("restoring", pgettext_lazy("Current status of a Volume", "Restoring")),
)
ROW_STATUS = {Phase.MOVING: None, Phase.FAILED: False, Phase.SETTLED: True}
STATUS_CHOICES = tuple(
    (value, ROW_STATUS[phase(value)])
    for value in sorted({name for name, _label in STATUS_DISPLAY_CHOICES} | MOVING)
)
