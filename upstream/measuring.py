# SPDX-License-Identifier: Apache-2.0
"""Measures Horizon with and without each patch, on a cloud that is up."""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from bench.errors import Unmeasurable
from bench.sides import worker_at
from bench.subjects import FRAME, SNAPSHOTS, VOLUMES
from demo import assets, dashboard, environments, scratch
from demo.counting import HEADER
from demo.dashboard import Site
from demo.layout import Flavour, Home, chosen_home
from demo.ports import first_free
from demo.processes import Children
from demo.progress import say
from demo.tables import aligned
from demo.visitor import Visitor
from devcloud.access import Access, load
from devcloud.errors import DevcloudError
from upstream import trees
from upstream.patches import FOLDER, Patch, every
from upstream.records import write
from upstream.things import Things

FIGURES = FOLDER / "figures.rst"
_PORTS = range(28800, 28900)
_REPEATS = 15
_WARM_UP = 3


@dataclass(frozen=True)
class Measured:
    """A running Horizon with a member who is logged in."""

    home: Home
    access: Access
    visitor: Visitor

    def page(self, path: str, repeats: int = _REPEATS) -> tuple[float, float, float]:
        """Return milliseconds, milliseconds of the processor, and requests for one page."""
        worker = worker_at(self.home, self.visitor.base)
        for _turn in range(_WARM_UP):
            self.visitor.get(path)
        times, calls = [], []
        before = worker.cpu_seconds()
        for _turn in range(repeats):
            began = time.perf_counter()
            answer = self.visitor.get(path)
            times.append(time.perf_counter() - began)
            calls.append(int(answer.headers[HEADER]))
            if answer.status_code != requests.codes.ok:
                raise Unmeasurable(f"{path} answers {answer.status_code}")
        cpu = (worker.cpu_seconds() - before) / repeats
        return statistics.median(times) * 1000, cpu * 1000, statistics.median(calls)

    def requests_for(self, path: str, ending: str) -> int:
        """Count the requests of a page to the cloud whose address ends in something."""
        for _turn in range(_WARM_UP):
            self.visitor.get(path)
        log = self.home.log("outgoing")
        before = log.stat().st_size
        self.visitor.get(path)
        with log.open(encoding="utf-8") as lines:
            lines.seek(before)
            return sum(line.strip().partition("?")[0].endswith(ending) for line in lines)


def _page_time(measured: Measured, _things: Things) -> str:
    milliseconds, _cpu, _calls = measured.page(VOLUMES)
    return f"Volumes page {milliseconds:.0f} ms"


def _versions(measured: Measured, _things: Things) -> str:
    service = measured.access.endpoints["cinder"].rsplit(":", 1)[-1].partition("/")[0]
    asked = [measured.requests_for(path, f":{service} /") for path in (FRAME, VOLUMES)]
    return f"{asked[0]} requests for versions on each page, {asked[1]} on the Volumes page"


def _frame(measured: Measured, _things: Things) -> str:
    milliseconds, cpu, calls = measured.page(FRAME)
    asked = measured.requests_for(FRAME, "/extensions")
    return f"asks for the list {asked} times; a page without content {_three(milliseconds, cpu)}"


def _three(milliseconds: float, cpu: float) -> str:
    return f"{milliseconds:.0f} ms, {cpu:.0f} ms of the processor"


def _snapshots_unwarned(measured: Measured, things: Things) -> str:
    volume = things.free()
    warned = things.attached_meanwhile(
        measured.visitor, volume, f"/project/volumes/{volume}/create_snapshot/"
    )
    return f"attached while the form is open: {things.snapshots_of(volume)} made, warned: {warned}"


def _backups_unwarned(measured: Measured, things: Things) -> str:
    volume = things.free()
    warned = things.attached_meanwhile(
        measured.visitor, volume, f"/project/volumes/{volume}/create_backup/"
    )
    return f"attached while the form is open: {things.backups_of(volume)} made, warned: {warned}"


def _polled(measured: Measured, things: Things) -> str:
    with things.at_rest() as volumes:
        page = measured.visitor.get(VOLUMES).text
        polled = [volume for volume in volumes if things.is_polled(page, volume)]
        row = f"{VOLUMES}?action=row_update&table=volumes&obj_id={volumes[0]}"
        calls = measured.visitor.get(row, dialog=True).headers[HEADER]
    each = f", {calls} requests each time" if polled else ""
    return f"{len(polled)} of {len(volumes)} rows asked for again and again{each}"


