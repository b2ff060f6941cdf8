# SPDX-License-Identifier: Apache-2.0
"""Child processes that end with the program that started them."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from demo.layout import ROOT
from demo.problem import Problem
from devcloud.logs import tail

STOP_SECONDS = 15.0


def stop(process: subprocess.Popen[str]) -> None:
    """End a child and what it started: as Ctrl-C does first, firmly at last.

    Tests that are interrupted stop what they started; tests that are terminated do not.
    """
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)


def _inherited() -> dict[str, str]:
    """Return our own environment, in which Python keeps what it has compiled.

    uv compiles nothing when it installs, and Horizon has 2,700 modules: where this is switched
    off, as in many containers, each of our processes would compile them for several seconds.
    """
    return {key: each for key, each in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def _no_proxy_for_loopback() -> dict[str, str]:
    """Return the setting that keeps a proxy of the machine out of talk with itself."""
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    return {"no_proxy": ",".join(filter(None, [known, "127.0.0.1", "localhost"]))}


class Children:
    """Starts programs in sessions of their own, and stops the remaining ones at the end.

    A session of its own keeps Ctrl-C away from the child: the order of stopping is ours.
    """

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[str]] = []
        self._closing = False
        self._lock = threading.Lock()

    def __enter__(self) -> "Children":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            self._closing = True
        for process in reversed(self._processes):
            stop(process)

    def start(
        self,
        command: Sequence[str | Path],
        *,
        output: int | IO[str] | None,
        settings: Mapping[str, str] | None = None,
        folder: Path = ROOT,
    ) -> subprocess.Popen[str]:
        """Start ``command`` in ``folder`` with ``settings`` added to the environment.

        Without ``output`` it writes to our own terminal.
        Raises Problem when everything is being stopped already.
        """
        with self._lock:
            if self._closing:
                raise Problem("Stopping; nothing new is started.")
            process = subprocess.Popen(  # noqa: S603 - the commands are our own
                command,
                cwd=folder,
                env={**_inherited(), **_no_proxy_for_loopback(), **(settings or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            self._processes.append(process)
            return process

    def run(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        settings: Mapping[str, str] | None = None,
        each_line: Callable[[str], None] | None = None,
        folder: Path = ROOT,
    ) -> None:
        """Run ``command`` to its end; keep what it prints in ``log``.

        Raises Problem with the end of its output when it fails.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        process = self.start(command, output=subprocess.PIPE, settings=settings, folder=folder)
        with log.open("w", encoding="utf-8") as kept:
            for line in process.stdout or ():
                kept.write(line)
                kept.flush()
                if each_line is not None:
                    each_line(line.rstrip())
        if process.wait() != 0:
            words = " ".join(str(word) for word in command)
            raise Problem(f"This failed:\n  {words}\n{tail(log)}")
