# SPDX-License-Identifier: Apache-2.0
"""Two workers that share memcached, behind a load balancer without sessions.

Whatever was opened on one is sent to the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import requests
from pymemcache.client.base import Client  # type: ignore[import-untyped]

from demo.scratch import NEWEST
from demo.visitor import Visitor
from devcloud.access import Access
from tests.browser.oracle import tracebacks
from tests.cloud import promises, sites
from tests.cloud.dialogs import VOLUMES, Dialog, accepted, opened, snapshot_path, volume_path
from tests.cloud.workshop import Workshop, unique
from tests.release.conftest import Serve
from tests.release.installed import Horizon
from tests.release.pages import Things, log_of


@pytest.fixture(scope="module")
def memcached() -> Iterator[str]:
    """The address of a memcached of our own."""
    with sites.memcached() as address:
        yield address


@dataclass(frozen=True)
class Pair:
    """One session at two workers."""

    one: Visitor
    other: Visitor


@pytest.fixture(scope="module")
def workers(
    memcached: str, ours: Callable[[str], Horizon], serve: Serve, cloud: Access
) -> Iterator[Callable[[], Pair]]:
    """Function: somebody who logged in at the first of two workers."""
    settings = {
        "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.memcached.PyMemcacheCache",
                "LOCATION": memcached,
            }
        },
    }
    running = [serve(ours(NEWEST), **settings) for _ in range(2)]

    def log_in() -> Pair:
        pair = Pair(*(Visitor(each.url) for each in running))
        pair.other.session = pair.one.session
        pair.one.log_in(cloud.login("otto"))
        return pair

    yield log_in
    for each in running:
        assert tracebacks(log_of(each)) == []


@pytest.fixture(scope="module", params=["there", "back"])
def pair(request: pytest.FixtureRequest, workers: Callable[[], Pair]) -> Pair:
    """Both directions: what opens first was logged in at, or not."""
    pair = workers()
    return pair if request.param == "there" else Pair(pair.other, pair.one)


def test_sessions_are_in_memcached(pair: Pair, memcached: str) -> None:
    assert pair.other.get(VOLUMES, allow_redirects=False).status_code == requests.codes.ok
    cache = Client(memcached)
    try:
        assert int(cache.stats()[b"curr_items"]) > 0
    finally:
        cache.close()


def test_create_snapshot_of_a_detached_volume(pair: Pair, workshop: Workshop) -> None:
    volume, name = workshop.volume().id, unique("worker")
    dialog = opened(pair.one, snapshot_path(volume))
    assert accepted(dialog.submit(pair.other, name=name))
    assert [made.name for made in workshop.snapshots_of(volume)] == [name]
    # The message that tells so waits in the session for whichever worker shows the next page.
    assert name in pair.one.get(VOLUMES).text


def test_create_snapshot_of_an_attached_volume(
    pair: Pair, workshop: Workshop, things: Things
) -> None:
    name = unique("worker")
    dialog = opened(pair.one, snapshot_path(things.attached))
    unticked = Dialog(dialog.submit(pair.other, name=name))
    assert unticked.tick_error == promises.TICK_MISSING
    assert accepted(unticked.submit(pair.one, tick=True, name=name))
    made = [each.name for each in workshop.snapshots_of(things.attached)]
    assert made.count(name) == 1


def test_a_refused_form_goes_back_and_forth(pair: Pair, workshop: Workshop, things: Things) -> None:
    volume, name = workshop.volume().id, unique("worker")
    dialog = opened(pair.one, snapshot_path(volume))
    record = workshop.record(volume, None, complete=True)
    again = Dialog(dialog.submit(pair.other, name=name))
    assert "Nothing was created" in again.problem
    assert workshop.snapshots_of(volume) == []
    assert accepted(again.submit(pair.one, tick=True, name=name))
    workshop.forget_record(record)


def test_create_volume(pair: Pair, workshop: Workshop, things: Things) -> None:
    name = unique("worker")
    dialog = opened(pair.one, volume_path(things.snapshot))
    assert accepted(dialog.submit(pair.other, name=name))
    (made,) = workshop.owner.block_storage.volumes(name=name)
    workshop.adopt_volume(made.id)
    assert made.snapshot_id == things.snapshot


def test_logged_out_on_one_is_logged_out_on_both(workers: Callable[[], Pair]) -> None:
    pair = workers()
    kept = dict(pair.one.session.cookies)
    pair.one.post("/auth/logout/", {})
    # Whoever kept the cookie does not get in with it.
    pair.other.session.cookies.update(kept)
    for visitor in (pair.one, pair.other):
        answer = visitor.get(VOLUMES, allow_redirects=False)
        assert answer.status_code == requests.codes.found
        assert "/auth/login/" in answer.headers["Location"]
