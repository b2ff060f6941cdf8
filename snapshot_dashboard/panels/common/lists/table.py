# SPDX-License-Identifier: Apache-2.0
"""Base table and view of the lists: state in the URL, read page by page.

:class:`AddressTable` and :class:`AddressView` keep Horizon's table and form protocol: same
names, same buttons, same POST; only where the state lives is different, so that a filtered
list can be bookmarked, sent to somebody, and gone back to.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MethodType
from typing import Any
from urllib.parse import urlencode

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import messages, tables
from horizon.utils import functions

from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.panels.common import problems, scope
from snapshot_dashboard.panels.common.html import link
from snapshot_dashboard.panels.common.links import leads_somewhere
from snapshot_dashboard.panels.common.lists import (
    chosen_rows,
    fast_rows,
    head,
    refresh,
    search_form,
)
from snapshot_dashboard.panels.common.lists import state as lists_state
from snapshot_dashboard.panels.common.lists.filter_words import NothingMatches
from snapshot_dashboard.panels.common.lists.search import Search
from snapshot_dashboard.panels.common.lists.state import ListState
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.source_search_texts import number, tally
from snapshot_dashboard.panels.common.statuses import ROW_STATUS
from snapshot_dashboard.rules.listing import PageRequest, Searched
from snapshot_dashboard.rules.source_search import SearchProgress
from snapshot_dashboard.rules.volume import phase

_SEARCH = "snapshot_dashboard/common/_search.html"


class SettlingRow(refresh.RefreshedRow):
    """A row that is refreshed only while its status will change by itself.

    Stock refreshes every status it has no entry for, for ever: reserved volumes, for one.
    """

    ajax = True

    @property
    def status(self) -> bool | None:
        """Return Horizon's row status: None is "still moving"."""
        return ROW_STATUS[phase(self.datum.status)]

    def load_cells(self, datum: Any = None) -> None:
        """Mark a row that moves for our script, which asks for all of them at once.

        Stock's script asks for each that has its class: those only that it asked for itself.
        """
        super().load_cells(datum)
        if self.status is None and self.table.request.GET.get("action") != "row_update":
            self.classes.remove("ajax-update")
            self.attrs["data-sd-moving"] = "true"


