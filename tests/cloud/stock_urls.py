# SPDX-License-Identifier: Apache-2.0
"""Every URL of the stock panels that we replace or whose templates we use."""

import importlib
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

PANELS = (
    "project.volumes",
    "project.snapshots",
    "admin.volumes",
    "admin.snapshots",
    "project.volume_groups",
    "project.vg_snapshots",
    "admin.volume_groups",
    "admin.vg_snapshots",
)


@dataclass(frozen=True)
class Address:
    """One URL name of a panel, and the names of what stands in it."""

    panel: str
    name: str
    needs: tuple[str, ...]

    @property
    def label(self) -> str:
        """Return it as reverse() takes it."""
        return f"horizon:{self.panel.replace('.', ':')}:{self.name}"

    def path(self, ids: dict[str, str]) -> str:
        """Return the path for real objects."""
        return str(reverse(self.label, kwargs={key: ids[key] for key in self.needs}))


def addresses() -> list[Address]:
    """Read every URL name from stock's own urlconfs, so that none can be forgotten."""
    return [
        Address(panel, pattern.name, tuple(pattern.pattern.regex.groupindex))
        for panel in PANELS
        for pattern in _patterns(panel)
    ]


def _patterns(panel: str) -> list[Any]:
    module = importlib.import_module(f"openstack_dashboard.dashboards.{panel}.urls")
    return list(module.urlpatterns)
