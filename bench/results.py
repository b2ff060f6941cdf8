# SPDX-License-Identifier: Apache-2.0
"""Result files of a run: machine-readable, and tables for the README."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

from bench import goals, tables
from bench.measuring import Figure
from bench.recording import Sent
from demo.layout import ROOT

FOLDER = ROOT / "bench" / "results"
_SERVICES = ROOT / ".venv" / "cloud"
_LICENCE = "SPDX-License-Identifier: Apache-2.0"
_BEGIN, _END = ".. bench: begin", ".. bench: end"


@dataclass
class Run:
    """The results of one run by size, subject and Horizon."""

    repeats: int
    figures: dict[str, dict[str, dict[str, Figure]]] = field(default_factory=dict)
    # What was replayed, as a browser had sent it.
    requests: dict[str, dict[str, dict[str, list[Sent]]]] = field(default_factory=dict)
    floors: dict[str, dict[str, float]] = field(default_factory=dict)
    browser: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    sets: dict[str, Any] = field(default_factory=dict)
    made_from: dict[str, Any] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    # What a reader has to know to read the figures.
    notes: list[str] = field(default_factory=list)
    # Of the machine before anything was started.
    load: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return what is written down, with what it was measured on."""
        return {
            "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "commit": commit(),
            "machine": _machine(),
            "load_before": round(self.load, 2),
            "versions": _versions(),
            "repeats": self.repeats,
            "notes": self.notes,
            "figures": {
                size: {
                    subject: {name: figure.as_json() for name, figure in both.items()}
                    for subject, both in subjects.items()
                }
                for size, subjects in self.figures.items()
            },
            "requests": {
                size: {
                    subject: {
                        name: [_described(each) for each in sent] for name, sent in both.items()
                    }
                    for subject, both in subjects.items()
                }
                for size, subjects in self.requests.items()
            },
            "floors": self.floors,
            "browser": self.browser,
            "sets": self.sets,
            "made_from": self.made_from,
            "memory": self.memory,
        }


def _described(sent: Sent) -> dict[str, Any]:
    """Return a request without what is secret in it."""
    return {
        "method": sent.method,
        "path": sent.path,
        "headers": sorted(name.lower() for name in sent.headers),
        "fields": sorted(sent.fields),
    }


def as_text(written: Mapping[str, Any]) -> str:
    """Return all tables of a run."""
    parts = [
        origin(written),
        *written["notes"],
        *(part(written) for part in (tables.figures, tables.browser, tables.rest)),
        tables.reached(written),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def origin(written: Mapping[str, Any]) -> str:
    """Return when, of what and on what a run was made."""
    versions = ", ".join(f"{name} {number}" for name, number in written["versions"].items())
    return (
        f"Measured {written['made'][:10]} at commit {written['commit']} on {written['machine']} "
        f"with {versions}; medians of up to {written['repeats']}, fewer of what is slow."
    )


def save(written: Mapping[str, Any], folder: Path = FOLDER) -> Path:
    """Write the run's figures, and its tables beside them; return where the figures are."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{written['made'][:10]}-{written['commit']}.json"
    figures = json.dumps({"licence": _LICENCE, **written}, indent=1)
    path.write_text(f"{figures}\n", encoding="utf-8")
    text = f".. {_LICENCE}\n\n{as_text(written)}"
    path.with_suffix(".rst").write_text(text, encoding="utf-8")
    return path


def into_readme(written: Mapping[str, Any], where: str, readme: Path = ROOT / "README.rst") -> None:
    """Put the essential table into the README, between its two marks.

    ``where`` is the place of the rest.

    :raises ValueError: the marks are not there.
    """
    text = readme.read_text(encoding="utf-8")
    before, begin, rest = text.partition(_BEGIN)
    _old, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"{readme} lacks the marks {_BEGIN!r} and {_END!r}")
    said = "\n\n".join([origin(written), tables.essential(written), _judged(written, where)])
    readme.write_text(f"{before}{_BEGIN}\n\n{said}\n\n{_END}{after}", encoding="utf-8")


def _judged(written: Mapping[str, Any], where: str) -> str:
    goals_of_it = goals.of(written)
    met = sum(each.met for each in goals_of_it)
    return f"{met} of {len(goals_of_it)} goals are met: `all figures and goals <{where}>`_."


def commit() -> str:
    """Return the commit that was measured, with a plus where files of it were changed."""
    number = _printed("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD")
    kept = (":!bench/results", ":!README.rst")
    changed = _printed("git", "-C", str(ROOT), "status", "--porcelain", "--", ".", *kept)
    return f"{number}+" if changed else number


def _machine() -> str:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"model name\s*: (.*)", text)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({model.group(1) if model else 'unknown'}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.machine()}"
    )


def _versions() -> dict[str, str]:
    found = {"Python": platform.python_version()}
    found |= {name: version(name) for name in ("horizon", "Django")}
    places = [str(each) for each in _SERVICES.glob("lib/python*/site-packages")]
    services = {each.name.lower(): each.version for each in distributions(path=places)}
    found |= {name: services[name] for name in ("cinder", "nova") if name in services}
    if program := shutil.which("chromium"):
        found["Chromium"] = _printed(program, "--version").split()[1]
    return found


def _printed(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()
