# SPDX-License-Identifier: Apache-2.0
"""Prices: what an operator may write, sums without a rounding error, and what is not known."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.price import Cost, Prices, read
from snapshot_dashboard.rules.wrong_setting import WrongSetting

SIZES = st.none() | st.integers(min_value=0, max_value=2**31)
TYPES = st.none() | st.sampled_from(["ssd", "nvme-fast", "nvme-slow", "", "hdd"])
PARTS = st.lists(st.tuples(SIZES, TYPES), max_size=50)
AMOUNTS = st.decimals(min_value=0, max_value=999_999, places=9)
PRICES = st.builds(
    Prices,
    st.just("NZD"),
    st.dictionaries(
        st.sampled_from(["*", "ssd", "nvme-*", "nvme-fast"]), AMOUNTS, min_size=1, max_size=4
    ),
)


def written(**more: Any) -> dict[str, Any]:
    """Return a setting with one price for all types."""
    return {"currency": "NZD", "types": {"*": "0.05"}, **more}


def prices(*args: Any, **more: Any) -> Prices:
    """Return the prices of a setting."""
    found = read(written(*args, **more))
    assert found
    return found


@given(PRICES, PARTS, PARTS)
def test_the_parts_cost_what_the_whole_costs(
    prices: Prices, some: list[tuple[int | None, str | None]], others: list[Any]
) -> None:
    assert prices.cost(some) + prices.cost(others) == prices.cost([*some, *others])
    assert prices.cost(some) == prices.cost(reversed(some))


@given(PRICES, PARTS)
def test_each_is_counted_and_no_unknown_one_is_paid_for(
    prices: Prices, parts: list[tuple[int | None, str | None]]
) -> None:
    cost = prices.cost(parts)
    assert cost.known + cost.unknown == len(parts)
    known = [(size, name) for size, name in parts if size is not None and prices.of(name)]
    assert cost.amount == sum((prices.of(name) or 0) * size for size, name in known)


@given(st.integers(min_value=0, max_value=10**15))
def test_what_is_shown_is_near(millionths: int) -> None:
    cost = Cost(Decimal(millionths).scaleb(-6), known=1)
    assert abs(cost.shown - cost.amount) <= (
        Decimal("0.005") if cost.amount < 100 else Decimal("0.5")
    )
    assert cost.is_tiny == (0 < millionths < 5000)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "0.00"),
        ("0.004", "0.00"),
        ("0.005", "0.01"),
        ("1.005", "1.01"),
        ("2.5", "2.50"),
        ("99.994", "99.99"),
        ("100.4", "100"),
        ("100.5", "101"),
        ("1234567.89", "1234568"),
    ],
)
def test_an_amount_is_rounded_half_up(amount: str, shown: str) -> None:
    assert str(Cost(Decimal(amount)).shown) == shown


def test_the_longest_pattern_counts() -> None:
    found = prices(types={"*": "0.05", "nvme-*": 0.12, "nvme-fast": Decimal(1)})
    assert found.differ
    assert [found.of(each) for each in ("ssd", "nvme-x", "nvme-fast")] == [
        Decimal("0.05"),
        Decimal("0.12"),
        Decimal(1),
    ]


def test_of_a_type_that_is_not_known_only_one_price_for_all_says_something() -> None:
    assert prices().of(None) == Decimal("0.05")
    assert prices(types={"*": 1, "nvme-*": "1.00"}).of(None) == 1
    assert prices(types={"*": 1, "nvme-*": 2}).of(None) is None
    # None is given for others.
    assert prices(types={"nvme-*": 1}).of(None) is None
    assert prices(types={"nvme-*": 1}).of("ssd") is None


def test_a_month_has_730_hours() -> None:
    assert prices(unit="hour", types={"*": "0.0001"}).of("ssd") == Decimal("0.0730")
    assert prices(unit="month").of("ssd") == prices().of("ssd")


def test_nothing_written_is_no_price() -> None:
    assert read({}) is None


@pytest.mark.parametrize(
    "price", [1, 0, "0", "12", "0.000000001", Decimal("3.5"), 0.05, 999_999, "1e2"]
)
def test_a_price_is_a_text_or_a_number(price: object) -> None:
    assert prices(types={"*": price}).of("ssd") == Decimal(str(price))


SHAPE = "a dict such as"
CURRENCY = '"currency" has 1 to 10 characters'
PRICE = 'prices are such as "0.05"'


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ("0.05", SHAPE),
        (None, SHAPE),
        ({"currency": "NZD"}, SHAPE),
        ({"types": {"*": 1}}, SHAPE),
        (written(period="month"), SHAPE),
        (written(currency=""), CURRENCY),
        (written(currency=" NZD"), CURRENCY),
        (written(currency="N\nZ"), CURRENCY),
        (written(currency="N\u202eZ"), CURRENCY),
        (written(currency="12345678901"), CURRENCY),
        (written(currency=5), CURRENCY),
        (written(unit="day"), '"unit" is "month" or "hour"'),
        (written(unit=["month"]), '"unit" is "month" or "hour"'),
        (written(types={}), '"types" has prices by patterns'),
        (written(types="0.05"), '"types" has prices by patterns'),
        (written(types={5: "0.05"}), '"types" has prices by patterns'),
        (written(types={"*": "five"}), PRICE),
        (written(types={"*": "0,05"}), PRICE),
        (written(types={"*": -1}), PRICE),
        (written(types={"*": True}), PRICE),
        (written(types={"*": None}), PRICE),
        (written(types={"*": float("nan")}), PRICE),
        (written(types={"*": "Infinity"}), PRICE),
        (written(types={"*": 1_000_000}), PRICE),
        (written(types={"*": "0.0000000001"}), PRICE),
    ],
)
def test_what_is_wrong_is_explained(wrong: object, expected: str) -> None:
    with pytest.raises(WrongSetting, match=r"^a dict") as said:
        read(wrong)
    assert expected in str(said.value)
