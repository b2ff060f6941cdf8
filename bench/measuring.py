# SPDX-License-Identifier: Apache-2.0
"""Asks stock's Horizon and ours in turn, and keeps what it took: medians, never one number."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import lxml.html
import requests

from bench.subjects import Subject, Things
from demo.counting import BYTES_HEADER, HEADER
from demo.visitor import Visitor

# Each is asked for this often before it counts: code is loaded, versions are remembered.
WARM_UP = 2


@dataclass(frozen=True)
class Answer:
    """What one answer took: milliseconds, requests to the cloud and their bytes, bytes sent."""

    milliseconds: float
    calls: int
    cloud_bytes: int
    page_bytes: int


@dataclass(frozen=True)
class Figure:
    """Medians of several answers, and the quickest and the slowest."""

    milliseconds: float
    fastest: float
    slowest: float
    calls: int
    cloud_bytes: int
    page_bytes: int

    def as_json(self) -> dict[str, Any]:
        """Return what is written down."""
        return asdict(self)


class Unmeasurable(Exception):
    """A Horizon gave an answer that is no page; the text says which."""


def compare(
    subject: Subject, things: Things, visitors: dict[str, Visitor], repeats: int
) -> dict[str, Figure]:
    """Ask each Horizon in turn, so that whatever else the machine does falls on all alike.

    :raises Unmeasurable: an answer is not the page.
    """
    found: dict[str, list[Answer]] = {name: [] for name in visitors}
    for turn in range(WARM_UP + repeats):
        for name, visitor in visitors.items():
            answer = _ask(subject, things, visitor)
            if turn >= WARM_UP:
                found[name].append(answer)
    return {name: _figure(answers) for name, answers in found.items()}


def _ask(subject: Subject, things: Things, visitor: Visitor) -> Answer:
    path = subject.path(things)
    if not subject.sends:
        return _timed(lambda: visitor.get(path, dialog=subject.dialog), path, (requests.codes.ok,))
    shown = visitor.get(path, dialog=True)
    action, fields = _filled(shown, path)
    sent = (requests.codes.ok, requests.codes.found)
    return _timed(
        lambda: visitor.post(action, fields, dialog=True, allow_redirects=False), action, sent
    )


def _timed(ask: Any, path: str, good: tuple[int, ...]) -> Answer:
    began = time.perf_counter()
    answer: requests.Response = ask()
    took = (time.perf_counter() - began) * 1000
    if answer.status_code not in good:
        raise Unmeasurable(f"{path}: HTTP {answer.status_code}")
    return Answer(
        milliseconds=took,
        calls=int(answer.headers[HEADER]),
        cloud_bytes=int(answer.headers[BYTES_HEADER]),
        page_bytes=len(answer.content),
    )


def _filled(shown: requests.Response, path: str) -> tuple[str, dict[str, Any]]:
    """Return where a dialog's form is sent, and its fields as a person leaves them."""
    forms = [each for each in lxml.html.fromstring(shown.text).forms if each.method == "POST"]
    if not forms:
        raise Unmeasurable(f"{path}: no form")
    form = forms[-1]
    fields = {name: value for name, value in form.fields.items() if value is not None}
    fields["name"] = "bench"
    if "acknowledged" in form.fields:
        fields["acknowledged"] = form.inputs["acknowledged"].get("value", "on")
    return form.action or path, fields


def _figure(answers: Sequence[Answer]) -> Figure:
    times = [each.milliseconds for each in answers]
    return Figure(
        milliseconds=round(statistics.median(times), 1),
        fastest=round(min(times), 1),
        slowest=round(max(times), 1),
        calls=int(statistics.median(each.calls for each in answers)),
        cloud_bytes=int(statistics.median(each.cloud_bytes for each in answers)),
        page_bytes=int(statistics.median(each.page_bytes for each in answers)),
    )
