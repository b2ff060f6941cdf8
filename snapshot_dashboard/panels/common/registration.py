# SPDX-License-Identifier: Apache-2.0
"""Replaces a stock panel while its templates and its other pages keep working."""

from __future__ import annotations

import logging
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import horizon
from django.apps import apps
from horizon import loaders

from snapshot_dashboard.cloud.block_storage import has_groups
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect

LOG = logging.getLogger(__name__)

# What a Horizon newer than this release makes of our pages: a class or module that was renamed,
# an argument that is gone.
_DO_NOT_FIT = (ImportError, AttributeError, TypeError)


def urls(package: str, stock_panel: ModuleType) -> str:
    """Return the module of addresses to register: ours, or stock's where ours cannot work.

    Horizon reads it with its first page, and whatever it raises would be every page's error.
    """
    stock = f"{stock_panel.__name__.rpartition('.')[0]}.urls"
    if not apps.is_installed("snapshot_dashboard"):
        LOG.warning(
            "%s: Horizon's own pages are used, because the enabled file that names the "
            "application is missing. Run: python -m snapshot_dashboard enable",
            stock,
        )
        return stock
    try:
        return import_module(f"{package}.urls").__name__
    except _DO_NOT_FIT:
        LOG.exception(
            "%s: Horizon's own pages are used, because those of snapshot-dashboard do not fit "
            "this Horizon. Look for a newer release.",
            stock,
        )
        return stock


def keep_templates(key: str, stock_panel: ModuleType) -> None:
    """Keep stock's template folder of a panel ("dashboard/panel") findable.

    Horizon registers the folder beside the *registered* panel's module. Ours has none, and
    without stock's the pages that we did not replace, and dialogs of other panels that include
    these templates (volume groups), would answer 500.
    """
    folder = Path(str(stock_panel.__file__)).parent / "templates"
    loaders.panel_template_dirs[key] = str(folder)


class GroupsMenuEntry(horizon.Panel):
    """Mixin of stock's two group panels, whose menu entries are on every page.

    Stock asks Cinder for its versions for each of them on every page, without a time limit: a
    storage service that hangs would keep our pages from being shown at all.
    """

    def allowed(self, context: dict[str, Any]) -> bool:
        """Decide as stock does, from a version that is remembered and asked for in time."""
        request = context["request"]
        if not (self._can_access(request) and request.user.has_perms(self.permissions)):
            return False
        try:
            return has_groups(connect(request))
        except CloudError:
            return False
