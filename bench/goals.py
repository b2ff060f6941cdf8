# SPDX-License-Identifier: Apache-2.0
"""The performance goals, and whether a run's figures reach them: ratios within one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.sides import OURS, STOCK
from bench.subjects import SUBJECTS, Kind

_PAGES = ("Volumes", "Snapshots", "Admin Volumes", "Admin Snapshots")
_FRAMES = {name: "Admin frame" if name.startswith("Admin") else "Frame" for name in _PAGES}
_KINDS = {each.name: each.kind for each in SUBJECTS}
Written = Mapping[str, Any]


@dataclass(frozen=True)
class Goal:
    """One goal: its text, the measured value, and whether it is reached."""

    text: str
    found: str
    met: bool


@dataclass(frozen=True)
class _Value:
    """A measured ratio and the subject it belongs to."""

    ratio: float
    at: str


def of(written: Written) -> list[Goal]:
    """Return each goal that a run has figures for."""
    return [
        *_dialogs(written),
        *_pages(written),
        *_refresh(written),
        *_calls(written),
        *_memory(written),
    ]


def _least(text: str, least: float, values: list[_Value]) -> Iterator[Goal]:
    """Yield the goal that every ratio is at least so much, by the lowest."""
    if values:
        worst = min(values, key=lambda each: each.ratio)
        yield Goal(text, f"{worst.ratio:.1f}x: {worst.at}", worst.ratio >= least)


def _most(text: str, most: float, values: list[_Value]) -> Iterator[Goal]:
    """Yield the goal that every ratio is at most so much, by the highest."""
    if values:
        worst = max(values, key=lambda each: each.ratio)
        yield Goal(text, f"{worst.ratio:.2f}x: {worst.at}", worst.ratio <= most)


def _sizes(written: Written) -> tuple[str, str]:
    """Return the names of the smallest and the largest size, the same where there is one."""
    names = list(written["figures"])
    return names[0], names[-1]


def _each(
    written: Written, sizes: tuple[str, ...], wanted: Callable[[str], bool]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for size in dict.fromkeys(sizes):
        for name, both in written["figures"][size].items():
            if wanted(name):
                yield size, name, both


def _faster(
    written: Written, sizes: tuple[str, ...], wanted: Callable[[str], bool]
) -> list[_Value]:
    return [
        _Value(both[STOCK]["milliseconds"] / both[OURS]["milliseconds"], f"{name}, {size}")
        for size, name, both in _each(written, sizes, wanted)
        if STOCK in both
    ]


def _above_floor(written: Written, wanted: Callable[[str], bool]) -> list[_Value]:
    return [
        _Value(both[OURS]["milliseconds"] / floors[name], f"{name}, {size}")
        for size, name, both in _each(written, tuple(written["figures"]), wanted)
        if name in (floors := written["floors"].get(size, {}))
    ]


def _of_kind(kind: Kind) -> Callable[[str], bool]:
    return lambda name: _KINDS.get(name) is kind


def _dialogs(written: Written) -> Iterator[Goal]:
    sizes = tuple(written["figures"])
    shown = _faster(written, sizes, _of_kind(Kind.DIALOG))
    yield from _least("Dialogs shown: 10 times as fast as stock's", 10, shown)
    sent = _faster(written, sizes, _of_kind(Kind.SENT))
    yield from _least("Dialogs sent: no slower than stock's", 1, sent)


def _pages(written: Written) -> Iterator[Goal]:
    small, large = _sizes(written)
    text = f"Pages, {small}: above the frame at most half of the frame"
    yield from _most(text, 0.5, _above_frame(written["figures"][small]))
    if small == large:
        return
    pages = _faster(written, (large,), lambda name: name in _PAGES)
    yield from _least(f"Pages, {large}: 20 times as fast as stock's", 20, pages)
    ours = {size: written["figures"][size] for size in (small, large)}
    growth = [
        _Value(ours[large][name][OURS]["milliseconds"] / figures[OURS]["milliseconds"], name)
        for name, figures in ours[small].items()
        if name in _PAGES
    ]
    yield from _most(f"Pages of ours: {large} within 1.2 of {small}", 1.2, growth)


def _above_frame(figures: Mapping[str, Any]) -> list[_Value]:
    """Return what each page of ours takes more than its frame, in frames."""
    return [
        _Value(figures[name][OURS]["milliseconds"] / figures[frame][OURS]["milliseconds"] - 1, name)
        for name, frame in _FRAMES.items()
        if name in figures
    ]


def _calls(written: Written) -> Iterator[Goal]:
    small, large = _sizes(written)
    if small == large:
        return
    before, after = (written["figures"][size] for size in (small, large))
    different = [
        f"{name}: {before[name][OURS]['calls']} and {after[name][OURS]['calls']}"
        for name in before
        if before[name][OURS]["calls"] != after[name][OURS]["calls"]
    ]
    found = "; ".join(different) or f"{len(before)} compared"
    yield Goal(f"API calls of ours: {large} as {small}", found, not different)


def _refresh(written: Written) -> Iterator[Goal]:
    """Yield the goals of rows that have not changed since they were drawn."""
    rows = _of_kind(Kind.ROWS)
    above = _above_floor(written, rows)
    yield from _most("Unchanged rows: within 1.5 of the API call", 1.5, above)
    each = list(_each(written, tuple(written["figures"]), rows))
    most = max((both[OURS]["page_bytes"] for _size, _name, both in each), default=0)
    if each:
        yield Goal("Unchanged rows: none is sent", f"{most} bytes", most == 0)
    _small, large = _sizes(written)
    figures = written["figures"][large]
    for one, many in (
        ("1 volume's row", "100 volumes' rows"),
        ("1 snapshot's row", "100 snapshots' rows"),
    ):
        if one in figures and many in figures:
            single, all_of_them = figures[one][OURS], figures[many][OURS]
            found = f"{all_of_them['requests']} requests, {all_of_them['calls']} API calls"
            met = all_of_them["requests"] == 1 and all_of_them["calls"] <= single["calls"]
            yield Goal(
                f"{many}: one request, no more API calls than for one ({single['calls']})",
                found,
                met,
            )


def _memory(written: Written) -> Iterator[Goal]:
    memory = written.get("memory")
    if memory:
        found = f"{memory['slope']:+.2f} MiB, {memory['start']:.0f} to {memory['end']:.0f} MiB"
        text = f"{memory['requests']} requests: at most 0.25 MiB more per 1,000 in the second half"
        yield Goal(text, found, memory["slope"] <= 0.25)


def above_frame(written: Written, side: str) -> tuple[int, int]:
    """Return the API calls of one of each subject, and the connections opened for them.

    Those of Horizon's own frame, around each page, are not counted.
    """
    totals = {"calls": 0, "connections": 0}
    for figures in written["figures"].values():
        for name, both in figures.items():
            kind = _KINDS.get(name)
            if side in both and kind is not Kind.FRAME:
                frame = figures["Admin frame" if name.startswith("Admin") else "Frame"][side]
                for what in totals:
                    around = frame[what] if kind is Kind.PAGE else 0
                    totals[what] += max(both[side][what] - around, 0)
    return totals["calls"], totals["connections"]
