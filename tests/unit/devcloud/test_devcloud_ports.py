# SPDX-License-Identifier: Apache-2.0
"""Detecting ports that are in use."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from devcloud import cloud, ports
from devcloud.errors import PortTaken, TookTooLong
from devcloud.settings import HOST, SERVICES, Settings


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody listens."""
    with socket.create_server((HOST, 0)) as listener:
        yield listener.getsockname()[1]


def test_a_listener_is_seen(taken: int) -> None:
    assert ports.is_open(taken)
    assert not ports.is_free(taken)


def test_a_port_is_free_again_when_its_listener_is_gone() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    assert ports.is_free(port)
    assert not ports.is_open(port)


def test_a_taken_port_is_one_line_naming_port_service_and_setting(
    settings: Settings, taken: int
) -> None:
    # The first service's port, so that the base cannot fall below what is allowed.
    wanted = replace(settings, port_base=taken)
    with pytest.raises(PortTaken) as caught:
        ports.require_free(wanted, ["keystone"])
    message = str(caught.value)
    assert f"port {taken} (keystone)" in message
    assert "DEVCLOUD_PORT_BASE" in message
    assert "\n" not in message


def test_nothing_is_installed_or_written_before_the_ports_are_checked(
    settings: Settings, taken: int
) -> None:
    wanted = replace(settings, port_base=taken, environment=settings.home / "environment")
    with pytest.raises(PortTaken):
        cloud.up(wanted)
    assert [path.name for path in settings.home.iterdir()] == ["lock"]


def test_waiting_for_a_port_ends_with_what_was_waited_for() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TookTooLong, match=f"glance to listen on port {port}"):
        ports.wait_until_open(port, seconds=0.2, what="glance")


def test_a_cloud_that_never_was_is_down(settings: Settings) -> None:
    assert not cloud.is_up(settings)
    lines = cloud.describe(settings).splitlines()
    assert [line.split()[:2] for line in lines[1:-1]] == [[name, "down"] for name in SERVICES]
