# SPDX-License-Identifier: Apache-2.0
"""Ends a probe: when its time is over, or when somebody asks for it."""

from __future__ import annotations

import time

# Seconds between two looks: at first, and at most.
_SHORTEST = 0.25
_LONGEST = 5.0
_LONGER = 1.5
_STEPS = 10
# Seconds after which it is looked at the latest whether somebody asks.
_MOMENT = 0.2


class Over(Exception):
    """It has to end: ``asked`` by somebody, or because its time is over."""

    def __init__(self, *, asked: bool) -> None:
        super().__init__()
        self.asked = asked


class Stop:
    """Counts how often somebody asked for the end; takes no lock, as handlers of signals must."""

    def __init__(self) -> None:
        self.times = 0

    def ask(self) -> None:
        """Ask once more."""
        self.times += 1


class Patience:
    """Tells how long something may go on: for ``seconds``, and until it is asked to stop.

    ``ignored`` is how often it may be asked without effect.
    """

    def __init__(self, seconds: float, stop: Stop, *, ignored: int = 0) -> None:
        self._end = time.monotonic() + seconds
        self._stop = stop
        self._ignored = ignored

    def check(self) -> None:
        """Do nothing as long as it may go on.

        :raises Over: it has to end.
        """
        if self._stop.times > self._ignored:
            raise Over(asked=True)
        if time.monotonic() >= self._end:
            raise Over(asked=False)

    def pause(self, times: int) -> None:
        """Wait for the next look, after ``times`` others: longer each time.

        :raises Over: it has to end.
        """
        seconds = min(_SHORTEST * _LONGER ** min(times, _STEPS), _LONGEST)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, _MOMENT))
        self.check()
