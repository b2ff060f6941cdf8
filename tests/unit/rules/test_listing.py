# SPDX-License-Identifier: Apache-2.0
"""One page of a long list, forwards and backwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.listing import Page, PageRequest, Position, page_of, position


def ask(rows: list[int], request: PageRequest) -> list[int]:
    """Answer a request as Cinder does: sorted, after the marker, no more than the limit."""
    ordered = sorted(rows, reverse=request.direction == "desc")
    start = ordered.index(int(request.marker)) + 1 if request.marker else 0
    return ordered[start : start + request.limit]


def page(rows: list[int], request: PageRequest) -> Page[int]:
    """Return the page that a request shows."""
    return page_of(ask(rows, request), request)


def test_one_row_more_than_shown_is_asked_for() -> None:
    assert PageRequest(size=20).limit == 21


def test_the_newest_come_first_unless_asked_otherwise() -> None:
    assert (PageRequest(size=1).sort, PageRequest(size=1).direction) == ("created_at", "desc")


def test_paging_backwards_asks_in_reverse_order() -> None:
    assert PageRequest(size=1, backwards=True).direction == "asc"
    assert PageRequest(size=1, descending=False, backwards=True).direction == "desc"


def test_a_full_list_on_one_page_has_no_neighbours() -> None:
    assert page([1, 2, 3], PageRequest(size=3)) == Page((3, 2, 1), more=False, previous=False)


def test_the_extra_row_is_not_shown_and_means_that_more_follow() -> None:
    assert page([1, 2, 3], PageRequest(size=2)) == Page((3, 2), more=True, previous=False)


def test_an_empty_answer_is_an_empty_page() -> None:
    assert page([], PageRequest(size=2)) == Page()


@given(
    rows=st.lists(st.integers(0, 99), unique=True, max_size=25),
    size=st.integers(1, 7),
    descending=st.booleans(),
)
def test_paging_forth_and_back_shows_every_row_once_in_order(
    rows: list[int], size: int, descending: bool
) -> None:
    request = PageRequest(size=size, descending=descending)
    pages = [page(rows, request)]
    while pages[-1].more:
        last = str(pages[-1].items[-1])
        pages.append(page(rows, PageRequest(size=size, descending=descending, marker=last)))
    shown = [row for each in pages for row in each.items]
    assert shown == sorted(rows, reverse=descending)
    for earlier, later in zip(pages, pages[1:], strict=False):
        first = str(later.items[0])
        back = PageRequest(size=size, descending=descending, marker=first, backwards=True)
        assert page(rows, back).items == earlier.items
        assert page(rows, back).previous is (earlier is not pages[0])
        assert page(rows, back).more


def _pages(more: bool, previous: bool, rows: int = 20, count: int | None = 58) -> Page[int]:
    return Page(tuple(range(rows)), more=more, previous=previous, count=count)


@pytest.mark.parametrize(
    ("page_shown", "told", "expected"),
    [
        (_pages(more=True, previous=False), None, Position(1, 20, 58)),
        # What an address says of the first and the last page is not needed.
        (_pages(more=True, previous=False), 41, Position(1, 20, 58)),
        (_pages(more=False, previous=True, rows=18), 39, Position(41, 58, 58)),
        (_pages(more=True, previous=True), 21, Position(21, 40, 58)),
        # Rows have come or gone since: it cannot be true.
        (_pages(more=True, previous=True), 1, None),
        (_pages(more=True, previous=True), 39, None),
        (_pages(more=True, previous=True), 90, None),
        (_pages(more=True, previous=True), None, None),
        # A cloud that does not count; one page says it by itself.
        (_pages(more=True, previous=False, count=None), None, None),
        (_pages(more=False, previous=False, rows=3, count=None), None, Position(1, 3, 3)),
        (_pages(more=False, previous=False, rows=0, count=0), None, None),
        # A count that another request has made untrue.
        (_pages(more=False, previous=False, rows=3, count=4), None, None),
    ],
)
def test_a_position_is_told_only_where_it_can_be_true(
    page_shown: Page[int], told: int | None, expected: Position | None
) -> None:
    assert position(page_shown, told) == expected


def test_rows_that_cannot_be_shown_have_their_place_too() -> None:
    assert position(Page((1, 2), unread=1, count=3), None) == Position(1, 3, 3)
