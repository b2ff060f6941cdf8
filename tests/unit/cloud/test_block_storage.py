# SPDX-License-Identifier: Apache-2.0
"""Requests to Cinder, and how its answers are read."""

from datetime import datetime, timezone
from typing import Any

import pytest

from snapshot_dashboard.cloud import block_storage
from snapshot_dashboard.cloud.block_storage import Transfer
from snapshot_dashboard.cloud.errors import (
    AnswerUnreadable,
    CloudError,
    Forbidden,
    NotFound,
    Refused,
)
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.volume import Attachment
from tests.unit.cloud.wire import (
    PROJECT,
    REQUEST_ID,
    TOKEN,
    Wire,
    attachment_json,
    connection,
    snapshot_json,
    volume_json,
)

NEWEST = PageRequest(size=2)


@pytest.mark.parametrize(
    ("highest", "used"),
    [("3.71", "volume 3.65"), ("3.65", "volume 3.65"), ("3.59", "volume 3.59"), ("3.0", None)],
)
def test_requests_go_out_at_the_highest_version_that_still_refuses_attached_volumes(
    wire: Wire, highest: str, used: str | None
) -> None:
    wire.versions(highest)
    wire.volume()
    block_storage.volume(connection(), "v1")
    headers = wire.sent("GET", "/volumes/v1")[0].headers
    assert headers.get("OpenStack-API-Version") == used


@pytest.mark.parametrize("version", [None, "", "2.0", "v3", ["odd"]])
def test_a_service_that_names_no_version_of_ours_is_asked_at_the_first(
    wire: Wire, version: object
) -> None:
    wire.says("GET", "http://storage.test/", {"versions": [{"id": "v3.0", "version": version}]})
    wire.says("GET", "/volumes/v1", {"volume": volume_json()})
    assert block_storage.volume(connection(), "v1").id == "v1"


def test_requests_carry_the_persons_own_token(wire: Wire) -> None:
    wire.volume()
    block_storage.volume(connection(), "v1")
    assert wire.sent("GET", "/volumes/v1")[0].headers["X-Auth-Token"] == TOKEN


def test_versions_are_asked_for_once_for_all_projects(wire: Wire) -> None:
    for project in ("p1", "p2"):
        url = f"http://storage.test/v3/{project}"
        wire.says("GET", f"{url}/volumes/v1", {"volume": volume_json()})
        block_storage.volume(connection(block_storage_url=url, project_id=project), "v1")
    assert len(wire.sent("GET", "http://storage.test/")) == 1


def test_a_volume_is_read_with_all_that_decides(wire: Wire) -> None:
    wire.volume(
        status="in-use",
        bootable="true",
        multiattach=True,
        attachments=[attachment_json("i1", host_name="kvm-7")],
        metadata={"k": "v"},
        volume_image_metadata={"os": "linux"},
    )
    found = block_storage.volume(connection(), "v1")
    assert (found.id, found.name, found.size, found.status) == ("v1", "name of v1", 20, "in-use")
    assert (found.project_id, found.type_name, found.description) == (PROJECT, "ssd", "")
    assert (found.bootable, found.encrypted, found.multiattach) == (True, False, True)
    assert found.created_at == datetime(2026, 11, 22, 6, 10, tzinfo=timezone.utc)
    assert found.attachments == (Attachment("a-i1", "i1", "/dev/vdb", "kvm-7"),)
    assert (found.metadata, found.image_metadata) == ({"k": "v"}, {"os": "linux"})


def test_a_volume_that_says_little_is_read_all_the_same(wire: Wire) -> None:
    bare = {"id": "v1", "size": 1, "status": "creating"}
    wire.says("GET", "/volumes/v1", {"volume": bare})
    found = block_storage.volume(connection(), "v1")
    assert (found.name, found.project_id, found.encrypted) == ("", None, None)
    assert found.created_at is None
    # Not told is not the same as none.
    assert found.attachments == (Attachment(id=""),)


def test_a_host_attachment_has_no_instance(wire: Wire) -> None:
    wire.volume(attachments=[attachment_json(None, host_name="kvm-7")])
    found = block_storage.volume(connection(), "v1")
    assert found.attachments == (Attachment("a-None", None, "/dev/vdb", "kvm-7"),)


def test_a_snapshot_is_read_with_all_that_decides(wire: Wire) -> None:
    wire.snapshot(group_snapshot_id="g1", metadata={"k": "v"}, consumes_quota=False)
    found = block_storage.snapshot(connection(), "s1")
    assert (found.id, found.name, found.size, found.status) == ("s1", "name of s1", 20, "available")
    assert (found.volume_id, found.project_id, found.user_id) == ("v1", PROJECT, "u-anna")
    assert (found.group_snapshot_id, found.metadata) == ("g1", {"k": "v"})
    assert not found.counts_against_quota


