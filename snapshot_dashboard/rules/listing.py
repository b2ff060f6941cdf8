# SPDX-License-Identifier: Apache-2.0
"""One page of a long list, read by marker, sorted and filtered by the service."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What to read: ``size`` rows after ``marker``, or before it when ``backwards``."""

    size: int
    sort: str = "created_at"
    descending: bool = True
    filters: Mapping[str, str] = field(default_factory=dict)
    marker: str | None = None
    backwards: bool = False

    @property
    def direction(self) -> str:
        """Return the direction to ask the service for: reversed when paging backwards."""
        return "desc" if self.descending is not self.backwards else "asc"

    @property
    def limit(self) -> int:
        """Return how many rows to ask for: one more than shown tells whether more follow."""
        return self.size + 1

    def with_size(self, size: int) -> PageRequest:
        """Return the same page with another number of rows."""
        return replace(self, size=size)


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """The rows to show, in the order asked for, and whether there are pages on either side.

    ``unread`` counts those of the page that cannot be shown.
    """

    items: tuple[Item, ...] = ()
    more: bool = False
    previous: bool = False
    unread: int = 0


def page_of(answer: Sequence[Item | None], request: PageRequest) -> Page[Item]:
    """Turn the service's answer to ``request`` into a page; None is what cannot be shown."""
    extra = len(answer) > request.size
    entries = answer[: request.size]
    rows = tuple(each for each in entries if each is not None)
    unread = len(entries) - len(rows)
    if request.backwards:
        return Page(rows[::-1], request.marker is not None, extra, unread)
    return Page(rows, extra, request.marker is not None, unread)


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
