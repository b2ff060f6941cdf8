# SPDX-License-Identifier: Apache-2.0
"""Cinder's behaviour across projects for each role, and how we use it."""

from collections.abc import Callable
from datetime import datetime, timezone
from itertools import chain
from typing import Any

import pytest
from openstack.exceptions import NotFoundException

from devcloud.waiting import wait_until
from snapshot_dashboard.cloud import (
    administration,
    attachment,
    block_storage,
    messages,
    quota,
    snapshot_deletion,
)
from snapshot_dashboard.cloud.errors import Forbidden, NotFound, OnHold, Refused
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.rules import holds
from snapshot_dashboard.rules.attachment import Verdict
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.message import Reason, reason
from tests.cloud.workshop import PATIENCE, Workshop, unique
from tests.conftest import Connect

Ours = Callable[..., Connection]


@pytest.fixture(scope="module")
def ours(connect: Connect) -> Ours:
    """Function: the connection that the plugin would use for a user."""

    def connection(user: str, project: str | None = None) -> Connection:
        theirs: Any = connect(user, project)
        return Connection(
            token=theirs.session.get_token(),
            project_id=theirs.current_project_id,
            region=theirs.config.region_name,
            block_storage_url=theirs.block_storage.get_endpoint(),
            compute_url=theirs.compute.get_endpoint(),
            verify=True,
            rights=user,
            deadline=Deadline(PATIENCE),
            write_seconds=PATIENCE,
        )

    return connection


@pytest.fixture
def support(ours: Ours) -> Connection:
    """An administrator who works in a project of her own."""
    return ours("admin", "admin")


@pytest.fixture(scope="module")
def volumes(shared_workshop: Workshop) -> list[str]:
    """Two volumes of web-shop."""
    return [str(shared_workshop.volume("theirs").id) for _ in range(2)]


def named(name: str) -> PageRequest:
    """Ask for what has this name."""
    return PageRequest(size=20, filters={"name": name})


def test_an_administrator_reads_the_volumes_of_every_project_and_a_member_only_his(
    volumes: list[str], support: Connection, ours: Ours, shared_workshop: Workshop
) -> None:
    wanted = named(shared_workshop.owner.block_storage.get_volume(volumes[0]).name)
    (found,) = administration.volumes(support, wanted).items
    assert found.id == volumes[0]
    assert found.project_id == shared_workshop.owner.current_project_id
    assert administration.volumes(ours("otto"), wanted).items == ()


def test_an_administrator_reads_volumes_of_every_project_by_id(
    volumes: list[str], support: Connection
) -> None:
    nobodys = "00000000-0000-4000-8000-000000000000"
    found = administration.volumes_by_id(support, [*volumes, nobodys])
    assert {key: each.id for key, each in found.items()} == {each: each for each in volumes}
    alone = administration.volumes_by_id(support, volumes[:1])
    assert list(alone) == volumes[:1]


def test_a_hundred_volumes_are_read_by_id(support: Connection) -> None:
    page = administration.volumes(support, PageRequest(size=100)).items
    # What other tests have left is being deleted meanwhile.
    ids = {each.id for each in page if each.status != "deleting"}
    found = administration.volumes_by_id(support, sorted(ids))
    assert set(found) == ids


def test_nobody_else_reads_volumes_by_a_list_of_ids(volumes: list[str], ours: Ours) -> None:
    assert administration.volumes_by_id(ours("anna"), volumes) == {}
    assert administration.volumes_by_id(ours("otto"), volumes) == {}


def test_snapshots_are_sorted_by_their_last_change_and_counted(
    workshop: Workshop, support: Connection
) -> None:
    volume = workshop.volume().id
    made = [workshop.snapshot(volume).id for _ in range(3)]
    wanted = PageRequest(
        size=2, sort="updated_at", descending=False, filters={"volume_id": str(volume)}
    )
    page, count = administration.counted_snapshots(support, wanted)
    assert ([each.id for each in page.items], page.more, count) == (made[:2], True, 3)
    assert administration.snapshots(support, wanted) == page


def test_the_service_of_every_volume_is_known(
    volumes: list[str], support: Connection, ours: Ours
) -> None:
    services = administration.services(support)
    host = block_storage.volume(support, volumes[0]).host
    assert host is not None
    service = services[host.partition("#")[0]]
    assert (service.up, service.enabled) == (True, True)
    assert service.reported_at is not None
    with pytest.raises(Forbidden):
        administration.services(ours("anna"))


def test_a_walk_survives_the_deletion_of_where_it_stands(
    workshop: Workshop, support: Connection
) -> None:
    volume = workshop.volume().id
    made = [workshop.snapshot(volume).id for _ in range(6)]
    walk = administration.walk(support, {"volume_id": str(volume)}, size=2)
    seen = [each.id for each in next(walk)]
    assert seen == [made[5], made[4]]
    seen += [each.id for each in next(walk)]
    for each in (made[3], made[2]):
        workshop.owner.block_storage.delete_snapshot(each)
        until_gone(workshop, each)
    seen += [each.id for each in chain(*walk)]
    assert seen == made[::-1]


def until_gone(workshop: Workshop, snapshot_id: str) -> None:
    """Wait until a snapshot is deleted."""

    def is_gone() -> bool:
        try:
            workshop.owner.block_storage.get_snapshot(snapshot_id)
        except NotFoundException:
            return True
        return False

    wait_until(is_gone, seconds=PATIENCE, what=f"snapshot {snapshot_id} to go away")


