# SPDX-License-Identifier: Apache-2.0
"""``make test``: every check and test, on a cloud of their own, with one summary at the end."""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from demo import environments, prerequisites
from demo.cloud import Cloud
from demo.layout import STATE, Flavour, Home
from demo.problem import Problem
from demo.processes import Children
from demo.progress import say
from demo.session import cloud_kept_until_last
from devcloud.errors import DevcloudError
from devcloud.ports import is_free
from devcloud.settings import SERVICES

NAMES = ("lint", "unit", "cloud", "browser")
ON_A_CLOUD = frozenset({"cloud", "browser"})
PORT_BASES = range(25000, 26000, 100)


@dataclass(frozen=True)
class Result:
    """How one suite ended and how many seconds it took."""

    name: str
    passed: bool
    seconds: float


def run(home: Home, names: Sequence[str]) -> bool:
    """Run the named suites one after the other, all of them whatever fails.

    The cloud comes up while the suites that need none are running. Returns whether all
    passed; raises Problem when something cannot be installed or started.
    """
    with Children() as children:
        environments.ensure(Flavour.PLUGIN, children)
    if "browser" in names:
        prerequisites.ensure_browser()
    alone = [name for name in names if name not in ON_A_CLOUD]
    together = [name for name in names if name in ON_A_CLOUD]
    if not together:
        return _summary(_run_each(home, alone))
    with cloud_kept_until_last(home), ThreadPoolExecutor(1) as aside, Children() as children:
        cloud = Cloud(home, children, _port_base(), quiet=True)
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
            results += _run_each(home, together)
    return _summary(results)


def _port_base() -> int | None:
    """Return the first of the cloud's ports; None leaves it to DEVCLOUD_PORT_BASE."""
    if os.environ.get("DEVCLOUD_PORT_BASE"):
        return None
    for base in PORT_BASES:
        if all(is_free(base + offset) for offset in range(len(SERVICES))):
            return base
    raise Problem("No free ports for the test cloud. Choose some with DEVCLOUD_PORT_BASE.")


def _run_each(home: Home, names: Iterable[str]) -> list[Result]:
    results = []
    for name in names:
        print(f"\n=== {name} " + "=" * (74 - len(name)), flush=True)
        started = time.monotonic()
        settings = {
            "DEVCLOUD_HOME": str(home.path),
            "PRE_COMMIT_HOME": str(STATE / "pre-commit"),
            "XDG_CACHE_HOME": str(STATE / "cache"),
        }
        with Children() as children:
            process = children.start(_command(home, name), output=None, settings=settings)
            passed = process.wait() == 0
        results.append(Result(name, passed, time.monotonic() - started))
    return results


def _command(home: Home, name: str) -> list[str | Path]:
    python = Flavour.PLUGIN.python
    if name == "lint":
        return [python, "-m", "pre_commit", "run", "--all-files"]
    # Nothing is left behind in the machine's temporary folder.
    temporary = home.path / "tmp" / name
    temporary.parent.mkdir(parents=True, exist_ok=True)
    return [python, "-m", "pytest", f"--basetemp={temporary}", f"tests/{name}"]


def _summary(results: Sequence[Result]) -> bool:
    print("\n=== summary " + "=" * 67)
    for result in results:
        verdict = "passed" if result.passed else "FAILED"
        print(f"{result.name:<10} {verdict}  {result.seconds:5.0f} s")
    sys.stdout.flush()
    return all(result.passed for result in results)
