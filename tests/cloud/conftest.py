# SPDX-License-Identifier: Apache-2.0
"""Tests over plain HTTP against a real cloud; see tests/conftest.py for what they get."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from demo.dashboard import Dashboard
from demo.layout import Home
from demo.visitor import Visitor
from devcloud.access import Access
from tests.api_versions import Versions
from tests.cloud.fault_proxy import FaultProxy
from tests.cloud.sites import horizon
from tests.cloud.watched import Watched
from tests.cloud.workshop import Workshop
from tests.conftest import Connect

Visit = Callable[..., Visitor]
Watch = Callable[..., Watched]


@pytest.fixture(scope="session")
def visit(cloud: Access, dashboard: Dashboard) -> Visit:
    """Function: somebody who is logged in already, once per user and project and run."""
    inside: dict[tuple[str, str | None], Visitor] = {}

    def visitor(user: str, project: str | None = None) -> Visitor:
        if (user, project) not in inside:
            inside[user, project] = Visitor(dashboard.url)
            login = cloud.login(user)
            # Horizon may choose a project that a test has made, and takes away again.
            inside[user, project].log_in(login, project or login.projects[0])
        return inside[user, project]

    return visitor


@pytest.fixture(scope="session")
def anna(visit: Visit) -> Visitor:
    """A member of web-shop at the dashboard."""
    return visit("anna")


@pytest.fixture(scope="session")
def watch(cloud: Access, home: Home) -> Iterator[Watch]:
    """Function: somebody whose requests are seen, once per user and project and run.

    With ``highest`` in a cloud whose Cinder and Nova have no newer versions of their APIs.
    """
    inside: dict[tuple[str, str | None, Versions | None], Watched] = {}
    with FaultProxy(cloud.endpoints, late=0.5, too_late=3.0) as proxy:
        settings = {"OPENSTACK_KEYSTONE_URL": proxy.auth_url}
        with horizon(home, "watched", "watched", settings) as dashboard:

            def watched(
                user: str, project: str | None = None, highest: Versions | None = None
            ) -> Watched:
                key = (user, project, highest)
                if key not in inside:
                    visitor = Visitor(dashboard.url)
                    with proxy.logging_in(f"watched{len(inside)}", highest) as lane:
                        login = cloud.login(user)
                        visitor.log_in(login, project or login.projects[0])
                    inside[key] = Watched(visitor, lane)
                return inside[key]

            yield watched


@pytest.fixture
def proved(settings: Any) -> None:
    """An operator who lets all volumes be re-imaged, for what runs in this process."""
    settings.SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": "proved"}


@pytest.fixture
def workshop(connect: Connect, home: Home) -> Iterator[Workshop]:
    """Makes things in web-shop for one test."""
    made = Workshop(connect("anna"), connect("admin", "web-shop"), home.path / "knobs")
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def shared_workshop(connect: Connect, home: Home) -> Iterator[Workshop]:
    """Makes things in web-shop for all tests of a module."""
    made = Workshop(connect("anna"), connect("admin", "web-shop"), home.path / "knobs")
    try:
        yield made
    finally:
        made.close()
