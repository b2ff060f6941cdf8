# SPDX-License-Identifier: Apache-2.0
"""The answers to the script of the Lineage tab."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import lxml.html
import pytest
from django.test import Client

from tests.unit.cloud.wire import Wire, attachment_json, snapshot_json, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.features.lineage.lineage_wire import (
    asked,
    chain,
    lineage_of,
    list_snapshots,
    list_volumes,
)
from tests.unit.panels.person import Person, user

SOURCE = "/project/volumes/v1/lineage/"


def answer(
    person: Person, query: str = "", *, source: str = SOURCE, **fields: Any
) -> dict[str, Any]:
    """Ask as the script does, and return the answer."""
    found = person.post(f"{source}{query}", fields, dialog=True)
    assert found.status == 200, found.html
    said: dict[str, Any] = json.loads(found.html)
    return said


def lines(html: str) -> list[str]:
    """Return the nodes of some lines."""
    found = lxml.html.fromstring(f"<ul>{html}</ul>").xpath("//li/@data-sd-node")
    return [str(each) for each in found]


def test_older_snapshots_follow_the_one_that_is_named(wire: Wire, person: Person) -> None:
    list_snapshots(wire, "v1", snapshot_json("s8"), snapshot_json("s7"), count=230)
    said = answer(person, "?after=s9&past=20", shown=["volume:v1", "snapshot:s9"])
    assert lines(said["html"]) == ["snapshot:s8", "snapshot:s7"]
    assert said["count"] == "0 instances, 1 volume, 3 snapshots"
    assert (said["look"], said["marker"]) == (True, "2026-11-22T06:10:00+00:00")
    assert "208 older snapshots" in said["html"]
    assert "after=s7&amp;past=22" in said["html"]
    query = wire.query("/snapshots/detail")
    assert (query["marker"], query["limit"], query["sort"]) == ("s9", "101", "created_at:desc")
    # One list: no volume, no instance, no other snapshot.
    assert [each for each in asked(wire) if each.startswith("/v3/")] == ["/v3/snapshots/detail"]


def test_a_marker_that_was_deleted_meanwhile_begins_anew(wire: Wire, person: Person) -> None:
    list_snapshots(wire, "v1", snapshot_json("s8"))
    wire.fails("GET", "/snapshots/detail?marker=s9", 404)
    assert lines(answer(person, "?after=s9&past=20")["html"]) == ["snapshot:s8"]


def test_a_page_that_ends_with_the_last_one_has_nothing_after_it(
    wire: Wire, person: Person
) -> None:
    """Cinder names a next page after each one that is full."""
    list_snapshots(wire, "v1", snapshot_json("s1"), count=21)
    assert "older" not in answer(person, "?after=s9&past=20")["html"]


def test_volumes_are_looked_for_among_the_next_ones(wire: Wire, person: Person) -> None:
    used = [attachment_json("i1")]
    list_volumes(
        wire,
        volume_json("v2", snapshot_id="s1", attachments=used),
        volume_json("v3", snapshot_id="s1"),
        volume_json("v4", snapshot_id="elsewhere"),
        count=5000,
        marker="v1",
    )
    fields: dict[str, Any] = {
        "of": ["s1", "s2"],
        "marker": "2026-11-22T06:10:00+00:00,v1",
        "done": "1000",
        "all": "5000",
        "page": "snapshot",
    }
    said = answer(person, **fields, shown=["volume:v1", "snapshot:s1", "snapshot:s2", "volume:v2"])
    assert {each: lines(html) for each, html in said["made"].items()} == {
        "s1": ["volume:v2", "volume:v3"]
    }
    assert (said["done"], said["all"]) == (1003, 5000)
    assert said["marker"].startswith("2026-11-22T06:10:00+00:00,v4")
    assert wire.query("/volumes/detail")["created_at"] == "gte:2026-11-22T05:10:00"
    assert "with_count" not in wire.query("/volumes/detail")
    assert said["said"] == ("Looking for volumes made from this snapshot: 1,003 of 5,000 checked.")
    assert said["count"] == "1 instance, 3 volumes, 2 snapshots"
    assert 'data-sd-name="instance:i1"' in said["made"]["s1"]


def test_the_last_part_says_that_it_was_the_last(wire: Wire, person: Person) -> None:
    list_volumes(wire, volume_json("v1"), marker="v9")
    on = {"marker": "2026-11-22T06:10:00+00:00,v9", "done": "2999"}
    for hostile in ("3000", "", "x", "-1"):
        said = answer(person, of=["s1"], all=hostile, **on)
        assert (said["made"], said["marker"]) == ({}, "")
        assert said["said"] == "All 3,000 newer volumes of this project were checked."


def test_without_a_time_all_volumes_are_looked_at(wire: Wire, person: Person) -> None:
    list_volumes(wire, volume_json("v1"), volume_json("v2"))
    said = answer(person, of=["s1"], marker="")
    assert said["said"] == "All 2 volumes of this project were checked."
    assert "created_at" not in wire.query("/volumes/detail")


@pytest.mark.parametrize(
    ("fields", "path"), [({"of": ["s1"]}, "/volumes/detail"), ({}, "/snapshots/detail")]
)
def test_what_cannot_be_read_is_no_answer(
    fields: dict[str, Any], path: str, wire: Wire, person: Person
) -> None:
    wire.fails("GET", path, 503)
    assert person.post(SOURCE, fields, dialog=True).status == 503
    wire.fails("GET", path, 401)
    assert person.post(SOURCE, fields, dialog=True).status == 401
    assert person.get(SOURCE).status == 405


@pytest.mark.parametrize("hostile", ["../admin", "a" * 65, "x'],'y"])
def test_an_id_that_is_none_finds_nothing(hostile: str, wire: Wire, person: Person) -> None:
    list_volumes(wire, volume_json("v2", snapshot_id="s1"))
    assert answer(person, of=[hostile])["made"] == {}


def test_it_is_asked_with_the_token_of_the_page(wire: Wire, person: Person) -> None:
    chain(wire)
    person.client = Client(enforce_csrf_checks=True)
    assert person.post(SOURCE, {"of": "s1"}, dialog=True).status == 403
    page = lineage_of(person)
    token = page.one("//*[@data-sd-token]").get("data-sd-token")
    headers = {"X-Requested-With": "XMLHttpRequest", "X-CSRFToken": token}
    assert person.client.post(SOURCE, {"of": "s1"}, headers=headers).status_code == 200


def test_an_administrator_gets_the_volumes_with_the_snapshots(wire: Wire, log_in: LogIn) -> None:
    admin = log_in(user("admin", project="p-admin"))
    wire.volume("v1")
    list_snapshots(wire, "v1", snapshot_json("s1"))
    list_volumes(wire, volume_json("v2", snapshot_id="s1"))
    said = answer(admin, "?after=s9&past=20", source="/admin/volumes/v1/lineage/")
    assert lines(said["html"]) == ["snapshot:s1", "volume:v2"]
    assert said["look"] is False
    assert wire.query("/snapshots/detail")["all_tenants"] == "1"
    last = wire.sent("GET", "/volumes/detail")[-1]
    assert parse_qs(last.query)["snapshot_id"] == ["['s1']"]


@pytest.mark.parametrize("size", [1_001, 12_000])
def test_a_large_tree_fits_into_one_request(size: int, wire: Wire, person: Person) -> None:
    """More than Django takes fields: the last id counts as much as the first."""
    last = f"00000000-0000-4000-8000-{size:012}"
    ids = [f"00000000-0000-4000-8000-{each:012}" for each in range(1, size + 1)]
    list_volumes(wire, volume_json("v2", snapshot_id=last))
    shown = " ".join(["volume:v1", *(f"snapshot:{each}" for each in ids)])
    said = answer(person, of=" ".join(ids), shown=shown)
    assert list(said["made"]) == [last]
    assert said["count"] == f"0 instances, 2 volumes, {size:,} snapshots"
    list_snapshots(wire, "v1", snapshot_json("older"))
    older = answer(person, "?after=s9&past=20", shown=shown)
    assert older["count"] == f"0 instances, 1 volume, {size + 1:,} snapshots"


SCRIPTS = Path(__file__).parents[5] / "static" / "snapshot_dashboard" / "js"


def test_no_script_sends_a_field_for_each_of_many() -> None:
    """A set is the exception: it has no more volumes than rules/sets.py allows."""
    many = re.compile(r"\b(?:body|data|fields|query)\.(?:append|push)\(")
    found = {each.name for each in SCRIPTS.rglob("*.js") if many.search(each.read_text())}
    assert found == {"snapshot_set.js"}


def test_where_no_volume_is_newer_that_is_said(wire: Wire, person: Person) -> None:
    list_volumes(wire, volume_json("v1", created_at="2026-11-22T06:00:00"))
    began = "2026-11-22T06:10:00+00:00"
    said = answer(person, of=["s1"], marker=began)
    assert (said["said"], said["done"]) == ("No volume of this project is newer.", 0)
