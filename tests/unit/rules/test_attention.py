# SPDX-License-Identifier: Apache-2.0
"""Which snapshots need attention, and what to do next."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.attention import (
    FAILED,
    LASTING,
    VOLUMES_FAILED,
    VOLUMES_LASTING,
    Concern,
    NextStep,
    StorageService,
    VolumeConcern,
    assess,
    assess_volume,
    service_for,
    since,
    usual_seconds,
)
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.ticket import NEXT_STEPS
from snapshot_dashboard.rules.volume import MOVING, Volume

NOW = datetime(2026, 11, 22, 6, 12, tzinfo=timezone.utc)
UP = StorageService("cinder@ssd", up=True, reported_at=NOW)
DOWN = StorageService("cinder@ssd", up=False, reported_at=NOW - timedelta(hours=3))
BASE = 600.0
PER_GIB = 10.0
STATUSES = st.sampled_from([*LASTING, *FAILED, "available", "deleted", "", "error_of_tomorrow"])
SERVICES = st.sampled_from([UP, DOWN, None])


def snapshot(status: str, age: float | None, size: int = 20) -> Snapshot:
    """Return a snapshot that has had its status for so many seconds."""
    changed = None if age is None else NOW - timedelta(seconds=age)
    return Snapshot("s1", "nightly", size, status, "v1", updated_at=changed)


def judged(
    status: str, age: float | None, service: StorageService | None = UP, size: int = 20
) -> Concern | None:
    """Assess a snapshot: 10 minutes are always usual, and 10 seconds more per GiB."""
    return assess(snapshot(status, age, size), service, NOW, base=BASE, per_gib=PER_GIB)


def step(
    status: str, age: float | None, service: StorageService | None = UP, size: int = 20
) -> NextStep | None:
    """Return the next step only, None when nothing needs attention."""
    concern = judged(status, age, service, size)
    return concern.step if concern else None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("creating", NextStep.CHECK),
        ("deleting", NextStep.CHECK_DELETION),
        ("restoring", NextStep.ASK_OWNER),
        ("backing-up", NextStep.CHECK_BACKUP),
        ("updating", NextStep.CHECK_OTHER),
        ("unmanaging", NextStep.CHECK_OTHER),
    ],
)
def test_an_in_between_status_is_left_alone_then_usual_then_to_be_checked(
    status: str, expected: NextStep
) -> None:
    assert step(status, 599) is None
    assert step(status, 600) is NextStep.WAIT
    assert step(status, 799) is NextStep.WAIT
    assert step(status, 800) is expected


@pytest.mark.parametrize("status", LASTING)
def test_a_service_that_is_down_is_brought_up_before_anything_else(status: str) -> None:
    assert step(status, 599, DOWN) is None
    assert step(status, 600, DOWN) is NextStep.BRING_UP
    assert step(status, 10**6, DOWN) is NextStep.BRING_UP


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("error", NextStep.RECREATE),
        ("error_deleting", NextStep.FIND_OUT),
        ("error_restoring", NextStep.ASK_OWNER),
    ],
)
def test_a_failure_needs_attention_at_once_whatever_the_service_does(
    status: str, expected: NextStep
) -> None:
    assert [step(status, age, service) for age in (0, None) for service in (UP, DOWN, None)] == (
        [expected] * 6
    )


@pytest.mark.parametrize("status", ["available", "deleted", "something new", ""])
def test_other_statuses_need_no_attention(status: str) -> None:
    assert step(status, 10**6, DOWN) is None


def test_a_large_snapshot_may_take_longer() -> None:
    assert step("creating", 3900, size=5120) is NextStep.WAIT
    assert step("creating", 3900, size=20) is NextStep.CHECK


def test_usual_is_a_base_and_so_much_per_gib() -> None:
    assert usual_seconds(5120, 600, 10) == 51_800


def test_a_concern_tells_since_when_and_for_how_long() -> None:
    assert judged("creating", 11_520.9) == Concern(
        snapshot=snapshot("creating", 11_520.9),
        service=UP,
        since=NOW - timedelta(seconds=11_520.9),
        seconds=11_520,
        step=NextStep.CHECK,
    )


def test_a_service_that_could_not_be_read_is_never_given_as_up() -> None:
    for age in (700, 10**6):
        concern = judged("creating", age, None)
        assert concern is not None
        assert concern.service is None
        assert concern.step is step("creating", age, UP)


def test_a_service_that_takes_no_new_volumes_is_up() -> None:
    disabled = StorageService("cinder@ssd", up=True, reported_at=NOW, enabled=False)
    assert step("deleting", 10**6, disabled) is NextStep.CHECK_DELETION


def test_nobody_is_told_to_wait_for_something_of_unknown_age() -> None:
    assert step("deleting", None) is NextStep.CHECK_DELETION
    concern = judged("creating", None)
    assert concern is not None
    assert (concern.since, concern.seconds, concern.step) == (None, None, NextStep.CHECK)


def test_a_clock_that_is_ahead_makes_nothing_younger_than_new() -> None:
    concern = judged("error", -30)
    assert concern is not None
    assert concern.seconds == 0


def test_a_creation_without_a_change_is_as_old_as_the_record() -> None:
    earlier = NOW - timedelta(hours=1)
    made = Snapshot("s1", "", 1, "creating", "v1", created_at=earlier)
    assert since(made) == earlier
    changed = Snapshot("s1", "", 1, "creating", "v1", created_at=earlier, updated_at=NOW)
    assert since(changed) == NOW


def test_any_other_status_is_not_as_old_as_the_record() -> None:
    assert since(Snapshot("s1", "", 1, "deleting", "v1", created_at=NOW)) is None


def test_the_service_of_a_volume_is_found_by_its_host_without_the_pool() -> None:
    services = {"devcloud@files": UP, "devcloud@other": DOWN}
    assert service_for("devcloud@files#pool", services) is UP
    assert service_for("devcloud@other", services) is DOWN
    assert service_for("devcloud@gone#pool", services) is None
    assert service_for(None, services) is None
    assert service_for("", services) is None


def test_every_lasting_status_is_one_that_the_pages_refresh() -> None:
    assert set(LASTING) <= MOVING
    assert not set(FAILED) & MOVING


@given(
    status=STATUSES,
    service=SERVICES,
    age=st.none() | st.integers(-100, 10**7),
    size=st.integers(0, 10**5),
)
def test_what_holds_for_every_snapshot(
    status: str, service: StorageService | None, age: int | None, size: int
) -> None:
    concern = judged(status, age, service, size)
    if concern is None:
        return
    assert status in (*LASTING, *FAILED)
    assert concern.service is service
    if concern.step is NextStep.BRING_UP:
        assert service is not None and not service.up and status in LASTING
    if concern.step is NextStep.WAIT:
        assert concern.seconds is not None
        assert BASE <= concern.seconds < usual_seconds(size, BASE, PER_GIB)
    if status == "backing-up":
        assert concern.step in (NextStep.BRING_UP, NextStep.WAIT, NextStep.CHECK_BACKUP)


VOLUME_STATUSES = (*VOLUMES_FAILED, *VOLUMES_LASTING)


def of_volume(
    status: str, age: float | None, service: StorageService | None = UP, **more: Any
) -> VolumeConcern | None:
    """Judge a volume that has had a status for so many seconds."""
    begun = None if age is None else NOW - timedelta(seconds=age)
    subject = Volume("v1", "", 20, status, updated_at=begun)
    return assess_volume(subject, service, NOW, base=BASE, per_gib=PER_GIB, **more)


def step_of_volume(status: str, age: float | None, service: StorageService | None = UP) -> NextStep:
    """Return the step of a volume that needs attention."""
    found = of_volume(status, age, service)
    assert found is not None
    return found.step


@pytest.mark.parametrize("status", VOLUMES_FAILED)
def test_a_volume_that_failed_needs_attention_at_once(status: str) -> None:
    assert step_of_volume(status, 0) not in (NextStep.WAIT, NextStep.BRING_UP_VOLUME)
    assert status.startswith("error")


@pytest.mark.parametrize("status", VOLUMES_LASTING)
def test_a_volume_that_is_busy_needs_it_when_that_lasts(status: str) -> None:
    assert of_volume(status, BASE - 1) is None
    assert step_of_volume(status, BASE + 1) is NextStep.WAIT
    old = step_of_volume(status, 10**6)
    assert old not in (NextStep.WAIT, NextStep.BRING_UP_VOLUME)
    assert step_of_volume(status, None) is old
    assert step_of_volume(status, 10**6, None) is old
    assert step_of_volume(status, BASE + 1, DOWN) is NextStep.BRING_UP_VOLUME


def test_every_status_that_moves_can_need_attention() -> None:
    """Migrating is none of a volume's statuses in Cinder: it has a field of its own."""
    assert MOVING - {*LASTING, *VOLUMES_LASTING} == {"migrating"}


