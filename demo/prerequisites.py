# SPDX-License-Identifier: Apache-2.0
"""Checks what has to be installed on the machine before the checkout can be set up."""

import importlib.util
import os
import shutil
import subprocess
import sys

from demo.problem import Problem
from demo.progress import say

OLDEST_PYTHON = (3, 11)


def check_python() -> None:
    """See to it that virtual environments can be made.

    Raises Problem with advice when Python is too old or its venv module is missing and
    cannot be installed from here.
    """
    if sys.version_info < OLDEST_PYTHON:
        raise Problem(
            f"Python {sys.version.split()[0]} is too old, 3.11 is needed. "
            "With a newer one elsewhere: make demo PYTHON=/path/to/python3.11"
        )
    if importlib.util.find_spec("ensurepip") is None:
        install_debian_packages(["python3-venv"])


def ensure_browser() -> None:
    """See to it that Chromium and its driver are there for the browser tests."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        install_debian_packages(["chromium", "chromium-driver"])


def ensure_gettext() -> None:
    """See to it that texts can be read out of the sources, by xgettext and msguniq."""
    if not (shutil.which("xgettext") and shutil.which("msguniq")):
        install_debian_packages(["gettext"])


def ensure_memcached() -> None:
    """See to it that memcached is there for the tests with several worker processes."""
    if not shutil.which("memcached"):
        install_debian_packages(["memcached"])


def install_debian_packages(names: list[str]) -> None:
    """Install packages on Debian or Ubuntu, as root or by sudo without a password.

    Raises Problem telling the command to type when that is not possible.
    """
    by_hand = f"sudo apt-get install {' '.join(names)}"
    apt = shutil.which("apt-get")
    if apt is None:
        raise Problem(f"These packages are missing (Debian's names): {' '.join(names)}.")
    prefix = _become_root()
    if prefix is None:
        raise Problem(f"Packages are missing. Type this, then try again:\n  {by_hand}")
    say("system", f"installing {' '.join(names)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *names]):
        done = subprocess.run(  # noqa: S603 - apt-get with fixed package names
            [*prefix, apt, "-qq", *step],
            env=quiet,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise Problem(f"apt-get failed:\n{done.stderr}\nTry by hand: {by_hand}")


def _become_root() -> list[str] | None:
    """Return what to put before a command so that it runs as root; None if nothing does."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    asked = subprocess.run(  # noqa: S603 - sudo itself, asks nothing
        [sudo, "-n", "true"], stderr=subprocess.DEVNULL, check=False
    )
    return [sudo, "-n"] if asked.returncode == 0 else None
