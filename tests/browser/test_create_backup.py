# SPDX-License-Identifier: Apache-2.0
"""Create Backup of an attached volume: warned, forced only as accepted, or of a snapshot."""

from collections.abc import Callable

from selenium.webdriver.support.select import Select

from demo.layout import Home
from tests.browser.pages import Dialog, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

Enter = Callable[..., None]


def keep_picture(person: Person, home: Home, name: str) -> None:
    """Keep a picture of what is seen now."""
    folder = home.path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    person.driver.save_screenshot(str(folder / f"{name}.png"))


def test_a_running_instances_volume_is_backed_up_by_way_of_a_snapshot(
    enter: Enter, visitor: Person, workshop: Workshop, home: Home
) -> None:
    instance, volume = workshop.attached()
    snapshot = workshop.snapshot(volume.id, "nightly", force=True)
    storage = workshop.owner.block_storage
    enter("anna", "/project/volumes/")
    volumes(visitor).choose(volume.id, "Create Backup")
    dialog = Dialog(visitor).wait_open()
    title = f"{instance.name} is running and may be writing to this volume"
    assert title in dialog.see(".sd-explanation-warning").text
    assert dialog.button.get_property("value") == "Create Volume Backup (Force)"
    keep_picture(visitor, home, "backup-warned")
    # Without its tick nothing is made, and nothing is lost.
    dialog.fill(name="weekly")
    dialog.send()
    visitor.see("#id_acknowledged_error", "Tick the box above to create this backup")
    assert dialog.see("[name=name]").get_property("value") == "weekly"
    assert list(storage.backups(volume_id=volume.id)) == []

    Select(dialog.see("select[name=snapshot_id]")).select_by_value(snapshot.id)
    assert dialog.button.get_property("value") == "Create Volume Backup"
    assert not dialog.see("[name=name]").get_property("disabled")
    assert not any(each.is_displayed() for each in visitor.find_all("#id_acknowledged"))
    keep_picture(visitor, home, "backup-of-snapshot")
    Select(dialog.see("select[name=snapshot_id]")).select_by_value("")
    assert dialog.button.get_property("value") == "Create Volume Backup (Force)"
    Select(dialog.see("select[name=snapshot_id]")).select_by_value(snapshot.id)
    dialog.send()
    visitor.see(".alert-info", 'Creating volume backup "weekly"')
    (made,) = storage.backups(volume_id=volume.id)
    assert made.snapshot_id == snapshot.id
    workshop.wait_for(lambda: storage.get_backup(made.id), "available")
    storage.delete_backup(made.id)
