# SPDX-License-Identifier: Apache-2.0
"""Combinations of faults in the calls of our dialogs."""

from __future__ import annotations

import itertools
import queue
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from demo.visitor import Visitor
from tests.cloud.dialogs import Dialog, accepted, opened
from tests.cloud.fault_proxy import Call, Fault, Lane, Passed

DESCRIPTION = "typed by hand"
# How often a person presses the button again; a warning in between takes one more.
_AGAIN = 3


@dataclass(frozen=True)
class Subject:
    """One of our dialogs about one object.

    ``made`` returns what a client of ours finds under a name: metadata of each. ``makes`` is the
    call that makes something, ``tick`` whether the form is ticked when it is sent, and
    ``truth`` what the volume is doing.
    """

    name: str
    path: str
    makes: Call
    made: Callable[[str], list[dict[str, str]]]
    tick: bool = False
    truth: str = ""


@dataclass(frozen=True)
class Case:
    """One dialog, opened (GET) or sent (POST), and the calls that fail meanwhile.

    A ``fresh`` one is tried where Horizon does not know yet which version of Cinder there is.
    """

    subject: Subject
    method: str
    plan: Mapping[Call, Fault]
    fresh: bool = False

    @property
    def faulty(self) -> tuple[Call, Fault]:
        """The call that fails last."""
        return list(self.plan.items())[-1]

    def __str__(self) -> str:
        told = ", ".join(f"{fault.value} at {call}" for call, fault in self.plan.items())
        return f"{self.subject.name} {self.method}: {told}"


@dataclass
class Result:
    """What Horizon answered to a case, and what there is in the cloud afterwards.

    ``meanwhile`` is the outcome of pressing the button again while the first request is held
    back. ``made`` is what the form has made, ``finally_made`` what there is after the person has
    sent what came back as long as it can be sent, with all services well; ``ending`` is the
    answer to that, ``again`` how often it was sent.
    """

    case: Case
    name: str
    status: int
    accepted: bool
    dialog: Dialog | None
    passed: list[Passed]
    meanwhile: str = ""
    made: list[dict[str, str]] = field(default_factory=list)
    again: int = 0
    ending: str = ""
    finally_made: list[dict[str, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The title of the problem that is shown, empty for none."""
        return title(self.dialog)

    @property
    def forced(self) -> list[bool]:
        """Tell of each request to make a snapshot whether it was forced."""
        makes = self.case.subject.makes.place
        sent = (
            each for each in self.passed if (each.call.method, each.call.place) == ("POST", makes)
        )
        return [bool(each.said.get("force")) for each in sent]


def title(dialog: Dialog | None) -> str:
    """Return the title of the problem in a dialog."""
    found = (
        dialog.frame.xpath(
            ".//*[contains(@class, 'sd-problem')][not(ancestor-or-self::*[@hidden])]/p[1]/strong"
        )
        if dialog
        else []
    )
    return str(found[0].text_content()).strip() if found else ""


class Seat:
    """A user logged in on a lane of their own."""

    def __init__(self, visitor: Visitor, lane: Lane) -> None:
        self.visitor = visitor
        self.lane = lane

    def send(self, case: Case, form: Mapping[str, str]) -> Result:
        """Try one case and see what came of it; ``form`` is what is sent, except for the name."""
        name = f"fault-{uuid.uuid4().hex[:12]}"
        typed = {**form, "name": name, "description": DESCRIPTION, "request": str(uuid.uuid4())}
        with self.lane.failing(case.plan) as passed:
            if case.method == "GET":
                answer = self.visitor.get(case.subject.path, dialog=True, allow_redirects=False)
            else:
                answer = self._post(case.subject.path, typed)
            held = Fault.HELD_BACK in case.plan.values()
            second = self._post(case.subject.path, typed) if held else None
        result = _result(case, name, answer, passed)
        if second is not None:
            result.meanwhile = "accepted" if accepted(second) else title(Dialog(second))
        if case.method == "POST":
            result.made = case.subject.made(name)
            self._until_done(result, typed)
        return result

    def _post(self, path: str, form: Mapping[str, str]) -> requests.Response:
        return self.visitor.post(path, dict(form), dialog=True, allow_redirects=False)

    def _until_done(self, result: Result, typed: Mapping[str, str]) -> None:
        """Go on as a person does: send what came back (or what the page kept) once more."""
        subject, dialog, answer = result.case.subject, result.dialog, None
        done = result.accepted
        with self.lane.failing({}) as passed:
            while not done and result.again < _AGAIN:
                if dialog is not None and dialog.button is None:
                    break
                form = dialog.fields(tick=True) if dialog else typed
                result.again += 1
                answer = self._post(subject.path, form)
                done = accepted(answer)
                dialog = None if done else Dialog(answer)
        result.passed += passed
        result.ending = "accepted" if done else title(dialog)
        result.finally_made = subject.made(result.name) if result.again else result.made


def _result(case: Case, name: str, answer: requests.Response, passed: list[Passed]) -> Result:
    went = accepted(answer)
    shown = Dialog(answer) if answer.status_code == requests.codes.ok and not went else None
    return Result(case, name, answer.status_code, went, shown, passed)


class Crew:
    """Threads that try cases at the same time; some only wait for slow ones."""

    def __init__(self, sit: Callable[[str], Seat], warm_up: str, *, quick: int, slow: int) -> None:
        self._sit = sit
        self._numbers = itertools.count()
        self._pools = {True: ThreadPoolExecutor(slow), False: ThreadPoolExecutor(quick)}
        self._seats: dict[bool, queue.SimpleQueue[Seat]] = {}
        for slowly, count in ((True, slow), (False, quick)):
            self._seats[slowly] = queue.SimpleQueue()
            for _ in range(count):
                seat = self.newcomer()
                # Which version Cinder has is asked once.
                opened(seat.visitor, warm_up)
                self._seats[slowly].put(seat)

    def newcomer(self) -> Seat:
        """Let somebody in whose lane nothing has been asked on yet."""
        return self._sit(f"lane-{next(self._numbers)}")

    def record(self, case: Case, form: Mapping[str, str]) -> list[Call]:
        """Return the calls that a case makes, in the order in which they arrive."""
        return [each.call for each in self._try(case, form).passed]

    def form(self, subject: Subject) -> dict[str, str]:
        """Return what a browser would send for a dialog that was opened a moment ago."""
        with self._seat(False) as seat:
            return opened(seat.visitor, subject.path).fields(tick=subject.tick)

    def try_all(
        self, cases: Sequence[Case], forms: Mapping[str, Mapping[str, str]]
    ) -> list[Future[Result]]:
        """Begin all cases; the slow ones do not hold up the others."""
        return [
            self._pools[_is_slow(case)].submit(self._try, case, forms[case.subject.name])
            for case in cases
        ]

    def _try(self, case: Case, form: Mapping[str, str]) -> Result:
        if case.fresh:
            return self.newcomer().send(case, form)
        with self._seat(_is_slow(case)) as seat:
            return seat.send(case, form)

    @contextmanager
    def _seat(self, slowly: bool) -> Iterator[Seat]:
        seat = self._seats[slowly].get()
        try:
            yield seat
        finally:
            self._seats[slowly].put(seat)

    def close(self) -> None:
        """Stop: what has not begun is not tried any more."""
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)


def _is_slow(case: Case) -> bool:
    return bool({Fault.TOO_LATE, Fault.HELD_BACK} & set(case.plan.values()))
