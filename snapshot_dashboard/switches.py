# SPDX-License-Identifier: Apache-2.0
"""Decides whether an enabled file takes effect while Horizon reads its settings.

A file that defines nothing is skipped by Horizon (one line in its log), and stock's file of the
same name stays. Django's settings are not there yet at that time: what the operator wrote is
looked up in the half-read settings module itself.
"""

from __future__ import annotations

import logging
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LOG = logging.getLogger(__name__)

_HORIZON_SETTINGS = "openstack_dashboard.settings"
_STOCK = "openstack_dashboard.enabled"


def wanted() -> bool:
    """Tell whether the operator leaves the plugin on: ``SNAPSHOT_DASHBOARD["ENABLED"]``."""
    return _configured().get("ENABLED") is not False


def replaces(module: str) -> bool:
    """Tell whether an enabled file, by its module's name, may take its stock namesake's place.

    Without a namesake both panels would be registered, and Horizon would answer every page with
    an error (its menu finds the same slug twice).
    """
    name = module.rpartition(".")[2]
    if not wanted():
        return False
    if not stock_has(name):
        LOG.warning(
            "Horizon has no enabled file %s: its own panel stays. "
            "Look for a newer release of snapshot-dashboard.",
            name,
        )
        return False
    return True


def stock_has(name: str) -> bool:
    """Tell whether Horizon itself has an enabled file of this name (without ``.py``)."""
    return find_spec(f"{_STOCK}.{name}") is not None


def styles() -> str:
    """Return the file of styles to register.

    Horizon from 25.6 on compiles each file by itself. Before, it compiled all of them together
    with the theme's variables, and took the name of the theme in an import for a name of a file.
    """
    dashboard = find_spec("openstack_dashboard")
    folders = list(dashboard.submodule_search_locations or ()) if dashboard else []
    theirs = Path("static", "dashboard", "scss", "themes.scss")
    apart = any((folder / theirs).is_file() for folder in map(Path, folders))
    return f"snapshot_dashboard/scss/{'on_its_own' if apart else 'snapshot_dashboard'}.scss"


def _configured() -> dict[str, Any]:
    for name in (os.environ.get("DJANGO_SETTINGS_MODULE", ""), _HORIZON_SETTINGS):
        written = getattr(sys.modules.get(name), "SNAPSHOT_DASHBOARD", None)
        if isinstance(written, dict):
            return written
    return {}
