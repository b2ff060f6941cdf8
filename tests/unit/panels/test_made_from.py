# SPDX-License-Identifier: Apache-2.0
"""Volumes made from a snapshot: looked for in parts, and whether stock's question is enough."""

import json
from typing import Any

import pytest

from tests.unit.cloud.wire import OTHER_PROJECT, PROJECT, Json, Wire, snapshot_json, volume_json
from tests.unit.panels.deletion import (
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
from tests.unit.panels.desk import buttons
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Person


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
    assert answer["said"] == "All 2 volumes of this project were checked."


def test_the_search_says_how_far_it_is_and_where_to_go_on(wire: Wire, person: Person) -> None:
    links = [{"rel": "next", "href": "elsewhere"}]
    page = {"volumes": [volume_json("v9")], "count": 2500, "volumes_links": links}
    wire.says("GET", "/volumes/detail", page)
    answer = part(person, MADE_FROM, marker="", done=1999, found=0)
    said = "Looking for volumes made from this snapshot: 2,000 of 2,500 checked."
    assert (answer["said"], answer["marker"], answer["html"]) == (said, "v9", "")
    wire.says("GET", "/volumes/detail", {"volumes": [], "count": 2500})
    last = part(person, MADE_FROM, marker="v9", done=2000, found=0)
    assert last["said"] == (
        "No volume was made from it: all 2,500 volumes of this project were checked."
    )


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
    wire.says("GET", "/volumes/detail?marker=v8", {"volumes": [volume_json("v9")], "count": 2})
    third = person.get(OF_SNAPSHOT + on)
    assert "name of v8" in third.text
    assert "All 2 volumes of this project were checked." in third.text
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
    assert heads(dialog) == ["Related, does not need to be deleted"]
    assert EFFECT["never"] in dialog.text
