# SPDX-License-Identifier: Apache-2.0
"""Install, enable, use and disable on each release; pages render at each step."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import lxml.html
import pytest
import requests

from demo.dashboard import Dashboard
from demo.layout import STATE
from demo.visitor import Visitor
from devcloud.access import Access
from tests.cloud.dialogs import accepted, opened, snapshot_path
from tests.cloud.workshop import Workshop, unique
from tests.release.conftest import Fresh
from tests.release.installed import Horizon, each_release
from tests.release.pages import (
    ADMIN,
    ADMIN_LISTS,
    Things,
    check,
    check_served,
    log_of,
    ours_in,
)

Serving = Callable[[str, str], Dashboard]
Otto = Callable[[Dashboard], Visitor]


@each_release
def test_installing_the_wheel_changes_no_other_package(
    number: str, copied: Fresh, wheel: Path
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
def test_styles_compile_without_a_word_more_than_stocks(
    number: str, ours: Callable[[str], Horizon], stock: Callable[[str], Horizon]
) -> None:
    said = {}
    for whose, horizons in (("plugin", ours), ("stock", stock)):
        horizons(number)
        log = STATE / f"compress-release-{number}-{whose}.log"
        words = re.findall("ERROR .*|Error parsing.*", log.read_text(encoding="utf-8"))
        said[whose] = set(words)
    assert said["plugin"] <= said["stock"]


@each_release
def test_enabled_pages_are_ours_with_their_scripts(
    number: str, serving: Serving, otto: Otto, things: Things
) -> None:
    running = serving(number, "ours")
    check_served(running, otto(running), things, ours=True)


@each_release
def test_every_dialog_opens_and_rows_are_refreshed(
    number: str, serving: Serving, otto: Otto, things: Things, cloud: Access
) -> None:
    running = serving(number, "ours")
    support = Visitor(running.url)
    support.log_in(cloud.login("admin"))
    asked = [(otto(running), path) for path in things.dialogs]
    asked += [(otto(running), path) for path in things.rows]
    asked += [(support, path) for path in things.admin_dialogs]
    answers = {path: who.get(path, dialog=True).status_code for who, path in asked}
    assert {path: each for path, each in answers.items() if each != requests.codes.ok} == {}
    assert ours_in(log_of(running)) == []


@each_release
@pytest.mark.parametrize(
    "first", ["disable", pytest.param("uninstall", marks=pytest.mark.extended)]
)
def test_removed_in_either_order_the_pages_are_stocks(
    number: str,
    first: str,
    copied: Fresh,
    ours: Callable[[str], Horizon],
    stock: Callable[[str], Horizon],
    things: Things,
) -> None:
    horizon = copied(number, like=ours(number))
    horizon = dataclasses.replace(horizon, static=stock(number).static)
    if first == "disable":
        horizon.plugin("disable")
    horizon.uninstall()
    files = len(horizon.switch_texts())
    answers = things.asked(horizon)
    # Horizon says of each file that is left why it skips it.
    gone = "ModuleNotFoundError: No module named 'snapshot_dashboard'"
    check(answers, things, volumes="stock", snapshots="stock", expected_trace=gone)
    assert answers.log.count(gone) == files
    assert (files == 0) is (first == "disable")


@each_release
def test_a_snapshot_is_made_through_the_dialog(
    number: str, serving: Serving, otto: Otto, workshop: Workshop
) -> None:
    visitor = otto(serving(number, "ours"))
    volume = workshop.volume().id
    name = unique("made")
    assert accepted(opened(visitor, snapshot_path(volume)).submit(visitor, name=name))
    assert [snapshot.name for snapshot in workshop.snapshots_of(volume)] == [name]
    assert name in visitor.get("/project/snapshots/").text


@each_release
def test_the_admin_dashboard_answers(number: str, serving: Serving, cloud: Access) -> None:
    visitor = Visitor(serving(number, "ours").url)
    visitor.log_in(cloud.login("admin"))
    assert visitor.get(ADMIN).status_code == requests.codes.ok
    for path in ADMIN_LISTS:
        answer = visitor.get(path)
        assert answer.status_code == requests.codes.ok, path
        assert lxml.html.fromstring(answer.text).find_class("sd-desk"), path


@each_release
def test_disabled_again_the_pages_are_stocks(
    number: str, serving: Serving, otto: Otto, things: Things
) -> None:
    running = serving(number, "stock")
    check_served(running, otto(running), things, ours=False)


@each_release
def test_check_finds_nothing_wrong(number: str, ours: Callable[[str], Horizon]) -> None:
    said = ours(number).plugin("check")
    assert said == "The set-up is right.\n"
