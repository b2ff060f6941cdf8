# SPDX-License-Identifier: Apache-2.0
"""Start-up: system checks that explain a wrong setting. None of them stops Horizon."""

from __future__ import annotations

from django.apps import AppConfig

from snapshot_dashboard import checks


class SnapshotDashboardConfig(AppConfig):
    """The plugin as a Django application: its templates, assets and translations."""

    name = "snapshot_dashboard"
    verbose_name = "Snapshot Dashboard"

    def ready(self) -> None:
        """Register the checks."""
        checks.register_all()
