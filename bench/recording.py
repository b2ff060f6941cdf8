# SPDX-License-Identifier: Apache-2.0
"""Records the requests that Chromium sends for each subject, for replaying.

A subject is done once in a browser, as the person who is measured: a page is opened, a link is
clicked, a form is sent, rows move until the page's script asks for them.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from bench.errors import Unmeasurable
from bench.leftovers import NAME
from bench.subjects import Kind, Subject, Things
from demo import browser as chromium
from demo.layout import Home
from demo.visitor import Visitor

T = TypeVar("T")

# Seconds: for a page of stock's on a busy machine, and for its script to read its rows.
_SECONDS = 240
_PAUSE = 0.1
# What a page asks for by itself once the awaited request is there has been sent by then.
_SETTLED = 1.0
# Of the connection and the session it is sent in, which are the replayer's own.
_NOT_REPLAYED = frozenset({"host", "connection", "cookie", "content-length"})
_TYPES = frozenset({"Document", "XHR", "Fetch"})
_CLICK = "document.querySelector(arguments[0]).click();"
# Rows are asked for at once, and no longer than it takes: the pace is the script's.
_HURRY = """
    for (const row of document.querySelectorAll("tr[data-update-interval]")) {
        row.setAttribute("data-update-interval", "100");
    }
"""
_OPENED = "#modal_wrapper .modal.in form [name=name]"
_THERE = """
    const field = document.querySelector(arguments[0]);
    return Boolean(field && field.getClientRects().length);
"""
# As a person leaves a form: named, and accepted where that is asked for.
_SEND = """
    const form = document.querySelector(arguments[0]).closest("form");
    form.elements.name.value = arguments[1];
    if (form.elements.acknowledged) {
        form.elements.acknowledged.checked = true;
    }
    form.querySelector(".modal-footer [type=submit]:not([hidden])").click();
"""


@dataclass(frozen=True)
class Sent:
    """A request that a browser sent; ``path`` includes the query."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def query(self) -> dict[str, list[str]]:
        """Return the parameters of the address."""
        return parse_qs(urlsplit(self.path).query, keep_blank_values=True)

    @property
    def fields(self) -> dict[str, list[str]]:
        """Return the fields of the form."""
        return parse_qs(self.body, keep_blank_values=True)

    def header(self, name: str) -> str:
        """Return a header by its name in any case, empty where it was not sent."""
        return next((said for key, said in self.headers.items() if key.lower() == name), "")


@dataclass
class _Seen:
    """What the browser's log has shown of one request so far."""

    method: str = ""
    url: str = ""
    kind: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    # All that were sent: the browser's own (Accept-Language) are told apart from the page's.
    whole: dict[str, str] = field(default_factory=dict)
    status: int = 0


class Traffic:
    """What one browser sends to one Horizon, oldest first; static files are left out."""

    def __init__(self, window: Chrome, base: str) -> None:
        self._window = window
        self._base = base
        self._seen: dict[str, _Seen] = {}

    def forget(self) -> None:
        """Begin anew."""
        self._window.get_log("performance")
        self._seen.clear()

    def answered(self, status: int | None = None) -> list[Sent]:
        """Return what has been answered by now, with this status where one is given."""
        for entry in self._window.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            _note(self._seen, event["method"], event["params"])
        return [
            _sent(each, self._base)
            for each in self._seen.values()
            if each.status in ({status} if status else {200, 302, 304})
            and each.kind in _TYPES
            and each.url.startswith(f"{self._base}/")
            and not each.url.startswith(f"{self._base}/static/")
        ]


def _note(seen: dict[str, _Seen], method: str, params: Mapping[str, Any]) -> None:
    if method not in _EVENTS:
        return
    number = params["requestId"]
    if "redirectResponse" in params and number in seen:
        # The next request goes by the same number.
        seen[number].status = params["redirectResponse"]["status"]
        seen[f"{number} {len(seen)}"] = seen.pop(number)
    _EVENTS[method](seen.setdefault(number, _Seen()), params)


def _will_be_sent(one: _Seen, params: Mapping[str, Any]) -> None:
    request = params["request"]
    one.method, one.url, one.kind = request["method"], request["url"], params.get("type", "")
    one.body, one.headers = request.get("postData", ""), request["headers"]


def _extra(one: _Seen, params: Mapping[str, Any]) -> None:
    one.whole = params["headers"]


def _received(one: _Seen, params: Mapping[str, Any]) -> None:
    one.status = params["statusCode"]


_EVENTS: Mapping[str, Callable[[_Seen, Mapping[str, Any]], None]] = {
    "Network.requestWillBeSent": _will_be_sent,
    "Network.requestWillBeSentExtraInfo": _extra,
    "Network.responseReceivedExtraInfo": _received,
}


