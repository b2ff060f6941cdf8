# SPDX-License-Identifier: Apache-2.0
"""The state of a list as its URL holds it: filters, sorting and the page's marker."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from snapshot_dashboard.rules.list_search import is_oldest_first

_NEWEST_FIRST, _OLDEST_FIRST = ("created_at", True), ("created_at", False)


@dataclass(frozen=True, slots=True)
class ListState:
    """Filters, sorting and marker; ``filters`` are (field, value) pairs, each field once."""

    filters: tuple[tuple[str, str], ...] = ()
    sort: str = "created_at"
    descending: bool = True
    marker: str = ""
    backwards: bool = False

    def with_filter(self, field: str, value: str) -> ListState:
        """Return the first page of the list with this filter; an empty value takes it away."""
        others = tuple(each for each in self.filters if each[0] != field)
        filters = others + (((field, value),) if field and value else ())
        state = replace(self, filters=filters, marker="", backwards=False)
        return state._in(state.usual_order) if self.order == self.usual_order else state

    @property
    def order(self) -> tuple[str, bool]:
        """Return by what it is sorted, and whether descending."""
        return self.sort, self.descending

    @property
    def usual_order(self) -> tuple[str, bool]:
        """Return the order of an address that names none: where what is searched for begins."""
        oldest = any(field == "age" and is_oldest_first(value) for field, value in self.filters)
        return _OLDEST_FIRST if oldest else _NEWEST_FIRST

    def _in(self, order: tuple[str, bool]) -> ListState:
        return self.sorted_by(order[0], descending=order[1])

    def sorted_by(self, sort: str, *, descending: bool) -> ListState:
        """Return the first page of the list in another order."""
        return replace(self, sort=sort, descending=descending, marker="", backwards=False)

    def query(self, **extra: str) -> str:
        """Return the query string of the filters and the sorting, without a marker."""
        pairs = [
            pair for each in self.filters for pair in zip(("field", "value"), each, strict=True)
        ]
        if self.order != self.usual_order:
            pairs.append(("sort", ("-" if self.descending else "") + self.sort))
        return urlencode([*pairs, *extra.items()])


def read(query: QueryDict, fields: Collection[str], keys: Collection[str]) -> ListState:
    """Read filters and sorting; what is not among ``fields`` or ``keys`` is left out.

    A value whose field is not known, or that has none, belongs to the first field.
    """
    sort = query.get("sort", "")
    key = sort.removeprefix("-")
    state = ListState()
    for field, value in _pairs(query):
        known = field if field in fields else next(iter(fields), "")
        state = state.with_filter(known, value)
    return state.sorted_by(key, descending=sort.startswith("-")) if key in keys else state


def _pairs(query: QueryDict) -> Iterator[tuple[str, str]]:
    values = [value.strip() for value in query.getlist("value")]
    names = query.getlist("field")
    return zip(names + [""] * (len(values) - len(names)), values, strict=False)
