# SPDX-License-Identifier: Apache-2.0
"""One form creates one object: sent twice, answered or not, found or not."""

from typing import Any

import pytest
from django.core.cache import cache

from snapshot_dashboard.cloud import idempotency
from snapshot_dashboard.cloud.errors import (
    AnswerLost,
    CloudError,
    Forbidden,
    NotFound,
    QuotaExceeded,
    Refused,
    ServiceFailed,
    SessionExpired,
    Unreachable,
)
from snapshot_dashboard.cloud.idempotency import AlreadyMade, AttemptState, UnderWay
from tests.unit.cloud.forms import Clock, Cloud, lose, state
from tests.unit.cloud.wire import connection

CERTAIN: list[type[CloudError]] = [Refused, Forbidden, NotFound, QuotaExceeded, Unreachable]
UNCERTAIN: list[type[CloudError]] = [AnswerLost, ServiceFailed]


def test_the_first_request_makes_it_after_a_look(cloud: Cloud) -> None:
    assert cloud.submit() == "made 1"
    assert (cloud.looks, cloud.asked) == (1, 1)


def test_the_second_request_is_given_what_the_first_one_made(cloud: Cloud) -> None:
    cloud.submit()
    with pytest.raises(AlreadyMade) as caught:
        cloud.submit()
    assert caught.value.found == ("made 1",)
    assert not caught.value.uncertain
    assert cloud.made == ["made 1"]


def test_it_stays_made_when_the_cache_was_emptied(cloud: Cloud) -> None:
    cloud.submit()
    cache.clear()
    with pytest.raises(AlreadyMade):
        cloud.submit()
    assert cloud.asked == 1


def test_two_that_were_made_all_the_same_are_both_told(cloud: Cloud) -> None:
    cloud.made = ["made 1", "made 2"]
    with pytest.raises(AlreadyMade) as caught:
        cloud.submit()
    assert caught.value.found == ("made 1", "made 2")


def test_a_request_beside_another_makes_nothing(cloud: Cloud) -> None:
    said: list[CloudError] = []

    def again() -> None:
        with pytest.raises(UnderWay) as caught:
            Cloud().submit()
        said.append(caught.value)

    cloud.meanwhile = again
    assert cloud.submit() == "made 1"
    assert [each.uncertain for each in said] == [True]


@pytest.mark.parametrize("error", CERTAIN)
def test_a_certain_refusal_can_be_tried_again_at_once(
    cloud: Cloud, error: type[CloudError]
) -> None:
    cloud.fails = error("why")
    with pytest.raises(error, match="why"):
        cloud.submit()
    assert cloud.looks == 1
    assert state() is AttemptState.NONE
    cloud.fails = None
    assert cloud.submit() == "made 1"


@pytest.mark.parametrize("error", UNCERTAIN)
def test_a_lost_answer_keeps_the_claim(cloud: Cloud, error: type[CloudError]) -> None:
    cloud.fails = error("lost")
    with pytest.raises(error, match="lost"):
        cloud.submit()
    assert cloud.looks == 2
    cloud.fails = None
    with pytest.raises(UnderWay):
        cloud.submit()
    assert cloud.asked == 1


@pytest.mark.parametrize("error", UNCERTAIN)
def test_what_is_found_after_a_lost_answer_is_the_answer(
    cloud: Cloud, error: type[CloudError]
) -> None:
    cloud.fails, cloud.made_anyway = error("lost"), True
    assert cloud.submit() == "made 1"
    with pytest.raises(AlreadyMade):
        cloud.submit()
    assert cloud.asked == 1


@pytest.mark.parametrize("blind", [Unreachable, ServiceFailed, SessionExpired, NotFound])
def test_a_lost_answer_stays_lost_when_nothing_can_be_read_after_it(
    cloud: Cloud, blind: type[CloudError]
) -> None:
    def go_blind() -> None:
        cloud.blind = blind()

    cloud.meanwhile = go_blind
    cloud.fails, cloud.made_anyway = AnswerLost("lost"), True
    with pytest.raises(AnswerLost, match="lost"):
        cloud.submit()
    cloud.blind = None
    with pytest.raises(AlreadyMade):
        cloud.submit()


def test_what_appears_later_than_the_look_is_still_found(cloud: Cloud, clock: Clock) -> None:
    cloud.fails = AnswerLost()
    with pytest.raises(AnswerLost):
        cloud.submit()
    clock.later(10)
    cloud.made.append("made late")
    with pytest.raises(AlreadyMade) as caught:
        cloud.submit()
    assert caught.value.found == ("made late",)


def test_a_lost_attempt_is_given_up_after_a_while_and_not_before(
    cloud: Cloud, clock: Clock
) -> None:
    lose(cloud)
    clock.later(idempotency.GIVEN_UP - 1)
    with pytest.raises(UnderWay):
        cloud.submit()
    clock.later(1)
    assert cloud.submit() == "made 1"


def test_each_attempt_has_its_own_time(cloud: Cloud, clock: Clock) -> None:
    lose(cloud)
    clock.later(idempotency.GIVEN_UP)
    lose(cloud)
    clock.later(idempotency.GIVEN_UP - 1)
    with pytest.raises(UnderWay):
        cloud.submit()
    clock.later(1)
    assert cloud.submit() == "made 1"
    assert cloud.asked == 3


