# SPDX-License-Identifier: Apache-2.0
"""Remembers changes of a volume's type that Cinder has accepted, for it undoes some of them.

Nothing of Cinder's tells so afterwards (tried with 29.0.0): there is no user message and no
migration status, and the status is what it was before. So it is told only of a change that was
asked for in this dashboard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from snapshot_dashboard.cloud import caching
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.retype import Outcome, TypeChange, outcome
from snapshot_dashboard.rules.status_note import TOLD_FOR
from snapshot_dashboard.rules.volume import Volume


def remember(connection: Connection, volume_id: str, change: TypeChange) -> None:
    """Remember that a change was accepted, in the place of one before it."""
    seconds = int(TOLD_FOR.total_seconds())
    cache.set(_key(connection, volume_id), change, timeout=seconds)


def not_in_effect(connection: Connection, volumes: Iterable[Volume]) -> Mapping[str, str]:
    """Return the types that some of these volumes were to have and do not have, by their ids."""
    keys = {_key(connection, each.id): each for each in volumes}
    found = cache.get_many(list(keys))
    judged = {key: outcome(keys[key], change) for key, change in found.items()}
    if over := [key for key, each in judged.items() if each is Outcome.OVER]:
        cache.delete_many(over)
    return {
        keys[key].id: found[key].wanted
        for key, each in judged.items()
        if each is Outcome.NOT_IN_EFFECT
    }


def _key(connection: Connection, volume_id: str) -> str:
    # Support staff is to be told of it too.
    return caching.key(connection.region, caching.EVERY_PROJECT, "retype", volume_id)
