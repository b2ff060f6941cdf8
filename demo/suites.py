# SPDX-License-Identifier: Apache-2.0
"""``make test``: every check and test, on a cloud of their own, with one summary at the end."""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from demo import environments, prerequisites
from demo.cloud import Cloud
from demo.layout import STATE, Flavour, Home
from demo.ports import cloud_ports
from demo.processes import Children
from demo.progress import say
from demo.session import cloud_kept_until_last
from devcloud.errors import DevcloudError

NAMES = ("lint", "unit", "cloud", "browser", "release")
ON_A_CLOUD = frozenset({"cloud", "browser", "release"})
# Beside the others on the cloud, which leave half of two cores idle.
ASIDE = frozenset({"release"})
PORT_BASES = range(25000, 26000, 100)


@dataclass(frozen=True)
class Result:
    """How one suite ended and how many seconds it took."""

    name: str
    passed: bool
    seconds: float


def run(home: Home, names: Sequence[str]) -> bool:
    """Run the named suites, all of them whatever fails.

    The cloud comes up while the suites that need none are running. On the cloud some run beside
    the others; what they print is shown when the others have ended. Returns whether all passed;
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
    with cloud_kept_until_last(home), ThreadPoolExecutor(1) as aside, Children() as children:
        cloud = Cloud(home, children, cloud_ports(PORT_BASES), quiet=True)
        say("cloud", f"coming up in {home.path}")
        coming: Future[None] = aside.submit(cloud.up)
        results = _run_each(home, alone)
        try:
            coming.result()
        except DevcloudError as problem:
            print(f"\n{problem}", file=sys.stderr)
            results += [Result(name, False, 0) for name in together]
        else:
            say("cloud", "is up")
            results += _run_together(home, together)
    return _summary(results)


def _run_each(home: Home, names: Iterable[str]) -> list[Result]:
    results = []
    for name in names:
        _heading(name)
        with Children() as children:
            results.append(_run_one(home, name, children, output=None))
    return results


def _run_together(home: Home, names: Sequence[str]) -> list[Result]:
    """Run suites on the cloud, in two lanes where there is something for each.

    ONE_LANE=1 runs one after the other: some minutes longer, and nobody in anybody's way.
    """
    beside = [name for name in names if name in ASIDE]
    main = [name for name in names if name not in ASIDE]
    if not (beside and main) or os.environ.get("ONE_LANE") == "1":
        return _run_each(home, names)
    # The children are stopped before the thread is waited for, also after Ctrl-C.
    with ThreadPoolExecutor(1) as lane, Children() as children:
        running = lane.submit(_run_quietly, home, beside, children)
        results = _run_each(home, main)
        for result in running.result():
            _heading(result.name)
            print(_log(home, result.name).read_text(encoding="utf-8", errors="replace"), flush=True)
            results.append(result)
    return results


def _run_quietly(home: Home, names: Iterable[str], children: Children) -> list[Result]:
    results = []
    for name in names:
        with _log(home, name).open("w", encoding="utf-8") as output:
            results.append(_run_one(home, name, children, output=output))
    return results


def _log(home: Home, name: str) -> Path:
    return home.log(f"test-{name}")


def _run_one(home: Home, name: str, children: Children, *, output: IO[str] | None) -> Result:
    """Run one suite; it prints to ``output``, or to our terminal."""
    started = time.monotonic()
    settings = {
        "DEVCLOUD_HOME": str(home.path),
        "PRE_COMMIT_HOME": str(STATE / "pre-commit"),
        "XDG_CACHE_HOME": str(STATE / "cache"),
    }
    process = children.start(_command(home, name), output=output, settings=settings)
    passed = process.wait() == 0
    return Result(name, passed, time.monotonic() - started)


def _heading(name: str) -> None:
    print(f"\n=== {name} " + "=" * (74 - len(name)), flush=True)


def _command(home: Home, name: str) -> list[str | Path]:
    python = Flavour.PLUGIN.python
    if name == "lint":
        return [python, "-m", "pre_commit", "run", "--all-files"]
    # Nothing is left behind in the machine's temporary folder.
    temporary = home.path / "tmp" / name
    temporary.parent.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [python, "-m", "pytest", f"--basetemp={temporary}"]
    # Those that need no cloud share nothing either.
    workers = ["-n", "2"] if name == "unit" else []
    return [*command, *workers, f"tests/{name}"]


def _summary(results: Sequence[Result]) -> bool:
    print("\n=== summary " + "=" * 67)
    for result in results:
        verdict = "passed" if result.passed else "FAILED"
        print(f"{result.name:<10} {verdict}  {result.seconds:5.0f} s")
    sys.stdout.flush()
    return all(result.passed for result in results)
