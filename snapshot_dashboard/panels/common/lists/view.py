# SPDX-License-Identifier: Apache-2.0
"""A page with one list whose state is in the address."""

from __future__ import annotations

from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from horizon import tables

from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.lists import refresh, search
from snapshot_dashboard.panels.common.lists.state import ListState
from snapshot_dashboard.panels.common.lists.table import AddressTable
from snapshot_dashboard.rules.listing import Page, PageRequest


class AddressView(tables.DataTableView):
    """A page with one :class:`AddressTable`."""

    table: AddressTable

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page; what its search form sends is shown at an address without empty fields."""
        if "" in (each.strip() for each in request.GET.getlist("value")):
            return shortcuts.redirect(_address(request, self.get_table().state))
        if refresh.is_part(request) and self.get_table().moved():
            # Another project or region was chosen meanwhile, in another tab.
            return HttpResponse(status=409)
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer

    def asked(self, connection: Connection, *, everywhere: bool = False) -> PageRequest:
        """Return what the address asks for.

        :raises Unclear: it names what is not there, or not the only one.
        :raises CloudError: a name cannot be looked up.
        """
        wanted = search.asked(connection, self.table.state, everywhere=everywhere)
        return self.table.page_request(wanted)

    def show(self, page: Page[Any]) -> None:
        """Note on the table whether there are pages before and after, and what is left out."""
        self._page = page
        table = self.get_table()
        table.left_out = problems.left_out(page.unread) if page.unread else None
        table.searched = page.searched
        table.place(page)

    def has_more_data(self, table: AddressTable) -> bool:
        """Tell Horizon whether a next page exists."""
        return self._page.more

    def has_prev_data(self, table: AddressTable) -> bool:
        """Tell Horizon whether a previous page exists."""
        return self._page.previous

    def update_server_filter_action(
        self, request: HttpRequest, table: AddressTable | None = None
    ) -> None:
        """Do nothing: stock keeps a filter in the session, we in the address."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Turn a filter that is posted as stock's form does into an address.

        Everything else is a table action.
        """
        table = self.get_table()
        action = table._meta._filter_action
        posted = request.POST.get(action.get_param_name()) if action else None
        if posted is None or "action" in request.POST:
            return self.get(request, *args, **kwargs)
        field = request.POST.get(action.get_param_name() + "_field", "")
        return shortcuts.redirect(_address(request, table.state.with_filter(field, posted.strip())))


def _address(request: HttpRequest, state: ListState) -> str:
    query = state.query()
    return request.path + (f"?{query}" if query else "")
