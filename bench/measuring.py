# SPDX-License-Identifier: Apache-2.0
"""Asks stock's Horizon and ours in turn, and keeps what it took: medians, never one number."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import lxml.html
import requests

from bench.errors import Unmeasurable
from bench.leftovers import NAME, Leftovers
from bench.sides import OURS, STOCK, Side
from bench.subjects import Kind, Subject, Things
from demo.counting import BYTES_HEADER, CONNECTIONS_HEADER, HEADER
from demo.visitor import AJAX, TIMEOUT, Visitor
from devcloud.access import Login

# Seconds: what is slower is not slow for want of warming up.
_SLOW = 3.0
_ANSWERS = (requests.codes.ok, requests.codes.found, requests.codes.not_modified)


@dataclass(frozen=True)
class Answer:
    """What one answer took, or several together.

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
    """Medians of ``repeats`` answers, and the quickest and the slowest.

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
    """How often something is measured: ``repeats`` times, what is slow less often.

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
    """Asks one Horizon for a subject, as one person."""

    side: Side
    login: Login
    things: Things
    leftovers: Leftovers
    most: int = 100

    def paths(self, subject: Subject) -> Sequence[str]:
        """Return what this Horizon is asked for: one address where it can do with one."""
        if subject.linked is not None and self.side.name == OURS:
            return [subject.linked(self.things)]
        if subject.together is not None and self.side.together:
            return [subject.together(self.things)]
        return subject.paths(self.things)[: self.most]

    def ask(self, subject: Subject) -> Answer:
        """Ask for the subject once.

        :raises Unmeasurable: an answer is not what was asked for.
        """
        visitor = self.side.visitor(self.login, subject.rows)
        paths = self.paths(subject)
        if subject.kind is Kind.SENT:
            return self._send(visitor, paths[0])
        tag = ""
        if subject.kind is Kind.ROWS and self.side.together:
            tag = visitor.get(paths[0], dialog=True).headers["ETag"]
        return _sum([self._timed(_getting(visitor, each, subject, tag), each) for each in paths])

    def warm_up(self, subject: Subject, times: int) -> None:
        """Ask for it before it counts; of many rows, a few have been."""
        if subject.many or len(self.paths(subject)) > 1:
            return
        for _turn in range(times):
            if self.ask(subject).milliseconds > _SLOW * 1000:
                return

    def _send(self, visitor: Visitor, path: str) -> Answer:
        action, fields = filled(visitor.get(path, dialog=True), path)
        before = self.leftovers.count()
        answer = self._timed(
            lambda: visitor.post(action, fields, dialog=True, allow_redirects=False), action
        )
        if self.leftovers.count() != before + 1:
            raise Unmeasurable(f"{self.side.name}: {action} was answered, but nothing was made")
        self.leftovers.settle()
        return answer

    def _timed(self, ask: Callable[[], requests.Response], path: str) -> Answer:
        used, began = self.side.worker.cpu_seconds(), time.perf_counter()
        answer = ask()
        took, busy = time.perf_counter() - began, self.side.worker.cpu_seconds() - used
        if answer.status_code not in _ANSWERS:
            raise Unmeasurable(f"{self.side.name}: {path}: HTTP {answer.status_code}")
        self._require_all_rows(answer, path)
        return Answer(
            milliseconds=took * 1000,
            cpu=busy * 1000,
            calls=int(answer.headers[HEADER]),
            connections=int(answer.headers[CONNECTIONS_HEADER]),
            cloud_bytes=int(answer.headers[BYTES_HEADER]),
            page_bytes=len(answer.content),
        )

    def _require_all_rows(self, answer: requests.Response, path: str) -> None:
        """Rows that are left out of an answer cost nothing, and are no refresh.

        Of rows that are as they were shown, none may come.
        """
        if "rows_update" not in path:
            return
        unchanged = answer.status_code == requests.codes.not_modified
        tagged = "If-None-Match" in answer.request.headers
        found, wanted = 0 if unchanged else len(answer.json()["rows"]), path.count(",") + 1
        if unchanged != tagged or found != (0 if tagged else wanted):
            raise Unmeasurable(f"{self.side.name}: {path}: {found} rows came of {wanted}")


def _getting(
    visitor: Visitor, path: str, subject: Subject, tag: str
) -> Callable[[], requests.Response]:
    if tag:
        headers = {**AJAX, "If-None-Match": tag}
        return lambda: visitor.session.get(visitor.base + path, headers=headers, timeout=TIMEOUT)
    # Somebody whose session has ended is sent to the login page: that is not the page.
    return lambda: visitor.get(path, dialog=subject.as_script, allow_redirects=False)


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
        name: figure(answers, len(askers[name].paths(subject))) for name, answers in found.items()
    }


def can_refresh_together(visitor: Visitor, path: str) -> bool:
    """Tell whether a Horizon refreshes all moving rows of a page by one request."""
    answer = visitor.get(path, dialog=True)
    kind = answer.headers.get("Content-Type", "")
    return answer.status_code == requests.codes.ok and kind.startswith("application/json")


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
