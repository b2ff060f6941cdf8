# SPDX-License-Identifier: Apache-2.0
"""What blocks the deletion of a volume or a snapshot."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.attachment import Exposure, Reading, Unseen, assess
from snapshot_dashboard.rules.deletion import (
    VOLUME_STATUSES,
    DeletionBlocker,
    Finding,
    belongs_elsewhere,
    of_snapshot,
    of_volume,
)
from snapshot_dashboard.rules.holds import Hold
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import MOVING, Attachment
from tests.unit.rules.samples import (
    OTHER_PROJECT,
    PROJECT,
    attached,
    exposures,
    instance,
    judge,
    volume,
)

GONE = Unseen.NOT_VISIBLE


def snapshot(snapshot_id: str = "s1", status: str = "available", **more: Any) -> Snapshot:
    """Return a snapshot of our project."""
    said = {"project_id": PROJECT, **more}
    return Snapshot(snapshot_id, f"name of {snapshot_id}", 20, status, "v1", **said)


def found(
    exposure: Exposure, *snapshots: Snapshot, sees_all: bool = False
) -> list[DeletionBlocker]:
    """Return the obstacles only, in order."""
    return [each.blocker for each in of_volume(exposure, snapshots, sees_all=sees_all)]


def with_disk(reading: Reading, device: str = "/dev/vda") -> Exposure:
    """Return a bootable volume attached to one instance."""
    subject = volume("in-use", attached(device=device), bootable=True)
    return assess(subject, (attached(),), {"i1": reading}, PROJECT)


@pytest.mark.parametrize(
    "status", ["available", "error", "error_restoring", "error_extending", "error_managing"]
)
def test_nothing_stands_in_the_way_of_what_cinder_deletes(status: str) -> None:
    assert of_volume(judge(status), (), sees_all=False) == ()


@pytest.mark.parametrize("status", sorted(MOVING))
def test_a_status_that_ends_by_itself_is_waited_for(status: str) -> None:
    assert found(judge(status)) == [DeletionBlocker.BUSY]


@pytest.mark.parametrize(
    "status", ["maintenance", "error_deleting", "error_backing-up", "something new", ""]
)
def test_any_other_status_does_not_allow_it(status: str) -> None:
    assert found(judge(status)) == [DeletionBlocker.STATUS]


def test_a_transfer_is_cancelled() -> None:
    assert found(judge("awaiting-transfer")) == [DeletionBlocker.TRANSFER]


def test_a_volume_leaves_its_group() -> None:
    exposure = assess(volume("available", group_id="g1"), (), {}, PROJECT)
    assert found(exposure) == [DeletionBlocker.GROUP]


def test_snapshots_go_first_temporary_ones_too() -> None:
    snapshots = (snapshot("s1"), snapshot("s2", "error", counts_against_quota=False))
    findings = of_volume(judge("available"), snapshots, sees_all=False)
    assert findings == (Finding(DeletionBlocker.SNAPSHOTS, snapshots=snapshots),)


def test_snapshots_of_another_project_are_told_apart() -> None:
    own, other = snapshot("s1"), snapshot("s2", project_id=OTHER_PROJECT)
    assert of_volume(judge("available"), (own, other), sees_all=True) == (
        Finding(DeletionBlocker.FOREIGN_SNAPSHOTS, snapshots=(other,)),
        Finding(DeletionBlocker.SNAPSHOTS, snapshots=(own,)),
    )


@pytest.mark.parametrize(
    ("ours", "volumes", "expected"),
    [
        (PROJECT, PROJECT, False),
        (PROJECT, OTHER_PROJECT, True),
        (None, OTHER_PROJECT, False),
        (PROJECT, None, False),
        (None, None, False),
    ],
)
def test_a_project_that_is_not_told_is_not_called_another(
    ours: str | None, volumes: str | None, expected: bool
) -> None:
    assert belongs_elsewhere(snapshot(project_id=ours), volumes) is expected


@pytest.mark.parametrize("sees_all", [False, True])
def test_an_attached_volume_names_its_instance(sees_all: bool) -> None:
    exposure = judge("in-use", instance())
    findings = of_volume(exposure, (), sees_all=sees_all)
    assert findings == (Finding(DeletionBlocker.ATTACHED, holders=exposure.holders),)


def test_what_looks_like_a_system_disk_is_not_to_be_detached() -> None:
    assert found(with_disk(instance())) == [DeletionBlocker.SYSTEM_DISK]
    assert found(with_disk(instance(), "/dev/vdb")) == [DeletionBlocker.ATTACHED]


def test_an_instance_that_nova_did_not_tell_of_is_still_there() -> None:
    assert found(judge("in-use", Unseen.NO_ANSWER), sees_all=True) == [DeletionBlocker.ATTACHED]


@pytest.mark.parametrize("status", ["in-use", "reserved", "attaching", "detaching"])
def test_only_who_sees_all_may_say_that_an_instance_is_gone(status: str) -> None:
    exposure = judge(status, GONE)
    assert of_volume(exposure, (), sees_all=True) == (
        Finding(DeletionBlocker.LEFT_OVER, holders=exposure.holders),
    )
    assert DeletionBlocker.LEFT_OVER not in found(exposure)
    assert DeletionBlocker.NOT_VISIBLE in found(exposure)


def test_a_volume_that_is_busy_otherwise_is_waited_for_although_an_instance_is_gone() -> None:
    assert found(judge("extending", GONE), sees_all=True) == [
        DeletionBlocker.BUSY,
        DeletionBlocker.LEFT_OVER,
    ]


def test_each_user_of_a_volume_is_named_once_under_its_kind() -> None:
    exposure = judge("in-use", instance(), GONE, instance("SHUTOFF", "i3"))
    findings = of_volume(exposure, (), sees_all=True)
    assert [(each.blocker, [one.instance_id for one in each.holders]) for each in findings] == [
        (DeletionBlocker.LEFT_OVER, ["i2"]),
        (DeletionBlocker.ATTACHED, ["i1", "i3"]),
    ]


def test_a_host_without_an_instance_is_an_attachment() -> None:
    records = (Attachment(id="a1", host="kvm-1.example"),)
    assert found(judge("in-use", records=records)) == [DeletionBlocker.ATTACHED]


def test_an_attachment_to_nothing_that_is_named_is_not_visible() -> None:
    exposure = judge("reserved", records=(Attachment(id="a1"),))
    assert of_volume(exposure, (), sees_all=True) == (
        Finding(DeletionBlocker.NOT_VISIBLE, holders=exposure.holders),
    )


@pytest.mark.parametrize("status", ["in-use", "reserved"])
@pytest.mark.parametrize("readable", [True, False])
@pytest.mark.parametrize("sees_all", [True, False])
def test_a_used_volume_without_a_user_is_used_by_somebody_unseen(
    status: str, readable: bool, sees_all: bool
) -> None:
    assert found(judge(status, readable=readable), sees_all=sees_all) == [
        DeletionBlocker.NOT_VISIBLE
    ]


def test_records_that_could_not_be_read_are_never_taken_for_none() -> None:
    assert found(judge("available", readable=False)) == [DeletionBlocker.NOT_VISIBLE]


def test_a_volume_whose_status_was_reset_is_still_attached() -> None:
    assert found(judge("available", instance())) == [DeletionBlocker.ATTACHED]


def test_the_order_is_waiting_then_what_can_be_undone_then_snapshots() -> None:
    subject = volume("extending", attached(), group_id="g1")
    exposure = assess(subject, (), {"i1": instance()}, PROJECT)
    snapshots = (snapshot(), snapshot("s2", project_id=OTHER_PROJECT))
    assert found(exposure, *snapshots) == [
        DeletionBlocker.BUSY,
        DeletionBlocker.ATTACHED,
        DeletionBlocker.GROUP,
        DeletionBlocker.FOREIGN_SNAPSHOTS,
        DeletionBlocker.SNAPSHOTS,
    ]


def test_a_status_is_reset_after_detaching_and_before_leaving_the_group() -> None:
    subject = volume("error_deleting", attached(), group_id="g1")
    exposure = assess(subject, (), {"i1": GONE}, PROJECT)
    expected = [DeletionBlocker.LEFT_OVER, DeletionBlocker.STATUS, DeletionBlocker.GROUP]
    assert found(exposure, sees_all=True) == expected


@given(exposure=exposures(), sees_all=st.booleans(), count=st.integers(0, 3))
def test_what_holds_for_every_volume(exposure: Exposure, sees_all: bool, count: int) -> None:
    snapshots = tuple(snapshot(f"s{number}") for number in range(count))
    findings = of_volume(exposure, snapshots, sees_all=sees_all)
    blockers = [each.blocker for each in findings]
    assert len(blockers) == len(set(blockers))
    told = [holder for each in findings for holder in each.holders]
    assert sorted(map(repr, told)) == sorted(map(repr, exposure.holders))
    assert sum(len(each.snapshots) for each in findings) == count
    if not findings:
        assert exposure.volume.status in VOLUME_STATUSES
    if not sees_all:
        assert DeletionBlocker.LEFT_OVER not in blockers


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("available", []),
        ("error", []),
        ("creating", [DeletionBlocker.CREATING]),
        ("deleting", [DeletionBlocker.BUSY]),
        ("restoring", [DeletionBlocker.BUSY]),
        ("backing-up", [DeletionBlocker.BUSY]),
        ("updating", [DeletionBlocker.BUSY]),
        ("unmanaging", [DeletionBlocker.BUSY]),
        ("error_deleting", [DeletionBlocker.STATUS]),
        ("error_restoring", [DeletionBlocker.STATUS]),
        ("something new", [DeletionBlocker.STATUS]),
    ],
)
def test_a_snapshot_is_deleted_when_available_or_failed(
    status: str, expected: list[DeletionBlocker]
) -> None:
    plain = of_snapshot(snapshot(status=status))
    assert plain == tuple(map(Finding, expected))
    grouped = of_snapshot(snapshot(status=status, group_snapshot_id="g1"))
    assert grouped == (*plain, Finding(DeletionBlocker.GROUP_SNAPSHOT))


@pytest.mark.parametrize("status", ["available", "creating", "error_deleting"])
def test_a_hold_comes_before_whatever_else_keeps_a_snapshot(status: str) -> None:
    plain = of_snapshot(snapshot(status=status, group_snapshot_id="g1"))
    metadata = {"snapshot_dashboard:hold": "for the audit"}
    held = of_snapshot(snapshot(status=status, group_snapshot_id="g1", metadata=metadata))
    assert held == (Finding(DeletionBlocker.ON_HOLD, hold=Hold("for the audit")), *plain)
