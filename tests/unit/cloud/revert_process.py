# SPDX-License-Identifier: Apache-2.0
"""The process that works through a revert in place: its cache, its connection, its end."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

from snapshot_dashboard.cloud.answers import Answer
from snapshot_dashboard.cloud.errors import Service
from snapshot_dashboard.cloud.session import Connection, Later
from tests.unit.cloud.revert_cloud import Cloud

Json = dict[str, Any]


class Sender(Protocol):
    """Answers requests."""

    def send(self, service: Service, method: str, path: str, query: Json, body: Any) -> Answer:
        """Answer one request."""


class Killed(BaseException):
    """The process is gone: nothing that it would have done any more is done."""


class Cache:
    """The cache that the workers share; a process that was killed reaches it no more."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.kept: dict[str, tuple[Any, float]] = {}
        self.dead = False

    def get(self, key: str, default: Any = None) -> Any:
        """Return what is kept, unless its time is over."""
        value, end = self.kept.get(key, (default, 1e99))
        return value if self._cloud.now < end and not self.dead else default

    def set(self, key: str, value: Any, seconds: float) -> None:
        """Keep something."""
        if not self.dead:
            self.kept[key] = (value, self._cloud.now + seconds)

    def add(self, key: str, value: Any, seconds: float) -> bool:
        """Keep something where nothing is kept."""
        if self.get(key) is not None or self.dead:
            return False
        self.set(key, value, seconds)
        return True

    def delete(self, key: str) -> None:
        """Keep something no longer."""
        if not self.dead:
            self.kept.pop(key, None)

    @property
    def locks(self) -> list[str]:
        """The locks that are held."""
        return [key for key in self.kept if ":revert-lock:" in key and self.get(key) is not None]


class Straight(Connection):
    """A connection that leads to the model, without a network and without threads."""

    run: Sender

    def call(self, service: Service, method: str, path: str, **asked: Any) -> Answer:
        """Send one request."""
        query = asked.get("query") or {}
        body = json.loads(asked["content"]) if asked.get("content") else asked.get("body")
        return self.run.send(service, method, path, dict(query), body)

    def cinder_version(self) -> tuple[int, int]:
        """Return the version of Cinder 29."""
        return (3, 71)

    def start(self, call: Callable[[], Any], *, decoration: bool = False) -> Later[Any]:
        """Make a call now."""
        future: Future[Any] = Future()
        try:
            future.set_result(call())
        except Exception as error:  # noqa: BLE001 - whatever it is is raised where it is asked for
            future.set_exception(error)
        return Later(future, self.deadline)

    def fetch(self, call: Callable[[], Any]) -> Any:
        """Make a call now."""
        return call()
