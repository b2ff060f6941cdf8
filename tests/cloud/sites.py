# SPDX-License-Identifier: Apache-2.0
"""Horizons with settings of their own, and a memcached shared by several."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from demo import assets, dashboard, environments
from demo.dashboard import Dashboard, Site
from demo.layout import Flavour, Home
from demo.ports import first_free
from demo.processes import Children
from devcloud.ports import is_open
from devcloud.settings import HOST
from devcloud.waiting import wait_until
from tests.conftest import DASHBOARD_PORTS


@contextmanager
def horizon(home: Home, group: str, name: str, settings: Mapping[str, Any]) -> Iterator[Dashboard]:
    """Serve the plugin with other settings; those of a ``group`` share cookies and secret key."""
    with Children() as children:
        environments.ensure(Flavour.PLUGIN, children)
        site = Site(
            name=f"horizon-{name}",
            claim=group,
            python=Flavour.PLUGIN.python,
            static=assets.ensure(Flavour.PLUGIN, children),
            settings={"DEMO_FLAVOUR": group, "DEMO_SETTINGS": json.dumps(settings)},
        )
        home.log(site.name).unlink(missing_ok=True)
        port = first_free(DASHBOARD_PORTS, setting="DEMO_PORT")
        yield dashboard.serve(home, site, port, children)


@contextmanager
def memcached() -> Iterator[str]:
    """Run a memcached of our own; its address."""
    program = shutil.which("memcached")
    if program is None:
        pytest.fail("memcached is missing; `make test` installs it (Debian's package memcached).")
    port = _any_free_port()
    command = [program, "-l", HOST, "-p", str(port), "-U", "0", "-m", "16"]
    if os.geteuid() == 0:
        # It does not run as root.
        command += ["-u", "nobody"]
    with Children() as children:
        process = children.start(command, output=None)
        wait_until(lambda: is_open(port), what="memcached", seconds=10)
        if process.poll() is not None:
            raise AssertionError("memcached has ended")
        yield f"{HOST}:{port}"


def _any_free_port() -> int:
    """Let the system choose: several runs of these tests begin at the same moment."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])
