# SPDX-License-Identifier: Apache-2.0
"""Every state of the dialogs on a small and on a large window; the pictures are kept."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from demo.layout import Home
from tests.browser.gateway import Gateway, Trouble
from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, plain_page, snapshots, volumes
from tests.browser.person import Person
from tests.cloud.workshop import Workshop

WINDOWS = ((1280, 900), (400, 800))
LONG_NAME = "customer-export-" + "2026" * 20


@dataclass
class Stage:
    """Volumes and snapshots in the states to look at, each made when it is first needed."""

    workshop: Workshop
    made: dict[str, str] = field(default_factory=dict)

    def get(self, what: str) -> str:
        """Return the id of what a state is shown with."""
        if what not in self.made:
            self.made[what] = _MAKERS[what](self.workshop)
        return self.made[what]


def _shut_off(workshop: Workshop) -> str:
    instance, volume = workshop.attached()
    workshop.owner.compute.stop_server(instance.id)
    workshop.arrived(instance.id, "SHUTOFF")
    return str(volume.id)


def _held_data(workshop: Workshop) -> str:
    instance, volume = workshop.attached()
    workshop.owner.compute.shelve_server(instance.id)
    workshop.arrived(instance.id, "SHELVED")
    workshop.admin.compute.shelve_offload_server(instance.id)
    workshop.arrived(instance.id, "SHELVED_OFFLOADED")
    return str(volume.id)


def _in_status(status: str) -> Callable[[Workshop], str]:
    def make(workshop: Workshop) -> str:
        volume = workshop.volume()
        workshop.set_status(volume.id, status)
        return str(volume.id)

    return make


def _shared(workshop: Workshop) -> str:
    volume = workshop.volume(volume_type="shared")
    for _ in range(2):
        workshop.attach(workshop.running().id, volume.id)
    return str(volume.id)


def _used_up(workshop: Workshop) -> str:
    """A volume of a type that allows two snapshots, with two of them."""
    volume = workshop.volume(volume_type="hdd")
    for _ in range(2):
        workshop.snapshot(volume.id)
    return str(volume.id)


_MAKERS: dict[str, Callable[[Workshop], str]] = {
    "detached": lambda workshop: str(workshop.volume(LONG_NAME).id),
    "running system disk": lambda workshop: workshop.started_from_volume()[1],
    "shut off": _shut_off,
    "held": _held_data,
    "busy": _in_status("maintenance"),
    "failed": _in_status("error"),
    "several instances": _shared,
    "quota used up": _used_up,
    "snapshot": lambda workshop: str(workshop.snapshot(workshop.volume(LONG_NAME).id).id),
}
OF_VOLUMES = tuple(name for name in _MAKERS if name != "snapshot")


@pytest.fixture(scope="module")
def stage(shared_workshop: Workshop) -> Stage:
    """What there is to look at."""
    return Stage(shared_workshop)


@pytest.fixture
def look(home: Home) -> Callable[[Dialog, str], None]:
    """Function: keep pictures of a dialog, and measure it, on each window."""
    folder = home.path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def look_at(dialog: Dialog, name: str) -> None:
        for width, height in WINDOWS:
            dialog.person.in_window(width, height)
            picture = folder / f"{name.replace(' ', '-')}-{width}.png"
            dialog.person.driver.save_screenshot(str(picture))
            assert dialog.overflow() == 0, f"too wide: {picture}"
            if "static_page" not in dialog.here:
                assert dialog.buttons_in_view(), f"buttons out of reach: {picture}"

    return look_at


Look = Callable[[Dialog, str], None]


def _open(person: Person, volume_id: str) -> Dialog:
    volumes(person).open().choose(volume_id, "Create Snapshot")
    return Dialog(person).wait_open()


@pytest.mark.parametrize("state", OF_VOLUMES)
def test_create_snapshot_fits(anna: Person, stage: Stage, look: Look, state: str) -> None:
    look(_open(anna, stage.get(state)), state)


def test_everything_unfolded_fits(anna: Person, stage: Stage, look: Look) -> None:
    dialog = _open(anna, stage.get("running system disk"))
    for summary in anna.all(dialog.part("summary")):
        summary.click()
    dialog.see(".sd-command-text")
    look(dialog, "unfolded")


def test_a_missing_tick_fits(anna: Person, stage: Stage, look: Look) -> None:
    dialog = _open(anna, stage.get("running system disk"))
    dialog.send()
    dialog.see("#id_acknowledged_error")
    look(dialog, "missing tick")


def test_a_lost_form_fits(
    anna: Person, gateway: Gateway, oracle: Oracle, stage: Stage, look: Look
) -> None:
    oracle.allow_console("/create_snapshot/ - Failed to load resource")
    dialog = _open(anna, stage.get("detached"))
    gateway.trouble = Trouble.DROPS
    dialog.send()
    dialog.see(".sd-problem", "It is not known yet")
    look(dialog, "lost")


def test_an_expired_session_fits(anna: Person, oracle: Oracle, stage: Stage, look: Look) -> None:
    oracle.allow_console("/create_snapshot/ - Failed to load resource")
    dialog = _open(anna, stage.get("detached"))
    anna.forget_session()
    dialog.send()
    dialog.see(".sd-problem", "You have been logged out")
    look(dialog, "logged out")


def test_a_refused_request_fits(anna: Person, stage: Stage, look: Look) -> None:
    dialog = _open(anna, stage.get("quota used up"))
    dialog.send()
    dialog.see(".sd-problem", "Not created: your project has reached a limit")
    look(dialog, "refused")


def test_create_volume_fits(anna: Person, stage: Stage, look: Look) -> None:
    snapshot = stage.get("snapshot")
    snapshots(anna).open().choose(snapshot, "Create Volume")
    look(Dialog(anna).wait_open(), "create volume")


def test_a_size_that_is_too_small_fits(anna: Person, stage: Stage, look: Look) -> None:
    snapshot = stage.get("snapshot")
    snapshots(anna).open().choose(snapshot, "Create Volume")
    dialog = Dialog(anna).wait_open()
    dialog.leave_checking_to_the_server()
    dialog.fill(size="0")
    dialog.send()
    dialog.see(".has-error .text-danger")
    look(dialog, "size too small")


@pytest.mark.parametrize("state", ["detached", "running system disk", "held"])
def test_the_plain_page_fits(anna: Person, stage: Stage, look: Look, state: str) -> None:
    anna.go(f"/project/volumes/{stage.get(state)}/create_snapshot/")
    anna.see(".sd-dialog.static_page")
    look(plain_page(anna), f"page {state}")
