# SPDX-License-Identifier: Apache-2.0
"""Searching for support staff: by id or by part of a name."""

import time
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

import pytest

from snapshot_dashboard.cloud import compute, support_search
from snapshot_dashboard.cloud.errors import ServiceFailed, SessionExpired
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.rules.support_search import Hit, Kind, SearchResult
from tests.unit.cloud.wire import (
    CINDER,
    KEYSTONE,
    NOVA,
    PROJECT,
    REFUSED,
    REQUEST_ID,
    SILENT,
    Json,
    Wire,
    connection,
    snapshot_json,
    volume_json,
)

DASHED = "0010bd20-8c94-4c82-97fd-9d2278f87dd1"
PLAIN = "0010bd208c944c8297fd9d2278f87dd1"
MAPPED = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

BY_ID = {
    Kind.SNAPSHOT: f"{CINDER}/snapshots/{DASHED}",
    Kind.VOLUME: f"{CINDER}/volumes/{DASHED}",
    Kind.INSTANCE: f"{NOVA}/servers/{DASHED}",
    Kind.PROJECT: f"{KEYSTONE}/projects/{PLAIN}",
    Kind.USER: f"{KEYSTONE}/users/{PLAIN}",
}
BY_NAME = {
    Kind.SNAPSHOT: f"{CINDER}/snapshots/detail",
    Kind.VOLUME: f"{CINDER}/volumes/detail",
    Kind.INSTANCE: f"{NOVA}/servers/detail",
    Kind.PROJECT: f"{KEYSTONE}/projects",
    Kind.USER: f"{KEYSTONE}/users",
}
_WORDS = {
    Kind.SNAPSHOT: "snapshot",
    Kind.VOLUME: "volume",
    Kind.INSTANCE: "server",
    Kind.PROJECT: "project",
    Kind.USER: "user",
}
_STATUS = {Kind.INSTANCE: "ACTIVE", Kind.PROJECT: "enabled", Kind.USER: "disabled"}


def thing(kind: Kind, name: str, object_id: str) -> Json:
    """Return an object as its service tells it."""
    if kind is Kind.SNAPSHOT:
        return snapshot_json(object_id, name=name)
    if kind is Kind.VOLUME:
        return volume_json(object_id, name=name)
    if kind is Kind.INSTANCE:
        made = "2026-11-22T06:10:00Z"
        more = {"status": "ACTIVE", "tenant_id": PROJECT, "created": made}
        return {"id": object_id, "name": name, **more}
    return {"id": object_id, "name": name, "enabled": kind is Kind.PROJECT, "domain_id": "d"}


def hit(kind: Kind, name: str, object_id: str) -> Hit:
    """Return what is told of such an object."""
    owned = kind not in (Kind.PROJECT, Kind.USER)
    return Hit(
        kind,
        object_id,
        name,
        PROJECT if owned else None,
        _STATUS.get(kind, "available"),
        datetime(2026, 11, 22, 6, 10, tzinfo=timezone.utc) if owned else None,
        "v1" if kind is Kind.SNAPSHOT else None,
    )


def nothing_has_the_id(wire: Wire) -> None:
    """Let every service answer 404."""
    wire.nobody_has_the_id()
    for url in BY_ID.values():
        wire.fails("GET", url, 404)


def lists(wire: Wire, **found: list[Json]) -> None:
    """Say what every list holds: nothing, unless told otherwise; no id is anybody's."""
    wire.nobody_has_the_id()
    for kind, url in BY_NAME.items():
        word = f"{_WORDS[kind]}s"
        wire.says("GET", url, {word: found.get(word, [])})


def find(text: str, **changes: Any) -> SearchResult:
    """Find as an administrator does."""
    return support_search.find(support_connection(**changes), text)


def support_connection(**changes: Any) -> Connection:
    """Return a connection that knows Keystone."""
    return connection(**({"identity_url": KEYSTONE, "rights": "admin"} | changes))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("text", [DASHED, PLAIN.upper(), f' "{DASHED}" '])
