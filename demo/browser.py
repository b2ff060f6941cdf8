# SPDX-License-Identifier: Apache-2.0
"""Starts Debian's Chromium headless, with all its files in the state folder."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.errorhandler import ErrorHandler
from selenium.webdriver.support.expected_conditions import url_contains
from selenium.webdriver.support.wait import WebDriverWait

from demo.layout import Home
from demo.problem import Problem
from devcloud.access import Login

WIDTH, HEIGHT = 1280, 900
WAIT_SECONDS = 30.0
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=en-US",
)
# While a page is being replaced chromedriver passes on what Chromium's debugging protocol says.
# It knows no error of its own for these, so that Selenium raises a plain WebDriverException.
_PAGE_GOES_AWAY = (
    "does not belong to the document",
    "No node with given id found",
    "Could not find object with given id",
    "Cannot find context with specified id",
    "Cannot find default execution context",
    "Execution context was destroyed",
    "no such execution context",
    "frame does not have execution context",
    "uniqueContextId not found",
    "aborted by navigation",
    "target frame detached",
    "Inspected target navigated or closed",
)


class PageErrors(ErrorHandler):
    """Raises StaleElementReferenceException for each error of chromedriver about a page gone.

    So whoever waits needs to bear one exception only.
    """

    def check_response(self, response: dict[str, Any]) -> None:
        """Check an answer of the driver as Selenium does."""
        try:
            super().check_response(response)
        except WebDriverException as error:
            if not any(words in (error.msg or "") for words in _PAGE_GOES_AWAY):
                raise
            raise StaleElementReferenceException(
                error.msg, error.screen, error.stacktrace
            ) from error


@contextlib.contextmanager
def opened(home: Home, *, log_traffic: bool = False) -> Iterator[webdriver.Chrome]:
    """Yield a browser with a fresh profile; it and its profile are gone afterwards.

    With ``log_traffic`` its log "performance" tells of each request that it sends.

    Raises Problem when Chromium or its driver is not installed.
    """
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        raise Problem("Chromium is missing. Install Debian's chromium and chromium-driver.")
    profiles = home.path / "browser"
    profiles.mkdir(parents=True, exist_ok=True)
    profile = Path(tempfile.mkdtemp(dir=profiles))
    # Chromium keeps certificates and caches in the home folder whatever its profile is.
    service = Service(driver, env={**os.environ, "HOME": str(profile)})
    browser = webdriver.Chrome(options=_options(program, profile, log_traffic), service=service)
    browser.error_handler = PageErrors()
    try:
        yield browser
    finally:
        browser.quit()
        shutil.rmtree(profile, ignore_errors=True)


def _options(program: str, profile: Path, log_traffic: bool) -> webdriver.ChromeOptions:
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.add_argument(f"--window-size={WIDTH},{HEIGHT}")
    options.add_argument(f"--user-data-dir={profile}")
    options.set_capability("goog:loggingPrefs", _logs(log_traffic))
    return options


def _logs(traffic: bool) -> dict[str, str]:
    return {"browser": "ALL", **({"performance": "ALL"} if traffic else {})}


def log_in(browser: webdriver.Chrome, base: str, login: Login, path: str = "/") -> None:
    """Log a person in by the login form and go to ``path``, as a person would."""
    browser.get(f"{base}/auth/login/?next={path}")
    browser.find_element(By.NAME, "username").send_keys(login.name)
    browser.find_element(By.NAME, "password").send_keys(login.password)
    browser.find_element(By.ID, "loginBtn").click()
    WebDriverWait(browser, WAIT_SECONDS).until_not(url_contains("/auth/login"))
