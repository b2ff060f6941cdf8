# SPDX-License-Identifier: Apache-2.0
"""The browser tests' waits bear a page that is going away."""

import json
from typing import Any

import pytest
from selenium.common.exceptions import (
    InvalidSessionIdException,
    NoSuchElementException,
    StaleElementReferenceException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver.remote.errorhandler import ErrorHandler

from demo.browser import PageErrors
from tests.browser import person
from tests.browser.person import Person


def answer(message: str, error: str = "unknown error") -> dict[str, Any]:
    """Return an error as chromedriver answers it."""
    value = {"error": error, "message": message, "stacktrace": "#0 0x5581"}
    return {"status": 500, "value": json.dumps({"value": value})}


class Element:
    """Fake element that becomes stale after ``times`` readings."""

    def __init__(self, words: str, times: int) -> None:
        self.words, self.times = words, times

    def is_enabled(self) -> bool:
        """Answer as an element of a page that is being replaced."""
        self.times -= 1
        if self.times < 0:
            PageErrors().check_response(answer(self.words))
        return True


@pytest.mark.parametrize(
    "words",
    [
        "Node with given id does not belong to the document",
        "aborted by navigation",
        "Cannot find context with specified id",
    ],
)
def test_a_page_that_goes_away_is_one_exception(words: str) -> None:
    with pytest.raises(WebDriverException) as plain:
        ErrorHandler().check_response(answer(words))
    assert not isinstance(plain.value, StaleElementReferenceException)
    with pytest.raises(StaleElementReferenceException, match=words):
        PageErrors().check_response(answer(words))


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        ("no such element", NoSuchElementException),
        ("invalid session id", InvalidSessionIdException),
        ("unknown error", WebDriverException),
    ],
)
def test_any_other_error_stays_what_it_is(error: str, raised: type[Exception]) -> None:
    with pytest.raises(WebDriverException) as found:
        PageErrors().check_response(answer("cannot connect to chrome", error))
    assert type(found.value) is raised


def test_no_error_is_none() -> None:
    PageErrors().check_response({"value": None})


def test_a_wait_bears_a_page_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person, "_LOOK_AGAIN", 0.001)
    somebody: Any = Person(None, "")  # type: ignore[arg-type]
    somebody.wait_left(Element("Node with given id does not belong to the document", 2))
    looks = [Element("aborted by navigation", 0), Element("", 1)]
    assert somebody.steadily(lambda: looks.pop(0).is_enabled()) is True


def test_a_wait_does_not_bear_what_is_no_going_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person, "_LOOK_AGAIN", 0.001)
    monkeypatch.setattr(person, "WAIT_SECONDS", 0.01)
    somebody: Any = Person(None, "")  # type: ignore[arg-type]
    with pytest.raises(WebDriverException, match="cannot connect") as found:
        somebody.wait_left(Element("cannot connect to chrome", 0))
    assert not isinstance(found.value, TimeoutException)
