# SPDX-License-Identifier: Apache-2.0
"""A recording holds all requests of a browser to this Horizon and no others."""

import json
from typing import Any

import pytest

from bench.recording import Recorder, Sent, Traffic
from bench.subjects import SUBJECTS, Things

BASE = "http://horizon:8000"
THINGS = Things("d", "a", "/project/volumes/?marker=m", "i", "s", "p", ("1", "2"), ("3", "4"))
SUBJECT = {each.name: each for each in SUBJECTS}
ROWS = "/project/volumes/?marker=m&action=rows_update&obj_id=a"


def said(method: str, number: str, **params: Any) -> dict[str, str]:
    """Return an entry of the log."""
    event = {"method": f"Network.{method}", "params": {"requestId": number, **params}}
    return {"message": json.dumps({"message": event})}


def exchanged(
    number: str, path: str, status: int = 200, kind: str = "Fetch", **request: Any
) -> list[dict[str, str]]:
    """Return what the log tells of a request and its answer."""
    url = path if path.startswith("http") else BASE + path
    asked = {"method": "GET", "url": url, "headers": {"X-Own": "1"}, **request}
    headers = {**asked["headers"], "Host": "h", "Cookie": "c", "Accept-Language": "de"}
    return [
        said("requestWillBeSent", number, request=asked, type=kind),
        said("requestWillBeSentExtraInfo", number, headers=headers),
        said("dataReceived", number),
        said("responseReceivedExtraInfo", number, statusCode=status),
    ]


class Window:
    """Fake browser whose log grows at each reading."""

    current_url = BASE

    def __init__(self, *parts: list[dict[str, str]]) -> None:
        self.parts = list(parts)
        self.went_to: list[str] = []

    def get_log(self, kind: str) -> list[dict[str, str]]:
        """Return the next part."""
        assert kind == "performance"
        return self.parts.pop(0) if self.parts else []

    def get(self, address: str) -> None:
        """Open a page."""
        self.went_to.append(address)

    def execute_cdp_cmd(self, _command: str, _options: dict[str, str]) -> None:
        """Have other cookies."""

    def execute_script(self, _script: str, *_arguments: str) -> bool:
        """Do something."""
        return True

    def find_elements(self, _how: str, _css: str) -> list[str]:
        """Find a link."""
        return ["link"]


class Anybody:
    """Fake visitor without cookies."""

    class session:  # noqa: N801 - the name of an attribute
        """Nothing of it is needed."""

        cookies = ()


def recorded(name: str, *parts: list[dict[str, str]], most: int = 100) -> list[Sent]:
    """Return what is recorded of a subject by a browser that sends this."""
    window: Any = Window([], *parts)
    visitor: Any = Anybody()
    found = Recorder(window, BASE).record(visitor, SUBJECT[name], THINGS, most)
    assert window.went_to[-1] == "about:blank"
    return found


def test_a_request_is_kept_as_it_was_sent_without_what_is_the_sessions() -> None:
    window: Any = Window(exchanged("1", "/a/?b=c", method="POST", postData="name=x&name=&y="))
    (sent,) = Traffic(window, BASE).answered()
    assert (sent.method, sent.path, sent.query) == ("POST", "/a/?b=c", {"b": ["c"]})
    assert sent.headers == {"X-Own": "1", "Accept-Language": "de"}
    assert sent.fields == {"name": ["x", ""], "y": [""]}


def test_what_is_not_answered_yet_or_no_page_is_left_out() -> None:
    window: Any = Window(
        exchanged("1", "/later/")[:3],
        [
            *exchanged("2", "/static/x.js", kind="Script"),
            *exchanged("3", "/static/x.json"),
            *exchanged("4", "http://elsewhere/x"),
            *exchanged("5", "/failed/", 500),
            *exchanged("6", "/ours/"),
        ],
        exchanged("1", "/later/")[3:],
    )
    traffic = Traffic(window, BASE)
    assert traffic.answered() == []
    assert [each.path for each in traffic.answered()] == ["/ours/"]
    assert {each.path for each in traffic.answered()} == {"/later/", "/ours/"}


def test_a_form_that_is_answered_with_another_address_is_kept_beside_it() -> None:
    posted = exchanged("1", "/send/", method="POST", postData="name=x")[:3]
    led = exchanged("1", "/result/", kind="Document")
    event = json.loads(led[0]["message"])
    event["message"]["params"]["redirectResponse"] = {"status": 302}
    window: Any = Window([*posted, {"message": json.dumps(event)}, *led[1:]])
    found = Traffic(window, BASE).answered()
    assert [(each.method, each.path) for each in found] == [("POST", "/send/"), ("GET", "/result/")]


def test_of_a_page_the_page_is_replayed() -> None:
    page = exchanged("1", "/project/volumes/", kind="Document")
    names = exchanged("2", "/project/volumes/names/shown/?q=x")
    (sent,) = recorded("Volumes", [*page, *names])
    assert sent.path == "/project/volumes/"


def test_of_a_dialog_the_link_that_the_list_has() -> None:
    address = "/project/volumes/a/create_snapshot/?holder=i&next=x"
    page = exchanged("1", "/project/volumes/?marker=m", kind="Document")
    (sent,) = recorded("Create Snapshot, attached", page, exchanged("2", address, kind="XHR"))
    assert sent.path == address


def test_of_a_form_the_dialog_before_it_and_what_was_sent() -> None:
    address = "/project/volumes/d/create_snapshot/"
    posted = exchanged("2", address, method="POST", postData="name=bench")
    shown, sent = recorded("Create Snapshot, detached, sent", exchanged("1", address), posted)
    assert (shown.method, sent.method, sent.fields) == ("GET", "POST", {"name": ["bench"]})


def test_of_unchanged_rows_the_request_that_was_answered_so() -> None:
    first = exchanged("1", ROWS)
    tagged = exchanged("2", ROWS, 304, headers={"If-None-Match": 'W/"t"'})
    (sent,) = recorded("1 volume's row", first, tagged)
    assert sent.header("if-none-match") == 'W/"t"'


@pytest.mark.parametrize(("most", "count"), [(1, 1), (100, 2)])
def test_of_rows_that_are_asked_for_one_by_one_each_or_the_first(most: int, count: int) -> None:
    each = "/project/volumes/?action=row_update&table=volumes&obj_id="
    parts = [exchanged(number, each + number, kind="XHR") for number in ("1", "2", "1")]
    things = recorded("20 volumes' rows", *parts, most=most)
    assert [sent.path for sent in things] == [each + "1", each + "2"][:count]
