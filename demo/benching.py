# SPDX-License-Identifier: Apache-2.0
"""``make bench``: stock's Horizon and ours side by side on a cloud of their own (see bench/)."""

from collections.abc import Sequence
from pathlib import Path

from demo import assets, environments, prerequisites
from demo.cloud import Cloud
from demo.dashboard import Dashboard, start
from demo.layout import Flavour, Home
from demo.ports import cloud_ports, first_free
from demo.problem import Problem
from demo.processes import Children
from demo.session import cloud_kept_until_last

_PORT_BASES = range(27000, 28000, 100)
_PORTS = range(18000, 18100)


def run(home: Home, options: Sequence[str]) -> None:
    """Measure, and print where the result is.

    Raises Problem when something cannot be installed, started or measured.
    """
    prerequisites.ensure_browser()
    with cloud_kept_until_last(home), Children() as children:
        for flavour in Flavour:
            environments.ensure(flavour, children)
            assets.ensure(flavour, children)
        Cloud(home, children, cloud_ports(_PORT_BASES)).up()
        ours, stock = (_started(home, flavour, children) for flavour in Flavour)
        command: list[str | Path] = [Flavour.PLUGIN.python, "-m", "bench", ours.url, stock.url]
        settings = {"DEVCLOUD_HOME": str(home.path)}
        if children.start([*command, *options], output=None, settings=settings).wait() != 0:
            raise Problem("It was not measured; see above.")


def _started(home: Home, flavour: Flavour, children: Children) -> Dashboard:
    port = first_free(_PORTS, setting="DEMO_PORT")
    return start(home, flavour, port, children, count_calls=True)
