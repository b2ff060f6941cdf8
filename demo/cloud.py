# SPDX-License-Identifier: Apache-2.0
"""Controls the cloud behind the dashboard through devcloud's commands."""

import re
import sys
from urllib.parse import urlsplit

from demo.layout import Home
from demo.processes import Children
from demo.progress import say
from devcloud.access import load
from devcloud.ports import is_open

# devcloud counts its own seconds; ours stand at the start of the line already.
_SECONDS = re.compile(r"^\s*[\d.]+ s\s+")


def is_up(home: Home) -> bool:
    """Tell whether the identity service of the cloud in ``home`` answers."""
    return running_base(home) is not None


def running_base(home: Home) -> int | None:
    """Return the first port of the cloud that runs in ``home``; None when it does not."""
    try:
        port = urlsplit(load(home.path).auth_url).port
    except FileNotFoundError:
        return None
    return port if port is not None and is_open(port) else None


class Cloud:
    """One cloud: its state folder and, unless devcloud's default is wanted, its first port.

    A cloud that runs already keeps its ports, whatever is wanted now.
    Every method raises Problem with the end of devcloud's output when devcloud fails.
    """

    def __init__(
        self,
        home: Home,
        children: Children,
        port_base: int | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        self.home = home
        self._quiet = quiet
        self._children = children
        self._settings = {"DEVCLOUD_HOME": str(home.path)}
        base = running_base(home) or port_base
        if base is not None:
            self._settings["DEVCLOUD_PORT_BASE"] = str(base)

    def up(self) -> None:
        """Install what is missing and start all services; quick when they run already."""
        self._do("up")

    def seed(self) -> None:
        """Load the demo data, once."""
        self._do("seed")

    def reset(self) -> None:
        """Forget all of its data and start it anew."""
        self._do("reset")

    def down(self) -> None:
        """Stop the services; their data stays."""
        self._do("down")

    def _do(self, verb: str) -> None:
        self._children.run(
            [sys.executable, "-m", "devcloud", verb],
            log=self.home.log(f"devcloud-{verb}"),
            settings=self._settings,
            each_line=None if self._quiet else _tell,
        )


def _tell(line: str) -> None:
    say("cloud", _SECONDS.sub("", line))
