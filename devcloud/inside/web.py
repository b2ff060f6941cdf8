# SPDX-License-Identifier: Apache-2.0
"""The web server in front of each service's API, and its access log."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from cheroot import wsgi

from devcloud.settings import HOST

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# cheroot keeps 10 idle connections by default and closes the others, so that clients which
# pool theirs would meet connections that are gone.
_KEPT_ALIVE = 2000

# Seconds after which an idle connection is closed.
_IDLE = 120


class AccessLog:
    """Writes one line per request: time, method, address, status, milliseconds, client.

    The fields are separated by tabs; see :mod:`devcloud.access` for reading them. A line is
    written before the last byte of its answer leaves, so whoever got an answer finds it.
    """

    def __init__(self, application: Application, path: Path) -> None:
        self._application = application
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request with the wrapped application."""
        began = time.perf_counter()
        request = _describe(environ)
        status = ["-"]

        def remember(line: str, *rest: Any) -> Any:
            status[0] = line.split(" ", 1)[0]
            return start_response(line, *rest)

        def done() -> None:
            self._write(request, status[0], time.perf_counter() - began)

        body = self._application(environ, remember)
        if isinstance(body, list | tuple):
            done()
            return body
        return _logged_at_the_end(body, done)

    def _write(self, request: tuple[str, str, str], status: str, seconds: float) -> None:
        method, address, client = request
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        fields = (now, method, address, status, f"{seconds * 1000:.1f}", client)
        line = "\t".join(field.replace("\t", " ").replace("\n", " ") for field in fields)
        with self._lock:
            self._file.write(line + "\n")


def _describe(environ: Environ) -> tuple[str, str, str]:
    """Method, address and client; taken first, since applications change ``environ``."""
    address = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING")
    return (
        environ["REQUEST_METHOD"],
        f"{address}?{query}" if query else address,
        environ.get("HTTP_USER_AGENT", "-"),
    )


def _logged_at_the_end(body: Iterable[bytes], done: Callable[[], None]) -> Iterator[bytes]:
    """Pass on an answer that is made bit by bit, holding back one bit until it is logged."""
    parts = iter(body)
    try:
        held = next(parts, b"")
        for part in parts:
            yield held
            held = part
        done()
        yield held
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()


def serve(application: Application, *, port: int, threads: int, access_log: Path) -> None:
    """Answer requests on loopback until the process is asked to end."""
    server = wsgi.Server(
        (HOST, port),
        AccessLog(application, access_log),
        numthreads=threads,
        request_queue_size=256,
        timeout=_IDLE,
    )
    server.keep_alive_conn_limit = _KEPT_ALIVE
    server.prepare()
    # The services' threads would keep an ordinary exit waiting.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    server.serve()
