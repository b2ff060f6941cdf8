# SPDX-License-Identifier: Apache-2.0
"""Replays the search for volumes made from a snapshot, as the dialog's script does it.

Only newer volumes can have been made from it: it is the oldest snapshot, for which all are looked
at. Stock's Horizon has no such look.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from bench.errors import Unmeasurable
from bench.measuring import replay, require
from bench.recording import Sent
from bench.subjects import SNAPSHOTS
from demo.counting import HEADER
from demo.visitor import Visitor

# What is in the address of each of its questions.
ASKED = "/dependents/"
# What dependents.js takes from one answer to the next question.
_CARRIED = ("marker", "done", "all", "found")


@dataclass(frozen=True)
class Look:
    """One search: seconds until the first and last answer, answers, requests to the cloud."""

    first: float
    whole: float
    parts: int
    calls: int
    checked: int


def dialog(snapshot: str) -> str:
    """Return the address of the dialog whose script looks."""
    return f"{SNAPSHOTS}{snapshot}/delete/"


def recorded(sent: Sequence[Sent]) -> Sent:
    """Return the first question of the script, when it asks the second as it is asked here.

    :raises Unmeasurable: it does not.
    """
    asked = [each for each in sent if ASKED in each.path]
    for each in asked[1:]:
        if each.query.keys() != asked[0].query.keys() or not each.query.keys() >= set(_CARRIED):
            raise Unmeasurable(f"after {asked[0].path} the script asks {each.path}")
    if not asked:
        raise Unmeasurable("the dialog's script has not looked")
    return asked[0]


def measure(visitor: Visitor, first: Sent, repeats: int) -> dict[str, Any]:
    """Return what is written down: medians, after one look that does not count."""
    looks = [look(visitor, first) for _turn in range(repeats + 1)][1:]
    return {
        "repeats": repeats,
        "first": round(statistics.median(each.first for each in looks), 3),
        "whole": round(statistics.median(each.whole for each in looks), 2),
        "parts": looks[-1].parts,
        "calls": looks[-1].calls,
        "checked": looks[-1].checked,
    }


def look(visitor: Visitor, question: Sent) -> Look:
    """Look through all volumes of the project once, beginning as the script does.

    :raises Unmeasurable: an answer is none.
    """
    began = time.perf_counter()
    first, parts, calls = 0.0, 0, 0
    while True:
        answer = replay(visitor, question)
        require(answer, question)
        said = answer.json()
        first = first or time.perf_counter() - began
        parts, calls = parts + 1, calls + int(answer.headers[HEADER])
        if not said["marker"]:
            return Look(first, time.perf_counter() - began, parts, calls, said["done"])
        query = {**question.query, **{name: said[name] for name in _CARRIED}}
        path = question.path.partition("?")[0]
        question = replace(question, path=f"{path}?{urlencode(query, doseq=True)}")
