# SPDX-License-Identifier: Apache-2.0
"""Tasks of support staff: from an ID in a ticket to the cause and the next step."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from openstack.exceptions import NotFoundException
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select

from demo.layout import Home
from devcloud.whole_cloud import WholeCloud
from tests.browser.contrast import SHAPE, contrast
from tests.browser.pages import Dialog, ListPage, all_snapshots, plain_page
from tests.browser.person import Person
from tests.cloud.whole_cloud import whole_cloud
from tests.cloud.workshop import Workshop, unique
from tests.conftest import Connect

MOST_CLICKS = 4
LIST = "/admin/snapshots/"
ATTENTION = "/admin/snapshots/attention/"
START = (LIST, ATTENTION, "/admin/snapshots/report/", "/admin/volumes/")
MOST_TABS = 60


@pytest.fixture(scope="module")
def customers(home: Home) -> WholeCloud:
    """Many customers, some with snapshots that have been creating for hours; only to be read."""
    return whole_cloud(home)


def find(support: Person, text: str) -> None:
    """Look for what a ticket names."""
    support.type("#sd-find", text)
    support.click(".sd-find [type=submit]")


def reset(workshop: Workshop, snapshot_id: str, status: str) -> None:
    """Set a status as an administrator can."""
    workshop.admin.block_storage.reset_snapshot_status(snapshot_id, status)


@pytest.mark.parametrize("start", START)
def test_a_volumes_name_leads_to_the_snapshots_that_keep_it(
    support: Person, workshop: Workshop, start: str
) -> None:
    volume = workshop.volume()
    names = [workshop.snapshot(volume.id, name).name for name in ("first", "second")]
    support.go(start)
    find(support, volume.name)
    told = support.see(".sd-obstacles", "This volume has 2 snapshots, which must go first").text
    assert all(name in told for name in names)
    assert support.path == f"/admin/volumes/{volume.id}/"
    assert support.clicks == 1


@pytest.mark.extended
def test_a_volumes_id_leads_to_a_snapshot_of_another_project(
    support: Person, workshop: Workshop, connect: Connect
) -> None:
    volume = workshop.volume()
    admin: Any = connect("admin", "admin")
    made = admin.block_storage.create_snapshot(volume_id=volume.id, name=unique("forgotten"))
    workshop.wait_for(lambda: admin.block_storage.get_snapshot(made.id), "available")
    support.go(LIST)
    find(support, volume.id)
    support.see(".sd-obstacles", "1 snapshot of this volume belongs to another project")
    support.click(".sd-obstacles a", made.name)
    support.see(".sd-explanation-warning", 'This snapshot belongs to project "admin"')
    assert support.path == f"/admin/snapshots/{made.id}"
    assert support.clicks <= MOST_CLICKS


@pytest.mark.extended
def test_a_volumes_name_leads_to_a_left_over_attachment_and_the_way_out(
    support: Person, workshop: Workshop
) -> None:
    volume = workshop.volume()
    record = workshop.record(volume.id, str(uuid.uuid4()), complete=True)
    workshop.settled(volume.id, "in-use")
    support.go(LIST)
    find(support, volume.name)
    told = support.see(".sd-obstacles", "marked as attached to an instance that no longer exists")
    assert "Check on the hypervisor that nothing uses it." in told.text
    assert record in told.text
    assert support.clicks <= MOST_CLICKS


@pytest.mark.extended
def test_a_volumes_name_leads_to_the_instance_that_uses_it(
    support: Person, workshop: Workshop
) -> None:
    instance, volume = workshop.attached()
    support.go(LIST)
    find(support, volume.name)
    support.see(".sd-obstacles", f"This volume is attached to {instance.name}")
    support.see(".sd-obstacles", "Detach the volume first.")
    support.click(".sd-obstacles a", instance.name)
    support.see(".page-header", instance.name)
    assert support.clicks <= MOST_CLICKS


def _creating(support: Person, service: str) -> WebElement:
    """Return the row of a snapshot on a service that is up, or down."""

    def found() -> WebElement | None:
        rows = support.all("[aria-labelledby=sd-creating] tbody tr")
        return next((row for row in rows if service in row.text), None)

    row = support.until(found, f"a snapshot on a service that is {service!r}")
    assert row is not None
    return row


@pytest.mark.usefixtures("customers")
@pytest.mark.parametrize(
    ("service", "step"),
    [
        ("Down since", "Bring it up first"),
        ("Up", "Check on the storage whether it is still working. If not: reset to Error"),
    ],
)
def test_creating_for_hours_leads_to_the_safe_next_step(
    support: Person, service: str, step: str
) -> None:
    support.go(LIST)
    support.click(".sd-desk a", "Needs Attention")
    row = _creating(support, f" {service} ")
    assert "Creating for " in row.text and step in row.text
    menu = f"[data-object-id='{row.get_dom_attribute('data-object-id')}'] .btn-group"
    support.click(f"{menu} > a.data-table-action", "Update Status")
    dialog = Dialog(support).wait_open()
    dialog.see(".sd-explanation", "A reset changes only what the database says")
    assert Select(dialog.see("[name=status]")).first_selected_option.text == "Error"
    assert support.clicks <= MOST_CLICKS
    # These are the customers': nothing is done to them here.
    support.click(dialog.part(".cancel"))
    support.wait_gone(".modal-backdrop")
    assert support.path == ATTENTION


def _finish(workshop: Workshop, volume_id: str) -> None:
    """Let nothing say of itself that it is under way: then the volume can be removed."""
    for each in workshop.snapshots_of(volume_id):
        with suppress(NotFoundException):
            reset(workshop, each.id, "available")


@pytest.fixture
def unfinished(workshop: Workshop) -> Any:
    """A snapshot that says creating, and another one of the same volume."""
    volume = workshop.volume()
    workshop.snapshot(volume.id, "finished")
    snapshot = workshop.snapshot(volume.id, "unfinished")
    workshop.later(_finish, workshop, volume.id)
    reset(workshop, snapshot.id, "creating")
    return snapshot


def _of_volume(support: Person, snapshot: Any) -> ListPage:
    return all_snapshots(support).open(f"field=volume_id&value={snapshot.volume_id}")


def _shows(page: ListPage, snapshot: Any, status: str) -> None:
    page.person.see(f"{page.row(snapshot.id)} .status_down", status)


@pytest.mark.extended
def test_what_is_unfinished_is_set_to_error_from_its_details(
    support: Person, unfinished: Any
) -> None:
    support.go(f"{LIST}{unfinished.id}")
    support.see(".sd-case", "This snapshot is still being created and cannot be deleted yet")
    support.click(".page-header a", "Update Status")
    dialog = Dialog(support).wait_open()
    assert Select(dialog.see("[name=status]")).first_selected_option.text == "Error"
    dialog.send()
    support.see(".alert-success", 'Successfully updated volume snapshot status: "Error".')
    _shows(_of_volume(support, unfinished), unfinished, "Error")
    assert support.clicks <= MOST_CLICKS


def test_available_costs_a_tick(support: Person, workshop: Workshop, unfinished: Any) -> None:
    page = _of_volume(support, unfinished)
    page.choose(unfinished.id, "Update Status")
    dialog = Dialog(support).wait_open()
    Select(dialog.see("[name=status]")).select_by_visible_text("Available")
    dialog.send()
    dialog.see("#id_complete_error", "Tick the box above for Available")
    assert workshop.owner.block_storage.get_snapshot(unfinished.id).status == "creating"
    support.tick(dialog.part("[name=complete]"))
    dialog.send()
    support.see(f"{page.row(unfinished.id)} .status_up", "Available")


def test_force_delete_wants_the_short_id(
    support: Person, workshop: Workshop, unfinished: Any
) -> None:
    reset(workshop, unfinished.id, "error_deleting")
    page = _of_volume(support, unfinished)
    page.choose(unfinished.id, "Force Delete")
    dialog = Dialog(support).wait_open()
    dialog.see(".sd-explanation-warning", "Force Delete skips the state check")
    dialog.fill(confirm="something else")
    dialog.send()
    dialog.see("#id_confirm_error", f"This does not match. Type {unfinished.id[:8]}")
    assert len(workshop.snapshots_of(unfinished.volume_id)) == 2
    dialog.fill(confirm=unfinished.id[:8])
    dialog.send()
    support.see(".alert-success", f"Scheduled deletion of Volume Snapshot: {unfinished.name}")
    support.wait_gone(page.row(unfinished.id))


def _press_for_both(support: Person, page: ListPage, ids: list[str], action: str) -> Dialog:
    for each in ids:
        box = support.find_all(f"{page.row(each)} [name=object_ids]")[0]
        support.driver.execute_script("arguments[0].click()", box)
    support.click(f"#volume_snapshots__action_{action}")
    dialog = plain_page(support)
    dialog.see("form")
    return dialog


@pytest.mark.extended
def test_two_are_set_to_error_and_then_deleted_at_once(
    support: Person, workshop: Workshop, unfinished: Any
) -> None:
    both = [each.id for each in workshop.snapshots_of(unfinished.volume_id)]
    for each in both:
        reset(workshop, each, "creating")
    page = _of_volume(support, unfinished)
    where = support.path
    dialog = _press_for_both(support, page, both, "update_statuses")
    assert all(dialog.see(".sd-fixing", each[:8]) for each in both)
    assert Select(dialog.see("[name=status]")).first_selected_option.text == "Error"
    dialog.send()
    support.see(".alert-success", 'The status was set to "Error"')
    assert support.path == where
    assert page.column("Status") == ["Error", "Error"]
    dialog = _press_for_both(support, page, both, "force_deletes")
    dialog.fill(confirm=unfinished.id[:8])
    dialog.send()
    dialog.see("#id_confirm_error", "This does not match. Type 2")
    dialog.fill(confirm="2")
    dialog.send()
    support.see(".alert-success", "Scheduled deletion of Volume Snapshots")
    for each in both:
        support.wait_gone(page.row(each))


FACTS = ("Snapshot", "Volume", "Status", "Host", "Message", "Request id", "Next step")


@pytest.fixture
def clipboard(support: Person) -> Iterator[Callable[[], str]]:
    """Function: what has been copied."""
    run = support.driver.execute_cdp_cmd
    kinds = ["clipboardReadWrite", "clipboardSanitizedWrite"]
    run("Browser.grantPermissions", {"permissions": kinds, "origin": support.base})
    read = "navigator.clipboard.readText().then(arguments[arguments.length - 1])"
    yield lambda: str(support.driver.execute_async_script(read))
    run("Browser.resetPermissions", {})


@pytest.mark.extended
def test_the_ticket_is_copied_one_fact_a_line(
    support: Person, unfinished: Any, clipboard: Callable[[], str]
) -> None:
    support.go(f"{LIST}{unfinished.id}")
    support.click(".sd-ticket summary", "Copy for Ticket")
    shown = support.see(".sd-ticket .sd-command-text").text
    support.click(".sd-ticket [data-sd-copy]")
    support.see("[data-sd-copy-status]", "Copied")
    copied = clipboard()
    assert copied.split() == shown.split()
    lines = copied.strip().splitlines()
    assert [line for line in lines if not line.startswith(FACTS)] == []
    assert lines[0].startswith(f'Snapshot {unfinished.id} "{unfinished.name}"')
    assert "project web-shop" in lines[0]
    assert lines[2].startswith("Status creating")


@pytest.mark.extended
def test_where_nothing_may_be_copied_the_ticket_is_selected(
    support: Person, unfinished: Any
) -> None:
    support.go(f"{LIST}{unfinished.id}")
    refuse = "navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))"
    support.driver.execute_script(refuse)
    support.click(".sd-ticket summary", "Copy for Ticket")
    support.click(".sd-ticket [data-sd-copy]")
    support.see("[data-sd-copy-status]", "Press Ctrl+C to copy.")
    selected = support.driver.execute_script("return String(window.getSelection())")
    assert selected.split() == support.see(".sd-ticket .sd-command-text").text.split()


def _tab_to(support: Person, css: str) -> None:
    wanted = support.see(css)
    for _ in range(MOST_TABS):
        if support.focus() == wanted:
            return
        support.press(Keys.TAB)
    raise AssertionError(f"{MOST_TABS} times Tab do not lead to {css}")


def _focus_is_seen(support: Person, css: str) -> None:
    element = support.see(css)
    assert element.value_of_css_property("outline-style") == "solid", css
    assert contrast(support, css, "outlineColor") >= SHAPE, css


@pytest.mark.extended
def test_the_cause_is_found_without_a_pointing_device(support: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    snapshot = workshop.snapshot(volume.id, volume.name)
    support.go(LIST)
    _tab_to(support, "#sd-find")
    _focus_is_seen(support, "#sd-find")
    support.press(volume.name, Keys.ENTER)
    hit = f".sd-found a[href='/admin/volumes/{volume.id}/']"
    _tab_to(support, hit)
    _focus_is_seen(support, hit)
    support.press(Keys.ENTER)
    support.see(".sd-obstacles", "This volume has 1 snapshot, which must go first")
    cause = f".sd-obstacles a[href='/admin/snapshots/{snapshot.id}']"
    _tab_to(support, cause)
    _focus_is_seen(support, cause)
    _tab_to(support, ".sd-ticket summary")
    _focus_is_seen(support, ".sd-ticket summary")
    support.press(Keys.ENTER)
    support.see(".sd-ticket .sd-command-text", volume.id)
    assert support.clicks == 0


@pytest.mark.extended
def test_of_several_rows_a_refreshed_one_keeps_its_name_and_the_focus(
    support: Person, workshop: Workshop, unfinished: Any
) -> None:
    page = _of_volume(support, unfinished)
    row = support.see(page.row(unfinished.id))
    support.click("h1")
    link = f"{page.row(unfinished.id)} td.anchor a"
    support.driver.execute_script("arguments[0].focus()", support.see(link))
    # A row that says what it said before is not drawn anew.
    workshop.admin.block_storage.update_snapshot(unfinished.id, description="still going")
    support.wait_left(row)
    box = support.find_all(f"{page.row(unfinished.id)} [name=object_ids]")[0]
    assert box.accessible_name == unfinished.name
    assert support.focus() == support.see(link)
    reset(workshop, unfinished.id, "available")
    support.see(f"{page.row(unfinished.id)} .status_up", "Available")
    voice = support.find_all(".table_wrapper [data-sd-voice]")[0]
    assert voice.get_property("textContent") == f"{unfinished.name}: Available"
