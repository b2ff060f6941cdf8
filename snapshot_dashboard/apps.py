# SPDX-License-Identifier: Apache-2.0
"""Start-up: system checks that explain a wrong setting. None of them stops Horizon."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning, register

from snapshot_dashboard import settings


class SnapshotDashboardConfig(AppConfig):
    """The plugin as a Django application: its templates, assets and translations."""

    name = "snapshot_dashboard"
    verbose_name = "Snapshot Dashboard"

    def ready(self) -> None:
        """Register the checks."""
        register(check_settings)


def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """Return a warning for each unknown key and each value of a wrong kind."""
    if not settings.is_dict():
        return [Warning("SNAPSHOT_DASHBOARD must be a dict.", id="snapshot_dashboard.W003")]
    return list(_found(settings.configured()))


def _found(configured: dict[str, Any]) -> Iterator[CheckMessage]:
    for key, value in configured.items():
        if key not in settings.DEFAULTS:
            near = difflib.get_close_matches(key, settings.DEFAULTS, n=1)
            yield Warning(
                f'SNAPSHOT_DASHBOARD["{key}"] is not known.',
                hint=f'Did you mean "{near[0]}"?' if near else None,
                id="snapshot_dashboard.W002",
            )
        elif expected := settings.wrong(key, value):
            yield Warning(
                f'SNAPSHOT_DASHBOARD["{key}"] must be {expected}, not {value!r}; '
                "the default is used.",
                id="snapshot_dashboard.W003",
            )
