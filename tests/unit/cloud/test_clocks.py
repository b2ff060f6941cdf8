# SPDX-License-Identifier: Apache-2.0
"""The clocks of services, known by the dates of their answers."""

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from snapshot_dashboard.cloud import block_storage, clocks
from snapshot_dashboard.cloud.clocks import difference, service_root
from snapshot_dashboard.cloud.errors import Service, ServiceFailed, Unreachable
from tests.unit.cloud.wire import CINDER, NOVA, Wire, connection, volume_json

NOON = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def seconds(count: float) -> timedelta:
    """Return so many seconds."""
    return timedelta(seconds=count)


@pytest.mark.parametrize(
    ("date", "arrived", "took", "ahead"),
    [
        # A second is not over when it is told.
        (0, 0.0, 0.1, 0),
        (0, 0.99, 0.1, 0),
        # A slow answer that is dated by its request, and one that is dated by itself.
        (0, 20.5, 20.5, 0),
        (20, 20.5, 20.5, 0),
        # It is at least so far.
        (3600, 0.5, 0.1, 3599.5),
        (-3600, 0.5, 0.1, -3599.4),
        (-3600, 20.5, 20.0, -3599.5),
    ],
)
def test_a_clock_is_only_as_far_off_as_nothing_else_explains(
    date: float, arrived: float, took: float, ahead: float
) -> None:
    found = difference(NOON + seconds(date), NOON + seconds(arrived), seconds(took))
    assert found == seconds(ahead)


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("http://host/", "http://host"),
        ("http://host:8776/v3/volumes/detail?limit=1", "http://host:8776"),
        ("https://host/volume/v3/p1/volumes", "https://host/volume"),
        ("https://host/volume/", "https://host/volume"),
        ("https://host/compute/v2.1/servers", "https://host/compute"),
    ],
)
def test_services_behind_one_name_are_told_apart(url: str, root: str) -> None:
    assert service_root(url) == root


@pytest.mark.parametrize("hours", [-1, 1])
def test_the_present_is_that_of_cinder_from_its_first_answer_on(wire: Wire, hours: int) -> None:
    wire.tells_time(hours=hours)
    wire.volume()
    ours = connection()
    assert abs(ours.now() - datetime.now(timezone.utc)) < SECOND
    block_storage.volume(ours, "v1")
    told = ours.now() - datetime.now(timezone.utc)
    assert abs(told - hours * HOUR) < 3 * SECOND
    # Each service has its own, and the next request knows it already.
    assert connection().clock(Service.COMPUTE) is None
    assert abs(connection().now() - datetime.now(timezone.utc) - told) < SECOND


def test_the_last_answer_counts(wire: Wire) -> None:
    wire.volume()
    for hours in (1, 0):
        wire.tells_time(hours=hours)
        block_storage.volume(connection(), "v1")
    assert connection().clock(Service.BLOCK_STORAGE) == timedelta()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Date": "yesterday"}, 200),
        ({"Date": "Tue, 99 Dec 99999999999999999999 12:00:00 GMT"}, 200),
        # Out of a cache, which has kept it for an hour.
        ({"Date": "an hour ago", "Age": "3600"}, 200),
        # By whoever stands in front of the service.
        ({"Date": "an hour ago"}, 503),
        # No token would be valid.
        ({"Date": "Tue, 01 Dec 2026 12:00:00 GMT"}, 200),
    ],
    ids=["none", "nonsense", "overflow", "cached", "error", "far"],
)
def test_what_is_no_clock_is_not_believed(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], status: int
) -> None:
    monkeypatch.setattr(clocks, "ours", lambda: NOON + 2 * 24 * HOUR)
    hour_ago = format_datetime(clocks.ours() - HOUR, usegmt=True)
    said = {name: value.replace("an hour ago", hour_ago) for name, value in headers.items()}
    body = {"volume": volume_json()}
    wire.mocker.get(f"{CINDER}/volumes/v1", json=body, headers=said, status_code=status)
    try:
        block_storage.volume(connection(), "v1")
    except ServiceFailed:
        assert status == 503
    assert connection().clock(Service.BLOCK_STORAGE) is None


def test_what_was_told_long_ago_is_forgotten(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    wire.tells_time(hours=1)
    wire.volume()
    block_storage.volume(connection(), "v1")
    assert connection().clock(Service.BLOCK_STORAGE)
    monkeypatch.setattr(clocks, "_BELIEVED", -1.0)
    assert connection().clock(Service.BLOCK_STORAGE) is None


def test_a_service_that_is_not_there_has_no_clock(wire: Wire) -> None:
    assert connection(compute_url=NOVA).clock(Service.COMPUTE) is None
    with pytest.raises(Unreachable):
        connection(compute_url=None).clock(Service.COMPUTE)
