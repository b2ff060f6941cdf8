# SPDX-License-Identifier: Apache-2.0
"""A whole instance goes back to its snapshots in place, and is as it was but for the content."""

from dataclasses import dataclass
from typing import Any

import pytest

from devcloud.access import Access
from devcloud.waiting import wait_until
from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.images import images_with
from snapshot_dashboard.cloud.revert_plan import made_for
from snapshot_dashboard.rules.revert_record import RECORD, Act, Stage
from tests.cloud.direct import direct
from tests.cloud.plans import PATIENCE, begun, finished, plan_of
from tests.cloud.test_bytes import AFTER, BEFORE, read, write
from tests.cloud.workshop import Workshop

pytestmark = [pytest.mark.usefixtures("proved"), pytest.mark.needs_api(cinder="3.68")]


@dataclass(frozen=True)
class Whole:
    """An instance with a system disk and two data volumes, each with a snapshot of BEFORE."""

    id: str
    root: str
    data: tuple[str, ...]
    snapshots: dict[str, str]

    @property
    def volumes(self) -> tuple[str, ...]:
        """All volumes, the system disk first."""
        return (self.root, *self.data)


@pytest.fixture
def whole(request: pytest.FixtureRequest, workshop: Workshop, cloud: Access) -> Whole:
    """An instance that was upgraded: all disks hold AFTER, and there are newer snapshots."""
    instance, root = workshop.started_from_volume("upgraded")
    data = tuple(workshop.volume("data", volume_type=request.param).id for _ in range(2))
    for volume_id in data:
        workshop.attach(instance.id, volume_id)
    snapshots = {}
    for volume_id in (root, *data):
        write(cloud.file_of(f"volume-{volume_id}"), BEFORE)
        snapshots[volume_id] = workshop.snapshot(volume_id, force=True).id
    for snapshot_id in snapshots.values():
        workshop.settled_snapshot(snapshot_id)
    for volume_id in (root, *data):
        write(cloud.file_of(f"volume-{volume_id}"), AFTER)
        workshop.settled_snapshot(workshop.snapshot(volume_id, force=True).id)
    return Whole(instance.id, root, data, snapshots)


def contents(cloud: Access, whole: Whole) -> list[bytes]:
    """What the disks hold."""
    return [read(cloud.file_of(f"volume-{each}")) for each in whole.volumes]


def described(ours: Any, whole: Whole) -> list[tuple[object, ...]]:
    """What must not change: the description of each volume."""
    volumes = [block_storage.volume(ours, each) for each in whole.volumes]
    return [(each.image_metadata, each.bootable, each.size, each.status) for each in volumes]


@pytest.mark.extended
def test_an_older_cloud_writes_an_image_that_is_made_of_the_snapshot_first(
    workshop: Workshop, cloud: Access, settings: Any
) -> None:
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": "image"}
    instance, root = workshop.started_from_volume("upgraded")
    write(cloud.file_of(f"volume-{root}"), BEFORE)
    snapshot = workshop.settled_snapshot(workshop.snapshot(root, force=True).id)
    write(cloud.file_of(f"volume-{root}"), AFTER)
    whole = Whole(instance.id, root, (), {root: snapshot.id})
    ours = direct(workshop.owner)
    before = described(ours, whole)

    begun(ours, whole.id, whole.snapshots, copy=True)
    steps = finished(workshop.owner, ours, whole.id)

    # The instance runs until the image is there.
    assert [each.act for each in steps][:4] == [Act.HELP, Act.UPLOAD, Act.STOP, Act.COPY]
    plan = plan_of(ours, whole.id)
    assert plan.stage is Stage.FINISHED
    assert contents(cloud, whole) == [BEFORE]
    (copy,) = (each.copy for each in plan.targets)
    assert copy and read(cloud.file_of(f"volume-{copy.id}")) == AFTER
    assert described(ours, whole) == before
    workshop.arrived(whole.id, "ACTIVE")
    assert images_with(ours, RECORD, plan.id) == ()
    left = "only the copy to be left"
    wait_until(lambda: len(made_for(ours, plan.id)) == 1, seconds=PATIENCE, what=left)


@pytest.mark.parametrize(
    ("whole", "off"),
    [
        ("ssd", False),
        ("linked", True),
        pytest.param("ssd", True, marks=pytest.mark.extended),
        pytest.param("linked", False, marks=pytest.mark.extended),
    ],
    indirect=["whole"],
)
def test_a_whole_instance_goes_back_and_is_as_it_was(
    workshop: Workshop, cloud: Access, whole: Whole, off: bool
) -> None:
    ours = direct(workshop.owner)
    status = "SHUTOFF" if off else "ACTIVE"
    if off:
        workshop.owner.compute.stop_server(whole.id)
        workshop.arrived(whole.id, status)
    before = described(ours, whole)
    addresses = workshop.owner.compute.get_server(whole.id).addresses

    begun(ours, whole.id, whole.snapshots)
    steps = finished(workshop.owner, ours, whole.id)

    acts = [each.act for each in steps]
    assert acts[:1] == [Act.SHELVE if off else Act.STOP]
    assert [acts.count(each) for each in (Act.WRITE, Act.KEEP, Act.DESCRIBE)] == [3, 3, 3]
    assert (
        acts[-3:] == [Act.UNSHELVE, Act.STOP_AGAIN, Act.FINISH]
        if off
        else acts[-2:]
        == [
            Act.UNSHELVE,
            Act.FINISH,
        ]
    )
    plan = plan_of(ours, whole.id)
    assert plan.stage is Stage.FINISHED
    assert contents(cloud, whole) == [BEFORE] * 3
    assert described(ours, whole) == before
    after = workshop.arrived(whole.id, status)
    assert after.addresses == addresses
    assert images_with(ours, RECORD, plan.id) == ()
    assert all(len(workshop.snapshots_of(each)) == 2 for each in whole.volumes)
