# SPDX-License-Identifier: Apache-2.0
"""Medians, time-outs, forms, and answers that must not count."""

import json
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from bench import floor, measuring, memory
from bench.errors import Unmeasurable
from bench.leftovers import NAME, Leftovers
from bench.measuring import Answer, Asker, Patience
from bench.memory import Sample
from bench.moving import moving
from bench.recording import Sent
from bench.sides import Side, Worker
from bench.subjects import SUBJECTS, Subject, Things
from demo.counting import BYTES_HEADER, CONNECTIONS_HEADER, HEADER
from devcloud.access import Login

THINGS = Things(
    "d", "a", "/page/", "i", "s", "p", tuple(map(str, range(100))), tuple(map(str, range(100)))
)
SUBJECT = {each.name: each for each in SUBJECTS}
TAG = 'W/"new"'
HEADERS = {"ETag": TAG, HEADER: "2", BYTES_HEADER: "30", CONNECTIONS_HEADER: "1"}


def response(body: str = "page", status: int = 200) -> requests.Response:
    """Return an answer of Horizon's."""
    found = requests.Response()
    found.status_code = status
    found._content = body.encode()
    found.headers.update(HEADERS)
    found.request = requests.Request(method="GET", url="http://horizon/").prepare()
    return found


@dataclass
class Crowd(Side):
    """Fake Horizon with fixed answers that records its requests."""

    body: str = "page"
    status: int = 200
    # Of the first requests, in the place of that one.
    first: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=lambda: {"csrftoken": "new"})

    def visitor(self, login: Login, rows: int = 20) -> Any:
        """Return somebody."""
        return self

    @property
    def session(self) -> "Crowd":
        """What somebody sends requests with."""
        return self

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Answer."""
        self.asked.append(url.removeprefix(self.base))
        self.sent.append({"method": method, **options})
        return response(self.body, self.first.pop(0) if self.first else self.status)


class Cinder:
    """Fake Cinder that lists fixed objects."""

    def __init__(self) -> None:
        self.there: dict[str, list[dict[str, str]]] = {"volumes": [], "snapshots": []}
        self.deleted: list[str] = []

    def read(self, path: str) -> Any:
        """Return a list."""
        kind = path.split("/")[1]
        return {kind: self.there[kind]}

    def delete(self, path: str) -> None:
        """Delete at once."""
        _nothing, kind, gone = path.split("/")
        self.deleted.append(gone)
        self.there[kind] = [each for each in self.there[kind] if each["id"] != gone]


LOGIN = Login("anna", "secret", ["web"], {}, "")


class Browser:
    """Fake recorder with given requests."""

    def __init__(self, *sent: Sent) -> None:
        self.sent = list(sent)

    def record(self, visitor: Any, subject: Subject, things: Things, most: int) -> list[Sent]:
        """Return it."""
        return self.sent[:most]


def asker(side: Side, name: str, *sent: Sent, most: int = 100) -> Asker:
    """Return somebody who asks this Horizon for a subject, as a browser was seen to ask."""
    seen = sent or (Sent("GET", "/page/"),)
    found = Asker(side, LOGIN, THINGS, Leftovers(Cinder()), Browser(*seen), most)  # type: ignore[arg-type]
    found.record(SUBJECT[name])
    return found


ROWS = Sent(
    "GET",
    "/page/?action=rows_update&obj_id=1,2",
    {"If-None-Match": 'W/"tag"', "X-Requested-With": "XMLHttpRequest"},
)


def crowd(name: str = "ours", **more: Any) -> Crowd:
    """Return a Horizon that this process answers for."""
    return Crowd(name, "http://horizon", Worker(os.getpid()), **more)


def answer(milliseconds: float, **more: Any) -> Answer:
    """Return what one answer took."""
    usual = dict.fromkeys(("cpu", "calls", "connections", "cloud_bytes", "page_bytes"), 0)
    return Answer(milliseconds=milliseconds, **(usual | more))


def test_a_figure_is_the_median_with_both_ends() -> None:
    found = measuring.figure([answer(30, calls=1), answer(10, calls=5), answer(11, calls=5)], 1)
    assert (found.milliseconds, found.fastest, found.slowest) == (11, 10, 30)
    assert (found.calls, found.repeats) == (5, 3)


@pytest.mark.parametrize(
    ("times", "over"),
    [([], False), ([1] * 8, False), ([1] * 9, True), ([13000], False), ([7000, 7000], True)],
)
def test_what_is_slow_is_asked_for_less_often(times: list[float], over: bool) -> None:
    assert Patience(repeats=9, seconds=12, least=2).is_over(times) is over


def test_one_repeat_is_enough_where_one_is_wanted() -> None:
    assert Patience(repeats=1, least=2).is_over([1.0])


def test_both_are_asked_in_turn_and_the_first_answers_do_not_count() -> None:
    order: list[str] = []
    sides = {name: crowd(name) for name in ("ours", "stock")}
    for name, each in sides.items():
        each.asked = _Noting(order, name)
    askers = {name: asker(each, "Volumes") for name, each in sides.items()}
    found = measuring.compare(SUBJECT["Volumes"], askers, Patience(repeats=2, warm_up=1))
    assert order == ["ours", "stock"] + ["ours", "stock"] * 2
    assert {name: each.repeats for name, each in found.items()} == {"ours": 2, "stock": 2}
    assert found["ours"].calls == 2


class _Noting(list[str]):
    def __init__(self, order: list[str], name: str) -> None:
        super().__init__()
        self._order, self._name = order, name

    def append(self, _path: str) -> None:
        self._order.append(self._name)


def test_what_a_browser_has_sent_is_what_is_sent() -> None:
    horizon = crowd()
    first, second = (Sent("GET", f"/{each}/?a=b", {"Accept": each}) for each in "xy")
    found = asker(horizon, "20 volumes' rows", first, second).ask(SUBJECT["20 volumes' rows"])
    assert horizon.asked == ["/x/?a=b", "/y/?a=b"]
    assert [each["headers"] for each in horizon.sent] == [{"Accept": "x"}, {"Accept": "y"}]
    assert not any(each["allow_redirects"] or each["data"] for each in horizon.sent)
    assert (found.calls, found.cloud_bytes, found.page_bytes) == (4, 60, 8)


def test_stock_is_not_asked_for_what_takes_it_minutes() -> None:
    sides = {name: crowd(name) for name in ("ours", "stock")}
    name = "100 snapshots' rows, changed"
    askers = {side: asker(each, name) for side, each in sides.items()}
    assert list(measuring.compare(SUBJECT[name], askers, Patience(repeats=1))) == ["ours"]
    assert sides["stock"].asked == []


def test_a_short_run_asks_for_a_few_rows() -> None:
    horizon = crowd("stock")
    asker(horizon, "20 volumes' rows", *[Sent("GET", "/row/")] * 20, most=2).ask(
        SUBJECT["20 volumes' rows"]
    )
    assert len(horizon.asked) == 2


@pytest.mark.parametrize(
    ("name", "status", "rows", "measured"),
    [
        ("1 volume's row", 304, "", True),
        ("1 volume's row", 200, "12", False),
        ("1 volume's row, changed", 200, "12", True),
        ("1 volume's row, changed", 200, "1", False),
        ("1 volume's row, changed", 304, "", False),
    ],
)
def test_unchanged_rows_are_not_sent_and_changed_ones_are(
    name: str, status: int, rows: str, *, measured: bool
) -> None:
    body = json.dumps({"rows": dict.fromkeys(rows, ""), "gone": []})
    asking = asker(crowd(status=status, body=body), name, ROWS)
    if measured:
        assert asking.ask(SUBJECT[name]).calls == 2
        return
    with pytest.raises(Unmeasurable):
        asking.ask(SUBJECT[name])


def test_rows_that_change_just_then_are_asked_for_again() -> None:
    horizon: Any = crowd(body=json.dumps({"rows": {"1": ""}, "gone": []}))
    horizon.first = [200, 200, 304, 304]
    assert asker(horizon, "1 volume's row", ROWS).ask(SUBJECT["1 volume's row"]).calls == 2
    assert len(horizon.asked) == 4


class Statuses:
    """Fake project that lists two objects, and returns a third only by id."""

    def __init__(self) -> None:
        self.statuses = {"x": "in-use", "y": "available", "old": "available"}
        self.set: list[tuple[str, str]] = []

    def read(self, path: str) -> Any:
        """Return the list, or one object."""
        if "detail" in path:
            return {"volumes": [{"id": each, "status": self.statuses[each]} for each in "xy"]}
        return {"volume": {"id": "old", "status": self.statuses["old"]}}

    def post(self, path: str, body: Any) -> None:
        """Set a status."""
        self.statuses[path.split("/")[2]] = body["os-reset_status"]["status"]


def test_what_is_refreshed_is_moving_meanwhile_and_as_before_afterwards() -> None:
    project: Any = Statuses()
    before = dict(project.statuses)
    with pytest.raises(KeyError), moving(project, project, "volumes", ["x", "old"]):
        assert project.statuses == {"x": "retyping", "y": "available", "old": "retyping"}
        raise KeyError
    assert project.statuses == before


def test_rows_that_have_changed_meanwhile_get_their_tag_as_the_script_takes_it_up() -> None:
    """A name that was remembered may be forgotten between two requests."""
    horizon: Any = crowd(body="{}")
    assert measuring.tagged_anew(horizon, ROWS).header("if-none-match") == TAG
    horizon.status = 304
    assert measuring.tagged_anew(horizon, ROWS) == ROWS
    assert len(horizon.asked) == 2
    alone = Sent("GET", "/page/?action=row_update&obj_id=1")
    assert measuring.tagged_anew(horizon, alone) == alone
    assert len(horizon.asked) == 2


FORM = """<form method="post" action="/send/"><input name="csrfmiddlewaretoken" value="old">
  <input name="name" value=""><input name="request" value="fresh"></form>"""
POSTED = Sent(
    "POST",
    "/send/",
    {"X-CSRFToken": "old", "Accept": "text/html"},
    "csrfmiddlewaretoken=old&name=x&request=stale&next=%2Fpage%2F",
)


def test_what_is_no_answer_is_not_measured() -> None:
    with pytest.raises(Unmeasurable, match="HTTP 500"):
        asker(crowd(status=500), "Volumes").ask(SUBJECT["Volumes"])


def test_a_dialog_without_a_form_is_not_measured() -> None:
    name = "Create Volume, sent"
    with pytest.raises(Unmeasurable, match="without a form"):
        asker(crowd(), name, Sent("GET", "/shown/"), POSTED).ask(SUBJECT[name])


def test_a_form_is_sent_as_the_browser_sent_it_with_what_is_fresh() -> None:
    visitor: Any = crowd()
    sent = measuring.filled_as(POSTED, response(FORM), visitor)
    assert (sent.method, sent.path) == ("POST", "/send/")
    assert sent.headers == {"X-CSRFToken": "new", "Accept": "text/html"}
    assert sent.fields == {
        "csrfmiddlewaretoken": ["new"],
        "name": [NAME],
        "request": ["fresh"],
        "next": ["/page/"],
    }


def test_a_field_that_the_browser_did_not_send_is_not_made_up() -> None:
    visitor: Any = crowd()
    shown = response(FORM.replace("</form>", '<input name="more" value="1"></form>'))
    with pytest.raises(Unmeasurable, match="more"):
        measuring.filled_as(POSTED, shown, visitor)


def test_a_form_is_filled_as_a_person_fills_it() -> None:
    shown = """<form method="get"></form><form method="post" action="/send/">
      <input name="csrfmiddlewaretoken" value="old"><input name="name" value="">
      <input name="include" type="hidden" value="a"><input name="include" type="hidden" value="b">
      <input name="acknowledged" type="checkbox" value="running"><input type="submit"></form>"""
    action, fields = measuring.filled(response(shown), "/shown/")
    assert action == "/send/"
    assert fields == {"name": NAME, "include": ["a", "b"], "acknowledged": "running"}


def test_names_of_subjects_are_those_of_the_floors() -> None:
    raw: Any = type(
        "Raw", (), {"storage": "", "compute": "", "project": "", "get": print, "post": print}
    )
    frames = {"Frame", "Admin frame"}
    assert floor.chains(raw, raw, THINGS).keys() == SUBJECT.keys() - frames


def test_a_step_of_a_chain_counts_with_its_slowest_call(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("bench.floor.time.perf_counter", lambda: now[0])

    def slow() -> None:
        now[0] += 0.05

    def quick() -> None:
        now[0] += 0.02

    assert floor.once([[slow, quick], [quick, quick]]) == pytest.approx(70)


def test_only_what_measuring_made_is_deleted() -> None:
    cinder = Cinder()
    names = {"1": "bench", "2": "bench volume-7", "3": "volume-00001", "4": None}
    cinder.there["snapshots"] = [
        {"id": each, "name": name, "status": "available"}  # type: ignore[dict-item]
        for each, name in names.items()
    ]
    left = Leftovers(cinder)  # type: ignore[arg-type]
    assert left.count() == 2
    left.remove()
    assert cinder.deleted == ["1", "2"]


def test_a_failed_one_is_no_measurement() -> None:
    cinder = Cinder()
    cinder.there["volumes"] = [{"id": "1", "name": "bench", "status": "error"}]
    with pytest.raises(Unmeasurable):
        Leftovers(cinder).settle()  # type: ignore[arg-type]


@pytest.mark.parametrize(("growth", "slope"), [(0.0, 0.0), (0.002, 2.0)])
def test_memory_is_judged_after_it_has_warmed_up(growth: float, slope: float) -> None:
    cold = [Sample(count, 50 + count / 10) for count in range(100, 500, 100)]
    warm = [Sample(count, 100 + count * growth) for count in range(500, 10_100, 100)]
    found = memory.described([*cold, *warm], 500)
    assert found["slope"] == pytest.approx(slope, abs=0.01)
    assert (found["warm_up"], found["requests"]) == (500, 10_000)
    assert found["end"] - found["start"] == pytest.approx(9500 * growth, abs=0.1)


def test_memory_is_watched_over_everything_that_only_reads() -> None:
    class Visited:
        def visited(self, visitor: Any, path: str) -> list[Sent]:
            return [Sent("GET", path)]

    recorded = {each.name: {"ours": [Sent("GET", f"/{each.name}")]} for each in SUBJECTS}
    anybody: Any = Visited()
    found = [each.path for each in memory.wanted(recorded, anybody, anybody, THINGS)]
    assert found.count("/Volumes") == 1
    assert len(set(found)) > 12
    assert any("delete" in each for each in found)
    assert not any("Admin" in each or "sent" in each or "100" in each for each in found)


class TestWorker:
    """Reading the memory of another process."""

    def test_its_processor_time_is_that_of_all_its_threads(self) -> None:
        def work() -> None:
            end = time.thread_time() + 0.05
            while time.thread_time() < end:
                pass

        worker = Worker(os.getpid())
        before = worker.cpu_seconds()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert worker.cpu_seconds() - before == pytest.approx(0.05, abs=0.02)

    def test_its_memory_is_in_mib(self) -> None:
        before = Worker(os.getpid()).resident_mib()
        held = bytearray(b"x" * (64 * 2**20))
        assert Worker(os.getpid()).resident_mib() - before == pytest.approx(64, abs=8)
        assert held


def test_subjects_have_names_of_their_own() -> None:
    assert len(SUBJECT) == len(SUBJECTS)
    assert all(isinstance(each, Subject) for each in SUBJECTS)
