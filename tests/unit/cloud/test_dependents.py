# SPDX-License-Identifier: Apache-2.0
"""Searching volumes made from a snapshot in parts; backups; deleting with snapshots."""

from datetime import datetime, timedelta, timezone

import pytest

from snapshot_dashboard.cloud import dependents
from snapshot_dashboard.cloud.dependents import Backup
from snapshot_dashboard.cloud.errors import Refused, ServiceFailed, SessionExpired
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.rules.source_search import SearchProgress, SourceSearch
from tests.unit.cloud.wire import SILENT, Json, Wire, connection, volume_json

LIST = "/volumes/detail"
HOUR = timedelta(hours=1)


def page(wire: Wire, *found: Json, more: bool = False, marker: str = "", **count: int) -> None:
    """Let the project's volumes go on with these, after ``marker`` if one is given."""
    body: Json = {"volumes": list(found), **count}
    if more:
        body["volumes_links"] = [{"rel": "next", "href": "elsewhere"}]
    wire.says("GET", f"{LIST}?marker={marker}" if marker else LIST, body)


def made_from(snapshot_id: str | None, *ids: str) -> list[Json]:
    """Return volumes made from a snapshot."""
    return [volume_json(each, snapshot_id=snapshot_id) for each in ids]


SINCE = datetime(2026, 11, 22, 6, 0, tzinfo=timezone.utc)
# An hour earlier: clocks differ.
EARLIEST = "gte:2026-11-22T05:00:00"


def seek(*ids: str, since: datetime | None = SINCE) -> SourceSearch:
    """Return what to look for."""
    return SourceSearch(frozenset(ids), since)


def test_one_part_is_one_call_and_finds_what_was_made_from_the_snapshots(wire: Wire) -> None:
    page(wire, *made_from("s1", "a"), *made_from(None, "b"), *made_from("s2", "c"), count=3)
    found = dependents.part(connection(), seek("s1"))
    assert [each.id for each in found.volumes] == ["a"]
    assert (found.after(SearchProgress()), found.marker) == (SearchProgress(3, 3), "")
    query = {"limit": "200", "sort": "created_at:asc", "with_count": "true"}
    assert wire.query(LIST) == query | {"created_at": EARLIEST}
    assert len(wire.sent("GET", LIST)) == 1
    both = dependents.part(connection(), seek("s1", "s2"))
    assert [each.id for each in both.volumes] == ["a", "c"]
    assert [each.id for each in both.made_from(["s2"])] == ["c"]


def test_it_goes_on_after_the_last_one_and_is_not_counted_again(wire: Wire) -> None:
    page(wire, *made_from(None, "a", "b"), more=True, count=3)
    first = dependents.part(connection(), seek("s1"))
    assert first.marker == "2026-11-22T06:00:00+00:00,b,a"
    page(wire, *made_from("s1", "c"), marker="b")
    # Its time is that of the beginning: who asks need not know it any more.
    for wanted in (seek("s1"), seek("s1", since=None), seek("s1", since=SINCE + HOUR)):
        second = dependents.part(connection(), wanted, first.marker)
        assert ([each.id for each in second.volumes], second.marker) == (["c"], "")
        assert second.after(first.after(SearchProgress())) == SearchProgress(3, 3)
        query = {"limit": "500", "sort": "created_at:asc", "created_at": EARLIEST, "marker": "b"}
        assert wire.query(LIST) == query


def test_never_more_are_told_than_there_were_when_they_were_counted(wire: Wire) -> None:
    page(wire, *made_from(None, "c", "d", "e"), marker="b")
    found = dependents.part(connection(), seek("s1"), f"{SINCE.isoformat()},b")
    assert found.after(SearchProgress(2, 4)) == SearchProgress(4, 4)
    assert found.after(SearchProgress(2)) == SearchProgress(5)


def test_it_begins_anew_where_an_older_snapshot_came_in_meanwhile(wire: Wire) -> None:
    page(wire, *made_from("s0", "a"), count=1)
    found = dependents.part(connection(), seek("s0", since=SINCE - HOUR), f"{SINCE.isoformat()},b")
    assert [each.id for each in found.volumes] == ["a"]
    assert wire.query(LIST)["created_at"] == "gte:2026-11-22T04:00:00"
    assert found.after(SearchProgress(700, 900)) == SearchProgress(1, 1)


def test_it_goes_on_after_an_earlier_one_when_the_last_is_deleted_meanwhile(wire: Wire) -> None:
    page(wire, *made_from("s1", "c"), marker="a")
    wire.fails("GET", f"{LIST}?marker=b", 404)
    found = dependents.part(connection(), seek("s1"), "b,a")
    assert [each.id for each in found.volumes] == ["c"]


