# SPDX-License-Identifier: Apache-2.0
"""Texts about what deleting snapshots frees of a project's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from snapshot_dashboard import settings
from snapshot_dashboard.panels.common import prices
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.snapshot import Snapshot

Limits = Mapping[str, Limit] | None
# The type of each volume, None for one without.
Types = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text for a script, with "{n}" and "{after}" in it; ``used`` is what ``after`` begins at."""

    text: str
    used: int


def texts(limits: Limits, snapshots: Iterable[Snapshot]) -> tuple[str, str]:
    """Return what is freed by deleting these: a line for GiB, and one for their number.

    "Up to": whether snapshots count with their GiB, and whether each is deleted, Cinder decides.
    """
    gone = list(snapshots)
    gib = sum(each.size or 0 for each in gone)
    return (
        _gib(limits, figure(gib), _after(limits, "gigabytes", gib)),
        _count(limits, figure(len(gone)), _after(limits, "snapshots", len(gone))),
    )


def price(snapshots: Iterable[Snapshot], types: Types) -> str:
    """Return what these cost together by the types of their volumes, empty where that is not known.

    ``types`` are those that were read for something else: none is read for the sake of its price.
    """
    known = settings.prices()
    if not known:
        return ""
    cost = known.cost((each.size, types.get(each.volume_id)) for each in snapshots)
    return prices.total(known, cost) if cost.known else ""


def patterns(limits: Limits) -> tuple[Pattern, Pattern]:
    """Return the same two for a script that counts what is ticked."""
    return (
        Pattern(_gib(limits, "{n}", "{after}"), _used(limits, "gigabytes")),
        Pattern(_count(limits, "{n}", "{after}"), _used(limits, "snapshots")),
    )


def _used(limits: Limits, resource: str) -> int:
    limit = (limits or {}).get(resource)
    return limit.used if limit else 0


def _after(limits: Limits, resource: str, gone: int) -> str:
    return figure(max(_used(limits, resource) - gone, 0))


def _gib(limits: Limits, gib: str, after: str) -> str:
    parts = {"gib": gib, **_limit(limits, "gigabytes")}
    if "limit" not in parts:
        return _("Frees up to %(gib)s GiB.") % parts
    text = _("Frees up to %(gib)s GiB: %(used)s → %(after)s of %(limit)s.")
    return text % {**parts, "after": after}


def _count(limits: Limits, count: str, after: str) -> str:
    parts = {"count": count, **_limit(limits, "snapshots")}
    if "limit" not in parts:
        return _("Snapshots: %(count)s.") % parts
    text = _("Snapshots: %(count)s. %(used)s → %(after)s of %(limit)s.")
    return text % {**parts, "after": after}


def _limit(limits: Limits, resource: str) -> dict[str, str]:
    """Return what is used of a limit, nothing where there is none."""
    limit = (limits or {}).get(resource)
    if limit is None or limit.ceiling is None:
        return {}
    return {"used": figure(limit.used), "limit": figure(limit.ceiling)}
