# SPDX-License-Identifier: Apache-2.0
"""Sending a dialog's form, and cancelling it."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.browser.gateway import Gateway
from tests.browser.pages import Dialog, plain_page, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

MISSING_TICK = "Tick the box above to create this snapshot, or press Cancel."


@pytest.fixture(scope="module")
def attached(shared_workshop: Workshop) -> str:
    """A volume that a running instance uses."""
    return str(shared_workshop.attached()[1].id)


def _names(workshop: Workshop, volume_id: str) -> list[str]:
    return [each.name for each in workshop.snapshots_of(volume_id)]


def _open(person: Person, volume_id: str) -> Dialog:
    volumes(person).open().choose(volume_id, "Create Snapshot")
    return Dialog(person).wait_open()


def test_without_the_tick_nothing_is_created_and_the_focus_is_at_it(
    anna: Person, workshop: Workshop, attached: str
) -> None:
    dialog = _open(anna, attached)
    dialog.fill(name="in a hurry")
    dialog.send()
    message = dialog.see("#id_acknowledged_error")
    assert message.text == MISSING_TICK
    assert anna.focus().get_attribute("id") in ("id_acknowledged", "id_acknowledged_error")
    assert not dialog.see("[name=acknowledged]").is_selected()
    assert anna.value(dialog.part("[name=name]")) == "in a hurry"
    assert "in a hurry" not in _names(workshop, attached)


def test_a_dialog_that_came_back_can_be_sent(
    anna: Person, workshop: Workshop, attached: str
) -> None:
    dialog = _open(anna, attached)
    dialog.fill(name="second thought")
    dialog.send()
    dialog.see("#id_acknowledged_error")
    dialog.tick()
    dialog.send()
    anna.see(".alert-info", "second thought")
    assert _names(workshop, attached).count("second thought") == 1


def test_the_plain_page_says_what_is_missing_where_scripts_run_too(
    anna: Person, attached: str
) -> None:
    anna.go(f"/project/volumes/{attached}/create_snapshot/")
    dialog = plain_page(anna)
    dialog.see(".help-block", "Leave empty to name it")
    dialog.send()
    dialog.see("#id_acknowledged_error", MISSING_TICK)


@pytest.mark.parametrize("forced", [False, True])
def test_while_a_form_is_on_its_way_its_button_is_off_and_says_so(
    anna: Person, gateway: Gateway, workshop: Workshop, attached: str, forced: bool
) -> None:
    dialog = _open(anna, attached if forced else workshop.volume().id)
    if forced:
        dialog.tick()
    gateway.hold()
    dialog.send()
    anna.until(lambda: not dialog.button.is_enabled(), "the button that is off")
    assert dialog.button.get_property("value") == "Creating..."
    gateway.release()
    anna.see(".alert-info", "snapshot")


def test_a_double_click_makes_one_snapshot(
    anna: Person, gateway: Gateway, workshop: Workshop
) -> None:
    volume = workshop.volume()
    dialog = _open(anna, volume.id)
    gateway.hold()
    anna.double_click(dialog.part("[type=submit]"))
    anna.until(lambda: gateway.sent > 0, "a form that is sent")
    anna.press(Keys.ENTER)
    gateway.release()
    anna.see(".alert-info", "snapshot")
    assert gateway.sent == 1
    assert len(workshop.snapshots_of(volume.id)) == 1


@pytest.mark.extended
@pytest.mark.parametrize("way", ["Escape", "Cancel", "Close"])
def test_a_dialog_is_left_without_a_trace(anna: Person, workshop: Workshop, way: str) -> None:
    volume = workshop.volume()
    dialog = _open(anna, volume.id)
    dialog.fill(name="never mind")
    if way == "Escape":
        anna.press(Keys.ESCAPE)
    else:
        anna.click(dialog.part({"Cancel": ".cancel", "Close": ".close"}[way]))
    anna.wait_gone(dialog.here)
    anna.wait_gone(".modal-backdrop")
    assert anna.path == "/project/volumes/"
    assert workshop.snapshots_of(volume.id) == []