def _batch(measured: Measured, things: Things) -> str:
    snapshots = things.several_snapshots(3)
    things.delete_snapshot(snapshots[0])
    form = {"action": "volume_snapshots__delete", "object_ids": snapshots}
    # The page is read before it is sent, for the token against forgery.
    measured.visitor.get(SNAPSHOTS)
    measured.visitor.post(SNAPSHOTS, form)
    deleted = things.deleted(snapshots[1:])
    return f"{deleted} of 2 deleted, after 1 that is gone"


# What shows the worth of each patch, by its number.
PROBES: dict[str, Callable[[Measured, Things], str]] = {
    "0001": _page_time,
    "0002": _versions,
    "0003": _frame,
    "0004": _snapshots_unwarned,
    "0005": _backups_unwarned,
    "0006": _polled,
    "0007": _batch,
}


class Horizons:
    """Starts Horizons of both flavours with some of the patches."""

    def __init__(self, home: Home, children: Children) -> None:
        self._home = home
        self._children = children
        self._access = load(home.path)
        self._numbers = itertools.count(1)

    @contextmanager
    def running(self, flavour: Flavour, patches: Sequence[Patch]) -> Iterator[Measured]:
        """Run one, with a member logged in, until the end of the block."""
        number = next(self._numbers)
        place = trees.PLACE / f"horizon-{os.getpid()}-{number}"
        try:
            scratch.copy(flavour.environment, place)
            yield from self._served(flavour, place, patches)
        finally:
            trees.remove(place)

    def _served(
        self, flavour: Flavour, place: Path, patches: Sequence[Patch]
    ) -> Iterator[Measured]:
        package = environments.local_folder(place).parents[1]
        for patch in patches:
            trees.apply(patch, package, without=patch.notes)
        site = Site(
            name=place.name,
            claim="upstream",
            python=place / "bin" / "python",
            static=assets.ensure(flavour, self._children),
            settings={"DEMO_FLAVOUR": flavour.value, "COUNT_CALLS": "1"},
            folder=scratch.launch_folder(),
        )
        port = first_free(_PORTS, setting="DEMO_PORT")
        with Children() as own:
            running = dashboard.serve(self._home, site, port, own)
            visitor = Visitor(running.url)
            visitor.log_in(self._access.login("otto"))
            yield Measured(self._home, self._access, visitor)


def _each(horizons: Horizons, things: Things) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [("Patch", "Horizon as released", "With this patch alone")]
    for patch in every():
        probe = PROBES[patch.number]
        said = []
        for patches in ([], [patch]):
            with horizons.running(Flavour.STOCK, patches) as measured:
                said.append(probe(measured, things))
        say("upstream", f"{patch.number}: {said[0]} -> {said[1]}")
        rows.append((patch.number, *said))
    return rows


def _frames(horizons: Horizons) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [("Page", "Whose", "Patches", "ms", "CPU ms", "Requests")]
    for flavour, whose in ((Flavour.STOCK, "stock"), (Flavour.PLUGIN, "the plugin's")):
        for patches in ([], every()):
            with horizons.running(flavour, patches) as measured:
                for name, path in (("frame", FRAME), ("Volumes", VOLUMES)):
                    figures = measured.page(path)
                    numbers = [f"{figure:.0f}" for figure in figures]
                    rows.append((name, whose, "all" if patches else "none", *numbers))
    return [rows[0], *sorted(rows[1:], key=lambda row: (row[0], row[1], row[2] != "none"))]


def main() -> int:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(prog="python -m upstream.measuring", description=__doc__)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    home = chosen_home("upstream-cloud")
    busy = os.getloadavg()[0]
    with Children() as children, Things.made(home) as things:
        horizons = Horizons(home, children)
        tables = [aligned(_frames(horizons)), aligned(_each(horizons, things))]
    text = "\n\n".join(tables) + "\n"
    print("\n" + text)
    if options.keep:
        what = f"Medians of {_REPEATS} on {os.cpu_count()} cores, a project with 20 volumes; the "
        what += f"machine had a load of {busy:.0f} from other work when it began."
        write(FIGURES, "Figures of the patches", what, text)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Unmeasurable, DevcloudError, requests.RequestException) as problem:
        print(f"\nNot measured: {problem}", file=sys.stderr)
        sys.exit(1)
