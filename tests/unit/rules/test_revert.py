# SPDX-License-Identifier: Apache-2.0
"""What blocks a revert, in which order; and the state of copies."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.attachment import Instance, Unseen, assess
from snapshot_dashboard.rules.revert import (
    COPY_BEFORE,
    COPY_OF,
    Copy,
    CopyState,
    Preconditions,
    RevertBlocker,
    Way,
    blockers,
    copy_among,
    fingerprint,
    is_left_over,
    way,
)
from snapshot_dashboard.rules.revert_plan import Reimaging
from snapshot_dashboard.rules.revert_record import RECORD, Record, Stage, write
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Attachment, Volume
from tests.unit.rules.samples import OTHER_PROJECT, PROJECT, VOLUME_STATUSES, attached, volume

NOON = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)
SNAPSHOT = Snapshot("s1", "before", 20, "available", "v1", project_id=PROJECT, created_at=NOON)
NEWER = replace(SNAPSHOT, id="s2", name="newer")
TEMPORARY = replace(NEWER, name="[revert] volume v1 backup snapshot", counts_against_quota=False)
SNAPSHOT_STATUSES = ("available", "creating", "restoring", "backing-up", "error", "error_deleting")


def now(
    status: str = "available",
    *attachments: Attachment,
    records: tuple[Attachment, ...] | None = (),
    readings: dict[str, Any] | None = None,
    of: dict[str, Any] | None = None,
    **more: Any,
) -> Preconditions:
    """Return preconditions that allow a revert unless something else is said."""
    what = volume(status, *attachments, **(of or {}))
    exposure = assess(what, records, readings or {}, PROJECT)
    said = {"snapshot": SNAPSHOT, "listed": (SNAPSHOT,), "project_id": PROJECT, **more}
    return Preconditions(exposure=exposure, **said)


def found(*args: Any, **more: Any) -> tuple[RevertBlocker, ...]:
    """Return the hindrances."""
    return blockers(now(*args, **more))


def test_a_detached_volume_goes_back_to_its_newest_snapshot() -> None:
    assert found() == ()


def test_a_list_that_lacks_the_snapshot_says_nothing() -> None:
    assert found(listed=()) == ()


FINAL = [
    ({"of": {"project_id": OTHER_PROJECT}}, RevertBlocker.FOREIGN),
    ({"snapshot": replace(SNAPSHOT, project_id=OTHER_PROJECT)}, RevertBlocker.FOREIGN),
    ({"snapshot": replace(SNAPSHOT, project_id=None)}, RevertBlocker.FOREIGN),
    ({"supported": False}, RevertBlocker.TOO_OLD),
    ({"snapshot": TEMPORARY}, RevertBlocker.TEMPORARY),
    ({"of": {"size": 21}}, RevertBlocker.SIZE),
    ({"snapshot": replace(SNAPSHOT, status="error")}, RevertBlocker.SNAPSHOT_FAILED),
]


@pytest.mark.parametrize(("more", "hindrance"), FINAL)
@pytest.mark.parametrize("status", ["available", "in-use", "reverting", "error"])
def test_what_cannot_be_solved_is_all_that_is_said(
    more: dict[str, Any], hindrance: RevertBlocker, status: str
) -> None:
    assert found(status, **more) == (hindrance,)


ACTIVE = Instance("i1", "web-1", "ACTIVE")
SYSTEM = {"bootable": True}
USED = [
    (attached(device="/dev/vdb"), {"i1": ACTIVE}, {}, RevertBlocker.ATTACHED),
    (attached(device="/dev/vda"), {"i1": ACTIVE}, SYSTEM, RevertBlocker.SYSTEM_DISK),
    (attached(), {"i1": ACTIVE}, SYSTEM, RevertBlocker.PERHAPS_SYSTEM_DISK),
    (attached(device="/dev/vdb"), {"i1": Unseen.NOT_VISIBLE}, {}, RevertBlocker.NOT_VISIBLE),
    (attached(device="/dev/vdb"), {}, {}, RevertBlocker.ATTACHED),
    (attached(None, host="storage-1"), {}, {}, RevertBlocker.NOT_VISIBLE),
    (attached(None), {}, {}, RevertBlocker.NOT_VISIBLE),
]


@pytest.mark.parametrize(("attachment", "readings", "of", "hindrance"), USED)
@pytest.mark.parametrize("status", ["in-use", "reserved", "available"])
def test_an_attached_volume_is_detached_first(
    attachment: Attachment, readings: Any, of: Any, hindrance: RevertBlocker, status: str
) -> None:
    assert found(status, attachment, readings=readings, of=of) == (hindrance,)


def test_one_system_disk_among_several_decides() -> None:
    several = attached("i2", device="/dev/vdb"), attached(device="/dev/vda")
    readings = {"i1": ACTIVE, "i2": replace(ACTIVE, id="i2")}
    assert found("in-use", *several, readings=readings, of=SYSTEM) == (RevertBlocker.SYSTEM_DISK,)


def test_what_cannot_be_read_counts_as_used() -> None:
    assert found(records=None) == (RevertBlocker.NOT_KNOWN,)
    for status in ("in-use", "reserved"):
        assert found(status) == (RevertBlocker.NOT_VISIBLE,)
        assert found(status, records=None) == (RevertBlocker.NOT_VISIBLE,)


def test_the_newest_one_goes_first() -> None:
    use = attached(device="/dev/vdb")
    busy = replace(SNAPSHOT, status="backing-up")
    assert found(listed=(NEWER,)) == (RevertBlocker.NOT_NEWEST,)
    together = found("in-use", use, readings={"i1": ACTIVE}, listed=(NEWER,), snapshot=busy)
    assert together == (
        RevertBlocker.NOT_NEWEST,
        RevertBlocker.ATTACHED,
        RevertBlocker.SNAPSHOT_BUSY,
    )


def test_a_revert_that_goes_on_is_no_other_hindrance() -> None:
    restoring = replace(SNAPSHOT, status="restoring")
    said = found("reverting", listed=(TEMPORARY,), snapshot=restoring)
    assert said == (RevertBlocker.VOLUME_BUSY,)


@pytest.mark.parametrize("status", ["error", "error_extending"])
def test_an_error_is_put_down_to_a_revert_only_where_it_has_left_its_snapshot(status: str) -> None:
    assert found(status) == (RevertBlocker.VOLUME_FAILED,)
    assert found(status, listed=(NEWER,)) == (RevertBlocker.VOLUME_FAILED,)
    assert found(status, listed=(TEMPORARY,)) == (RevertBlocker.REVERT_FAILED,)
    unfinished = replace(TEMPORARY, status="error")
    assert found(status, listed=(unfinished,)) == (RevertBlocker.VOLUME_FAILED,)


def test_a_temporary_snapshot_beside_an_available_volume_proves_no_failure() -> None:
    assert found(listed=(TEMPORARY,)) == (RevertBlocker.TEMPORARY_NEWER,)


@pytest.mark.parametrize(
    "change", [{"counts_against_quota": True}, {"name": "[revert] volume v2 backup snapshot"}]
)
def test_anybody_may_give_a_snapshot_a_name(change: dict[str, Any]) -> None:
    assert not is_left_over(replace(TEMPORARY, **change), volume())


def test_where_it_is_not_told_the_name_decides() -> None:
    untold = replace(TEMPORARY, counts_against_quota=None)
    assert is_left_over(untold, volume())
    assert found(listed=(untold,)) == (RevertBlocker.TEMPORARY_NEWER,)
    another = replace(untold, name="[revert] volume v2 backup snapshot")
    assert not another.temporary and not is_left_over(another, volume())
    of_backup = replace(untold, name="backup-snap-v1")
    assert of_backup.temporary and not is_left_over(of_backup, volume())


@pytest.mark.parametrize("status", ["maintenance", "awaiting-transfer", "a-new-word"])
def test_another_status_is_told(status: str) -> None:
    assert found(status) == (RevertBlocker.VOLUME_STATUS,)


@given(
    status=st.sampled_from(VOLUME_STATUSES),
    snapshot=st.sampled_from(SNAPSHOT_STATUSES),
    records=st.sampled_from([None, (), (attached(),)]),
    newest=st.sampled_from([SNAPSHOT, NEWER, TEMPORARY]),
    size=st.sampled_from([20, 21]),
    supported=st.booleans(),
)
def test_nothing_is_reverted_that_cinder_would_refuse_or_that_is_in_use(
    status: str, snapshot: str, records: Any, newest: Snapshot, size: int, supported: bool
) -> None:
    said = found(
        status,
        records=records,
        listed=(newest,),
        of={"size": size},
        supported=supported,
        snapshot=replace(SNAPSHOT, status=snapshot),
    )
    fine = (status, snapshot, records, newest, size, supported) == (
        ("available", "available", (), SNAPSHOT, 20, True)
    )
    assert (said == ()) is fine
    assert len(set(said)) == len(said)


# The copy.

SOURCE = volume("available", updated_at=NOON)


def copy(made: str = "c1", minutes: float = 1, **more: Any) -> Volume:
    """Return a copy, so many minutes younger than what it was made of has been changed."""
    metadata = {COPY_OF: "v1", COPY_BEFORE: "s1"}
    said: dict[str, Any] = {"name": "copy", "size": 20, "status": "available"}
    said |= {"metadata": metadata, "project_id": PROJECT}
    said |= {"created_at": NOON + timedelta(minutes=minutes)}
    return Volume(id=made, **(said | more))


STATES = [
    ({"status": "creating"}, CopyState.COPYING),
    ({"status": "downloading"}, CopyState.COPYING),
    ({}, CopyState.READY),
    ({"status": "in-use"}, CopyState.READY),
    ({"status": "error"}, CopyState.FAILED),
    ({"status": "error_deleting"}, CopyState.FAILED),
    ({"minutes": 0}, CopyState.READY),
    ({"minutes": -0.001}, CopyState.OUTDATED),
    ({"status": "creating", "minutes": -1}, CopyState.OUTDATED),
    ({"created_at": None}, CopyState.OUTDATED),
]


@pytest.mark.parametrize(("more", "state"), STATES)
def test_a_copy_is_worth_what_its_status_and_age_say(
    more: dict[str, Any], state: CopyState
) -> None:
    one = copy(**more)
    assert copy_among([one], SOURCE, "s1") == Copy(one, state)


NONE = [
    {"status": "deleting"},
    {"metadata": {}},
    {"metadata": {COPY_OF: "v2", COPY_BEFORE: "s1"}},
    {"metadata": {COPY_OF: "v1", COPY_BEFORE: "s2"}},
    {"project_id": OTHER_PROJECT},
]


@pytest.mark.parametrize("more", NONE)
def test_anything_else_is_no_copy(more: dict[str, Any]) -> None:
    assert copy_among([copy(**more)], SOURCE, "s1") is None


def test_the_newest_copy_counts() -> None:
    older, newer = copy("c1", 1), copy("c2", 2, status="error")
    for order in ([older, newer], [newer, older]):
        assert copy_among(order, SOURCE, "s1") == Copy(newer, CopyState.FAILED)


def test_a_fingerprint_changes_with_everything_that_was_shown() -> None:
    ready = Copy(copy(), CopyState.READY)
    of = {"updated_at": NOON}
    seen = [
        fingerprint(now(of=of), None),
        fingerprint(now(of=of), ready),
        fingerprint(now(of=of), replace(ready, state=CopyState.COPYING)),
        fingerprint(now(of=of), replace(ready, volume=copy("c2"))),
        fingerprint(now(of={"updated_at": NOON + timedelta(microseconds=1)}), None),
        fingerprint(now(of={**of, "size": 21}), None),
        fingerprint(now("reverting", of=of), None),
        fingerprint(now(of=of, listed=(NEWER,)), None),
        fingerprint(now(of=of, snapshot=replace(SNAPSHOT, status="restoring")), None),
        fingerprint(now(of=of, records=None), None),
    ]
    assert len(set(seen)) == len(seen)
    assert fingerprint(now(of=of), None) == seen[0]


REIMAGED = [
    ({"listed": (NEWER, SNAPSHOT)}, Way.REIMAGE),
    ({"listed": (TEMPORARY, SNAPSHOT)}, Way.REIMAGE),
    ({"of": {"size": 21}}, Way.REIMAGE),
    ({"supported": False}, Way.REIMAGE),
    ({}, Way.REVERT),
]


@pytest.mark.parametrize(("more", "expected"), REIMAGED)
def test_where_it_was_proved_a_volume_is_reimaged_rather_than_not_reverted(
    more: dict[str, Any], expected: Way
) -> None:
    assert found(reimaging=Reimaging.PROVED, **more) == ()
    assert way(now(reimaging=Reimaging.PROVED, **more)) is expected
    assert way(now(**more)) is Way.REVERT
    assert bool(found(**more)) is (expected is Way.REIMAGE)


def test_a_volume_that_is_smaller_than_its_snapshot_is_not_reimaged() -> None:
    assert found(reimaging=Reimaging.PROVED, of={"size": 19}) == (RevertBlocker.SIZE,)


def test_a_revert_in_place_that_has_begun_is_ended_first() -> None:
    record = Record(plan_id="5b0ee1b2-7f6c-4a51-8a5d-7a3a4b1f9a10", snapshot_id="s1")
    metadata = {RECORD: write(record)}
    assert found(of={"metadata": metadata}) == (RevertBlocker.UNFINISHED,)
    assert found("error", of={"metadata": metadata}) == (RevertBlocker.UNFINISHED,)
    for stage in (Stage.FINISHED, Stage.GIVEN_UP):
        over = {RECORD: write(replace(record, stage=stage))}
        assert found(of={"metadata": over}) == ()
    # That of an instance's plan has another page, and the instance may be gone.
    assert found(of={"metadata": {RECORD: write(replace(record, instance_id="i1"))}}) == ()