@pytest.mark.parametrize("resource", ["volumes", "snapshots"])
def test_a_page_asks_for_one_row_more_sorted_and_filtered_by_the_service(
    wire: Wire, resource: str
) -> None:
    wire.says("GET", f"/{resource}/detail", {resource: []})
    request = PageRequest(
        size=20, sort="status", descending=False, filters={"name": "web"}, marker="m1"
    )
    getattr(block_storage, resource)(connection(), request)
    assert wire.query(f"/{resource}/detail") == {
        "limit": "21",
        "marker": "m1",
        "name": "web",
        "sort": "status:asc",
    }


@pytest.mark.parametrize(
    ("resource", "one"), [("volumes", volume_json), ("snapshots", snapshot_json)]
)
def test_the_extra_row_of_a_page_is_not_shown(wire: Wire, resource: str, one: Any) -> None:
    rows = [one(each) for each in ("x1", "x2", "x3")]
    wire.says("GET", f"/{resource}/detail", {resource: rows})
    page = getattr(block_storage, resource)(connection(), NEWEST)
    assert [each.id for each in page.items] == ["x1", "x2"]
    assert (page.more, page.previous) == (True, False)


@pytest.mark.parametrize("resource", ["volumes", "snapshots"])
def test_a_page_costs_one_call_even_when_the_service_links_the_next(
    wire: Wire, resource: str
) -> None:
    one = volume_json if resource == "volumes" else snapshot_json
    wire.says(
        "GET",
        f"/{resource}/detail",
        {
            resource: [one(each) for each in ("x1", "x2", "x3")],
            f"{resource}_links": [{"rel": "next", "href": "http://storage.test/v3/more"}],
        },
    )
    getattr(block_storage, resource)(connection(), NEWEST)
    assert len(wire.sent("GET", f"/{resource}/detail")) == 1


def test_a_list_is_read_as_it_is_told_in_one_call(wire: Wire) -> None:
    told = {"volumes": [volume_json()], "volumes_links": [{"rel": "next", "href": "x"}]}
    wire.says("GET", "/volumes/detail", told)
    query: dict[str, str | int | None] = {"sort": "updated_at:asc", "limit": 20, "marker": None}
    query |= {"name": "", "name~": "a b"}
    found = connection().cinder("GET", "/volumes/detail", query=query)
    assert found.records("volumes") == told["volumes"]
    assert found.is_followed("volumes")
    (request,) = wire.sent("GET", "/volumes/detail")
    assert wire.query("/volumes/detail") == {
        "sort": "updated_at:asc",
        "limit": "20",
        "name~": "a b",
    }
    assert "&name=" not in request.url
    assert request.headers["OpenStack-API-Version"] == "volume 3.65"
    assert request.headers["X-Auth-Token"] == TOKEN


@pytest.mark.parametrize(("status", "kind"), [(403, Forbidden), (404, NotFound)])
def test_a_list_that_is_not_given_is_an_error(
    wire: Wire, status: int, kind: type[CloudError]
) -> None:
    wire.fails("GET", "/volumes/detail", status, "why")
    with pytest.raises(kind) as caught:
        connection().cinder("GET", "/volumes/detail")
    assert (caught.value.reason, caught.value.request_id) == ("why", REQUEST_ID)


def test_a_list_that_cannot_be_read_is_a_failure_of_the_service(wire: Wire) -> None:
    wire.says("GET", "/volumes/detail", None)
    with pytest.raises(AnswerUnreadable):
        block_storage.volumes(connection(), NEWEST)


def test_attachment_records_of_our_own_volume_are_asked_for_by_volume(wire: Wire) -> None:
    wire.records("v1", "i1", None)
    found = block_storage.attachment_records(connection(), "v1")
    assert found == (Attachment("a-i1", "i1"), Attachment("a-None", None))
    assert wire.query("/attachments") == {"volume_id": "v1"}


def test_attachment_records_of_another_projects_volume_need_all_projects(wire: Wire) -> None:
    wire.records("v1", "i1", everywhere=True)
    block_storage.attachment_records(connection(), "v1", all_projects=True)
    assert wire.query("/attachments") == {"volume_id": "v1", "all_tenants": "1"}


def test_a_service_without_attachment_records_says_nothing_about_them(wire: Wire) -> None:
    wire.versions("3.26")
    assert block_storage.attachment_records(connection(), "v1") is None


@pytest.mark.parametrize("force", [True, False])
def test_a_snapshot_is_forced_exactly_when_that_was_said(wire: Wire, force: bool) -> None:
    wire.says("POST", "/snapshots", {"snapshot": snapshot_json(status="creating")}, 202)
    made = block_storage.create_snapshot(
        connection(), "v1", name="n", description="d", force=force, metadata={"k": "v"}
    )
    (request,) = wire.sent("POST", "/snapshots")
    assert request.json() == {
        "snapshot": {
            "volume_id": "v1",
            "force": force,
            "name": "n",
            "description": "d",
            "metadata": {"k": "v"},
        }
    }
    assert request.headers["OpenStack-API-Version"] == "volume 3.65"
    assert (made.id, made.status) == ("s1", "creating")


