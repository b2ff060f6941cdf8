# SPDX-License-Identifier: Apache-2.0
"""Leaving a dialog for another page keeps the input and the link back."""

from selenium.webdriver.common.by import By

from demo.layout import Home
from tests.browser.pages import Dialog, plain_page, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

# As the way to the oldest snapshots, which is offered where a limit is reached.
LINK = """
    const link = document.createElement('a');
    link.href = '/project/snapshots/?sort=created_at';
    link.textContent = 'oldest';
    link.className = 'elsewhere';
    document.querySelector(arguments[0] + ' .sd-notes').append(link);
"""
TYPED = {"name": "before the upgrade", "description": "typed by hand"}


def opened(anna: Person, volume_id: str) -> Dialog:
    """Open Create Snapshot above a filtered list, and type into it."""
    volumes(anna).open(f"field=name&value={volume_id}").choose(volume_id, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    dialog.fill(**TYPED)
    return dialog


def typed(dialog: Dialog) -> dict[str, str]:
    """What the fields hold."""
    return {name: dialog.person.value(dialog.part(f"[name={name}]")) for name in TYPED}


def keep_picture(anna: Person, home: Home, name: str) -> None:
    """Keep a picture of what is seen now."""
    folder = home.path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    anna.driver.save_screenshot(str(folder / f"leaving-{name}.png"))


def test_a_list_that_a_dialog_leads_to_leads_back_to_it(
    anna: Person, workshop: Workshop, home: Home
) -> None:
    volume = workshop.volume()
    dialog = opened(anna, volume.id)
    where = anna.path
    anna.driver.execute_script(LINK, dialog.here)
    anna.click(dialog.part(".elsewhere"))
    line = anna.see(".sd-left", 'You have left "Create Volume Snapshot"')
    keep_picture(anna, home, "list")
    line.find_element(By.TAG_NAME, "a").click()
    page = plain_page(anna)
    page.see(".sd-kept", "What you typed before is here again.")
    keep_picture(anna, home, "back")
    assert typed(page) == TYPED
    page.send()
    anna.see(f"#volumes tr[data-object-id='{volume.id}']")
    assert anna.path == where
    assert [each.name for each in workshop.snapshots_of(volume.id)] == [TYPED["name"]]
    anna.go("/project/snapshots/")
    anna.see("#volume_snapshots")
    assert anna.all(".sd-left") == []


def test_what_is_cancelled_is_forgotten(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    opened(anna, volume.id)
    anna.click("#modal_wrapper .sd-dialog.in .cancel")
    anna.wait_gone(".sd-dialog")
    volumes(anna).choose(volume.id, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    assert set(typed(dialog).values()) == {""}


def test_a_volume_is_detached_for_a_snapshot_and_attached_again(
    anna: Person, workshop: Workshop, home: Home
) -> None:
    instance, volume = workshop.attached()
    workshop.owner.compute.shelve_server(instance.id)
    workshop.arrived(instance.id, "SHELVED")
    dialog = opened(anna, volume.id)
    workshop.admin.compute.shelve_offload_server(instance.id)
    workshop.arrived(instance.id, "SHELVED_OFFLOADED")
    dialog.see(".sd-changed", "No snapshot can be taken now.")
    keep_picture(anna, home, "changed")
    anna.click(dialog.part(".sd-explanation .btn"), "Manage Attachments")
    anna.click("#attachments tbody .btn-danger, #attachments tbody .btn-detach")
    anna.click(".modal.in .btn-danger", "Detach Volume")
    page = plain_page(anna)
    page.see("[name=name]")
    assert typed(page) == TYPED
    reminder = f'Attach "{volume.name}" to {instance.name} again when you are done'
    anna.see(".alert-info", reminder)
    keep_picture(anna, home, "detached")
    workshop.settled(volume.id, "available")
    anna.until(lambda: page.button.get_property("value") == "Create Volume Snapshot", "the button")
    page.send()
    said = anna.see(".alert-info", reminder)
    assert f"value={volume.id}" in anna.path
    said.find_element(By.LINK_TEXT, "Manage Attachments").click()
    chosen = anna.see("#attach_volume_form")
    assert chosen.find_element(By.NAME, "instance").get_property("value") == instance.id


def test_a_backup_that_is_not_made_after_all_leads_back(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    dialog = opened(anna, volume.id)
    anna.click(dialog.part("a"), "Create Backup")
    anna.click("#modal_wrapper .modal.in .cancel")
    assert typed(Dialog(anna).wait_open()) == TYPED
