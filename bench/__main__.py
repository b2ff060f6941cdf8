# SPDX-License-Identifier: Apache-2.0
"""Measure both Horizons: ``python -m bench OURS_URL STOCK_URL`` (``make bench`` does it all)."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from selenium.webdriver import Chrome

from bench import browser, floor, measuring, results
from bench.results import OURS, STOCK, Run
from bench.subjects import SUBJECTS, Subject, Things
from demo import browser as chromium
from demo.layout import ROOT, Home, chosen_home
from demo.progress import say
from demo.visitor import Visitor
from devcloud.access import Access, Login, load

# Name of the project: volumes, snapshots of each, instances.
SIZES = {"small": ("bench-small", 20, 1, 4), "large": ("bench-large", 10_000, 1, 1_000)}
SHORT = {"small": ("bench-small", 20, 1, 4)}
_IN_BROWSER = {"Volumes": "/project/volumes/", "Snapshots": "/project/snapshots/"}


def main() -> int:
    """Measure, write it down, and print the table."""
    options = _arguments().parse_args()
    home = chosen_home("bench")
    run = Run(repeats=options.repeats)
    # The large project comes last: an administrator's pages of the small cloud come before.
    for size, numbers in (SHORT if options.short else SIZES).items():
        measure_size(home, run, size, numbers, {OURS: options.ours, STOCK: options.stock})
    written = run.as_json()
    print("\n" + results.table(written))
    print(json.dumps(run.browser, indent=1))
    if not options.short:
        print(f"\n{results.save(run)}")
        results.into_readme(written)
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("ours")
    parser.add_argument("stock")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--short", action="store_true", help="the small size only, nothing kept")
    return parser


def measure_size(
    home: Home, run: Run, size: str, numbers: tuple[str, int, int, int], bases: dict[str, str]
) -> None:
    """Make a project of a size unless it is there, and measure everything in it."""
    project, *counts = numbers
    if not any(each.name == project for each in load(home.path).accounts):
        say("bench", f"cloning {counts[0]} volumes")
        _clone(home, project, counts)
    cloud = load(home.path)
    login = cloud.login(project)
    people = {
        False: _logged_in(bases, login),
        True: _logged_in(bases, cloud.login("admin")),
    }
    things = _things(cloud, login)
    run.figures[size] = {}
    for subject in SUBJECTS:
        run.figures[size][subject.name] = _compared(subject, things, people, run.repeats)
    run.floors[size] = floor.measure(floor.Floor(cloud, login).chains(things), run.repeats * 3)
    with _browsers(home, bases, login) as both:
        run.browser[size] = {
            name: browser.page(both, path, run.repeats) for name, path in _IN_BROWSER.items()
        }
        run.browser[size]["Create Snapshot"] = browser.dialog(both, run.repeats)


def _compared(
    subject: Subject, things: Things, people: dict[bool, dict[str, Visitor]], repeats: int
) -> dict[str, measuring.Figure]:
    found = measuring.compare(subject, things, people[subject.admin], repeats)
    said = "  ".join(f"{name} {figure.milliseconds:.0f} ms" for name, figure in found.items())
    say("bench", f"{subject.name}: {said}")
    return found


def _clone(home: Home, project: str, counts: list[int]) -> None:
    volumes, per_volume, instances = (str(count) for count in counts)
    port = urlsplit(load(home.path).auth_url).port
    command = [sys.executable, "-m", "devcloud", "bulk", project, volumes, per_volume]
    subprocess.run(  # noqa: S603 - our own interpreter and module
        [*command, "--instances", instances],
        cwd=ROOT,
        env={**os.environ, "DEVCLOUD_HOME": str(home.path), "DEVCLOUD_PORT_BASE": str(port)},
        check=True,
    )


def _logged_in(bases: dict[str, str], login: Login) -> dict[str, Visitor]:
    people = {name: Visitor(base) for name, base in bases.items()}
    for person in people.values():
        person.log_in(login)
    return people


def _things(cloud: Access, login: Login) -> Things:
    """Return a detached volume, an attached one, and a snapshot of the project."""
    raw = floor.Floor(cloud, login)
    volumes: list[dict[str, Any]] = raw.read("/volumes/detail?limit=1000&sort=created_at:asc")[
        "volumes"
    ]
    snapshots = raw.read("/snapshots/detail?limit=20&status=available")["snapshots"]
    return Things(
        detached=next(each["id"] for each in volumes if each["status"] == "available"),
        attached=next(each["id"] for each in volumes if each["attachments"]),
        snapshot=snapshots[0]["id"],
    )


@contextlib.contextmanager
def _browsers(
    home: Home, bases: dict[str, str], login: Login
) -> Iterator[dict[str, tuple[Chrome, str]]]:
    """Yield a browser for each Horizon, in which the person is logged in."""
    with contextlib.ExitStack() as open_ones:
        found = {}
        for name, base in bases.items():
            opened = open_ones.enter_context(chromium.opened(home))
            chromium.log_in(opened, base, login)
            found[name] = (opened, base)
        yield found


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (measuring.Unmeasurable, requests.RequestException) as problem:
        print(f"\nNot measured: {problem}", file=sys.stderr)
        sys.exit(1)
