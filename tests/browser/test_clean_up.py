# SPDX-License-Identifier: Apache-2.0
"""Clean Up: from the list, with what is freed and saved told while ticking, to the results."""

from tests.browser.axe import violations
from tests.browser.pages import snapshots
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

PAST = {"snapshot_dashboard:keep_until": "2020-01-31"}
GONE = {
    "snapshot_dashboard:taken_while": "running",
    "snapshot_dashboard:instances": "an-instance-that-is-gone=ACTIVE",
}


def test_twelve_snapshots_are_tidied_up(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume(volume_type="linked")
    api = workshop.owner.block_storage
    made = [workshop.snapshot(volume.id, f"number {number}") for number in range(12)]
    for number, each in enumerate(made):
        api.set_snapshot_metadata(each.id, **(PAST if number < 10 else GONE))
    snapshots(anna).open()
    anna.click("a.btn", "Clean Up")
    anna.click(".sd-clean-up [type=submit]")
    anna.see("[data-sd-freed]", "Frees up to 10 GiB: ")
    anna.see("[data-sd-price]", "Price: about NZD 0.50 a month.")
    assert [str(each) for each in violations(anna.driver, [".sd-clean-up"])] == []
    for each in made[10:]:
        anna.tick(f"input[value='{each.id}']")
    anna.see("[data-sd-freed]", "Frees up to 12 GiB: ")
    anna.see("[data-sd-freed]", "Snapshots: 12. ")
    anna.see("[data-sd-price]", "Price: about NZD 0.60 a month.")
    anna.click("form[data-sd-clean-up] [type=submit]")
    assert "Frees up to 12 GiB: " in anna.see(".sd-dialog").text
    anna.click(".modal-footer .btn-danger")
    done = anna.see(".alert", "Scheduled deletion of Volume Snapshots: ").text
    assert all(each.name in done for each in made)
    for each in made:
        api.wait_for_delete(each, interval=0.2, wait=60)
