# SPDX-License-Identifier: Apache-2.0
"""A proxy between browser and Horizon that fails on demand.

It listens on a port of its own and passes everything on. The failures are real ones on the
wire: what the browser makes of them is not simulated.
"""

import enum
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from devcloud.settings import HOST

_SECONDS = 60  # that Horizon may take for an answer
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


class Trouble(enum.Enum):
    """The fault that the proxy applies to forms."""

    NONE = "they are passed on"
    FAILS = "the proxy answers 502, Horizon never sees them"
    DROPS = "the connection ends, Horizon never sees them"
    LOSES = "Horizon does what they ask for, and its answer is lost"


class Gateway:
    """A proxy in front of Horizon at ``behind``; people use it at ``url``."""

    def __init__(self, behind: str) -> None:
        self.trouble = Trouble.NONE
        self.sent = 0
        self._open = threading.Event()
        self._open.set()
        self._server = _Server((HOST, 0), _Handler)
        self._server.gateway = self
        self._server.behind = str(urlsplit(behind).netloc)
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def url(self) -> str:
        """The address that people use."""
        return f"http://{HOST}:{self._server.server_port}"

    def hold(self) -> None:
        """Keep forms that are sent until :meth:`release`."""
        self._open.clear()

    def release(self) -> None:
        """Let them pass."""
        self._open.set()

    def wait_released(self) -> None:
        """Wait, in the thread of one request, until forms may pass."""
        self._open.wait(_SECONDS)

    def __enter__(self) -> "Gateway":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(_SECONDS)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    gateway: Gateway
    behind: str


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Pass on what is read."""
        self._answer(self._forward(b""))

    def do_POST(self) -> None:
        """Pass on a form, or fail as the test wants it."""
        gateway = self.server.gateway
        gateway.sent += 1
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        gateway.wait_released()
        trouble = gateway.trouble
        if trouble is Trouble.FAILS:
            self.send_error(http.client.BAD_GATEWAY)
            return
        answer = None if trouble is Trouble.DROPS else self._forward(content)
        if answer is not None and trouble is not Trouble.LOSES:
            self._answer(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: Horizon has a log of its own."""

    def _forward(self, content: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        there = http.client.HTTPConnection(self.server.behind, timeout=_SECONDS)
        headers = {key: value for key, value in self.headers.items() if key != "Connection"}
        there.request(self.command, self.path, content or None, headers)
        response = there.getresponse()
        body = response.read()
        there.close()
        return response, body

    def _answer(self, answer: tuple[http.client.HTTPResponse, bytes]) -> None:
        response, body = answer
        self.send_response_only(response.status)
        for key, value in response.getheaders():
            if key.lower() not in _HOP_BY_HOP:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