def test_an_id_is_found_whatever_it_is_of(wire: Wire, kind: Kind, text: str) -> None:
    nothing_has_the_id(wire)
    object_id = PLAIN if kind in (Kind.PROJECT, Kind.USER) else DASHED
    wire.says("GET", BY_ID[kind], {_WORDS[kind]: thing(kind, "a name", object_id)})
    assert find(text) == SearchResult((hit(kind, "a name", object_id),))
    for url in BY_ID.values():
        assert len(wire.sent("GET", url)) == 1


def test_an_id_that_several_kinds_have_is_told_of_each(wire: Wire) -> None:
    nothing_has_the_id(wire)
    for kind in (Kind.USER, Kind.SNAPSHOT):
        wire.says("GET", BY_ID[kind], {_WORDS[kind]: thing(kind, "a name", "id")})
    assert [each.kind for each in find(PLAIN).hits] == [Kind.SNAPSHOT, Kind.USER]


def test_an_id_that_nothing_has_is_looked_for_as_a_name(wire: Wire) -> None:
    nothing_has_the_id(wire)
    lists(wire, volumes=[thing(Kind.VOLUME, f"volume-{DASHED}", "v1")])
    assert find(DASHED) == SearchResult((hit(Kind.VOLUME, f"volume-{DASHED}", "v1"),))


def test_an_id_that_something_has_is_not_looked_for_as_a_name(wire: Wire) -> None:
    nothing_has_the_id(wire)
    wire.says("GET", BY_ID[Kind.USER], {"user": thing(Kind.USER, "anna", PLAIN)})
    find(PLAIN)
    assert not any(wire.sent("GET", url) for url in BY_NAME.values())


def test_an_id_of_a_directorys_user_is_asked_of_keystone_alone(wire: Wire) -> None:
    wire.fails("GET", f"{KEYSTONE}/projects/{MAPPED}", 404)
    wire.says("GET", f"{KEYSTONE}/users/{MAPPED}", {"user": thing(Kind.USER, "anna", MAPPED)})
    assert find(MAPPED) == SearchResult((hit(Kind.USER, "anna", MAPPED),))
    assert all(each.url.startswith(KEYSTONE) for each in wire.mocker.request_history)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_name_is_found_whatever_it_is_of(wire: Wire, kind: Kind) -> None:
    lists(wire, **{f"{_WORDS[kind]}s": [thing(kind, "the nightly one", "id")]})
    assert find(" Night ") == SearchResult((hit(kind, "the nightly one", "id"),))
    for url in BY_NAME.values():
        assert len(wire.sent("GET", url)) == 1


def test_a_name_is_looked_for_in_all_projects(wire: Wire) -> None:
    lists(wire)
    find("a.b|c")
    assert wire.query("/snapshots/detail")["all_tenants"] == "1"
    assert wire.query("/volumes/detail")["all_tenants"] == "1"
    assert wire.query(BY_NAME[Kind.INSTANCE]) == {
        "all_tenants": "1",
        "name": r"a\.b[|]c",
        "limit": "21",
    }
    assert wire.query(BY_NAME[Kind.PROJECT])["name__icontains"] == "a.b|c"
    assert wire.query(BY_NAME[Kind.USER])["name__icontains"] == "a.b|c"


@pytest.mark.parametrize("text", ["night", "0x10", "[1]", "None", "(1, 2)"])
def test_cinder_does_not_take_a_name_for_a_literal(wire: Wire, text: str) -> None:
    """Cinder 29: "0x10" searched for 16, "[1]" found every volume."""
    lists(wire)
    find(text)
    for path in ("/volumes/detail", "/snapshots/detail"):
        assert wire.query(path)["name~"] == f"%{text}"
        assert "name" not in wire.query(path)


def test_a_wildcard_of_the_database_is_none_of_ours(wire: Wire) -> None:
    found = [thing(Kind.VOLUME, "web-db", "v1"), thing(Kind.VOLUME, "web_db", "v2")]
    lists(wire, volumes=found, projects=[thing(Kind.PROJECT, "web.db", "p1")])
    assert [each.name for each in find("web_db").hits] == ["web_db"]