def test_a_made_snapshot_is_not_read_again(wire: Wire) -> None:
    bare = {"id": "s1", "size": 20, "volume_id": "v1", "status": "creating", "name": "n"}
    wire.says("POST", "/snapshots", {"snapshot": bare}, 202)
    made = block_storage.create_snapshot(
        connection(), "v1", name="n", description="", force=False, metadata={}
    )
    assert made.label == "n"
    assert wire.mocker.request_history[-1].method == "POST"


def test_a_volume_is_made_of_what_was_chosen(wire: Wire) -> None:
    wire.says("POST", "/volumes", {"volume": volume_json("v2", status="creating")}, 202)
    made = block_storage.create_volume(
        connection(),
        "s1",
        name="n",
        description="d",
        size=30,
        metadata={"k": "v"},
        type_name="hdd",
        availability_zone="az2",
    )
    sent = wire.sent("POST", "/volumes")[0].json()["volume"]
    wanted = {"snapshot_id": "s1", "name": "n", "description": "d", "size": 30}
    wanted |= {"volume_type": "hdd", "availability_zone": "az2", "metadata": {"k": "v"}}
    assert {key: value for key, value in sent.items() if value not in (None, {})} == wanted
    assert made.id == "v2"


def test_type_and_zone_that_were_not_chosen_are_left_to_the_service(wire: Wire) -> None:
    wire.says("POST", "/volumes", {"volume": volume_json("v2")}, 202)
    block_storage.create_volume(connection(), "s1", name="", description="", size=20, metadata={})
    sent = wire.sent("POST", "/volumes")[0].json()["volume"]
    assert (sent["volume_type"], sent["availability_zone"]) == (None, None)


def test_a_volume_is_deleted_alone_and_unforced(wire: Wire) -> None:
    wire.says("DELETE", "/volumes/x1", None, 202)
    block_storage.delete_volume(connection(), "x1")
    (request,) = wire.sent("DELETE", "/volumes/x1")
    assert (request.query, request.body) == ("", None)


def test_volume_types_are_read_by_name(wire: Wire) -> None:
    types = [{"id": "t1", "name": "ssd", "description": None}, {"id": "t2", "name": "hdd"}]
    wire.says("GET", "/types", {"volume_types": types})
    assert block_storage.type_names(connection()) == ("ssd", "hdd")


def test_only_zones_that_can_be_used_are_read(wire: Wire) -> None:
    zones = [
        {"zoneName": "nova", "zoneState": {"available": True}},
        {"zoneName": "old", "zoneState": {"available": False}},
    ]
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": zones})
    assert block_storage.availability_zones(connection()) == ("nova",)


def test_transfers_are_read_by_volume(wire: Wire) -> None:
    transfer = {"id": "t1", "name": None, "volume_id": "v1", "created_at": "2026"}
    for path in ("/os-volume-transfer/detail", "/volume-transfers/detail"):
        wire.says("GET", path, {"transfers": [transfer]})
    assert block_storage.transfers(connection()) == {"v1": Transfer("t1", "", "2026")}


def test_groups_are_read_by_name_or_id(wire: Wire) -> None:
    wire.says("GET", "/groups/g1", {"group": {"id": "g1", "name": "nightly"}})
    wire.says("GET", "/group_snapshots/gs1", {"group_snapshot": {"id": "gs1", "name": None}})
    assert block_storage.group_name(connection(), "g1") == "nightly"
    assert block_storage.group_snapshot_name(connection(), "gs1") == "gs1"


def test_what_does_not_exist_is_not_found(wire: Wire) -> None:
    wire.fails("GET", "/volumes/v1", 404)
    with pytest.raises(NotFound):
        block_storage.volume(connection(), "v1")


@pytest.mark.parametrize("kind", ["snapshots", "volumes"])
def test_what_cannot_be_read_may_be_what_a_form_has_made(wire: Wire, kind: str) -> None:
    """Taken for nothing, it would be made a second time."""
    make = snapshot_json if kind == "snapshots" else volume_json
    odd, ours = {**make("x1"), "id": None}, make("x2", metadata={"request": "r1"})

    def look() -> list[str]:
        if kind == "snapshots":
            found = block_storage.snapshots_with(connection(), "v1", "request", "r1")
            return [each.id for each in found]
        return [each.id for each in block_storage.volumes_with(connection(), "request", "r1")]

    wire.says("GET", f"/{kind}/detail", {kind: [odd]})
    with pytest.raises(AnswerUnreadable):
        look()
    wire.says("GET", f"/{kind}/detail", {kind: [odd, ours]})
    assert look() == ["x2"]
    wire.says("GET", f"/{kind}/detail", {kind: []})
    assert look() == []


def test_a_service_that_was_put_back_is_asked_again_for_its_versions(wire: Wire) -> None:
    wire.volume()
    block_storage.volume(connection(), "v1")
    wire.versions("3.59")
    with pytest.raises(Refused, match=r"Version 3\.65 is not supported") as caught:
        block_storage.volume(connection(), "v1")
    assert (caught.value.status, len(wire.too_new)) == (406, 1)
    wire.too_new.clear()
    block_storage.volume(connection(), "v1")
    headers = wire.sent("GET", "/volumes/v1")[-1].headers
    assert headers["OpenStack-API-Version"] == "volume 3.59"
