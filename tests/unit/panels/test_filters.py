# SPDX-License-Identifier: Apache-2.0
"""Every filter of the four lists accepts the words that the page shows."""

import ast
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.utils import translation
from django.utils.encoding import force_str
from openstack_dashboard.utils import filters as labels

from snapshot_dashboard.panels.admin.snapshots.tables import (
    VolumeSnapshotsTable as AdminSnapshots,
)
from snapshot_dashboard.panels.admin.volumes.tables import VolumesTable as AdminVolumes
from snapshot_dashboard.panels.common.lists.filter_words import in_words_of_cinder
from snapshot_dashboard.panels.common.statuses import STATUS_DISPLAY_CHOICES
from snapshot_dashboard.panels.project.snapshots.tables import VolumeSnapshotsTable
from snapshot_dashboard.panels.project.volumes.tables import VolumesTable
from tests.unit.cloud.wire import KEYSTONE, Json, Wire, snapshot_json, volume_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Answer, Person
from tests.unit.panels.support import be_quiet, hosted, person, support_user

ID = "7c2d0000-0000-4000-8000-00000000000a"
PLAIN = ID.replace("-", "")
LANGUAGES = ["en", "de", "fr"]
TABLES: dict[str, Any] = {
    "/project/volumes/": VolumesTable,
    "/project/snapshots/": VolumeSnapshotsTable,
    "/admin/volumes/": AdminVolumes,
    "/admin/snapshots/": AdminSnapshots,
}
NAME = "web & db"
# What the object of each list has, by the field of the filter: what is typed, the way the page or
# a ticket writes it, and what reaches Cinder.
TYPED: dict[str, dict[str, object]] = {
    "name": {NAME: NAME},
    "name_part": {"web": "%web", "None": "%None"},
    "volume": {ID: ID, PLAIN: ID, "vol": PLAIN},
    # Of an age is the beginning of the list, the oldest or the newest first.
    "age": {"older:1m": "created_at:asc", "newer:1d": "created_at:desc"},
    "tag": {"env=prod": "{'env': 'prod'}", " a b = it's=x ": "{'a b': \"it's=x\"}"},
    "schedule": {each: {"snapshot_dashboard:scheduled": "yes"} for each in ("any", "bad")},
    "status": {"error_deleting": "error_deleting", "ERROR_DELETING": "error_deleting"},
    "size": {"20": "20", "20GiB": "20", "20 GiB": "20", "020": "20"},
    "volume_id": {ID: ID, ID.upper(): ID, PLAIN: ID, f'"{ID}"': ID},
    "group_id": {ID: ID, ID.upper(): ID, PLAIN: ID},
    "availability_zone": {"nova": "nova", "None": "None", "{'a':1}": "{'a':1}"},
    "bootable": {"Yes": "true", "no": "false", "true": "true"},
    "host": {"h@b#p": "h@b#p", "[1]": "[1]"},
    "project": {"acme": PLAIN, PLAIN: PLAIN},
    "user": {"acme": PLAIN, PLAIN: PLAIN},
    "project_id": {PLAIN: PLAIN, "123456": "123456", "1e5": "1e5"},
    "user_id": {PLAIN: PLAIN, "ldap.user": "ldap.user"},
}
KEYS = {
    "name_part": "name~",
    "project": "project_id",
    "user": "user_id",
    "volume": "volume_id",
    "age": "sort",
    "tag": "metadata",
    "schedule": "metadata",
}


def choices() -> Iterator[tuple[str, str]]:
    """Yield each list with each field that it can be filtered by."""
    for address, table in TABLES.items():
        for field, *_more in table._meta._filter_action.filter_choices:
            yield address, field


CHOICES = list(choices())


@pytest.fixture
def support(wire: Wire, log_in: LogIn) -> Person:
    """Somebody who may see all four lists."""
    wire.nobody_has_the_id()
    be_quiet(wire)
    wire.says("GET", "/os-quota-sets/p-support?usage=True", {"quota_set": {}})
    for kind in ("projects", "users"):
        found = {kind: [person(PLAIN, "acme")], "links": {}}
        wire.says("GET", f"{KEYSTONE}/{kind}", found)
    wire.holds("volumes", hosted(id=PLAIN, name="vol"))
    wire.holds("snapshots", snapshot_json())
    return log_in(support_user())


def resource_of(address: str) -> str:
    """Return the resource of Cinder that a list shows."""
    return address.strip("/").split("/")[1]