@pytest.mark.parametrize("kind", list(Kind))
def test_twenty_of_a_kind_are_told_and_that_there_are_more(wire: Wire, kind: Kind) -> None:
    many = [thing(kind, f"night-{each:02}", f"id-{each:02}") for each in range(21)]
    lists(wire, **{f"{_WORDS[kind]}s": many})
    found = find("night")
    assert [each.name for each in found.hits] == [f"night-{each:02}" for each in range(20)]
    assert found.more == (kind,)


@pytest.mark.parametrize("kind", list(Kind))
def test_exactly_twenty_are_all(wire: Wire, kind: Kind) -> None:
    many = [thing(kind, f"night-{each:02}", f"id-{each:02}") for each in range(20)]
    lists(wire, **{f"{_WORDS[kind]}s": many})
    found = find("night")
    assert (len(found.hits), found.more) == (20, ())


@pytest.mark.parametrize("versions", ["3.33", "3.0"])
def test_an_older_cinder_is_asked_for_the_whole_name(wire: Wire, versions: str) -> None:
    wire.versions(versions)
    lists(wire, snapshots=[thing(Kind.SNAPSHOT, "night", "s1")])
    found = find("night")
    assert found.hits == (hit(Kind.SNAPSHOT, "night", "s1"),)
    assert found.more == (Kind.SNAPSHOT, Kind.VOLUME)
    assert wire.query("/snapshots/detail")["name"] == "night"
    assert "name~" not in wire.query("/volumes/detail")


def test_the_first_cinder_that_knows_parts_is_asked_for_them(wire: Wire) -> None:
    wire.versions("3.34")
    lists(wire)
    assert find("night") == SearchResult()
    assert wire.query("/volumes/detail")["name~"] == "%night"


def unread(found: SearchResult) -> dict[Kind, tuple[str, str, int]]:
    """Return what each service that could not be searched said."""
    return {
        kind: (failure.reason, failure.request_id, failure.status) for kind, failure in found.unread
    }


def test_a_cinder_that_refuses_parts_is_asked_for_the_whole_name(wire: Wire) -> None:
    lists(wire, volumes=[thing(Kind.VOLUME, "night", "v1")])
    wire.fails("GET", "/volumes/detail?name~=%25night", 400)
    found = find("night")
    assert found == SearchResult((hit(Kind.VOLUME, "night", "v1"),), more=(Kind.VOLUME,))
    assert len(wire.sent("GET", "/volumes/detail")) == 2
    assert len(wire.sent("GET", "/snapshots/detail")) == 1


def test_what_is_refused_otherwise_is_not_asked_again(wire: Wire) -> None:
    lists(wire)
    wire.fails("GET", "/volumes/detail", 409)
    assert unread(find("night")) == {Kind.VOLUME: ("the reason", REQUEST_ID, 409)}
    assert len(wire.sent("GET", "/volumes/detail")) == 1


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_a_kind_that_cannot_be_searched_leaves_the_others(
    wire: Wire, kind: Kind, status: int
) -> None:
    """A list that is not there (404) proves nothing, other than an id that is not there."""
    lists(wire, **{f"{_WORDS[each]}s": [thing(each, "night", "id")] for each in Kind})
    wire.fails("GET", BY_NAME[kind], status)
    found = find("night")
    assert [each.kind for each in found.hits] == [each for each in Kind if each is not kind]
    assert unread(found) == {kind: ("the reason", REQUEST_ID, status)}


@pytest.mark.parametrize("how", [REFUSED, SILENT])
def test_a_service_that_does_not_answer_is_told(wire: Wire, how: type[Exception]) -> None:
    lists(wire, users=[thing(Kind.USER, "night", "u1")])
    wire.breaks("GET", BY_NAME[Kind.INSTANCE], how)
    found = find("night")
    assert found.hits == (hit(Kind.USER, "night", "u1"),)
    ((kind, reason),) = found.unread
    assert (kind, reason.status) == (Kind.INSTANCE, 0)


