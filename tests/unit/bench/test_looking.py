# SPDX-License-Identifier: Apache-2.0
"""Replays of scripts and several users: searches, sets and the browser."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from selenium.common.exceptions import TimeoutException

from bench import browser, made_from
from bench.browser import Sight
from bench.errors import Unmeasurable
from bench.leftovers import Leftovers
from bench.recording import Sent
from bench.sets import Sets, address
from demo.counting import HEADER
from demo.layout import Home


def response(body: str, status: int = 200) -> requests.Response:
    """Return an answer that cost two calls."""
    found = requests.Response()
    found.status_code = status
    found._content = body.encode()
    found.headers[HEADER] = "2"
    return found


class Looker:
    """Fake dialog that answers one part after another."""

    base = "http://horizon"

    def __init__(self, *parts: dict[str, Any], status: int = 200) -> None:
        self.parts = list(parts)
        self.status = status
        self.asked: list[dict[str, list[str]]] = []
        self.session = self

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Return the next part."""
        self.asked.append(parse_qs(urlsplit(url).query, keep_blank_values=True))
        return response(json.dumps(self.parts.pop(0)), self.status)


FIRST = Sent("GET", "/s/dependents/?marker=&done=0&all=0&found=0&project=p")
SECOND = Sent("GET", "/s/dependents/?marker=m&done=200&all=700&found=1&project=p")


def test_a_look_goes_on_as_the_script_does_and_ends() -> None:
    visitor: Any = Looker(
        {"marker": "m,n", "done": 200, "all": 700, "found": 1, "said": "..."},
        {"marker": "", "done": 700, "all": 700, "found": 1, "said": "..."},
    )
    found = made_from.look(visitor, FIRST)
    began = {"marker": [""], "done": ["0"], "all": ["0"], "found": ["0"], "project": ["p"]}
    gone_on = {"marker": ["m,n"], "done": ["200"], "all": ["700"], "found": ["1"]}
    assert visitor.asked == [began, {**gone_on, "project": ["p"]}]
    assert (found.parts, found.calls, found.checked) == (2, 4, 700)
    assert 0 < found.first <= found.whole


def test_a_look_is_that_which_was_recorded() -> None:
    page = Sent("GET", "/s/delete/")
    assert made_from.recorded([page, FIRST, SECOND]) == FIRST
    assert made_from.recorded([page, FIRST]) == FIRST
    with pytest.raises(Unmeasurable, match="has not looked"):
        made_from.recorded([page])
    with pytest.raises(Unmeasurable, match="the script asks"):
        made_from.recorded([FIRST, Sent("GET", "/s/dependents/?marker=m&done=200&project=p")])


def test_a_look_that_fails_is_no_look() -> None:
    visitor: Any = Looker({}, status=503)
    with pytest.raises(Unmeasurable, match="503"):
        made_from.look(visitor, FIRST)


class Cloud:
    """A Cinder that makes snapshots at once, and a Horizon in front that asks it to."""

    project = "web"
    base = "http://horizon"
    cookies: ClassVar[dict[str, str]] = {}

    def __init__(self, log: Path) -> None:
        self.log = log
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("GET cinder:1 /before\n")
        self.session = self
        self.made: list[str] = []
        self.read_again: list[str] = []

    def get(self, path: str) -> None:
        """Answer, as Cinder."""
        self.read_again.append(path)

    def request(self, method: str, url: str, data: Any, **_options: Any) -> requests.Response:
        """Show a form and make what it asks for, as Horizon."""
        said = parse_qs(data or urlsplit(url).query)
        if method == "GET":
            inputs = "".join(f'<input name="include" value="{each}">' for each in said["id"])
            form = f'<form method="post" action="/send/">{inputs}<input name="name"></form>'
            return response(form)
        with self.log.open("a") as log:
            log.write("GET cinder:1 /other/volumes/x\n")
            for each in said["include"]:
                log.write(f"GET cinder:1 /web/volumes/{each}\nPOST cinder:1 /web/snapshots\n")
        self.made += said["include"]
        return response("", 302)

    def post(self, path: str, data: Any) -> requests.Response:
        """Make a snapshot, as Cinder."""
        self.made.append(data["snapshot"]["volume_id"])
        return response("", 202)

    def read(self, path: str) -> Any:
        """List what there is."""
        kind = path.split("/")[1]
        found = [{"id": each, "name": "bench x", "status": "available"} for each in self.made]
        return {kind: found if kind == "snapshots" else []}

    def delete(self, path: str) -> None:
        """Delete at once."""
        self.made.remove(path.split("/")[2])


def test_cinder_alone_is_sent_what_ours_sent(tmp_path: Path) -> None:
    cloud: Any = Cloud(tmp_path / "log" / "outgoing.log")
    portions = [["a", "b"], ["c", "d"]]
    form = [Sent("GET", address(portions[0])), Sent("POST", "/send/", {}, "include=a&name=x")]
    sets = Sets(Home(tmp_path), cloud, cloud, Leftovers(cloud), portions, form)
    found = sets.measure(1)
    assert sorted(cloud.read_again) == [f"http://cinder:1/web/volumes/{each}" for each in "abcd"]
    assert (found["volumes"], found["in_one_dialog"]) == (4, 2)
    assert (found["ours"]["made"], found["cinder"]["made"]) == (4, 4)
    assert found["cinder"]["calls"] == 8
    assert cloud.made == []


class Window:
    """Fake browser in which an element never appears."""

    current_url = "http://horizon/project/volumes/"

    def __init__(self, missing: Callable[["Window"], None]) -> None:
        self._missing = missing

    def get(self, _address: str) -> None:
        """Open a page."""

    def execute_async_script(self, *_script: Any) -> float:
        """Run a script that waits."""
        self._missing(self)
        return 12.0

    def find_elements(self, _how: str, selector: str) -> list[Any]:
        """Find rows, and what the page says."""
        if selector.startswith("tr"):
            return []
        return [type("Alert", (), {"text": "Unable to retrieve volume list."})]


def test_a_page_that_does_not_come_says_what_came_instead() -> None:
    def missing(_window: Window) -> None:
        raise TimeoutException

    window: Any = Window(missing)
    with pytest.raises(Unmeasurable, match="shows 0 rows and says .*Unable to retrieve"):
        browser.once(window, "http://horizon", Sight("Volumes", "/project/volumes/"))


def test_a_page_without_a_dialog_takes_until_it_is_loaded() -> None:
    window: Any = Window(lambda _window: None)
    assert browser.once(window, "http://horizon", Sight("Volumes", "/project/volumes/")) == 12.0
