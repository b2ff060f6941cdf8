# SPDX-License-Identifier: Apache-2.0
"""Filters of support staff: combined, in the URL, people by name or by id."""

import ast
import re
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from lxml import html
from openstack_dashboard.dashboards.project.snapshots.tables import VolumeSnapshotsFilterAction

from snapshot_dashboard.panels.common.lists.rows import named as named_row
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.rules.support_search import search_text, understood
from tests.unit.cloud.wire import CINDER, KEYSTONE, NOVA, REFUSED, Json, Wire, snapshot_json
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Answer, Person
from tests.unit.panels.support import (
    HOSTILE,
    SNAPSHOTS,
    VOLUMES,
    alive,
    asked,
    be_quiet,
    hosted,
    person,
    shown,
    support_user,
)

BOTH = pytest.mark.parametrize(
    ("address", "resource"), [(SNAPSHOTS, "snapshots"), (VOLUMES, "volumes")]
)
# The field of stock's form. The filter of Horizon 24.0's snapshots has another name.
POSTED = {
    SNAPSHOTS: f"volume_snapshots__{VolumeSnapshotsFilterAction().name}__q",
    VOLUMES: "volumes__volumes_admin_filter__q",
}
PEOPLE = pytest.mark.parametrize(("field", "key"), [("project", "project_id"), ("user", "user_id")])
DASHED = "7C2D0000-0000-4000-8000-00000000000A"
PLAIN = "7c2d000000004000800000000000000a"
# The id that Keystone gives to somebody of a directory.
MAPPED = "0123456789abcdef" * 4

# What Keystone may have for an id: any text that an address can name.
OPAQUE = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="/"), min_size=1, max_size=64
).filter(lambda each: each not in (".", ".."))


def as_cinder_reads_it(resource: str, said: dict[str, str]) -> dict[str, Any]:
    """Return filters as Cinder has understood them: those of volumes are Python where they can be.

    As cinder/volume/api.py, check_volume_filters.
    """
    return {key: _literal(value) if resource == "volumes" else value for key, value in said.items()}


def as_horizon_escapes_it(text: str) -> str:
    """Return text as Horizon's pages have it: what would be read by AngularJS is changed.

    As horizon/utils/escape.py, which takes the place of Django's escaping.
    """
    return text.replace("{$", "{%").replace("$}", "%}")


def _literal(value: str) -> Any:
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return value


@pytest.fixture
def support(wire: Wire, log_in: LogIn) -> Person:
    """A member of support staff."""
    alive(wire)
    be_quiet(wire)
    return log_in(support_user())


def address_of(page: str, *filters: tuple[str, str], **more: str) -> str:
    """Return the address of a list with filters."""
    said = [pair for field, value in filters for pair in (("field", field), ("value", value))]
    return f"{page}?{urlencode([*said, *more.items()])}"


def named(wire: Wire, resource: str, *found: Json) -> None:
    """Let Keystone find these by a part of their names."""
    wire.says("GET", f"{KEYSTONE}/{resource}s", {f"{resource}s": list(found), "links": {}})


def query(wire: Wire, resource: str) -> dict[str, str]:
    """Return what Cinder was asked of a list, page and order left out."""
    path = f"/v3/{resource}/detail"
    sent = [each for each in wire.mocker.request_history if each.path == path]
    (listed,) = (each for each in sent if "limit=" in each.url)
    said = dict(parse_qsl(urlsplit(listed.url).query))
    return {key: said[key] for key in said.keys() - {"all_tenants", "limit", "sort", "with_count"}}


def chips(page: Answer) -> dict[str, str]:
    """Return the filters that are shown, each with the address of the list without it."""
    return {
        " ".join(each.text_content().split()): each.xpath("./a")[0].get("href")
        for each in page.all("//ul[contains(@class, 'sd-chips')]/li")
    }


def pairs(address: str) -> list[tuple[str, str]]:
    """Return the filters of an address."""
    said = parse_qs(urlsplit(address).query)
    return list(zip(said.get("field", []), said.get("value", []), strict=True))