def test_an_id_that_could_not_be_looked_for_everywhere_is_told(wire: Wire) -> None:
    nothing_has_the_id(wire)
    lists(wire)
    wire.fails("GET", BY_ID[Kind.INSTANCE], 503)
    wire.fails("GET", BY_NAME[Kind.INSTANCE], 403)
    wire.fails("GET", BY_NAME[Kind.USER], 403)
    found = find(PLAIN)
    assert unread(found) == {
        Kind.INSTANCE: ("the reason", REQUEST_ID, 503),
        Kind.USER: ("the reason", REQUEST_ID, 403),
    }


def test_what_cannot_be_read_of_an_id_does_not_hide_what_was_found(wire: Wire) -> None:
    nothing_has_the_id(wire)
    wire.says("GET", BY_ID[Kind.VOLUME], {"volume": thing(Kind.VOLUME, "v", DASHED)})
    wire.fails("GET", BY_ID[Kind.USER], 403)
    found = find(DASHED)
    assert found.hits == (hit(Kind.VOLUME, "v", DASHED),)
    assert [kind for kind, _reason in found.unread] == [Kind.USER]


def test_no_keystone_and_no_nova_in_the_catalog(wire: Wire) -> None:
    lists(wire, volumes=[thing(Kind.VOLUME, "night", "v1")])
    found = find("night", identity_url=None, compute_url=None)
    assert found.hits == (hit(Kind.VOLUME, "night", "v1"),)
    assert [kind for kind, _reason in found.unread] == [Kind.INSTANCE, Kind.PROJECT, Kind.USER]


@pytest.mark.parametrize("kind", list(Kind))
def test_an_expired_session_is_no_answer(wire: Wire, kind: Kind) -> None:
    lists(wire)
    nothing_has_the_id(wire)
    wire.fails("GET", BY_NAME[kind], 401)
    with pytest.raises(SessionExpired):
        find("night")
    wire.fails("GET", BY_ID[kind], 401)
    with pytest.raises(SessionExpired):
        find(PLAIN)


@pytest.mark.parametrize("text", ["", "   ", "\t\n", "''"])
def test_nothing_is_asked_for_nothing(wire: Wire, text: str) -> None:
    assert find(text) == SearchResult()
    assert wire.mocker.request_history == []


