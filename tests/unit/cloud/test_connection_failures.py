# SPDX-License-Identifier: Apache-2.0
"""Real sockets: refused, silent and closed connections; cookies; and the deadline."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from snapshot_dashboard.cloud import compute
from snapshot_dashboard.cloud.errors import AnswerLost, Unreachable
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.cloud.transport import pool
from tests.unit.cloud.wire import TOKEN, Wire, connection

SERVER = b'{"server": {"id": "i1", "name": "web-1", "status": "ACTIVE"}}'


class Service(ThreadingHTTPServer):
    """A service on loopback that remembers the cookies it was sent."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.cookies: list[str | None] = []
        self.let_go = threading.Event()

    @property
    def url(self) -> str:
        """Return the address."""
        return f"http://127.0.0.1:{self.server_address[1]}/v2.1"


class Answering(BaseHTTPRequestHandler):
    """Answers every GET with one instance and a cookie."""

    server: Service

    def do_GET(self) -> None:
        """Answer."""
        self.server.cookies.append(self.headers.get("Cookie"))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(SERVER)))
        self.send_header("Set-Cookie", "session=somebody-elses; Path=/")
        self.end_headers()
        self.wfile.write(SERVER)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class HangingUp(Answering):
    """Reads the request, then closes the connection."""

    def do_GET(self) -> None:
        """Close without an answer."""
        self.close_connection = True


class Silent(Answering):
    """Reads the request and does not answer until the test is over."""

    def do_GET(self) -> None:
        """Wait."""
        self.server.let_go.wait(10)


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """A running service; the parameter says how it behaves."""
    running = Service(request.param)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        running.let_go.set()
        running.shutdown()
        thread.join()
        running.server_close()


def ask(url: str, seconds: float = 5.0) -> None:
    """Read an instance, waiting no longer than ``seconds``."""
    compute.instance(connection(compute_url=url, deadline=Deadline(seconds)), "i1")


def test_a_refused_connection_was_never_sent() -> None:
    with socket.socket() as taken:
        # Bound, but nobody listens: the system refuses.
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable):
            ask(f"http://127.0.0.1:{taken.getsockname()[1]}/v2.1")


def test_a_name_that_does_not_exist_was_never_reached() -> None:
    with pytest.raises(Unreachable):
        ask("http://does-not-exist.invalid/v2.1")


@pytest.mark.parametrize("service", [HangingUp], indirect=True)
def test_a_connection_closed_after_the_request_is_a_lost_answer(service: Service) -> None:
    with pytest.raises(AnswerLost):
        ask(service.url)


@pytest.mark.parametrize("service", [Silent], indirect=True)
def test_a_service_that_does_not_answer_in_time_is_a_lost_answer(service: Service) -> None:
    with pytest.raises(AnswerLost):
        ask(service.url, 0.1)


@pytest.mark.parametrize("service", [Silent], indirect=True)
def test_a_page_waits_no_longer_than_its_deadline_for_all_calls_together(
    service: Service,
) -> None:
    together = connection(compute_url=service.url, deadline=Deadline(0.2))
    started = time.monotonic()
    asked = [together.start(lambda: compute.instance(together, "i1")) for _each in range(3)]
    for later in asked:
        with pytest.raises((AnswerLost, Unreachable)):
            later.get()
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("service", [Answering], indirect=True)
def test_a_cookie_is_never_sent_with_somebody_elses_request(service: Service) -> None:
    ask(service.url)
    ask(service.url)
    assert service.cookies == [None, None]
    assert len(pool().cookies) == 0


def test_nothing_is_sent_once_the_time_of_a_page_is_used_up(wire: Wire) -> None:
    with pytest.raises(Unreachable):
        compute.instance(connection(deadline=Deadline(0)), "i1")
    assert wire.mocker.request_history == []


def test_a_change_has_its_own_time_after_slow_reads() -> None:
    late = connection(deadline=Deadline(0), write_seconds=7.0)
    limit: Any = late.keystone_session(write=True).timeout
    assert 6.0 < limit.remaining() <= 7.0


def test_a_token_never_shows_in_what_may_be_logged() -> None:
    link: Connection = connection()
    shown = (repr(link), str(link), repr(link.auth("http://x")), repr(link.keystone_session()))
    assert not any(TOKEN in text for text in shown)


def test_an_error_never_shows_the_token() -> None:
    with pytest.raises(Unreachable) as caught:
        ask("http://does-not-exist.invalid/v2.1")
    assert TOKEN not in repr(caught.value)
    assert TOKEN not in repr(caught.value.__cause__)


def test_all_users_share_one_pool_of_connections() -> None:
    first, second = connection(token="t1"), connection(token="t2")
    assert first.keystone_session().session is second.keystone_session().session


@pytest.mark.parametrize("verify", [True, False, "/etc/ssl/own.pem"])
def test_certificates_are_verified_as_the_operator_says(verify: bool | str) -> None:
    assert connection(verify=verify).keystone_session().verify == verify