@BOTH
def test_filters_add_up_and_each_can_be_taken_away(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    three = [("status", "error"), ("host", "h@b#p"), ("project", DASHED)]
    page = support.get(address_of(address, *three, sort="name"))
    assert query(wire, resource) == {"status": "error", "host": "h@b#p", "project_id": PLAIN}
    found = chips(page)
    assert list(found) == ["Status = Error", "Host = h@b#p", f"Project = {DASHED}"]
    for place, without in enumerate(found.values()):
        assert pairs(without) == [each for each in three if each is not three[place]]
        assert parse_qs(urlsplit(without).query)["sort"] == ["name"]
    (clear,) = page.all("//p[@class='sd-filtered']/a")
    assert clear.get("href") == address


@BOTH
def test_a_posted_filter_is_added_to_those_that_are_there(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    before = address_of(address, ("status", "error"), ("name", "n"))
    name = POSTED[address]
    answer = support.post(before, {name: " h 1 ", f"{name}_field": "host"})
    assert answer.status == 302
    assert pairs(answer.headers["Location"]) == [
        ("status", "error"),
        ("name", "n"),
        ("host", "h 1"),
    ]
    answer = support.post(before, {name: "other", f"{name}_field": "status"})
    assert pairs(answer.headers["Location"]) == [("name", "n"), ("status", "other")]
    answer = support.post(before, {name: "", f"{name}_field": "status"})
    assert pairs(answer.headers["Location"]) == [("name", "n")]


@BOTH
@PEOPLE
def test_a_project_or_user_is_found_by_its_whole_name(
    wire: Wire, support: Person, address: str, resource: str, field: str, key: str
) -> None:
    more = [person("x1", "acme-test"), person("x2", "acme"), person("x3", "an acme")]
    named(wire, field, *more)
    page = support.get(address_of(address, (field, "acme")))
    assert query(wire, resource) == {key: "x2"}
    assert list(chips(page)) == [f"{field.capitalize()} = acme"]
    # By the name, and by that as an id: whichever it is.
    assert set(asked(wire)[:2]) == {f"/{field}s", f"/{field}s/acme"}


@PEOPLE
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (DASHED, PLAIN),
        (PLAIN, PLAIN),
        (PLAIN.upper(), PLAIN),
        (f" '{PLAIN}' ", PLAIN),
        (MAPPED, MAPPED),
    ],
)
def test_an_id_needs_no_look_up(
    wire: Wire, support: Person, field: str, key: str, text: str, meant: str
) -> None:
    support.get(address_of(SNAPSHOTS, (field, text)))
    assert query(wire, "snapshots") == {key: meant}
    assert f"/{field}s" not in asked(wire)


@pytest.mark.parametrize("name", ["a-b-c-d-" + "x" * 28, "y" * 32, "z" * 64])
def test_a_name_as_long_as_an_id_is_a_name(wire: Wire, support: Person, name: str) -> None:
    named(wire, "project", person("x1", name))
    support.get(address_of(SNAPSHOTS, ("project", name)))
    assert query(wire, "snapshots") == {"project_id": "x1"}


@BOTH
@PEOPLE
def test_a_name_of_nobody_is_explained(
    wire: Wire, support: Person, address: str, resource: str, field: str, key: str
) -> None:
    named(wire, field, person("x1", "acme-test"), person("x2", "Acme"))
    page = support.get(address_of(address, (field, "acme"), ("status", "error")))
    assert page.status == 200
    assert page.problem == f'There is no {field} called "acme"'
    assert "Filter by the whole name, or by the ID." in page.problem_text
    assert shown(page) == []
    assert f"/{resource}/detail" not in asked(wire)
    assert "No items to display." not in page.text
    assert page.all(f"//a[@href='{address}'][.='Clear filter']")


@PEOPLE
def test_a_name_of_several_is_explained(wire: Wire, support: Person, field: str, key: str) -> None:
    named(wire, field, person("x1", "acme"), person("x2", "acme"))
    page = support.get(address_of(SNAPSHOTS, (field, "acme")))
    assert page.problem == f'More than one {field} is called "acme"'
    assert "/snapshots/detail" not in asked(wire)


@PEOPLE
def test_the_right_one_is_found_among_very_many(
    wire: Wire, support: Person, field: str, key: str
) -> None:
    """In order of their names it comes after all of them."""
    many = [person(f"x{number}", f"a test {number}") for number in range(999)]
    named(wire, field, *many, person("right", "test"))
    support.get(address_of(SNAPSHOTS, (field, "test")))
    assert query(wire, "snapshots") == {key: "right"}


@PEOPLE
def test_where_not_all_of_them_can_be_read_nobody_is_said_to_be_missing(
    wire: Wire, support: Person, field: str, key: str
) -> None:
    named(wire, field, *(person(f"x{number}", f"a test {number}") for number in range(1000)))
    page = support.get(address_of(SNAPSHOTS, (field, "test")))
    assert page.problem == f'Too many {field}s have "test" in their names to tell which is meant'


