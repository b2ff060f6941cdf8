# SPDX-License-Identifier: Apache-2.0
"""Django application of the plugin; registers its system checks."""

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
