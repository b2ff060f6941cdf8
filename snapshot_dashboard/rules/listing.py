# SPDX-License-Identifier: Apache-2.0
"""One page of a long list, read by marker, sorted and filtered by the service."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from snapshot_dashboard.rules.list_search import Conditions
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

Item = TypeVar("Item")
Listed = TypeVar("Listed", Snapshot, Volume)

# Rows that are looked through for one page of a search: somebody waits for them.
PART = 200


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What to read: ``size`` rows after ``marker``, or before it when ``backwards``.

    ``filters`` are the service's; ``conditions`` are compared with what it returns. ``object_id``
    is the only one to show, where an id was searched for. ``counted`` asks how many there are.
    """

    size: int
    sort: str = "created_at"
    descending: bool = True
    filters: Mapping[str, str] = field(default_factory=dict)
    marker: str | None = None
    backwards: bool = False
    conditions: Conditions = Conditions()
    object_id: str = ""
    counted: bool = False

    @property
    def searches(self) -> bool:
        """Tell whether the rows to show stand anywhere in the list, not one after the other."""
        if not self.conditions:
            return False
        in_order = self.sort == "created_at" and self.conditions.are_first(
            descending=self.descending
        )
        return not in_order

    @property
    def direction(self) -> str:
        """Return the direction to ask the service for: reversed when paging backwards."""
        return "desc" if self.descending is not self.backwards else "asc"

    @property
    def limit(self) -> int:
        """Return how many rows to ask for: one more than shown tells whether more follow."""
        return max(PART, self.size + 1) if self.searches else self.size + 1

    def with_size(self, size: int) -> PageRequest:
        """Return the same page with another number of rows."""
        return replace(self, size=size)


@dataclass(frozen=True, slots=True)
class Searched:
    """How far a search has come: ``read`` rows of ``everything`` (None: not known).

    ``marker`` is after which row to go on, empty where the list has come to its end.
    """

    read: int
    everything: int | None = None
    marker: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """The rows to show, in the order asked for, and whether there are pages on either side.

    ``unread`` counts those of the page that cannot be shown. ``searched`` is that of a list that
    is searched part by part. ``count`` are those of all pages, None where that is not known.
    """

    items: tuple[Item, ...] = ()
    more: bool = False
    previous: bool = False
    unread: int = 0
    searched: Searched | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Which rows of a list a page shows, the first row of the list being 1."""

    first: int
    last: int
    count: int


def page_of(
    answer: Sequence[Item | None], request: PageRequest, count: int | None = None
) -> Page[Item]:
    """Turn the service's answer to ``request`` into a page; None is what cannot be shown."""
    extra = len(answer) > request.size
    entries = answer[: request.size]
    rows = tuple(each for each in entries if each is not None)
    unread = len(entries) - len(rows)
    if request.backwards:
        return Page(rows[::-1], request.marker is not None, extra, unread, count=count)
    return Page(rows, extra, request.marker is not None, unread, count=count)


def position(page: Page[Item], told: int | None) -> Position | None:
    """Return where a page is in its list, None where that is not known.

    A marker does not say how many rows are before it: ``told`` is what the address says of the
    first one. It may be out of date, so it counts only in the middle of a list, and only where it
    can be true.
    """
    shown = len(page.items) + page.unread
    alone = not page.more and not page.previous
    count = shown if page.count is None and alone else page.count
    if not shown or count is None or page.searched:
        return None
    first = _first(page, told or 0, count - shown + 1)
    found = Position(first, first + shown - 1, count)
    agrees = (first > 1, found.last < count) == (page.previous, page.more)
    return found if first >= 1 and agrees else None


def _first(page: Page[Item], told: int, of_last_page: int) -> int:
    if not page.previous:
        return 1
    return told if page.more else of_last_page


def found_on_page(
    answer: Sequence[Listed | None],
    request: PageRequest,
    *,
    everything: int | None = None,
    last: str = "",
    followed: bool = False,
) -> Page[Listed]:
    """Return those of the service's answer that meet the conditions of a request.

    ``last`` is the id of the last one in the answer, after which more follow where it is
    ``followed`` or as long as it was asked for.
    """
    end = _end_of_age(answer, request)
    met = tuple(each for each in answer[:end] if each and request.conditions.met_by(each))
    unread = answer[:end].count(None)
    goes_on = end == len(answer) and (followed or len(answer) >= request.limit)
    if not request.searches:
        page = page_of(met, request)
        # A service may give fewer than it is asked for.
        return replace(page, more=page.more or (goes_on and not request.backwards), unread=unread)
    rows = met[: request.size]
    if len(met) > request.size:
        # What is shown ends where the next page begins.
        searched = Searched(answer.index(rows[-1]) + 1, everything, "")
        return Page(rows, True, unread=unread, searched=searched)
    searched = Searched(end, everything, last if goes_on else "")
    return Page(rows, False, unread=unread, searched=searched)


def _end_of_age(answer: Sequence[Listed | None], request: PageRequest) -> int:
    """Return how many are before the age that a request ends at, in order of creation."""
    if request.sort != "created_at" or request.backwards:
        return len(answer)
    for place, each in enumerate(answer):
        if each and request.conditions.end_at(each, descending=request.descending):
            return place
    return len(answer)


def certainly_gone(shown: Sequence[str], there: Collection[str], *, complete: bool) -> set[str]:
    """Tell which rows of a page no longer exist, by the order of the list alone.

    ``shown`` are their ids in the order in which the service lists them, from the page's marker
    on; ``there`` are those that it lists now, from the same marker on; ``complete``: to the end.
    A list has no holes, so what stood before one that is there is there too, or is gone. Only
    where rows never move in the list, nor out of it.
    """
    known = [place for place, each in enumerate(shown) if each in there]
    reach = len(shown) if complete else max(known, default=0)
    return {each for each in shown[:reach] if each not in there}