@pytest.mark.parametrize("error", [*UNCERTAIN, Unreachable])
def test_a_look_that_fails_before_anything_was_sent_has_made_nothing(
    cloud: Cloud, error: type[CloudError]
) -> None:
    cloud.blind = error("the reason", request_id="req-1", status=503)
    with pytest.raises(Unreachable, match="the reason") as caught:
        cloud.submit()
    assert not caught.value.uncertain
    assert (caught.value.request_id, caught.value.status) == ("req-1", 503)
    assert cloud.asked == 0
    cloud.blind = None
    assert cloud.submit() == "made 1"


@pytest.mark.parametrize("error", [Forbidden, Refused, NotFound])
def test_a_look_that_is_refused_makes_nothing_and_says_so(
    cloud: Cloud, error: type[CloudError]
) -> None:
    cloud.blind = error("not allowed")
    with pytest.raises(error, match="not allowed"):
        cloud.submit()
    assert cloud.asked == 0
    assert state() is AttemptState.NONE


def test_a_look_that_fails_beside_an_attempt_promises_nothing(cloud: Cloud) -> None:
    lose(cloud)
    cloud.blind = Unreachable()
    with pytest.raises(UnderWay):
        cloud.submit()
    assert cloud.asked == 1


def test_an_expired_session_passes_before_anything_is_made(cloud: Cloud) -> None:
    cloud.blind = SessionExpired()
    with pytest.raises(SessionExpired):
        cloud.submit()
    assert (cloud.asked, state()) == (0, AttemptState.NONE)


def test_an_expired_session_passes_when_it_is_made(cloud: Cloud) -> None:
    cloud.fails = SessionExpired()
    with pytest.raises(SessionExpired):
        cloud.submit()
    cloud.fails = None
    assert cloud.submit() == "made 1"


def test_a_fault_of_our_own_is_not_hidden_and_keeps_the_claim(cloud: Cloud) -> None:
    def stumble() -> None:
        raise ZeroDivisionError

    cloud.meanwhile = stumble
    with pytest.raises(ZeroDivisionError):
        cloud.submit()
    with pytest.raises(UnderWay):
        cloud.submit()


def test_what_is_known_of_an_attempt_is_told_without_making_one(cloud: Cloud, clock: Clock) -> None:
    assert state() is AttemptState.NONE
    assert state() is AttemptState.NONE
    lose(cloud)
    assert state() is AttemptState.UNDER_WAY
    clock.later(idempotency.GIVEN_UP)
    assert state() is AttemptState.GIVEN_UP
    lose(cloud)
    assert state() is AttemptState.UNDER_WAY
    assert cloud.asked == 2


def test_an_attempt_is_known_while_it_goes_on(cloud: Cloud) -> None:
    known: list[AttemptState] = []
    cloud.meanwhile = lambda: known.append(state())
    cloud.submit()
    assert known == [AttemptState.UNDER_WAY]


@pytest.mark.parametrize("other", [{"project_id": "p-other"}, {"region": "RegionTwo"}])
def test_two_projects_or_regions_share_no_claim(cloud: Cloud, other: dict[str, Any]) -> None:
    lose(cloud)
    elsewhere = connection(**other)
    assert state(elsewhere) is AttemptState.NONE
    assert cloud.submit(elsewhere) == "made 1"


def test_the_same_form_of_a_renewed_session_shares_its_claim(cloud: Cloud) -> None:
    lose(cloud)
    with pytest.raises(UnderWay):
        cloud.submit(connection(token="another", rights="reader"))


def test_two_forms_share_no_claim(cloud: Cloud) -> None:
    lose(cloud)
    assert Cloud("c0a8a2b0-8d4e-4f65-9a80-9a2a6b0f2f55").submit() == "made 1"


@pytest.mark.parametrize(
    ("backend", "shared"),
    [
        ("django.core.cache.backends.locmem.LocMemCache", False),
        ("django.core.cache.backends.dummy.DummyCache", False),
        ("django.core.cache.backends.memcached.PyMemcacheCache", True),
        ("django.core.cache.backends.redis.RedisCache", True),
    ],
)
def test_a_cache_of_one_process_is_not_taken_for_shared(
    settings: Any, backend: str, shared: bool
) -> None:
    settings.CACHES = {"default": {"BACKEND": backend}}
    assert idempotency.is_shared() is shared


def test_a_form_cannot_claim_for_ever(cloud: Cloud, clock: Clock) -> None:
    for _attempt in range(210):
        cloud.fails = AnswerLost()
        with pytest.raises((AnswerLost, UnderWay)):
            cloud.submit()
        clock.later(idempotency.GIVEN_UP)
    assert cloud.asked == 200


def test_many_refusals_of_one_form_leave_it_usable(cloud: Cloud) -> None:
    for _attempt in range(30):
        cloud.fails = QuotaExceeded()
        with pytest.raises(QuotaExceeded):
            cloud.submit()
    assert state() is AttemptState.NONE
    cloud.fails = None
    assert cloud.submit() == "made 1"
