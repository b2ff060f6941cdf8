# SPDX-License-Identifier: Apache-2.0
"""Results of reads that are independent of one another and may each fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from snapshot_dashboard.cloud.errors import CloudError

Value = TypeVar("Value")


@dataclass(frozen=True)
class Fact(Generic[Value]):
    """Something that was read, or the reason why it could not be."""

    value: Value | None
    error: CloudError | None = None


def fact(read: Callable[[], Value]) -> Fact[Value]:
    """Return what was read, or why it was not."""
    try:
        return Fact(read())
    except CloudError as error:
        return Fact(None, error)


def known(read: Callable[[], Value]) -> Value | None:
    """Return what was read, None where it was not: for what a page can do without."""
    return fact(read).value
