# SPDX-License-Identifier: Apache-2.0
"""Paths of the checkout, its virtual environments and each cloud's state.

Everything that is written goes to ``.venv/`` and ``.state/``, which git ignores.
"""

from __future__ import annotations

import enum
import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".state"


class Flavour(str, enum.Enum):
    """Which Horizon: the one with our plugin, or the one as it is released."""

    PLUGIN = "plugin"
    STOCK = "stock"

    def __str__(self) -> str:
        return self.value

    @property
    def environment(self) -> Path:
        """The virtual environment this Horizon is installed in."""
        return ROOT / ".venv" / ("horizon" if self is Flavour.PLUGIN else "stock")

    @property
    def python(self) -> Path:
        """The interpreter of that environment."""
        return self.environment / "bin" / "python"


@dataclass(frozen=True)
class Home:
    """The state folder of one cloud and of the dashboards in front of it."""

    path: Path

    @property
    def claims(self) -> Path:
        """Folder with one file per running dashboard."""
        return self.path / "dashboards"

    @property
    def failures(self) -> Path:
        """Folder for screenshots, pages and log tails of failed browser tests."""
        return self.path / "failures"

    def lane(self, number: int) -> Home:
        """Return the home of one of several clouds on which tests run at the same time.

        The first is this home itself, the others stand beside it.
        """
        return Home(self.path.with_name(f"{self.path.name}-{number}")) if number else self

    def log(self, name: str) -> Path:
        """Return the log file ``name``; its folder exists afterwards."""
        folder = self.path / "log"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.log"

    def dashboard_log(self, flavour: Flavour) -> Path:
        """Return where the Horizon of this flavour writes what happens to it."""
        return self.log("horizon" if flavour is Flavour.PLUGIN else "horizon-stock")


def chosen_home(default: str = "demo") -> Home:
    """Return the home that DEVCLOUD_HOME names, else ``.state/<default>``."""
    return Home((ROOT / (os.environ.get("DEVCLOUD_HOME") or STATE / default)).resolve())
