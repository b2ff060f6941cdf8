# SPDX-License-Identifier: Apache-2.0
"""Calculates what a request would use of a project's limits.

Cinder alone decides: an operator may exclude snapshots from GiB (``no_snapshot_gb_quota``),
which no API reveals, and somebody else may free room at any moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

# Percent of a limit from which on it is worth a look.
HIGH = 80


class Level(Enum):
    """How far a limit is used up."""

    LOW = "low"
    HIGH = "high"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of a project; ``ceiling`` is None where there is none."""

    used: int
    ceiling: int | None

    @property
    def left(self) -> int | None:
        """Return what is left, never below zero; None where there is no limit."""
        return None if self.ceiling is None else max(self.ceiling - self.used, 0)

    @property
    def percent(self) -> int | None:
        """Return the use in percent, 100 only where the limit is reached; None without a limit."""
        if self.ceiling is None:
            return None
        return 100 if self.left == 0 else 100 * self.used // self.ceiling

    @property
    def level(self) -> Level | None:
        """Return how far it is used up, None where there is no limit."""
        if self.percent is None:
            return None
        if self.left == 0:
            return Level.REACHED
        return Level.HIGH if self.percent >= HIGH else Level.LOW


class Fit(Enum):
    """Whether a request fits a limit."""

    FITS = "fits"
    REACHED = "reached"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """The effect on one limit: ``need`` more of ``resource``, GiB for ``...gigabytes``."""

    resource: str
    type_name: str | None
    limit: Limit
    need: int

    @property
    def after(self) -> int:
        """Return the use after this request."""
        return self.limit.used + self.need

    @property
    def fit(self) -> Fit:
        """Tell whether the request fits; a count that is reached differs from too few GiB."""
        if self.limit.left is None or self.need <= self.limit.left:
            return Fit.FITS
        return Fit.SHORT if self.resource.endswith("gigabytes") else Fit.REACHED

    @property
    def percent(self) -> int:
        """Return the use after this request in percent of the limit, at most 100."""
        if not self.limit.ceiling:
            return 0 if self.limit.ceiling is None else 100
        return min(100 * self.after // self.limit.ceiling, 100)


# Backups have GiB of their own, and no limits per type.
_GIGABYTES = {"backups": "backup_gigabytes"}


def lines(
    limits: Mapping[str, Limit], resource: str, size: int | None, type_name: str | None
) -> tuple[QuotaLine, ...]:
    """Return the lines for one more ``snapshots``, ``volumes``, ... of ``size`` GiB.

    ``limits`` is keyed as Cinder's quota set is: ``snapshots``, ``gigabytes``, and
    ``snapshots_<type name>`` per type. Per-type lines appear only where there is a limit, and
    those of GiB only where the size is known.
    """
    found = []
    for type_wanted in (None, type_name):
        for name, need in ((resource, 1), (_GIGABYTES.get(resource, "gigabytes"), size)):
            key = name if type_wanted is None else f"{name}_{type_wanted}"
            limit = limits.get(key)
            if limit and need is not None and (type_wanted is None or limit.ceiling is not None):
                found.append(QuotaLine(name, type_wanted, limit, need))
        if type_name is None:
            break
    return tuple(found)


def reached(limits: Mapping[str, Limit], resource: str) -> bool:
    """Tell whether the project's count of ``resource`` is used up."""
    limit = limits.get(resource)
    return limit is not None and limit.left == 0
