# SPDX-License-Identifier: Apache-2.0
"""Support staff see a volume's verdict never milder than its owner."""

from collections.abc import Callable

import pytest

from snapshot_dashboard.cloud import attachment, block_storage
from snapshot_dashboard.cloud.errors import SessionExpired
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.attachment import Exposure, Verdict
from tests.unit.cloud.wire import (
    NOVA,
    OTHER_PROJECT,
    REFUSED,
    SILENT,
    Wire,
    attachment_json,
    connection,
    volume_json,
)


def attached(wire: Wire) -> None:
    """In use by an instance that runs."""
    wire.attached(("i1", "ACTIVE"))


def shut_off(wire: Wire) -> None:
    """In use by an instance that is shut off."""
    wire.attached(("i1", "SHUTOFF"))


def several(wire: Wire) -> None:
    """In use by two instances."""
    wire.attached(("i1", "SHUTOFF"), ("i2", "ACTIVE"))


def in_use_without_records(wire: Wire) -> None:
    """In use, and nobody knows by whom."""
    wire.volume(status="in-use")


def records_unreadable(wire: Wire) -> None:
    """Available, as far as the volume itself says."""
    wire.volume()
    wire.fails("GET", "/attachments", 500)


def records_unreadable_attached(wire: Wire) -> None:
    """In use, as only the volume itself says."""
    wire.attached(("i1", "SHUTOFF"))
    wire.fails("GET", "/attachments", 403)


def records_silent(wire: Wire) -> None:
    """Available, and no answer about its records."""
    wire.volume()
    wire.breaks("GET", "/attachments", SILENT)


def records_too_old(wire: Wire) -> None:
    """In a cloud without records."""
    wire.versions("3.26")
    wire.volume()


def records_alone(wire: Wire) -> None:
    """Available, with a record that says otherwise."""
    wire.volume()
    wire.records("v1", "i1")
    wire.instance("i1")


def host(wire: Wire) -> None:
    """In use by a host."""
    wire.volume(status="in-use", attachments=[attachment_json(None, host_name="kvm-7")])


def instance_gone(wire: Wire) -> None:
    """In use by an instance that is not there."""
    wire.attached(("i1", "SHUTOFF"))
    wire.fails("GET", f"{NOVA}/servers/i1", 404)


def compute_down(wire: Wire) -> None:
    """In use, and no answer about the instance."""
    wire.attached(("i1", "SHUTOFF"))
    wire.breaks("GET", f"{NOVA}/servers/i1", REFUSED)


def held(wire: Wire) -> None:
    """Held for an instance that is shelved."""
    wire.volume(status="reserved")
    wire.records("v1", "i1")
    wire.instance("i1", "SHELVED_OFFLOADED")
    device = {"volumeAttachment": {"device": "/dev/vda"}}
    wire.says("GET", f"{NOVA}/servers/i1/os-volume_attachments/v1", device)


def held_for_nobody(wire: Wire) -> None:
    """Held, and nobody knows for whom."""
    wire.volume(status="reserved")


def detached(wire: Wire) -> None:
    """Not in use."""
    wire.volume()


def failed(wire: Wire) -> None:
    """In an error."""
    wire.volume(status="error_deleting")


def busy(wire: Wire) -> None:
    """Between two states."""
    wire.volume(status="detaching")


SITUATIONS = {
    attached: Verdict.RUNNING,
    shut_off: Verdict.SHUT_OFF,
    several: Verdict.SEVERAL,
    in_use_without_records: Verdict.ATTACHMENT_UNKNOWN,
    records_unreadable: Verdict.ATTACHMENT_UNKNOWN,
    records_unreadable_attached: Verdict.ATTACHMENT_UNKNOWN,
    records_silent: Verdict.ATTACHMENT_UNKNOWN,
    records_too_old: Verdict.ATTACHMENT_UNKNOWN,
    records_alone: Verdict.RECORDS_DISAGREE,
    host: Verdict.HOST,
    instance_gone: Verdict.NOT_VISIBLE,
    compute_down: Verdict.STATE_UNKNOWN,
    held: Verdict.HELD_SHELVED,
    held_for_nobody: Verdict.HELD_NOT_VISIBLE,
    detached: Verdict.DETACHED,
    failed: Verdict.VOLUME_FAILED,
    busy: Verdict.VOLUME_BUSY,
}


