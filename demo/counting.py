# SPDX-License-Identifier: Apache-2.0
"""Counts the HTTP requests that a dashboard sends to the cloud for a page.

Used by tests and measurements only (COUNT_CALLS=1). It counts below every client library,
so it works for stock Horizon too. The count is that of the whole process while the page was
made: it is right when one page is asked for at a time, and says too much otherwise.
"""

import http.client
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HEADER = "X-Outgoing-Calls"
# Bytes of the answers' bodies as they come over the wire: compressed where a service compresses.
BYTES_HEADER = "X-Outgoing-Bytes"
# Connections that were opened: none, as long as those of earlier pages are used again.
CONNECTIONS_HEADER = "X-Outgoing-Connections"

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class CallLog:
    """Counts outgoing requests and writes a line (method, host:port, path) for each."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()
        self.total = 0
        self.bytes = 0
        self.connections = 0

    def note(self, method: str, host: str, path: str) -> None:
        """Count one request and write it down; called from any thread."""
        with self._lock:
            self.total += 1
            self._file.write(f"{method} {host} {path}\n")

    def receive(self, length: int) -> None:
        """Count bytes of an answer; called from any thread."""
        with self._lock:
            self.bytes += length

    def connect(self) -> None:
        """Count one connection; called from any thread."""
        with self._lock:
            self.connections += 1


class _Counted:
    """Counts the bytes of a response without a Content-Length."""

    def __init__(self, source: Any, log: CallLog) -> None:
        self._source = source
        self._log = log

    def read(self, *size: int) -> bytes:
        return self._told(self._source.read(*size))

    def read1(self, *size: int) -> bytes:
        return self._told(self._source.read1(*size))

    def readline(self, *size: int) -> bytes:
        return self._told(self._source.readline(*size))

    def readinto(self, buffer: Any) -> int:
        length = int(self._source.readinto(buffer))
        self._log.receive(length)
        return length

    def _told(self, data: bytes) -> bytes:
        self._log.receive(len(data))
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


def watch(log: CallLog) -> None:
    """Note every request that leaves this process through Python's HTTP client."""
    original = http.client.HTTPConnection.putrequest

    def putrequest(
        self: http.client.HTTPConnection, method: str, url: str, *args: Any, **kwargs: Any
    ) -> None:
        log.note(method, f"{self.host}:{self.port}", url)
        original(self, method, url, *args, **kwargs)

    began = http.client.HTTPResponse.begin

    def begin(self: http.client.HTTPResponse) -> None:
        began(self)
        if self.length is not None:
            log.receive(self.length)
        elif self.fp is not None:
            # In chunks, whose own few bytes count too, or until the connection is closed.
            self.fp = _Counted(self.fp, log)  # type: ignore[assignment]

    connected = socket.socket.connect

    def connect(self: socket.socket, address: Any, /) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            log.connect()
        connected(self, address)

    http.client.HTTPConnection.putrequest = putrequest  # type: ignore[method-assign]
    http.client.HTTPResponse.begin = begin  # type: ignore[method-assign]
    socket.socket.connect = connect  # type: ignore[assignment,method-assign]


def counted(application: Application, log: CallLog) -> Application:
    """Return ``application`` with the headers on each answer."""

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        before, received, connected = log.total, log.bytes, log.connections

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            told = [
                (HEADER, str(log.total - before)),
                (BYTES_HEADER, str(log.bytes - received)),
                (CONNECTIONS_HEADER, str(log.connections - connected)),
            ]
            return start_response(status, [*headers, *told], *rest)

        return application(environ, start)

    return answer
