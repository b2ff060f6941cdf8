# SPDX-License-Identifier: Apache-2.0
"""Thread pool shared by all users, with a limit for each of them."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any, TypeVar

Result = TypeVar("Result")


class Threads:
    """Runs calls in ``executor``, for each user at most ``share`` at the same time.

    What is beyond that waits for the same person's calls before it. When one of them has ended,
    the next goes to the end of the executor's own queue: others are not kept waiting by it.
    """

    def __init__(self, executor: Executor, share: int) -> None:
        self._executor = executor
        self._share = share
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()
        self._waiting: dict[str, deque[Callable[[], None]]] = {}

    def submit(self, person: str, call: Callable[[], Result]) -> Future[Result]:
        """Have a call made for a person; one that still waits for its turn can be cancelled."""
        outer: Future[Result] = Future()
        begin = partial(self._begin, person, outer, call)
        with self._lock:
            if self._held[person] >= self._share:
                self._waiting.setdefault(person, deque()).append(begin)
                return outer
            self._held[person] += 1
        begin()
        return outer

    def held(self, person: str) -> int:
        """Return how many threads a person holds, or is about to."""
        with self._lock:
            return self._held[person]

    def _begin(self, person: str, outer: Future[Result], call: Callable[[], Result]) -> None:
        def made() -> Result | None:
            return call() if outer.set_running_or_notify_cancel() else None

        self._executor.submit(made).add_done_callback(partial(self._ended, person, outer))

    def _ended(self, person: str, outer: Future[Any], inner: Future[Any]) -> None:
        error = inner.exception()
        if error is not None:
            outer.set_exception(error)
        elif not outer.cancelled():
            outer.set_result(inner.result())
        following = self._following(person)
        if following:
            following()

    def _following(self, person: str) -> Callable[[], None] | None:
        """Return what is next for this person; without any, one thread less is held."""
        with self._lock:
            waiting = self._waiting.get(person)
            if waiting:
                return waiting.popleft()
            self._waiting.pop(person, None)
            self._held[person] -= 1
            if not self._held[person]:
                del self._held[person]
            return None
