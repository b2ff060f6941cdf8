# SPDX-License-Identifier: Apache-2.0
"""Virtual environments for Horizon, installed once and again when pins change."""

import contextlib
import fcntl
import hashlib
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.layout import ROOT, STATE, Flavour
from demo.problem import Problem
from demo.processes import Children
from demo.progress import Sparingly, say

CONSTRAINTS = ROOT / "demo" / "constraints.txt"
SETTINGS = ROOT / "demo" / "local_settings.py"


@contextlib.contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Let one process at a time do ``name``; a second demo waits for the first."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class Recipe:
    """The packages of a virtual environment.

    ``name`` stands in the names of locks and logs. ``what`` is installed under ``constraints``,
    again when they or one of ``sources`` change. ``uv`` is a Python that has uv; without one
    the environment gets its own. ``interpreter`` is the Python to use, None for this one.
    """

    name: str
    place: Path
    what: tuple[str, ...]
    constraints: Path = CONSTRAINTS
    sources: tuple[Path, ...] = ()
    uv: Path | None = None
    interpreter: Path | None = None

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.place / "bin" / "python"


def recipe(flavour: Flavour) -> Recipe:
    """Return what the environment of a flavour holds."""
    if flavour is Flavour.STOCK:
        return Recipe(flavour.value, flavour.environment, ("horizon", "gunicorn", "whitenoise"))
    return Recipe(
        flavour.value,
        flavour.environment,
        ("--editable", ".[demo,docs,test,lint]"),
        sources=(ROOT / "setup.cfg",),
    )


def stamp_file(environment: Path) -> Path:
    """Return the file that remembers what an environment was installed from."""
    return environment / "installed-from"


def ensure(flavour: Flavour, children: Children) -> None:
    """Install Horizon of this flavour unless that was done from the same pins before.

    Raises Problem when pip fails.
    """
    with exclusive(f"install-{flavour}"):
        if install_once(recipe(flavour), children):
            # Horizon's releases bring their translations as text only.
            languages: list[str | Path] = [flavour.python, "-m", "demo.languages"]
            children.run(languages, log=STATE / f"languages-{flavour}.log")
        link(flavour, children)


def install_once(wanted: Recipe, children: Children) -> bool:
    """Install what the recipe says unless that was done before; tell whether it was not.

    One process at a time may do so. Raises Problem when pip fails.
    """
    fingerprint = _fingerprint(wanted)
    stamp = stamp_file(wanted.place)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint:
        return False
    _install(wanted, children)
    stamp.write_text(fingerprint, encoding="utf-8")
    return True


def link(flavour: Flavour, children: Children) -> None:
    """Give this Horizon our settings and, with the plugin, switch the plugin on as operators do.

    The settings are a symbolic link into the checkout and the package is installed from there,
    so an edit needs no second installation.
    """
    point(local_folder(flavour.environment) / "local_settings.py", SETTINGS)
    if flavour is Flavour.PLUGIN:
        enable: list[str | Path] = [flavour.python, "-m", "snapshot_dashboard", "enable"]
        children.run(enable, log=STATE / "enable.log")


def point(place: Path, target: Path) -> None:
    """Make ``place`` a symbolic link to ``target``; replaces only a link."""
    if place.is_symlink():
        if place.readlink() == target:
            return
        place.unlink()
    if place.exists():
        raise Problem(f"{place} is a file of somebody else; move it away first.")
    place.symlink_to(target)


def local_folder(environment: Path) -> Path:
    """Return ``openstack_dashboard/local`` of the Horizon in an environment.

    Raises Problem when there is none.
    """
    found = list(environment.glob("lib/python*/site-packages/openstack_dashboard/local"))
    if len(found) != 1:
        raise Problem(
            f"No Horizon is installed in {environment}. Remove that folder and try again."
        )
    return found[0]


def _fingerprint(wanted: Recipe) -> str:
    python = wanted.interpreter or sys.version_info[:2]
    digest = hashlib.sha256(f"{wanted.name} {python} {wanted.what}".encode())
    for path in (wanted.constraints, *wanted.sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _install(wanted: Recipe, children: Children) -> None:
    """Install with uv, which takes seconds where pip takes minutes, or else with pip.

    pip is there for machines on which only pip is set up to reach a package index.
    """
    log = STATE / f"install-{wanted.name}.log"
    say("horizon", f"installing into {wanted.place.relative_to(ROOT)}")
    if not wanted.python.exists():
        python = wanted.interpreter or sys.executable
        children.run([python, "-m", "venv", wanted.place], log=log)
    what = ["--constraint", str(wanted.constraints), *wanted.what]
    pip: list[str | Path] = [wanted.python, "-m", "pip", "install", "--no-cache-dir"]
    pip += ["--disable-pip-version-check", "--progress-bar", "off"]
    uv: list[str | Path] = [wanted.uv or wanted.python, "-m", "uv", "pip", "install", "--no-cache"]
    uv += ["--python", wanted.python]
    with tempfile.TemporaryDirectory(dir=STATE) as folder:
        # uv leaves locks in the machine's temporary folder; in ours they go.
        settings = {"TMPDIR": folder}
        try:
            if wanted.uv is None:
                own: list[str | Path] = [*pip, "--constraint", wanted.constraints, "uv"]
                children.run(own, log=log, settings=settings)
            children.run([*uv, *what], log=log, settings=settings)
        except Problem as problem:
            say("horizon", f"uv could not do it, trying pip: {problem}")
            listen = Sparingly("horizon")
            children.run([*pip, *what], log=log, settings=settings, each_line=listen)
    say("horizon", "installed")
