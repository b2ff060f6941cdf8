# SPDX-License-Identifier: Apache-2.0
"""A service that answers byte by byte: every request ends at its deadline."""

import ast
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import snapshot_dashboard
from snapshot_dashboard.cloud import block_storage, compute, people, quiesced
from snapshot_dashboard.cloud.errors import AnswerLost, Service, Unreachable
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.cloud.transport import pool
from snapshot_dashboard.cloud.versions import versions
from snapshot_dashboard.rules.quiesced import NameMark
from tests.unit.cloud.wire import connection

BODY = b'{"server": {"id": "i1", "name": "web-1", "status": "ACTIVE"}}' + b" " * 400
HEADER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
# A byte in each; the whole answer would take half a minute.
PAUSE = 0.05
SHORT = 0.4
# Far above what is allowed and what a busy machine adds, far below the whole answer.
PATIENCE = 8.0


class Dripping:
    """Answers every request on loopback, beginning to drip after some bytes."""

    def __init__(self, fast: int) -> None:
        self.fast = fast
        self.over = threading.Event()
        self.hung_up = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Return the address."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/v3"

    def _serve(self) -> None:
        while not self.over.is_set():
            try:
                there, _address = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(there,), daemon=True).start()

    def _answer(self, there: socket.socket) -> None:
        answer = HEADER % len(BODY) + BODY
        with there:
            there.recv(65536)
            try:
                there.sendall(answer[: self.fast])
                for byte in answer[self.fast :]:
                    if self.over.wait(PAUSE):
                        return
                    there.sendall(bytes([byte]))
            except OSError:
                self.hung_up.set()

    def close(self) -> None:
        """End."""
        self.over.set()
        self._listening.close()


@pytest.fixture(params=[0, 20, len(HEADER) + 10], ids=["status", "header", "body"])
def service(request: pytest.FixtureRequest) -> Iterator[Dripping]:
    """A service that drips from the first byte on, within the header, or within the body."""
    running = Dripping(request.param)
    versions.forget()
    try:
        yield running
    finally:
        running.close()
        versions.forget()


def to(service: Dripping, **changes: Any) -> Connection:
    """Return a connection all of whose services are this one."""
    said = {
        "block_storage_url": service.url,
        "compute_url": service.url,
        "identity_url": service.url,
        "image_url": service.url,
    }
    return connection(**(said | {"deadline": Deadline(SHORT), "write_seconds": SHORT} | changes))


def ended(call: Callable[[], object]) -> type[BaseException]:
    """Make a call that does not succeed, and return how it ended; never after the patience."""
    started = time.monotonic()
    with pytest.raises((AnswerLost, Unreachable)) as caught:
        call()
    assert time.monotonic() - started < PATIENCE
    return caught.type


READS: dict[str, Callable[[Connection], object]] = {
    "compute": lambda link: compute.instance(link, "i1"),
    "identity": lambda link: people.user(link, "u1"),
    "versions": lambda link: block_storage.has_groups(link),
    "block storage": lambda link: link.call(Service.BLOCK_STORAGE, "GET", "/"),
    "image": lambda link: link.call(Service.IMAGE, "GET", "/images"),
}
WRITES: dict[str, Callable[[Connection], object]] = {
    "compute": lambda link: compute.detach(link, "i1", "v1"),
    "action": lambda link: quiesced.create_image(link, "i1", NameMark("x", "y")),
    "image": lambda link: link.call(Service.IMAGE, "DELETE", "/images/1"),
    "block storage": lambda link: link.call(Service.BLOCK_STORAGE, "DELETE", "/"),
}


@pytest.mark.parametrize("call", READS.values(), ids=READS)
def test_a_read_ends_with_the_time_of_its_page(
    service: Dripping, call: Callable[[Connection], object]
) -> None:
    link = to(service, write_seconds=60.0)
    ended(lambda: call(link))
    assert service.hung_up.wait(PATIENCE)


@pytest.mark.parametrize("call", WRITES.values(), ids=WRITES)
def test_a_change_ends_with_its_own_time_and_is_not_known(
    service: Dripping, call: Callable[[Connection], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Connection, "cinder_version", lambda _link: (3, 65))
    link = to(service, deadline=Deadline(60))
    assert ended(lambda: call(link)) is AnswerLost
    assert service.hung_up.wait(PATIENCE)


def test_all_that_is_sent_in_one_go_shares_one_time() -> None:
    """A redirect is followed with what the first answer has left."""
    link = connection(deadline=Deadline(50), write_seconds=70.0)
    limit: Any = link.keystone_session(write=True).timeout
    first = limit.remaining()
    assert 60 < limit.remaining() < first <= 70


def test_nothing_is_sent_without_a_deadline() -> None:
    with pytest.raises((AttributeError, TypeError)):
        pool().get("http://127.0.0.1:1/")


def test_nobody_else_opens_connections() -> None:
    """What does not go through the pool knows no deadline."""
    root = Path(snapshot_dashboard.__file__).parent
    own = {"requests", "urllib3", "http.client", "socket", "urllib.request"}
    allowed = {"cloud/transport.py", "cloud/errors.py"}
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if own & set(imported(ast.parse(path.read_text())))
    }
    assert found <= allowed
    makes = [path for path in root.rglob("*.py") if "session.Session(" in path.read_text()]
    assert [str(path.relative_to(root)) for path in makes] == ["cloud/session.py"]


def imported(tree: ast.Module) -> Iterator[str]:
    """Return the names of the modules that are imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
