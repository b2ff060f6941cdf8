# SPDX-License-Identifier: Apache-2.0
"""The line above a list: how much of the project's limits is used, and where the page is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from horizon.utils import functions

from snapshot_dashboard.panels.common.links import page as address_of
from snapshot_dashboard.panels.common.lists.state import ListState
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.usage import Usage, usage
from snapshot_dashboard.rules.listing import Page, Position, position
from snapshot_dashboard.rules.quota import Limit

# What the address says of the place of the page's first row in the list.
_AT = "at"


class HeadedTable:
    """Mixin of tables whose pages are read by marker, which does not tell where a page is."""

    request: HttpRequest
    state: ListState
    _meta: Any
    get_marker: Callable[[], str]
    get_prev_marker: Callable[[], str]
    # Whether the table is a page of its own, and has the line.
    has_head = False
    # The limits that it tells of, by their names in Cinder's quota set.
    head_limits: tuple[str, ...] = ()
    # The project's limits, as far as they could be read with the page.
    limits: Mapping[str, Limit] = {}
    # The name of the address that fills the boxes of the list later, and whether the limits are in
    # one of them (see common/later.py).
    later_name = ""
    limits_later = False
    position: Position | None = None

    def place(self, page: Page[Any]) -> None:
        """Note where a page is in the list."""
        told = self.request.GET.get(_AT, "")
        self.position = position(page, int(told[:9]) if told.isdecimal() else None)

    def position_text(self) -> str:
        """Return where the page is in the list, empty where that is not known."""
        if self.position is None:
            return ""
        rows = figure(self.position.last)
        if self.position.first < self.position.last:
            rows = f"{figure(self.position.first)}-{rows}"
        text = _("%(rows)s of %(count)s")
        if self.state.filters:
            text = _("%(rows)s of %(count)s that match the filter")
        return text % {"rows": rows, "count": figure(self.position.count)}

    def usage(self) -> list[Usage]:
        """Return how much of the project's limits is used, as far as the page knows."""
        return usage(self.limits, self.head_limits)

    @property
    def later_url(self) -> str:
        """Return the address that fills the boxes of the list."""
        return address_of(self.later_name) if self.later_name else ""

    def get_pagination_string(self) -> str:
        """Return the address of the next page, filter and sorting kept."""
        at = self.position.last + 1 if self.position else 0
        return self._page_at(at, self._meta.pagination_param, self.get_marker())

    def get_prev_pagination_string(self) -> str:
        """Return the address of the previous page."""
        size = functions.get_page_size(self.request)
        at = max(self.position.first - size, 1) if self.position else 0
        return self._page_at(at, self._meta.prev_pagination_param, self.get_prev_marker())

    def _page_at(self, first: int, param: str, marker: str) -> str:
        """Return the address of a page; ``first`` is its first row in the list, 0 if unknown."""
        place = {_AT: str(first)} if first else {}
        return self.state.query(**{param: marker}, **place)
