# SPDX-License-Identifier: Apache-2.0
"""A released Horizon without the plugin, to try an operator's steps.

Each release is installed once. Whoever wants to change something makes a copy first, which
takes half a second.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from demo import environments
from demo.layout import ROOT, STATE, Flavour
from demo.processes import Children

_WHAT = ("horizon", "Django", "gunicorn", "whitenoise", "pymemcache")


@dataclass(frozen=True)
class Release:
    """One release of Horizon, with pins that take the place of the demo's own."""

    number: int
    pins: tuple[str, ...]

    @property
    def name(self) -> str:
        """A word for file names."""
        return f"release-{self.number}"

    @property
    def environment(self) -> Path:
        """The virtual environment it is installed in, which nobody changes."""
        return ROOT / ".venv" / self.name


RELEASES = {
    release.number: release
    for release in (
        Release(25, ("horizon==25.7.3", "Django>=4.2,<4.3")),
        Release(26, ("horizon==26.0.0",)),
        Release(27, ("horizon==27.0.0",)),
    )
}


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
        )
        installed = environments.install_once(recipe, children)
        place = environments.local_folder(release.environment) / "local_settings.py"
        environments.point(place, environments.SETTINGS)
        if installed:
            _start_once(recipe.python, children)


def _start_once(python: Path, children: Children) -> None:
    """Have each module compiled that Horizon uses: copies find them ready."""
    children.run(
        [python, "-P", "-W", "ignore", "-m", "django", "check"],
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
    """Write the demo's constraints with this release's pins; return the file."""
    replaced = {pin.partition("==")[0].partition(">=")[0] for pin in release.pins}
    lines = environments.CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.partition("==")[0] not in replaced]
    file = STATE / f"constraints-{release.name}.txt"
    file.write_text("\n".join([*kept, *release.pins, ""]), encoding="utf-8")
    return file
