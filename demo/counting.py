# SPDX-License-Identifier: Apache-2.0
"""Counts the HTTP requests that a dashboard sends to the cloud while it answers a page.

Used by tests and measurements only (COUNT_CALLS=1). It counts below every client library,
so it works for stock Horizon too. The count is that of the whole process while the page was
made: it is right when one page is asked for at a time, and says too much otherwise.
"""

import http.client
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HEADER = "X-Outgoing-Calls"
# As the services announce them: an answer in pieces of unknown length counts as nothing.
BYTES_HEADER = "X-Outgoing-Bytes"

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class CallLog:
    """Counts outgoing requests and writes a line (method, host:port, path) for each."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()
        self.total = 0
        self.bytes = 0

    def note(self, method: str, host: str, path: str) -> None:
        """Count one request and write it down; called from any thread."""
        with self._lock:
            self.total += 1
            self._file.write(f"{method} {host} {path}\n")

    def receive(self, length: int) -> None:
        """Count the bytes of one answer; called from any thread."""
        with self._lock:
            self.bytes += length


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
        log.receive(self.length or 0)

    http.client.HTTPConnection.putrequest = putrequest  # type: ignore[method-assign]
    http.client.HTTPResponse.begin = begin  # type: ignore[method-assign]


def counted(application: Application, log: CallLog) -> Application:
    """Return ``application`` with the headers on each answer."""

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        before, received = log.total, log.bytes

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            told = [
                (HEADER, str(log.total - before)),
                (BYTES_HEADER, str(log.bytes - received)),
            ]
            return start_response(status, [*headers, *told], *rest)

        return application(environ, start)

    return answer
