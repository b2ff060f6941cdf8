# SPDX-License-Identifier: Apache-2.0
"""Results of reads that are independent of one another and may each fail."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.session import Connection, Later

Key = TypeVar("Key", bound=Hashable)
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


def facts(
    connection: Connection,
    read: Callable[[Key], Value],
    keys: Iterable[Key],
    *,
    decoration: bool = False,
) -> dict[Key, Fact[Value]]:
    """Return what was read for each key, all at once; ``decoration`` waits behind other such."""
    return finished(begin(connection, read, keys, decoration=decoration))


def begin(
    connection: Connection,
    read: Callable[[Key], Value],
    keys: Iterable[Key],
    *,
    decoration: bool = False,
) -> dict[Key, Later[Value]]:
    """Begin to read something for each key."""
    return {
        key: connection.start(partial(read, key), decoration=decoration)
        for key in dict.fromkeys(keys)
    }


def finished(begun: Mapping[Key, Later[Value]]) -> dict[Key, Fact[Value]]:
    """Return what came of each that was begun."""
    return {key: fact(later.get) for key, later in begun.items()}


def values(found: Mapping[Key, Fact[Value]]) -> dict[Key, Value]:
    """Return what could be read."""
    return {key: each.value for key, each in found.items() if each.value is not None}


def failed(found: Mapping[Key, Fact[Value]]) -> dict[Key, CloudError]:
    """Return why the others could not be."""
    return {key: each.error for key, each in found.items() if each.error is not None}


def known(read: Callable[[], Value]) -> Value | None:
    """Return what was read, None where it was not: for what a page can do without."""
    return fact(read).value