@PEOPLE
@pytest.mark.parametrize("how", [403, 500, REFUSED])
def test_names_that_cannot_be_looked_up_are_a_failure(
    wire: Wire, support: Person, field: str, key: str, how: Any
) -> None:
    if isinstance(how, int):
        wire.fails("GET", f"{KEYSTONE}/{field}s", how)
    else:
        wire.breaks("GET", f"{KEYSTONE}/{field}s", how)
    page = support.get(address_of(SNAPSHOTS, (field, "acme")))
    assert page.status == 200
    assert page.problem
    assert "There is no" not in page.text
    assert "/snapshots/detail" not in asked(wire)


@BOTH
@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Error deleting", "error_deleting"),
        ("error DELETING", "error_deleting"),
        ("Available", "available"),
        ("error_deleting", "error_deleting"),
        ("IN-USE", "in-use"),
        ("no such", "no such"),
    ],
)
def test_a_status_is_understood_in_the_pages_words(
    wire: Wire, support: Person, address: str, resource: str, said: str, meant: str
) -> None:
    support.get(address_of(address, ("status", said)))
    assert query(wire, resource) == {"status": meant}


@BOTH
@pytest.mark.parametrize("part", ["nightly", "0x10", "[1]", "None", "'", "%"])
def test_a_part_of_a_name_is_never_read_as_something_else(
    wire: Wire, support: Person, address: str, resource: str, part: str
) -> None:
    support.get(address_of(address, ("name_part", part)))
    assert query(wire, resource) == {"name~": f"%{part}"}


@pytest.mark.parametrize(
    ("said", "meant"), [("Yes", "true"), ("no", "false"), ("true", "true"), ("x", "x")]
)
def test_whether_a_volume_boots_is_asked_in_words(
    wire: Wire, support: Person, said: str, meant: str
) -> None:
    support.get(address_of(VOLUMES, ("bootable", said)))
    assert query(wire, "volumes") == {"bootable": meant}


def test_a_volume_has_stocks_other_filters(wire: Wire, support: Person) -> None:
    support.get(address_of(VOLUMES, ("availability_zone", "nova"), ("size", "20"), ("name", "n")))
    assert query(wire, "volumes") == {"availability_zone": "nova", "size": "20", "name": "n"}


def test_the_snapshots_of_one_volume(wire: Wire, support: Person) -> None:
    support.get(address_of(SNAPSHOTS, ("volume_id", "v1")))
    assert query(wire, "snapshots") == {"volume_id": "v1"}


