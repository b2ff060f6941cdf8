# SPDX-License-Identifier: Apache-2.0
"""A form, its clock and a fake cloud, for the tests of ``idempotency``."""

from collections.abc import Callable

import pytest

from snapshot_dashboard.cloud import idempotency
from snapshot_dashboard.cloud.errors import AnswerLost, RequestFailed
from snapshot_dashboard.cloud.idempotency import AttemptState
from snapshot_dashboard.cloud.session import Connection
from tests.unit.cloud.wire import connection

FORM = "7b8f2a54-6f0e-4d0f-9d5c-0f6d3a1c2b11"


class Clock:
    """A clock that advances only on request."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        """Return the time."""
        return self.now

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


class Cloud:
    """Fake cloud that counts what a form's requests read and created.

    ``fails`` and ``blind`` are what making and looking end with; ``made_anyway`` tells that a
    failing request was carried out.
    """

    def __init__(self, form: str = FORM) -> None:
        self.form = form
        self.made: list[str] = []
        self.looks = 0
        self.asked = 0
        self.fails: RequestFailed | None = None
        self.blind: RequestFailed | None = None
        self.made_anyway = False
        self.meanwhile: Callable[[], object] = lambda: None

    def look(self) -> list[str]:
        """Return what there is."""
        self.looks += 1
        if self.blind:
            raise self.blind
        return list(self.made)

    def make(self) -> str:
        """Make one more."""
        self.asked += 1
        self.meanwhile()
        if self.fails is None or self.made_anyway:
            self.made.append(f"made {len(self.made) + 1}")
        if self.fails:
            raise self.fails
        return self.made[-1]

    def submit(self, who: Connection | None = None) -> str:
        """Send the form."""
        return idempotency.make_once(who or connection(), self.form, look=self.look, make=self.make)


def state(who: Connection | None = None) -> AttemptState:
    """Return what is known of the form's attempt."""
    asking = who or connection()
    return idempotency.state(asking.region, asking.project_id, FORM)


def lose(cloud: Cloud) -> None:
    """Send the form, and lose request and answer."""
    cloud.fails = AnswerLost()
    with pytest.raises(AnswerLost):
        cloud.submit()
    cloud.fails = None
