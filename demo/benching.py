# SPDX-License-Identifier: Apache-2.0
"""``make bench``: stock's Horizon and ours side by side on a cloud of their own (see bench/)."""

import os
from collections.abc import Sequence
from pathlib import Path

from demo import assets, environments, prerequisites
from demo.cloud import Cloud
from demo.dashboard import Dashboard, start, stop_all
from demo.layout import Flavour, Home
from demo.ports import cloud_ports, first_free
from demo.problem import Problem
from demo.processes import Children
from demo.progress import say
from demo.session import cloud_kept_until_last

_PORT_BASES = range(27000, 28000, 100)
_PORTS = range(18000, 18100)
# Lies in the folder of a cloud that was made to be measured, and may be forgotten.
_MARK = "made-for-bench"


def run(home: Home, options: Sequence[str]) -> None:
    """Measure, and print where the result is; a second run waits for the first.

    The cloud begins without data each time: the administrator's pages of the small cloud are to
    be small, and a run is to find what the one before it found.

    Raises Problem when something cannot be installed, started or measured.
    """
    # Before anything is started here: a cloud that comes up is load, too.
    load = os.getloadavg()[0]
    prerequisites.ensure_browser()
    with environments.exclusive(f"bench-{home.path.name}"):
        _claim(home)
        _clear(home)
        with cloud_kept_until_last(home), Children() as children:
            for flavour in Flavour:
                environments.ensure(flavour, children)
                assets.ensure(flavour, children)
            say("cloud", "begins without data")
            Cloud(home, children, cloud_ports(_PORT_BASES)).reset()
            ours, stock = (_started(home, flavour, children) for flavour in Flavour)
            command: list[str | Path] = [Flavour.PLUGIN.python, "-m", "bench"]
            command += [ours.url, stock.url, f"--load={load:.2f}", *options]
            settings = {"DEVCLOUD_HOME": str(home.path)}
            if children.start(command, output=None, settings=settings).wait() != 0:
                raise Problem("It was not measured; see above.")


def _claim(home: Home) -> None:
    """Mark the folder as ours.

    Raises Problem when a cloud is in it that was not made for this: it may have data.
    """
    mark = home.path / _MARK
    if (home.path / "access.json").exists() and not mark.exists():
        raise Problem(
            f"A cloud in {home.path} may have data that somebody needs, and measuring begins "
            "without any. Remove that folder or set DEVCLOUD_HOME to another one."
        )
    home.path.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _clear(home: Home) -> None:
    """Stop what is left of a run that was killed, and forget which ports the last one had.

    Another program may listen there by now, which is not the cloud.
    """
    stop_all(home)
    with Children() as children:
        Cloud(home, children).down()
    (home.path / "access.json").unlink(missing_ok=True)


def _started(home: Home, flavour: Flavour, children: Children) -> Dashboard:
    port = first_free(_PORTS, setting="DEMO_PORT")
    return start(home, flavour, port, children, count_calls=True)
