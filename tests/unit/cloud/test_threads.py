# SPDX-License-Identifier: Apache-2.0
"""The shared threads: no user gets more than the share."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest

from snapshot_dashboard.cloud import session
from snapshot_dashboard.cloud.errors import NotFound
from snapshot_dashboard.cloud.threads import Threads
from tests.unit.cloud.wire import connection

PATIENCE = 10
COUNT, SHARE = 6, 2


class Crowd:
    """Blocking calls, counted for each user."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.changed = threading.Condition()
        self.inside: list[str] = []
        self.most: dict[str, int] = {}

    def call(self, name: str) -> str:
        """Stay."""
        with self.changed:
            self.inside.append(name)
            self.most[name] = max(self.most.get(name, 0), self.inside.count(name))
            self.changed.notify_all()
        self.let_go.wait(PATIENCE)
        with self.changed:
            self.inside.remove(name)
        return name

    def wait_for(self, *names: str) -> None:
        """Wait until just these are inside."""
        wanted = sorted(names)
        with self.changed:
            assert self.changed.wait_for(lambda: sorted(self.inside) == wanted, PATIENCE)


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    """A crowd that goes home."""
    made = Crowd()
    yield made
    made.let_go.set()


@pytest.fixture
def threads() -> Iterator[Threads]:
    """Six threads, two for each."""
    with ThreadPoolExecutor(COUNT) as executor:
        yield Threads(executor, SHARE)


def test_a_burst_of_one_person_leaves_threads_to_another(threads: Threads, crowd: Crowd) -> None:
    burst = [threads.submit("anna", partial(crowd.call, "anna")) for _each in range(4 * 50)]
    crowd.wait_for(*["anna"] * SHARE)
    other = threads.submit("ben", partial(crowd.call, "ben"))
    crowd.wait_for(*["anna"] * SHARE, "ben")
    assert threads.held("anna") == SHARE
    crowd.let_go.set()
    assert other.result(PATIENCE) == "ben"
    assert {each.result(PATIENCE) for each in burst} == {"anna"}
    assert crowd.most == {"anna": SHARE, "ben": 1}


def test_what_waits_for_its_turn_can_be_cancelled(threads: Threads, crowd: Crowd) -> None:
    burst = [threads.submit("anna", partial(crowd.call, "anna")) for _each in range(SHARE + 3)]
    crowd.wait_for(*["anna"] * SHARE)
    assert [each.cancel() for each in burst] == [False, False, True, True, True]
    last = threads.submit("anna", partial(crowd.call, "last"))
    crowd.let_go.set()
    assert last.result(PATIENCE) == "last"
    assert crowd.most["anna"] == SHARE


def test_a_share_is_given_back_by_calls_that_fail_too(threads: Threads) -> None:
    def fail() -> None:
        raise NotFound

    failed: list[Future[None]] = [threads.submit("anna", fail) for _each in range(5 * SHARE)]
    assert all(isinstance(each.exception(PATIENCE), NotFound) for each in failed)
    assert threads.submit("anna", lambda: 7).result(PATIENCE) == 7
    # A thread is given back just after the result is there.
    done = threading.Event()
    for _each in range(1000):
        if not threads.held("anna"):
            done.set()
            break
        done.wait(0.01)
    assert done.is_set()


@pytest.mark.parametrize("decoration", [False, True])
def test_a_person_is_known_by_his_id_and_holds_a_part_of_the_processs_threads(
    crowd: Crowd, decoration: bool
) -> None:
    anna = [connection(person="u-anna", token=f"t{number}") for number in range(4)]
    ben = connection(person="u-ben")
    count = session._DECORATORS if decoration else session._WORKERS
    for each in anna:
        for _call in range(50):
            each.start(partial(crowd.call, "anna"), decoration=decoration)
    later = ben.start(partial(crowd.call, "ben"), decoration=decoration)
    with crowd.changed:
        assert crowd.changed.wait_for(lambda: "ben" in crowd.inside, PATIENCE)
    crowd.let_go.set()
    assert later.get() == "ben"
    assert crowd.most["anna"] <= count // 2