def test_what_is_late_is_told_and_holds_nobody_up(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists(wire, users=[thing(Kind.USER, "night", "u1")])
    # A service that is later than the deadline. Not at the wire: that answers one after the other.
    monkeypatch.setattr(compute, "instances_named", lambda *_asked: time.sleep(1.5))
    started = time.monotonic()
    found = find("night", deadline=Deadline(0.7))
    assert time.monotonic() - started < 1.3
    assert found.hits == (hit(Kind.USER, "night", "u1"),)
    assert [kind for kind, _reason in found.unread] == [Kind.INSTANCE]


REQUEST = "req-11111111-2222-4333-8444-555555555555"


def told(*object_ids: str, request_id: str = REQUEST) -> Json:
    """Return what Cinder says of a request that has failed."""
    return {
        "messages": [
            {"id": f"m{number}", "resource_uuid": each, "request_id": request_id}
            for number, each in enumerate(object_ids)
        ]
    }


@pytest.mark.parametrize("kind", [Kind.SNAPSHOT, Kind.VOLUME])
@pytest.mark.parametrize("text", [REQUEST, f"(HTTP 409) (Request-ID: {REQUEST.upper()})"])
def test_a_request_finds_what_its_messages_are_about(wire: Wire, kind: Kind, text: str) -> None:
    nothing_has_the_id(wire)
    wire.says("GET", BY_ID[kind], {_WORDS[kind]: thing(kind, "a name", DASHED)})
    wire.says("GET", f"/messages?request_id={REQUEST}", told(DASHED, DASHED))
    assert find(text) == SearchResult((hit(kind, "a name", DASHED),))
    assert not wire.sent("GET", BY_ID[Kind.INSTANCE])


def test_a_request_of_which_nothing_is_told_finds_nothing(wire: Wire) -> None:
    wire.says("GET", "/messages", told())
    assert find(REQUEST) == SearchResult()
    # A service that does not heed the filter gives messages about other requests.
    wire.says("GET", "/messages", told(DASHED, request_id="req-of-somebody-else"))
    assert find(REQUEST) == SearchResult()


def test_what_a_message_is_about_may_be_gone_or_unseen(wire: Wire) -> None:
    nothing_has_the_id(wire)
    wire.says("GET", "/messages", told(DASHED))
    assert find(REQUEST) == SearchResult()
    wire.fails("GET", BY_ID[Kind.VOLUME], 500)
    assert [kind for kind, _reason in find(REQUEST).unread] == [Kind.VOLUME]


def test_messages_that_cannot_be_read_are_not_none(wire: Wire) -> None:
    wire.fails("GET", "/messages", 503)
    with pytest.raises(ServiceFailed):
        find(REQUEST)


@pytest.mark.parametrize(
    "text", [DASHED[:8], DASHED[:8].upper(), DASHED[:13], PLAIN[:12], f"{DASHED[:8]}\u2026"]
)
def test_the_beginning_of_an_id_finds_snapshots_and_volumes(wire: Wire, text: str) -> None:
    lists(wire)
    for kind in (Kind.SNAPSHOT, Kind.VOLUME):
        begun = f"%{DASHED[: 13 if len(text) > 9 else 8]}"
        other = thing(kind, "another", f"11111111-{DASHED[9:]}")
        found = {f"{_WORDS[kind]}s": [thing(kind, "a name", DASHED), other]}
        wire.says("GET", f"{BY_NAME[kind]}?id~={quote(begun)}", found)
    found_now = find(text)
    assert found_now.hits == tuple(
        hit(kind, "a name", DASHED) for kind in (Kind.SNAPSHOT, Kind.VOLUME)
    )
    assert found_now.whole == (Kind.INSTANCE, Kind.PROJECT, Kind.USER)
    assert found_now.unread == ()


def test_a_name_may_look_like_the_beginning_of_an_id(wire: Wire) -> None:
    lists(wire, servers=[thing(Kind.INSTANCE, "deadbeef", "i1")])
    assert find("deadbeef").hits == (hit(Kind.INSTANCE, "deadbeef", "i1"),)


@pytest.mark.parametrize("version", ["3.33", "3.71"])
def test_who_may_not_search_by_a_beginning_is_told_so(wire: Wire, version: str) -> None:
    """A member is refused; an older Cinder does not know the filter, and would find nothing."""
    wire.versions(version)
    lists(wire)
    for kind in (Kind.SNAPSHOT, Kind.VOLUME):
        wire.fails("GET", f"{BY_NAME[kind]}?id~=%25{DASHED[:8]}", 400, "Invalid filters")
    found = find(DASHED[:8])
    assert (found.hits, found.unread, found.whole) == ((), (), tuple(Kind))


def test_a_beginning_that_could_not_be_looked_for_is_told(wire: Wire) -> None:
    lists(wire)
    wire.fails("GET", f"{BY_NAME[Kind.VOLUME]}?id~=%25{DASHED[:8]}", 500)
    assert [kind for kind, _reason in find(DASHED[:8]).unread] == [Kind.VOLUME]


def test_the_address_of_a_page_finds_what_the_page_is_about(wire: Wire) -> None:
    nothing_has_the_id(wire)
    found = thing(Kind.VOLUME, "a name", DASHED)
    wire.says("GET", BY_ID[Kind.VOLUME], {"volume": found})
    address = f"https://cloud.example/horizon/admin/volumes/{DASHED}/?tab=volume_details__overview"
    assert find(address) == SearchResult((hit(Kind.VOLUME, "a name", DASHED),))
