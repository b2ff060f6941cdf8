# SPDX-License-Identifier: Apache-2.0
"""A revert in place on a real cloud that goes wrong: what is told, and how it goes on."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from devcloud.access import Access
from devcloud.waiting import wait_until
from snapshot_dashboard.cloud import block_storage, reimage, revert_acts, revert_records
from snapshot_dashboard.cloud.caching import cache
from snapshot_dashboard.cloud.errors import CloudError, Refused
from snapshot_dashboard.cloud.images import images_with
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.revert_plan import Content, Halt, Plan, Step
from snapshot_dashboard.rules.revert_record import RECORD, Act, Stage
from snapshot_dashboard.rules.revert_steps import can_give_up, can_retry, next_step
from tests.cloud.direct import direct
from tests.cloud.plans import PATIENCE, begun, finished, plan_of, silently, stepped
from tests.cloud.test_bytes import AFTER, BEFORE, read, write
from tests.cloud.workshop import Workshop


class Killed(BaseException):
    """The process is gone."""


pytestmark = [pytest.mark.usefixtures("proved"), pytest.mark.needs_api(cinder="3.68")]


@pytest.fixture(autouse=True)
def no_lock_of_others() -> Iterator[None]:
    """Each test begins with an empty cache."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ours(workshop: Workshop) -> Connection:
    """Our connection."""
    return direct(workshop.owner)


class Two:
    """A running instance with a system disk and a data volume, both with a snapshot of BEFORE."""

    def __init__(self, workshop: Workshop, cloud: Access, ours: Connection) -> None:
        self._cloud = cloud
        self._ours = ours
        instance, root = workshop.started_from_volume("upgraded")
        data = workshop.volume("data").id
        workshop.attach(instance.id, data)
        self.id, self.volumes = instance.id, (root, data)
        self.snapshots: dict[str, str] = {}
        for volume_id in self.volumes:
            write(cloud.file_of(f"volume-{volume_id}"), BEFORE)
            made = workshop.settled_snapshot(workshop.snapshot(volume_id, force=True).id)
            self.snapshots[volume_id] = made.id
            write(cloud.file_of(f"volume-{volume_id}"), AFTER)
        self.before = self.described()

    def contents(self) -> list[bytes]:
        """What the disks hold."""
        return [read(self._cloud.file_of(f"volume-{each}")) for each in self.volumes]

    def described(self) -> list[tuple[object, ...]]:
        """What must not change."""
        volumes = [block_storage.volume(self._ours, each) for each in self.volumes]
        return [(each.image_metadata, each.bootable, each.status) for each in volumes]

    def until(self, act: Act) -> tuple[Plan, Step]:
        """Go on until an act is next, which is not carried out."""
        found: list[tuple[Plan, Step]] = []

        def is_next() -> bool:
            plan = plan_of(self._ours, self.id)
            step = next_step(plan, int(time.time()))
            assert step.halt is None, step.halt
            if step.act is act:
                found.append((plan, step))
                return True
            revert_acts.carry_out(self._ours, plan, step, lambda each: each.name, silently)
            return False

        wait_until(is_next, seconds=PATIENCE, what=f"{act} to be next", pause=0.2)
        return found[0]

    def halted(self) -> tuple[Plan, Step]:
        """Go on until it halts, and look once more."""

        def has_halted() -> bool:
            with suppress(CloudError):
                return stepped(self._ours, self.id)[1].halt is not None
            return False

        wait_until(has_halted, seconds=PATIENCE, what="the plan to halt", pause=0.2)
        plan = plan_of(self._ours, self.id)
        return plan, next_step(plan, int(time.time()))

    def is_back(self, workshop: Workshop) -> None:
        """Assert that everything is as it was but for the content."""
        assert plan_of(self._ours, self.id).stage is Stage.FINISHED
        assert self.contents() == [BEFORE, BEFORE]
        assert self.described() == self.before
        workshop.arrived(self.id, "ACTIVE")
        assert images_with(self._ours, RECORD, plan_of(self._ours, self.id).id) == ()


@pytest.fixture
def two(workshop: Workshop, cloud: Access, ours: Connection) -> Two:
    """An instance whose plan is begun."""
    made = Two(workshop, cloud, ours)
    begun(ours, made.id, made.snapshots)
    return made


def carry_out(ours: Connection, plan: Plan, step: Step) -> None:
    """Carry out one step."""
    revert_acts.carry_out(ours, plan, step, lambda each: each.name, silently)


