# SPDX-License-Identifier: Apache-2.0
"""Replays recorded requests to stock's Horizon and ours in turn, and takes the medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import lxml.html
import requests

from bench.errors import Changed, Unmeasurable
from bench.leftovers import NAME, Leftovers
from bench.recording import Recorder, Sent
from bench.sides import OURS, STOCK, Side
from bench.subjects import Kind, Subject, Things
from demo.counting import BYTES_HEADER, CONNECTIONS_HEADER, HEADER
from demo.visitor import TIMEOUT, Visitor
from devcloud.access import Login

# Seconds: what is slower is not slow for want of warming up.
_SLOW = 3.0
_ANSWERS = (requests.codes.ok, requests.codes.found)
_UNCHANGED = (requests.codes.not_modified,)
# How often rows may change between the look at their tag and the request that is timed: names
# that were remembered together are forgotten one after the other.
_TAGS = 4
_TOKEN_FIELD, _TOKEN_HEADER = "csrfmiddlewaretoken", "x-csrftoken"


@dataclass(frozen=True)
class Answer:
    """The cost of one answer, or of several together.

    Milliseconds until it was there and of the process's processor time, requests to the cloud,
    connections opened for them, bytes of their answers, bytes sent to the browser.
    """

    milliseconds: float
    cpu: float
    calls: int
    connections: int
    cloud_bytes: int
    page_bytes: int


@dataclass(frozen=True)
class Figure:
    """Medians of ``repeats`` answers, and the fastest and the slowest.

    ``requests`` is how many the browser sends for one of them.
    """

    milliseconds: float
    fastest: float
    slowest: float
    cpu: float
    calls: int
    connections: int
    cloud_bytes: int
    page_bytes: int
    requests: int
    repeats: int

    def as_json(self) -> dict[str, Any]:
        """Return what is written down."""
        return asdict(self)


@dataclass(frozen=True)
class Patience:
    """The number of repetitions: ``repeats``, fewer for slow subjects.

    After ``seconds`` it is enough, once there are ``least``. Before that it is asked for
    ``warm_up`` times: code is loaded, versions and names are remembered. Of rows that are asked
    for one after another, the first ``rows`` are.
    """

    repeats: int
    seconds: float = 12.0
    least: int = 2
    warm_up: int = 2
    rows: int = 100

    def is_over(self, milliseconds: Sequence[float]) -> bool:
        """Tell whether these times of one thing are enough."""
        if len(milliseconds) < min(self.least, self.repeats):
            return False
        return len(milliseconds) >= self.repeats or sum(milliseconds) >= self.seconds * 1000


@dataclass(frozen=True)
class Asker:
    """Replays the recorded requests of a subject to one Horizon as one user."""

    side: Side
    login: Login
    things: Things
    leftovers: Leftovers
    recorder: Recorder
    most: int = 100
    recorded: dict[str, list[Sent]] = field(default_factory=dict)

    def record(self, subject: Subject) -> None:
        """Let a browser do it once.

        :raises Unmeasurable: what is to be sent is not.
        """
        visitor = self.side.visitor(self.login, subject.rows)
        sent = self.recorder.record(visitor, subject, self.things, self.most)
        self.recorded[subject.name] = sent
        if subject.kind is Kind.SENT:
            self.leftovers.settle()
            self.leftovers.remove()

    def ask(self, subject: Subject) -> Answer:
        """Ask for the subject once.

        :raises Unmeasurable: an answer is not what was asked for.
        """
        visitor = self.side.visitor(self.login, subject.rows)
        sent = self.recorded[subject.name]
        if subject.kind is Kind.SENT:
            return self._send(visitor, *sent)
        if subject.kind is Kind.ROWS:
            return self._unchanged(visitor, subject)
        return _sum([self._timed(partial(replay, visitor, each), each) for each in sent])

    def warm_up(self, subject: Subject, times: int) -> None:
        """Ask for it before it counts; of many rows, a few have been."""
        if subject.many or (subject.moving is not None and len(self.recorded[subject.name]) > 1):
            return
        for _turn in range(times):
            if self.ask(subject).milliseconds > _SLOW * 1000:
                return

    def _send(self, visitor: Visitor, shown: Sent, posted: Sent) -> Answer:
        form = filled_as(posted, replay(visitor, shown), visitor)
        before = self.leftovers.count()
        answer = self._timed(partial(replay, visitor, form), form)
        if self.leftovers.count() != before + 1:
            raise Unmeasurable(f"{self.side.name}: {form.path} was answered, but nothing was made")
        self.leftovers.settle()
        return answer

    def _unchanged(self, visitor: Visitor, subject: Subject) -> Answer:
        """Ask for rows with the tag that they have, and again where it has just changed."""
        for _turn in range(_TAGS - 1):
            try:
                return self._asked_anew(visitor, subject)
            except Changed:
                continue
        return self._asked_anew(visitor, subject)

    def _asked_anew(self, visitor: Visitor, subject: Subject) -> Answer:
        sent = [tagged_anew(visitor, each) for each in self.recorded[subject.name]]
        self.recorded[subject.name] = sent
        asks = [(partial(replay, visitor, each), each) for each in sent]
        return _sum([self._timed(ask, each, unchanged=True) for ask, each in asks])

    def _timed(
        self, ask: Callable[[], requests.Response], sent: Sent, *, unchanged: bool = False
    ) -> Answer:
        used, began = self.side.worker.cpu_seconds(), time.perf_counter()
        answer = ask()
        took, busy = time.perf_counter() - began, self.side.worker.cpu_seconds() - used
        require(answer, sent, unchanged=unchanged)
        return Answer(
            milliseconds=took * 1000,
            cpu=busy * 1000,
            calls=int(answer.headers[HEADER]),
            connections=int(answer.headers[CONNECTIONS_HEADER]),
            cloud_bytes=int(answer.headers[BYTES_HEADER]),
            page_bytes=len(answer.content),
        )


def replay(visitor: Visitor, sent: Sent) -> requests.Response:
    """Send what a browser has sent, in the visitor's own session."""
    # Somebody whose session has ended is sent to the login page: that is not the page.
    return visitor.session.request(
        sent.method,
        visitor.base + sent.path,
        headers=sent.headers,
        data=sent.body or None,
        allow_redirects=False,
        timeout=TIMEOUT,
    )


