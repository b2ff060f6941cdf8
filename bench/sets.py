# SPDX-License-Identifier: Apache-2.0
"""Measures sets of snapshots: our dialog beside the same requests to Cinder alone.

The dialog takes 50 volumes at most (rules/sets.MOST), so 100 are two dialogs sent one after
another. Both are open before the clock runs: it runs from the first button to the last answer
("requested"), and until the last snapshot is available.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bench.errors import Unmeasurable
from bench.leftovers import NAME, Leftovers
from bench.measuring import filled_as, replay, require
from bench.raw import Raw
from bench.recording import Sent
from bench.subjects import VOLUMES
from demo.counting import HEADER
from demo.layout import Home
from demo.visitor import Visitor

# As many at a time as ours (cloud/session._WORKERS for reads, cloud/sets._AT_ONCE for snapshots).
_READS, _WRITES = 32, 5


@dataclass(frozen=True)
class Took:
    """Seconds until all snapshots were requested and Available, and their number.

    ``calls`` is how many requests went to the cloud.
    """

    requested: float
    available: float
    made: int
    calls: int


@dataclass(frozen=True)
class Sets:
    """Creates snapshots of one project's volumes, ``portion`` in one dialog."""

    home: Home
    visitor: Visitor
    raw: Raw
    leftovers: Leftovers
    portions: Sequence[Sequence[str]]
    # What a browser sent for the page with the form of the first portion, and for the form.
    recorded: Sequence[Sent]

    def measure(self, repeats: int) -> dict[str, Any]:
        """Return what is written down: medians of ours and of Cinder's, in seconds."""
        ours: list[Took] = []
        alone: list[Took] = []
        for _turn in range(repeats):
            calls: list[list[str]] = []
            ours.append(self._once(self._dialogs(calls)))
            alone.append(self._once([partial(self._replay, each) for each in calls]))
        return {
            "volumes": sum(len(each) for each in self.portions),
            "in_one_dialog": len(self.portions[0]),
            "repeats": repeats,
            "ours": _middle(ours),
            "cinder": _middle(alone),
        }

    def _once(self, sends: Sequence[Callable[[], int]]) -> Took:
        """Send one after another, and wait until everything is available."""
        began = time.perf_counter()
        calls = sum(send() for send in sends)
        requested = time.perf_counter() - began
        self.leftovers.settle()
        available = time.perf_counter() - began
        made = len(self.leftovers.statuses("snapshots"))
        self.leftovers.remove()
        return Took(requested, available, made, calls)

    def _dialogs(self, calls: list[list[str]]) -> list[Callable[[], int]]:
        """Open the dialogs; each can be sent, and then tells which requests it cost."""
        return [partial(self._send, *self._opened(each), calls) for each in self.portions]

    def _opened(self, volume_ids: Sequence[str]) -> tuple[Sent]:
        recorded, wanted = address(self.portions[0]), address(volume_ids)
        shown, posted = (
            replace(each, path=each.path.replace(recorded, wanted)) for each in self.recorded
        )
        form = filled_as(posted, replay(self.visitor, shown), self.visitor)
        if form.fields.get("include") != list(volume_ids):
            raise Unmeasurable(f"{wanted} offers {form.fields.get('include')}")
        return (form,)

    def _send(self, form: Sent, calls: list[list[str]]) -> int:
        log = self.home.log("outgoing")
        start = log.stat().st_size
        answer = replay(self.visitor, form)
        require(answer, form)
        with log.open("rb") as written:
            written.seek(start)
            sent = written.read().decode().splitlines()
        # Told in a list, because the answer has only their number. Other dashboards of the cloud
        # write into the same file, for other projects; Nova is not asked for detached volumes.
        own = [each for each in sent if f"/{self.raw.project}/" in each]
        calls.append([*own, *(f"VOLUME {each}" for each in form.fields["include"])])
        return int(answer.headers[HEADER])

    def _replay(self, calls: Sequence[str]) -> int:
        """Send the same requests, as many at a time: what is read first, then the snapshots."""
        words = [each.split(" ") for each in calls]
        reads = [f"http://{host}{path}" for kind, host, path in _three(words) if kind == "GET"]
        volumes = [each[1] for each in words if each[0] == "VOLUME"]
        with ThreadPoolExecutor(_READS) as readers:
            list(readers.map(self.raw.get, reads))
        with ThreadPoolExecutor(_WRITES) as writers:
            list(writers.map(self._snapshot, volumes))
        return len(reads) + len(volumes)

    def _snapshot(self, volume_id: str) -> None:
        wanted = {"name": NAME, "volume_id": volume_id, "force": False}
        self.raw.post("/snapshots", {"snapshot": wanted})


def address(volume_ids: Sequence[str]) -> str:
    """Return the address of the form for these volumes, which the list's button leads to."""
    return f"{VOLUMES}snapshot_set/?" + "&".join(f"id={each}" for each in volume_ids)


def _three(lines: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
    return [(each[0], each[1], each[2]) for each in lines if len(each) == 3]


def _middle(turns: Sequence[Took]) -> dict[str, Any]:
    return {
        "requested": round(statistics.median(each.requested for each in turns), 2),
        "available": round(statistics.median(each.available for each in turns), 2),
        "made": min(each.made for each in turns),
        "calls": int(statistics.median(each.calls for each in turns)),
    }
