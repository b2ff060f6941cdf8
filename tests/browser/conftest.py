# SPDX-License-Identifier: Apache-2.0
"""Fixtures: a clean Chromium for each test, checks of its console, and failure evidence."""

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from demo import browser
from demo.dashboard import Dashboard
from demo.layout import Home
from devcloud.access import load
from tests.browser.gateway import Gateway, Trouble
from tests.browser.oracle import Oracle
from tests.browser.person import Person
from tests.cloud.conftest import Visit
from tests.cloud.conftest import shared_workshop as shared_workshop
from tests.cloud.conftest import visit as visit
from tests.cloud.conftest import workshop as workshop

LOG_TAIL = 20_000  # bytes kept of Horizon's log when a test fails
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember for the fixtures whether the test itself failed."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture
def oracle() -> Oracle:
    """What may go wrong in this test without failing it."""
    return Oracle()


@pytest.fixture(scope="session")
def chromium(home: Home) -> Iterator[Chrome]:
    """One Chromium for all tests: to start it takes longer than most of them."""
    with browser.opened(home) as chrome:
        yield chrome


@pytest.fixture
def driver(
    request: pytest.FixtureRequest,
    home: Home,
    dashboard: Dashboard,
    oracle: Oracle,
    chromium: Chrome,
) -> Iterator[Chrome]:
    """A browser that nobody used; afterwards nothing unexpected may be in console and log.

    The page is left at the end: it would go on to ask the dashboard, whose calls the next tests of
    this worker count.
    """
    start = dashboard.log.stat().st_size
    _make_new(chromium)
    try:
        yield chromium
        _examine(request.node, home, dashboard, oracle, chromium, start)
    finally:
        _make_new(chromium)


def _examine(
    test: pytest.Item,
    home: Home,
    dashboard: Dashboard,
    oracle: Oracle,
    chromium: Chrome,
    start: int,
) -> None:
    log = _read_from(dashboard.log, start)
    complaints = oracle.complaints(chromium.get_log("browser"), log)
    failed = test.stash.get(FAILED, False)
    if failed or complaints:
        place = _keep_evidence(home, test.nodeid, chromium, log)
        print(f"Screenshot, page and log: {place}")
    if complaints:
        pytest.fail("Unexpected while the test ran:\n" + "\n".join(complaints), pytrace=False)


@pytest.fixture
def visitor(driver: Chrome, dashboard: Dashboard) -> Person:
    """Somebody who has not logged in yet."""
    return Person(driver, dashboard.url)


@pytest.fixture
def enter(visitor: Person, home: Home) -> Callable[..., None]:
    """Function: log a user in by the login form and go to a path of the dashboard."""

    def log_in(user: str, path: str = "/project/volumes/") -> None:
        # Read anew: a project that a test cloned has a user that the session does not know.
        login = load(home.path).login(user)
        browser.log_in(visitor.driver, visitor.base, login, path)

    return log_in


@pytest.fixture
def anna(visitor: Person, visit: Visit) -> Person:
    """A cloud user who has logged in."""
    visitor.bring_session(visit("anna").session)
    return visitor


@pytest.fixture
def support(visitor: Person, visit: Visit) -> Person:
    """A member of support staff, an administrator, who has logged in."""
    visitor.bring_session(visit("admin").session)
    return visitor


@pytest.fixture(scope="session")
def proxy(dashboard: Dashboard) -> Iterator[Gateway]:
    """A proxy in front of the dashboard. It outlives the pages, which may ask at any moment."""
    with Gateway(dashboard.url) as between:
        yield between


@pytest.fixture
def gateway(anna: Person, proxy: Gateway) -> Iterator[Gateway]:
    """A proxy that can fail, through which anna uses the dashboard."""
    proxy.sent = 0
    anna.base = proxy.url
    yield proxy
    proxy.trouble = Trouble.NONE
    proxy.release()


def _make_new(chrome: Chrome) -> None:
    """Leave nothing of the test before: no page, no cookie, no message, no setting."""
    old = chrome.window_handles
    chrome.switch_to.new_window("tab")
    new = chrome.current_window_handle
    for window in old:
        chrome.switch_to.window(window)
        chrome.close()
    chrome.switch_to.window(new)
    chrome.execute_cdp_cmd("Network.clearBrowserCookies", {})
    chrome.get_log("browser")


def _read_from(path: Path, start: int) -> str:
    with path.open("rb") as log:
        log.seek(start)
        return log.read().decode(errors="replace")


def _keep_evidence(home: Home, name: str, chrome: Chrome, log: str) -> Path:
    place = home.failures / re.sub(r"[^\w.-]+", "-", name)
    place.mkdir(parents=True, exist_ok=True)
    chrome.save_screenshot(str(place / "screen.png"))
    (place / "page.html").write_text(chrome.page_source, encoding="utf-8")
    (place / "horizon.log").write_text(log[-LOG_TAIL:], encoding="utf-8")
    return place
