# SPDX-License-Identifier: Apache-2.0
"""Fixtures shared by the suites: a running cloud, a Horizon and logged-in users.

``make test`` runs them in several workers at the same time (pytest-xdist). Each worker has a cloud
and a Horizon of its own and runs one test at a time, so that a test may slow down, break or stop
any service of its cloud, and may count what is in it: nobody else is there. What a test must not do
is to rely on tests of other files that ran before on the same cloud, or on none having run.
"""

import gc
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from demo import dashboard as demo_dashboard
from demo import environments, scratch
from demo.cloud import is_up
from demo.dashboard import Dashboard
from demo.layout import Flavour, Home, chosen_home
from demo.ports import first_free
from demo.processes import Children
from demo.visitor import Visitor
from devcloud.access import Access, load
from tests.api_versions import chosen, is_beyond

if TYPE_CHECKING:
    from openstack.connection import Connection
    from xdist.scheduler.protocol import Scheduling

# Of pytest-xdist's workers each has a cloud and a Horizon of its own.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
LANE = int(WORKER.removeprefix("gw") or 0)
DASHBOARD_PORTS = range(26000 + 100 * LANE, 26100 + 100 * LANE)

# Groups that take longer than the number of their tests makes believe; the longest first.
WHOLE_CLOUD = "whole cloud"
LONGEST_FIRST = (
    "release",
    WHOLE_CLOUD,
    # Two sizes of a cloud that it makes by itself, one after the other.
    "cloud/test_bench.py",
    "cloud/test_faults.py",
    "cloud/test_revert.py",
    "cloud/test_state_machine.py",
    "cloud/test_interleavings.py",
)
SECONDS_EACH = {"browser": 5}
# They look at the cloud of many customers, which takes long to make: one lane does.
WITH_WHOLE_CLOUD = frozenset(
    {
        "browser/test_support_desk.py",
        "browser/test_support_lists.py",
        "browser/test_support_looks.py",
        "browser/test_support_plain.py",
        "cloud/test_admin_attention.py",
        "cloud/test_admin_call_counts.py",
        "cloud/test_admin_leaks.py",
        "cloud/test_admin_report.py",
        "cloud/test_whole_cloud_seed.py",
    }
)

LogIn = Callable[..., Visitor]
Connect = Callable[..., "Connection"]


def pytest_configure() -> None:
    """Let Ctrl-C end a worker as it ends pytest: with all that it started stopped."""
    if WORKER:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Leave what was loaded out of garbage collection, and collect what tests leave less often.

    An eighth of the time of the unit tests goes into it otherwise.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot be done at the versions that API_VERSIONS names."""
    highest = chosen()
    for marker in item.iter_markers("needs_api"):
        for service, version in marker.kwargs.items():
            if highest and is_beyond(version, highest.of(service)):
                pytest.skip(f"needs version {version} of {service}'s API, and has {highest}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "Scheduling | None":
    """Let workers take whole groups of tests with ``--dist loadscope``.

    Not by xdist's own groups: with pytest 9 xdist 3.8 does not hear of them.
    """
    if config.getvalue("dist") != "loadscope":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    return ByGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let workers begin with what takes longest, so that they end at nearly the same time."""
    if not WORKER:
        return
    groups = Counter(group_of(item.nodeid) for item in items)
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}

    def place(item: pytest.Item) -> tuple[int, int, str]:
        group = group_of(item.nodeid)
        seconds = groups[group] * SECONDS_EACH.get(group.partition("/")[0], 1)
        return places.get(group, len(places)), -seconds, group

    items.sort(key=place)


def group_of(node_id: str) -> str:
    """Return what is run by one worker, one test after the other.

    A file's tests may share what its fixtures made, and may do to their cloud what they like.
    Those of the release suite share Horizons that take long to make, others a cloud.
    """
    file = node_id.partition("::")[0].removeprefix("tests/")
    if file in WITH_WHOLE_CLOUD:
        return WHOLE_CLOUD
    return "release" if file.startswith("release/") else file


