# SPDX-License-Identifier: Apache-2.0
"""Answers one request of ``refresh.js`` for all rows of a page that are changing.

``?action=rows_update&table=T&obj_id=A,B&obj_id=C`` at the page's own address. The answer is JSON:
``rows`` (HTML by id, as the page has it) and ``gone`` (ids). What is in neither is not known yet,
and stays as it was shown. A page's list is read again in one call; what has left it is read one
by one, a few in each answer. One id alone is read alone. Stock's ``row_update`` for one row is
answered as ever.

To draw rows costs more than to read them. So page and answer carry a weak entity tag of all that
their moving rows are drawn from. The script sends it back (``If-None-Match``), and where the rows
are the same now, nothing is drawn and nothing sent: 304.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import get_conditional_response
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from horizon import tables
from horizon.utils import functions
from horizon.utils.http import is_ajax

from snapshot_dashboard import __version__
from snapshot_dashboard.cloud import lists
from snapshot_dashboard.cloud.errors import NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.lists import Kind, Listed
from snapshot_dashboard.cloud.partial_reads import facts, failed, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import json_answers
from snapshot_dashboard.panels.common.lists import fast_rows, search
from snapshot_dashboard.panels.common.lists.search import Search
from snapshot_dashboard.rules.ids import is_id
from snapshot_dashboard.rules.listing import PageRequest, certainly_gone

ACTION = "rows_update"
# What is added to the page's address: for the page's own links it is not there.
_OURS = frozenset({"action", "table", "obj_id", "above", "below", "turn", "project", "region"})
# Rows that have left the list and are read one by one for one answer; each is a call.
_ALONE = 4
# Newer rows on top of the first page, by which its own may have moved down.
_SLACK = 20
# More are not in one answer of Cinder's (osapi_max_limit).
_MOST = 1000
# What the script keeps is in its page: no cache on the way needs to.
_HEADERS = {"Cache-Control": "no-store"}
# By these, and in order of creation, nothing ever moves into or out of a list.
_STEADY_FILTERS = frozenset({"volume_id"})
_STEADY_SORT = "created_at"


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of the script's request.

    ``ids`` are in the order of the page; ``above`` and ``below`` are rows at its ends that are
    final, empty where there are none. ``turn`` counts the answers that left something out, so
    that what is read one by one has its turn.
    """

    table: str
    ids: tuple[str, ...]
    above: str = ""
    below: str = ""
    turn: int = 0


class RefreshedRow(fast_rows.FastRow):
    """A row that is read again together with others; a subclass for each list reads them."""

    kind: Kind[Any]
    # Whether the list is that of all projects.
    everywhere = False

    def get_data(self, request: HttpRequest, object_id: str) -> Any:
        """Read one row, for stock's script.

        :raises CloudError: NotFound when it is gone.
        """
        connection = connect(request)
        found = connection.fetch(partial(self.one, connection, object_id))
        return self.rows(connection, [found])[0]

    def read_for_drawing(self, connection: Connection) -> None:
        """Read what is drawn besides the rows: nothing, unless a list says otherwise."""

    def filters(self, connection: Connection) -> Mapping[str, str]:
        """Return the page's filters as Cinder takes them; on a volume's details, that volume.

        What they leave out, such as an age, the rows of the page are known to be.

        :raises NotFound: nothing can match them any more, or what they name is not looked up.
        """
        volume_id = self.table.kwargs.get("volume_id")
        if volume_id:
            return {"volume_id": volume_id}
        try:
            return search.for_redrawing(connection, self.table.state).filters
        except search.Unclear as unclear:
            raise NotFound from unclear

    def one(self, connection: Connection, object_id: str) -> Any:
        """Read one object of this list.

        :raises CloudError: NotFound when it is gone, or is not of this list.
        """
        raise NotImplementedError

    def by_ids(self, connection: Connection, ids: Sequence[str]) -> Mapping[str, Any]:
        """Read some of these in one call, where the service has a way to: none otherwise."""
        return {}

    def rows(self, connection: Connection, found: Sequence[Any]) -> Sequence[Any]:
        """Make rows of what was read; one that is left out is asked for again."""
        raise NotImplementedError

    def acted_on(self, connection: Connection, found: Sequence[Any]) -> Sequence[Any]:
        """Make rows for an action on them, which are not drawn; none is left out."""
        return self.rows(connection, found)


def asked(request: HttpRequest) -> Asked | None:
    """Return what is asked for, None for any other request."""
    query = request.GET
    if query.get("action") != ACTION or not is_ajax(request):
        return None
    parts = [part for value in query.getlist("obj_id") for part in value.split(",")]
    most = min(functions.get_page_size(request), _MOST)
    turn = query.get("turn", "")
    return Asked(
        table=query.get("table", ""),
        ids=tuple(dict.fromkeys(each for each in parts if is_id(each)))[:most],
        above=query.get("above", ""),
        below=query.get("below", ""),
        turn=int(turn[:9]) if turn.isdecimal() else 0,
    )


def is_part(request: HttpRequest) -> bool:
    """Tell whether ``search.js`` asks for the next part of a search, which is a page of its own."""
    return is_ajax(request) and "project" in request.GET and "action" not in request.GET


