# SPDX-License-Identifier: Apache-2.0
"""A released Horizon without the plugin, to try an operator's steps.

Each release is installed once. Whoever wants to change something makes a copy first, which
takes half a second.
"""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from demo import environments
from demo.layout import ROOT, STATE, Flavour
from demo.processes import Children

# With what the plugin needs besides Horizon: its wheel is installed without a network.
_WHAT = ("horizon", "Django", "gunicorn", "whitenoise", "pymemcache", "tzdata")


@dataclass(frozen=True)
class Release:
    """One release of Horizon, with pins that take the place of those in ``constraints``.

    ``version`` is the Python that operators have for it; this one takes its place on a machine
    that has no other.
    """

    number: str
    pins: tuple[str, ...]
    version: str = ""
    constraints: Path = environments.CONSTRAINTS

    @property
    def name(self) -> str:
        """A word for file names."""
        return f"release-{self.number}"

    @property
    def environment(self) -> Path:
        """The virtual environment it is installed in, which nobody changes."""
        return ROOT / ".venv" / self.name

    @property
    def interpreter(self) -> Path | None:
        """The Python to install it with, None for the one that runs this."""
        pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
        found: list[Path | str | None] = []
        if self.version:
            # Before what is on the path: pyenv's own there may refuse to run.
            found += pyenv.glob(f"versions/{self.version}.*/bin/python{self.version}")
            found.append(shutil.which(f"python{self.version}"))
        return next((Path(each) for each in found if each), None)


_DJANGO = "Django>=4.2,<4.3"
# With oslo.policy 6.0.0 or newer Horizons before 27 refuse every action that asks Nova's policy,
# such as servers:index for a member (tried with 25.7.3 and 26.0.0; 5.1.0 allows it).
_POLICY = "oslo.policy==5.1.0"
# The styles of these have other icons.
_OLDER = (_DJANGO, "XStatic-Font-Awesome<5", "oslo.policy==4.3.0")
_OLDEST = ROOT / "demo" / "constraints-24.0.txt"

# From the oldest to the newest.
RELEASES = {
    release.number: release
    for release in (
        Release("24.0", ("horizon==24.0.2",), "3.10", _OLDEST),
        Release("25.1", ("horizon==25.1.2", *_OLDER), "3.12"),
        Release("25.3", ("horizon==25.3.2", *_OLDER), "3.12"),
        Release("25.5", ("horizon==25.5.2", *_OLDER), "3.12"),
        Release("25.7", ("horizon==25.7.3", _DJANGO, _POLICY), "3.13"),
        Release("26", ("horizon==26.0.0", _POLICY)),
        Release("27", ("horizon==27.0.0",)),
    )
}
NEWEST = list(RELEASES)[-1]


def ensure(release: Release, children: Children) -> None:
    """Install a release unless that was done from the same pins before.

    Raises Problem when pip fails or this Horizon does not start.
    """
    with environments.exclusive(f"install-{release.name}"):
        recipe = environments.Recipe(
            release.name,
            release.environment,
            _WHAT,
            constraints=_constraints(release),
            uv=Flavour.PLUGIN.python,
            interpreter=release.interpreter,
        )
        installed = environments.install_once(recipe, children)
        place = environments.local_folder(release.environment) / "local_settings.py"
        environments.point(place, environments.SETTINGS)
        if installed:
            _start_once(recipe.python, children)


def _start_once(python: Path, children: Children) -> None:
    """Have each module compiled that Horizon uses: copies find them ready."""
    children.run(
        [python, "-I", "-W", "ignore", "-m", "django", "check"],
        log=STATE / "check.log",
        settings={
            "DEVCLOUD_HOME": str(STATE / "assets"),
            "XDG_CACHE_HOME": str(STATE / "cache"),
            "DJANGO_SETTINGS_MODULE": "openstack_dashboard.settings",
        },
    )


def copy(environment: Path, place: Path) -> None:
    """Make ``place`` a virtual environment like ``environment``.

    The files are hard links, so who changes one has to put a new file in its place, as pip and
    the interpreter do. Programs in its ``bin`` start the original's Python: use ``python -m``.
    """
    shutil.copytree(environment, place, symlinks=True, copy_function=os.link)


def launch_folder() -> Path:
    """Return a folder from which such a Horizon finds ``demo.wsgi``.

    In the checkout itself it would find the plugin too, installed or not.
    """
    folder = STATE / "launch"
    folder.mkdir(parents=True, exist_ok=True)
    with environments.exclusive("launch"):
        environments.point(folder / "demo", ROOT / "demo")
    return folder


def _constraints(release: Release) -> Path:
    """Write the constraints with this release's pins; return the file."""
    replaced = {re.split("[=<>]", pin)[0] for pin in release.pins}
    lines = release.constraints.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.partition("==")[0] not in replaced]
    file = STATE / f"constraints-{release.name}.txt"
    file.write_text("\n".join([*kept, *release.pins, ""]), encoding="utf-8")
    return file
