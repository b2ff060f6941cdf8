# SPDX-License-Identifier: Apache-2.0
"""Names that are AngularJS expressions are never evaluated on any page.

What people may choose is named so: a project, a user, an instance, a volume type, an image, a
host, volumes, snapshots, and their descriptions and metadata. Zones and messages are the cloud's.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from openstack.exceptions import BadRequestException

from demo.dashboard import Dashboard
from demo.layout import Home
from demo.visitor import Visitor
from devcloud.access import Access
from devcloud.waiting import wait_until
from tests.browser.pages import (
    Dialog,
    all_snapshots,
    all_volumes,
    snapshots,
    volumes,
)
from tests.browser.person import Person
from tests.browser.test_stock_actions import TITLE
from tests.browser.test_stock_actions import defined_metadata as defined_metadata
from tests.cloud.conftest import Visit
from tests.cloud.tenant import tenant
from tests.cloud.workshop import PATIENCE, Workshop
from tests.conftest import Connect

# Where it is taken for an expression, the page knows that it ran. A project's name has no room
# for more.
CODE = "{$constructor.constructor('XSS=1')()$}"
SHOWN = "{%constructor.constructor"
# Texts in which AngularJS would find an expression, among all that our pages hold.
_EXPRESSIONS = """
    const found = [];
    for (const part of document.querySelectorAll("#main_content, #modal_wrapper")) {
        const walker = document.createTreeWalker(part, NodeFilter.SHOW_ALL);
        for (let node = walker.currentNode; node; node = walker.nextNode()) {
            const texts = [node.nodeValue, ...Array.from(node.attributes || [], (a) => a.value)];
            found.push(...texts.filter((text) => text && /[{][$]|[$][}]/.test(text)));
        }
    }
    return found;
"""
# Reads all of it as Horizon's scripts read parts of it, and gives AngularJS its turn.
_COMPILED = """
    const injector = angular.element(document.body).injector();
    recompileAngularContent($("#main_content, #modal_wrapper"));
    injector.get("$rootScope").$apply();
    return [window.XSS || 0, injector.get("$interpolate").startSymbol()];
"""
_HURRY = """
    for (const row of document.querySelectorAll("tr[data-sd-moving]")) {
        row.dataset.updateInterval = 100;
    }
