# SPDX-License-Identifier: Apache-2.0
"""Volumes made from a snapshot, found part by part; backups; and deleting with snapshots."""

import pytest

from snapshot_dashboard.cloud import dependents
from snapshot_dashboard.cloud.dependents import Backup
from snapshot_dashboard.cloud.errors import ServiceFailed, SessionExpired
from snapshot_dashboard.cloud.facts import known
from tests.unit.cloud.wire import SILENT, Json, Wire, connection, volume_json

LIST = "/volumes/detail"


def page(wire: Wire, *found: Json, more: bool = False, marker: str = "", **count: int) -> None:
    """Let the project's volumes go on with these, after ``marker`` if one is given."""
    body: Json = {"volumes": list(found), **count}
    if more:
        body["volumes_links"] = [{"rel": "next", "href": "elsewhere"}]
    wire.says("GET", f"{LIST}?marker={marker}" if marker else LIST, body)


def made_from(snapshot_id: str | None, *ids: str) -> list[Json]:
    """Return volumes made from a snapshot."""
    return [volume_json(each, snapshot_id=snapshot_id) for each in ids]


def test_one_part_is_one_call_and_finds_what_was_made_from_the_snapshots(wire: Wire) -> None:
    page(wire, *made_from("s1", "a"), *made_from(None, "b"), *made_from("s2", "c"), count=3)
    found = dependents.part(connection(), ["s1"])
    assert [each.id for each in found.volumes] == ["a"]
    assert (found.checked, found.everything, found.marker) == (3, 3, "")
    assert wire.query(LIST) == {"limit": "500", "sort": "created_at:asc", "with_count": "true"}
    both = dependents.part(connection(), ["s1", "s2"])
    assert [each.id for each in both.volumes] == ["a", "c"]


def test_it_goes_on_after_the_last_one(wire: Wire) -> None:
    page(wire, *made_from(None, "a", "b"), more=True, count=3)
    first = dependents.part(connection(), ["s1"])
    assert first.marker == "b,a"
    page(wire, *made_from("s1", "c"), marker="b", count=3)
    second = dependents.part(connection(), ["s1"], first.marker)
    assert ([each.id for each in second.volumes], second.marker) == (["c"], "")


def test_it_goes_on_after_an_earlier_one_when_the_last_is_deleted_meanwhile(wire: Wire) -> None:
    page(wire, *made_from("s1", "c"), marker="a")
    wire.fails("GET", f"{LIST}?marker=b", 404)
    found = dependents.part(connection(), ["s1"], "b,a")
    assert [each.id for each in found.volumes] == ["c"]


def test_it_begins_again_when_none_of_them_is_left(wire: Wire) -> None:
    page(wire, *made_from("s1", "x"))
    wire.fails("GET", f"{LIST}?marker=b", 404)
    found = dependents.part(connection(), ["s1"], "b,not&an=id")
    assert [each.id for each in found.volumes] == ["x"]
    assert "marker" not in wire.query(LIST)


def test_a_cloud_that_cannot_count_is_not_asked_to(wire: Wire) -> None:
    wire.versions("3.44")
    page(wire, *made_from(None, "a"))
    assert dependents.part(connection(), ["s1"]).everything is None
    assert "with_count" not in wire.query(LIST)


def test_backups_are_those_of_the_volume(wire: Wire) -> None:
    backups = [
        {"id": "b1", "name": "weekly", "volume_id": "v1", "snapshot_id": "s1"},
        {"id": "b2", "name": None, "volume_id": "v1"},
        # A filter that is not heeded.
        {"id": "b3", "name": "foreign", "volume_id": "v2"},
    ]
    wire.says("GET", "/backups/detail", {"backups": backups})
    found = dependents.backups_of(connection(), "v1")
    assert found == (Backup("b1", "weekly", "v1", "s1"), Backup("b2", "", "v1"))
    assert [each.label for each in found] == ["weekly", "b2"]
    assert wire.query("/backups/detail")["volume_id"] == "v1"


def test_without_an_image_service_there_are_no_images(wire: Wire) -> None:
    assert dependents.images_of(connection(), ["s1"]).complete
    assert dependents.images_of(connection(image_url="http://image.test/v2"), []).complete


def test_snapshots_go_with_their_volume_only_when_it_is_said(wire: Wire) -> None:
    wire.says("DELETE", "/volumes/v1", None, 202)
    dependents.delete_with_snapshots(connection(), "v1")
    (sent,) = wire.sent("DELETE", "/volumes/v1")
    assert sent.qs == {"cascade": ["True"]}


def test_what_cannot_be_read_beside_is_not_known_but_an_ended_session_is_told(wire: Wire) -> None:
    wire.breaks("GET", "/backups/detail", SILENT)
    link = connection()
    assert known(link.start(lambda: dependents.backups_of(link, "v1")).get) is None
    wire.fails("GET", "/backups/detail", 401)
    with pytest.raises(SessionExpired):
        known(link.start(lambda: dependents.backups_of(link, "v1")).get)
    wire.fails("GET", LIST, 500)
    with pytest.raises(ServiceFailed):
        dependents.part(link, ["s1"])


def test_a_wanted_deletion_is_remembered_for_everybody_of_the_region(wire: Wire) -> None:
    dependents.remember_deletion(connection(), "s-remembered")
    found = dependents.wanted_deleted(connection(token="another"), ["s-remembered", "s2"])
    assert found == {"s-remembered"}
    assert dependents.wanted_deleted(connection(region="Two"), ["s-remembered"]) == frozenset()
