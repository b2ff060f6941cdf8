# SPDX-License-Identifier: Apache-2.0
"""Suspends a service of the test cloud for a moment, as if it were overloaded."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.layout import Home


@contextmanager
def hanging(home: Home, service: str) -> Iterator[None]:
    """Stop a service's process and let it go on afterwards: it accepts, and never answers."""
    said = json.loads((home.path / "run" / f"{service}.json").read_text(encoding="utf-8"))
    pid = int(said["pid"])
    command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    if service.encode() not in command:
        raise AssertionError(f"Process {pid} is not {service}: {command}")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
