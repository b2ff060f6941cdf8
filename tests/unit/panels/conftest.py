# SPDX-License-Identifier: Apache-2.0
"""Fixtures: the dashboard with faked services and a logged-in user."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.http import HttpRequest
from openstack_auth import utils
from openstack_auth.user import User

from tests.unit.cloud.wire import Wire
from tests.unit.panels.audit_trail import hear
from tests.unit.panels.dialogs import DIALOGS, Dialog
from tests.unit.panels.person import Person, user

LogIn = Callable[[User], Person]


@pytest.fixture(scope="session", autouse=True)
def quiet_menu() -> Iterator[None]:
    """Keep the panels of others in the menu from asking services, as Horizon's own tests do.

    Once for all tests: making these mocks takes longer than many of the tests.
    """
    with ExitStack() as patched:
        for each in settings.TEST_GLOBAL_MOCKS_ON_PANELS.values():
            patched.enter_context(mock.patch(each["method"], return_value=each["return_value"]))
        yield


@pytest.fixture(scope="session", autouse=True)
def stock_calls_at_once() -> Iterator[None]:
    """Let Horizon's own pages make their calls one after the other.

    Those that it makes side by side take a second, whatever they are (futurist's executor looks for
    its end that often).
    """

    def call_all(*calls: Any) -> tuple[Any, ...]:
        with_arguments = [(each,) if callable(each) else tuple(each) for each in calls]
        return tuple(call(*(more[0] if more else ())) for call, *more in with_arguments)

    with mock.patch("openstack_dashboard.utils.futurist_utils.call_functions_parallel", call_all):
        yield


@pytest.fixture(autouse=True)
def audited_changes(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Fail a test in which a page changes something without both lines of the audit log."""
    if "wire" not in request.fixturenames:
        yield
        return
    trail = hear(request.getfixturevalue("wire"), monkeypatch)
    yield
    trail.check()


@pytest.fixture
def log_in(monkeypatch: pytest.MonkeyPatch) -> LogIn:
    """Function: log a user in, in place of anybody before."""

    def logged_in(who: User) -> Person:
        def get_user(request: HttpRequest) -> User:
            return who

        monkeypatch.setattr(utils, "get_user", get_user)
        return Person()

    return logged_in


@pytest.fixture
def person(log_in: LogIn, wire: Wire) -> Person:
    """A member of our project, whose limits can be read, and who has made nothing yet."""
    wire.quota()
    wire.holds("snapshots")
    wire.holds("volumes")
    wire.holds("backups")
    wire.messages()
    return log_in(user("member", "reader"))


@pytest.fixture(params=DIALOGS, ids=[each.makes for each in DIALOGS])
def dialog(request: pytest.FixtureRequest, wire: Wire, person: Person) -> Dialog:
    """Each dialog in turn, with all that it reads."""
    wire.volume()
    wire.snapshot()
    wire.says("GET", "/types", {"volume_types": []})
    wire.says("GET", "/os-availability-zone", {"availabilityZoneInfo": []})
    found: Dialog = request.param
    found.accepts(wire)
    return found
