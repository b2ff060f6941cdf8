# SPDX-License-Identifier: Apache-2.0
"""Deletes what a benchmark has created, so that the next one starts from the same state."""

from __future__ import annotations

from bench.errors import Unmeasurable
from bench.raw import Raw
from devcloud.waiting import wait_until

# The name of everything that is made here.
NAME = "bench"
_KINDS = ("snapshots", "volumes")
# More than are made before they are cleared away.
_NEWEST = 120
_SECONDS = 300.0
_PAUSE = 0.05


def _is_ours(name: str | None) -> bool:
    # Not the projects' own volumes and snapshots: these are "volume-00001", "template".
    return (name or "").startswith(NAME)


class Leftovers:
    """The newest volumes and snapshots of a project whose names begin with "bench".

    Among the newest, because Cinder finds whole names alone, and a set's say the volume's too.
    """

    def __init__(self, raw: Raw) -> None:
        self._raw = raw

    def statuses(self, kind: str) -> dict[str, str]:
        """Return the status of each by id."""
        found = self._raw.read(f"/{kind}/detail?sort=created_at:desc&limit={_NEWEST}")[kind]
        return {each["id"]: each["status"] for each in found if _is_ours(each["name"])}

    def count(self) -> int:
        """Return how many there are."""
        return sum(len(self.statuses(kind)) for kind in _KINDS)

    def settle(self) -> None:
        """Wait until each of them is available.

        :raises Unmeasurable: one has failed.
        :raises TookTooLong: one does not come to an end.
        """
        wait_until(self._is_settled, seconds=_SECONDS, what="what was made", pause=_PAUSE)

    def _is_settled(self) -> bool:
        found = [status for kind in _KINDS for status in self.statuses(kind).values()]
        if "error" in found:
            raise Unmeasurable("Cinder could not make a volume or a snapshot; see its log")
        return set(found) <= {"available"}

    def remove(self) -> None:
        """Delete each, and wait until it is gone.

        :raises TookTooLong: one is not.
        """
        for kind in _KINDS:
            for each in self.statuses(kind):
                self._raw.delete(f"/{kind}/{each}")
        wait_until(lambda: not self.count(), seconds=_SECONDS, what="an end", pause=_PAUSE)
