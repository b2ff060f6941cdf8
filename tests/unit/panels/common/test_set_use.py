# SPDX-License-Identifier: Apache-2.0
"""What every page of a set offers: to delete its snapshots as one, and to launch an instance."""

from typing import Any

import pytest
from openstack_dashboard import policy

from tests.unit.cloud.test_images import GLANCE, IMAGES, image
from tests.unit.cloud.wire import Wire, snapshot_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.snapshot_set.test_snapshot_set_result import address, member
from tests.unit.panels.person import CATALOG, SNAPSHOTS, Answer, Person, service, user

OF_IMAGE = f"{SNAPSHOTS}of_image/i1/"
OF_GROUP = f"{SNAPSHOTS}of_group_snapshot/g1/"
DELETE = f"{SNAPSHOTS}delete/several/?id=s1&id=s2&next=%2Fproject%2Fsnapshots%2F"


def uses(page: Answer) -> dict[str, str]:
    """Return the links of what can be done with the set, by their texts."""
    found = page.all("//ul[@class='sd-set-use']/li/a")
    return {each.text_content(): each.get("href") for each in found}


@pytest.fixture
def anna(person: Person, log_in: LogIn) -> Person:
    """A member in a region with Glance."""
    return log_in(user("member", "reader", catalog=[*CATALOG, service("image", GLANCE)]))


def test_a_set_is_deleted_by_one_dialog_about_all_of_its_snapshots(
    wire: Wire, person: Person
) -> None:
    failed = member("v3", "error", id="s3")
    wire.holds("snapshots", failed, member("v2", id="s2"), member("v1", id="s1"))
    wire.says("GET", "/messages?resource_uuid=s3&limit=1&sort=created_at:desc", {"messages": []})
    wire.holds("volumes")
    for each in ("v1", "v2", "v3"):
        wire.volume(each)
    page = person.get(address("v1", "v2", "v3"))
    # One that failed is no part of it: it is made again, or deleted by itself.
    assert uses(page)["Delete These Snapshots"] == DELETE


def test_so_are_those_of_an_image(wire: Wire, anna: Person) -> None:
    wire.says("GET", f"{IMAGES}/i1", image("i1", "s1", "s2"))
    wire.snapshot("s1")
    wire.snapshot("s2")
    wire.holds("volumes")
    wire.volume("v1")
    assert uses(anna.get(OF_IMAGE))["Delete These Snapshots"] == DELETE


def test_their_instance_goes_back_where_that_is_switched_on(
    wire: Wire, anna: Person, settings: Any
) -> None:
    wire.says("GET", f"{IMAGES}/i1", image("i1", "s1", "s2"))
    wire.snapshot("s1")
    wire.snapshot("s2")
    wire.holds("volumes")
    wire.volume("v1")
    assert "Revert Instance" not in uses(anna.get(OF_IMAGE))
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": "proved"}
    url = uses(anna.get(OF_IMAGE))["Revert Instance"]
    assert url.startswith("/project/volumes/revert_in_place/?snapshot=s1&snapshot=s2&next=")


def test_those_of_a_group_snapshot_are_deleted_with_it(wire: Wire, person: Person) -> None:
    said = {"id": "g1", "name": "<before>", "group_id": "grp1"}
    wire.says("GET", "/group_snapshots/g1", {"group_snapshot": said})
    wire.says("GET", "/groups/grp1?list_volume=true", {"group": {"id": "grp1", "volumes": ["v1"]}})
    of_group = snapshot_json("s1", group_snapshot_id="g1")
    wire.holds("snapshots", snapshot_json("s9"), of_group)
    wire.holds("volumes")
    wire.volume("v1")
    page = person.get(OF_GROUP)
    assert "<before>" in page.text and "name of s1" in page.text and "name of s9" not in page.text
    assert "Delete These Snapshots" not in uses(page)
    assert uses(page)["Show group snapshot"] == "/project/vg_snapshots/g1/detail/"
    assert "Delete Snapshot, there, deletes all of them." in page.text


def test_a_group_snapshot_that_is_gone_is_told(wire: Wire, person: Person) -> None:
    wire.fails("GET", "/group_snapshots/g1", 404)
    page = person.get(OF_GROUP)
    assert page.problem == "This group snapshot no longer exists, or you cannot see it"
    assert uses(page) == {}


def test_the_details_of_a_groups_snapshot_lead_to_its_set(wire: Wire, person: Person) -> None:
    wire.snapshot("s1", group_snapshot_id="g1")
    wire.says("GET", "/group_snapshots/g1", {"group_snapshot": {"id": "g1", "name": "before"}})
    wire.volume("v1")
    page = person.get(f"{SNAPSHOTS}s1")
    assert page.all(f"//a[@href='{OF_GROUP}'][text()='Show set']")


def test_what_a_role_may_not_do_is_not_offered(
    wire: Wire, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*_said: Any) -> bool:
        return False

    wire.says("GET", f"{IMAGES}/i1", image("i1", "s1"))
    wire.snapshot("s1")
    monkeypatch.setattr(policy, "check", check)
    assert uses(anna.get(OF_IMAGE)) == {}