def as_page(request: HttpRequest) -> HttpRequest:
    """Return the request for the page itself: its rows lead back to it, not to their refresh."""
    page = copy.copy(request)
    parts = request.META.get("QUERY_STRING", "").split("&")
    query = "&".join(each for each in parts if each.partition("=")[0] not in _OURS)
    # Copying leaves this one out.
    page.resolver_match = request.resolver_match
    page.META = {**request.META, "QUERY_STRING": query}
    page.GET = QueryDict(query)
    return page


def answer(table: Any, wanted: Asked) -> HttpResponse:
    """Read the rows and return them.

    :raises CloudError: the service did not answer, or the session has expired.
    """
    connection = connect(table.request)
    row = table._meta.row_class(table)
    if table.moved():
        # Another project or region was chosen meanwhile, in another tab: nothing is gone.
        return HttpResponse(status=409)
    if not wanted.ids:
        return _response({}, [])
    found, gone = _read(row, connection, wanted)
    shown = row.rows(connection, [found[each] for each in wanted.ids if each in found])
    if len(shown) < len(wanted.ids):
        row.read_for_drawing(connection)
        return _response(_drawn(table, shown), [each for each in wanted.ids if each in gone])
    tag = entity_tag(table, shown)
    bare = HttpResponse(headers={**_HEADERS, "ETag": tag})
    unchanged: HttpResponse = get_conditional_response(table.request, etag=tag, response=bare)
    if unchanged is not bare:
        return unchanged
    row.read_for_drawing(connection)
    return _response(_drawn(table, shown), [], ETag=tag)


def entity_tag(table: Any, shown: Sequence[Any]) -> str:
    """Return a weak entity tag of rows: of all that they are drawn from, and for whom.

    The project's limits are left out: they are those of the page until a row changes, as in the
    rows that do not move, and to read them would double what a poll costs.
    """
    request, user = table.request, table.request.user
    person = (user.id, user.project_id, user.services_region, user.roles)
    page = (request.get_full_path(), get_language(), get_current_timezone_name(), __version__)
    facts = [
        {name: each for name, each in vars(datum).items() if not callable(each)} for datum in shown
    ]
    return json_answers.entity_tag(repr((person, page, facts)))


def _response(rows: Mapping[str, str], gone: Sequence[str], **headers: str) -> HttpResponse:
    return json_answers.JsonAnswer({"rows": rows, "gone": gone}, headers={**_HEADERS, **headers})


def _drawn(table: Any, shown: Sequence[Any]) -> dict[str, str]:
    """Draw rows as the page does: there, the buttons above them decide whether there are boxes."""
    table.data = shown
    batch = any(isinstance(each, tables.BatchAction) for each in table.get_table_actions())
    table.set_multiselect_column_visibility(batch)
    return {table.get_object_id(row.datum): row.render() for row in table.get_rows()}


def _read(
    row: RefreshedRow, connection: Connection, wanted: Asked
) -> tuple[dict[str, Any], set[str]]:
    """Return what was found, and the ids that are gone."""
    if len(wanted.ids) == 1:
        return _one(row, connection, wanted.ids[0])
    request = _page(row, connection)
    again = _again(row, connection, request)
    found = {each.id: each for each in again.items if each.id in wanted.ids}
    gone = _proven(wanted, request, again)
    missing = [each for each in wanted.ids if each not in found and each not in gone]
    found |= row.by_ids(connection, missing) if missing else {}
    missing = [each for each in missing if each not in found]
    alone, away = _some(row, connection, missing, wanted.turn)
    return found | alone, gone | away


def _page(row: RefreshedRow, connection: Connection) -> PageRequest | None:
    try:
        request: PageRequest = row.table.page_request(Search(row.filters(connection)))
    except NotFound:
        return None
    slack = 0 if request.marker else _SLACK
    return request.with_size(min(request.size + slack, _MOST - 1))


def _again(row: RefreshedRow, connection: Connection, request: PageRequest | None) -> Listed[Any]:
    """Read the page's list again, in one call."""
    if request is None:
        return Listed()
    read = partial(lists.page, connection, row.kind, request, everywhere=row.everywhere)
    try:
        return connection.fetch(read)
    except NotFound:
        # The row after which this page begins was deleted: where the page is, is not known.
        return Listed()


def _proven(wanted: Asked, request: PageRequest | None, again: Listed[Any]) -> set[str]:
    """Return the ids of which the list alone proves that they are gone."""
    if request is None or request.sort != _STEADY_SORT or request.filters.keys() - _STEADY_FILTERS:
        return set()
    order = [wanted.above, *wanted.ids, wanted.below]
    there = {each.id for each in again.items}
    shown = order[::-1] if request.backwards else order
    gone = certainly_gone(shown, there, complete=again.complete)
    return set(gone).intersection(wanted.ids)


def _one(
    row: RefreshedRow, connection: Connection, object_id: str
) -> tuple[dict[str, Any], set[str]]:
    try:
        return {object_id: connection.fetch(partial(row.one, connection, object_id))}, set()
    except NotFound:
        return {}, {object_id}


def _some(
    row: RefreshedRow, connection: Connection, missing: Sequence[str], turn: int
) -> tuple[dict[str, Any], set[str]]:
    """Read a few one by one, all at once, others each turn; what fails is not known yet."""
    start = turn * _ALONE % len(missing) if missing else 0
    chosen = [*missing[start:], *missing[:start]][:_ALONE]
    read = facts(connection, partial(row.one, connection), chosen)
    gone = {each for each, error in failed(read).items() if isinstance(error, NotFound)}
    return values(read), gone