def got(wire: Wire, support: Person, address: str, field: str, value: str, language: str) -> Json:
    """Return what Cinder understood of a filter that was typed."""
    wire.mocker.reset_mock()
    query = urlencode({"field": field, "value": value})
    support.client.get(f"{address}?{query}", headers={"Accept-Language": language})
    resource = resource_of(address)
    path = f"/v3/{resource}/detail"
    (listed,) = [
        each
        for each in wire.mocker.request_history
        if each.path == path and "limit=" in each.url and "sort=" in each.url
    ]
    said = dict(parse_qsl(urlsplit(listed.url).query))
    key = KEYS.get(field, field)
    evaluated = resource == "volumes" and key not in ("name", "bootable", "size")
    return {key: _as_cinder(said[key]) if evaluated else said[key]}


def _as_cinder(value: str) -> object:
    """Read a filter of volumes as cinder/volume/api.py, check_volume_filters, does."""
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return value


@pytest.mark.parametrize(("address", "field"), CHOICES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_filter_reaches_cinder_in_its_words(
    wire: Wire, support: Person, address: str, field: str, language: str
) -> None:
    assert field in TYPED, "nothing is known of this filter"
    for typed, meant in TYPED[field].items():
        said = got(wire, support, address, field, typed, language)
        assert said == {KEYS.get(field, field): meant}, typed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", sorted({name for name, _label in STATUS_DISPLAY_CHOICES}))
def test_every_status_is_found_by_the_word_that_the_page_shows(language: str, status: str) -> None:
    with translation.override(language):
        shown = force_str(labels.get_display_label(STATUS_DISPLAY_CHOICES, status))
        for written in (shown, shown.upper(), f" {shown} ", status, status.upper()):
            found = in_words_of_cinder("status", written)
            # A language may have one word for two: then it is one of those.
            word = labels.get_display_label(STATUS_DISPLAY_CHOICES, found)
            assert force_str(word).casefold() == shown.casefold()


@pytest.mark.parametrize("language", LANGUAGES)
def test_size_and_boot_flag_are_found_as_the_table_shows_them(
    wire: Wire, support: Person, language: str
) -> None:
    wire.holds("volumes", volume_json("v1", bootable="true"), volume_json("v2"))
    page = support.client.get("/project/volumes/", headers={"Accept-Language": language})
    shown = Answer(page).all("//tr[@data-object-id]")
    cells = [[" ".join(td.text_content().split()) for td in row.xpath("./td")] for row in shown]
    (size,) = {cell for row in cells for cell in row if cell[:2] == "20"}
    with translation.override(language):
        assert in_words_of_cinder("size", size) == "20"
    differing = [pair for pair in zip(*cells, strict=True) if len(set(pair)) == 2]
    flags = [pair for pair in differing if {len(each) for each in pair} <= {2, 3, 4}]
    ((yes, no),) = flags
    with translation.override(language):
        assert in_words_of_cinder("bootable", yes) == "true"
        assert in_words_of_cinder("bootable", no) == "false"


@pytest.mark.parametrize("address", ["/project/volumes/", "/admin/volumes/"])
@pytest.mark.parametrize("size", ["big", "20 TiB", "-1", "1e3", "99999999999", "2.5", "None"])
def test_a_size_that_no_volume_can_have_finds_none_and_asks_for_none(
    wire: Wire, support: Person, address: str, size: str
) -> None:
    wire.mocker.reset_mock()
    page = support.get(f"{address}?{urlencode({'field': 'size', 'value': size})}")
    assert "No volume matches this filter." in page.text
    assert page.problem == ""
    assert not [each for each in wire.mocker.request_history if "/volumes/detail" in each.path]


@pytest.mark.parametrize("address", TABLES)
def test_what_no_cinder_can_filter_by_is_not_offered(support: Person, address: str) -> None:
    page = support.get(address)
    offered = {
        each.get("value") for each in page.all("//form[@role='search']//input[@name='field']")
    }
    by_id = {"volume_id", "project_id", "user_id"}
    assert "encrypted" not in offered
    assert {field for each, field in CHOICES if each == address} - by_id == offered


@pytest.mark.parametrize("typed", [ID, ID.upper(), PLAIN, PLAIN.upper()])
@pytest.mark.parametrize("kind", ["volume", "snapshot"])
def test_an_id_in_the_place_of_a_name_is_found_however_it_is_written(
    wire: Wire, support: Person, kind: str, typed: str
) -> None:
    mine = {
        "volume": volume_json(ID, **{"os-vol-tenant-attr:tenant_id": "p-support"}),
        "snapshot": snapshot_json(
            ID, **{"os-extended-snapshot-attributes:project_id": "p-support"}
        ),
    }
    wire.holds(f"{kind}s")
    wire.says("GET", f"/{kind}s/{ID}", {kind: mine[kind]})
    page = support.get(f"/project/{kind}s/?field=name&value={typed}")
    assert [each.get("data-object-id") for each in page.all("//tr[@data-object-id]")] == [ID]
