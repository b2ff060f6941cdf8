# SPDX-License-Identifier: Apache-2.0
"""Every setting of the plugin: one dict ``SNAPSHOT_DASHBOARD`` in Horizon's local settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings

DEFAULTS: dict[str, float | str] = {
    # Seconds that one page or dialog may wait for services, all its reads together.
    "PAGE_SECONDS": 5.0,
    # Seconds that creating a snapshot or a volume may take to be accepted.
    "WRITE_SECONDS": 15.0,
    # Seconds that names of volumes and instances are remembered for the tables.
    "NAMES_SECONDS": 60.0,
    # Does a volume made from a snapshot keep the snapshot from being deleted? It depends on
    # the storage: "may", "always" or "never" (facts about drivers are the operator's).
    "SNAPSHOT_DEPENDENCY": "may",
    # Whom to ask, as a plain sentence and a link; both may be empty.
    "SUPPORT_TEXT": "",
    "SUPPORT_URL": "",
}

CHOICES: dict[str, tuple[str, ...]] = {"SNAPSHOT_DEPENDENCY": ("may", "always", "never")}


def configured() -> dict[str, Any]:
    """Return what the operator wrote, an empty dict when nothing."""
    return dict(getattr(settings, "SNAPSHOT_DASHBOARD", {}))


def get(key: str) -> Any:
    """Return one setting, or its default."""
    return configured().get(key, DEFAULTS[key])
