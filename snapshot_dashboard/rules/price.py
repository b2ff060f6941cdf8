# SPDX-License-Identifier: Apache-2.0
"""Works out what snapshots and volumes cost in a month, from what an operator says of a GiB.

Decimal arithmetic alone: what is added up here is exact, and is rounded only to be shown. The
limits on what may be written keep every sum within the 28 digits of Python's default context, up
to 10 billion GiB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from snapshot_dashboard.rules.text import plain
from snapshot_dashboard.rules.type_names import fitting
from snapshot_dashboard.rules.wrong_setting import WrongSetting

# Of a year, the twelfth part.
_HOURS_OF_A_MONTH = 730
_FACTORS = {"month": 1, "hour": _HOURS_OF_A_MONTH}
_KEYS = frozenset({"currency", "unit", "types"})
_LONGEST_CURRENCY = 10
_BELOW = Decimal(1_000_000)
_PLACES = 9
CENT, _ONE = Decimal("0.01"), Decimal(1)
# From here on nobody minds the cents.
_WHOLE_FROM = Decimal(100)

# Size in GiB and name of the type; None for what is not known.
Parts = Iterable[tuple[int | None, str | None]]


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What several things cost in a month: those of a ``known`` price, without ``unknown`` ones."""

    amount: Decimal = Decimal(0)
    known: int = 0
    unknown: int = 0

    def __add__(self, other: Cost) -> Cost:
        """Add what others cost; where these are none it stays the same object, which is cached."""
        if not (other.known or other.unknown):
            return self
        return Cost(
            self.amount + other.amount, self.known + other.known, self.unknown + other.unknown
        )

    @property
    def shown(self) -> Decimal:
        """Return the amount as it is shown: two places, and none of a large one."""
        places = CENT if self.amount < _WHOLE_FROM else _ONE
        return self.amount.quantize(places, ROUND_HALF_UP)

    @property
    def is_tiny(self) -> bool:
        """Tell whether there is something to pay of which nothing is left when it is rounded."""
        return bool(self.amount) and not self.shown


NOTHING = Cost()


@dataclass(frozen=True, slots=True)
class Prices:
    """The price of a GiB for a month in a currency, by patterns of the names of volume types."""

    currency: str
    by_pattern: Mapping[str, Decimal]

    @property
    def differ(self) -> bool:
        """Tell whether the price of something depends on its type."""
        return "*" not in self.by_pattern or len(set(self.by_pattern.values())) > 1

    def of(self, type_name: str | None) -> Decimal | None:
        """Return the price of a type, None where none is given, or the type is not known."""
        if not self.differ:
            return self.by_pattern["*"]
        pattern = None if type_name is None else fitting(type_name, self.by_pattern)
        return None if pattern is None else self.by_pattern[pattern]

    def cost(self, parts: Parts) -> Cost:
        """Return what these cost together."""
        total = NOTHING
        for size, type_name in parts:
            price = self.of(type_name)
            if price is None or size is None:
                total += Cost(unknown=1)
            else:
                total += Cost(price * size, known=1)
        return total


def read(written: object) -> Prices | None:
    """Return what an operator has written, None for nothing.

    :raises WrongSetting: with what it should have been.
    """
    if written == {}:
        return None
    if not isinstance(written, dict) or not {"currency", "types"} <= written.keys() <= _KEYS:
        raise WrongSetting(
            'a dict such as {"currency": "NZD", "unit": "month", "types": {"*": "0.05"}}'
        )
    currency, factor = written["currency"], _FACTORS.get(str(written.get("unit", "month")))
    if not _is_currency(currency):
        raise WrongSetting(
            f'a dict whose "currency" has 1 to {_LONGEST_CURRENCY} characters that can be seen'
        )
    if factor is None:
        raise WrongSetting('a dict whose "unit" is "month" or "hour"')
    types = written["types"]
    found = {name: _price(each) for name, each in types.items()} if isinstance(types, dict) else {}
    if not found or not all(isinstance(each, str) for each in found):
        raise WrongSetting('a dict whose "types" has prices by patterns of names of volume types')
    return Prices(currency, {name: price * factor for name, price in found.items()})


def _is_currency(written: object) -> bool:
    return (
        isinstance(written, str)
        and 0 < len(written) <= _LONGEST_CURRENCY
        and written == plain(written).strip()
    )


def _price(written: object) -> Decimal:
    """Return a price; a number is read as it is written, not as a binary fraction."""
    wrong = WrongSetting(
        f'a dict whose prices are such as "0.05": not negative, below {_BELOW:,}, and of at most '
        f"{_PLACES} places"
    )
    if isinstance(written, bool) or not isinstance(written, str | int | float | Decimal):
        raise wrong
    try:
        price = Decimal(str(written))
    except InvalidOperation:
        raise wrong from None
    exponent = price.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_PLACES or not 0 <= price < _BELOW:
        raise wrong
    return price