class AddressTable(head.HeadedTable, chosen_rows.WholeActions, tables.DataTable):
    """Table that reads its state from the URL and shares nothing between requests.

    Horizon keeps the action instances, the options and the columns' CSS classes of a table on
    its class: with several threads, one person's "Quota exceeded" can be shown to another. Each
    instance here works on copies of its own.
    """

    # Columns that the service can sort by, with its name for the key.
    sort_keys: Mapping[str, str] = {}
    no_match_message: str | Promise = ""
    none_yet_message: str | Promise = gettext_lazy("No items to display.")
    # What is said of a row that an action was asked for, and that is not there any more.
    gone_message: str | Promise = chosen_rows.GONE
    # Where dialogs lead back to, where that is not the page itself.
    way_back = ""
    # Columns that are not shown where no row of the page has anything in them, with what each has.
    # They are hidden by a style, so that rows which are read again fit in.
    foldable: Mapping[str, Callable[[Any], object]] = {}
    # What to type into the search box; a table without it has none.
    search_label: str | Promise = ""
    # The statuses to choose from.
    statuses: Sequence[str] = ()

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        shared: Any = type(self)
        self.asked = refresh.asked(request)
        # Before what the script adds to the address is left out of it.
        self.scope, self.opened_in = scope.current(request), scope.opened_in(request)
        if self.asked or refresh.is_part(request):
            request = refresh.as_page(request)
        self.base_actions = {
            name: _own_copy(action) for name, action in shared.base_actions.items()
        }
        self._meta = copy.copy(shared._meta)
        self._meta.cell_class = fast_rows.FastCell
        self._meta.table_actions_template = "snapshot_dashboard/common/_table_actions.html"
        if self._meta._filter_action:
            self._meta._filter_action = self.base_actions[self._meta._filter_action.name]
        self.decisions = fast_rows.Decisions(request)
        self._once: dict[Hashable, Any] = {}
        self.rules_of = {name: action.policy_rules for name, action in shared.base_actions.items()}
        self.has_stocks_rows = fast_rows.is_stocks(*fast_rows.ROWS)
        self.has_stocks_actions = fast_rows.is_stocks(*fast_rows.ACTIONS)
        super().__init__(request, *args, **kwargs)
        for name in self.columns.keys() & self.foldable.keys():
            column = self.columns[name]
            column.classes = [*column.classes, f"sd-column-{name}"]
        self.state = self.read_state()
        self.problem: Problem | None = None
        # Entries of the list that have no id.
        self.left_out: Problem | None = None
        self.searched: Searched | None = None

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what all rows of this page have in common, made for the first of them."""
        if key not in self._once:
            self._once[key] = make()
        return self._once[key]

    def entity_tag(self) -> str:
        """Return the entity tag of the moving rows as shown, empty where there are none."""
        moving = [each for each in self.data or () if ROW_STATUS[phase(each.status)] is None]
        return refresh.entity_tag(self, moving) if moving else ""

    def folded(self) -> list[str]:
        """Return the columns that are empty on this page, none where there are no rows."""
        rows = self.data or ()
        return [name for name, said in self.foldable.items() if rows and not any(map(said, rows))]

    def get_columns(self) -> Any:
        """Return the columns, none of which the browser may sort: it knows one page only."""
        for column in self.columns.values():
            if "sortable" in column.classes:
                column.classes = [name for name in column.classes if name != "sortable"]
        return super().get_columns()

    def _filter_action(self, action: Any, request: HttpRequest, datum: Any = None) -> bool:
        """Leave out what leads to a page that an operator has hidden, before its link is made.

        And what the role does not allow: Horizon asks the policy for each row anew, so its rules
        are taken from the actions (see ``_own_copy``) and decided here.
        """
        leads = partial(leads_somewhere, action, request)
        if not self.once(("leads", action.name), leads):
            return False
        rules = self.rules_of[action.name]
        if rules and not self.decisions.allow(rules, action.get_policy_target(request, datum)):
            return False
        return bool(super()._filter_action(action, request, datum))

    def render_row_actions(self, datum: Any, row: bool = False) -> SafeString:
        """Return the menu of a row's actions, or with ``row`` stock's row of buttons."""
        if row:
            return SafeString(super().render_row_actions(datum, row))
        return fast_rows.menu(self.get_row_actions(datum), self.get_object_id(datum))

    def set_multiselect_column_visibility(self, visible: bool = True) -> None:
        """Show or hide the tick column, on this instance's own list of classes."""
        column = next(iter(self.columns.values()))
        column.classes = list(column.classes)
        super().set_multiselect_column_visibility(visible)

    def read_state(self) -> ListState:
        """Read the address; whatever is not valid falls back to the default."""
        query = self.request.GET
        fields = [str(choice[0]) for choice in self.filter_choices]
        state = lists_state.read(query, fields, self.sort_keys.values())
        back = query.get(self._meta.prev_pagination_param, "")
        marker = back or query.get(self._meta.pagination_param, "")
        return replace(state, marker=marker, backwards=bool(back))

    def with_way_back(self, url: str) -> str:
        """Add the address of this page, for a dialog to return to."""
        if self.request.GET.get("action") == "row_update":
            return url
        joint = "&" if "?" in url else "?"
        here = {"next": self.way_back or self.request.get_full_path()}
        return url + joint + self.once("next", partial(urlencode, here))

    def maybe_preempt(self) -> HttpResponse | None:
        """Answer the refresh of rows, or of one; 404 only when that one is gone.

        An action that was asked for in another project or region is not taken.
        """
        if self.request.method == "POST" and "action" in self.request.POST and self.moved():
            return self.not_taken()
        try:
            if self.asked and self.asked.table == self.name and self.is_refreshed():
                return refresh.answer(self, self.asked)
            answer: HttpResponse | None = super().maybe_preempt()
        except NotFound:
            return HttpResponse(status=404)
        except CloudError:
            return HttpResponse(status=503)
        return answer

    def is_refreshed(self) -> bool:
        """Tell whether rows of this table are read again: those of attachments are not."""
        return issubclass(self._meta.row_class, refresh.RefreshedRow)

    def take_action(
        self, action_name: str, obj_id: str | None = None, obj_ids: list[str] | None = None
    ) -> HttpResponse | None:
        """Act on the rows that were asked for, wherever they are by now; then show this page.

        Horizon looks for them among the rows of the page as it is now, and leaves all of them
        alone where one is missing.
        """
        action: Any = self.base_actions.get(action_name)
        if not hasattr(action, "single") and not hasattr(action, "multiple"):
            # A link, which a browser follows by itself.
            return None
        asked = [obj_id] if obj_id else obj_ids or self.request.POST.getlist("object_ids")
        if not asked or action.preempt or {action.method, self.request.method} != {"POST"}:
            return super().take_action(action_name, obj_id, obj_ids)
        there = chosen_rows.present(self, asked, self.gone_message)
        answer = self._act_on(action, there) if there else None
        return answer or shortcuts.redirect(self.request.get_full_path())

    def _act_on(self, action: Any, ids: list[str]) -> HttpResponse | None:
        if action.handles_multiple:
            answer: HttpResponse | None = super().take_action(action.name, obj_ids=ids)
            return answer
        return [super(AddressTable, self).take_action(action.name, each) for each in ids][-1]

    def moved(self) -> bool:
        """Tell whether the list is another one than when its page was made.

        That of all projects is the same in each of them.
        """
        then = self.opened_in
        if getattr(self._meta.row_class, "everywhere", False):
            return then.region != self.scope.region
        return then != self.scope

    def not_taken(self) -> HttpResponse:
        """Show the list as it is now, and say that nothing was done."""
        problem = scope.switched(self.request, self.opened_in, scope.NOTHING_DONE)
        messages.error(self.request, format_html("{}. {}", problem.title, problem.text))
        return shortcuts.redirect(self.request.get_full_path())

    @property
    def rows_of_a_page(self) -> int:
        """Return how many rows this person wants on a page."""
        return int(functions.get_page_size(self.request))

    def page_request(self, wanted: Search) -> PageRequest:
        """Return what to ask the service for."""
        request = wanted.of(
            PageRequest(
                size=self.rows_of_a_page,
                sort=self.state.sort,
                descending=self.state.descending,
                marker=self.state.marker or None,
                backwards=self.state.backwards,
                counted=True,
            )
        )
        # What was found before is not known any more.
        return replace(request, backwards=False) if request.searches else request

    def failed(self, error: CloudError, unreadable: Problem) -> None:
        """Note why the list cannot be shown; that nothing matches its filter is no failure."""
        if isinstance(error, NothingMatches):
            return
        self.problem = problems.listing(error, unreadable, paged=bool(self.state.marker))

    def get_empty_message(self) -> str | Promise:
        """Return why there are no rows: none that match, or none at all; not after a failure.

        A page that does not begin at the first row only says that it is empty, with the way back.
        """
        if self.problem:
            return ""
        if self.searched and self.searched.marker:
            return _("Nothing was found so far.")
        if self.state.marker and not self.is_fruitless:
            first = link(f"?{self.state.query()}", _("First page"))
            return format_html("{} {}", _("There are no rows on this page of the list."), first)
        if not self.state.filters:
            return self.none_yet_message
        return search_form.nothing(self)

    @property
    def is_fruitless(self) -> bool:
        """Tell whether a search has found nothing at all."""
        return bool(self.searched and not self.found)

    @property
    def found(self) -> int:
        """Return how many rows a search has found, those of its pages before counted."""
        return number(self.request.GET.get("found", "")) + len(self.data or ())

    @property
    def progress(self) -> str:
        """Return how far a search is that has not come to its end."""
        return search_form.progress(self.searched_in_all) if self.searched else ""

    @property
    def searched_in_all(self) -> SearchProgress:
        """Return how many rows were looked at, those of the pages before counted."""
        query, searched = self.request.GET, self.searched or Searched(0)
        before = tally(query.get("done", ""), query.get("all", ""))
        return SearchProgress(before.done + searched.read, before.everything or searched.everything)

    @property
    def further(self) -> str:
        """Return the address with which a search goes on, empty where it is at its end."""
        if not (self.searched and self.searched.marker):
            return ""
        tally = self.searched_in_all
        more = {"done": tally.done, "all": tally.everything or 0, "found": self.found}
        marker = {self._meta.pagination_param: self.searched.marker}
        return "?" + self.state.query(**marker, **{key: str(each) for key, each in more.items()})

    @property
    def filter_choices(self) -> tuple[tuple[Any, ...], ...]:
        """Return the choices of the filter, an empty tuple for a table without one."""
        action = self._meta._filter_action
        return tuple(action.filter_choices) if action else ()

    def get_filter_string(self) -> str:
        """Return nothing: stock would look for it in the rows of the page."""
        return ""

    def render(self) -> SafeString:
        """Return the table, below the form with which it is searched."""
        form = ""
        if self.search_label:
            form = render_to_string(_SEARCH, {"table": self, "form": search_form.SearchForm(self)})
        return format_html("{}{}", form, super().render())

    def chips(self) -> list[search_form.Chip]:
        """Return what is searched for, each with the way to go without it."""
        return search_form.chips(self)

    def headers(self) -> list[Header]:
        """Return the column heads, with the address that sorts by each where it can be."""
        return [self._header(column) for column in self.get_columns()]

    def _header(self, column: Any) -> Header:
        key = self.sort_keys.get(column.name or "")
        current = key is not None and key == self.state.sort
        if key is None:
            return Header(column)
        descending = not self.state.descending if current else key == "created_at"
        address = self.state.sorted_by(key, descending=descending)
        direction = ("descending" if self.state.descending else "ascending") if current else ""
        return Header(column, "?" + address.query(), direction)


@dataclass(frozen=True, slots=True)
class Header:
    """A column head; ``direction`` is the value of ``aria-sort``, empty when not sorted."""

    column: Any
    address: str = ""
    direction: str = ""


def _own_copy(action: Any) -> Any:
    own = copy.copy(action)
    for name, value in vars(action).items():
        # Horizon binds "single" and "multiple" to the instance that it made them for.
        if isinstance(value, MethodType) and value.__self__ is action:
            setattr(own, name, MethodType(value.__func__, own))
    own.attrs = dict(action.attrs)
    own.classes = list(action.classes)
    if isinstance(getattr(action, "url", None), str):
        own.url = fast_rows.RowAddress(action.url)
    # In the person's language, once for all rows.
    if isinstance(getattr(action, "verbose_name", None), Promise):
        own.verbose_name = str(action.verbose_name)
    # The table asks the policy, once for rows that are alike.
    own.policy_rules = None
    return own
