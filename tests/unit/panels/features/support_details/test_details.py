# SPDX-License-Identifier: Apache-2.0
"""The details of a snapshot and a volume for support staff."""

import json

import pytest

from snapshot_dashboard.panels.common.recommended_step import STEPS
from snapshot_dashboard.rules.attention import NextStep
from tests.unit.cloud.wire import (
    KEYSTONE,
    NOVA,
    OTHER_PROJECT,
    PROJECT,
    Json,
    Wire,
    snapshot_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Person
from tests.unit.panels.support import (
    HOST,
    HOSTILE,
    IMAGES,
    SNAPSHOT,
    SNAPSHOTS,
    UNREAD,
    VOLUME,
    VOLUMES,
    asked,
    attached,
    be_quiet,
    blockers,
    line,
    support_user,
    there_is,
    ticket,
)
from tests.unit.panels.support_dialogs import hear

OWNER = "os-extended-snapshot-attributes:project_id"

PAGES = pytest.mark.parametrize("address", [SNAPSHOT, VOLUME])


@pytest.fixture
def support(wire: Wire, log_in: LogIn) -> Person:
    """A member of support staff, of a cloud in which nothing is wrong."""
    be_quiet(wire)
    wire.snapshot()
    wire.says(
        "GET", "/snapshots/detail?volume_id=v1&with_count=true", {"snapshots": [], "count": 0}
    )
    there_is(wire)
    return log_in(support_user())


@PAGES
def test_what_a_volume_is_attached_to_is_named_and_linked_in_this_dashboard(
    wire: Wire, support: Person, address: str
) -> None:
    attached(wire, ("i1", "ACTIVE"), ("i2", "SHUTOFF"), multiattach=True)
    page = support.get(address)
    said = line(page, "Attached To")
    assert "name of i1 - Active - /dev/vdb" in said
    assert "name of i2 - Shutoff - /dev/vdb" in said
    assert page.all("//dl//a[@href='/admin/instances/i1/detail']")


@pytest.mark.parametrize(
    ("status", "step"),
    [
        ("error", NextStep.RECREATE),
        ("error_deleting", NextStep.FIND_OUT),
        ("restoring", NextStep.ASK_OWNER),
        ("deleting", NextStep.CHECK_DELETION),
        ("backing-up", NextStep.CHECK_BACKUP),
        ("available", None),
    ],
)
def test_the_next_step_is_shown_where_one_is_needed(
    wire: Wire, support: Person, status: str, step: NextStep | None
) -> None:
    long_ago = "2020-11-22T06:10:00.000000"
    wire.snapshot(status=status, created_at=long_ago, updated_at=long_ago)
    page = support.get(SNAPSHOT)
    found = page.all("//strong[.='Next step']/../../p[2]")
    assert [each.text_content() for each in found] == ([str(STEPS[step])] if step else [])
    assert ticket(page)[-1] == f"Next step: {STEPS[step] if step else 'none'}"


def test_a_service_that_is_down_comes_before_anything_else(wire: Wire, support: Person) -> None:
    service = {"binary": "cinder-volume", "host": HOST, "state": "down", "status": "enabled"}
    service["updated_at"] = "2026-11-22T15:52:00.000000"
    wire.says("GET", "/os-services", {"services": [service]})
    wire.snapshot(status="creating")
    page = support.get(SNAPSHOT)
    assert f"the storage service on {HOST} has been down" in page.text
    assert line(page, "Storage Service").startswith(f"{HOST}#p1 - Down since Nov. 22, 2026")
    assert blockers(page) == [
        "This snapshot is still being created and cannot be deleted yet It may still finish: "
        "large volumes can take hours."
    ]


@PAGES
def test_a_service_that_is_not_in_the_list_is_not_called_up(
    wire: Wire, support: Person, address: str
) -> None:
    wire.says("GET", "/os-services", {"services": []})
    assert line(support.get(address), "Storage Service") == f"{HOST}#p1 - Unknown"


@PAGES
def test_a_left_over_attachment_comes_with_the_command_that_ends_it(
    wire: Wire, support: Person, address: str
) -> None:
    attached(wire, ("i1", "ACTIVE"))
    wire.fails("GET", f"{NOVA}/servers/i1", 404)
    page = support.get(address)
    assert line(page, "Attached To").startswith("i1 - Not visible to you")
    if address == SNAPSHOT:
        return
    assert blockers(page) == [
        "This volume is still marked as attached to an instance that no longer exists: i1 "
        "Check on the hypervisor that nothing uses it. Then delete the attachment: "
        "openstack --os-volume-api-version 3.27 volume attachment delete a-i1 "
        "Reset the status only if that does not help."
    ]
    assert "attachment delete a-i1" in page.one("//ol[@class='sd-obstacles']//code").text
    assert any("no longer exists" in each for each in ticket(page))


def test_every_obstacle_of_a_volume_is_told_in_the_order_that_works(
    wire: Wire, support: Person
) -> None:
    attached(wire, ("i1", "ACTIVE"), group_id="g1")
    wire.says("GET", "/groups/g1", {"group": {"id": "g1", "name": "group"}})
    foreign = snapshot_json("s2", **{OWNER: OTHER_PROJECT})
    found = {"snapshots": [snapshot_json("s1"), foreign], "count": 2}
    wire.says("GET", "/snapshots/detail?volume_id=v1&with_count=true", found)
    page = support.get(VOLUME)
    assert blockers(page) == [
        "This volume is attached to name of i1 Detach the volume first.",
        "This volume belongs to a group Remove the volume from the group first.",
        "1 snapshot of this volume belongs to another project The owner of the volume cannot see "
        "it, and cannot delete the volume while it exists. Delete it if nobody needs it, or ask "
        "its owner. name of s2",
        "This volume has 1 snapshot, which must go first A volume cannot be deleted while it has "
        "snapshots. name of s1",
    ]
    assert page.all(f"//ol//a[@href='{SNAPSHOTS}s2']")
    assert line(page, "Snapshots") == "2"
    assert page.all(f"//dd/a[@href='{SNAPSHOTS}?field=volume_id&value=v1']")


def test_more_snapshots_than_are_named_are_counted(wire: Wire, support: Person) -> None:
    many = [snapshot_json(f"s{number}") for number in range(101)]
    found = {"snapshots": many, "count": 1234}
    wire.says("GET", "/snapshots/detail?volume_id=v1&with_count=true", found)
    assert line(support.get(VOLUME), "Snapshots") == "1,234"


def test_an_old_cloud_does_not_count(wire: Wire, support: Person) -> None:
    wire.versions("3.44")
    many = [snapshot_json(f"s{number}") for number in range(101)]
    wire.holds("snapshots", *many)
    assert line(support.get(VOLUME), "Snapshots") == "100 or more"
    wire.holds("snapshots", *many[:3])
    assert line(support.get(VOLUME), "Snapshots") == "3"


def test_a_foreign_snapshot_says_whose_and_what_it_means(wire: Wire, support: Person) -> None:
    wire.snapshot(**{OWNER: OTHER_PROJECT})
    wire.says("GET", f"/os-quota-sets/{OTHER_PROJECT}", {"quota_set": {}})
    page = support.get(SNAPSHOT)
    assert page.said("//div[contains(@class, 'alert-warning')]") == (
        f'This snapshot belongs to project "name of {OTHER_PROJECT}", its volume to '
        f'"name of {PROJECT}". The owner of the volume cannot see it, and cannot delete the volume '
        "while it exists. Delete it if nobody needs it, or ask its owner."
    )
    assert line(page, "Project") == f"name of {OTHER_PROJECT}"


def test_a_snapshot_whose_project_is_not_told_is_not_called_foreign(
    wire: Wire, support: Person
) -> None:
    nobodys: Json = {OWNER: None}
    wire.snapshot(**nobodys)
    page = support.get(SNAPSHOT)
    assert page.status == 200
    assert "This snapshot belongs to project" not in page.text
    assert line(page, "Project") == "Unknown"
    assert line(page, "Quota of the project") == UNREAD


def test_a_group_snapshot_leads_to_this_dashboard(wire: Wire, support: Person) -> None:
    """Stock's page links to the project's panel (horizon 27.0.0, _detail_overview.html:29)."""
    wire.snapshot(group_snapshot_id="gs1")
    wire.says("GET", "/group_snapshots/gs1", {"group_snapshot": {"id": "gs1", "name": "all of it"}})
    page = support.get(SNAPSHOT)
    (link,) = page.all("//dl[contains(@class, 'sd-lines')]//a[.//bdi='all of it']")
    assert link.get("href").startswith("/admin/vg_snapshots/gs1")
    assert blockers(page) == [
        "This snapshot is part of a group snapshot Delete the group snapshot instead."
    ]
    assert not page.all("//dl[contains(@class, 'sd-lines')]//a[starts-with(@href, '/project/')]")


def test_others_metadata_are_listed_and_our_notes_are_told_in_words(
    wire: Wire, support: Person
) -> None:
    notes = {"snapshot_dashboard:taken_while": "detached", "snapshot_dashboard:request": "r1"}
    wire.snapshot(metadata={**notes, "purpose": HOSTILE})
    page = support.get(SNAPSHOT)
    assert page.said("//dt[.='Metadata']/following-sibling::dd[1]") == f"purpose = {HOSTILE}"
    assert "snapshot_dashboard:" not in page.html
    assert page.said("//dt[.='Taken while']/following-sibling::dd[1]").startswith(
        "The volume was not attached to any instance when the snapshot was requested."
    )


def test_what_the_storage_service_told_is_quoted(wire: Wire, support: Person) -> None:
    def told(about: str, text: str) -> Json:
        said = {"id": "m1", "resource_uuid": about, "event_id": "VOLUME_SNAPSHOT_009_015"}
        said |= {"user_message": text, "request_id": "req-of-the-message"}
        return said | {"created_at": "2026-11-22T15:00:00.000000"}

    wire.says("GET", "/messages", {"messages": [told("s1", HOSTILE), told("s2", "not this")]})
    page = support.get(SNAPSHOT)
    assert HOSTILE in line(page, "Messages")
    assert "not this" not in page.text
    assert "req-of-the-message" in line(page, "Messages")
    assert "Request id req-of-the-message" in ticket(page)
    assert wire.query("/messages")["resource_uuid"] == "s1"


def test_images_that_would_stop_working_are_named(wire: Wire, support: Person) -> None:
    mapping = json.dumps([{"snapshot_id": "s1"}])
    image = {"id": "img1", "name": "web", "status": "active", "owner": PROJECT}
    wire.says("GET", IMAGES, {"images": [image | {"block_device_mapping": mapping}]})
    page = support.get(SNAPSHOT)
    assert line(page, "Images made of it") == (
        'Image "web" starts instances from this snapshot and will stop working without it.'
    )
    assert page.all("//dd//a[starts-with(@href, '/admin/images/img1')]")


def test_temporary_snapshots_of_the_volume_are_linked(wire: Wire, support: Person) -> None:
    temporary = snapshot_json("s9", consumes_quota=False)
    wire.says("GET", "/snapshots/detail?consumes_quota=false", {"snapshots": [temporary]})
    page = support.get(SNAPSHOT)
    assert line(page, "Temporary snapshots of the volume") == "name of s9"
    assert page.all(f"//dd//a[@href='{SNAPSHOTS}s9']")


@PAGES
def test_hostile_names_stay_text(wire: Wire, support: Person, address: str) -> None:
    wire.snapshot(name=HOSTILE, description=HOSTILE)
    there_is(wire, name=HOSTILE)
    for kind, path in (("project", f"projects/{PROJECT}"), ("user", "users/u-anna")):
        hostile = {kind: {"id": "x", "name": HOSTILE, "enabled": True}}
        wire.says("GET", f"{KEYSTONE}/{path}", hostile)
    page = support.get(address)
    assert "<script>alert" not in page.html
    assert line(page, "Project") == HOSTILE
    assert len([each for each in ticket(page) if each.startswith("Host ")]) == 1


def test_the_ticket_of_a_snapshot(wire: Wire, support: Person) -> None:
    attached(wire, ("i1", "ACTIVE"))
    assert ticket(support.get(SNAPSHOT)) == [
        f'Snapshot s1 "name of s1"  project name of {PROJECT} ({PROJECT})  region RegionOne',
        'Volume v1 "name of v1" In-use, attached to "name of i1" (Active)',
        "Status available, requested 2026-11-22T06:10Z by user name of u-anna",
        f"Host {HOST}#p1, storage service up, last report 2026-11-22T15:52Z",
        "Message: none",
        "Request id none",
        "Next step: none",
    ]


def test_the_ticket_of_a_volume(wire: Wire, support: Person) -> None:
    attached(wire, ("i1", "SHUTOFF"))
    found = ticket(support.get(VOLUME))
    assert found[0] == (
        f'Volume v1 "name of v1"  project name of {PROJECT} ({PROJECT})  region RegionOne'
    )
    assert 'Use: attached to "name of i1" (Shutoff)' in found
    assert "Snapshots: 0" in found


@pytest.mark.parametrize(
    ("address", "path", "index", "said"),
    [
        (SNAPSHOT, "/snapshots/s1", SNAPSHOTS, "Unable to retrieve snapshot details."),
        (VOLUME, "/volumes/v1", VOLUMES, "Unable to retrieve volume details."),
    ],
)
@pytest.mark.parametrize("met", [403, 404, 500])
def test_what_cannot_be_read_itself_leads_to_the_list(
    wire: Wire,
    support: Person,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    path: str,
    index: str,
    said: str,
    met: int,
) -> None:
    heard = hear(monkeypatch)
    wire.fails("GET", path, met, "the service's reason")
    answer = support.get(address)
    assert (answer.status, answer.headers["Location"]) == (302, index)
    (told,) = heard
    why = "role does not allow" if met == 403 else "answered with an internal error (HTTP 500)"
    assert told == said if met == 404 else told.startswith(said)
    assert met == 404 or (why in told and "the service&#x27;s reason" in told)


@PAGES
def test_a_page_costs_a_bounded_number_of_calls(wire: Wire, support: Person, address: str) -> None:
    attached(wire, ("i1", "ACTIVE"))
    support.get(address)
    first = asked(wire)
    # Glance lists hidden images by themselves.
    hidden = max(first.count("/v2/images") - 1, 0)
    assert len(first) - hidden == len(set(first)) <= 11 and hidden <= 1
    assert wire.query("/attachments")["all_tenants"] == "1"
    wire.mocker.reset_mock()
    support.get(address)
    assert len(asked(wire)) - hidden <= 9


def test_the_volumes_snapshots_are_those_of_all_projects_and_cannot_be_sorted_here(
    wire: Wire, support: Person
) -> None:
    foreign = snapshot_json("s2", **{OWNER: OTHER_PROJECT})
    wire.says("GET", "/snapshots/detail?volume_id=v1", {"snapshots": [foreign], "count": 1})
    page = support.get(f"{VOLUME}?tab=volume_details__snapshots_tab")
    (row,) = page.all("//tr[@data-object-id='s2']")
    assert "Other project" in row.text_content()
    assert page.all("//th//a[@class='sd-sort']") == []
    assert page.all(f"//a[@href='{SNAPSHOTS}?field=volume_id&value=v1']")
