# SPDX-License-Identifier: Apache-2.0
"""The pages of support staff without the dashboard's scripts."""

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.support.select import Select

from demo.layout import Home
from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, all_snapshots, plain_page
from tests.browser.person import Person
from tests.cloud.whole_cloud import whole_cloud
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended


@pytest.fixture(autouse=True)
def no_scripts(support: Person, oracle: Oracle) -> None:
    """Stop the scripts before the first page."""
    oracle.allow_console(r"Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")
    # The small scripts inside Horizon's pages miss the large ones.
    oracle.allow_console(r"(horizon|addHorizonLoadEvent|\$|jQuery|angular) is not defined")
    support.without_scripts()


def _follow(support: Person, row: str, address: str) -> Dialog:
    """Point at the actions of a row and click one of them."""
    ActionChains(support.driver).move_to_element(support.see(f"{row} .btn-group")).perform()
    support.click(f"{row} a[href*='{address}']")
    support.see(".sd-dialog.static_page form")
    return plain_page(support)


def test_what_a_ticket_names_is_found_put_right_and_deleted(
    support: Person, workshop: Workshop
) -> None:
    volume = workshop.volume()
    snapshot = workshop.snapshot(volume.id)
    workshop.admin.block_storage.reset_snapshot_status(snapshot.id, "creating")
    support.go("/admin/snapshots/")
    support.type("#sd-find", volume.id)
    support.click(".sd-find [type=submit]")
    support.see(".sd-obstacles", "This volume has 1 snapshot, which must go first")
    page = all_snapshots(support).open(f"field=volume_id&value={volume.id}")
    where = support.path
    dialog = _follow(support, page.row(snapshot.id), "/update_status/")
    assert Select(dialog.see("[name=status]")).first_selected_option.text == "Error"
    dialog.send()
    support.see(".alert-success", 'Successfully updated volume snapshot status: "Error".')
    assert support.path == where
    assert page.column("Status") == ["Error"]
    dialog = _follow(support, page.row(snapshot.id), "/force_delete/")
    dialog.fill(confirm="wrong")
    dialog.send()
    dialog.see("#id_confirm_error", "This does not match.")
    dialog.fill(confirm=snapshot.id[:8])
    dialog.send()
    support.see(".alert-success", snapshot.name)
    support.until(lambda: not workshop.snapshots_of(volume.id), "the end of the snapshot")


def test_what_needs_attention_is_listed_with_its_ticket(support: Person, home: Home) -> None:
    whole_cloud(home)
    support.go("/admin/snapshots/attention/")
    support.see("[aria-labelledby=sd-creating]", "Creating for ")
    support.click("[aria-labelledby=sd-creating] .sd-ticket summary")
    support.see(".sd-ticket .sd-command-text", "Next step")
    assert not support.all("[data-sd-copy]")
    row = support.all("[aria-labelledby=sd-creating] tbody tr")[0]
    name = row.get_dom_attribute("data-object-id")
    dialog = _follow(support, f"[data-object-id='{name}']", "/update_status/")
    support.click(dialog.part(".cancel"), "Cancel")
    support.until(lambda: support.path == "/admin/snapshots/attention/", "the page before")


def test_the_report_is_made(support: Person, home: Home) -> None:
    known = whole_cloud(home)
    support.go("/admin/snapshots/report/?make=1")
    support.see("#sd-report", next(iter(known.projects)))
    support.click("#sd-report a.sd-sort", "Project")
    support.see("#sd-report th[aria-sort=ascending]", "Project")
