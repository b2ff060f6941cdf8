# SPDX-License-Identifier: Apache-2.0
"""The open dialog follows the volume and finds the outcome of a lost answer."""

import pytest

from demo import dashboard as demo_dashboard
from demo.layout import Flavour, Home
from demo.ports import first_free
from demo.processes import Children, stop
from tests.browser.gateway import Gateway, Trouble
from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, plain_page, volumes
from tests.browser.person import Person
from tests.cloud.conftest import Visit
from tests.cloud.workshop import Workshop
from tests.conftest import DASHBOARD_PORTS

TYPED = "before the upgrade"
PLAIN, FORCED = "Create Volume Snapshot", "Create Volume Snapshot (Force)"
# Lets the page believe that so many milliseconds have gone by.
LATER = "const real = Date.now; Date.now = () => real.call(Date) + arguments[0];"

# Lets the page believe that its tab is seen by nobody, or by somebody again.
HIDDEN = """
    const hidden = arguments[0];
    Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
"""


def opened(person: Person, volume_id: str) -> Dialog:
    """Open the dialog of a volume from its row, and begin to type."""
    volumes(person).open(f"field=name&value={volume_id}").choose(volume_id, "Create Snapshot")
    dialog = Dialog(person).wait_open()
    dialog.fill(name=TYPED)
    return dialog


def label(dialog: Dialog) -> str:
    """What the button says."""
    return str(dialog.button.get_property("value"))


def announced(dialog: Dialog) -> str:
    """What was said last to those who hear the page."""
    found = dialog.person.find_all(dialog.part("[data-sd-announce]"))[0]
    return str(found.get_property("textContent"))


def test_a_warning_appears_by_itself_and_has_to_be_accepted(
    anna: Person, workshop: Workshop
) -> None:
    volume = workshop.volume()
    instance = workshop.running()
    dialog = opened(anna, volume.id)
    button, name = dialog.button, dialog.see("[name=name]")
    assert label(dialog) == PLAIN
    workshop.attach(instance.id, volume.id)
    dialog.see(".sd-explanation", "is running and may be writing to this volume")
    assert label(dialog) == FORCED
    assert dialog.button == button
    assert "btn-warning" in str(button.get_attribute("class"))
    assert anna.focus() == name
    assert anna.value(dialog.part("[name=name]")) == TYPED
    line = dialog.see(".sd-changed", f"{instance.name} uses this volume now.")
    assert line.text.endswith("Read the warning again.")
    assert announced(dialog) == line.text
    assert "--force" in str(
        anna.find_all(dialog.part(".sd-command-text"))[0].get_property("textContent")
    )
    anna.until(lambda: _pressed(dialog), "the button that hears")
    dialog.see("#id_acknowledged_error")
    assert workshop.snapshots_of(volume.id) == []
    dialog.tick()
    dialog.send()
    anna.see(".alert-info", TYPED)
    (made,) = workshop.snapshots_of(volume.id)
    assert made.metadata["snapshot_dashboard:taken_while"] == "running"


def _pressed(dialog: Dialog) -> bool:
    """Press the button, which does not hear for a second after a change for the worse."""
    dialog.send()
    return dialog.has("form[data-sd-busy]") or dialog.has("#id_acknowledged_error")


@pytest.mark.extended
def test_a_warning_goes_by_itself(anna: Person, workshop: Workshop) -> None:
    instance, volume = workshop.attached()
    dialog = opened(anna, volume.id)
    dialog.tick()
    workshop.detach(instance.id, volume.id)
    anna.until(lambda: label(dialog) == PLAIN, "the plain button")
    assert not dialog.has(".sd-explanation")
    assert not dialog.has("[name=acknowledged]")
    dialog.see(".sd-changed", "now detached. No confirmation is needed.")
    assert "now detached. No confirmation is needed." in announced(dialog)
    dialog.send()
    anna.see(".alert-info", TYPED)
    (made,) = workshop.snapshots_of(volume.id)
    assert made.metadata["snapshot_dashboard:taken_while"] == "detached"


def test_a_milder_tick_does_not_carry_over(anna: Person, workshop: Workshop) -> None:
    instance, volume = workshop.attached()
    workshop.owner.compute.stop_server(instance.id)
    workshop.arrived(instance.id, "SHUTOFF")
    dialog = opened(anna, volume.id)
    dialog.tick()
    workshop.owner.compute.start_server(instance.id)
    workshop.arrived(instance.id, "ACTIVE")
    dialog.see(".sd-explanation", "is running")
    assert not dialog.see("[name=acknowledged]").is_selected()
    dialog.see(".sd-acknowledge", "I understand that this snapshot may be corrupted.")


