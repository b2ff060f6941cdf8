# SPDX-License-Identifier: Apache-2.0
"""Results of an invented run for the tests of the tables."""

from typing import Any

from bench.sides import OURS, STOCK


def figure(milliseconds: float, **more: int) -> dict[str, Any]:
    """Return the figure of one subject in one Horizon."""
    usual = dict.fromkeys(("calls", "connections", "cloud_bytes", "page_bytes"), 0)
    return {**usual, "cpu": 1.0, "requests": 1, "repeats": 3, "milliseconds": milliseconds, **more}


def both(ours: float, stock: float, **of_ours: int) -> dict[str, Any]:
    """Return the figures of one subject in both."""
    return {OURS: figure(ours, **of_ours), STOCK: figure(stock)}


def run(**figures: Any) -> dict[str, Any]:
    """Return what is written down of a run with these figures by size."""
    frames = {"Frame": both(100, 100), "Admin frame": both(100, 100)}
    return {
        "made": "2026-11-24T12:00:00+00:00",
        "commit": "0123456789ab",
        "machine": "2 cores",
        "load_before": 0.1,
        "versions": {"horizon": "27.0.0"},
        "repeats": 9,
        "notes": [],
        "figures": {size: {**frames, **each} for size, each in figures.items()},
        "requests": {},
        "floors": {},
        "browser": {},
        "sets": {},
        "made_from": {},
        "memory": {},
    }
