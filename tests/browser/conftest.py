# SPDX-License-Identifier: Apache-2.0
"""Chromium for each test, an oracle that watches it, and evidence when it fails."""

import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.wait import WebDriverWait

from demo import browser
from demo.dashboard import Dashboard
from demo.layout import Home
from devcloud.access import Access
from tests.browser.oracle import Oracle

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


@pytest.fixture
def driver(
    request: pytest.FixtureRequest, home: Home, dashboard: Dashboard, oracle: Oracle
) -> Iterator[Chrome]:
    """A fresh Chromium; afterwards console and Horizon's log must hold nothing unexpected."""
    start = dashboard.log.stat().st_size
    with browser.opened(home) as chrome:
        yield chrome
        log = _read_from(dashboard.log, start)
        complaints = oracle.complaints(chrome.get_log("browser"), log)
        if complaints or request.node.stash.get(FAILED, False):
            place = _keep_evidence(home, request.node.nodeid, chrome, log)
            print(f"Screenshot, page and log: {place}")
    if complaints:
        pytest.fail("Unexpected while the test ran:\n" + "\n".join(complaints), pytrace=False)


@pytest.fixture
def wait(driver: Chrome) -> WebDriverWait[Chrome]:
    """Waits for a condition in the browser, never for a time."""
    return WebDriverWait(driver, browser.WAIT_SECONDS)


@pytest.fixture
def enter(driver: Chrome, cloud: Access, dashboard: Dashboard) -> Callable[..., None]:
    """Function: log a user in by the login form and go to a path of the dashboard."""

    def log_in(user: str, path: str = "/project/volumes/") -> None:
        browser.log_in(driver, dashboard.url, cloud.login(user), path)

    return log_in


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
