# SPDX-License-Identifier: Apache-2.0
"""Reading and writing the state of a list in its URL."""

import string
from urllib.parse import parse_qs

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.panels.common.lists.state import ListState, read

FIELDS = ("name", "status", "host")
KEYS = ("name", "created_at")
values = st.text(min_size=1, max_size=8).map(str.strip).filter(bool)
states = st.builds(
    ListState,
    filters=st.lists(
        st.tuples(st.sampled_from(FIELDS), values), unique_by=lambda each: each[0], max_size=3
    ).map(tuple),
    sort=st.sampled_from(KEYS),
    descending=st.booleans(),
)


def said(query: str) -> ListState:
    """Read the state of an address."""
    return read(QueryDict(query), FIELDS, KEYS)


@given(states)
def test_an_address_says_all_of_a_state(state: ListState) -> None:
    assert said(state.query()) == state


@given(states, st.sampled_from(FIELDS), values)
def test_a_filter_is_there_once_and_last_and_on_the_first_page(
    state: ListState, field: str, value: str
) -> None:
    after = ListState(state.filters, marker="m", backwards=True).with_filter(field, value)
    assert after.filters[-1] == (field, value)
    assert set(after.filters[:-1]) == {each for each in state.filters if each[0] != field}
    assert (after.marker, after.backwards) == ("", False)
    assert after.with_filter(field, "").filters == after.filters[:-1]


@given(st.text(alphabet=string.printable, max_size=60))
def test_no_address_is_too_strange(query: str) -> None:
    state = said(query)
    assert all(field in FIELDS and value for field, value in state.filters)
    assert state.sort in KEYS


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("", ()),
        ("field=status&value=error", (("status", "error"),)),
        ("field=status&value=+error+", (("status", "error"),)),
        ("field=status&value=", ()),
        ("field=status&value=++", ()),
        ("field=status", ()),
        ("value=x", (("name", "x"),)),
        ("field=nosuch&value=x", (("name", "x"),)),
        ("field=status&value=a&value=b", (("status", "a"), ("name", "b"))),
        ("field=status&value=a&field=status&value=b", (("status", "b"),)),
        ("field=status&value=a&field=host&value=", (("status", "a"),)),
        ("field=status&field=host&value=a", (("status", "a"),)),
        (
            "field=status&value=a&field=host&value=b&field=name&value=c",
            (("status", "a"), ("host", "b"), ("name", "c")),
        ),
    ],
)
def test_filters_are_read_in_pairs(query: str, filters: tuple[tuple[str, str], ...]) -> None:
    assert said(query).filters == filters


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ("name", False)),
        ("-name", ("name", True)),
        ("created_at", ("created_at", False)),
        ("-created_at", ("created_at", True)),
        ("", ("created_at", True)),
        ("size", ("created_at", True)),
        ("-", ("created_at", True)),
    ],
)
def test_an_order_that_is_not_offered_is_the_newest_first(
    sort: str, expected: tuple[str, bool]
) -> None:
    state = said(f"sort={sort}")
    assert (state.sort, state.descending) == expected


def test_the_usual_order_needs_no_words() -> None:
    assert ListState().query() == ""
    assert ListState(sort="name", descending=False).query() == "sort=name"
    assert ListState(sort="name").query() == "sort=-name"


def test_a_marker_is_said_only_when_asked_for() -> None:
    state = ListState((("name", "a&b"),), marker="m")
    assert parse_qs(state.query()) == {"field": ["name"], "value": ["a&b"]}
    assert parse_qs(state.query(marker="m2"))["marker"] == ["m2"]


def test_another_order_begins_anew() -> None:
    state = ListState((("name", "a"),), marker="m", backwards=True)
    after = state.sorted_by("name", descending=False)
    assert (after.filters, after.marker, after.backwards) == (state.filters, "", False)


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("field=age&value=older:1m", ("created_at", False)),
        ("field=age&value=newer:1m", ("created_at", True)),
        ("field=age&value=older:1m&sort=-created_at", ("created_at", True)),
        ("field=age&value=older:1m&sort=name", ("name", False)),
    ],
)
def test_whoever_looks_for_what_is_old_sees_the_oldest_first(
    query: str, order: tuple[str, bool]
) -> None:
    state = read(QueryDict(query), ("age",), KEYS)
    assert state.order == order
    assert parse_qs(state.query()) == parse_qs(query)
    assert state.with_filter("age", "").order == (
        ("created_at", True) if "sort" not in query else order
    )


def test_a_list_without_filters_has_none() -> None:
    assert read(QueryDict("field=name&value=x"), (), KEYS).filters == ()
