# SPDX-License-Identifier: Apache-2.0
"""The virtual environments Horizon runs in, installed once and again when pins change."""

import contextlib
import fcntl
import hashlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from demo.layout import ROOT, STATE, Flavour
from demo.problem import Problem
from demo.processes import Children
from demo.progress import Sparingly, say

CONSTRAINTS = ROOT / "demo" / "constraints.txt"
SETTINGS = ROOT / "demo" / "local_settings.py"
ENABLED = ROOT / "enabled"


@contextlib.contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Let one process at a time do ``name``; a second demo waits for the first."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def stamp_file(flavour: Flavour) -> Path:
    """Return the file that remembers what the environment was installed from."""
    return flavour.environment / "installed-from"


def ensure(flavour: Flavour, children: Children) -> None:
    """Install Horizon of this flavour unless that was done from the same pins before.

    Raises Problem when pip fails.
    """
    with exclusive(f"install-{flavour}"):
        wanted = _fingerprint(flavour)
        stamp = stamp_file(flavour)
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            _install(flavour, children)
            stamp.write_text(wanted, encoding="utf-8")
        link(flavour)


def link(flavour: Flavour) -> None:
    """Give this Horizon our settings and, with the plugin, our enabled files.

    They are symbolic links into the checkout, so an edit needs no second installation.
    """
    local = _local_folder(flavour)
    _point(local / "local_settings.py", SETTINGS)
    if flavour is Flavour.STOCK:
        return
    switches = local / "enabled"
    for old in switches.glob("_[0-9]*.py"):
        if old.is_symlink() and not old.exists():
            old.unlink()
    for switch in sorted(ENABLED.glob("_[0-9]*.py")):
        _point(switches / switch.name, switch)


def _point(place: Path, target: Path) -> None:
    """Make ``place`` a symbolic link to ``target``; replaces only a link."""
    if place.is_symlink():
        if place.readlink() == target:
            return
        place.unlink()
    if place.exists():
        raise Problem(f"{place} is a file of somebody else; move it away first.")
    place.symlink_to(target)


def _local_folder(flavour: Flavour) -> Path:
    pattern = "lib/python*/site-packages/openstack_dashboard/local"
    found = list(flavour.environment.glob(pattern))
    if len(found) != 1:
        raise Problem(
            f"No Horizon is installed in {flavour.environment}. Remove that folder and try again."
        )
    return found[0]


def _fingerprint(flavour: Flavour) -> str:
    digest = hashlib.sha256(f"{flavour} {sys.version_info[:2]}".encode())
    digest.update(CONSTRAINTS.read_bytes())
    if flavour is Flavour.PLUGIN:
        digest.update((ROOT / "setup.cfg").read_bytes())
    return digest.hexdigest()


def _install(flavour: Flavour, children: Children) -> None:
    """Install with uv, which takes seconds where pip takes minutes, or else with pip.

    pip is there for machines on which only pip is set up to reach a package index.
    """
    log = STATE / f"install-{flavour}.log"
    say("horizon", f"installing into {flavour.environment.relative_to(ROOT)}")
    if not flavour.python.exists():
        children.run([sys.executable, "-m", "venv", flavour.environment], log=log)
    what = ["horizon", "gunicorn", "whitenoise"]
    if flavour is Flavour.PLUGIN:
        what = ["--editable", ".[demo,docs,test,lint]"]
    what = ["--constraint", str(CONSTRAINTS), *what]
    pip: list[str | Path] = [flavour.python, "-m", "pip", "install", "--no-cache-dir"]
    pip += ["--disable-pip-version-check", "--progress-bar", "off"]
    uv: list[str | Path] = [flavour.python, "-m", "uv", "pip", "install", "--no-cache"]
    uv += ["--python", flavour.python]
    with tempfile.TemporaryDirectory(dir=STATE) as folder:
        # uv leaves locks in the machine's temporary folder; in ours they go.
        settings = {"TMPDIR": folder}
        try:
            children.run([*pip, "--constraint", CONSTRAINTS, "uv"], log=log, settings=settings)
            children.run([*uv, *what], log=log, settings=settings)
        except Problem as problem:
            say("horizon", f"uv could not do it, trying pip: {problem}")
            listen = Sparingly("horizon")
            children.run([*pip, *what], log=log, settings=settings, each_line=listen)
    say("horizon", "installed")
