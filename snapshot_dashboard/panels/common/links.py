# SPDX-License-Identifier: Apache-2.0
"""URLs of pages of Horizon, any of which an operator may have removed, and of our own.

An operator's enabled file of the name of ours hides a panel or puts another in its place; what
links to it must go on without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import horizon
from django.conf import settings
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import (
    NoReverseMatch,
    Resolver404,
    URLPattern,
    get_script_prefix,
    resolve,
    reverse,
)
from django.utils.functional import lazy
from django.utils.http import url_has_allowed_host_and_scheme
from horizon.base import NotRegistered
from horizon.exceptions import NotAuthenticated
from horizon.views import PageTitleMixin

from snapshot_dashboard import settings as ours
from snapshot_dashboard.cloud.errors import SessionExpired
from snapshot_dashboard.panels.common.project_menu import know_projects
from snapshot_dashboard.rules.ids import is_id

_PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True, slots=True)
class _Reader:
    """The user for whom a page is made; the panels already checked for them, addresses known."""

    request: HttpRequest
    panels: dict[str, bool] = field(default_factory=dict)
    addresses: dict[tuple[str, int], str] = field(default_factory=dict)

    def may_open(self, panel: str) -> bool:
        """Tell whether the reader may use a panel."""
        if panel not in self.panels:
            self.panels[panel] = may_open(panel, self.request)
        return self.panels[panel]


# Ids that stand in an address as they are, and what stands for one in an address that is kept.
_PLAIN_ID = re.compile(r"[\w-]+", re.ASCII).fullmatch
_ANY_ID = "00000000-any-id"

_READER: ContextVar[_Reader | None] = ContextVar("reader", default=None)


@receiver(request_finished)
def _forget_reader(**_signal: Any) -> None:
    # Not when the view has returned: its template is written afterwards.
    _READER.set(None)


def address(name: str, *args: str) -> str:
    """Return the address of a name as Django does.

    Rows have many that differ in one id only: Django is asked once for all of a page.

    :raises NoReverseMatch: there is none.
    """
    reader = _READER.get()
    if reader is None or len(args) > 1 or not all(map(_PLAIN_ID, args)):
        return str(reverse(name, args=args))
    key = (name, len(args))
    if key not in reader.addresses:
        reader.addresses[key] = str(reverse(name, args=[_ANY_ID] * len(args)))
    known = reader.addresses[key]
    return known.replace(_ANY_ID, args[0]) if args else known


def page(name: str, *args: str) -> str:
    """Return the address of a page by its name.

    An empty string where there is no such page, and where whoever asked for the page that is being
    made (see :func:`for_reader`) may not use its panel.
    """
    try:
        found = address(name, *args)
    except NoReverseMatch:
        return ""
    reader = _READER.get()
    allowed = reader is None or reader.may_open(":".join(name.split(":")[:3]))
    return found if allowed else ""


def for_reader(patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """Return addresses whose pages link only to what the person who asked for them may open.

    Whose session has expired is sent to the login page by Horizon's middleware (401 to a script).
    Our views read before their templates are written, so none expires there.
    """
    return [
        URLPattern(each.pattern, _for_reader(each.callback), each.default_args, each.name)
        for each in patterns
    ]


def _for_reader(view: Any) -> Any:
    @wraps(view)
    def known(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        _READER.set(_Reader(request))
        know_projects(request)
        try:
            answer: HttpResponse = view(request, *args, **kwargs)
        except SessionExpired as error:
            raise NotAuthenticated from error
        return answer

    return known


def _page_or_start(name: str) -> str:
    return page(name) or str(settings.WEBROOT)


def _address_or_start(name: str) -> str:
    try:
        return str(reverse(name))
    except NoReverseMatch:
        return str(settings.WEBROOT)


# Like reverse_lazy, for class bodies; leads to the start page where there is no such page.
lazy_page = lazy(_page_or_start, str)
# The same of a panel that asks a service whether somebody may open it, where somebody already may.
lazy_address = lazy(_address_or_start, str)


def own_path(address: str) -> str:
    """Return an address from a browser if it is that of a page of ours, else an empty string.

    Not every address of this host is a page: some log out, or choose another project.
    """
    if not (address.startswith("/") and address.isprintable()):
        return ""
    if not url_has_allowed_host_and_scheme(address, None):
        return ""
    path, prefix = unquote(urlsplit(address).path), get_script_prefix()
    try:
        found = resolve(f"/{path.removeprefix(prefix)}") if path.startswith(prefix) else None
    except Resolver404:
        return ""
    if found is None or not _is_page(found.func):
        return ""
    # ".." and "\\" would make it another address in the browser.
    return address if all(is_id(str(each)) for each in found.kwargs.values()) else ""


def _is_page(view: Any) -> bool:
    """Tell whether a view is ours, and answers with a page and not with data."""
    made_from = getattr(view, "view_class", None)
    ours: bool = (made_from or view).__module__.startswith(f"{_PACKAGE}.")
    return ours and (made_from is None or issubclass(made_from, PageTitleMixin))


def with_ids(patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """Return stock's patterns; what stands in the place of an id and is none is not found.

    Stock hands any word on to the service, where "detail" and "summary" are addresses.
    """
    return [
        URLPattern(each.pattern, _with_ids(each.callback), each.default_args, each.name)
        for each in patterns
    ]


def _with_ids(view: Any) -> Any:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not all(is_id(str(kwargs[each])) for each in kwargs if each.endswith("_id")):
            raise Http404
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return guarded


def leads_somewhere(action: Any, request: HttpRequest) -> bool:
    """Tell whether a row action of Horizon's that is a link has its panel, for this person."""
    name = getattr(action, "url", None) or ""
    panel = name.rpartition(":")[0]
    if not panel.startswith("horizon:"):
        return True
    reader = _READER.get() or _Reader(request)
    return bool(page(f"{panel}:index")) and reader.may_open(panel)