def _sent(one: _Seen, base: str) -> Sent:
    headers = {
        name: said
        for name, said in (one.whole or one.headers).items()
        if name.lower() not in _NOT_REPLAYED
    }
    return Sent(one.method, one.url.removeprefix(base), headers, one.body)


class Recorder:
    """A browser at one Horizon that does each subject once."""

    def __init__(self, window: Chrome, base: str) -> None:
        self._window = window
        self._base = base
        self._traffic = Traffic(window, base)

    def record(self, visitor: Visitor, subject: Subject, things: Things, most: int) -> list[Sent]:
        """Return what is sent for a subject, of many requests for rows the first ``most``.

        A dialog that is sent is one that was shown: that request comes first.

        :raises Unmeasurable: what is to be sent is not.
        """
        with self._as(visitor):
            self._window.get(self._base + subject.page(things))
            if subject.link is not None:
                return self._dialog(subject, subject.link(things))
            if subject.moving is not None:
                return self._rows(subject, len(subject.moving(things)[1]), most)
            return self._wait(lambda: self._of(subject.page(things))[:1], subject.name)

    def visited(self, visitor: Visitor, path: str, awaited: str = "") -> list[Sent]:
        """Return what a page sends when it is opened; an address with ``awaited`` is waited for."""
        with self._as(visitor):
            self._window.get(self._base + path)
            self._wait(lambda: self._with(awaited), f"{path}: {awaited}")
            time.sleep(_SETTLED)
            return self._traffic.answered(200)

    def sent_from(self, visitor: Visitor, path: str) -> list[Sent]:
        """Return what is sent for a page with a form, and then for the form."""
        with self._as(visitor):
            self._window.get(self._base + path)
            shown = self._wait(lambda: self._of(path)[:1], path)
            return [*shown, self._send(".static_page form [name=name]")]

    @contextlib.contextmanager
    def _as(self, visitor: Visitor) -> Iterator[None]:
        """Be a person, and afterwards nowhere: a page that is left open goes on asking."""
        run = self._window.execute_cdp_cmd
        run("Network.clearBrowserCookies", {})
        for cookie in visitor.session.cookies:
            run("Network.setCookie", {**_named(cookie.name, cookie.value), "url": self._base})
        self._traffic.forget()
        try:
            yield
        finally:
            self._window.get("about:blank")

    def _of(self, path: str) -> list[Sent]:
        return [each for each in self._traffic.answered() if each.path.startswith(path)]

    def _with(self, text: str) -> list[Sent]:
        return [each for each in self._traffic.answered(200) if text in each.path]

    def _dialog(self, subject: Subject, link: str) -> list[Sent]:
        css = f'#main_content a[href^="{link}"]'
        self._wait(lambda: self._window.find_elements(By.CSS_SELECTOR, css), css)
        self._window.execute_script(_CLICK, css)
        shown = self._wait(lambda: self._of(link)[:1], subject.name)
        if subject.kind is not Kind.SENT:
            return shown
        self._wait(lambda: self._window.execute_script(_THERE, _OPENED), subject.name)
        return [*shown, self._send(_OPENED)]

    def _send(self, field_css: str) -> Sent:
        self._window.execute_script(_SEND, field_css, NAME)

        def posted() -> list[Sent]:
            return [each for each in self._traffic.answered() if each.method == "POST"]

        return self._wait(posted, f"what sends {field_css}")[0]

    def _rows(self, subject: Subject, count: int, most: int) -> list[Sent]:
        """Wait for one request that says that nothing has changed, or for one for each row."""
        self._window.execute_script(_HURRY)

        def found() -> Sequence[Sent]:
            one_by_one = {each.path: each for each in self._asked("row_update", 200)}
            enough = len(one_by_one) >= min(count, most)
            together = self._asked("rows_update", 304)[-1:]
            return together or (list(one_by_one.values())[:most] if enough else [])

        return list(self._wait(found, subject.name))

    def _asked(self, action: str, status: int) -> list[Sent]:
        answered = self._traffic.answered(status)
        return [each for each in answered if each.query.get("action") == [action]]

    def _wait(self, condition: Callable[[], T], what: str) -> T:
        end = time.monotonic() + _SECONDS
        while not (found := condition()):
            if time.monotonic() > end:
                raise Unmeasurable(f"Chromium at {self._window.current_url} never sent: {what}")
            time.sleep(_PAUSE)
        return found


def _named(name: str, value: str | None) -> dict[str, str]:
    return {"name": name, "value": value or ""}


@contextlib.contextmanager
def recorders(home: Home, bases: Mapping[str, str]) -> Iterator[dict[str, Recorder]]:
    """Yield a browser for each Horizon, by its name."""
    with contextlib.ExitStack() as open_ones:
        found = {}
        for name, base in bases.items():
            window = open_ones.enter_context(chromium.opened(home, log_traffic=True))
            window.set_page_load_timeout(_SECONDS)
            found[name] = Recorder(window, base)
        yield found
