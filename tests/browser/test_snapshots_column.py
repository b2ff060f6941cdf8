# SPDX-License-Identifier: Apache-2.0
"""What has become of Create Snapshot is in the row of its volume."""

from selenium.webdriver import ActionChains

from tests.browser.pages import Dialog, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop


def _request(person: Person, volume_id: str, name: str) -> None:
    """Ask for a snapshot, and come back to the list."""
    page = volumes(person).open()
    page.choose(volume_id, "Create Snapshot")
    dialog = Dialog(person).wait_open()
    dialog.fill(name=name)
    dialog.send()
    person.see(".alert-info", name)


def test_a_snapshot_is_followed_in_the_row_of_its_volume(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume("followed")
    workshop.slow_storage()
    _request(anna, volume.id, "first")
    cell = f"{volumes(anna).row(volume.id)} .sd-count"
    anna.see(f"{volumes(anna).row(volume.id)}.sd-made")
    anna.see(cell, "Creating")
    height = anna.see(cell).size["height"]
    workshop.storage_as_usual()
    anna.see(cell, "1 snapshot")
    assert anna.see(cell, "newest just made").size["height"] == height
    said = "return document.querySelector('[data-sd-voice]').textContent"
    assert "1 snapshot, newest just made" in anna.driver.execute_script(said)
    anna.click(f"{cell} a", "1 snapshot")
    anna.until(lambda: "field=volume_id" in anna.path, "the snapshots of the volume")


def test_a_failure_stays_with_its_reason_until_it_is_dismissed(
    anna: Person, workshop: Workshop
) -> None:
    volume = workshop.volume("failing")
    workshop.broken_storage("create_snapshot")
    _request(anna, volume.id, "lost")
    cell = f"{volumes(anna).row(volume.id)} .sd-count"
    anna.see(f"{cell} .sd-remark", "Not created")
    volumes(anna).open()
    anna.see(f"{cell} .sd-failed", "1 failed")
    anna.click(f"{cell} [data-sd-hide]", "Hide")
    anna.wait_gone(f"{cell} .sd-remark")
    volumes(anna).open()
    anna.see(f"{cell} .sd-failed", "1 failed")
    assert not anna.all(f"{cell} .sd-remark")


def test_a_message_stays_while_the_pointer_is_on_it(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume("pointed")
    _request(anna, volume.id, "read")
    message = anna.see(".messages .alert-info", "read")
    said = "return document.querySelector('[data-sd-voice]').textContent"
    anna.until(lambda: "read" in anna.driver.execute_script(said), "the message as it is heard")
    ActionChains(anna.driver).move_to_element(message).perform()
    faded = "return arguments[0].style.display === 'none'"
    anna.until(lambda: anna.driver.execute_script(faded, message), "the end of stock's time")
    assert message.is_displayed()
    ActionChains(anna.driver).move_to_element(anna.see("h1")).perform()
    anna.wait_gone(".messages .alert-info")