@pytest.fixture(scope="session")
def home() -> Home:
    """The state folder of the cloud under test: DEVCLOUD_HOME, else ``.state/test``.

    That of another worker stands beside it: ``.state/test-1``.
    """
    return chosen_home("test").lane(LANE)


@pytest.fixture(scope="session")
def cloud(home: Home) -> Iterator[Access]:
    """Addresses and accounts of the cloud under test; fails when it is not up.

    With API_VERSIONS Horizon sees no newer versions of its APIs; the clients of the tests do.
    """
    if not is_up(home):
        pytest.fail(
            f"No cloud is up in {home.path}. `make test` starts one; by hand:\n"
            f"  DEVCLOUD_HOME={home.path} DEVCLOUD_PORT_BASE=25000 python3 -m devcloud up",
            pytrace=False,
        )
    access = load(home.path)
    if chosen() is None:
        yield access
        return
    # Here, because the unit tests share this file and have no services.
    from tests.cloud.fault_proxy import FaultProxy

    with FaultProxy(access.endpoints) as proxy, pytest.MonkeyPatch.context() as patch:
        # Each Horizon that is started from here on logs people in through the proxy.
        patch.setenv("DEMO_KEYSTONE_URL", proxy.auth_url)
        yield access


# Re-imaging is switched on for one type: what people read where it is off is tested as well.
_REIMAGED = {"*": "never", "linked": "proved"}
# One type has a price, for the same reason.
_PRICES = {"currency": "NZD", "types": {"linked": "0.05"}}
_SETTINGS = {"SNAPSHOT_DASHBOARD": {"REIMAGE_FROM_SNAPSHOT": _REIMAGED, "PRICES": _PRICES}}


@pytest.fixture(scope="session")
def dashboard(
    cloud: Access, home: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dashboard]:
    """Horizon with the plugin, started for this run; each answer tells its outgoing calls.

    It speaks the made-up language of demo.pseudo too. HORIZON names another release than that of
    the demo (demo/scratch.py): the wheel is installed there, as operators do.
    """
    # Here, because not every environment that reads this file has what translators use.
    from demo import pseudo

    with Children() as children:
        environments.ensure(Flavour.PLUGIN, children)
        port = first_free(DASHBOARD_PORTS, setting="DEMO_PORT")
        words = pseudo.build(home.path / "pseudo")
        if number := os.environ.get("HORIZON"):
            folder = tmp_path_factory.mktemp("horizon")
            yield _of_release(number, folder, home, port, children, words)
            return
        yield demo_dashboard.start(
            home, Flavour.PLUGIN, port, children, count_calls=True, pseudo=words, more=_SETTINGS
        )


def _of_release(
    number: str, folder: Path, home: Home, port: int, children: Children, words: Path
) -> Dashboard:
    # Here, because the unit tests share this file and build no wheel.
    from tests.release import distribution
    from tests.release.installed import copy_of, with_plugin

    wheel = distribution.wheel_in(distribution.build(folder / "source", wheel_only=True))
    bare = copy_of(number, folder / "copy", home, children)
    horizon = replace(with_plugin(bare, wheel, children), settings=_SETTINGS)
    site = demo_dashboard.Site(
        name=home.dashboard_log(Flavour.PLUGIN).stem,
        claim="release",
        python=horizon.python,
        static=horizon.static,
        settings={**horizon.environment, "COUNT_CALLS": "1", "DEMO_PSEUDO": str(words)},
        folder=scratch.launch_folder(),
    )
    return demo_dashboard.serve(home, site, port, children)


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
    """Function: an openstacksdk connection of a user, independent of the code under test.

    One for all tests: each logs in and asks every service for its versions.
    """
    # Here, because the unit tests share this file and the import takes most of a second.
    from openstack.config import OpenStackConfig
    from openstack.connection import Connection

    config = OpenStackConfig(
        config_files=[str(home.path / "clouds.yaml")], load_envvars=False, vendor_files=[]
    )

    @cache
    def connection(user: str, project: str | None = None) -> "Connection":
        name = user if project is None else f"{user}-{project}"
        return Connection(config=config.get_one(cloud=name))

    return connection
