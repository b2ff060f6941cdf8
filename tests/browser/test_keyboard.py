# SPDX-License-Identifier: Apache-2.0
"""The main tasks with the keyboard alone, from a list's row to the result."""

import pytest
from selenium.webdriver.common.keys import Keys

from devcloud.access import Access
from tests.browser.pages import Dialog, ListPage, volumes
from tests.browser.person import Person
from tests.browser.test_revert_instance import upgraded
from tests.cloud.test_bytes import BEFORE, read
from tests.cloud.workshop import Workshop

MOST_TABS = 80


def _tab_to(person: Person, css: str, key: str = Keys.TAB) -> None:
    """Press Tab (or another key) until the focus is on an element."""
    wanted = person.see(css)
    for _ in range(MOST_TABS):
        if person.focus() == wanted:
            return
        person.press(key)
    raise AssertionError(f"{MOST_TABS} times {key!r} do not lead to {css}")


def _choose(page: ListPage, object_id: str, address: str) -> None:
    """Open the menu of a row and go to one of its links."""
    person, row = page.person, page.row(object_id)
    _tab_to(person, f"{row} .dropdown-toggle")
    person.press(Keys.ENTER)
    _tab_to(person, f"{row} .dropdown-menu a[href*='/{address}/']", Keys.ARROW_DOWN)
    person.press(Keys.ENTER)


def _open(page: ListPage, object_id: str) -> Dialog:
    """Open Create Snapshot of a row."""
    _choose(page, object_id, "create_snapshot")
    return Dialog(page.person).wait_open()


def _wait_focus(person: Person, css: str) -> None:
    person.until(lambda: person.focus() == person.see(css), f"the focus on {css}")


def _accept_and_send(dialog: Dialog, name: str) -> None:
    """Type a name, tick and send."""
    person = dialog.person
    _wait_focus(person, dialog.part("[name=name]"))
    person.press(name)
    _tab_to(person, dialog.part("[name=acknowledged]"))
    person.press(Keys.SPACE)
    _tab_to(person, dialog.part("[type=submit]"))
    person.press(Keys.ENTER)
    person.see(".alert-info", name)


def test_both_volumes_of_a_running_instance_are_snapshotted(
    anna: Person, workshop: Workshop
) -> None:
    """A snapshot of an instance's system disk and of its data volume, before an upgrade."""
    instance, system_disk = workshop.started_from_volume()
    data = str(workshop.volume("data").id)
    workshop.attach(instance.id, data)
    page = volumes(anna).open()
    for volume, name in ((system_disk, "root before upgrade"), (data, "data before upgrade")):
        dialog = _open(page, volume)
        assert f"{instance.name} is running" in dialog.see(".sd-explanation-warning").text
        _accept_and_send(dialog, name)
        assert [each.name for each in workshop.snapshots_of(volume)] == [name]
    assert anna.clicks == 0


@pytest.mark.extended
def test_a_whole_instance_goes_back(anna: Person, workshop: Workshop, cloud: Access) -> None:
    instance_id, volumes = upgraded(workshop, cloud)
    page = ListPage(anna, "/project/instances/", "instances", "instances_filter").open()
    _choose(page, instance_id, "revert_in_place")
    form = "#revert_in_place_form"
    _tab_to(anna, f"{form} [name=acknowledged]")
    anna.press(Keys.SPACE)
    _tab_to(anna, f"{form} [name=revert]")
    anna.press(Keys.ENTER)
    anna.see(".sd-revert-plan", "Done")
    anna.see(".sd-revert-plan", "is reverted, and started")
    assert [read(cloud.file_of(f"volume-{each}")) for each in volumes] == [BEFORE] * 2
    assert anna.clicks == 0


@pytest.mark.extended
def test_a_shelved_instances_volume_is_detached_and_snapshotted(
    anna: Person, workshop: Workshop
) -> None:
    """Refused and explained, detached from inside the explanation, then created."""
    instance, volume = workshop.attached()
    workshop.owner.compute.shelve_server(instance.id)
    workshop.arrived(instance.id, "SHELVED")
    workshop.admin.compute.shelve_offload_server(instance.id)
    workshop.arrived(instance.id, "SHELVED_OFFLOADED")
    page = volumes(anna).open(f"field=name&value={volume.name}")
    dialog = _open(page, volume.id)
    assert f"held for {instance.name}, which is shelved" in dialog.see(".sd-explanation").text
    _wait_focus(anna, dialog.part(".modal-footer .cancel"))
    _tab_to(anna, dialog.part("a[href*='/attach/']"), Keys.SHIFT + Keys.TAB)
    anna.press(Keys.ENTER)
    _tab_to(anna, "#modal_wrapper .modal.in #attachments tbody button")
    anna.press(Keys.ENTER)
    _tab_to(anna, "#modal_wrapper .modal.in .modal-footer .btn-danger")
    anna.press(Keys.ENTER)
    anna.see(".alert-success", "Detaching Volume")
    anna.wait_gone(".modal-backdrop")
    workshop.settled(volume.id)
    dialog = _open(page.open(f"field=name&value={volume.name}"), volume.id)
    _wait_focus(anna, dialog.part("[name=name]"))
    anna.press("detached", Keys.ENTER)
    anna.see(".alert-info", "detached")
    assert [each.name for each in workshop.snapshots_of(volume.id)] == ["detached"]
    assert anna.clicks == 0


@pytest.mark.extended
def test_what_a_dialog_says_is_met_in_order_and_it_can_be_left(
    anna: Person, workshop: Workshop
) -> None:
    """The name, then the tick, what is folded, the buttons; a refusal leads back to the tick."""
    _instance, volume = workshop.attached()
    page = volumes(anna).open(f"field=name&value={volume.name}")
    dialog = _open(page, volume.id)
    _wait_focus(anna, dialog.part("[name=name]"))
    met = ["name", "description", "acknowledged"]
    for name in met:
        assert anna.focus().get_dom_attribute("name") == name
        anna.press(Keys.TAB)
    assert anna.focus().accessible_name == "Keep"
    anna.press(Keys.TAB)
    assert anna.focus().accessible_name == "Do this by a program"
    _tab_to(anna, dialog.part(".cancel"))
    anna.press(Keys.TAB)
    assert anna.focus().get_property("value") == "Create Volume Snapshot (Force)"
    anna.press(Keys.ENTER)
    dialog.see("#id_acknowledged_error")
    _wait_focus(anna, dialog.part("[name=acknowledged]"))
    anna.press(Keys.ESCAPE)
    anna.wait_gone(".modal-backdrop")
    _wait_focus(anna, f"{page.row(volume.id)} .dropdown-toggle")
    _accept_and_send(_open(page, volume.id), "second thought")
    assert [each.name for each in workshop.snapshots_of(volume.id)] == ["second thought"]
    assert anna.clicks == 0
