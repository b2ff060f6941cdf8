# SPDX-License-Identifier: Apache-2.0
"""Fixtures: each list whose rows are refreshed, and a user who sees it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.cloud.wire import Wire
from tests.unit.panels import support as support_pages
from tests.unit.panels.common.refresh.lists import LISTS, PAGES, PROJECTS, List
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.person import Person, user


@pytest.fixture(params=LISTS)
def rows(request: pytest.FixtureRequest) -> List:
    """Each list in turn."""
    return LISTS[request.param]


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> List:
    """Each list that is a page of its own."""
    return PAGES[request.param]


@pytest.fixture(params=PROJECTS)
def projects(request: pytest.FixtureRequest) -> List:
    """Each list of one project."""
    return PROJECTS[request.param]


@pytest.fixture(autouse=True)
def ready(wire: Wire, settings: Any) -> None:
    """Let the rest of the cloud answer, and pages have up to a hundred rows."""
    settings.API_RESULT_PAGE_SIZE = 100
    support_pages.be_quiet(wire)
    support_pages.alive(wire)


@pytest.fixture
def somebody(log_in: LogIn) -> Callable[[List], Person]:
    """Function: the person who looks at a list."""

    def looking(at: List) -> Person:
        return log_in(support_pages.support_user() if at.is_admins else user("member", "reader"))

    return looking
