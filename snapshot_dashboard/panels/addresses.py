# SPDX-License-Identifier: Apache-2.0
"""Addresses of other pages, any of which an operator may have taken away.

An operator's enabled file of the name of ours hides a panel or puts another in its place; what
links to it must go on without.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import lazy


def page(name: str, *args: str) -> str:
    """Return the address of a page by its name, an empty string where there is none."""
    try:
        return str(reverse(name, args=args))
    except NoReverseMatch:
        return ""


def _page_or_start(name: str) -> str:
    return page(name) or str(settings.WEBROOT)


# Like reverse_lazy, for class bodies; leads to the start page where there is no such page.
lazy_page = lazy(_page_or_start, str)


def leads_somewhere(action: Any) -> bool:
    """Tell whether a row action of Horizon's that is a link has its panel."""
    name = getattr(action, "url", None) or ""
    panel = name.rpartition(":")[0]
    return not panel.startswith("horizon:") or bool(page(f"{panel}:index"))
