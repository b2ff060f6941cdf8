# SPDX-License-Identifier: Apache-2.0
"""Questions about ports of this machine's loopback address."""

import socket

from devcloud.errors import PortTaken
from devcloud.settings import HOST, Settings
from devcloud.waiting import wait_until


def is_open(port: int) -> bool:
    """Whether something answers at the port."""
    try:
        with socket.create_connection((HOST, port), timeout=1):
            return True
    except OSError:
        return False


def is_free(port: int) -> bool:
    """Whether a service could listen at the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def require_free(settings: Settings, services: list[str]) -> None:
    """Raise PortTaken, naming the setting that helps, unless all these services can listen."""
    taken = [service for service in services if not is_free(settings.port(service))]
    if taken:
        listed = ", ".join(f"{settings.port(service)} ({service})" for service in taken)
        raise PortTaken(
            f"Another program listens on {HOST} port {listed}. Choose other ports by setting "
            f"DEVCLOUD_PORT_BASE (now {settings.port_base})."
        )


def wait_until_open(port: int, *, seconds: float, what: str) -> None:
    """Wait for something to answer at the port.

    Raises TookTooLong, which names ``what``, when nothing does within ``seconds``.
    """
    wait_until(lambda: is_open(port), seconds=seconds, what=f"{what} to listen on port {port}")
