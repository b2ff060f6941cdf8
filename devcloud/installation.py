# SPDX-License-Identifier: Apache-2.0
"""The virtual environment of the OpenStack services: made once, renewed when pins change."""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devcloud import logs
from devcloud.errors import DevcloudError, TookTooLong
from devcloud.progress import Progress
from devcloud.settings import CHECKOUT, Settings
from devcloud.waiting import wait_until

PINS = CHECKOUT / "devcloud" / "constraints.txt"
_OLDEST_PYTHON = (3, 11)
_FAST_INSTALLER = "uv==0.13.9"

# Seconds between two lines about how far an installation is, and its limit.
_REPORT_EVERY = 10
_LIMIT = 1800


def pins_digest() -> str:
    """A short text that changes whenever the pinned versions change."""
    return hashlib.sha256(PINS.read_bytes()).hexdigest()[:16]


def ensure(settings: Settings, progress: Progress) -> None:
    """Install the services unless exactly the pinned versions are there already.

    Raises DevcloudError with the end of the installer's log when that fails.
    """
    stamp = settings.environment / ".devcloud-pins"
    if _content(stamp) == pins_digest():
        return
    if sys.version_info < _OLDEST_PYTHON:
        raise DevcloudError(f"devcloud needs Python 3.11 or newer; this is {sys.version}.")
    settings.environment.parent.mkdir(parents=True, exist_ok=True)
    with _alone(settings.environment.with_name("cloud.lock")):
        if _content(stamp) == pins_digest():
            return
        _make_environment(settings, progress)
        _install(settings, progress)
        stamp.write_text(pins_digest(), encoding="utf-8")
    progress.say("OpenStack is installed")


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep two clouds of one checkout from installing at the same time."""
    with path.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make_environment(settings: Settings, progress: Progress) -> None:
    if (settings.environment / "bin" / "pip").exists():
        return
    progress.say(f"making the virtual environment {settings.environment}")
    ended = subprocess.run(  # noqa: S603 - this interpreter's own module
        [sys.executable, "-m", "venv", str(settings.environment)],
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise DevcloudError(
            "Python could not make a virtual environment. On Debian and Ubuntu the package "
            f"python3-venv is needed.\n{ended.stdout}{ended.stderr}"
        )


def _install(settings: Settings, progress: Progress) -> None:
    """Install with uv, which takes seconds where pip takes minutes, or else with pip.

    pip is there for machines on which only pip is set up to reach a package index.
    """
    log = settings.environment.with_name("cloud-install.log")
    log.unlink(missing_ok=True)
    progress.say(f"installing OpenStack from PyPI; details in {log}")
    pip = [str(settings.python), "-m", "pip", "install", "--no-cache-dir", "--no-input"]
    pip += ["--disable-pip-version-check", "--progress-bar", "off"]
    uv = [str(settings.python), "-m", "uv", "pip", "install", "--no-cache"]
    uv += ["--python", str(settings.python)]
    # The pins name every package, so that nobody needs to look for more.
    pins = ["--no-deps", "-r", str(PINS)]
    if _run([*pip, _FAST_INSTALLER], log, progress) and _run([*uv, *pins], log, progress):
        return
    progress.say("uv could not do it; trying pip")
    if not _run([*pip, *pins], log, progress):
        raise DevcloudError(f"Installing OpenStack failed. {logs.tail(log)}")


def _run(command: list[str], log: Path, progress: Progress) -> bool:
    """Run an installer, now and then saying that it runs; return whether it succeeded."""
    with log.open("ab") as file:
        installer = subprocess.Popen(  # noqa: S603 - modules of our own environment
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
        )
    deadline = progress.seconds + _LIMIT
    while installer.poll() is None:
        try:
            wait_until(
                lambda: installer.poll() is not None, seconds=_REPORT_EVERY, what="the installer"
            )
        except TookTooLong:
            progress.say("still installing OpenStack")
        if progress.seconds > deadline:
            installer.kill()
            raise DevcloudError(f"Installing OpenStack took over {_LIMIT} s. {logs.tail(log)}")
    return installer.returncode == 0
