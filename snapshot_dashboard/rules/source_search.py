# SPDX-License-Identifier: Apache-2.0
"""The search for volumes made from snapshots: what is searched, markers and progress."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

# Cinder's API hosts write the times by their own clocks (oslo.db, TimestampMixin), which do not
# agree: a volume is looked at though it seems to be so much older than what it was made from.
CLOCKS = timedelta(hours=1)
# Volumes after which to go on, in case the last ones are deleted before the next part is read.
_STEPS_BACK = (1, 2, 10, 100)
# Nothing in a cloud is older.
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class SourceSearch:
    """Snapshots whose volumes are searched; none of them is older than ``since``.

    ``since`` is None where the age of one is not known: then volumes of any age are looked at.
    """

    ids: frozenset[str]
    since: datetime | None = None


def search_of(snapshots: Collection[Snapshot]) -> SourceSearch:
    """Return what to look for.

    A volume is younger than the snapshot that it was made from: Cinder writes both times when
    they are asked for, moves a volume's only to later (volume/manager.py:3577, a group made from
    another; objects/volume.py, finish_volume_migration), and a snapshot's never.
    """
    times = [each.created_at for each in snapshots if each.created_at]
    since = min(times) if times and len(times) == len(snapshots) else None
    return SourceSearch(frozenset(each.id for each in snapshots), since)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a search continues: after the first of these volumes that still exists.

    Without any it begins. It reads volumes since ``since`` only, the margin apart. Between two
    parts it travels with the browser as ``text``.
    """

    since: datetime | None = None
    after: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return it as it travels; empty for the beginning of a search through all volumes."""
        moment = [self.since.astimezone(timezone.utc).isoformat()] if self.since else []
        return ",".join([*moment, *self.after])

    def following(self, volumes: tuple[Volume, ...]) -> Place:
        """Return where to go on after these."""
        ids = tuple(volumes[-back].id for back in _STEPS_BACK if back <= len(volumes))
        return Place(self.since, ids)


def place(text: str) -> Place:
    """Read a place from what came back, which may be anything."""
    head, *rest = [each for each in text.split(",") if each][: len(_STEPS_BACK) + 1] or [""]
    since = _moment(head)
    after = rest if since else [head, *rest]
    return Place(since, tuple(each for each in after if each)[: len(_STEPS_BACK)])


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(timezone.utc) if found.tzinfo and found > _EPOCH else None
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class SearchProgress:
    """The number of volumes checked, and of all, None where that is not known."""

    done: int = 0
    everything: int | None = None
