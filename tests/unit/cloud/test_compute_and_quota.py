# SPDX-License-Identifier: Apache-2.0
"""Requests to Nova, and the project's limits."""

import pytest

from snapshot_dashboard.cloud import compute, quota
from snapshot_dashboard.cloud.errors import Forbidden, NotFound, Refused, Unreachable
from snapshot_dashboard.rules.attachment import Instance, Severity, instance_verdict
from snapshot_dashboard.rules.quota import Limit
from tests.unit.cloud.wire import NOVA, OTHER_PROJECT, PROJECT, TOKEN, Wire, connection

ATTACHMENT = f"{NOVA}/servers/i1/os-volume_attachments/v1"


def test_an_instance_is_read_with_all_that_decides(wire: Wire) -> None:
    task = {"OS-EXT-STS:task_state": "powering-off", "OS-EXT-STS:power_state": 1}
    wire.instance("i1", "ACTIVE", image={"id": "x"}, locked=True, **task)
    found = compute.instance(connection(), "i1")
    told = Instance("i1", "name of i1", "ACTIVE", "powering-off", 1, has_image=True, locked=True)
    assert found == told


def test_instances_are_read_at_the_version_that_tells_of_locks(wire: Wire) -> None:
    wire.instance("i1")
    compute.instance(connection(), "i1")
    (request,) = wire.sent("GET", f"{NOVA}/servers/i1")
    assert request.headers["OpenStack-API-Version"] == "compute 2.9"


@pytest.mark.parametrize("said", ["yes", 1, None, [], "false"])
def test_an_odd_lock_is_not_told(wire: Wire, said: object) -> None:
    wire.instance("i1", locked=said)
    assert compute.instance(connection(), "i1").locked is None
    assert compute.candidate(connection(), "i1").locked is None
    assert compute.owned_instance(connection(), "i1").locked is None


def test_an_instance_that_says_little_is_not_taken_for_one_at_rest(wire: Wire) -> None:
    wire.says("GET", f"{NOVA}/servers/i1", {"server": {"id": "i1", "status": "SHUTOFF"}})
    found = compute.instance(connection(), "i1")
    assert found == Instance("i1", "", "SHUTOFF", task="unknown", power_state=-1)
    assert instance_verdict(found).severity is Severity.HIGH


def test_an_instance_is_read_under_the_persons_own_token(wire: Wire) -> None:
    wire.instance("i1")
    compute.instance(connection(), "i1")
    assert wire.sent("GET", f"{NOVA}/servers/i1")[0].headers["X-Auth-Token"] == TOKEN


@pytest.mark.parametrize(("said", "device"), [("/dev/vdb", "/dev/vdb"), (None, None), ("", None)])
def test_the_device_is_read_from_the_attachment(
    wire: Wire, said: str | None, device: str | None
) -> None:
    wire.says("GET", ATTACHMENT, {"volumeAttachment": {"device": said}})
    assert compute.device_of(connection(), "i1", "v1") == device


def test_detaching_uses_a_version_that_a_shelved_instance_accepts(wire: Wire) -> None:
    wire.says("DELETE", ATTACHMENT, None, 202)
    compute.detach(connection(), "i1", "v1")
    (request,) = wire.sent("DELETE", ATTACHMENT)
    assert request.headers["OpenStack-API-Version"] == "compute 2.20"
    assert request.headers["X-OpenStack-Nova-API-Version"] == "2.20"


def test_a_refused_detach_tells_the_reason_of_the_service(wire: Wire) -> None:
    wire.fails("DELETE", ATTACHMENT, 403, "Cannot detach a root device volume")
    with pytest.raises(Forbidden) as caught:
        compute.detach(connection(), "i1", "v1")
    assert caught.value.reason == "Cannot detach a root device volume"


def test_a_conflict_is_a_refusal(wire: Wire) -> None:
    wire.fails("DELETE", ATTACHMENT, 409)
    with pytest.raises(Refused):
        compute.detach(connection(), "i1", "v1")


def test_a_cloud_without_compute_is_unreachable(wire: Wire) -> None:
    with pytest.raises(Unreachable):
        compute.instance(connection(compute_url=None), "i1")


def test_limits_count_what_is_reserved_and_know_no_limit(wire: Wire) -> None:
    found = {
        "id": PROJECT,
        "snapshots": {"in_use": 7, "reserved": 1, "limit": 10, "allocated": 0},
        "gigabytes": {"in_use": 5, "reserved": 0, "limit": -1},
        "snapshots_ssd": {"in_use": 0, "limit": 0},
    }
    wire.says("GET", f"/os-quota-sets/{PROJECT}?usage=True", {"quota_set": found})
    assert quota.limits(connection()) == {
        "snapshots": Limit(8, 10),
        "gigabytes": Limit(5, None),
        "snapshots_ssd": Limit(0, 0),
    }


def test_limits_cost_one_call(wire: Wire) -> None:
    wire.quota()
    quota.limits(connection())
    assert len(wire.sent("GET", f"/os-quota-sets/{PROJECT}")) == 1


def test_an_administrator_reads_the_limits_of_another_project(wire: Wire) -> None:
    found = {"quota_set": {"snapshots": {"in_use": 1, "reserved": 0, "limit": 3}}}
    wire.says("GET", f"/os-quota-sets/{OTHER_PROJECT}?usage=True", found)
    assert quota.limits(connection(), OTHER_PROJECT) == {"snapshots": Limit(1, 3)}


def test_limits_of_another_project_are_not_told_to_everybody(wire: Wire) -> None:
    wire.fails("GET", f"/os-quota-sets/{OTHER_PROJECT}", 403)
    with pytest.raises(Forbidden):
        quota.limits(connection(), OTHER_PROJECT)


@pytest.mark.parametrize("project_id", ["", "../x"])
def test_a_project_that_is_none_is_not_taken_for_our_own(wire: Wire, project_id: str) -> None:
    wire.quota()
    with pytest.raises(NotFound):
        quota.limits(connection(), project_id)


def test_the_ids_of_instances_are_read_page_by_page(wire: Wire) -> None:
    more = [{"rel": "next", "href": f"{NOVA}/servers?marker=i2"}]
    first = {"servers": [{"id": "i1"}, {"id": "i2"}], "servers_links": more}
    wire.says("GET", f"{NOVA}/servers", first)
    wire.says("GET", f"{NOVA}/servers?marker=i2", {"servers": [{"id": "i3"}]})
    assert list(compute.instance_ids(connection())) == [("i1", "i2"), ("i3",)]
    # A service that does not heed the marker is not asked for ever.
    wire.says("GET", f"{NOVA}/servers?marker=i2", first)
    assert len(list(compute.instance_ids(connection()))) == 2
