# SPDX-License-Identifier: Apache-2.0
"""``make test``: runs every check and test on clouds of their own, with one summary."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from demo import environments, prerequisites
from demo.cloud import Cloud
from demo.dashboard import running_in, stop_all
from demo.layout import ROOT, STATE, Flavour, Home
from demo.ports import MOST_LANES, lane_ports
from demo.problem import Problem
from demo.processes import Children
from demo.progress import say
from demo.session import cloud_kept_until_last
from devcloud.errors import DevcloudError

NAMES = ("lint", "unit", "cloud", "browser", "release")
ON_A_CLOUD = frozenset({"cloud", "browser", "release"})
PORT_BASES = range(25000, 26000, 100)
# Tests on a cloud wait more than they work, so that more than one for each core is faster.
LANES = 4
LANE_BYTES = 2 * 1024**3
SLOW_TESTS_SHOWN = 30
LAST_FULL_RUN = ROOT / "tests" / "last-full-run.rst"


@dataclass(frozen=True)
class Result:
    """The result and the seconds of suites that ran together."""

    name: str
    passed: bool
    seconds: float


def run(home: Home, names: Sequence[str], *, everything: bool = False) -> bool:
    """Run the named suites, all of them whatever fails; with ``everything`` each of their tests.

    Those on a cloud run together, in lanes that have a cloud each: LANES says how many. The
    clouds come up while the suites that need none are running. Returns whether all passed;
    raises Problem when something cannot be installed or started.
    """
    with Children() as children:
        environments.ensure(Flavour.PLUGIN, children)
    if "unit" in names:
        prerequisites.ensure_gettext()
    if "browser" in names:
        prerequisites.ensure_browser()
    if {"cloud", "release"} & set(names):
        prerequisites.ensure_memcached()
    alone = [name for name in names if name not in ON_A_CLOUD]
    together = [name for name in names if name in ON_A_CLOUD]
    if not together:
        return _summary(_run_each(home, alone))
    started = datetime.now(timezone.utc)
    lanes = lanes_wanted()
    with _clouds(home, lanes) as coming:
        results = _run_each(home, alone)
        try:
            for each in coming:
                each.result()
        except DevcloudError as problem:
            print(f"\n{problem}", file=sys.stderr)
            results.append(Result(" + ".join(together), False, 0))
        else:
            say("cloud", f"{lanes} are up")
            results.append(_run_one(home, together, lanes, everything=everything))
    if everything and set(names) == set(NAMES) and "API_VERSIONS" not in os.environ:
        keep(LAST_FULL_RUN, results, started, lanes)
    return _summary(results)


def keep(file: Path, results: Sequence[Result], started: datetime, lanes: int) -> None:
    """Write down how a run of every test ended."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False)  # noqa: S603
    title = "Last run of every test"
    lines = [".. SPDX-License-Identifier: Apache-2.0", "", title, "=" * len(title), ""]
    lines += [
        f"Written by ``make test-all``, begun {started:%Y-%m-%d %H:%M} UTC, at commit "
        f"{commit.stdout.strip() or 'unknown'}, on {os.cpu_count()} cores, with {lanes} lanes.",
        "",
    ]
    lines += [f"* {each.name}: {_verdict(each)}, {each.seconds:.0f} s" for each in results]
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")


def lanes_wanted() -> int:
    """Return how many clouds the tests use at the same time.

    Fewer than usual where there is no memory for them. Raises Problem when LANES is no number.
    """
    room = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // LANE_BYTES
    said = os.environ.get("LANES") or str(min(LANES, max(1, room)))
    if not said.isdecimal() or not 0 < int(said) <= MOST_LANES:
        raise Problem(f"LANES={said} is not a number from 1 to {MOST_LANES}.")
    return int(said)


@contextlib.contextmanager
def _clouds(home: Home, lanes: int) -> Iterator[list[Future[None]]]:
    """Begin to bring up a cloud for each lane; those that were not up before are stopped."""
    with contextlib.ExitStack() as stack:
        homes = [home.lane(number) for number in range(lanes)]
        for each in homes:
            stack.enter_context(cloud_kept_until_last(each))
            # Tests that are ended the hard way do not stop the dashboards they started.
            stack.callback(stop_all, each, keep=set(running_in(each).values()))
        # One after the other: the first installs and compiles what the others then find.
        aside = stack.enter_context(ThreadPoolExecutor(1))
        children = stack.enter_context(Children())
        coming = []
        for number, each in enumerate(homes):
            cloud = Cloud(each, children, lane_ports(PORT_BASES, number), quiet=True)
            say("cloud", f"coming up in {each.path}")
            coming.append(aside.submit(cloud.up))
        yield coming


def _run_each(home: Home, names: Iterable[str]) -> list[Result]:
    return [_run_one(home, [name]) for name in names]


def _run_one(
    home: Home, names: Sequence[str], lanes: int = 1, *, everything: bool = False
) -> Result:
    """Run suites that run together; they print to our terminal."""
    name = " + ".join(names)
    _heading(name)
    started = time.monotonic()
    settings = {
        "DEVCLOUD_HOME": str(home.path),
        "PRE_COMMIT_HOME": str(STATE / "pre-commit"),
        "XDG_CACHE_HOME": str(STATE / "cache"),
        # All workers have to name and order the same tests, also those made from sets.
        "PYTHONHASHSEED": "0",
    }
    with Children() as children:
        process = children.start(
            _command(home, names, lanes, everything), output=None, settings=settings
        )
        passed = process.wait() == 0
    return Result(name, passed, time.monotonic() - started)


def _heading(name: str) -> None:
    print(f"\n=== {name} " + "=" * (74 - len(name)), flush=True)


def _command(home: Home, names: Sequence[str], lanes: int, everything: bool) -> list[str | Path]:
    python = Flavour.PLUGIN.python
    if list(names) == ["lint"]:
        return [python, "-m", "pre_commit", "run", "--all-files"]
    # Nothing is left behind in the machine's temporary folder.
    temporary = home.path / "tmp" / "-".join(names)
    temporary.parent.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [python, "-m", "pytest", f"--basetemp={temporary}"]
    # Those that need no cloud share nothing.
    workers = ["-n", "2"] if list(names) == ["unit"] else _in_lanes(lanes)
    # See the marker in pyproject.toml.
    left_out = [] if everything else ["-m", "not extended"]
    return [*command, *workers, *left_out, *(f"tests/{name}" for name in names)]


def _in_lanes(lanes: int) -> list[str]:
    """Return pytest's options for workers that take whole files; see tests/conftest.py."""
    options = ["-n", str(lanes), "--dist", "loadscope", "--no-loadscope-reorder"]
    # Another worker in the place of one that crashed would have no cloud.
    return [*options, "--max-worker-restart=0", f"--durations={SLOW_TESTS_SHOWN}"]


def _summary(results: Sequence[Result]) -> bool:
    print("\n=== summary " + "=" * 67)
    for result in results:
        print(f"{result.name:<26} {_verdict(result)}  {result.seconds:5.0f} s")
    sys.stdout.flush()
    return all(result.passed for result in results)


def _verdict(result: Result) -> str:
    return "passed" if result.passed else "FAILED"
