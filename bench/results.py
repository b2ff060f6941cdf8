# SPDX-License-Identifier: Apache-2.0
"""What is kept of a run: a machine-readable file, and tables for people and for the README."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.measuring import Figure
from demo.layout import ROOT

FOLDER = ROOT / "bench" / "results"
_BEGIN, _END = ".. bench: begin", ".. bench: end"
OURS, STOCK = "ours", "stock"


@dataclass
class Run:
    """Everything of one run: by size, then by subject, then by Horizon."""

    repeats: int
    figures: dict[str, dict[str, dict[str, Figure]]] = field(default_factory=dict)
    floors: dict[str, dict[str, float]] = field(default_factory=dict)
    browser: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return what is written down, with what it was measured on."""
        return {
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": _commit(),
            "machine": _machine(),
            "versions": {name: version(name) for name in ("horizon", "Django")},
            "repeats": self.repeats,
            "figures": {
                size: {
                    subject: {name: figure.as_json() for name, figure in both.items()}
                    for subject, both in subjects.items()
                }
                for size, subjects in self.figures.items()
            },
            "floors": self.floors,
            "browser": self.browser,
        }


def save(run: Run) -> Path:
    """Write the run's file and return where it is."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = run.as_json()
    path = FOLDER / f"{written['made'][:10]}-{written['commit'][:12]}.json"
    path.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    return path


def table(written: Mapping[str, Any]) -> str:
    """Return a run as a table: a line for each subject and size."""
    head: tuple[str, ...] = (
        "Size",
        "What",
        "Stock ms",
        "Ours ms",
        "Faster",
        "Floor ms",
        "Calls",
        "API KiB",
    )
    rows: list[tuple[str, ...]] = [head]
    for size, subjects in written["figures"].items():
        for subject, both in subjects.items():
            rows.append(
                (size, subject, *_cells(both, written["floors"].get(size, {}).get(subject)))
            )
    return _aligned(rows)


def _cells(both: Mapping[str, Any], floor: float | None) -> tuple[str, ...]:
    ours, stock = both[OURS], both[STOCK]
    return (
        f"{stock['milliseconds']:.0f}",
        f"{ours['milliseconds']:.0f}",
        f"{stock['milliseconds'] / ours['milliseconds']:.1f}x",
        "" if floor is None else f"{floor:.0f}",
        f"{stock['calls']} / {ours['calls']}",
        f"{stock['cloud_bytes'] / 1024:.0f} / {ours['cloud_bytes'] / 1024:.0f}",
    )


def _aligned(rows: list[tuple[str, ...]]) -> str:
    """Return rows as a simple table of reStructuredText."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rule = " ".join("=" * width for width in widths)
    lines = [
        " ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([rule, lines[0], rule, *lines[1:], rule])


def into_readme(written: Mapping[str, Any], readme: Path = ROOT / "README.rst") -> None:
    """Put the table into the README, between its two marks."""
    text = readme.read_text(encoding="utf-8")
    before, begin, rest = text.partition(_BEGIN)
    _old, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"{readme} lacks the marks {_BEGIN!r} and {_END!r}")
    said = (
        f"Measured {written['made'][:10]} at commit {written['commit'][:12]}, {written['machine']}."
    )
    readme.write_text(
        f"{before}{_BEGIN}\n\n{said}\n\n{table(written)}\n\n{_END}{after}", encoding="utf-8"
    )


def _commit() -> str:
    git = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    done = subprocess.run(git, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()


def _machine() -> str:
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {system}"