def test_a_failed_revert_is_told_from_any_other_failure() -> None:
    kept = Snapshot("s9", "", 20, "available", "v1")
    told: tuple[dict[str, Any], ...] = ({"restoring": True}, {"kept": kept})
    for more in told:
        found = of_volume("error", 5, **more)
        assert found is not None and found.step is NextStep.REVERT_FAILED
    assert of_volume("available", 5, kept=kept, restoring=True) is None
    assert of_volume("reverting", 5, kept=kept, restoring=True) is None


def test_a_restoring_snapshot_of_a_failed_volume_waits_for_nothing() -> None:
    young = snapshot("restoring", 1)
    for status, expected in (("error", NextStep.REVERT_FAILED), ("reverting", None), ("", None)):
        found = assess(young, UP, NOW, base=BASE, per_gib=PER_GIB, volume_status=status)
        assert (found.step if found else None) is expected


@pytest.mark.parametrize("status", VOLUME_STATUSES)
@pytest.mark.parametrize("age", [700, 10**6])
@pytest.mark.parametrize("service", [UP, DOWN, None])
def test_no_step_about_a_volume_deletes_what_may_hold_data(
    status: str, age: float, service: StorageService | None
) -> None:
    said = NEXT_STEPS[step_of_volume(status, age, service)].lower()
    assert "force delete" not in said
    # Of a creation, or a deletion, nothing is left that anybody wants.
    if status not in ("creating", "downloading", "deleting", "error_deleting"):
        assert not re.search(r"then delete|delete again|delete it\b", said)
