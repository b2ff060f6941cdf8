# SPDX-License-Identifier: Apache-2.0
"""The main story without a pointing device."""

from selenium.webdriver.common.keys import Keys

from tests.browser.pages import Dialog, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

MOST_TABS = 80


def _tab_to(person: Person, css: str) -> None:
    """Press Tab until the focus is on an element."""
    wanted = person.see(css)
    for _ in range(MOST_TABS):
        if person.focus() == wanted:
            return
        person.press(Keys.TAB)
    raise AssertionError(f"{MOST_TABS} times Tab do not lead to {css}")


def test_an_attached_volume_is_snapshotted_by_keyboard_alone(
    anna: Person, workshop: Workshop
) -> None:
    _instance, volume = workshop.attached()
    page = volumes(anna).open(f"field=name&value={volume.name}")
    row = page.row(volume.id)
    _tab_to(anna, f"{row} .dropdown-toggle")
    anna.press(Keys.ENTER)
    _tab_to(anna, f"{row} a[href*='/create_snapshot/']")
    anna.press(Keys.ENTER)
    dialog = Dialog(anna).wait_open()
    anna.until(lambda: anna.focus() == dialog.see("[name=name]"), "the focus on the name")
    anna.press("by keyboard")
    _tab_to(anna, dialog.part("[name=acknowledged]"))
    anna.press(Keys.SPACE)
    _tab_to(anna, dialog.part("[type=submit]"))
    anna.press(Keys.ENTER)
    anna.see(".alert-success", "by keyboard")
    assert [each.name for each in workshop.snapshots_of(volume.id)] == ["by keyboard"]
    assert anna.clicks == 0
