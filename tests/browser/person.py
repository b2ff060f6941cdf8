# SPDX-License-Identifier: Apache-2.0
"""Page object of a user at the browser, with waits and counted clicks."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
)
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.wait import WebDriverWait

from demo.browser import WAIT_SECONDS

T = TypeVar("T")

_SESSION_COOKIE = "sessionid"
_LOOK_AGAIN = 0.1  # seconds
# A row is drawn anew while somebody looks at it, or a menu slides in; then it is looked at again.
_REDRAWN = (
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
)


class Person:
    """A user of the dashboard at ``base``; ``clicks`` and ``ticks`` count the actions."""

    def __init__(self, driver: Chrome, base: str) -> None:
        self.driver = driver
        self.base = base
        self.clicks = 0
        self.ticks = 0

    def bring_session(self, session: requests.Session) -> None:
        """Go on with a login that was made over plain HTTP."""
        for cookie in session.cookies:
            self.keep_cookie(cookie.name, cookie.value or "")

    def go(self, path: str) -> None:
        """Open a page by its address."""
        self.driver.get(self.base + path)

    @property
    def path(self) -> str:
        """The address of the current page without the host."""
        address = urlsplit(self.driver.current_url)
        return address.path + (f"?{address.query}" if address.query else "")

    def until(self, condition: Callable[[], T], what: str) -> T:
        """Wait until ``condition()`` holds and return it; fail with ``what`` was awaited."""
        wait = WebDriverWait(self.driver, WAIT_SECONDS, _LOOK_AGAIN, _REDRAWN)
        return wait.until(lambda _driver: condition(), f"Never seen: {what}")

    def steadily(self, act: Callable[[], T]) -> T:
        """Do something with elements, again from their look-up when they are drawn anew."""
        done = self.until(lambda: (act(),), "elements that stay while they are used")
        return done[0]

    def all(self, css: str) -> list[WebElement]:
        """The elements of the page that can be seen now."""
        return self.steadily(
            lambda: [element for element in self.find_all(css) if element.is_displayed()]
        )

    def texts(self, css: str) -> list[str]:
        """The texts of the elements that can be seen now."""
        return self.steadily(lambda: [element.text for element in self.all(css)])

    def find_all(self, css: str) -> list[WebElement]:
        """The elements of the page, hidden ones too."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def see(self, css: str, text: str = "") -> WebElement:
        """Wait for an element that can be seen, with this text in it where one is given."""

        def seen() -> WebElement | None:
            return next((one for one in self.all(css) if text in one.text), None)

        found = self.until(seen, f"{css} {text!r}".rstrip())
        if found is None:
            raise AssertionError(f"Never seen: {css} {text!r}")
        return found

    def wait_left(self, element: WebElement) -> None:
        """Wait until another page, or another drawing of this one, took an element's place."""
        gone = staleness_of(element)
        self.until(lambda: gone(self.driver), "the next page")

    def wait_gone(self, css: str) -> None:
        """Wait until no such element can be seen."""
        self.until(lambda: not self.all(css), f"the end of {css}")

    def click(self, css: str, text: str = "") -> None:
        """Click what can be seen."""
        # Looked up again each time: a row that is drawn anew takes its links along.
        self.until(lambda: _is_hit(self.see(css, text)), f"{css} with nothing above it")
        self.clicks += 1

    def tick(self, css: str) -> None:
        """Tick a box."""
        self.steadily(lambda: self.see(css).click())
        self.ticks += 1

    def double_click(self, css: str) -> None:
        """Click twice, as an impatient person does."""
        self.steadily(lambda: ActionChains(self.driver).double_click(self.see(css)).perform())
        self.clicks += 2

    def type(self, css: str, text: str) -> None:
        """Write into a field what is not there yet."""

        def write() -> None:
            field = self.see(css)
            field.clear()
            field.send_keys(text)

        self.steadily(write)

    def value(self, css: str) -> str:
        """What a field holds."""
        return self.steadily(lambda: str(self.see(css).get_property("value")))

    def press(self, *keys: str) -> None:
        """Use the keyboard wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def without_scripts(self) -> None:
        """Let no script of the dashboard arrive in this tab.

        To switch scripts off altogether would show nothing: Horizon hides each page until its
        own guard against being framed has run (DISALLOW_IFRAME_EMBED).
        """
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*.js*", "*/i18n/js/*"]})

    def keep_cookie(self, name: str, value: str) -> None:
        """Have a cookie of the dashboard."""
        cookie = {"name": name, "value": value, "url": self.base}
        self.driver.execute_cdp_cmd("Network.setCookie", cookie)

    def forget_session(self) -> None:
        """Lose the session, as time does, without the page noticing."""
        for cookie in self.driver.get_cookies():
            if cookie["name"].startswith(_SESSION_COOKIE):
                self.driver.delete_cookie(cookie["name"])

    def in_window(self, width: int, height: int) -> None:
        """Have a window whose inside is this many pixels wide and high."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def focus(self) -> WebElement:
        """The element that has the focus."""
        return self.driver.switch_to.active_element


def _is_hit(element: WebElement) -> bool:
    """Click an element unless it is sliding, or something that is sliding lies above it."""
    # While Bootstrap unfolds a menu, what is clicked is what was there a moment ago.
    if element.parent.execute_script("return arguments[0].closest('.collapsing');", element):
        return False
    try:
        element.click()
    except ElementClickInterceptedException:
        return False
    return True
