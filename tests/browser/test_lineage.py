# SPDX-License-Identifier: Apache-2.0
"""The Lineage tab: by keyboard, with 3 and with 300 nodes, and without scripts."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from demo.dashboard import Dashboard
from demo.layout import ROOT, Home
from demo.visitor import Visitor
from devcloud.access import load
from tests.browser.axe import violations
from tests.browser.gateway import Gateway, Trouble
from tests.browser.oracle import Oracle
from tests.browser.person import Person
from tests.browser.themes import THEMES, choose, wear
from tests.cloud.workshop import PATIENCE, Workshop, unique

HEAD = "a[data-target='#volume_details__lineage_tab']"
TREE = "[data-sd-lineage]"
NODES = f"{TREE} .sd-tree [data-sd-node]"
MORE = f"{TREE} .sd-tree-button"
# A project whose one volume has this many snapshots, cloned once and kept for the next run.
MANY, SNAPSHOTS = "count-lineage", 300
MOST_TABS = 80


@dataclass(frozen=True)
class Chain:
    """A volume with a snapshot, and a volume made from that."""

    root: str
    snapshot: str
    made: str


@pytest.fixture(scope="module")
def chain(shared_workshop: Workshop) -> Chain:
    """Make three nodes."""
    root = shared_workshop.volume("root").id
    snapshot = shared_workshop.snapshot(root, "monthly").id
    made = shared_workshop.owner.block_storage.create_volume(
        name=unique("made"), size=1, snapshot_id=snapshot
    )
    shared_workshop.adopt_volume(made.id)
    shared_workshop.settled(made.id)
    return Chain(root, snapshot, made.id)


@pytest.fixture(scope="module")
def crowded(home: Home) -> str:
    """Clone the project with the many snapshots, and return its volume."""
    from openstack.config import OpenStackConfig
    from openstack.connection import Connection

    if not any(each.name == MANY for each in load(home.path).accounts):
        port = urlsplit(load(home.path).auth_url).port
        subprocess.run(
            [sys.executable, "-m", "devcloud", "bulk", MANY, "1", str(SNAPSHOTS)],
            cwd=ROOT,
            env={**os.environ, "DEVCLOUD_HOME": str(home.path), "DEVCLOUD_PORT_BASE": str(port)},
            check=True,
            timeout=PATIENCE,
        )
    files = [str(home.path / "clouds.yaml")]
    config = OpenStackConfig(config_files=files, load_envvars=False, vendor_files=[])
    api = Connection(config=config.get_one(cloud=MANY)).block_storage
    (found,) = [each.id for each in api.volumes(details=True) if each.name == "volume-00001"]
    return str(found)


@pytest.fixture
def customer(visitor: Person, crowded: str, home: Home, dashboard: Dashboard) -> Person:
    """The user of the project with the many snapshots, who may have come with it just now."""
    user = Visitor(dashboard.url)
    user.log_in(load(home.path).login(MANY))
    visitor.bring_session(user.session)
    return visitor


def _open(person: Person, volume_id: str) -> None:
    person.go(f"/project/volumes/{volume_id}/?tab=volume_details__lineage_tab")
    person.see(NODES)


def _tab_to(person: Person, css: str) -> None:
    wanted = person.see(css)
    for _ in range(MOST_TABS):
        if person.focus() == wanted:
            return
        person.press(Keys.TAB)
    raise AssertionError(f"{MOST_TABS} times Tab do not lead to {css}")


def _nodes(person: Person) -> list[str]:
    return [str(each.get_attribute("data-sd-node")) for each in person.all(NODES)]


def _wait_for(person: Person, count: int) -> None:
    person.until(lambda: len(_nodes(person)) == count, f"{count} nodes")


def _count(person: Person) -> str:
    return person.see(f"{TREE} [data-sd-count]").text


def test_the_tab_is_opened_read_and_left_by_keyboard(anna: Person, chain: Chain) -> None:
    anna.in_window(1280, 900)
    anna.go(f"/project/volumes/{chain.root}/")
    _tab_to(anna, HEAD)
    anna.press(Keys.ENTER)
    anna.see(NODES)
    assert _nodes(anna) == [
        f"volume:{chain.root}",
        f"snapshot:{chain.snapshot}",
        f"volume:{chain.made}",
    ]
    assert _count(anna) == "0 instances, 2 volumes, 1 snapshot"
    assert "you are here" in anna.see(f"{TREE} .sd-tree-here > .sd-tree-line").text
    _tab_to(anna, f"{NODES} a[href*='{chain.made}']")
    anna.press(Keys.ENTER)
    anna.until(lambda: chain.made in anna.path, "the volume that was made")
    assert anna.clicks == 0


@pytest.mark.extended
def test_three_hundred_snapshots_are_unfolded_by_keyboard(customer: Person, crowded: str) -> None:
    _open(customer, crowded)
    assert len(_nodes(customer)) == 21
    assert customer.see(MORE).text == "280 older snapshots"
    for wanted in (121, 221, 301):
        last = customer.all(MORE)[-1]
        assert last.get_attribute("aria-expanded") == "false"
        customer.driver.execute_script("arguments[0].focus()", last)
        customer.press(Keys.ENTER)
        _wait_for(customer, wanted)
        assert customer.focus() == last
        assert last.get_attribute("aria-expanded") == "true"
    assert len(set(_nodes(customer))) == SNAPSHOTS + 1
    assert _count(customer) == "0 instances, 1 volume, 300 snapshots"
    said = f"{TREE} [data-sd-said]"
    customer.see(said, "of this project w")
    assert "newer volume" in customer.see(said).text
    first = customer.all(MORE)[0]
    customer.driver.execute_script("arguments[0].focus()", first)
    customer.press(Keys.SPACE)
    _wait_for(customer, 21)
    customer.press(Keys.SPACE)
    _wait_for(customer, SNAPSHOTS + 1)
    customer.driver.set_script_timeout(120)
    found = violations(customer.driver, [TREE])
    assert not found, "\n".join(map(str, found))


@pytest.mark.extended
def test_a_look_can_be_stopped_and_gone_on_with(
    anna: Person, gateway: Gateway, chain: Chain
) -> None:
    _open(anna, chain.root)
    gateway.hold()
    anna.driver.execute_script(
        "document.querySelector(arguments[0]).dispatchEvent("
        "new CustomEvent('sd:look', {bubbles: true, detail: {ids: [arguments[1]], marker: ''}}))",
        TREE,
        chain.snapshot,
    )
    anna.click(f"{TREE} [data-sd-stop]")
    anna.see(f"{TREE} [data-sd-said]", "Not everything could be checked.")
    assert anna.focus() == anna.see(f"{TREE} [data-sd-go-on]")
    gateway.release()
    anna.press(Keys.ENTER)
    anna.see(f"{TREE} [data-sd-said]", "volumes of this project were checked.")
    anna.wait_gone(f"{TREE} [data-sd-go-on]")
    assert len(_nodes(anna)) == 3


@pytest.mark.extended
def test_what_cannot_be_looked_for_is_said_and_offered_again(
    anna: Person, gateway: Gateway, chain: Chain, oracle: Oracle
) -> None:
    oracle.allow_console(r"/lineage/\S* - Failed to load resource.*502")
    _open(anna, chain.root)
    gateway.trouble = Trouble.FAILS
    anna.driver.execute_script(
        "document.querySelector(arguments[0]).dispatchEvent("
        "new CustomEvent('sd:look', {bubbles: true, detail: {ids: [arguments[1]], marker: ''}}))",
        TREE,
        chain.snapshot,
    )
    anna.see(f"{TREE} [data-sd-said]", "Not everything could be checked.")
    gateway.trouble = Trouble.NONE
    anna.click(f"{TREE} [data-sd-go-on]")
    anna.see(f"{TREE} [data-sd-said]", "volumes of this project were checked.")


@pytest.mark.extended
def test_without_scripts_all_of_it_is_links(
    visitor: Person, enter: Callable[..., None], crowded: str, oracle: Oracle
) -> None:
    oracle.allow_console(r"Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")
    oracle.allow_console(r"(horizon|addHorizonLoadEvent|\$|jQuery|angular) is not defined")
    tab = f"/project/volumes/{crowded}/?tab=volume_details__lineage_tab"
    enter(MANY, tab)
    visitor.without_scripts()
    visitor.go(tab)
    assert len(_nodes(visitor)) == 21
    assert visitor.all(f"{TREE} button") == []
    visitor.click(f"{TREE} .sd-tree-more a")
    _wait_for(visitor, 101)
    visitor.click(f"{TREE} .sd-tree-more a")
    visitor.see(f"{TREE} .sd-tree-more", "80 older snapshots")
    visitor.click(f"{TREE} > p a", "Begin with the newest again")
    visitor.see(f"{TREE} .sd-tree-more", "280 older snapshots")


@pytest.mark.extended
@pytest.mark.parametrize(("theme", "width"), zip(THEMES, (1280, 400), strict=True))
def test_axe_finds_nothing_and_nothing_reaches_out_of_the_window(
    anna: Person, chain: Chain, home: Home, theme: str, width: int
) -> None:
    (home.path / "screenshots").mkdir(parents=True, exist_ok=True)
    choose(anna, theme)
    anna.in_window(width, 900)
    _open(anna, chain.root)
    wear(anna, theme)
    found = violations(anna.driver, [TREE])
    assert not found, "\n".join(map(str, found))
    anna.driver.save_screenshot(str(home.path / "screenshots" / f"lineage-{theme}-{width}.png"))
    edge = anna.driver.execute_script("return document.documentElement.clientWidth")
    for each in anna.see(TREE).find_elements(By.CSS_SELECTOR, "*"):
        assert each.rect["x"] + each.rect["width"] <= edge + 1, each.get_attribute("outerHTML")
