# SPDX-License-Identifier: Apache-2.0
"""Formats a run as reStructuredText tables for the terminal, the results and the README."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench import goals
from bench.sides import OURS, STOCK
from demo.tables import aligned

Written = Mapping[str, Any]
_HEAD = (
    *("Size", "What", "Stock ms", "Ours ms", "Faster", "Floor ms"),
    *("Stock CPU", "Ours CPU", "Calls", "API KiB", "Page KiB", "Times"),
)
# What the README shows; all of it stands in the results.
ESSENTIAL = (
    *("Frame", "Volumes", "Snapshots", "Admin Volumes", "Admin Snapshots"),
    *("Create Snapshot, detached", "Create Snapshot, attached", "Create Volume"),
    *("1 volume's row", "20 volumes' rows"),
)


def figures(written: Written) -> str:
    """Return a line for each size and subject."""
    rows: list[Sequence[str]] = [_HEAD]
    for size, subjects in written["figures"].items():
        floors = written["floors"].get(size, {})
        rows += [(size, name, *_cells(both, floors.get(name))) for name, both in subjects.items()]
    return aligned(rows)


def _cells(both: Mapping[str, Any], floor: float | None) -> tuple[str, ...]:
    ours, stock = both[OURS], both.get(STOCK)
    return (
        _number(stock, "milliseconds"),
        _number(ours, "milliseconds"),
        _faster(both),
        "-" if floor is None else f"{floor:.0f}",
        _number(stock, "cpu"),
        _number(ours, "cpu"),
        f"{_number(stock, 'calls')} / {ours['calls']}",
        f"{_number(stock, 'cloud_bytes', 1024)} / {_number(ours, 'cloud_bytes', 1024)}",
        f"{_number(stock, 'page_bytes', 1024)} / {_number(ours, 'page_bytes', 1024)}",
        f"{_number(stock, 'repeats')} / {ours['repeats']}",
    )


def _number(figure: Mapping[str, Any] | None, name: str, unit: int = 1) -> str:
    return "-" if figure is None else f"{figure[name] / unit:.0f}"


def _faster(both: Mapping[str, Any]) -> str:
    if STOCK not in both:
        return "-"
    return f"{both[STOCK]['milliseconds'] / both[OURS]['milliseconds']:.1f}x"


def browser(written: Written) -> str:
    """Return the time until it can be used in Chromium: a line for each size and sight."""
    rows: list[Sequence[str]] = [("Size", "In Chromium", "Stock ms", "Ours ms", "Faster")]
    for size, sights in written["browser"].items():
        rows += [
            (size, name, f"{both[STOCK]:.0f}", f"{both[OURS]:.0f}", f"{_ratio(both):.1f}x")
            for name, both in sights.items()
        ]
    return aligned(rows) if len(rows) > 1 else ""


def _ratio(both: Mapping[str, float]) -> float:
    return both[STOCK] / both[OURS]


def reached(written: Written) -> str:
    """Return a line for each goal, those that are not met among them."""
    rows = [(each.text, each.found, "yes" if each.met else "NO") for each in goals.of(written)]
    return aligned([("Goal", "Found (the worst)", "Met"), *rows])


def rest(written: Written) -> str:
    """Return a line for everything that was measured otherwise."""
    rows: list[Sequence[str]] = [("What", "Found")]
    if sets := written.get("sets"):
        for who in ("ours", "cinder"):
            took = sets[who]
            rows.append(
                (
                    f"Snapshots of {sets['volumes']} volumes, {who}",
                    f"requested {took['requested']:.1f} s, available {took['available']:.1f} s, "
                    f"{took['made']} made, {took['calls']} API calls",
                )
            )
    if look := written.get("made_from"):
        said = f"first {look['first']:.2f} s, all {look['whole']:.1f} s, {look['calls']} API calls"
        rows.append((f"Look for volumes made from a snapshot among {look['checked']}", said))
    if memory := written.get("memory"):
        said = " / ".join(f"{memory[each]:.0f}" for each in ("start", "middle", "end"))
        text = f"MiB after {memory['warm_up']}, in the middle, after {memory['requests']} requests"
        rows.append((text, f"{said}; {memory['slope']:+.2f} per 1,000 at last"))
    for name in (OURS, STOCK):
        calls, opened = goals.above_frame(written, name)
        said = f"{opened} for {calls} API calls, one of each above"
        rows.append((f"Connections opened above the frame, {name}", said))
    return aligned(rows)


def essential(written: Written) -> str:
    """Return the README's table: a line for each subject, the sizes beside each other."""
    sizes = list(written["figures"])
    head = ["What"]
    for size in sizes:
        head += [f"{size}: stock ms", "ours ms", "faster"]
    rows = [[*head, f"calls, {sizes[-1]}"]]
    for name in ESSENTIAL:
        found = [written["figures"][size].get(name) for size in sizes]
        if all(found):
            rows.append([name, *(cell for both in found for cell in _cells(both, None)[:3])])
            rows[-1].append(_cells(found[-1], None)[6])
    return aligned(rows)
