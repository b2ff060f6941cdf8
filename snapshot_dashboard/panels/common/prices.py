# SPDX-License-Identifier: Apache-2.0
"""Texts about prices: only where the operator gives some, and never more than "about"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard import settings
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.rules.price import CENT, NOTHING, Cost, Parts, Prices
from snapshot_dashboard.rules.snapshot import Snapshot

LEFT_OUT = gettext_lazy("Those whose price is not known are left out.")
_SUM = gettext_lazy("Price: about %(price)s a month.")
_TINY_SUM = gettext_lazy("Price: less than %(price)s a month.")
# A script adds prices in millionths, which are whole numbers.
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Pattern:
    """Texts for a script that adds prices; ``text`` has "{price}" in it, ``tiny`` is complete."""

    text: str
    tiny: str


def of_snapshots(parts: Parts) -> SafeString | str:
    """Return what new snapshots cost, nothing where no price is known."""
    chosen = list(parts)
    about = ngettext(
        "About %(price)s a month while it exists.",
        "About %(price)s a month while they exist.",
        len(chosen),
    )
    less = ngettext(
        "Less than %(price)s a month while it exists.",
        "Less than %(price)s a month while they exist.",
        len(chosen),
    )
    return _said(chosen, about, less)


def of_volumes(parts: Parts) -> SafeString | str:
    """Return what new volumes cost; their sizes are told, which a form lets people change."""
    chosen = list(parts)
    about = ngettext(
        "With %(gib)s GiB about %(price)s a month while it exists.",
        "With %(gib)s GiB about %(price)s a month while they exist.",
        len(chosen),
    )
    less = ngettext(
        "With %(gib)s GiB less than %(price)s a month while it exists.",
        "With %(gib)s GiB less than %(price)s a month while they exist.",
        len(chosen),
    )
    return _said(chosen, about, less)


def _said(
    chosen: Sequence[tuple[int | None, str | None]], about: str, less: str
) -> SafeString | str:
    prices = settings.prices()
    cost = prices.cost(chosen) if prices else NOTHING
    if not prices or not cost.known:
        return ""
    gib = figure(sum(size or 0 for size, _type in chosen))
    text = sentence(less if cost.is_tiny else about, gib=gib, price=_money(prices, cost))
    return format_html_join(" ", "{}", ((each,) for each in (text, _left_out(cost)) if each))


def _money(prices: Prices, cost: Cost) -> SafeString:
    parts = {"currency": isolated(prices.currency), "amount": amount(cost)}
    return sentence(_("%(currency)s %(amount)s"), **parts)


def amount(cost: Cost) -> str:
    """Return an amount as the person reads numbers; of one that is tiny, what it is less than."""
    shown = CENT if cost.is_tiny else cost.shown
    places = max(-int(shown.as_tuple().exponent), 0)
    return str(number_format(shown, decimal_pos=places, force_grouping=True))


def total(prices: Prices, cost: Cost) -> str:
    """Return what several cost together, as a line below their list says it."""
    text = _TINY_SUM if cost.is_tiny else _SUM
    return " ".join(filter(None, (_filled(text, prices, amount(cost)), str(_left_out(cost)))))


def pattern(prices: Prices) -> Pattern:
    """Return the same for a script that adds up what is ticked."""
    least = amount(Cost(CENT))
    return Pattern(_filled(_SUM, prices, "{price}"), _filled(_TINY_SUM, prices, least))


def _filled(text: str | Promise, prices: Prices, number: str) -> str:
    price = _("%(currency)s %(amount)s") % {"currency": prices.currency, "amount": number}
    return str(text) % {"price": price}


def _left_out(cost: Cost) -> str | Promise:
    return LEFT_OUT if cost.unknown else ""


def for_script(snapshot: Snapshot, types: Mapping[str, str | None]) -> str:
    """Return what a snapshot costs, as a script adds it up; empty where that is not known."""
    prices = settings.prices()
    if not prices:
        return ""
    cost = prices.cost([(snapshot.size, types.get(snapshot.volume_id))])
    return "" if cost.unknown else str(int(cost.amount * _MILLION))
