# SPDX-License-Identifier: Apache-2.0
"""Cinder's messages about failures, and the reasons for which we have texts."""

from datetime import datetime, timezone

import pytest

from snapshot_dashboard.cloud import messages
from snapshot_dashboard.cloud.errors import NotFound, Refused, ServiceFailed
from snapshot_dashboard.rules.message import Message, Reason, reason
from snapshot_dashboard.rules.snapshot import Snapshot
from tests.unit.cloud.wire import Json, Wire, connection

FAILED = "VOLUME_VOLUME_SNAPSHOT_009_013"


def message_json(message_id: str = "m1", object_id: str | None = "s1", **more: object) -> Json:
    """Return a message as Cinder tells it."""
    return {
        "id": message_id,
        "event_id": FAILED,
        "user_message": "create snapshot:Snapshot failed to create.",
        "message_level": "ERROR",
        "created_at": "2026-11-22T06:10:00.000000",
        "request_id": "req-1",
        "resource_type": "VOLUME_SNAPSHOT",
        "resource_uuid": object_id,
    } | more


def told(wire: Wire, *found: Json) -> None:
    """Let the cloud have these messages."""
    wire.says("GET", "/messages", {"messages": list(found)})


def test_a_message_is_read_with_what_support_needs(wire: Wire) -> None:
    told(wire, message_json())
    assert messages.about(connection(), "s1") == (
        Message(
            id="m1",
            object_id="s1",
            event=FAILED,
            text="create snapshot:Snapshot failed to create.",
            created_at=datetime(2026, 11, 22, 6, 10, tzinfo=timezone.utc),
            request_id="req-1",
            level="ERROR",
        ),
    )


def test_messages_of_an_object_are_asked_for_newest_first(wire: Wire) -> None:
    told(wire)
    assert messages.about(connection(), "s1", limit=3) == ()
    wanted = {"resource_uuid": "s1", "limit": "3", "sort": "created_at:desc"}
    assert wire.query("/messages") == wanted


def test_messages_about_another_object_are_not_taken_for_its_own(wire: Wire) -> None:
    told(wire, message_json("m1", "s2"), message_json("m2", "s1"), message_json("m3", None))
    assert [each.id for each in messages.about(connection(), "s1")] == ["m2"]


def test_an_id_that_is_none_is_not_asked_about(wire: Wire) -> None:
    with pytest.raises(NotFound):
        messages.about(connection(), "s1&resource_uuid=s2")
    assert not wire.sent("GET", "/messages")


def test_the_newest_of_each_object_is_kept(wire: Wire) -> None:
    told(wire, message_json("m3", "s1"), message_json("m2", "s2"), message_json("m1", "s1"))
    found = messages.newest(connection())
    assert {key: each.id for key, each in found.items()} == {"s1": "m3", "s2": "m2"}
    wanted = {"resource_type": "VOLUME_SNAPSHOT", "limit": "1000", "sort": "created_at:desc"}
    assert wire.query("/messages") == wanted


def test_the_newest_cost_one_call_even_where_a_page_is_capped(wire: Wire) -> None:
    link = {"rel": "next", "href": "http://storage.test/v3/messages?marker=m1"}
    wire.says("GET", "/messages", {"messages": [message_json()], "messages_links": [link]})
    assert list(messages.newest(connection(), "VOLUME", 20)) == ["s1"]
    assert len(wire.sent("GET", "/messages")) == 1


@pytest.mark.parametrize(("highest", "calls"), [("3.2", 0), ("3.4", 0), ("3.5", 2)])
def test_a_cloud_that_cannot_choose_among_messages_has_none(
    wire: Wire, highest: str, calls: int
) -> None:
    wire.versions(highest)
    told(wire, message_json())
    assert (
        len(messages.about(connection(), "s1")) == len(messages.newest(connection())) == calls / 2
    )
    assert len(wire.sent("GET", "/messages")) == calls


@pytest.mark.parametrize(("status", "kind"), [(400, Refused), (500, ServiceFailed)])
def test_messages_that_cannot_be_read_are_not_none(
    wire: Wire, status: int, kind: type[Exception]
) -> None:
    wire.fails("GET", "/messages", status)
    with pytest.raises(kind):
        messages.about(connection(), "s1")
    with pytest.raises(kind):
        messages.newest(connection())


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("VOLUME_VOLUME_SNAPSHOT_009_013", Reason.CREATE_FAILED),
        ("VOLUME_VOLUME_SNAPSHOT_012_014", Reason.METADATA_FAILED),
        ("VOLUME_VOLUME_SNAPSHOT_010_015", Reason.BUSY),
        ("VOLUME_VOLUME_SNAPSHOT_010_016", Reason.DELETE_FAILED),
        # The action's number is not the reason's.
        ("VOLUME_VOLUME_BACKUP_013_001", Reason.OTHER),
        ("VOLUME_VOLUME_BACKUP_015_026", Reason.OTHER),
        # As Cinder wrote them before it knew actions and details.
        ("VOLUME_000002", Reason.OTHER),
        ("013013", Reason.OTHER),
        ("", Reason.OTHER),
    ],
)
def test_the_reason_is_the_last_number_of_the_event(event: str, expected: Reason) -> None:
    assert reason(Message("m1", "s1", event, "")) is expected


def failed(snapshot_id: str = "s1", minute: int = 0, status: str = "error") -> Snapshot:
    """Return a snapshot that has failed at this minute."""
    changed = datetime(2026, 11, 22, 6, minute, tzinfo=timezone.utc)
    return Snapshot(snapshot_id, "", 1, status, volume_id="v1", updated_at=changed)


def test_what_was_told_of_a_failure_is_asked_for_once(wire: Wire) -> None:
    told(wire, message_json())
    for _again in range(2):
        found = messages.remembered(connection(), [failed()], ["s1"])
        assert found["s1"].id == "m1"
    assert len(wire.sent("GET", "/messages")) == 1


def test_only_news_is_asked_for_and_all_of_it_in_one_request(wire: Wire) -> None:
    told(wire, message_json(), message_json("m2", "s2"), message_json("m3", "s3"))
    assert messages.remembered(connection(), [failed()], []) == {}
    assert not wire.sent("GET", "/messages")
    found = messages.remembered(
        connection(), [failed(each) for each in ("s1", "s2", "s3")], ["s1", "s2"]
    )
    assert found.keys() == {"s1", "s2"}
    assert len(wire.sent("GET", "/messages")) == 1


def test_of_a_failure_without_a_reason_nothing_is_remembered_as_a_reason(wire: Wire) -> None:
    told(wire)
    assert messages.remembered(connection(), [failed()], ["s1"]) == {}
    assert messages.remembered(connection(), [failed()], ["s1"]) == {}
    assert len(wire.sent("GET", "/messages")) == 1


@pytest.mark.parametrize("later", [failed(minute=5), failed(status="error_deleting")])
def test_a_later_failure_has_a_reason_of_its_own(wire: Wire, later: Snapshot) -> None:
    told(wire, message_json())
    messages.remembered(connection(), [failed()], ["s1"])
    assert messages.remembered(connection(), [later], []) == {}
    told(wire, message_json("m2"))
    assert messages.remembered(connection(), [later], ["s1"])["s1"].id == "m2"
