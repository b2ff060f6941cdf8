# SPDX-License-Identifier: Apache-2.0
"""Measures whether the memory of one process stays constant over thousands of requests."""

from __future__ import annotations

import itertools
import statistics
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests

from bench.errors import Unmeasurable
from bench.measuring import replay
from bench.recording import Recorder, Sent
from bench.sides import OURS, Side
from bench.subjects import SNAPSHOTS, SUBJECTS, VOLUMES, Kind, Things
from demo.progress import say
from demo.visitor import Visitor
from devcloud.access import Login

# Until here it grows: code is loaded, pools and caches fill.
WARM_UP = 500
# What a page asks for while it is looked at comes so much more often than a page.
_SMALL = 6
_SAMPLES = 50
# People at the same time: its threads are to be used.
_PEOPLE = 2


@dataclass(frozen=True)
class Sample:
    """The memory of the process in MiB after a number of requests."""

    requests: int
    mib: float


def wanted(
    recorded: Mapping[str, Mapping[str, list[Sent]]],
    recorder: Recorder,
    visitor: Visitor,
    things: Things,
) -> list[Sent]:
    """Return what is asked for, in turn: everything of a member's that only reads.

    As a browser has sent it for the subjects, and sends it for the pages of one object.
    """
    asked = [each for each in SUBJECTS if each.kind is not Kind.SENT]
    asked = [each for each in asked if not each.admin and not each.many]
    found = {each: recorded[each.name][OURS] for each in asked}
    whole = (Kind.FRAME, Kind.PAGE)
    pages = [sent for each, all_of_it in found.items() if each.kind in whole for sent in all_of_it]
    for path in (f"{VOLUMES}{things.attached}/", f"{SNAPSHOTS}{things.snapshot}"):
        pages += recorder.visited(visitor, path)
    small = [
        sent for each, all_of_it in found.items() if each.kind not in whole for sent in all_of_it
    ]
    small += recorder.visited(visitor, f"{SNAPSHOTS}{things.snapshot}/delete/")
    return [*pages, *(small * _SMALL)]


def measure(side: Side, login: Login, sent: Sequence[Sent], count: int) -> dict[str, Any]:
    """Ask for ``count`` answers and return what is written down.

    :raises Unmeasurable: something else than an answer comes.
    """
    taken = list(_samples(side, login, sent, count))
    return described(taken, min(WARM_UP, count // 4))


def _samples(side: Side, login: Login, sent: Sequence[Sent], count: int) -> Iterator[Sample]:
    """Ask, and say between portions how large the process is."""
    turns = itertools.cycle(sent)
    people = [Visitor(side.base) for _ in range(_PEOPLE)]
    for person in people:
        person.log_in(login)
    one_at_a_time = threading.Lock()

    def ask(person: Visitor, number: int) -> None:
        for _turn in range(number):
            with one_at_a_time:
                each = next(turns)
            _get(person, each)

    portion = max(count // _SAMPLES // _PEOPLE, 1)
    done = 0
    with ThreadPoolExecutor(_PEOPLE) as threads:
        while done < count:
            list(threads.map(ask, people, [portion] * _PEOPLE))
            done += portion * _PEOPLE
            yield Sample(done, side.worker.resident_mib())
            if done % (portion * _PEOPLE * 10) == 0:
                say("bench", f"{done} requests: {side.worker.resident_mib():.0f} MiB")


def _get(person: Visitor, sent: Sent) -> None:
    answer = replay(person, sent)
    if answer.status_code not in (requests.codes.ok, requests.codes.not_modified):
        raise Unmeasurable(f"{sent.path}: HTTP {answer.status_code}")


def described(samples: Sequence[Sample], warm_up: int) -> dict[str, Any]:
    """Return the memory at the beginning, in the middle and in the end, and how it grew since.

    ``slope`` is MiB per 1,000 requests over the second half, where it is to be none.
    """
    warm = [each for each in samples if each.requests >= warm_up]
    half = warm[len(warm) // 2 :]
    slope = 0.0
    if len(half) > 1:
        numbers = [each.requests / 1000 for each in half]
        slope = statistics.linear_regression(numbers, [each.mib for each in half]).slope
    return {
        "requests": samples[-1].requests,
        "warm_up": warm[0].requests,
        "start": round(warm[0].mib, 1),
        "middle": round(half[0].mib, 1),
        "end": round(warm[-1].mib, 1),
        "slope": round(slope, 3),
        "samples": [[each.requests, round(each.mib, 1)] for each in samples],
    }
