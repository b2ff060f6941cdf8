# SPDX-License-Identifier: Apache-2.0
"""Reading a volume's attachments; every failure makes the verdict worse, never better."""

import pytest

from snapshot_dashboard.cloud import attachment
from snapshot_dashboard.cloud.errors import CloudError, NotFound, ServiceFailed, SessionExpired
from snapshot_dashboard.rules.attachment import Verdict
from tests.unit.cloud.wire import (
    NOVA,
    OTHER_PROJECT,
    REFUSED,
    SILENT,
    Wire,
    attachment_json,
    connection,
)


def verdict() -> Verdict:
    """Read the volume v1 and return the verdict on it."""
    return attachment.read(connection(), "v1").exposure.verdict


def test_a_detached_volume_costs_no_call_to_the_compute_service(wire: Wire) -> None:
    wire.volume()
    assert verdict() is Verdict.DETACHED
    assert wire.sent("GET", "/attachments")


@pytest.mark.parametrize(
    ("status", "expected"), [("ACTIVE", Verdict.RUNNING), ("SHUTOFF", Verdict.SHUT_OFF)]
)
def test_an_attached_volume_is_judged_by_its_instance(
    wire: Wire, status: str, expected: Verdict
) -> None:
    wire.attached(("i1", status))
    situation = attachment.read(connection(), "v1")
    assert situation.exposure.verdict is expected
    assert [holder.device for holder in situation.exposure.holders] == ["/dev/vdb"]
    assert situation.trouble is None


def test_an_instance_that_only_the_records_know_is_read_too(wire: Wire) -> None:
    wire.volume(status="in-use")
    wire.records("v1", "i1")
    wire.instance("i1", "ACTIVE")
    assert verdict() is Verdict.RUNNING


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_records_that_cannot_be_read_are_unknown_with_the_reason_kept(
    wire: Wire, status: int
) -> None:
    wire.volume()
    wire.fails("GET", "/attachments", status)
    situation = attachment.read(connection(), "v1")
    assert situation.exposure.verdict is Verdict.ATTACHMENT_UNKNOWN
    assert situation.trouble is not None
    assert situation.trouble.status == status


@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_records_that_are_not_answered_are_unknown(wire: Wire, how: type[Exception]) -> None:
    wire.volume()
    wire.breaks("GET", "/attachments", how)
    assert verdict() is Verdict.ATTACHMENT_UNKNOWN


def test_a_service_too_old_for_records_leaves_the_attachment_unknown(wire: Wire) -> None:
    wire.versions("3.26")
    wire.volume()
    assert verdict() is Verdict.ATTACHMENT_UNKNOWN


@pytest.mark.parametrize("status", [400, 403, 409, 500, 503])
def test_an_instance_that_cannot_be_read_is_unknown(wire: Wire, status: int) -> None:
    wire.attached(("i1", "SHUTOFF"))
    wire.fails("GET", f"{NOVA}/servers/i1", status)
    situation = attachment.read(connection(), "v1")
    assert situation.exposure.verdict is Verdict.STATE_UNKNOWN
    assert situation.trouble is not None


@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_a_silent_compute_service_leaves_the_state_unknown(
    wire: Wire, how: type[Exception]
) -> None:
    wire.attached(("i1", "SHUTOFF"))
    wire.breaks("GET", f"{NOVA}/servers/i1", how)
    assert verdict() is Verdict.STATE_UNKNOWN


def test_a_cloud_without_a_compute_service_leaves_the_state_unknown(wire: Wire) -> None:
    wire.attached(("i1", "SHUTOFF"))
    found = attachment.read(connection(compute_url=None), "v1")
    assert found.exposure.verdict is Verdict.STATE_UNKNOWN


def test_an_instance_that_is_not_found_is_not_visible(wire: Wire) -> None:
    wire.attached(("i1", "SHUTOFF"))
    wire.fails("GET", f"{NOVA}/servers/i1", 404)
    situation = attachment.read(connection(), "v1")
    assert situation.exposure.verdict is Verdict.NOT_VISIBLE
    assert situation.trouble is None


def test_one_readable_instance_does_not_hide_an_unreadable_one(wire: Wire) -> None:
    wire.attached(("i1", "SHUTOFF"), ("i2", "SHUTOFF"))
    wire.fails("GET", f"{NOVA}/servers/i2", 500)
    now = attachment.read(connection(), "v1").exposure
    assert now.verdict is Verdict.SEVERAL
    assert [holder.verdict for holder in now.holders] == [Verdict.SHUT_OFF, Verdict.STATE_UNKNOWN]


def test_a_volume_of_another_project_is_asked_about_in_all_projects(wire: Wire) -> None:
    wire.volume(**{"os-vol-tenant-attr:tenant_id": OTHER_PROJECT, "status": "in-use"})
    wire.records("v1", "i1", everywhere=True)
    wire.instance("i1")
    now = attachment.read(connection(), "v1").exposure
    assert now.verdict is Verdict.FOREIGN
    assert [holder.instance_id for holder in now.holders] == ["i1"]
    assert wire.query("/attachments")["all_tenants"] == "1"


def test_our_own_volume_is_not_asked_about_in_all_projects(wire: Wire) -> None:
    wire.volume()
    verdict()
    assert "all_tenants" not in wire.query("/attachments")


def test_a_held_volume_gets_its_device_from_the_compute_service(wire: Wire) -> None:
    wire.volume(status="reserved", bootable="true")
    wire.records("v1", "i1")
    wire.instance("i1", "SHELVED_OFFLOADED")
    held = {"volumeAttachment": {"device": "/dev/vda"}}
    wire.says("GET", f"{NOVA}/servers/i1/os-volume_attachments/v1", held)
    now = attachment.read(connection(), "v1").exposure
    assert now.verdict is Verdict.HELD_SHELVED
    assert now.holders[0].device == "/dev/vda"


def test_a_device_that_cannot_be_read_is_left_out(wire: Wire) -> None:
    wire.volume(status="reserved")
    wire.records("v1", "i1")
    wire.instance("i1", "SHELVED_OFFLOADED")
    wire.fails("GET", f"{NOVA}/servers/i1/os-volume_attachments/v1", 500)
    now = attachment.read(connection(), "v1").exposure
    assert now.verdict is Verdict.HELD_SHELVED
    assert now.holders[0].device is None


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (500, ServiceFailed)])
def test_a_volume_that_cannot_be_read_is_an_error(
    wire: Wire, status: int, kind: type[CloudError]
) -> None:
    wire.volume()
    wire.fails("GET", "/volumes/v1", status)
    with pytest.raises(kind):
        verdict()


def test_an_expired_token_is_not_taken_for_an_unknown_attachment(wire: Wire) -> None:
    wire.volume()
    wire.fails("GET", "/attachments", 401)
    with pytest.raises(SessionExpired):
        verdict()


def test_two_records_of_one_instance_read_it_once(wire: Wire) -> None:
    entries = [attachment_json("i1", attachment_id="a1"), attachment_json("i1", attachment_id="a2")]
    wire.volume(status="in-use", attachments=entries)
    wire.instance("i1")
    verdict()
    assert len(wire.sent("GET", f"{NOVA}/servers/i1")) == 1
