# SPDX-License-Identifier: Apache-2.0
"""Names for ids: remembered for a short time, never across projects or rights."""

import pytest

from snapshot_dashboard.cloud import names
from snapshot_dashboard.cloud.names import Brief
from snapshot_dashboard.cloud.session import Connection
from tests.unit.cloud.wire import NOVA, Wire, connection


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


def test_a_volume_is_remembered_with_whether_it_boots(wire: Wire) -> None:
    wire.volume(name="", bootable="true")
    found = names.look_up(connection(), "volume", ["v1"])
    assert found == {"v1": Brief("v1", bootable=True)}


def test_the_same_id_of_another_kind_is_another_name(wire: Wire) -> None:
    wire.volume("i1")
    names.look_up(connection(), "volume", ["i1"])
    assert names.remembered(connection(), "instance", ["i1"]) == {}
