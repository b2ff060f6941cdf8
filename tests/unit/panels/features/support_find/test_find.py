# SPDX-License-Identifier: Apache-2.0
"""The search of support staff: a redirect to a single hit, or a list."""

from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.unit.cloud.wire import (
    KEYSTONE,
    NOVA,
    OTHER_PROJECT,
    REFUSED,
    SILENT,
    Json,
    Wire,
    snapshot_json,
)
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Answer, Person, user
from tests.unit.panels.support import (
    FIND,
    HOSTILE,
    SNAPSHOTS,
    VOLUMES,
    alive,
    asked,
    be_quiet,
    hosted,
    person,
    support_user,
)

ID = "7c2d0000-0000-4000-8000-00000000000a"
PLAIN = ID.replace("-", "")
KINDS = ("snapshots", "volumes", "servers", "projects", "users")
UNREAD = {
    "snapshots": "Snapshots could not be searched.",
    "volumes": "Volumes could not be searched.",
    "servers": "Instances could not be searched.",
    "projects": "Projects could not be searched.",
    "users": "Users could not be searched.",
}
MADE = "Nov. 22, 2026, 6:10 a.m."
FOUND = "//table[ancestor-or-self::*[contains(@class, 'sd-found')]]"
# Where an id leads.
PAGES = {
    "snapshots": f"{SNAPSHOTS}{ID}",
    "volumes": f"{VOLUMES}{ID}/",
    "servers": f"/admin/instances/{ID}/detail",
    "projects": f"{SNAPSHOTS}?field=project_id&value={PLAIN}",
    "users": f"{SNAPSHOTS}?field=user_id&value={PLAIN}",
}


@pytest.fixture
def support(wire: Wire, log_in: LogIn) -> Person:
    """A member of support staff, of a cloud in which nothing is found."""
    alive(wire)
    be_quiet(wire)
    wire.holds("volumes")
    wire.says("GET", f"{NOVA}/servers/detail", {"servers": []})
    for kind in KINDS:
        wire.fails("GET", one_of(kind), 404)
    return log_in(support_user())


def one_of(kind: str) -> str:
    """Return where one object of a kind is read by its id."""
    return {
        "snapshots": f"/snapshots/{ID}",
        "volumes": f"/volumes/{ID}",
        "servers": f"{NOVA}/servers/{ID}",
        "projects": f"{KEYSTONE}/projects/{PLAIN}",
        "users": f"{KEYSTONE}/users/{PLAIN}",
    }[kind]


def listed(kind: str) -> str:
    """Return where a kind is searched by name."""
    return {
        "snapshots": "/snapshots/detail",
        "volumes": "/volumes/detail",
        "servers": f"{NOVA}/servers/detail",
        "projects": f"{KEYSTONE}/projects",
        "users": f"{KEYSTONE}/users",
    }[kind]


def raw(kind: str, object_id: str, name: str) -> Json:
    """Return one object of a kind as its service tells it."""
    if kind == "snapshots":
        return snapshot_json(object_id, name=name)
    if kind == "volumes":
        return hosted(object_id, name=name)
    if kind == "servers":
        more = {"tenant_id": OTHER_PROJECT, "created": "2026-11-22T06:10:00Z"}
        return {"id": object_id, "name": name, "status": "ACTIVE", **more}
    return person(object_id, name)


def exists(wire: Wire, kind: str, name: str = "web") -> None:
    """Let one object have the id."""
    object_id = PLAIN if kind in ("projects", "users") else ID
    wire.says("GET", one_of(kind), {kind[:-1]: raw(kind, object_id, name)})


def named(wire: Wire, kind: str, *objects: tuple[str, str]) -> None:
    """Let these be found by a part of their names."""
    found = [raw(kind, object_id, name) for object_id, name in objects]
    wire.says("GET", listed(kind), {kind: found, "links": {}})


def look(support: Person, text: str) -> Answer:
    """Ask the box."""
    return support.get(f"{FIND}?q={quote(text)}")


def rows(page: Answer) -> list[list[str]]:
    """Return the cells of everything that was found."""
    return [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in page.all(f"{FOUND}/tbody/tr")
    ]


