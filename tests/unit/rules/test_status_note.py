# SPDX-License-Identifier: Apache-2.0
"""When a snapshot has a status note, and when a reason is read."""

from datetime import datetime, timedelta, timezone

import pytest

from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.status_note import StatusNote, explained, lasting, needs_reason

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BUSY, REFUSED, NOT_MADE = "010_015", "010_016", "009_013"


def snapshot(
    status: str, *, made: timedelta = 48 * HOUR, changed: timedelta | None = HOUR, size: int = 10
) -> Snapshot:
    """Return a snapshot that was made, and changed, so long ago."""
    return Snapshot(
        id="s1",
        name="nightly",
        size=size,
        status=status,
        volume_id="v1",
        created_at=NOW - made,
        updated_at=None if changed is None else NOW - changed,
    )


def message(codes: str = BUSY, *, ago: timedelta | None = HOUR) -> Message:
    """Return a message of so long ago."""
    created_at = None if ago is None else NOW - ago
    return Message("m1", "s1", f"VOLUME_VOLUME_SNAPSHOT_{codes}", "text", created_at)


@pytest.mark.parametrize(
    ("status", "made", "size", "expected"),
    [
        ("creating", HOUR, 0, 3600),
        ("creating", HOUR - timedelta(seconds=1), 0, None),
        ("creating", HOUR, 1, None),
        ("creating", HOUR + timedelta(seconds=2), 1, 3602),
        ("available", 99 * HOUR, 0, None),
        ("error", 99 * HOUR, 0, None),
    ],
)
def test_creating_lasts_when_it_is_older_than_usual_for_its_size(
    status: str, made: timedelta, size: int, expected: int | None
) -> None:
    found = snapshot(status, made=made, changed=None, size=size)
    assert lasting(found, NOW, base=3600, per_gib=2) == expected


def test_deleting_lasts_from_its_last_change() -> None:
    found = snapshot("deleting", made=99 * HOUR, changed=2 * HOUR)
    assert lasting(found, NOW, base=3600, per_gib=2) == 7200
    assert lasting(snapshot("deleting", changed=None), NOW, base=3600, per_gib=2) is None


@pytest.mark.parametrize(("status", "expected"), [("error", True), ("error_deleting", True)])
def test_a_failure_needs_a_reason_however_old(status: str, expected: bool) -> None:
    assert needs_reason(snapshot(status, changed=900 * HOUR), NOW) is expected


@pytest.mark.parametrize(
    ("changed", "asked", "expected"),
    [
        (HOUR, (), False),
        (HOUR, ("s1",), True),
        (HOUR, ("s2",), False),
        (24 * HOUR, ("s1",), True),
        (24 * HOUR + MINUTE, ("s1",), False),
        (None, ("s1",), True),
    ],
)
def test_an_available_one_needs_a_reason_when_it_was_to_be_deleted(
    changed: timedelta | None, asked: tuple[str, ...], expected: bool
) -> None:
    assert needs_reason(snapshot("available", changed=changed), NOW, asked) is expected


@pytest.mark.parametrize("status", ["creating", "deleting", "backing-up", "restoring"])
def test_what_is_under_way_needs_no_reason(status: str) -> None:
    assert not needs_reason(snapshot(status), NOW, {"s1"})


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (message(ago=HOUR), StatusNote.CAME_BACK),
        (message(ago=HOUR - MINUTE), StatusNote.CAME_BACK),
        (message(ago=HOUR + timedelta(seconds=2)), StatusNote.CAME_BACK),
        # Renamed, or restored, since.
        (message(ago=HOUR + timedelta(seconds=3)), None),
        (message(NOT_MADE), None),
        (message("nonsense"), None),
        (message(ago=None), None),
        (None, None),
    ],
)
def test_it_came_back_when_the_message_is_newer_than_the_last_change(
    told: Message | None, expected: StatusNote | None
) -> None:
    assert explained(snapshot("available"), told, NOW) is expected


def test_it_is_told_for_a_day() -> None:
    old = snapshot("available", changed=30 * HOUR)
    assert explained(old, message(ago=24 * HOUR), NOW) is StatusNote.CAME_BACK
    assert explained(old, message(ago=24 * HOUR + MINUTE), NOW) is None


@pytest.mark.parametrize(
    ("status", "told", "expected"),
    [
        ("error", message(NOT_MADE, ago=900 * HOUR), StatusNote.NOT_CREATED),
        # Reset by hand, perhaps: that it was not created is not known.
        ("error", message(REFUSED), StatusNote.FAILED),
        ("error", None, StatusNote.FAILED),
        ("error_deleting", message(REFUSED), StatusNote.NOT_DELETED),
        ("error_deleting", None, StatusNote.NOT_DELETED),
        ("deleting", message(BUSY), None),
    ],
)
def test_a_failure_says_no_more_than_is_known(
    status: str, told: Message | None, expected: StatusNote | None
) -> None:
    assert explained(snapshot(status), told, NOW) is expected
