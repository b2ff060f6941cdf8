# SPDX-License-Identifier: Apache-2.0
"""Runs programs of the services' virtual environment and waits for them."""

import os
import subprocess
from pathlib import Path

from devcloud.errors import DevcloudError
from devcloud.logs import tail
from devcloud.settings import CHECKOUT, Settings


def run(settings: Settings, *command: str, log: Path) -> None:
    """Run a program of the environment's ``bin`` folder, its output going into ``log``.

    Raises DevcloudError with the last lines of the log when it fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    program, *arguments = command
    with log.open("ab") as file:
        ended = subprocess.run(  # noqa: S603 - programs of our own environment
            [str(settings.environment / "bin" / program), *arguments],
            cwd=settings.home,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0:
        raise DevcloudError(f"{program} {' '.join(arguments)} failed. {tail(log)}")


def run_module(settings: Settings, module: str, *arguments: str) -> int:
    """Run a module of ``devcloud.inside`` with its output on this terminal.

    Returns its exit status.
    """
    return subprocess.run(  # noqa: S603 - our own interpreter and module
        [settings.python, "-m", f"devcloud.inside.{module}", *arguments],
        env=environment(settings),
        check=False,
    ).returncode


def environment(settings: Settings) -> dict[str, str]:
    """The variables for programs of the environment: this cloud, and no other login."""
    unwanted = ("OS_", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    path = f"{settings.environment / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    own = {
        "PATH": path,
        "PYTHONPATH": str(CHECKOUT),
        # The services warn about their own libraries with every request.
        "PYTHONWARNINGS": "ignore",
        "OS_CINDER_DISABLE_EVENTLET_PATCHING": "true",
        "OS_NOVA_DISABLE_EVENTLET_PATCHING": "true",
    }
    return inherited | settings.as_environment() | own
