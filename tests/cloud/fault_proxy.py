# SPDX-License-Identifier: Apache-2.0
"""A proxy between Horizon and the services that fails on demand.

It stands in front of Keystone, Cinder and Nova of the cloud under test. Keystone's answers name
the proxy instead of the services, so that everybody who logs in through it, and nobody else,
talks to Cinder and Nova through it. A login can get a lane of its own: an address under which
its calls are told apart, recorded, and made to fail. The failures are real ones on the wire.
It can also hide newer versions of the APIs (tests/cloud/capped.py).
"""

from __future__ import annotations

import contextlib
import enum
import http.client
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

from devcloud.settings import HOST
from devcloud.waiting import wait_until
from tests.api_versions import Versions, chosen
from tests.cloud.capped import Cap, caps

# Seconds that a real service may take.
_PATIENCE = 60
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
# Stands for no lane: for Keystone, and for who has none of his own.
_NO_LANE = "-"
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}")
# A time as Cinder writes it.
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
REQUEST_ID = "req-00000000-0000-4000-8000-00000000fa17"


class Fault(enum.Enum):
    """The kinds of faults; the value is shown in the test's name."""

    NONE = "none"
    LATE = "late"
    TOO_LATE = "too-late"
    HELD_BACK = "held-back"
    LOST_BEFORE = "lost-before"
    LOST_AFTER = "lost-after"
    HALF = "half-an-answer"
    GARBLED = "half-the-text"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    OVER_LIMIT = "413"
    TOO_MANY = "429"
    FAILED = "500"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504-after"

    @property
    def status(self) -> int | None:
        """The status that is answered instead of the service's, None for no such answer."""
        number = self.value.removesuffix("-after")
        return int(number) if number.isdecimal() else None

    @property
    def carried_out(self) -> bool:
        """Tell whether the service does what the call asks for all the same."""
        refused = self.status is not None and self is not Fault.GATEWAY_TIMEOUT
        return not refused and self is not Fault.LOST_BEFORE


# Where a service's own words stand in an error; a gateway in front of it writes HTML.
_WORDS = {401: "unauthorized", 403: "forbidden", 404: "itemNotFound", 413: "overLimit"}


@dataclass(frozen=True)
class Call:
    """A call: service and path without ids, and its number among equal ones (from 1)."""

    method: str
    place: str
    number: int = 1

    def __str__(self) -> str:
        return f"{self.method} {self.place} #{self.number}"

    @property
    def every(self) -> Call:
        """The same, whichever number it has."""
        return Call(self.method, self.place, 0)


@dataclass(frozen=True)
class Passed:
    """A call that was seen, its result, and what it sent."""

    call: Call
    fault: Fault
    sent: str

    @property
    def said(self) -> dict[str, object]:
        """The one object that was sent: a snapshot, a volume."""
        found: dict[str, object] = next(iter(json.loads(self.sent).values()))
        return found


