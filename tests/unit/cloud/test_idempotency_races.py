# SPDX-License-Identifier: Apache-2.0
"""One form sent at the same moment from several places creates one object.

The cache is Django's in memory, whose ``add`` holds a lock, as memcached's and Redis' do. The
one in files does not (it looks, then writes), so its threads are kept apart by us; two processes
that share it cannot be tried here.
"""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.filebased import FileBasedCache

from snapshot_dashboard.cloud import idempotency
from snapshot_dashboard.cloud.errors import (
    CloudError,
    Forbidden,
    Refused,
    ServiceFailed,
    Unreachable,
)
from snapshot_dashboard.cloud.idempotency import AttemptState, UnderWay
from tests.unit.cloud.forms import FORM, Clock, Cloud, lose, state


def race(count: int, form: str) -> tuple[list[str], list[CloudError]]:
    """Send one form from many threads at the same moment, before any of them is answered."""
    start = threading.Barrier(count)
    decided = threading.Barrier(count)

    def run() -> str | CloudError:
        own = Cloud(form)
        # Nobody finds what another one made: only the claim is left to keep them apart.
        own.meanwhile = lambda: decided.wait(timeout=10)
        start.wait(timeout=10)
        try:
            return own.submit()
        except CloudError as error:
            decided.wait(timeout=10)
            return error

    with ThreadPoolExecutor(count) as threads:
        ended = [each.result() for each in [threads.submit(run) for _ in range(count)]]
    made = [each for each in ended if isinstance(each, str)]
    return made, [each for each in ended if isinstance(each, CloudError)]


@pytest.mark.parametrize("turn", range(20))
def test_of_many_at_the_same_moment_one_makes_it(clock: Clock, turn: int) -> None:
    made, told = race(4, f"{FORM}-{turn}")
    assert made == ["made 1"]
    assert [type(each) for each in told] == [UnderWay] * 3


@pytest.mark.parametrize("turn", range(20))
def test_of_many_that_follow_a_lost_attempt_one_makes_it(clock: Clock, turn: int) -> None:
    form = f"{FORM}-{turn}"
    lose(Cloud(form))
    clock.later(idempotency.GIVEN_UP)
    made, told = race(4, form)
    assert made == ["made 1"]
    assert [type(each) for each in told] == [UnderWay] * 3


def test_a_late_refusal_does_not_open_the_way_beside_the_attempt_that_followed(
    cloud: Cloud, clock: Clock
) -> None:
    """The first one is given up while it still hangs; it is refused while the second is sent."""
    third = Cloud()

    def second_and_refusal() -> None:
        clock.later(idempotency.GIVEN_UP)
        # The second takes its turn, and is given no answer; only then is the first one refused.
        lose(Cloud())

    cloud.meanwhile = second_and_refusal
    cloud.fails = Refused()
    with pytest.raises(Refused):
        cloud.submit()
    assert state() is AttemptState.UNDER_WAY
    with pytest.raises(UnderWay):
        third.submit()
    assert third.asked == 0


def test_a_lost_attempt_is_remembered_behind_a_later_refusal(cloud: Cloud, clock: Clock) -> None:
    lose(cloud)
    clock.later(idempotency.GIVEN_UP)
    cloud.fails = Refused()
    with pytest.raises(Refused):
        cloud.submit()
    assert state() is AttemptState.GIVEN_UP


@pytest.mark.parametrize("blind", [Unreachable(), ServiceFailed(), Forbidden()])
def test_after_a_lost_attempt_a_failing_look_is_no_proof(
    cloud: Cloud, clock: Clock, blind: CloudError
) -> None:
    lose(cloud)
    clock.later(idempotency.GIVEN_UP)
    cloud.blind = blind
    with pytest.raises(UnderWay):
        cloud.submit()
    assert cloud.asked == 1


def test_a_cache_in_files_lets_one_of_two_threads_claim(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": str(tmp_path)}}
    looked = FileBasedCache.has_key
    both = threading.Barrier(2)

    def look_together(*asked: Any, **options: Any) -> bool:
        found = looked(*asked, **options)
        # Both would be here, and have seen nothing, if they were not kept apart.
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(timeout=0.5)
        return bool(found)

    monkeypatch.setattr(FileBasedCache, "has_key", look_together)
    made, told = race(2, FORM)
    assert made == ["made 1"]
    assert [type(each) for each in told] == [UnderWay]