@BOTH
def test_hostile_filters_stay_text(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    for field in ("name", "host"):
        page = support.get(address_of(address, (field, HOSTILE)))
        assert "<script>alert" not in page.html
        assert any(HOSTILE in each for each in chips(page))
    page = support.get(address_of(address, ("project", HOSTILE)))
    assert "<script>alert" not in page.html
    assert HOSTILE in page.problem


@BOTH
def test_nothing_that_matches_is_not_nothing_at_all(
    wire: Wire, support: Person, address: str, resource: str
) -> None:
    wire.holds(resource)
    page = support.get(address_of(address, ("status", "error")))
    assert f"No {resource[:-1]} matches this filter." in page.text


def test_the_file_is_that_of_the_list(wire: Wire, support: Person) -> None:
    wire.holds("snapshots", snapshot_json())
    wire.holds("volumes", hosted())
    three = [("status", "error"), ("host", "h#1")]
    page = support.get(address_of(SNAPSHOTS, *three))
    (link,) = page.all("//a[.='CSV of This List']")
    assert urlsplit(link.get("href")).path == f"{SNAPSHOTS}export/"
    assert pairs(link.get("href")) == three


def test_projects_link_to_the_filter_that_finds_what_is_theirs(wire: Wire, support: Person) -> None:
    owner = {"os-extended-snapshot-attributes:project_id": PLAIN, "user_id": MAPPED}
    wire.holds("snapshots", snapshot_json(**owner))
    page = support.get(SNAPSHOTS)
    for kind, key, meant in (("project", "project_id", PLAIN), ("user", "user_id", MAPPED)):
        (link,) = page.all(f"//tr[@data-object-id]//a[@data-sd-name='{kind}:{meant}']")
        wire.mocker.reset_mock()
        support.get(link.get("href"))
        assert query(wire, "snapshots") == {key: meant}


@BOTH
@PEOPLE
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(object_id=OPAQUE)
@example(object_id="{$}")
@example(object_id="{$id$}")
def test_a_link_to_what_is_somebodys_names_the_id_whatever_it_looks_like(
    wire: Wire,
    support: Person,
    address: str,
    resource: str,
    field: str,
    key: str,
    object_id: str,
) -> None:
    mention = owners.project if field == "project" else owners.user
    index = owners.SNAPSHOTS if address == SNAPSHOTS else owners.VOLUMES
    shown = html.fragment_fromstring(str(mention(named_row(object_id, None), index)))
    assert shown.get("data-sd-name") == f"{field}:{as_horizon_escapes_it(object_id)}"
    assert pairs(shown.get("href")) == [(f"{field}_id", object_id)]
    wire.mocker.reset_mock()
    support.get(shown.get("href"))
    assert as_cinder_reads_it(resource, query(wire, resource)) == {key: object_id}
    assert not [each for each in wire.mocker.request_history if each.url.startswith(KEYSTONE)]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(object_id=OPAQUE, kind=st.sampled_from(["project", "user"]))
def test_the_script_is_told_the_name_of_any_id(
    wire: Wire, support: Person, object_id: str, kind: str
) -> None:
    cache.clear()
    wire.mocker.register_uri(
        "GET",
        re.compile(f"{re.escape(KEYSTONE)}/{kind}s/"),
        json={kind: {"id": object_id, "name": "the name", "enabled": True}},
    )
    key = f"{kind}:{object_id}"
    answer = support.client.get("/project/volumes/names/shown/", {"q": key})
    assert answer.json() == {"names": {key: "the name"}, "gone": {}}
    (asked_for,) = wire.mocker.request_history[-1:]
    assert unquote(urlsplit(asked_for.url).path) == f"/v3/{kind}s/{object_id}"


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(object_id=OPAQUE, kind=st.sampled_from(["project", "user"]))
def test_find_leads_to_what_somebody_of_any_id_has(
    wire: Wire, support: Person, object_id: str, kind: str
) -> None:
    assume(understood(object_id).text == object_id == search_text(object_id).part)
    assume(not understood(object_id).request_id)
    alive(wire)
    wire.says("GET", f"{KEYSTONE}/users", {"users": [], "links": {}})
    wire.holds("volumes")
    wire.holds("snapshots")
    wire.says("GET", f"{NOVA}/servers/detail", {"servers": []})
    for resource in ("snapshots", "volumes"):
        wire.mocker.register_uri(
            "GET", re.compile(f"{CINDER}/{resource}/[0-9a-f-]+$"), status_code=404
        )
    wire.mocker.register_uri("GET", re.compile(f"{NOVA}/servers/[0-9a-f-]+$"), status_code=404)

    def person_of(request: Any, context: Any) -> Any:
        if unquote(urlsplit(request.url).path) == f"/v3/{kind}s/{object_id}":
            return {kind: {"id": object_id, "name": "the name", "enabled": True}}
        context.status_code = 404
        return {}

    wire.mocker.register_uri("GET", re.compile(f"{re.escape(KEYSTONE)}/{kind}s/."), json=person_of)
    answer = support.get(f"{SNAPSHOTS}find/?{urlencode({'q': object_id})}")
    assert answer.status == 302
    assert pairs(answer.headers["Location"]) == [(f"{kind}_id", object_id)]


@BOTH
@PEOPLE
@pytest.mark.parametrize("said", ["ldap.user", "123456", DASHED, DASHED.lower()])
def test_whoever_is_typed_by_an_id_of_another_kind_is_meant(
    wire: Wire, support: Person, address: str, resource: str, field: str, key: str, said: str
) -> None:
    wire.says("GET", f"{KEYSTONE}/{field}s/{said}", {field: person(said, "other name")})
    support.get(address_of(address, (field, said)))
    assert as_cinder_reads_it(resource, query(wire, resource)) == {key: said}


@BOTH
@PEOPLE
def test_a_name_that_is_also_another_ones_id_is_not_guessed(
    wire: Wire, support: Person, address: str, resource: str, field: str, key: str
) -> None:
    named(wire, field, person("x1", "123456"))
    wire.says("GET", f"{KEYSTONE}/{field}s/123456", {field: person("123456", "other name")})
    page = support.get(address_of(address, (field, "123456")))
    assert page.problem == f'More than one {field} is called "123456"'
