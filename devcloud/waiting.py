# SPDX-License-Identifier: Apache-2.0
"""Waits until a condition holds, with a time limit."""

import time
from collections.abc import Callable

from devcloud.errors import TookTooLong


def wait_until(
    condition: Callable[[], bool], *, seconds: float, what: str, pause: float = 0.1
) -> None:
    """Return as soon as ``condition()`` is true, asking every ``pause`` seconds.

    Raises TookTooLong, which names ``what``, when it is still false after ``seconds``.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            raise TookTooLong(f"Gave up after {seconds:g} s of waiting for: {what}.")
        time.sleep(pause)
