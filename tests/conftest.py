# SPDX-License-Identifier: Apache-2.0
"""What the suites share: a running cloud, a Horizon in front of it, and people who log in."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from demo import dashboard as demo_dashboard
from demo import environments
from demo.cloud import is_up
from demo.dashboard import Dashboard
from demo.layout import Flavour, Home, chosen_home
from demo.ports import first_free
from demo.processes import Children
from demo.visitor import Visitor
from devcloud.access import Access, load

if TYPE_CHECKING:
    from openstack.connection import Connection

DASHBOARD_PORTS = range(26000, 26100)

LogIn = Callable[..., Visitor]
Connect = Callable[..., "Connection"]


@pytest.fixture(scope="session")
def home() -> Home:
    """The state folder of the cloud under test: DEVCLOUD_HOME, else ``.state/test``."""
    return chosen_home("test")


@pytest.fixture(scope="session")
def cloud(home: Home) -> Access:
    """Addresses and accounts of the cloud under test; fails when it is not up."""
    if not is_up(home):
        pytest.fail(
            f"No cloud is up in {home.path}. `make test` starts one; by hand:\n"
            f"  DEVCLOUD_HOME={home.path} DEVCLOUD_PORT_BASE=25000 python3 -m devcloud up",
            pytrace=False,
        )
    return load(home.path)


@pytest.fixture(scope="session")
def dashboard(cloud: Access, home: Home) -> Iterator[Dashboard]:
    """Horizon with the plugin, started for this run; each answer tells its outgoing calls.

    It speaks the made-up language of demo.pseudo too.
    """
    # Here, because not every environment that reads this file has what translators use.
    from demo import pseudo

    with Children() as children:
        environments.ensure(Flavour.PLUGIN, children)
        port = first_free(DASHBOARD_PORTS, setting="DEMO_PORT")
        words = pseudo.build(home.path / "pseudo")
        yield demo_dashboard.start(
            home, Flavour.PLUGIN, port, children, count_calls=True, pseudo=words
        )


@pytest.fixture
def login(cloud: Access, dashboard: Dashboard) -> LogIn:
    """Function: log a user in over plain HTTP, in a project when one is named."""

    def log_in(user: str, project: str | None = None) -> Visitor:
        visitor = Visitor(dashboard.url)
        visitor.log_in(cloud.login(user), project)
        return visitor

    return log_in


@pytest.fixture(scope="session")
def connect(cloud: Access, home: Home) -> Connect:
    """Function: an openstacksdk connection of a user, independent of the code under test."""
    # Here, because the unit tests share this file and the import takes most of a second.
    from openstack.config import OpenStackConfig
    from openstack.connection import Connection

    config = OpenStackConfig(
        config_files=[str(home.path / "clouds.yaml")], load_envvars=False, vendor_files=[]
    )

    def connection(user: str, project: str | None = None) -> "Connection":
        name = user if project is None else f"{user}-{project}"
        return Connection(config=config.get_one(cloud=name))

    return connection
