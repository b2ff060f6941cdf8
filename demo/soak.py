# SPDX-License-Identifier: Apache-2.0
"""``make soak``: random steps on the test cloud for a given time (tests/cloud/machine.py)."""

import os
from pathlib import Path

from demo import environments, prerequisites
from demo.cloud import Cloud, is_up
from demo.layout import Flavour, Home
from demo.problem import Problem
from demo.processes import Children
from demo.session import cloud_kept_until_last

# Where `make test` looks for ports first.
_PORT_BASE = 25000
_TEST = "tests/cloud/test_state_machine.py"


def run(home: Home, minutes: float) -> None:
    """Bring up the test cloud unless it is up, and go on for so many minutes.

    Raises Problem when something was found, or cannot be installed or started.
    """
    prerequisites.ensure_memcached()
    with cloud_kept_until_last(home), Children() as children:
        environments.ensure(Flavour.PLUGIN, children)
        if not is_up(home):
            chosen = None if os.environ.get("DEVCLOUD_PORT_BASE") else _PORT_BASE
            Cloud(home, children, chosen).up()
        temporary = home.path / "tmp" / "soak"
        temporary.parent.mkdir(parents=True, exist_ok=True)
        command: list[str | Path] = [Flavour.PLUGIN.python, "-m", "pytest", "-q", "-s"]
        command += ["-W", "ignore", f"--basetemp={temporary}", _TEST]
        settings = {"DEVCLOUD_HOME": str(home.path), "SOAK_MINUTES": f"{minutes:g}"}
        if children.start(command, output=None, settings=settings).wait() != 0:
            raise Problem("Something was found, or it did not run to its end; see above.")