def unread(page: Answer) -> list[str]:
    """Return what could not be searched; why is beside it."""
    found = [each.partition(" searched. ") for each in notes(page)]
    assert all(why for _kind, _searched, why in found)
    return [f"{kind} searched." for kind, _searched, _why in found]


def notes(page: Answer) -> list[str]:
    """Return what was not searched, or not to the end."""
    return [each.text_content() for each in page.all("//p[contains(@class, 'alert-info')]")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", [ID, PLAIN, ID.upper(), f' "{ID}" '])
def test_an_id_leads_straight_to_what_has_it(
    wire: Wire, support: Person, kind: str, text: str
) -> None:
    exists(wire, kind)
    answer = look(support, text)
    assert (answer.status, answer.headers["Location"]) == (302, PAGES[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_that_only_one_thing_has_leads_straight_to_it(
    wire: Wire, support: Person, kind: str
) -> None:
    object_id = PLAIN if kind in ("projects", "users") else ID
    named(wire, kind, (object_id, "my web disk"))
    answer = look(support, "web")
    assert (answer.status, answer.headers["Location"]) == (302, PAGES[kind])


def test_a_name_of_several_gives_the_choice(wire: Wire, support: Person) -> None:
    named(wire, "snapshots", ("s1", "web nightly"))
    named(wire, "volumes", ("v1", "web"))
    named(wire, "servers", ("i1", "web-1"))
    named(wire, "projects", ("p1", "web-shop"))
    named(wire, "users", ("u1", "webmaster"))
    page = look(support, "web")
    assert page.status == 200
    assert rows(page) == [
        ["Snapshot", "web nightly", "s1", "web", MADE, "name of p-web-shop", "Available"],
        ["Volume", "web", "v1", "", MADE, "name of p-web-shop", "Available"],
        ["Instance", "web-1", "i1", "", MADE, "name of p-research", "Active"],
        ["Project", "web-shop", "p1", "", "", "", "Enabled"],
        ["User", "webmaster", "u1", "", "", "", "Enabled"],
    ]
    links = [each.get("href") for each in page.all(f"{FOUND}//td[2]/a")]
    assert links == [
        f"{SNAPSHOTS}s1",
        f"{VOLUMES}v1/",
        "/admin/instances/i1/detail",
        f"{SNAPSHOTS}?field=project_id&value=p1",
        f"{SNAPSHOTS}?field=user_id&value=u1",
    ]
    assert notes(page) == []
    assert page.value("sd-find") == "web"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", [403, 500, SILENT, REFUSED])
def test_a_kind_that_could_not_be_searched_keeps_from_jumping(
    wire: Wire, support: Person, kind: str, how: int | type[Exception]
) -> None:
    hit = "volumes" if kind != "volumes" else "snapshots"
    named(wire, hit, ("x1", "web"))
    if isinstance(how, int):
        wire.fails("GET", listed(kind), how)
    else:
        wire.breaks("GET", listed(kind), how)
    page = look(support, "web")
    assert page.status == 200
    assert [each[2] for each in rows(page)] == ["x1"]
    assert unread(page) == [UNREAD[kind]]


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_could_not_be_looked_for_everywhere_keeps_from_jumping(
    wire: Wire, support: Person, kind: str
) -> None:
    exists(wire, "volumes" if kind != "volumes" else "snapshots")
    wire.fails("GET", one_of(kind), 500)
    page = look(support, ID)
    assert page.status == 200
    assert [each[2] for each in rows(page)] == [ID]
    assert unread(page) == [UNREAD[kind]]


def test_an_id_that_nothing_could_be_asked_about_is_not_called_missing(
    wire: Wire, support: Person
) -> None:
    for kind in KINDS:
        wire.fails("GET", one_of(kind), 500)
        wire.fails("GET", listed(kind), 500)
    page = look(support, ID)
    assert sorted(unread(page)) == sorted(UNREAD.values())
    assert rows(page) == []


@pytest.mark.parametrize(
    ("kind", "count"), [("snapshots", 21), ("volumes", 21), ("servers", 21), ("projects", 21)]
)
def test_more_than_are_shown_is_told_and_keeps_from_jumping(
    wire: Wire, support: Person, kind: str, count: int
) -> None:
    named(wire, kind, *((f"x{number}", f"web {number}") for number in range(count)))
    page = look(support, "web")
    assert len(rows(page)) == 20
    word = "instances" if kind == "servers" else kind
    assert notes(page) == [
        f"There are more {word} than these. A longer part of the name finds fewer."
    ]


@pytest.mark.parametrize("text", ["nosuch", ID])
def test_nothing_found_is_said_with_the_text(wire: Wire, support: Person, text: str) -> None:
    page = look(support, text)
    assert page.status == 200
    assert f'Nothing was found that has "{text}" as its ID or in its name.' in page.text
    assert notes(page) == []


@pytest.mark.parametrize("text", ["", "   ", " '' "])
def test_an_empty_box_asks_nothing_and_says_what_can_be_found(
    wire: Wire, support: Person, text: str
) -> None:
    page = look(support, text)
    assert page.status == 200
    assert asked(wire) == []
    if not text.strip():
        assert "by ID, or by a part of its name." in page.text


@pytest.mark.parametrize(
    "text", [HOSTILE, '"><img src=x onerror=alert(1)>', "\u202eevil", "%s %(x)s {0}"]
)
def test_hostile_text_stays_text(wire: Wire, support: Person, text: str) -> None:
    page = look(support, text)
    assert page.status == 200
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    assert page.value("sd-find") == text
    assert f'has "{text}" as' in page.text


def test_hostile_names_stay_text(wire: Wire, support: Person) -> None:
    for kind in KINDS:
        named(wire, kind, ("x1", f"web {HOSTILE}"), ("x2", "web"))
    wire.says("GET", f"{KEYSTONE}/projects/p-web-shop", {"project": person("p", HOSTILE)})
    page = look(support, "web")
    assert "<script>alert" not in page.html
    assert sum(HOSTILE in each[1] for each in rows(page)) == 5
    assert rows(page)[0][5] == HOSTILE


def test_a_search_by_name_is_a_bounded_number_of_calls(wire: Wire, support: Person) -> None:
    many = [(f"x{number}", f"web {number}") for number in range(21)]
    for kind in KINDS:
        named(wire, kind, *many)
    look(support, "web")
    # The five searches, whoever has the text as an id, the names of two projects, and the
    # volumes of all snapshots.
    assert len(asked(wire)) == 10


def test_two_of_one_name_are_told_apart_by_volume_and_date(wire: Wire, support: Person) -> None:
    earlier = "2025-01-02T03:04:00.000000"
    found = [
        snapshot_json("s1", name="nightly", volume_id="v1"),
        snapshot_json("s2", name="nightly", volume_id="v2", created_at=earlier),
    ]
    wire.says("GET", "/snapshots/detail", {"snapshots": found})
    volumes = [hosted("v1", name="logs"), hosted("v2", name="data")]
    wire.says("GET", "/volumes/detail?id=['v1','v2']", {"volumes": volumes})
    page = look(support, "nightly")
    assert [row[3:5] for row in rows(page)] == [
        ["logs", MADE],
        ["data", "Jan. 2, 2025, 3:04 a.m."],
    ]
    links = [each.get("href") for each in page.all(f"{FOUND}//td[4]//a")]
    assert links == [f"{VOLUMES}v1/", f"{VOLUMES}v2/"]


@pytest.mark.parametrize("kind", ["snapshots", "volumes"])
def test_the_eight_characters_that_our_pages_show_lead_to_the_page(
    wire: Wire, support: Person, kind: str
) -> None:
    begun = {kind: [raw(kind, ID, "web")]}
    wire.says("GET", f"{listed(kind)}?id~=%25{ID[:8]}", begun)
    answer = look(support, ID[:8])
    assert (answer.status, answer.headers["Location"]) == (302, PAGES[kind])


def test_what_has_no_such_beginning_says_what_was_not_searched_by_one(support: Person) -> None:
    page = look(support, ID[:8])
    assert notes(page) == [
        "Of an instance the whole ID is needed.",
        "Of a project the whole ID is needed.",
        "Of a user the whole ID is needed.",
    ]
    assert "Nothing was found" in page.text


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_that_find_leads_to_is_understood_as_an_address(
    wire: Wire, support: Person, kind: str
) -> None:
    exists(wire, kind)
    for address in (PAGES[kind], f"https://cloud.example{PAGES[kind]}"):
        answer = look(support, address)
        assert (answer.status, answer.headers["Location"]) == (302, PAGES[kind])


REQUEST = "req-11111111-2222-4333-8444-555555555555"


def test_a_request_leads_to_what_failed(wire: Wire, support: Person) -> None:
    exists(wire, "snapshots")
    told = {"id": "m1", "resource_uuid": ID, "request_id": REQUEST}
    wire.says("GET", f"/messages?request_id={REQUEST}", {"messages": [told]})
    answer = look(support, f"Request ID: {REQUEST}")
    assert (answer.status, answer.headers["Location"]) == (302, PAGES["snapshots"])


def test_a_request_without_a_message_says_what_that_means(wire: Wire, support: Person) -> None:
    page = look(support, REQUEST)
    assert "The storage service has no message about this request." in page.text
    assert "Nothing was found" not in page.text
    wire.fails("GET", "/messages", 503, "out of order")
    page = look(support, REQUEST)
    assert "no message about this request" not in page.text
    assert "out of order" in page.problem_text


def test_every_project_is_asked_for(wire: Wire, support: Person) -> None:
    look(support, "web")
    assert wire.query("/snapshots/detail")["all_tenants"] == "1"
    assert wire.query("/volumes/detail")["all_tenants"] == "1"
    (servers,) = wire.sent("GET", f"{NOVA}/servers/detail")
    assert parse_qs(urlsplit(servers.url).query)["all_tenants"] == ["1"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_expired_session_leads_to_the_login(wire: Wire, support: Person, kind: str) -> None:
    wire.fails("GET", listed(kind), 401)
    answer = look(support, "web")
    assert answer.status == 302
    assert urlsplit(answer.headers["Location"]).path == "/auth/login/"


def test_a_region_without_storage_is_told(wire: Wire, log_in: LogIn) -> None:
    page = look(log_in(user("admin", catalog=[])), "web")
    assert page.status in (200, 403)
    assert asked(wire) == []


@pytest.mark.parametrize("address", [SNAPSHOTS, VOLUMES, FIND])
def test_the_box_is_on_every_page_of_the_desk(wire: Wire, support: Person, address: str) -> None:
    page = support.get(address)
    form = page.one("//form[@role='search'][.//*[@id='sd-find']]")
    assert (form.get("action"), form.get("method")) == (FIND, "GET")
    assert page.one("//label[@for='sd-find']").text == "ID or name of anything"


@pytest.mark.parametrize(
    ("address", "here"), [(SNAPSHOTS, ["All Snapshots"]), (VOLUMES, ["All Volumes"]), (FIND, [])]
)
def test_the_desks_pages_lead_to_each_other(
    wire: Wire, support: Person, address: str, here: list[str]
) -> None:
    page = support.get(address)
    links: dict[str, Any] = {
        each.text_content(): each.get("href")
        for each in page.all("//div[@class='sd-desk']//nav//a")
    }
    assert links == {
        "All Snapshots": SNAPSHOTS,
        "Needs Attention": f"{SNAPSHOTS}attention/",
        "Report": f"{SNAPSHOTS}report/",
        "All Volumes": VOLUMES,
    }
    current = page.all("//div[@class='sd-desk']//a[@aria-current='page']")
    assert [each.text_content() for each in current] == here


@pytest.mark.parametrize("roles", [("member",), ("reader",)])
def test_whoever_is_no_administrator_cannot_ask(
    wire: Wire, log_in: LogIn, roles: tuple[str, ...]
) -> None:
    assert look(log_in(user(*roles)), "web").status == 403
    assert asked(wire) == []
