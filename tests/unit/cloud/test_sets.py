# SPDX-License-Identifier: Apache-2.0
"""Creating several snapshots: a few at a time, each with its own result."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from snapshot_dashboard.cloud import attachment, idempotency, sets
from snapshot_dashboard.cloud.errors import (
    AnswerLost,
    CloudError,
    NotFound,
    SessionExpired,
    Unreachable,
)
from snapshot_dashboard.cloud.idempotency import UnderWay
from snapshot_dashboard.cloud.sets import NotTried, Order
from snapshot_dashboard.rules import sets as rules
from snapshot_dashboard.rules.attachment import Verdict
from snapshot_dashboard.rules.snapshot import Snapshot
from tests.unit.cloud.wire import NOVA, REFUSED, SILENT, Wire, connection, snapshot_json

SET = "0f0e0d0c-0b0a-4908-8706-050403020100"


def order(volume_id: str) -> Order:
    """Return one snapshot to be made."""
    request_id = rules.request_id(SET, volume_id, 0)
    return Order(volume_id, f"of {volume_id}", "", True, rules.metadata(SET, 2), request_id)


def quiet(_order: Order, _outcome: object) -> None:
    """Hear of nothing."""


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], Snapshot]], None]:
    """Function: let this make a snapshot of a volume, in the place of Cinder."""

    def replace(one: Callable[[str], Snapshot]) -> None:
        monkeypatch.setattr(sets, "_look", lambda *_, **__: ())
        monkeypatch.setattr(sets, "_ask", lambda _connection, order: one(order.volume_id))

    return replace


def made(volume_id: str) -> Snapshot:
    """Return a snapshot of a volume."""
    return Snapshot(f"s-{volume_id}", "", 1, "creating", volume_id)


def test_a_few_are_made_at_the_same_moment_and_never_more(
    wire: Wire, making: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sets, "_AT_ONCE", 2)
    both = threading.Barrier(2)
    lock = threading.Lock()
    now, most = [0], [0]

    def one(volume_id: str) -> Snapshot:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        both.wait(5)
        with lock:
            now[0] -= 1
        return made(volume_id)

    making(one)
    ids = [f"v{n}" for n in range(6)]
    found = sets.make(connection(), [order(each) for each in ids], quiet)
    assert list(found) == ids
    assert all(isinstance(each, Snapshot) for each in found.values())
    assert most[0] == 2


def test_one_that_fails_keeps_no_other_from_being_made(wire: Wire, making: Any) -> None:
    def one(volume_id: str) -> Snapshot:
        if volume_id == "v1":
            raise AnswerLost
        return made(volume_id)

    making(one)
    told: list[tuple[str, object]] = []
    found = sets.make(
        connection(),
        [order(each) for each in ("v1", "v2", "v3")],
        lambda order, outcome: told.append((order.volume_id, type(outcome))),
    )
    assert [type(each) for each in found.values()] == [AnswerLost, Snapshot, Snapshot]
    before = [each for each in told if each[1] is type(None)]
    assert sorted(before, key=str) == [(each, type(None)) for each in ("v1", "v2", "v3")]
    answers = [each for each in told if each not in before]
    assert sorted(answers, key=str) == [("v1", AnswerLost), ("v2", Snapshot), ("v3", Snapshot)]


@pytest.mark.parametrize("error", [Unreachable, SessionExpired])
def test_a_service_that_is_not_there_is_not_asked_for_the_rest(
    wire: Wire, making: Any, monkeypatch: pytest.MonkeyPatch, error: type[CloudError]
) -> None:
    monkeypatch.setattr(sets, "_AT_ONCE", 1)
    asked = []

    def one(volume_id: str) -> Snapshot:
        asked.append(volume_id)
        raise error

    making(one)
    found = sets.make(connection(), [order(each) for each in ("v1", "v2")], quiet)
    assert [type(each) for each in found.values()] == [error, NotTried]
    assert asked == ["v1"]


def test_what_is_not_answered_in_time_is_not_known_and_the_rest_was_not_tried(
    wire: Wire, making: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sets, "_AT_ONCE", 1)
    monkeypatch.setattr(sets, "_WAITED_FOR", 0.2)
    over = threading.Event()

    def one(volume_id: str) -> Snapshot:
        over.wait(5)
        return made(volume_id)

    making(one)
    found = sets.make(connection(), [order(each) for each in ("v1", "v2")], quiet)
    over.set()
    assert [type(each) for each in found.values()] == [UnderWay, NotTried]
    assert [each.uncertain for each in found.values()] == [True, False]  # type: ignore[union-attr]


def test_nothing_is_begun_when_the_time_for_it_is_over(
    wire: Wire, making: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sets, "_AT_ONCE", 1)
    monkeypatch.setattr(sets, "_BEGUN_WITHIN", 0.05)

    def one(volume_id: str) -> Snapshot:
        # Longer than anything may be begun in.
        time.sleep(0.1)
        return made(volume_id)

    making(one)
    found = sets.make(connection(), [order(each) for each in ("v1", "v2")], quiet)
    assert [type(each) for each in found.values()] == [Snapshot, NotTried]


def test_one_that_was_made_before_is_found_and_not_told_of(wire: Wire) -> None:
    said = snapshot_json("s1", metadata={"snapshot_dashboard:request": order("v1").request_id})
    wire.holds("snapshots", said)
    told: list[object] = []
    found = sets.make(connection(), [order("v1")], lambda *each: told.append(each))
    assert [each.id for each in found.values() if isinstance(each, Snapshot)] == ["s1"]
    assert told == []
    assert wire.sent("POST", "/snapshots") == []


def test_one_whose_answer_was_lost_is_found_afterwards_and_told_of(wire: Wire) -> None:
    wire.breaks("POST", "/snapshots", SILENT)
    mine = snapshot_json("s1", metadata={"snapshot_dashboard:request": order("v1").request_id})
    answers: list[dict[str, Any]] = [{"json": {"snapshots": []}}, {"json": {"snapshots": [mine]}}]
    wire.mocker.register_uri("GET", "http://storage.test/v3/snapshots/detail", answers)
    told: list[str] = []
    found = sets.make(
        connection(), [order("v1")], lambda _order, outcome: told.append(type(outcome).__name__)
    )
    assert [each.id for each in found.values() if isinstance(each, Snapshot)] == ["s1"]
    assert told == ["NoneType", "AnswerLost", "Snapshot"]


def test_a_service_that_was_not_reached_made_nothing(wire: Wire) -> None:
    wire.holds("snapshots")
    wire.breaks("POST", "/snapshots", REFUSED)
    (found,) = sets.make(connection(), [order("v1")], quiet).values()
    assert isinstance(found, Unreachable)
    ours = connection()
    assert sets.state(ours, SET, "v1", 0) is idempotency.AttemptState.NONE


def test_failed_ones_and_made_ones_are_told_apart(wire: Wire) -> None:
    entries = rules.metadata(SET, 2)
    of_v1 = [snapshot_json(f"s{n}", status="error", metadata=entries) for n in (1, 2)]
    wire.holds("snapshots", snapshot_json("s3", metadata=entries), *of_v1)
    found = sets.find(connection(), SET, ["v1", "v2"])
    assert found.failed("v1") == 2
    kept = found.of("v1")
    assert kept is not None
    assert kept.id == "s3"
    assert found.of("v2") is None


def test_a_list_that_is_cut_short_is_not_believed_to_be_everything(wire: Wire) -> None:
    entries = rules.metadata(SET, 2)
    first = {"snapshots": [snapshot_json("s1", metadata=entries)], "snapshots_links": [{}]}
    wire.says("GET", "/snapshots/detail", first)
    second = {"snapshots": [snapshot_json("s2", volume_id="v2", metadata=entries)]}
    wire.says("GET", "/snapshots/detail?volume_id=v2", second)
    found = sets.find(connection(), SET, ["v2"])
    assert sorted(found.members) == ["v1", "v2"]


def test_several_volumes_are_judged_as_each_alone(wire: Wire) -> None:
    wire.attached(("i1", "ACTIVE"), volume_id="v1")
    wire.attached(("i1", "ACTIVE"), ("i2", "SHUTOFF"), volume_id="v2")
    wire.volume("v3")
    wire.volume("v4", status="reserved")
    wire.records("v4", "i2")
    device = {"volumeAttachment": {"device": "/dev/vdc"}}
    wire.says("GET", f"{NOVA}/servers/i2/os-volume_attachments/v4", device)
    wire.fails("GET", "/volumes/v5", 404)
    wire.records("v5")
    wire.volume("v6")
    wire.fails("GET", "/attachments?volume_id=v6", 500)
    ids = ["v1", "v2", "v3", "v4", "v5", "v6"]
    together = attachment.read_all(connection(), ids)
    for each in ("v1", "v2", "v3", "v4", "v6"):
        alone = attachment.read(connection(), each)
        found = together[each]
        assert isinstance(found, attachment.Situation)
        assert found.exposure == alone.exposure
        assert type(found.trouble) is type(alone.trouble)
    assert isinstance(together["v5"], NotFound)
    last = together["v6"]
    assert isinstance(last, attachment.Situation)
    assert last.exposure.verdict is Verdict.ATTACHMENT_UNKNOWN


def test_an_instance_that_cannot_be_read_is_unknown_for_each_of_its_volumes(wire: Wire) -> None:
    for each in ("v1", "v2"):
        wire.attached(("i1", "ACTIVE"), volume_id=each)
    wire.volume("v3")
    wire.fails("GET", f"{NOVA}/servers/i1", 500)
    found = attachment.read_all(connection(), ["v1", "v2", "v3"])
    said = [each for each in found.values() if isinstance(each, attachment.Situation)]
    assert [each.exposure.verdict for each in said] == [
        Verdict.STATE_UNKNOWN,
        Verdict.STATE_UNKNOWN,
        Verdict.DETACHED,
    ]
    assert [each.trouble is None for each in said] == [False, False, True]
    assert len(wire.sent("GET", f"{NOVA}/servers/i1")) == 1