def test_a_walk_goes_through_the_whole_cloud(support: Connection) -> None:
    everything = PageRequest(size=1)
    _page, count = administration.counted_snapshots(support, everything)
    found = [each.id for page in administration.walk(support, {}, size=500) for each in page]
    assert len(set(found)) == len(found)
    assert count is not None
    assert abs(len(found) - count) < 100


def test_a_status_is_reset_and_a_snapshot_deleted_by_force(
    workshop: Workshop, support: Connection, ours: Ours
) -> None:
    snapshot = str(workshop.snapshot(workshop.volume().id).id)
    administration.reset_status(support, snapshot, "error_deleting")
    assert block_storage.snapshot(support, snapshot).status == "error_deleting"
    with pytest.raises(Refused):
        administration.reset_status(support, snapshot, "nonsense")
    with pytest.raises(Refused):
        snapshot_deletion.delete(ours("anna"), block_storage.snapshot(ours("anna"), snapshot))
    with pytest.raises(Forbidden):
        administration.reset_status(ours("anna"), snapshot, "error")
    read = block_storage.snapshot(support, snapshot)
    with pytest.raises(Forbidden):
        snapshot_deletion.force_delete(ours("anna"), read)
    snapshot_deletion.force_delete(support, read)
    until_gone(workshop, snapshot)
    with pytest.raises(NotFound):
        snapshot_deletion.force_delete(support, read)


def test_a_hold_is_a_note_that_the_service_keeps_and_the_command_line_takes_away(
    workshop: Workshop, ours: Ours
) -> None:
    anna = ours("anna")
    snapshot = str(workshop.snapshot(workshop.volume().id).id)
    hold = holds.write("f\u00fcr die Pr\u00fcfung \U0001f512", "anna", datetime.now(timezone.utc))
    block_storage.note(anna, snapshot, hold)
    with pytest.raises(OnHold):
        snapshot_deletion.delete(anna, block_storage.snapshot(anna, snapshot))
    # What "openstack volume snapshot unset --property" sends.
    anna.cinder("DELETE", f"/snapshots/{snapshot}/metadata/{holds.HOLD}")
    left = block_storage.snapshot(anna, snapshot)
    assert holds.of(left.metadata) is None and left.metadata[holds.HOLD_BY] == "anna"
    block_storage.note(anna, snapshot, hold)
    block_storage.note(anna, snapshot, holds.RELEASED)
    snapshot_deletion.delete(anna, block_storage.snapshot(anna, snapshot))
    until_gone(workshop, snapshot)


def test_the_status_of_a_volume_is_reset(workshop: Workshop, support: Connection) -> None:
    volume = str(workshop.volume().id)
    administration.reset_volume_status(support, volume, "error")
    assert block_storage.volume(support, volume).status == "error"
    with pytest.raises(Refused):
        administration.reset_volume_status(support, volume, "in-use")


def test_snapshots_that_somebody_made_are_not_temporary(
    workshop: Workshop, support: Connection
) -> None:
    volume = str(workshop.volume().id)
    workshop.snapshot(volume)
    assert administration.temporary_snapshots(support, volume) == ()


def test_cinder_tells_everybody_why_a_snapshot_failed(
    workshop: Workshop, support: Connection, ours: Ours
) -> None:
    """Cinder does not ask whose a message is: see the head of cloud/messages.py."""
    volume = workshop.volume().id
    workshop.broken_storage("create_snapshot")
    made = workshop.owner.block_storage.create_snapshot(volume_id=volume, name=unique("failing"))
    workshop.settled_snapshot(made.id, "error")
    (told,) = messages.about(ours("anna"), made.id)
    assert (told.object_id, reason(told)) == (made.id, Reason.CREATE_FAILED)
    assert told.request_id.startswith("req-")
    assert told.created_at is not None
    assert messages.about(support, made.id) == (told,)
    assert messages.about(ours("otto"), made.id) == (told,)
    assert messages.newest(support)[made.id] == told
    assert messages.about(support, str(volume)) == ()


def test_the_limits_of_a_project_are_told_to_its_people_and_to_administrators(
    support: Connection, ours: Ours
) -> None:
    anna = ours("anna")
    assert quota.limits(support, anna.project_id).keys() == quota.limits(anna).keys()
    own, theirs = quota.limits(support), quota.limits(support, anna.project_id)
    assert theirs["snapshots"].ceiling == quota.limits(anna)["snapshots"].ceiling
    assert theirs["snapshots"].ceiling != own["snapshots"].ceiling
    with pytest.raises(Forbidden):
        quota.limits(ours("otto"), anna.project_id)


def test_support_staff_see_of_an_attached_volume_what_its_owner_sees(
    workshop: Workshop, support: Connection, ours: Ours
) -> None:
    instance, volume = workshop.attached()
    owners = attachment.read(ours("anna"), volume.id).exposure
    shown = attachment.read(support, volume.id, as_owner=True).exposure
    assert owners.verdict is shown.verdict is Verdict.RUNNING
    assert [each.instance_id for each in shown.holders] == [instance.id]
    assert [each.device for each in shown.holders] == [each.device for each in owners.holders]
    read = block_storage.volume(support, volume.id)
    assert attachment.read_of(support, read, as_owner=True).exposure == shown
    assert attachment.read(support, volume.id).exposure.verdict is Verdict.FOREIGN


def test_support_staff_see_a_record_that_only_all_projects_show(
    workshop: Workshop, support: Connection
) -> None:
    volume = str(workshop.volume().id)
    record = workshop.record(volume, None, complete=False)
    workshop.set_status(volume, "available")
    shown = attachment.read(support, volume, as_owner=True).exposure
    workshop.forget_record(record)
    assert shown.verdict is Verdict.RECORDS_DISAGREE
