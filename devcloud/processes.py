# SPDX-License-Identifier: Apache-2.0
"""Starting, finding and stopping the processes of the services.

Each service leaves a small file that names its process and the moment it started, so that
a process that later got the same number is never taken for it.
"""

import json
import os
import signal
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from devcloud import logs, ports
from devcloud.commands import environment
from devcloud.errors import DevcloudError, ServiceFailed, TookTooLong
from devcloud.settings import SERVICES, Settings
from devcloud.waiting import wait_until

# Seconds a service may take until it answers; a cold disk and two busy cores need many.
_START = 180
_STOP = 10


@dataclass(frozen=True)
class Process:
    """A running service; ``started`` is in clock ticks since the machine's start."""

    service: str
    pid: int
    started: int
    port: int

    def is_alive(self) -> bool:
        """Whether this very process still runs."""
        return _start_time(self.pid) == self.started

    @property
    def memory(self) -> float:
        """Resident memory in MiB; 0 when the process is gone."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        except FileNotFoundError:
            return 0.0
        for line in status.splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0


def find(settings: Settings, service: str) -> Process | None:
    """The running process of a service of this cloud, whatever port it uses."""
    try:
        record = json.loads(_record(settings, service).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    process = Process(**record)
    return process if process.is_alive() else None


def find_all(settings: Settings) -> list[Process]:
    """All running services of this cloud."""
    found = (find(settings, service) for service in SERVICES)
    return [process for process in found if process is not None]


def start(settings: Settings, service: str) -> Process:
    """Start a service and return at once; see :func:`wait_until_ready`."""
    with log_path(settings, service).open("ab") as log:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [settings.python, "-m", "devcloud.inside.service", service],
            cwd=settings.home,
            # Each thread would get its own heap otherwise, and the cloud need more memory.
            env=environment(settings) | {"MALLOC_ARENA_MAX": "2"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = _start_time(child.pid)
    process = Process(service, child.pid, started or 0, settings.port(service))
    record = _record(settings, service)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(asdict(process)), encoding="utf-8")
    return process


def wait_until_ready(settings: Settings, process: Process) -> None:
    """Wait until a service answers at its port.

    Raises ServiceFailed with the last lines of its log when it ends or takes too long.
    """
    try:
        wait_until(
            lambda: not process.is_alive() or ports.is_open(process.port),
            seconds=_START,
            what=f"{process.service} to listen on port {process.port}",
        )
    except TookTooLong as error:
        raise ServiceFailed(f"{error}\n{_end_of_log(settings, process.service)}") from error
    if not process.is_alive():
        reason = _end_of_log(settings, process.service)
        raise ServiceFailed(f"{process.service} ended while it was starting. {reason}")


def stop(settings: Settings, process: Process) -> None:
    """End a service, by force when it does not obey within ten seconds.

    Raises DevcloudError when not even that ends it.
    """
    if not (_ended_by(signal.SIGTERM, process) or _ended_by(signal.SIGKILL, process)):
        raise DevcloudError(f"{process.service} (process {process.pid}) cannot be ended.")
    _record(settings, process.service).unlink(missing_ok=True)


def _ended_by(number: signal.Signals, process: Process) -> bool:
    try:
        os.kill(process.pid, number)
        ended = f"{process.service} to end"
        wait_until(lambda: not process.is_alive(), seconds=_STOP, what=ended)
    except ProcessLookupError:
        return True
    except TookTooLong:
        return False
    return True


def log_path(settings: Settings, service: str) -> Path:
    """The log of a service's process."""
    return settings.log / f"{service}.log"


def _end_of_log(settings: Settings, service: str) -> str:
    return logs.tail(log_path(settings, service))


def _record(settings: Settings, service: str) -> Path:
    return settings.home / "run" / f"{service}.json"


def _start_time(pid: int) -> int | None:
    """When a process started, in clock ticks; None when it does not run (any more)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name stands in brackets and may hold anything; state is the first field behind it.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])