def may_open(panel: str, request: HttpRequest) -> bool:
    """Tell whether a person may use a panel: by its permissions, roles and services.

    That there is an address says nothing of it: the panel's pages would answer 403.
    """
    prefix, dashboard, slug, *_more = [*panel.split(":"), "", ""]
    if prefix != "horizon":
        return True
    try:
        found = horizon.get_dashboard(dashboard)
        way = (found, found.get_panel(slug))
    except NotRegistered:
        return True
    return all(each.can_access({"request": request}) for each in way)


def with_query(url: str, **parts: str) -> str:
    """Add to the query of an address; an empty address stays empty."""
    joint = "&" if "?" in url else "?"
    return f"{url}{joint}{urlencode(parts)}" if url else ""


def way_back(request: HttpRequest) -> str:
    """Return where a page was opened from: its ``?next=``, else the page that links to it.

    Empty where neither is known.
    """
    path = own_path(request.GET.get("next", ""))
    before = urlsplit(request.headers.get("Referer", ""))
    if path or before.netloc != request.get_host() or before.path == request.path:
        return path
    return own_path(f"{before.path}?{before.query}" if before.query else before.path)


def oldest_snapshots() -> str:
    """Return the address of the oldest snapshots, empty where there is no such page."""
    return with_query(page("horizon:project:snapshots:index"), sort="created_at")


def snapshots_of(volume_id: str, dashboard: str = "project") -> str:
    """Return the address of a volume's snapshots in the list, empty where there is no such page."""
    url = page(f"horizon:{dashboard}:snapshots:index")
    return with_query(url, field="volume_id", value=volume_id)


def launch_advice_url(snapshot_id: str) -> str:
    """Return the address of Launch as Instance, empty where the operator wants no such dialog."""
    if ours.get("LAUNCH_FROM_SNAPSHOT") != "advise":
        return ""
    return page("horizon:project:snapshots:launch", snapshot_id)


def revert_in_place_url(instance_id: str) -> str:
    """Return the address of Revert Instance, empty where it is switched on for no volume type."""
    if ours.says_only("REIMAGE_FROM_SNAPSHOT", "never"):
        return ""
    return page("horizon:project:volumes:revert_in_place", instance_id)


def group_snapshot_url(group_id: str) -> str:
    """Return the address of Create Snapshot of a group, empty where there is no such page.

    Ours needs no panel of Horizon's groups.
    """
    if ours.is_stocks("GROUP_SNAPSHOT"):
        return page("horizon:project:volume_groups:create_snapshot", group_id)
    return page("horizon:project:volumes:group_snapshot", group_id)
