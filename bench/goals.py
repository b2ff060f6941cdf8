# SPDX-License-Identifier: Apache-2.0
"""What was to be reached, and whether a run's figures reach it: ratios within one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.sides import OURS, STOCK
from bench.subjects import SUBJECTS, Kind

_PAGES = ("Volumes", "Snapshots", "Admin Volumes", "Admin Snapshots")
_FRAMES = {"Snapshots": "Frame", "Admin Snapshots": "Admin frame"}
_KINDS = {each.name: each.kind for each in SUBJECTS}
_SAID = {
    Kind.DIALOG: "Dialogs shown",
    Kind.SENT: "Dialogs sent",
    Kind.ROWS: "Rows refreshed",
    Kind.DRAWN: "Rows that have all changed",
}
# How many volumes the look for those made from a snapshot reads at once (cloud/dependents.PART),
# and the calls that are not for whole parts: the snapshot, and a first part that is smaller.
_PART, _BESIDES = 500, 3

Written = Mapping[str, Any]


@dataclass(frozen=True)
class Goal:
    """One goal: what it says, what was found, and whether that is enough."""

    text: str
    found: str
    met: bool


@dataclass(frozen=True)
class _Value:
    """A ratio, and what it was found at."""

    ratio: float
    at: str


def of(written: Written) -> list[Goal]:
    """Return each goal that a run has figures for."""
    return [
        *_dialogs_and_rows(written),
        *_pages(written),
        *_calls(written),
        *_refresh(written),
        *_sets(written),
        *_made_from(written),
        *_process(written),
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


def _dialogs_and_rows(written: Written) -> Iterator[Goal]:
    for kind, said in _SAID.items():

        def wanted(name: str, kind: Kind = kind) -> bool:
            return _KINDS.get(name) is kind

        faster = _faster(written, tuple(written["figures"]), wanted)
        yield from _least(f"{said}: 10 times as fast as stock's", 10, faster)
        yield from _most(f"{said}: within 1.5 of the floor", 1.5, _above_floor(written, wanted))


def _pages(written: Written) -> Iterator[Goal]:
    small, large = _sizes(written)
    volumes = _faster(written, (small,), lambda name: name in ("Volumes", "Admin Volumes"))
    yield from _least(f"Volumes pages, {small}: 5 times as fast as stock's", 5, volumes)
    text = f"Snapshots pages, {small}: above the frame at most half of stock's time"
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
    """Return ours beside stock's for the Snapshots pages, each without its own frame."""
    found = []
    for name, frame in _FRAMES.items():
        if STOCK in figures.get(name, ()):
            above = {
                side: figures[name][side]["milliseconds"] - figures[frame][side]["milliseconds"]
                for side in (OURS, STOCK)
            }
            found.append(_Value(max(above[OURS], 0.0) / max(above[STOCK], 0.1), name))
    return found


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


def _sets(written: Written) -> Iterator[Goal]:
    found = written.get("sets")
    if found:
        ours, alone, count = found["ours"], found["cinder"], found["volumes"]
        ratio = ours["available"] / alone["available"]
        yield Goal(
            f"Snapshots of {count} volumes: within 1.3 of Cinder alone",
            f"{ratio:.2f}x, {ours['made']} made",
            ratio <= 1.3 and ours["made"] == count,
        )


def _made_from(written: Written) -> Iterator[Goal]:
    found = written.get("made_from")
    if found:
        text = f"Volumes made from a snapshot, of {found['checked']}"
        first, whole = found["first"], found["whole"]
        yield Goal(f"{text}: first answer under 1 s", f"{first:.2f} s", first < 1)
        yield Goal(f"{text}: all under 10 s", f"{whole:.1f} s", whole < 10)
        most = found["checked"] // _PART + _BESIDES
        calls = found["calls"]
        yield Goal(f"{text}: at most {most} API calls", f"{calls}", calls <= most)


def _process(written: Written) -> Iterator[Goal]:
    memory = written.get("memory")
    if memory:
        found = f"{memory['slope']:+.2f} MiB, {memory['start']:.0f} to {memory['end']:.0f} MiB"
        text = f"{memory['requests']} requests: at most 0.25 MiB more per 1,000 in the second half"
        yield Goal(text, found, memory["slope"] <= 0.25)
    calls, opened = above_frame(written, OURS)
    if calls:
        text = "Connections are used again: at most one opened for 20 API calls above the frame"
        yield Goal(text, f"{opened} for {calls}", opened * 20 <= calls)


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
