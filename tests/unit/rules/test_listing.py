# SPDX-License-Identifier: Apache-2.0
"""One page of a long list, forwards and backwards."""

from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.listing import Page, PageRequest, page_of


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
