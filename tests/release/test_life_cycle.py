# SPDX-License-Identifier: Apache-2.0
"""Install, enable, use and disable on each release; pages render at each step."""

from collections.abc import Callable
from pathlib import Path

import lxml.html
import requests

from demo.dashboard import Dashboard
from demo.visitor import Visitor
from devcloud.access import Access
from tests.cloud.dialogs import accepted, opened, snapshot_path
from tests.cloud.workshop import Workshop, unique
from tests.release.conftest import Fresh
from tests.release.installed import Horizon, each_release
from tests.release.pages import ADMIN, ADMIN_LISTS, Things, check_served

Serving = Callable[[int, str], Dashboard]
Otto = Callable[[Dashboard], Visitor]


@each_release
def test_installing_the_wheel_changes_no_other_package(
    number: int, copied: Fresh, wheel: Path
) -> None:
    horizon = copied(number)
    before = horizon.packages()
    # With an operator's tool this once. No index: everything it needs came with Horizon.
    horizon.run("-m", "pip", "install", "--no-index", "--disable-pip-version-check", wheel)
    (new,) = horizon.packages() - before
    assert new.startswith("snapshot-dashboard")
    horizon.run("-m", "pip", "uninstall", "--yes", "snapshot-dashboard")
    assert horizon.packages() == before


@each_release
def test_enabled_pages_are_ours_with_their_scripts(
    number: int, serving: Serving, otto: Otto, things: Things
) -> None:
    running = serving(number, "ours")
    check_served(running, otto(running), things, ours=True)


@each_release
def test_a_snapshot_is_made_through_the_dialog(
    number: int, serving: Serving, otto: Otto, workshop: Workshop
) -> None:
    visitor = otto(serving(number, "ours"))
    volume = workshop.volume().id
    name = unique("made")
    assert accepted(opened(visitor, snapshot_path(volume)).submit(visitor, name=name))
    assert [snapshot.name for snapshot in workshop.snapshots_of(volume)] == [name]
    assert name in visitor.get("/project/snapshots/").text


@each_release
def test_the_admin_dashboard_answers(number: int, serving: Serving, cloud: Access) -> None:
    visitor = Visitor(serving(number, "ours").url)
    visitor.log_in(cloud.login("admin"))
    assert visitor.get(ADMIN).status_code == requests.codes.ok
    for path in ADMIN_LISTS:
        answer = visitor.get(path)
        assert answer.status_code == requests.codes.ok, path
        assert lxml.html.fromstring(answer.text).find_class("sd-desk"), path


@each_release
def test_disabled_again_the_pages_are_stocks(
    number: int, serving: Serving, otto: Otto, things: Things
) -> None:
    running = serving(number, "stock")
    check_served(running, otto(running), things, ours=False)


@each_release
def test_check_finds_nothing_wrong(number: int, ours: Callable[[int], Horizon]) -> None:
    said = ours(number).plugin("check")
    assert said == "The set-up is right.\n"
