# SPDX-License-Identifier: Apache-2.0
"""Reads objects that a browser named, and stops when too many of them do not exist.

An address costs nothing to write: one with 50 ids of nothing would cost the services 50 calls.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from snapshot_dashboard.cloud.errors import Cause, CloudError, Forbidden, NotFound

Result = TypeVar("Result")

# As many may be gone of a page that somebody has had open for a while.
_MISSING = 8


class Sparing:
    """The calls made for one request of a browser; running calls are not interrupted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._missing = 0

    def read(self, call: Callable[[], Result]) -> Result:
        """Make a call, unless too many before it found nothing.

        :raises CloudError: it failed, or was not made (``NOT_LOOKED_FOR``).
        """
        if self._missing >= _MISSING:
            raise CloudError(cause=Cause.NOT_LOOKED_FOR)
        try:
            return call()
        except (NotFound, Forbidden):
            with self._lock:
                self._missing += 1
            raise

    def each(self, read: Callable[[str], Result]) -> Callable[[str], Result]:
        """Return how to read one by its id, unless too many before it found nothing."""
        return lambda object_id: self.read(partial(read, object_id))