class Lane:
    """The calls of one login; one test at a time uses it.

    ``ahead`` is how far Cinder's clock is ahead as seen from here.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.ahead = timedelta()
        self._lock = threading.Lock()
        self._plan: Mapping[Call, Fault] = {}
        self._counts: Counter[Call] = Counter()
        self._passed: list[Passed] = []
        self._busy = 0
        # The pages (by the id that all calls of one page carry) of now, and those that are over.
        self._pages: set[str] = set()
        self._over: set[str] = set()

    @contextlib.contextmanager
    def failing(self, plan: Mapping[Call, Fault]) -> Iterator[list[Passed]]:
        """Let these calls fail inside the block; the calls are in the list afterwards.

        The block ends when the last of its calls has been dealt with, however late.
        """
        found: list[Passed] = []
        with self._lock:
            self._plan, self._counts, self._passed = plan, Counter(), found
        try:
            yield found
        finally:
            wait_until(
                lambda: not self._busy,
                seconds=_PATIENCE,
                what=f"the calls on lane {self.name} to end",
                pause=0.02,
            )
            with self._lock:
                self._plan, self._passed = {}, []
                self._over |= self._pages
                self._pages = set()

    @contextlib.contextmanager
    def passing(self, method: str, place: str, sent: str, page: str) -> Iterator[Fault]:
        """Write down a call and tell what is to become of it.

        A page that failed early does not wait for all of its calls: one that comes later is not
        taken for a call of the page after it.
        """
        with self._lock:
            fault = Fault.NONE
            if not page or page not in self._over:
                fault = self._expected(method, place, sent)
                self._pages.add(page)
            self._busy += 1
        try:
            yield fault
        finally:
            with self._lock:
                self._busy -= 1

    def _expected(self, method: str, place: str, sent: str) -> Fault:
        kind = Call(method, place, 0)
        self._counts[kind] += 1
        call = Call(method, place, self._counts[kind])
        fault = self._plan.get(call) or self._plan.get(kind, Fault.NONE)
        self._passed.append(Passed(call, fault, sent))
        return fault


class FaultProxy:
    """The proxy in front of the services at ``endpoints`` (by name).

    ``late`` seconds are what a slow answer takes, ``too_late`` what nobody waits for.
    """

    def __init__(
        self, endpoints: Mapping[str, str], *, late: float = 0, too_late: float = 0
    ) -> None:
        self.late = late
        self.too_late = too_late
        self._behind = {name: endpoints[name] for name in ("keystone", "cinder", "nova")}
        self._caps = {_NO_LANE: caps(chosen())}
        self._lanes: dict[str, Lane] = {}
        self._next = _NO_LANE
        self._login = threading.Lock()
        self.over = threading.Event()
        self._server = _Server((HOST, 0), _Handler)
        self._server.proxy = self
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def auth_url(self) -> str:
        """Keystone's address behind the proxy."""
        return f"{self._url}/{_NO_LANE}/keystone/v3"

    @property
    def _url(self) -> str:
        return f"http://{HOST}:{self._server.server_port}"

    @contextlib.contextmanager
    def logging_in(self, name: str, highest: Versions | None = None) -> Iterator[Lane]:
        """Give whoever logs in inside the block a lane of this name.

        On it Cinder and Nova have no version above ``highest``, those of API_VERSIONS without it.
        """
        with self._login:
            self._next = name
            self._caps[name] = caps(highest or chosen())
            self._lanes[name] = Lane(name)
            yield self._lanes[name]

    def target(self, path: str) -> tuple[Lane | None, str, str]:
        """Return the lane of a path (None where there is none), the service, and the rest."""
        _empty, lane, service, *rest = path.split("/", 3)
        return self._lanes.get(lane), service, "/" + "".join(rest)

    def cap(self, lane: str, service: str) -> Cap | None:
        """Return what hides versions of a service on a lane, None where nothing does."""
        return self._caps.get(lane, {}).get(service)

    def behind(self, service: str) -> str:
        """Return host and port of a real service."""
        return str(urlsplit(self._behind[service]).netloc)

    def through_here(self, text: bytes, lane: str = "") -> bytes:
        """Return an answer with addresses that lead through the proxy; Keystone's has no lane."""
        for service, url in self._behind.items():
            where = _NO_LANE if service == "keystone" else lane or self._next
            text = text.replace(url.encode(), f"{self._url}/{where}/{service}".encode())
        return text

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(_PATIENCE)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    proxy: FaultProxy

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: who has given up waiting does not listen any more."""


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    # Connections are kept, as those of real services are.
    protocol_version = "HTTP/1.1"
    # Otherwise the kernel waits between header and body.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        """Pass on what is asked, or fail as the test wants it."""
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        lane, service, path = self.server.proxy.target(self.path)
        if lane is None:
            self._send(self._forward(service, path, content))
            return
        page = self.headers.get("X-OpenStack-Request-ID", "")
        kind = place(service, path)
        with lane.passing(self.command, kind, content.decode(), page) as fault:
            ahead = lane.ahead if service == "cinder" else timedelta()
            self._carry(fault, service, path, content, ahead)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: each service has a log of its own."""

    def _carry(
        self, fault: Fault, service: str, path: str, content: bytes, ahead: timedelta
    ) -> None:
        proxy = self.server.proxy
        if fault is Fault.HELD_BACK:
            proxy.over.wait(proxy.too_late)
        answer = self._forward(service, path, content) if fault.carried_out else None
        answer = by_clock(answer, ahead) if answer and ahead else answer
        if fault in (Fault.LATE, Fault.TOO_LATE):
            proxy.over.wait(proxy.late if fault is Fault.LATE else proxy.too_late)
        if fault.status:
            self._send(_error(fault.status))
        elif answer is None or fault is Fault.LOST_AFTER:
            self.close_connection = True
        elif fault is Fault.GARBLED:
            self._send(_Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2]))
        else:
            self._send(answer, half=fault is Fault.HALF)

    def _forward(self, service: str, path: str, content: bytes) -> _Answer:
        proxy = self.server.proxy
        there = http.client.HTTPConnection(proxy.behind(service), timeout=_PATIENCE)
        skipped = ("connection", "host", "accept-encoding")
        headers = {key: value for key, value in self.headers.items() if key.lower() not in skipped}
        lane = self.path.split("/", 2)[1]
        cap = proxy.cap(lane, service)
        with contextlib.closing(there):
            sent = cap.heading(headers) if cap else headers
            there.request(self.command, path, content or None, sent)
            response = there.getresponse()
            body = response.read()
        if cap:
            body = cap.body(path, headers, body)
        if cap or service == "keystone":
            body = proxy.through_here(body, lane if cap else "")
        return _Answer(response.status, response.getheaders(), body)

    def _send(self, answer: _Answer, *, half: bool = False) -> None:
        self.send_response_only(answer.status)
        for key, value in answer.headers:
            if key.lower() not in _HOP_BY_HOP:
                self.send_header(key, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if half else answer.body)
        self.close_connection = half or self.close_connection


def by_clock(answer: _Answer, ahead: timedelta) -> _Answer:
    """Return an answer as a service gives it whose clock is so far ahead."""

    def moved(found: re.Match[bytes]) -> bytes:
        return f"{datetime.fromisoformat(found[0].decode()) + ahead:%Y-%m-%dT%H:%M:%S}".encode()

    headers = [
        (key, format_datetime(parsedate_to_datetime(value) + ahead, usegmt=True))
        if key.lower() == "date"
        else (key, value)
        for key, value in answer.headers
    ]
    return replace(answer, headers=headers, body=_TIME.sub(moved, answer.body))


def place(service: str, path: str) -> str:
    """Return service and path without ids and query: what is the same for every volume."""
    plain = _ID.sub("{id}", urlsplit(path).path)
    return f"{service} {plain.removeprefix('/v3/{id}').removeprefix('/v2.1') or '/'}"


def _error(status: int) -> _Answer:
    words = _WORDS.get(status)
    # Cinder and Nova send both.
    told = [("x-openstack-request-id", REQUEST_ID), ("x-compute-request-id", REQUEST_ID)]
    if status == http.client.TOO_MANY_REQUESTS:
        told.append(("Retry-After", "30"))
    if words is None:
        text = f"<html><body><h1>{status} {http.client.responses[status]}</h1></body></html>"
        return _Answer(status, [*told, ("Content-Type", "text/html")], text.encode())
    body = {words: {"code": status, "message": f"This is a fault: {status}."}}
    return _Answer(status, [*told, ("Content-Type", "application/json")], json.dumps(body).encode())