def support() -> Connection:
    """Return the connection of an administrator who works in another project."""
    return connection(project_id=OTHER_PROJECT, rights="admin")


def by_id(to: Connection, *, as_owner: bool) -> Exposure:
    """Read the volume and judge it."""
    return attachment.read(to, "v1", as_owner=as_owner).exposure


def already_read(to: Connection, *, as_owner: bool) -> Exposure:
    """Judge the volume that has been read."""
    volume = block_storage.volume(to, "v1")
    return attachment.read_of(to, volume, as_owner=as_owner).exposure


Read = Callable[..., Exposure]
both_ways = pytest.mark.parametrize("read", [by_id, already_read])
every_situation = pytest.mark.parametrize(("situation", "expected"), SITUATIONS.items())


@both_ways
@every_situation
def test_support_staff_see_just_what_the_owner_sees(
    wire: Wire, read: Read, situation: Callable[[Wire], None], expected: Verdict
) -> None:
    situation(wire)
    owners = attachment.read(connection(), "v1").exposure
    now = read(support(), as_owner=True)
    assert now == owners
    assert now.verdict is expected


@both_ways
@every_situation
def test_the_owner_sees_the_same_as_owner_or_not(
    wire: Wire, read: Read, situation: Callable[[Wire], None], expected: Verdict
) -> None:
    situation(wire)
    assert read(connection(), as_owner=False).verdict is expected
    assert read(connection(), as_owner=True).verdict is expected


@both_ways
@every_situation
def test_nobody_but_the_owner_is_told_it_may_be_done_unless_they_ask_as_owner(
    wire: Wire, read: Read, situation: Callable[[Wire], None], expected: Verdict
) -> None:
    situation(wire)
    assert read(support(), as_owner=False).verdict is Verdict.FOREIGN


@both_ways
def test_records_of_a_foreign_volume_are_read_in_all_projects(wire: Wire, read: Read) -> None:
    """Cinder has none for somebody of another project who does not ask for all of them."""
    wire.volume()
    wire.records("v1", "i1", everywhere=True)
    wire.instance("i1")
    assert read(support(), as_owner=True).verdict is Verdict.RECORDS_DISAGREE
    assert [holder.instance_id for holder in read(support(), as_owner=False).holders] == ["i1"]


@both_ways
def test_a_volume_that_does_not_tell_whose_it_is_stays_foreign(wire: Wire, read: Read) -> None:
    told = volume_json()
    del told["os-vol-tenant-attr:tenant_id"]
    wire.volume()
    wire.says("GET", "/volumes/v1", {"volume": told})
    assert read(support(), as_owner=True).verdict is Verdict.FOREIGN


def test_a_volume_that_has_been_read_is_not_read_again(wire: Wire) -> None:
    attached(wire)
    volume = block_storage.volume(connection(), "v1")
    attachment.read_of(connection(), volume)
    assert len(wire.sent("GET", "/volumes/v1")) == 1
    assert len(wire.sent("GET", "/attachments")) == 1
    assert "all_tenants" not in wire.query("/attachments")


@pytest.mark.parametrize("as_owner", [True, False])
def test_a_foreign_volume_that_has_been_read_costs_one_call_for_its_records(
    wire: Wire, as_owner: bool
) -> None:
    detached(wire)
    already_read(support(), as_owner=as_owner)
    (request,) = wire.sent("GET", "/attachments")
    assert request.qs == {"volume_id": ["v1"], "all_tenants": ["1"]}


def test_the_reason_of_a_failure_is_kept_for_a_volume_that_has_been_read(wire: Wire) -> None:
    records_unreadable(wire)
    volume = block_storage.volume(connection(), "v1")
    found = attachment.read_of(connection(), volume)
    assert found.trouble is not None
    assert found.trouble.status == 500


def test_an_expired_token_is_told_for_a_volume_that_has_been_read(wire: Wire) -> None:
    wire.volume()
    wire.fails("GET", "/attachments", 401)
    volume = block_storage.volume(connection(), "v1")
    with pytest.raises(SessionExpired):
        attachment.read_of(connection(), volume)
