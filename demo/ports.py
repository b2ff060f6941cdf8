# SPDX-License-Identifier: Apache-2.0
"""Finding a free port on the loopback interface."""

import os
import socket
import sys
from collections.abc import Iterable, Sequence

from demo.problem import Problem
from devcloud.ports import is_free
from devcloud.settings import SERVICES

FIRST_PORT = 8000
PORTS_TRIED = 100
# Lanes of tests that run at the same time, each with a cloud; how far apart their ports are when
# DEVCLOUD_PORT_BASE chooses the first.
MOST_LANES = 5
LANE_PORTS = 20

_claims: list[socket.socket] = []


def _claim(port: int) -> bool:
    """Take a free port for this process, before anything listens there; False if it is taken.

    Others that look at the same moment would find it free too, and then one would talk to the
    program of the other. A name in Linux's abstract namespace goes with the process.
    """
    if sys.platform != "linux":
        return True
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0snapshot-dashboard-port-{port}")
    except OSError:
        mark.close()
        return False
    _claims.append(mark)
    return True


def first_free(candidates: Iterable[int], *, setting: str) -> int:
    """Return the first free port of ``candidates``.

    Raises Problem naming the ``setting`` that chooses another when all are taken.
    """
    for port in candidates:
        if is_free(port) and _claim(port):
            return port
    raise Problem(f"No free port found. Choose one with {setting}=<port>.")


def dashboard_port() -> int:
    """Return DEMO_PORT when it is set, else the next free port from 8000 on.

    Raises Problem when DEMO_PORT is set and no such port can be had.
    """
    wanted = os.environ.get("DEMO_PORT")
    if not wanted:
        return first_free(range(FIRST_PORT, FIRST_PORT + PORTS_TRIED), setting="DEMO_PORT")
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise Problem(f"DEMO_PORT={wanted} is not a port; give a number from 1 to 65535.")
    if not is_free(int(wanted)):
        raise Problem(
            f"Port {wanted} is taken. Choose another with DEMO_PORT=<port>, "
            "or leave DEMO_PORT out to get the next free one."
        )
    return int(wanted)


def lane_ports(bases: Sequence[int], lane: int) -> int:
    """Return the first port for the cloud of one lane of tests.

    Lanes that look at the same moment find different ones. Raises Problem when there are none.
    """
    chosen = cloud_ports(bases[lane::MOST_LANES])
    if chosen is None:
        return int(os.environ["DEVCLOUD_PORT_BASE"]) + lane * LANE_PORTS
    return chosen


def cloud_ports(bases: Iterable[int]) -> int | None:
    """Return the first of the ports of a cloud, all of them free; None leaves it to
    DEVCLOUD_PORT_BASE.

    Raises Problem when none of ``bases`` will do.
    """
    if os.environ.get("DEVCLOUD_PORT_BASE"):
        return None
    for base in bases:
        if all(is_free(base + offset) for offset in range(len(SERVICES))) and _claim(base):
            return base
    raise Problem("No free ports for the cloud. Choose some with DEVCLOUD_PORT_BASE.")
