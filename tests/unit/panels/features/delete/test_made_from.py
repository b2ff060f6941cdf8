# SPDX-License-Identifier: Apache-2.0
"""Searching volumes made from a snapshot in parts, and when stock's question suffices."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.unit.cloud.wire import OTHER_PROJECT, PROJECT, Json, Wire, snapshot_json, volume_json
from tests.unit.panels.features.delete.deletion import (
    HOSTILE,
    OF_SNAPSHOT,
    OF_VOLUME,
    asks,
    deleted,
    dependency,
    heads,
    send,
    snapshots,
    there_is,
)
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Person
from tests.unit.panels.support_dialogs import buttons


@pytest.fixture(autouse=True)
def can_be_deleted(wire: Wire, person: Person) -> None:
    """A volume and a snapshot that can be deleted."""
    there_is(wire)


# Whether stock's question is enough.


def test_stock_asks_where_there_is_nothing_to_tell(wire: Wire, person: Person) -> None:
    assert asks(person, OF_VOLUME) and asks(person, OF_SNAPSHOT)


def test_stock_does_not_ask_where_there_is(wire: Wire, person: Person) -> None:
    wire.holds("volumes", volume_json("v9", snapshot_id="s1"))
    assert not asks(person, OF_SNAPSHOT)
    query = {"limit": "200", "sort": "created_at:asc", "created_at": "gte:2026-11-22T05:10:00"}
    assert wire.query("/volumes/detail") == query
    snapshots(wire, snapshot_json("s1"))
    assert not asks(person, OF_VOLUME)


def test_more_volumes_than_one_part_are_looked_through_in_the_dialog(
    wire: Wire, person: Person
) -> None:
    links = [{"rel": "next", "href": "elsewhere"}]
    wire.says("GET", "/volumes/detail", {"volumes": [volume_json("v9")], "volumes_links": links})
    assert not asks(person, OF_SNAPSHOT)
    wire.fails("GET", "/volumes/detail", 500)
    assert not asks(person, OF_SNAPSHOT)


def test_where_nothing_depends_nothing_is_looked_through(
    wire: Wire, person: Person, settings: Any
) -> None:
    dependency(settings, "never")
    wire.fails("GET", "/volumes/detail", 500)
    assert asks(person, OF_SNAPSHOT)


# By the type of the volume that a snapshot is of.

BY_TYPE = {"*": "never", "ssd": "always"}


def test_the_volume_s_type_decides(wire: Wire, person: Person, settings: Any) -> None:
    dependency(settings, BY_TYPE)
    snapshots(wire, snapshot_json("s1"))
    wire.holds("volumes", volume_json("v9", snapshot_id="s1"))
    send(person, OF_VOLUME, cascade="on")
    assert deleted(wire) == []
    looked_at = person.get(OF_VOLUME).one("//*[@data-sd-dependents]").get("data-sd-dependents")
    assert looked_at == f"{VOLUMES}v1/dependents/?type=ssd"
    answer = part(person, looked_at.partition("?")[0], type="ssd", done=0, found=0)
    assert answer["blocked"]
    wire.volume(volume_type="hdd")
    send(person, OF_VOLUME, cascade="on")
    assert deleted(wire) == ["/volumes/v1?cascade=True"]


def test_the_type_of_a_snapshot_s_volume_is_read_for_the_dialog(
    wire: Wire, person: Person, settings: Any
) -> None:
    dependency(settings, BY_TYPE)
    wire.holds("volumes", volume_json("v8", snapshot_id="s1"))
    # It is not asked for: what is said is true of every type.
    answer = part(person, MADE_FROM, marker="", done=0, found=0)
    assert EFFECT["may"] in answer["html"]
    dialog = person.get(f"{OF_SNAPSHOT}?look=")
    assert EFFECT["always"] in dialog.text
    looked_at = dialog.one("//*[@data-sd-dependents]").get("data-sd-dependents")
    assert looked_at == f"{MADE_FROM}?type=ssd"
    answer = part(person, MADE_FROM, type="ssd", marker="", done=0, found=0)
    assert EFFECT["always"] in answer["html"]


def test_a_type_that_was_changed_meanwhile_is_not_taken_from_what_is_remembered(
    wire: Wire, person: Person, settings: Any
) -> None:
    dependency(settings, BY_TYPE)
    wire.holds("volumes", volume_json("v8", snapshot_id="s1"))
    wire.volume(volume_type="hdd")
    assert EFFECT["never"] in person.get(f"{OF_SNAPSHOT}?look=").text
    assert asks(person, OF_SNAPSHOT)
    wire.volume(volume_type="ssd")
    assert EFFECT["always"] in person.get(f"{OF_SNAPSHOT}?look=").text
    assert not asks(person, OF_SNAPSHOT)
    wire.fails("GET", "/volumes/v1", 500)
    assert EFFECT["may"] in person.get(f"{OF_SNAPSHOT}?look=").text
    assert not asks(person, OF_SNAPSHOT)


def test_where_all_types_are_alike_the_volume_is_not_read_for_its_type(
    wire: Wire, person: Person, settings: Any
) -> None:
    dependency(settings, "never")
    assert asks(person, OF_SNAPSHOT)
    assert not wire.sent("GET", "/volumes/v1")


# Volumes made from a snapshot.


def part(person: Person, address: str, **query: object) -> Json:
    """Ask as the script does, and return the answer."""
    said = "&".join(f"{key}={value}" for key, value in query.items())
    answer: Json = json.loads(person.get(f"{address}?{said}", dialog=True).html)
    return answer


MADE_FROM = f"{SNAPSHOTS}s1/dependents/"
EFFECT = {
    "may": "On some storage the snapshot cannot be deleted while it exists.",
    "always": "The snapshot cannot be deleted while it exists.",
    "never": "It does not need it any more and is not affected.",
}


@pytest.mark.parametrize("how", EFFECT)
def test_the_operator_says_what_a_volume_made_from_it_means(
    wire: Wire, person: Person, settings: Any, how: str
) -> None:
    dependency(settings, how)
    found = [volume_json("v8", snapshot_id="s1", name=HOSTILE), volume_json("v9")]
    wire.says("GET", "/volumes/detail", {"volumes": found, "count": 2})
    answer = part(person, MADE_FROM, marker="", done=0, found=0)
    assert "1 volume was made from this snapshot" in answer["html"]
    assert EFFECT[how] in answer["html"]
    assert "<script>alert" not in answer["html"]
    assert ("You can try" in answer["html"]) == (how == "may")
    assert answer["blocked"] == (how == "always")
    assert answer["said"] == "All 2 newer volumes of this project were checked."


def test_the_search_says_how_far_it_is_and_where_to_go_on(wire: Wire, person: Person) -> None:
    links = [{"rel": "next", "href": "elsewhere"}]
    page = {"volumes": [volume_json("v9")], "count": 2500, "volumes_links": links}
    wire.says("GET", "/volumes/detail", page)
    answer = part(person, MADE_FROM, marker="", done=0, found=0)
    said = "Looking for volumes made from this snapshot: 1 of 2,500 checked."
    assert (answer["said"], answer["html"]) == (said, "")
    assert (answer["done"], answer["all"]) == (1, 2500)
    on = {"marker": quote(answer["marker"]), "done": 1999, "all": 2500, "found": 0}
    wire.says("GET", "/volumes/detail?marker=v9", page | {"count": 7})
    answer = part(person, MADE_FROM, **on)
    said = "Looking for volumes made from this snapshot: 2,000 of 2,500 checked."
    assert (answer["said"], answer["all"]) == (said, 2500)
    assert "with_count" not in wire.query("/volumes/detail")
    # Without a number of all, which may be anything by now.
    said = "Looking for volumes made from this snapshot: 2,000 checked."
    for everything in ("", "x", "-5", "0", "9" * 20, "<b>", "1e3"):
        answer = part(person, MADE_FROM, **(on | {"all": everything}))
        assert (answer["said"], answer["all"]) == (said, 0)
    wire.says("GET", "/volumes/detail?marker=v9", {"volumes": [volume_json("v1")]})
    last = part(person, MADE_FROM, **(on | {"done": 2499}))
    assert last["said"] == ("No volume was made from this snapshot (2,500 newer volumes checked).")


def test_only_newer_volumes_are_looked_at_and_that_is_what_is_said(
    wire: Wire, person: Person
) -> None:
    """Some that are hardly older are read, and not counted."""
    wire.snapshot("s1", created_at="2026-11-22T06:10:00.000000")
    older = volume_json("v1", created_at="2026-11-22T05:30:00.000000")
    wire.says("GET", "/volumes/detail", {"volumes": [older], "count": 1})
    said = part(person, MADE_FROM)["said"]
    assert said == "No volume was made from this snapshot: no volume of this project is newer."
    assert wire.query("/volumes/detail")["created_at"] == "gte:2026-11-22T05:10:00"
    wire.says("GET", "/volumes/detail", {"volumes": [older, volume_json("v9")], "count": 2})
    answer = part(person, MADE_FROM)
    assert answer["said"] == ("No volume was made from this snapshot (1 newer volume checked).")
    assert (answer["done"], answer["all"]) == (1, 1)


def test_where_the_age_of_the_snapshot_is_not_known_all_volumes_are_looked_at(
    wire: Wire, person: Person
) -> None:
    """Nor where the snapshot is gone already: what was made from it is there all the same."""
    wire.holds("volumes", volume_json("v9"), volume_json("v8"))
    wire.fails("GET", "/snapshots/s1", 404)
    said = "No volume was made from this snapshot (2 volumes checked)."
    assert part(person, MADE_FROM)["said"] == said
    wire.snapshot("s1", created_at=None)
    assert part(person, MADE_FROM)["said"] == said
    assert "created_at" not in wire.query("/volumes/detail")
    wire.fails("GET", "/snapshots/s1", 401)
    assert person.get(MADE_FROM, dialog=True).status == 401


def test_a_search_goes_on_by_the_time_with_which_it_began(wire: Wire, person: Person) -> None:
    """The snapshot is read once, and a place that makes no sense is the beginning."""
    links = [{"rel": "next", "href": "elsewhere"}]
    wire.says("GET", "/volumes/detail", {"volumes": [volume_json("v9")], "volumes_links": links})
    marker = part(person, MADE_FROM)["marker"]
    part(person, MADE_FROM, marker=quote(marker))
    query = wire.query("/volumes/detail")
    assert (query["created_at"], query["marker"]) == ("gte:2026-11-22T05:10:00", "v9")
    assert len(wire.sent("GET", "/snapshots/s1")) == 1
    for hostile in ("0001-01-01T00:00:00+00:00", "2026-11-22T06:10:00", "%00", ",,"):
        part(person, MADE_FROM, marker=quote(hostile))
        assert not {"created_at", "marker"} & wire.query("/volumes/detail").keys()


def test_the_count_goes_on_from_what_was_found_before(wire: Wire, person: Person) -> None:
    wire.holds("volumes", volume_json("v9", snapshot_id="s1"))
    answer = part(person, MADE_FROM, marker="", done="x", found=2)
    assert "3 volumes were made from this snapshot" in answer["html"]
    assert "while they exist." in answer["html"]


def test_a_part_that_cannot_be_read_is_no_answer(wire: Wire, person: Person) -> None:
    wire.fails("GET", "/volumes/detail", 500)
    assert person.get(MADE_FROM, dialog=True).status == 503
    assert person.get(f"{MADE_FROM}?project={OTHER_PROJECT}", dialog=True).status == 409
    assert person.get(f"{MADE_FROM}?project={PROJECT}", dialog=True).status == 503


def test_a_volume_looks_for_those_of_all_its_snapshots(wire: Wire, person: Person) -> None:
    snapshots(wire, snapshot_json("s1"), snapshot_json("s2"))
    wire.holds("volumes", volume_json("v9", snapshot_id="s2"), volume_json("v8", snapshot_id="s3"))
    answer = part(person, f"{VOLUMES}v1/dependents/", done=0, found=0)
    assert answer["said"] == "All 2 newer volumes of this project were checked."
    assert "1 volume was made from these snapshots" in answer["html"]
    assert "If the storage refuses, the volume may end in an error state." in answer["html"]


def test_a_volume_does_not_go_halfway_where_the_storage_would_refuse(
    wire: Wire, person: Person, settings: Any
) -> None:
    dependency(settings, "always")
    snapshots(wire, snapshot_json("s1"))
    wire.holds("volumes", volume_json("v9", snapshot_id="s1"))
    answer = send(person, OF_VOLUME, cascade="on")
    assert answer.problem == "Not deleted: volumes were made from these snapshots"
    assert deleted(wire) == []
    looks = [each.qs.get("limit") for each in wire.sent("GET", "/volumes/detail")]
    assert ["500"] in looks
    wire.holds("volumes", volume_json("v9"))
    send(person, OF_VOLUME, cascade="on")
    assert deleted(wire) == ["/volumes/v1?cascade=True"]


def test_without_scripts_the_search_goes_page_by_page(wire: Wire, person: Person) -> None:
    first_page = person.get(OF_SNAPSHOT)
    assert wire.sent("GET", "/volumes/detail") == []
    on = first_page.one("//a[normalize-space()='Look for them']").get("href")
    links = [{"rel": "next", "href": "elsewhere"}]
    found = [volume_json("v8", snapshot_id="s1")]
    wire.says("GET", "/volumes/detail", {"volumes": found, "count": 2, "volumes_links": links})
    wire.volume("v8")
    second = person.get(OF_SNAPSHOT + on)
    assert "1 volume was made from this snapshot" in second.text
    assert "1 of 2 checked." in second.text
    on = second.one("//a[normalize-space()='Look further']").get("href")
    going_on = {"volumes": [volume_json("v7")], "volumes_links": links}
    wire.says("GET", "/volumes/detail?marker=v8", going_on)
    assert "2 of 2 checked." in person.get(OF_SNAPSHOT + on).text
    wire.says("GET", "/volumes/detail?marker=v8", {"volumes": [volume_json("v9")], "count": 2})
    third = person.get(OF_SNAPSHOT + on)
    assert "name of v8" in third.text
    assert "All 2 newer volumes of this project were checked." in third.text
    assert not third.all("//a[normalize-space()='Look further']")
    wire.fails("GET", "/volumes/detail?marker=v8", 500)
    failed = person.get(OF_SNAPSHOT + on)
    assert "Not everything could be checked. You can still delete" in failed.text
    assert buttons(failed)


def test_where_nothing_depends_the_volumes_are_only_related(
    wire: Wire, person: Person, settings: Any
) -> None:
    dependency(settings, "never")
    wire.holds("volumes", volume_json("v8", snapshot_id="s1"))
    dialog = person.get(f"{OF_SNAPSHOT}?look=")
    assert heads(dialog) == ["Related"]
    assert EFFECT["never"] in dialog.text
