# SPDX-License-Identifier: Apache-2.0
"""A person whose every request to Cinder and Nova is seen on its way, with what it sends."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests

from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.cloud.dialogs import Dialog
from tests.cloud.fault_proxy import Call, Fault, Lane, Passed
from tests.cloud.workshop import PATIENCE

_FORCED = re.compile(r'"force":\s*"?(?:true|t|yes|y|on|1)\b', re.IGNORECASE)


@dataclass(frozen=True)
class Sent:
    """What came of sending a form, once or several times, and the requests that it led to."""

    answers: Sequence[requests.Response]
    passed: Sequence[Passed]

    @property
    def answer(self) -> requests.Response:
        """The only answer."""
        (only,) = self.answers
        return only

    @property
    def again(self) -> Dialog:
        """The dialog that came back."""
        return Dialog(self.answer)

    @property
    def accepted(self) -> int:
        """How many of the answers lead on to a list."""
        return sum("X-Horizon-Location" in each.headers for each in self.answers)

    @property
    def forced(self) -> list[str]:
        """The requests that force."""
        return [each.sent for each in self.passed if _FORCED.search(each.sent)]

    def asked(self, call: Call, key: str) -> list[Any]:
        """Return what was asked for by requests of one kind."""
        bodies = [json.loads(each.sent) for each in self.passed if each.call.every == call.every]
        return [each[key] for each in bodies if key in each]


@dataclass(frozen=True)
class Watched:
    """Somebody who is logged in through the proxy."""

    visitor: Visitor
    lane: Lane

    def send(
        self,
        dialog: Dialog,
        *,
        times: int = 1,
        faults: Mapping[Call, Fault] | None = None,
        meanwhile: Callable[[], object] | None = None,
        **said: Any,
    ) -> Sent:
        """Send a form, several ``times`` at once; ``meanwhile`` a request of it is held back."""
        submit = partial(dialog.submit, self.visitor, **said)
        with self.lane.failing(faults or {}) as passed, ThreadPoolExecutor(times) as clicks:
            under_way: list[Future[requests.Response]] = [
                clicks.submit(submit) for _each in range(times)
            ]
            if meanwhile is not None:
                wait_until(
                    lambda: any(each.fault is Fault.HELD_BACK for each in passed),
                    seconds=PATIENCE,
                    what="a request to be held back",
                    pause=0.05,
                )
                meanwhile()
            answers = [each.result() for each in under_way]
        return Sent(answers, passed)

    def post(self, path: str, form: dict[str, str]) -> Sent:
        """Send a form that was made by hand."""
        with self.lane.failing({}) as passed:
            answer = self.visitor.post(path, form, dialog=True, allow_redirects=False)
        return Sent([answer], passed)
