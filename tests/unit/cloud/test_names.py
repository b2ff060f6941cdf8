# SPDX-License-Identifier: Apache-2.0
"""Cached names: for a short time, never across projects or rights."""

import pytest

from snapshot_dashboard.cloud import names
from snapshot_dashboard.cloud.names import Brief
from snapshot_dashboard.cloud.session import Connection
from tests.unit.cloud.wire import KEYSTONE, NOVA, OTHER_PROJECT, TOKEN, Json, Wire, connection


def look_up(link: Connection, *ids: str) -> dict[str, Brief]:
    """Look up instances."""
    return dict(names.look_up(link, "instance", ids))


def test_a_name_is_asked_for_once(wire: Wire) -> None:
    wire.instance("i1")
    assert look_up(connection(), "i1") == {"i1": Brief("name of i1")}
    assert look_up(connection(), "i1", "i1") == {"i1": Brief("name of i1")}
    assert len(wire.sent("GET", f"{NOVA}/servers/i1")) == 1


def test_what_is_remembered_costs_no_call(wire: Wire) -> None:
    assert names.remembered(connection(), "instance", ["i1"]) == {}
    assert wire.mocker.request_history == []


@pytest.mark.parametrize(
    "other", [{"project_id": "p2"}, {"rights": "admin"}, {"region": "RegionTwo"}]
)
def test_a_name_is_not_remembered_for_another_project_role_or_region(
    wire: Wire, other: dict[str, str]
) -> None:
    wire.instance("i1")
    look_up(connection(), "i1")
    assert names.remembered(connection(**other), "instance", ["i1"]) == {}


def test_another_persons_token_of_the_same_rights_shares_what_is_remembered(wire: Wire) -> None:
    wire.instance("i1")
    look_up(connection(), "i1")
    assert names.remembered(connection(token="another"), "instance", ["i1"])


def test_parts_of_a_scope_cannot_be_shifted_into_each_other(wire: Wire) -> None:
    wire.instance("i1")
    look_up(connection(project_id="a", rights="b,c"), "i1")
    assert names.remembered(connection(project_id="a,b", rights="c"), "instance", ["i1"]) == {}


def test_a_name_that_cannot_be_read_is_left_out(wire: Wire) -> None:
    wire.instance("i1")
    wire.fails("GET", f"{NOVA}/servers/i2", 404)
    assert set(look_up(connection(), "i1", "i2")) == {"i1"}


def test_a_failure_is_not_remembered(wire: Wire) -> None:
    wire.fails("GET", f"{NOVA}/servers/i1", 500)
    assert look_up(connection(), "i1") == {}
    wire.instance("i1")
    assert look_up(connection(), "i1") == {"i1": Brief("name of i1")}


def test_a_volume_is_remembered_with_whether_it_boots_and_its_type(wire: Wire) -> None:
    wire.volume(name="", bootable="true")
    found = names.look_up(connection(), "volume", ["v1"])
    assert found == {"v1": Brief("v1", bootable=True, type_name="ssd")}


def test_the_same_id_of_another_kind_is_another_name(wire: Wire) -> None:
    wire.volume("i1")
    names.look_up(connection(), "volume", ["i1"])
    assert names.remembered(connection(), "instance", ["i1"]) == {}


def keystone_tells_only(wire: Wire, token: str, path: str, body: Json) -> None:
    """Let Keystone tell something to one token, and refuse it to every other."""
    url = f"{KEYSTONE}/{path}"
    wire.fails("GET", url, 403)
    wire.mocker.get(url, json=body, request_headers={"X-Auth-Token": token})


def test_a_projects_name_that_an_admin_read_is_not_given_to_a_member(wire: Wire) -> None:
    told = {"project": {"id": OTHER_PROJECT, "name": "a secret customer"}}
    keystone_tells_only(wire, "admin's", f"projects/{OTHER_PROJECT}", told)
    admin = connection(identity_url=KEYSTONE, token="admin's", rights="admin,member,reader")
    member = connection(identity_url=KEYSTONE)
    wanted = [OTHER_PROJECT]
    secret = {OTHER_PROJECT: Brief("a secret customer")}
    assert names.look_up(admin, "project", wanted) == secret
    assert names.look_up(member, "project", wanted) == {}
    assert names.remembered(member, "project", wanted) == {}
    assert names.remembered(admin, "project", wanted) == secret


def test_ones_own_name_is_not_given_to_a_colleague_of_the_same_role(wire: Wire) -> None:
    keystone_tells_only(wire, TOKEN, "users/u-anna", {"user": {"id": "u-anna", "name": "anna"}})
    anna = connection(identity_url=KEYSTONE)
    colleague = connection(identity_url=KEYSTONE, token="another")
    assert names.look_up(anna, "user", ["u-anna"]) == {"u-anna": Brief("anna")}
    assert names.remembered(anna, "user", ["u-anna"]) == {"u-anna": Brief("anna")}
    assert names.remembered(colleague, "user", ["u-anna"]) == {}
    assert names.look_up(colleague, "user", ["u-anna"]) == {}


def test_without_keystone_people_are_left_out(wire: Wire) -> None:
    assert names.look_up(connection(), "project", ["p1"]) == {}
    assert names.look_up(connection(), "user", ["u1"]) == {}
    assert wire.mocker.request_history == []
