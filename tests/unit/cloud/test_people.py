# SPDX-License-Identifier: Apache-2.0
"""Projects and users by id and by part of a name, and all projects' names."""

from typing import Any

import pytest

from snapshot_dashboard.cloud import people
from snapshot_dashboard.cloud.errors import (
    CloudError,
    Forbidden,
    NotFound,
    Refused,
    ServiceFailed,
    SessionExpired,
    Unreachable,
)
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.people import Project, User
from tests.unit.cloud.wire import KEYSTONE, REQUEST_ID, TOKEN, Json, Wire, connection

PROJECTS = f"{KEYSTONE}/projects"
USERS = f"{KEYSTONE}/users"


def link(**changes: Any) -> Connection:
    """Return a connection that knows Keystone."""
    return connection(identity_url=KEYSTONE, **changes)


def somebody(name: str | None, entity_id: str = "", **more: Any) -> Json:
    """Return a project or a user as Keystone tells it."""
    said = {"id": entity_id or f"id-{name}", "name": name, "enabled": True, "domain_id": "default"}
    return said | more


def refuses(wire: Wire, url: str, status: int) -> None:
    """Let Keystone refuse in its own words."""
    fault = {"code": status, "message": "Keystone's reason", "title": "No"}
    wire.says("GET", url, {"error": fault}, status)


def test_a_project_is_read_with_the_persons_own_token(wire: Wire) -> None:
    wire.says("GET", f"{PROJECTS}/p1", {"project": somebody("web-shop", "p1")})
    asking = link()
    assert people.project(asking, "p1") == Project("p1", "web-shop", True, "default")
    (sent,) = wire.sent("GET", f"{PROJECTS}/p1")
    assert sent.headers["X-Auth-Token"] == TOKEN
    assert sent.headers["X-OpenStack-Request-ID"] == asking.request_id


def test_a_user_is_read(wire: Wire) -> None:
    wire.says("GET", f"{USERS}/u1", {"user": somebody("anna", "u1", enabled=False)})
    assert people.user(link(), "u1") == User("u1", "anna", False, "default")


def test_somebody_without_a_name_is_called_by_the_id(wire: Wire) -> None:
    wire.says("GET", f"{USERS}/u1", {"user": {"id": "u1", "name": None}})
    found = people.user(link(), "u1")
    assert (found.label, found.enabled, found.domain_id) == ("u1", True, None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, SessionExpired),
        (403, Forbidden),
        (404, NotFound),
        (400, Refused),
        (500, ServiceFailed),
    ],
)
def test_what_keystone_refuses_is_told_in_its_words(
    wire: Wire, status: int, kind: type[CloudError]
) -> None:
    refuses(wire, f"{PROJECTS}/p1", status)
    with pytest.raises(kind) as caught:
        people.project(link(), "p1")
    told = caught.value
    assert (told.reason, told.request_id, told.status) == ("Keystone's reason", REQUEST_ID, status)


def test_what_cannot_stand_in_an_address_is_not_asked_for(wire: Wire) -> None:
    with pytest.raises(NotFound):
        people.project(link(), "../users")
    with pytest.raises(NotFound):
        people.user(link(), "a/b")
    assert wire.mocker.request_history == []


def test_without_keystone_in_the_catalog_nothing_is_sent(wire: Wire) -> None:
    with pytest.raises(Unreachable):
        people.project(connection(), "p1")
    assert wire.mocker.request_history == []


def test_projects_are_found_by_a_part_of_their_names(wire: Wire) -> None:
    found = [somebody("webmail"), somebody("Web-shop")]
    wire.says("GET", PROJECTS, {"projects": found})
    found_names = [each.name for each in people.projects_named(link(), "WEB", 5)]
    assert found_names == ["Web-shop", "webmail"]
    assert wire.query(PROJECTS) == {"name__icontains": "WEB", "limit": "50"}


def test_users_are_found_by_a_part_of_their_names(wire: Wire) -> None:
    wire.says("GET", USERS, {"users": [somebody("anna"), somebody("hannah")]})
    assert [each.id for each in people.users_named(link(), "ann", 5)] == ["id-anna", "id-hannah"]
    assert wire.query(USERS) == {"name__icontains": "ann", "limit": "50"}


