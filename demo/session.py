# SPDX-License-Identifier: Apache-2.0
"""``make demo``: starts everything, keeps it in the foreground and stops it again."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from demo import assets, environments
from demo.cloud import Cloud, is_up
from demo.dashboard import Dashboard, running_in, start, stop_all
from demo.layout import Flavour, Home
from demo.ports import dashboard_port
from demo.problem import Problem
from demo.processes import Children
from demo.progress import elapsed, say
from devcloud.access import load


def run(home: Home, flavour: Flavour) -> None:
    """Bring up the cloud and Horizon, print how to log in, and stay until stopped.

    Raises Problem when something cannot be installed or started.
    """
    dashboard_port()  # a port that cannot be had is told before minutes of installing
    with cloud_kept_until_last(home), ThreadPoolExecutor(1) as aside, Children() as children:
        cloud = Cloud(home, children)
        coming: Future[None] = aside.submit(cloud.up)
        environments.ensure(flavour, children)
        assets.ensure(flavour, children)
        coming.result()
        loading = aside.submit(cloud.seed)
        dashboard = start(home, flavour, dashboard_port(), children)
        say("horizon", f"answers at {dashboard.url}; the demo data may still be loading")
        loading.result()
        if flavour is Flavour.PLUGIN:
            noted: list[str | Path] = [flavour.python, "-m", "demo.noted", dashboard.url]
            children.run(noted, log=home.log("noted"), settings={"DEVCLOUD_HOME": str(home.path)})
        print(welcome(home, dashboard), flush=True)
        dashboard.wait()


def serve(home: Home, flavour: Flavour) -> None:
    """Run Horizon alone, on a cloud that is up already, until stopped.

    Raises Problem when there is no such cloud or Horizon does not come up.
    """
    if not is_up(home):
        raise Problem(f"No cloud is up in {home.path}. Start one: python3 -m devcloud up")
    with Children() as children:
        environments.ensure(flavour, children)
        dashboard = start(home, flavour, dashboard_port(), children)
        print(welcome(home, dashboard), flush=True)
        dashboard.wait()


def welcome(home: Home, dashboard: Dashboard) -> str:
    """Return the address, each login with what it is for, and how to stop."""
    lines = ["", f"Ready after {elapsed():.0f} s:  {dashboard.url}", ""]
    for login in load(home.path).accounts:
        words = f"{login.name:<6} {login.password:<11}"
        lines.append(f"  {words} {', '.join(login.projects):<20} {login.purpose}")
    lines += ["", f"  Horizon's log: {dashboard.log}", "  Ctrl-C stops what was started.", ""]
    return "\n".join(lines)


@contextlib.contextmanager
def cloud_kept_until_last(home: Home) -> Iterator[None]:
    """Stop the cloud at the end if a demo started it and no other dashboard needs it.

    The marker outlives the demo that started the cloud, so that of several demos the last
    one stops it, whichever that is. A cloud started by hand is left alone.
    """
    marker = home.path / "started-by-demo"
    if not is_up(home):
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
    try:
        yield
    finally:
        if not marker.exists():
            say("cloud", "was running before and is left running (make down stops it)")
        elif running_in(home):
            say("cloud", "is left running: another dashboard uses it")
        else:
            _take_down(home, marker)


def down(home: Home) -> None:
    """Stop every dashboard of this cloud, and the cloud."""
    count = stop_all(home)
    say("horizon", f"{count} stopped")
    _take_down(home, home.path / "started-by-demo")


def _take_down(home: Home, marker: Path) -> None:
    with Children() as children:
        Cloud(home, children).down()
    marker.unlink(missing_ok=True)
