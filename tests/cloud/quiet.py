# SPDX-License-Identifier: Apache-2.0
"""Keeps suites that run at the same time on one cloud out of each other's way.

A test that slows down, breaks or stops a service waits until nobody else is in the middle of a
test that needs it, and the others wait until everything works again.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from demo.layout import Home

_held: list[IO[str]] = []
_depth = 0
_in_peace = False


@contextmanager
def undisturbed(home: Home) -> Iterator[None]:
    """Let nobody disturb this cloud meanwhile; one inside another counts as one."""
    global _in_peace
    if _in_peace:
        # To ask again would wait for somebody who waits for us.
        yield
        return
    with _open(home.path, "turn") as turn, _open(home.path, "quiet") as lock:
        # Who waits to disturb has the turn: it comes next, however many others follow.
        fcntl.flock(turn, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_SH)
        fcntl.flock(turn, fcntl.LOCK_UN)
        _in_peace = True
        try:
            yield
        finally:
            _in_peace = False


def begin_to_disturb(home: Path) -> None:
    """Wait until the cloud may be disturbed; may be done several times by one process."""
    global _depth
    _depth += 1
    if _depth == 1:
        _held.extend(_open(home, name) for name in ("turn", "quiet"))
        for lock in _held:
            fcntl.flock(lock, fcntl.LOCK_EX)


def end_to_disturb() -> None:
    """Let the others go on, after as many ends as beginnings."""
    global _depth
    _depth -= 1
    if _depth == 0:
        while _held:
            _held.pop().close()


def _open(home: Path, name: str) -> IO[str]:
    return (home / f"{name}.lock").open("w")