"""


@dataclass
class Stage:
    """A project in which everything is named with code, and what is in it."""

    workshop: Workshop
    visitors: dict[str, Visitor]
    instance: str
    attached: str
    moving: str
    snapshots: tuple[str, str]

    def seen_by(self, person: Person, who: str) -> Person:
        """Let somebody look at it: its "member", or an "administrator" of the cloud."""
        person.bring_session(self.visitors[who].session)
        return person

    def becomes(self, status: str) -> None:
        """Let the volume that moves, and its newer snapshot, get a status."""
        self.workshop.set_status(self.moving, status)
        self.workshop.admin.block_storage.reset_snapshot_status(self.snapshots[1], status)


@pytest.fixture(scope="module")
def stage(
    cloud: Access, connect: Connect, home: Home, dashboard: Dashboard, visit: Visit
) -> Iterator[Stage]:
    """Everything is named with code, by a user and in a project that are named so too."""
    api: Any = connect("admin").block_storage
    kind = api.create_type(name=CODE)
    with ExitStack() as undo:
        undo.callback(_discard_type, api, kind)
        place = undo.enter_context(tenant(CODE, cloud, connect, home))
        member = Visitor(dashboard.url)
        member.log_in(place.login)
        visitors = {"member": member, "administrator": visit("admin")}
        yield _stage(place.workshop, visitors, kind.name)


def _discard_type(api: Any, kind: Any) -> None:
    """Delete a volume type as soon as its last volume is gone."""

    def is_unused() -> bool:
        try:
            api.delete_type(kind)
        except BadRequestException:
            return False
        return True

    wait_until(is_unused, seconds=PATIENCE, what="the volume type to be unused")


def _stage(workshop: Workshop, visitors: dict[str, Visitor], kind: str) -> Stage:
    image: Any = workshop.owner.image.create_image(
        CODE, data=b"any", disk_format="raw", container_format="bare"
    )
    workshop.later(workshop.owner.image.delete_image, image.id)
    about: dict[str, Any] = {
        "description": CODE,
        "metadata": {"purpose": CODE},
        "volume_type": kind,
    }
    instance = workshop.running(CODE)
    attached, moving = (str(workshop.volume(CODE, image_id=image.id, **about).id) for _ in range(2))
    workshop.attach(instance.id, attached)
    hosted = workshop.volume(CODE, **about).id
    workshop.attach_by_hand(hosted, host_name=CODE)
    made = [workshop.snapshot(moving, CODE) for _ in range(2)]
    for each in made:
        workshop.owner.block_storage.set_snapshot_metadata(each.id, purpose=CODE)
    older, newer = (str(each.id) for each in made)
    return Stage(workshop, visitors, str(instance.id), attached, moving, (older, newer))


def harmless(person: Person) -> None:
    """Nothing on the page is an expression; nor does anything run when all of it is read."""
    named(person)
    person.see("body", SHOWN)
    assert person.driver.execute_script(_EXPRESSIONS) == []
    assert person.driver.execute_script(_COMPILED) == [0, "{$"]


def named(person: Person) -> None:
    """Wait until each name is filled in that can be read."""
    person.until(lambda: not person.all("[data-sd-name]"), "every name")


LISTS = {
    "volumes": volumes,
    "snapshots": snapshots,
    "all volumes": all_volumes,
    "all snapshots": all_snapshots,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_runs_nothing_after_a_refresh_and_a_digest(
    visitor: Person, stage: Stage, name: str
) -> None:
    page = LISTS[name](visitor)
    stage.seen_by(visitor, "administrator" if page.address.startswith("/admin/") else "member")
    one = stage.moving if page.table == "volumes" else stage.snapshots[1]
    stage.becomes("creating")
    page.open()
    named(visitor)
    row = visitor.see(f"{page.row(one)}[data-sd-moving]")
    visitor.driver.execute_script(_HURRY)
    stage.becomes("available")
    visitor.wait_left(row)
    visitor.see(page.row(one), "Available")
    page.choose(one, "Update Metadata")
    visitor.see(TITLE, "Update")
    assert visitor.driver.execute_script("return window.XSS || 0") == 0
    harmless(visitor)


def test_a_dialog_runs_nothing_after_a_live_update(visitor: Person, stage: Stage) -> None:
    compute = stage.workshop.owner.compute
    page = volumes(stage.seen_by(visitor, "member")).open()
    page.choose(stage.attached, "Create Snapshot")
    dialog = Dialog(visitor).wait_open()
    dialog.see(".sd-explanation", "is running")
    compute.stop_server(stage.instance)
    dialog.see(".sd-explanation", "is shut off")
    harmless(visitor)
    compute.start_server(stage.instance)
    stage.workshop.arrived(stage.instance, "ACTIVE")


TABS = [
    ("member", "/project/volumes/{moving}/", "#volume_details"),
    ("member", "/project/snapshots/{snapshot}", "#snapshot_details"),
    ("administrator", "/admin/volumes/{moving}/", "#volume_details"),
    ("administrator", "/admin/snapshots/{snapshot}", "#snapshot_details"),
]


@pytest.mark.extended
@pytest.mark.parametrize(("who", "address", "tabs"), TABS, ids=lambda each: str(each))
def test_details_run_nothing_in_any_tab(
    visitor: Person, stage: Stage, who: str, address: str, tabs: str
) -> None:
    stage.seen_by(visitor, who).go(_filled(address, stage))
    for head in visitor.find_all(f"{tabs} a[data-toggle=tab]"):
        head.click()
        visitor.wait_gone(".tab-loading")
        harmless(visitor)


PAGES = [
    ("member", "/project/volumes/{attached}/create_snapshot/"),
    ("member", "/project/volumes/{moving}/create_snapshot/"),
    ("member", "/project/volumes/create/?snapshot_id={snapshot}"),
    ("member", "/project/volumes/{moving}/delete/"),
    ("member", "/project/volumes/{attached}/attach/"),
    ("member", "/project/volumes/snapshot_set/?instance={instance}"),
    ("member", "/project/snapshots/{snapshot}/delete/"),
    ("member", "/project/snapshots/{snapshot}/revert/"),
    ("member", "/project/snapshots/{snapshot}/launch/"),
    ("member", "/project/snapshots/{snapshot}/create_volume_and_attach/"),
    ("administrator", "/admin/snapshots/report/?make=1"),
    ("administrator", "/admin/snapshots/find/?q={snapshot}"),
    ("administrator", "/admin/snapshots/{snapshot}/update_status/"),
    ("administrator", "/admin/snapshots/{snapshot}/force_delete/"),
]


@pytest.mark.extended
@pytest.mark.parametrize(("who", "address"), PAGES)
def test_a_page_runs_nothing(visitor: Person, stage: Stage, who: str, address: str) -> None:
    stage.seen_by(visitor, who).go(_filled(address, stage))
    harmless(visitor)


@pytest.fixture
def failed(stage: Stage) -> Iterator[Stage]:
    """The stage while its volume that moves, and the newer snapshot, could not be deleted."""
    # Snapshots in Error may be more than the page has room for, and it begins with the oldest.
    stage.becomes("error_deleting")
    yield stage
    stage.becomes("available")


@pytest.mark.extended
def test_needs_attention_runs_nothing(visitor: Person, failed: Stage) -> None:
    failed.seen_by(visitor, "administrator").go("/admin/snapshots/attention/")
    for each in (failed.moving, failed.snapshots[1]):
        visitor.see(f".sd-attention tr[data-object-id='{each}']", SHOWN)
    harmless(visitor)


def _filled(address: str, stage: Stage) -> str:
    ids = {"attached": stage.attached, "moving": stage.moving, "instance": stage.instance}
    return address.format(snapshot=stage.snapshots[1], **ids)
