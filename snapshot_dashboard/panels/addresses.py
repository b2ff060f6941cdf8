# SPDX-License-Identifier: Apache-2.0
"""Addresses of other pages, any of which an operator may have taken away.

An operator's enabled file of the name of ours hides a panel or puts another in its place; what
links to it must go on without.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import lazy
from django.utils.http import url_has_allowed_host_and_scheme


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


def own_path(path: str) -> str:
    """Return a path of this dashboard, an empty string for anything else."""
    plain = path.startswith("/") and path.isprintable()
    return path if plain and url_has_allowed_host_and_scheme(path, None) else ""


def with_query(url: str, **parts: str) -> str:
    """Add to the query of an address; an empty address stays empty."""
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}{urlencode(parts)}" if url else ""


def way_back(request: HttpRequest) -> str:
    """Return where a page was opened from: its ``?next=``, else the page that links to it.

    Empty where neither is known.
    """
    said = own_path(request.GET.get("next", ""))
    before = urlsplit(request.headers.get("Referer", ""))
    if said or before.netloc != request.get_host() or before.path == request.path:
        return said
    return own_path(f"{before.path}?{before.query}" if before.query else before.path)
