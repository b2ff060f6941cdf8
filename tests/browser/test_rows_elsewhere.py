# SPDX-License-Identifier: Apache-2.0
"""Deleting selected rows that have left the page or were deleted elsewhere."""

from tests.browser.axe import violations
from tests.browser.pages import Dialog, snapshots
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

ABOVE = "#volume_snapshots__action_delete"


def test_each_of_three_ticked_rows_has_a_stated_result(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    query = f"field=volume_id&value={volume.id}"
    page = snapshots(anna).open(query)
    anna.driver.add_cookie({"name": "API_RESULT_PAGE_SIZE", "value": "3", "path": "/"})
    old = [workshop.snapshot(volume.id, name) for name in ("first", "second", "third")]
    page.open(query)
    for each in old:
        anna.see(page.row(each.id))
        # Stock draws its own box above the real one.
        (box,) = anna.find_all(f"{page.row(each.id)} .table-row-multi-select")
        anna.driver.execute_script("arguments[0].click()", box)
    workshop.owner.block_storage.delete_snapshot(old[1].id)
    workshop.owner.block_storage.wait_for_delete(old[1], interval=0.2, wait=60)
    for name in ("fourth", "fifth", "sixth"):
        workshop.snapshot(volume.id, name)
    anna.click(ABOVE)
    dialog = Dialog(anna).wait_open()
    body = dialog.see(".modal-body").text
    assert old[0].name in body and old[2].name in body and volume.name in body
    assert f"{old[1].id}: It no longer exists." in body
    assert [str(each) for each in violations(anna.driver, [".sd-dialog"])] == []
    anna.click(".modal-dialog .btn-danger")
    anna.see(".alert-danger", f'Nothing was done with "{old[1].id}": it no longer exists.')
    done = anna.see(".alert-info", "Scheduled deletion of Volume Snapshots: ").text
    assert old[0].name in done and old[2].name in done
    assert anna.driver.current_url.endswith(query)
    for each in (old[0], old[2]):
        workshop.owner.block_storage.wait_for_delete(each, interval=0.2, wait=60)
    anna.driver.delete_cookie("API_RESULT_PAGE_SIZE")


def test_the_last_row_of_a_page_leaves_a_way_back(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    query = f"field=volume_id&value={volume.id}"
    last = workshop.snapshot(volume.id, "last")
    first = workshop.snapshot(volume.id, "first")
    page = snapshots(anna).open(f"{query}&snapshot_marker={first.id}")
    anna.see(page.row(last.id))
    page.choose(last.id, "Delete Volume Snapshot")
    Dialog(anna).wait_open()
    anna.click(".modal-dialog .btn-danger")
    anna.see(".alert-success", f"Scheduled deletion of Volume Snapshot: {last.name}")
    anna.see("#volume_snapshots tbody tr.empty", "on this page of the list")
    anna.click("#volume_snapshots tbody tr.empty a", "First page")
    anna.see(page.row(first.id))
    assert anna.driver.current_url.endswith(query)
