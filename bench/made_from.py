# SPDX-License-Identifier: Apache-2.0
"""The look for volumes made from a snapshot, part after part, as the dialog's script does it.

Only newer volumes can have been made from it: it is the oldest snapshot, for which all are looked
at. Stock's Horizon has no such look.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from bench.errors import Unmeasurable
from bench.subjects import SNAPSHOTS
from demo.counting import HEADER
from demo.visitor import Visitor

# What dependents.js takes from one answer to the next question.
_CARRIED = ("marker", "done", "all", "found")


@dataclass(frozen=True)
class Look:
    """Seconds until the first answer and until the last, answers, requests to the cloud."""

    first: float
    whole: float
    parts: int
    calls: int
    checked: int


def measure(visitor: Visitor, snapshot: str, repeats: int) -> dict[str, Any]:
    """Return what is written down: medians, after one look that does not count."""
    looks = [look(visitor, snapshot) for _turn in range(repeats + 1)][1:]
    return {
        "repeats": repeats,
        "first": round(statistics.median(each.first for each in looks), 3),
        "whole": round(statistics.median(each.whole for each in looks), 2),
        "parts": looks[-1].parts,
        "calls": looks[-1].calls,
        "checked": looks[-1].checked,
    }


def look(visitor: Visitor, snapshot: str) -> Look:
    """Look through all volumes of the project once.

    :raises Unmeasurable: an answer is none.
    """
    path = f"{SNAPSHOTS}{snapshot}/dependents/"
    query: dict[str, Any] = {}
    began = time.perf_counter()
    first, parts, calls = 0.0, 0, 0
    while True:
        answer = visitor.get(f"{path}?{urlencode(query)}", dialog=True, allow_redirects=False)
        if answer.status_code != requests.codes.ok:
            raise Unmeasurable(f"{path}: HTTP {answer.status_code}")
        said = answer.json()
        first = first or time.perf_counter() - began
        parts, calls = parts + 1, calls + int(answer.headers[HEADER])
        query = {name: said[name] for name in _CARRIED if name in said}
        if not said["marker"]:
            return Look(first, time.perf_counter() - began, parts, calls, said["done"])
