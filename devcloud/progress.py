# SPDX-License-Identifier: Apache-2.0
"""Lines that tell a person how far a long command is."""

import time


class Progress:
    """Prints what was reached, each line with the seconds since the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since this object was made."""
        return time.monotonic() - self._start

    def say(self, text: str) -> None:
        """Print one line at once, even into a pipe."""
        print(f"{self.seconds:6.1f} s  {text}", flush=True)