def test_an_answer_with_everybody_is_compared_again(wire: Wire) -> None:
    everybody = [somebody("anna"), somebody(None, "u2"), somebody("rita")]
    wire.says("GET", USERS, {"users": everybody})
    assert [each.name for each in people.users_named(link(), "ann", 5)] == ["anna"]


def test_an_underscore_is_no_wildcard(wire: Wire) -> None:
    wire.says("GET", PROJECTS, {"projects": [somebody("web-shop"), somebody("web_shop")]})
    assert [each.name for each in people.projects_named(link(), "b_s", 5)] == ["web_shop"]


def test_no_more_are_returned_than_wanted(wire: Wire) -> None:
    wire.says("GET", USERS, {"users": [somebody(f"anna-{each}") for each in range(9)]})
    assert len(people.users_named(link(), "anna", 4)) == 4


def test_a_text_longer_than_any_name_is_not_sent(wire: Wire) -> None:
    """Keystone 30 answers 500 to a filter that is longer than the column."""
    assert people.projects_named(link(), "x" * 65, 5) == ()
    assert people.users_named(link(), "x" * 256, 5) == ()
    assert wire.mocker.request_history == []


def test_the_longest_names_are_looked_for(wire: Wire) -> None:
    wire.says("GET", PROJECTS, {"projects": [somebody("x" * 64)]})
    wire.says("GET", USERS, {"users": [somebody("x" * 255)]})
    assert len(people.projects_named(link(), "x" * 64, 5)) == 1
    assert len(people.users_named(link(), "x" * 255, 5)) == 1


def test_an_answer_that_is_none_is_a_failure_of_the_service(wire: Wire) -> None:
    wire.says("GET", USERS, {"users": None})
    with pytest.raises(ServiceFailed):
        people.users_named(link(), "no", 5)


def test_somebody_without_an_id_leaves_the_others(wire: Wire) -> None:
    wire.says("GET", USERS, {"users": [{"name": "nobody"}, None, somebody("nora", "u1")]})
    assert [each.id for each in people.users_named(link(), "no", 5)] == ["u1"]


def test_all_projects_names_are_read_in_one_call(wire: Wire) -> None:
    answer = {"projects": [somebody("web-shop", "p1"), somebody("", "p2")], "links": {"next": None}}
    wire.says("GET", PROJECTS, answer)
    names = people.project_names(link())
    assert dict(names) == {"p1": "web-shop", "p2": "p2"}
    assert (names["p1"], names.get("p3", "none"), len(names)) == ("web-shop", "none", 2)
    assert not names.truncated
    assert len(wire.sent("GET", PROJECTS)) == 1


def test_more_projects_than_fit_are_read_page_by_page(wire: Wire) -> None:
    """Asked without a limit, Keystone 30 stops at 1000 and does not say so."""
    first = {"projects": [somebody("a", "p1")], "truncated": True, "links": {"next": "there"}}
    wire.says("GET", f"{PROJECTS}?limit=1000", first)
    last = {"projects": [somebody("b", "p2")], "links": {"next": None}}
    wire.says("GET", f"{PROJECTS}?limit=1000&marker=p1", last)
    names = people.project_names(link())
    assert dict(names) == {"p1": "a", "p2": "b"}
    assert not names.truncated


@pytest.mark.parametrize("links", [{}, {"next": None}])
def test_a_list_that_keystone_cuts_is_truncated(wire: Wire, links: Json) -> None:
    cut = {"projects": [somebody("a", "p1")], "truncated": True, "links": links}
    wire.says("GET", PROJECTS, cut)
    names = people.project_names(link())
    assert (dict(names), names.truncated) == ({"p1": "a"}, True)
    assert len(wire.sent("GET", PROJECTS)) == 1


def test_a_list_that_never_ends_is_left(wire: Wire) -> None:
    again = {"projects": [somebody("a", "p1")], "truncated": True, "links": {"next": "there"}}
    wire.says("GET", PROJECTS, again)
    assert people.project_names(link()).truncated
    assert len(wire.sent("GET", PROJECTS)) == 5
