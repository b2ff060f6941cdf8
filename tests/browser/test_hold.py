# SPDX-License-Identifier: Apache-2.0
"""Hold: by keyboard, told in the list, refused by the deletion, released from there."""

from selenium.webdriver.common.keys import Keys

from tests.browser.axe import violations
from tests.browser.pages import Dialog, snapshots
from tests.browser.person import Person
from tests.cloud.workshop import Workshop


def test_a_hold_is_put_told_and_released(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    snapshot = workshop.snapshot(volume.id, "before the upgrade")
    other = workshop.snapshot(volume.id, "another")
    page = snapshots(anna).open(f"field=volume_id&value={volume.id}")
    page.choose(snapshot.id, "Hold")
    dialog = Dialog(anna).wait_open()
    assert [str(each) for each in violations(anna.driver, [".sd-dialog"])] == []
    dialog.see("#id_reason")
    anna.type("#id_reason", "needed for the audit")
    anna.press(Keys.ENTER)
    anna.see(".alert-success", f"Put on hold: {snapshot.name}")
    anna.see(page.row(snapshot.id), "needed for the audit")
    assert not anna.all(f"{page.row(other.id)} td .sd-note .fa-lock")
    # Stock's question is not asked: there is something to be told.
    page.choose(snapshot.id, "Delete Volume Snapshot")
    dialog = Dialog(anna).wait_open()
    assert "put on hold by anna" in dialog.see(".sd-obstacles").text
    assert not anna.all(".modal-footer .btn-danger")
    anna.click(".sd-obstacles a", "Release Hold")
    anna.see("#release_hold_form", "needed for the audit")
    anna.click("#release_hold_form [type=submit]")
    anna.see(".alert-success", f"The hold was released: {snapshot.name}")
    anna.until(lambda: not anna.all(".sd-note .fa-lock"), "a list without a hold")
