# SPDX-License-Identifier: Apache-2.0
"""One call for a list of volumes or snapshots: what is sent, and what is made of the answer."""

import pytest

from snapshot_dashboard.cloud import lists
from snapshot_dashboard.cloud.errors import AnswerUnreadable
from snapshot_dashboard.rules.listing import PageRequest
from tests.unit.cloud.wire import Wire, connection, snapshot_json, volume_json

LIST = "/volumes/detail"
MORE = [{"rel": "next", "href": "x"}]


def test_an_entry_without_an_id_keeps_its_place(wire: Wire) -> None:
    wire.says("GET", LIST, {"volumes": [volume_json("v1"), {}, volume_json("v2")]})
    found = lists.read(connection(), lists.VOLUMES, {})
    assert [each and each.id for each in found.entries] == ["v1", None, "v2"]
    assert [each.id for each in found.items] == ["v1", "v2"]
    assert found.last == "v2"


def test_none_is_left_out_of_what_has_to_be_whole(wire: Wire) -> None:
    wire.says("GET", LIST, {"volumes": [volume_json("v1"), {}]})
    with pytest.raises(AnswerUnreadable):
        lists.read(connection(), lists.VOLUMES, {}, whole=True)


@pytest.mark.parametrize(
    ("limit", "links", "complete"),
    [(3, [], True), (2, [], False), (3, MORE, False), (3, [{}], False), (None, [], False)],
)
def test_a_list_ends_only_where_cinder_says_so(
    wire: Wire, limit: int | None, links: list[object], complete: bool
) -> None:
    held = {"snapshots": [snapshot_json("s1"), snapshot_json("s2")], "snapshots_links": links}
    wire.says("GET", "/snapshots/detail", held)
    found = lists.read(connection(), lists.SNAPSHOTS, {"limit": limit})
    assert (found.complete, found.followed) == (complete, links == MORE)


def test_a_literal_is_quoted_and_several_values_are_one(wire: Wire) -> None:
    wire.holds("volumes")
    request = PageRequest(size=2, filters={"project_id": "1e5", "name": "None"})
    among = {"status": ("error", "in-use")}
    lists.page(connection(), lists.VOLUMES, request, among=among, everywhere=True, counted=True)
    assert wire.query(LIST) == {
        "project_id": "'1e5'",
        "name": "None",
        "status": "['error','in-use']",
        "limit": "3",
        "sort": "created_at:desc",
        "all_tenants": "1",
        "with_count": "true",
    }


@pytest.mark.parametrize(("version", "asked"), [("3.44", False), ("3.45", True)])
def test_only_a_cinder_that_can_count_is_asked_to(wire: Wire, version: str, asked: bool) -> None:
    wire.versions(version)
    wire.holds("volumes")
    lists.read(connection(), lists.VOLUMES, {}, counted=True)
    assert ("with_count" in wire.query(LIST)) is asked
