# SPDX-License-Identifier: Apache-2.0
"""Released Horizons, our wheel, and a cloud behind them."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from demo import dashboard, scratch
from demo.dashboard import Dashboard, Site
from demo.layout import Home
from demo.ports import first_free
from demo.processes import Children
from demo.scratch import NEWEST, RELEASES
from demo.visitor import Visitor
from devcloud.access import Access
from tests.cloud.workshop import Workshop
from tests.conftest import DASHBOARD_PORTS, Connect
from tests.release import distribution
from tests.release.installed import Horizon, copy_of, with_assets, with_plugin
from tests.release.pages import Things

ROOM = {"volumes": 100, "snapshots": 100, "gigabytes": 1000}

Fresh = Callable[..., Horizon]
Serve = Callable[..., Dashboard]


@pytest.fixture(scope="session")
def children() -> Iterator[Children]:
    """Stops what was started when all tests are done."""
    with Children() as started:
        yield started


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout."""
    source = tmp_path_factory.mktemp("source")
    return distribution.wheel_in(distribution.build(source, wheel_only=True))


@pytest.fixture(scope="session")
def copied(
    cloud: Access, home: Home, children: Children, tmp_path_factory: pytest.TempPathFactory
) -> Fresh:
    """Function: a Horizon without the plugin, which the caller may change."""

    def fresh(number: str = NEWEST, like: Horizon | None = None) -> Horizon:
        place = tmp_path_factory.mktemp(RELEASES[number].name) / "horizon"
        return copy_of(number, place, home, children, like)

    return fresh


@pytest.fixture(scope="session")
def ours(copied: Fresh, wheel: Path, children: Children) -> Callable[[str], Horizon]:
    """Function: the Horizon of a release with the plugin installed and enabled."""

    @cache
    def enabled(number: str) -> Horizon:
        return with_plugin(copied(number), wheel, children)

    return enabled


@pytest.fixture(scope="session")
def stock(
    copied: Fresh, ours: Callable[[str], Horizon], children: Children
) -> Callable[[str], Horizon]:
    """Function: the Horizon of a release with the plugin installed and disabled again."""

    @cache
    def disabled(number: str) -> Horizon:
        horizon = copied(number, like=ours(number))
        horizon.plugin("disable")
        return with_assets(horizon, children, plugin=False)

    return disabled


@pytest.fixture(scope="session")
def serve(home: Home, children: Children) -> Serve:
    """Function: start a Horizon; each has a log of its own."""
    numbers = itertools.count(1)

    def start(horizon: Horizon, **settings: Any) -> Dashboard:
        own = dataclasses.replace(horizon, settings={**horizon.settings, **settings})
        site = Site(
            name=f"horizon-release-{next(numbers)}",
            claim="release",
            python=own.python,
            static=own.static,
            settings=own.environment,
            folder=scratch.launch_folder(),
        )
        home.log(site.name).unlink(missing_ok=True)
        port = first_free(DASHBOARD_PORTS, setting="DEMO_PORT")
        return dashboard.serve(home, site, port, children)

    return start


@pytest.fixture(scope="session")
def serving(
    ours: Callable[[str], Horizon], stock: Callable[[str], Horizon], serve: Serve
) -> Callable[[str, str], Dashboard]:
    """Function: a running Horizon of a release, with "ours" or with "stock" pages.

    They have sessions and secret key in common, like hosts behind one address.
    """

    @cache
    def running(number: str, whose: str) -> Dashboard:
        return serve(ours(number) if whose == "ours" else stock(number))

    return running


@pytest.fixture(scope="session")
def otto(cloud: Access) -> Callable[[Dashboard], Visitor]:
    """Function: a member of research, logged in at a Horizon; other suites work in web-shop."""

    @cache
    def logged_in(url: str) -> Visitor:
        visitor = Visitor(url)
        visitor.log_in(cloud.login("otto"))
        return visitor

    return lambda running: logged_in(running.url)


@pytest.fixture(scope="session")
def workshop(connect: Connect, home: Home) -> Iterator[Workshop]:
    """Makes things in research for all tests; there is room for them."""
    made = Workshop(connect("otto"), connect("admin"), home.path / "knobs")
    limits = f"/os-quota-sets/{made.owner.current_project_id}"
    told = made.admin.block_storage.get(limits).json()["quota_set"]
    usual = {name: told[name] for name in ROOM}
    made.admin.block_storage.put(limits, json={"quota_set": ROOM})
    made.later(lambda: made.admin.block_storage.put(limits, json={"quota_set": usual}))
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def things(cloud: Access, home: Home, workshop: Workshop) -> Things:
    """What every Horizon is asked about."""
    people = {name: cloud.login(name).password for name in ("otto", "admin")}
    _instance, attached = workshop.attached()
    volume = workshop.volume("free").id
    return Things(volume, attached.id, workshop.snapshot(volume).id, people)
