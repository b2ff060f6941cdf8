# SPDX-License-Identifier: Apache-2.0
"""Our pages while Keystone hangs, or fails: Horizon's frame asks it on every page."""

from collections.abc import Iterator
from typing import Any

import horizon
import pytest
from django.http import HttpRequest
from django.urls import reverse
from openstack_auth import utils
from openstack_auth.user import User

from snapshot_dashboard.cloud import frame
from snapshot_dashboard.cloud.versions import versions
from tests.unit.cloud.wire import KEYSTONE, REFUSED, SILENT, Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import VOLUMES, Person, user

PROJECTS = f"{KEYSTONE}/users/u-anna/projects"
BOTH = pytest.mark.parametrize("how", [SILENT, REFUSED], ids=["hangs", "down"])


@pytest.fixture
def anna(
    wire: Wire, person: Person, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Person]:
    """A member whose projects are not known yet, of a cloud that has application credentials."""
    frame.spared.forget()
    wire.says("GET", KEYSTONE, {"version": {"id": "v3.14"}})
    named: list[dict[str, Any]] = [
        {"id": "p2", "name": "research", "enabled": True, "domain_id": "default"},
        {"id": "p3", "name": "old-shop", "enabled": False, "domain_id": "default"},
    ]
    wire.says("GET", PROJECTS, {"projects": named, "links": {}})
    found = log_in(user())
    monkeypatch.setattr(utils, "get_user", lambda _request: somebody())
    yield found
    frame.spared.forget()


def somebody() -> User:
    """Return the member as she is with each request."""
    who = user("member", "reader")
    who.authorized_tenants = None
    return who


def entry_is_shown() -> bool:
    """Tell whether the menu of a page has Application Credentials: tests draw no menu."""
    request = HttpRequest()
    request.user = somebody()
    reverse("login")
    panel = horizon.get_dashboard("identity").get_panel("application_credentials")
    return bool(panel.can_access({"request": request}))


def asked(wire: Wire) -> int:
    """Return how often Keystone was asked."""
    return sum(each.url.startswith(KEYSTONE) for each in wire.mocker.request_history)


def test_the_frame_is_as_stock_has_it_and_the_version_is_remembered(
    wire: Wire, anna: Person
) -> None:
    page = anna.get(VOLUMES)
    assert "research" in page.text and "old-shop" not in page.text
    assert len(wire.sent("GET", PROJECTS)) == 1
    assert entry_is_shown() and entry_is_shown()
    assert len(wire.sent("GET", KEYSTONE)) == 1


@BOTH
def test_a_page_is_shown_and_keystone_is_left_alone_for_a_while(
    wire: Wire, anna: Person, how: type[Exception]
) -> None:
    wire.breaks("GET", KEYSTONE, how)
    wire.breaks("GET", PROJECTS, how)
    for _visit in range(2):
        page = anna.get(VOLUMES)
        assert page.status == 200 and not page.problem
        # The project that one works in is known without being asked for.
        assert "Web & Shop" in page.text and "research" not in page.text
        assert not entry_is_shown()
    assert asked(wire) == 1


def test_a_version_that_is_known_is_not_forgotten_by_hanging(wire: Wire, anna: Person) -> None:
    assert entry_is_shown()
    wire.breaks("GET", PROJECTS, SILENT)
    anna.get(VOLUMES)
    assert entry_is_shown()


def test_whose_token_keystone_refuses_keeps_nobody_else_from_asking(
    wire: Wire, anna: Person
) -> None:
    wire.fails("GET", PROJECTS, 401)
    assert anna.get(VOLUMES).status == 200
    wire.says("GET", PROJECTS, {"projects": [], "links": {}})
    anna.get(VOLUMES)
    assert len(wire.sent("GET", PROJECTS)) == 2


def test_keystone_is_asked_again_after_a_while(
    wire: Wire, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "_SPARED", -1.0)
    wire.breaks("GET", KEYSTONE, SILENT)
    assert not entry_is_shown()
    wire.says("GET", KEYSTONE, {"version": {"id": "v3.14"}})
    assert entry_is_shown()


def test_an_old_keystone_has_no_such_entry(wire: Wire, anna: Person) -> None:
    wire.says("GET", KEYSTONE, {"version": {"id": "v3.9"}})
    assert not entry_is_shown()
    versions.forget()


def test_what_shows_no_frame_does_not_ask(wire: Wire, anna: Person) -> None:
    address = f"{VOLUMES}snapshots/counted/?q=v1"
    answer = anna.client.get(address, headers={"X-Requested-With": "XMLHttpRequest"})
    assert answer.status_code == 200
    assert asked(wire) == 0