@pytest.mark.extended
def test_a_blocked_dialog_opens_up(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    workshop.set_status(volume.id, "maintenance")
    volumes(anna).open(f"field=name&value={volume.id}").choose(volume.id, "Create Snapshot")
    dialog = Dialog(anna).wait_open()
    assert not dialog.has("[type=submit]")
    assert not dialog.has("[name=name]")
    workshop.set_status(volume.id, "available")
    dialog.see("[name=name]")
    assert label(dialog) == PLAIN
    dialog.fill(name=TYPED)
    dialog.send()
    anna.see(".alert-info", TYPED)


@pytest.mark.extended
def test_a_plain_page_is_live_too(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    anna.go(f"/project/volumes/{volume.id}/create_snapshot/")
    page = plain_page(anna)
    assert label(page) == PLAIN
    workshop.attach(workshop.running().id, volume.id)
    page.see(".sd-explanation", "is running")
    assert label(page) == FORCED


@pytest.mark.extended
def test_a_volume_that_is_gone_is_told(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    dialog = opened(anna, volume.id)
    workshop.owner.block_storage.delete_volume(volume.id)
    dialog.see(".sd-problem", "This volume no longer exists")
    assert not dialog.has("[type=submit]")


@pytest.mark.extended
def test_updates_pause_when_nobody_is_there(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    dialog = opened(anna, volume.id)
    anna.driver.execute_script(LATER, 11 * 60 * 1000)
    dialog.see("[data-sd-problem=paused]", "Updates are paused")
    workshop.attach(workshop.running().id, volume.id)
    assert not dialog.has(".sd-explanation")
    anna.click(dialog.part("[data-sd-resume]"))
    dialog.see(".sd-explanation", "is running")
    assert not dialog.has("[data-sd-problem=paused]")


@pytest.mark.extended
def test_a_session_that_ends_while_typing_loses_nothing(
    anna: Person, visit: Visit, oracle: Oracle, workshop: Workshop
) -> None:
    oracle.allow_console(" 401 ")
    volume = workshop.volume()
    dialog = opened(anna, volume.id)
    anna.forget_session()
    dialog.see("[data-sd-problem=expired]", "You have been logged out")
    assert anna.value(dialog.part("[name=name]")) == TYPED
    anna.bring_session(visit("anna").session)
    anna.until(lambda: not dialog.has("[data-sd-problem=expired]"), "the end of the message")
    dialog.send()
    anna.see(".alert-info", TYPED)


def test_an_answer_that_is_lost_is_found_again(
    anna: Person, gateway: Gateway, oracle: Oracle, workshop: Workshop
) -> None:
    oracle.allow_console("/create_snapshot/ - Failed to load resource")
    volume = workshop.volume()
    dialog = opened(anna, volume.id)
    gateway.trouble = Trouble.LOSES
    dialog.send()
    dialog.see(".sd-problem", "The snapshot was created")
    assert not dialog.has("[type=submit]")
    anna.click(dialog.part(".sd-problem a"), "Show snapshot")
    anna.see("#volume_snapshots tr[data-object-id]", TYPED)
    assert len(workshop.snapshots_of(volume.id)) == 1


@pytest.mark.extended
def test_a_request_that_never_arrived_can_be_sent_again(
    anna: Person, gateway: Gateway, oracle: Oracle, workshop: Workshop
) -> None:
    oracle.allow_console("/create_snapshot/ - Failed to load resource")
    volume = workshop.volume()
    dialog = opened(anna, volume.id)
    gateway.trouble = Trouble.DROPS
    dialog.send()
    dialog.see(".sd-problem", "Checking...")
    anna.driver.execute_script(LATER, 60 * 1000)
    dialog.see(".sd-problem", "The snapshot was probably not created")
    gateway.trouble = Trouble.NONE
    dialog.send()
    anna.see(".alert-info", TYPED)
    assert len(workshop.snapshots_of(volume.id)) == 1


def test_a_form_that_is_sent_again_makes_no_second_snapshot(
    anna: Person, gateway: Gateway, oracle: Oracle, workshop: Workshop
) -> None:
    oracle.allow_console("/create_snapshot/ - Failed to load resource")
    volume = workshop.volume()
    dialog = opened(anna, volume.id)
    # Nobody looks for the outcome: the person is faster.
    anna.driver.execute_script(
        "document.addEventListener('sd:lost', (e) => e.stopImmediatePropagation(), true);"
    )
    gateway.trouble = Trouble.LOSES
    dialog.send()
    dialog.see(".sd-problem", "It is not known yet")
    gateway.trouble = Trouble.NONE
    dialog.send()
    dialog.see(".sd-problem", "This snapshot already exists")
    dialog.see(".sd-problem", f'This form has already created "{TYPED}".')
    assert not dialog.has("[type=submit]")
    assert len(workshop.snapshots_of(volume.id)) == 1


@pytest.mark.extended
def test_nothing_is_asked_for_a_tab_that_nobody_sees(
    anna: Person, gateway: Gateway, workshop: Workshop
) -> None:
    volume = workshop.volume()
    dialog = opened(anna, volume.id)
    anna.driver.execute_script(HIDDEN, True)
    workshop.attach(workshop.running().id, volume.id)
    # Longer than the first look would take.
    anna.driver.execute_async_script("setTimeout(arguments[0], 4000);")
    assert not dialog.has(".sd-explanation")
    anna.driver.execute_script(HIDDEN, False)
    dialog.see(".sd-explanation", "is running")
    # Or it may be asking while the gateway is closed.
    dialog.stop_looking()


@pytest.mark.extended
def test_a_restart_of_horizon_while_typing_loses_nothing(
    anna: Person, home: Home, oracle: Oracle, workshop: Workshop
) -> None:
    oracle.allow_console("Failed to load resource")
    volume = workshop.volume()
    port = first_free(DASHBOARD_PORTS, setting="DEMO_PORT")
    with Children() as children:
        first = demo_dashboard.start(home, Flavour.PLUGIN, port, children)
        anna.base = first.url
        dialog = opened(anna, volume.id)
        stop(first.process)
        dialog.send()
        dialog.see(".sd-problem", "It is not known yet")
        demo_dashboard.start(home, Flavour.PLUGIN, port, children)
        assert anna.value(dialog.part("[name=name]")) == TYPED
        dialog.send()
        anna.see(".alert-info", TYPED)
        assert len(workshop.snapshots_of(volume.id)) == 1
        anna.go("/")