def test_storage_that_fails_while_it_writes_is_mended_by_support(
    workshop: Workshop, ours: Connection, two: Two
) -> None:
    two.until(Act.WRITE)
    workshop.broken_storage("create_volume_from_snapshot")
    plan, step = two.halted()
    assert step.halt is Halt.WRITE_FAILED and step.target
    assert not can_retry(plan, step) and not can_give_up(plan, step)
    assert step.target.content is Content.UNKNOWN
    assert [each.content for each in plan.targets].count(Content.OLD) == 1
    workshop.storage_as_usual()
    workshop.set_status(step.target.volume.id, "reserved")
    # As some minutes later: what was asked for is not waited for any more.
    cache.clear()
    plan, step = two.halted()
    assert step.halt is Halt.WRITE_UNKNOWN
    revert_records.go_on(ours, plan, step)
    finished(workshop.owner, ours, two.id)
    two.is_back(workshop)


@pytest.mark.extended
def test_a_process_that_dies_between_the_note_and_the_request_is_followed_by_another(
    workshop: Workshop, ours: Connection, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, step = two.until(Act.WRITE)

    def die(*_asked: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched, suppress(Killed):
        patched.setattr(reimage, "reimage", die)
        carry_out(ours, plan, step)
    # Nobody knows whether it was sent; nothing is sent again by itself.
    assert two.contents() == [AFTER, AFTER]
    cache.clear()
    plan, step = two.halted()
    assert step.halt is Halt.WRITE_UNKNOWN and step.target
    assert step.target.content is Content.UNKNOWN
    revert_records.go_on(ours, plan, step)
    finished(workshop.owner, ours, two.id)
    two.is_back(workshop)


@pytest.mark.extended
def test_two_workers_at_the_same_moment_write_once(
    workshop: Workshop, ours: Connection, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    real = reimage.reimage

    def counted(connection: Connection, *about: str, reserved: bool) -> None:
        sent.append(about[0])
        real(connection, *about, reserved=reserved)

    monkeypatch.setattr(reimage, "reimage", counted)

    def work() -> None:
        link = direct(workshop.owner)

        def is_over() -> bool:
            with suppress(CloudError):
                return stepped(link, two.id)[0].over
            return False

        wait_until(is_over, seconds=2 * PATIENCE, what="the plan to be over", pause=0.1)

    with ThreadPoolExecutor(2) as threads:
        for each in [threads.submit(work) for _ in range(2)]:
            each.result()
    assert sorted(sent) == sorted(two.volumes)
    two.is_back(workshop)


@pytest.mark.extended
def test_a_locked_instance_is_waited_for(workshop: Workshop, ours: Connection, two: Two) -> None:
    two.until(Act.UNSHELVE)
    workshop.owner.compute.lock_server(two.id)
    plan, step = two.halted()
    assert step.halt is Halt.LOCKED
    workshop.owner.compute.unlock_server(two.id)
    finished(workshop.owner, ours, two.id)
    two.is_back(workshop)


@pytest.mark.extended
def test_giving_up_halfway_brings_the_instance_back_with_mixed_contents(
    workshop: Workshop, ours: Connection, two: Two
) -> None:
    root, data = two.volumes
    workshop.owner.block_storage.delete_snapshot(two.snapshots[data])
    plan, step = two.halted()
    assert step.halt is Halt.WRITE_REFUSED and step.target and step.target.volume.id == data
    assert can_give_up(plan, step)
    revert_records.give_up(ours, plan, Step())
    finished(workshop.owner, ours, two.id)
    plan = plan_of(ours, two.id)
    assert plan.stage is Stage.GIVEN_UP
    assert [each.content for each in plan.targets] == [Content.NEW, Content.OLD]
    assert two.contents() == [BEFORE, AFTER]
    assert two.described() == two.before
    workshop.arrived(two.id, "ACTIVE")
    assert images_with(ours, RECORD, plan.id) == ()


@pytest.mark.extended
def test_an_image_that_is_deleted_at_that_moment_leaves_it_to_support(
    workshop: Workshop, ours: Connection, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cinder refuses, and leaves the volume downloading: a refusal proves nothing."""
    plan, step = two.until(Act.WRITE)
    assert step.target

    def refused(connection: Connection, volume_id: str, _image_id: str) -> None:
        workshop.set_status(volume_id, "downloading")
        raise Refused("The image is gone.")

    with monkeypatch.context() as patched, suppress(CloudError):
        patched.setattr(reimage, "reimage", refused)
        carry_out(ours, plan, step)
    plan, step = two.halted()
    assert step.halt is Halt.WRITE_UNKNOWN and step.target
    assert step.target.content is Content.UNKNOWN
    workshop.set_status(step.target.volume.id, "reserved")
    plan = plan_of(ours, two.id)
    revert_records.go_on(ours, plan, next_step(plan, int(time.time())))
    finished(workshop.owner, ours, two.id)
    two.is_back(workshop)