def tagged_anew(visitor: Visitor, sent: Sent) -> Sent:
    """Return a request for rows with the tag that they have now, as the script takes it up.

    They change without anybody's doing: a name that was remembered is forgotten after a while.
    """
    if not sent.header("if-none-match"):
        return sent
    answer = replay(visitor, sent)
    if answer.status_code != requests.codes.ok:
        return sent
    tag = answer.headers.get("ETag", "")
    headers = {
        name: tag if name.lower() == "if-none-match" else said
        for name, said in sent.headers.items()
    }
    return replace(sent, headers=headers)


def filled_as(posted: Sent, shown: requests.Response, visitor: Visitor) -> Sent:
    """Return a form as the browser sent it, with the values of one that has just been shown.

    :raises Unmeasurable: the form has a field that the browser did not send.
    """
    _action, fresh = filled(shown, posted.path)
    if unknown := fresh.keys() - posted.fields.keys():
        raise Unmeasurable(f"{posted.path}: the browser did not send {sorted(unknown)}")
    token = visitor.session.cookies.get("csrftoken") or ""
    fields = {**posted.fields, **fresh}
    if _TOKEN_FIELD in fields:
        fields[_TOKEN_FIELD] = token
    headers = {
        name: token if name.lower() == _TOKEN_HEADER else said
        for name, said in posted.headers.items()
    }
    return Sent(posted.method, posted.path, headers, urlencode(fields, doseq=True))


def require(answer: requests.Response, sent: Sent, *, unchanged: bool = False) -> None:
    """Let rows that are left out of an answer cost nothing: they are no refresh.

    Of rows that are ``unchanged``, none may come.

    :raises Changed: rows came where none may.
    :raises Unmeasurable: it is not answered so.
    """
    together = sent.query.get("action") == ["rows_update"]
    wanted = _UNCHANGED if together and unchanged else _ANSWERS
    if answer.status_code not in wanted:
        failure = Changed if answer.status_code == requests.codes.ok else Unmeasurable
        raise failure(f"{sent.path}: HTTP {answer.status_code}")
    if together and not unchanged:
        ids = sent.query["obj_id"][0].split(",")
        if answer.json()["rows"].keys() != set(ids):
            found = len(answer.json()["rows"])
            raise Unmeasurable(f"{sent.path}: {found} rows came of {len(ids)}")


def compare(subject: Subject, askers: Mapping[str, Asker], patience: Patience) -> dict[str, Figure]:
    """Ask each Horizon in turn, so that whatever else the machine does falls on all alike.

    :raises Unmeasurable: an answer is not what was asked for.
    """
    wanted = {name: each for name, each in askers.items() if subject.stock or name != STOCK}
    for asker in wanted.values():
        asker.warm_up(subject, patience.warm_up)
    found: dict[str, list[Answer]] = {name: [] for name in wanted}
    while wanted:
        for name, asker in wanted.items():
            found[name].append(asker.ask(subject))
        wanted = {
            name: each
            for name, each in wanted.items()
            if not patience.is_over([answer.milliseconds for answer in found[name]])
        }
    if subject.kind is Kind.SENT:
        askers[OURS].leftovers.remove()
    return {
        name: figure(answers, len(askers[name].recorded[subject.name]))
        for name, answers in found.items()
    }


def filled(shown: requests.Response, path: str) -> tuple[str, dict[str, Any]]:
    """Return where a dialog's form is sent, and its fields as a person leaves them.

    What is named twice is sent twice; what has to be accepted is.

    :raises Unmeasurable: there is no form.
    """
    forms = [each for each in lxml.html.fromstring(shown.text).forms if each.method == "POST"]
    if not forms:
        raise Unmeasurable(f"{path}: HTTP {shown.status_code} without a form")
    form = forms[-1]
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    # The visitor has a newer one.
    fields.pop("csrfmiddlewaretoken", None)
    fields["name"] = NAME
    if "acknowledged" in form.fields:
        fields["acknowledged"] = form.inputs["acknowledged"].get("value", "on")
    return form.action or path, fields


def _sum(answers: Sequence[Answer]) -> Answer:
    totals = [asdict(each) for each in answers]
    return Answer(**{name: sum(each[name] for each in totals) for name in totals[0]})


def figure(answers: Sequence[Answer], requests_sent: int) -> Figure:
    """Return what is kept of several answers."""
    times = [each.milliseconds for each in answers]

    def middle(name: str) -> int:
        return int(statistics.median(getattr(each, name) for each in answers))

    return Figure(
        milliseconds=round(statistics.median(times), 1),
        fastest=round(min(times), 1),
        slowest=round(max(times), 1),
        cpu=round(statistics.median(each.cpu for each in answers), 1),
        calls=middle("calls"),
        connections=middle("connections"),
        cloud_bytes=middle("cloud_bytes"),
        page_bytes=middle("page_bytes"),
        requests=requests_sent,
        repeats=len(times),
    )
