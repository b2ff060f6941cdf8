# SPDX-License-Identifier: Apache-2.0
"""Progress lines on the terminal with the seconds since the start."""

import threading
import time

_STARTED = time.monotonic()
_ONE_LINE_AT_A_TIME = threading.Lock()


def elapsed() -> float:
    """Return the seconds since the program started."""
    return time.monotonic() - _STARTED


def say(who: str, text: str) -> None:
    """Print one line of progress; safe to call from several threads."""
    with _ONE_LINE_AT_A_TIME:
        print(f"{elapsed():6.1f} s  {who:<8} {text}", flush=True)


class Sparingly:
    """Passes on at most one line per ``seconds`` of verbose programs such as pip."""

    def __init__(self, who: str, seconds: float = 4.0) -> None:
        self._who = who
        self._seconds = seconds
        self._count = 0
        self._last = time.monotonic()

    def __call__(self, line: str) -> None:
        """Take one line of output; say it when the last one is long enough ago."""
        if not line.startswith(("Collecting", "Downloading", "Installing")):
            return
        self._count += line.startswith("Collecting")
        if time.monotonic() - self._last >= self._seconds:
            self._last = time.monotonic()
            say(self._who, f"{line[:60].rstrip()} ... ({self._count} packages so far)")