def test_it_begins_again_when_none_of_them_is_left_and_counts_again(wire: Wire) -> None:
    page(wire, *made_from("s1", "x"), count=1)
    wire.fails("GET", f"{LIST}?marker=b", 404)
    found = dependents.part(connection(), seek("s1"), f"{SINCE.isoformat()},b,not&an=id")
    assert [each.id for each in found.volumes] == ["x"]
    query = wire.query(LIST)
    assert "marker" not in query
    assert (query["with_count"], query["created_at"]) == ("true", EARLIEST)
    assert found.after(SearchProgress(700, 900)) == SearchProgress(1, 1)


def test_some_that_are_hardly_older_are_read_and_not_counted(wire: Wire) -> None:
    """One of them may have been made from the snapshot: the clocks of two hosts differ."""
    early = volume_json("a", snapshot_id="s1", created_at="2026-11-22T05:59:59.999999")
    page(wire, early, *made_from(None, "b"), more=True, count=700)
    found = dependents.part(connection(), seek("s1"))
    assert [each.id for each in found.volumes] == ["a"]
    counted = found.after(SearchProgress())
    assert counted == SearchProgress(1, 699)
    page(wire, early, *made_from(None, "c"), marker="b")
    assert dependents.part(connection(), seek("s1"), found.marker).after(counted) == SearchProgress(
        2, 698
    )


@pytest.mark.parametrize(("version", "sent"), [("3.59", False), ("3.60", True), ("3.71", True)])
def test_a_cloud_that_does_not_know_times_is_not_asked_by_them(
    wire: Wire, version: str, sent: bool
) -> None:
    wire.versions(version)
    page(wire, *made_from(None, "a"), more=True, count=3)
    found = dependents.part(connection(), seek("s1"))
    assert ("created_at" in wire.query(LIST), found.newer) == (sent, sent)
    assert found.marker == ("2026-11-22T06:00:00+00:00,a" if sent else "a")


def test_a_time_that_is_not_known_is_not_asked_by(wire: Wire) -> None:
    page(wire, *made_from("s1", "a"), count=1)
    found = dependents.part(connection(), seek("s1", since=None))
    assert (found.newer, found.marker) == (False, "")
    assert "created_at" not in wire.query(LIST)


def test_where_members_may_not_filter_by_time_all_are_looked_at(wire: Wire) -> None:
    page(wire, *made_from("s1", "a"), more=True, count=9)
    wire.fails("GET", f"{LIST}?created_at={EARLIEST}", 400, "Invalid filters created_at")
    found = dependents.part(connection(), seek("s1"))
    assert ([each.id for each in found.volumes], found.newer, found.marker) == (["a"], False, "a")
    page(wire, *made_from("s1", "b"), marker="a")
    dependents.part(connection(), seek("s1"), found.marker)
    # Refused once in all.
    assert len(wire.sent("GET", LIST)) == 3
    for status in (409, 415):
        wire.fails("GET", f"{LIST}?created_at={EARLIEST}", status)
        with pytest.raises(Refused):
            dependents.part(connection(), seek("s1"))


def test_a_cloud_that_cannot_count_is_not_asked_to(wire: Wire) -> None:
    wire.versions("3.44")
    page(wire, *made_from(None, "a"))
    assert dependents.part(connection(), seek("s1")).after(SearchProgress(5, 9)) == SearchProgress(
        1
    )
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


def test_what_cannot_be_read_beside_is_not_known_but_an_ended_session_is_told(wire: Wire) -> None:
    wire.breaks("GET", "/backups/detail", SILENT)
    link = connection()
    assert known(link.start(lambda: dependents.backups_of(link, "v1")).get) is None
    wire.fails("GET", "/backups/detail", 401)
    with pytest.raises(SessionExpired):
        known(link.start(lambda: dependents.backups_of(link, "v1")).get)
    wire.fails("GET", LIST, 500)
    with pytest.raises(ServiceFailed):
        dependents.part(link, seek("s1"))


def test_a_wanted_deletion_is_remembered_for_everybody_of_the_region(wire: Wire) -> None:
    dependents.remember_deletion(connection(), "s-remembered")
    found = dependents.wanted_deleted(connection(token="another"), ["s-remembered", "s2"])
    assert found == {"s-remembered"}
    assert dependents.wanted_deleted(connection(region="Two"), ["s-remembered"]) == frozenset()
