# SPDX-License-Identifier: Apache-2.0
"""Asks each service for the highest microversion that it has, once in a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from keystoneauth1 import adapter

from snapshot_dashboard.cloud.answers import answered, number
from snapshot_dashboard.cloud.clocks import service_root
from snapshot_dashboard.cloud.errors import (
    Cause,
    CloudError,
    RequestFailed,
    Service,
    Unreachable,
)

if TYPE_CHECKING:
    from snapshot_dashboard.cloud.session import Connection


class Versions:
    """The highest microversion of each endpoint, asked for once in a while.

    A service that does not answer keeps the version it had: it does not lose one by hanging.
    """

    _SECONDS = 600.0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, tuple[int, int]]] = {}

    def highest(
        self, connection: Connection, url: str, service: Service = Service.BLOCK_STORAGE
    ) -> tuple[int, int]:
        """Return the highest microversion of the service at ``url``; if none, its oldest."""
        now = time.monotonic()
        with self._lock:
            known = self._known.get(service_root(url))
        if known and now - known[0] < self._SECONDS:
            return known[1]
        try:
            found = _discover(connection, url, service)
        except CloudError:
            if known is None:
                raise
            found = known[1]
        with self._lock:
            self._known[service_root(url)] = (now, found)
        return found

    def known(self, url: str) -> tuple[int, int] | None:
        """Return the version that a service had when it answered last, None where not known."""
        with self._lock:
            known = self._known.get(service_root(url))
        return known[1] if known else None

    def forget(self, url: str = "") -> None:
        """Forget the version of the service at ``url``, of all services without one."""
        with self._lock:
            for root in [service_root(url)] if url else list(self._known):
                self._known.pop(root, None)


versions = Versions()


_OLDEST_CINDER = (3, 0)
_OLDEST = {
    Service.BLOCK_STORAGE: _OLDEST_CINDER,
    Service.COMPUTE: (2, 1),
    Service.IDENTITY: (3, 0),
    Service.IMAGE: (2, 0),
    Service.NETWORK: (2, 0),
}
# What may also become of a request without a token and without an object.
_OF_A_SERVICE = frozenset(
    {Cause.UNREACHABLE, Cause.NO_ANSWER, Cause.OUT_OF_TIME, Cause.FAILED, Cause.UNREADABLE}
    | {Cause.TOO_MANY}
)


def _discover(connection: Connection, url: str, service: Service) -> tuple[int, int]:
    try:
        # Keystone is in the catalog with a version, which tells of itself.
        itself = service is Service.IDENTITY
        address = url if itself else f"{service_root(url)}/"
        reader = adapter.LegacyJsonAdapter(connection.keystone_session())
        asked = partial(reader.request, address, "GET", authenticated=False, raise_exc=False)
        answer = answered(service, asked)
        found = [answer.record("version")] if itself else answer.records("versions")
    except RequestFailed as error:
        # It says nothing of the object that somebody is about to ask for, nor of the token, which
        # was not sent; and nothing else was.
        unsent = Unreachable.because(error)
        if unsent.cause not in _OF_A_SERVICE:
            unsent.cause = Cause.REFUSED
        raise unsent from error
    # Cinder's client makes no request at a version that is none, or that is older.
    return max((_OLDEST[service], *(_version(each) for each in found)))


def _version(raw: Mapping[str, Any]) -> tuple[int, int]:
    """Read the highest version of one entry, whose name differs between the services.

    Those without microversions have it in the id ("v3.14").
    """
    named = str(raw.get("id", "")).removeprefix("v")
    said = raw.get("max_version") or raw.get("version") or named
    major, _dot, minor = said.partition(".") if isinstance(said, str) else ("", "", "")
    return (number(major) or 0, number(minor) or 0)
