# SPDX-License-Identifier: Apache-2.0
"""The process's HTTP connection pool, with a deadline for every request.

A time-out of ``requests`` holds for each piece of an answer: a service, or whoever sits in
between, that sends a byte now and then would keep a thread for as long as it likes. Here it holds
for connecting, sending, and reading the header and the body, all together.
"""

from __future__ import annotations

import io
import socket
import time
from functools import lru_cache, partial
from http.client import HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from snapshot_dashboard.cloud.clocks import clocks
from snapshot_dashboard.cloud.errors import Cause, Unreachable

_POOL_SIZE = 64


class Deadline:
    """The seconds that one page, or one change, may spend waiting for services."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left.

        :raises Unreachable: none are left, so nothing is sent any more.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise Unreachable(cause=Cause.OUT_OF_TIME)
        return left


class _Reader(io.RawIOBase):
    """A socket's input that ends at a deadline, in however many pieces it arrives."""

    def __init__(self, sock: socket.socket, stream: io.RawIOBase, end: float) -> None:
        self._sock = sock
        self._stream = stream
        self._end = end

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there, or wait for it until the end.

        :raises TimeoutError: nothing has come, or it came after the end.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return self._stream.readinto(buffer)

    def close(self) -> None:
        """Close the stream of the socket, too."""
        self._stream.close()
        super().close()


class _Response(HTTPResponse):
    """A response that has to be complete by ``end``."""

    def __init__(self, sock: Any, *args: Any, end: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: Any = io.BufferedReader(_Reader(sock, self.fp.detach(), end))


class _Bounded:
    """Mixin of urllib3's connections that sets the remaining time before each step.

    A kept socket still has the time-out of the end of its last answer.
    """

    def connect(self: Any) -> None:
        """Connect; a proxy's answer is read meanwhile."""
        _bind(self)
        super().connect()  # type: ignore[misc]

    def request(self: Any, *args: Any, **kwargs: Any) -> None:
        """Send."""
        if self.sock is not None:
            self.sock.settimeout(self.timeout)
        super().request(*args, **kwargs)  # type: ignore[misc]

    def getresponse(self: Any) -> Any:
        """Read the header; whoever reads the body then is bound by the same moment."""
        _bind(self)
        return super().getresponse()  # type: ignore[misc]


def _bind(connection: Any) -> None:
    connection.response_class = partial(_Response, end=time.monotonic() + connection.timeout)


class _Connection(_Bounded, HTTPConnection):
    """Without TLS."""


class _SecureConnection(_Bounded, HTTPSConnection):
    """With TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}


class _Adapter(HTTPAdapter):
    """requests' adapter that takes a :class:`Deadline` as its time-out."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools for services that are reached directly."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pools for services behind a proxy; SOCKS has connections of its own."""
        manager: Any = super().proxy_manager_for(*args, **kwargs)
        if type(manager) is urllib3.ProxyManager:
            manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Send a request and read the header of its answer.

        :raises Unreachable: there is no time left, and it was not sent.
        """
        total: Any = urllib3.Timeout(total=timeout.remaining())
        return super().send(request, stream, total, verify, cert, proxies)


@lru_cache(maxsize=1)
def pool() -> requests.Session:
    """Return the process's one connection pool.

    Cookies are off: a shared jar sends one user's cookies with another user's request. What each
    answer tells of the clock of its service is noted.
    """
    shared = requests.Session()
    shared.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    shared.hooks["response"].append(clocks.heed)
    for scheme in ("http://", "https://"):
        shared.mount(scheme, _Adapter(pool_connections=_POOL_SIZE, pool_maxsize=_POOL_SIZE))
    return shared
