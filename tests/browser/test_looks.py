# SPDX-License-Identifier: Apache-2.0
"""The dialogs in each state, both themes and two window sizes, checked by axe-core.

The pictures are kept.
"""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from demo.layout import Home
from tests.browser.axe import violations
from tests.browser.gateway import Gateway, Trouble
from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, plain_page, snapshots, volumes
from tests.browser.person import Person
from tests.browser.stage import MAKERS, Stage
from tests.browser.themes import DEFAULT, MATERIAL, THEMES, choose, wear
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended

WINDOWS = ((1280, 900), (400, 800))
# What is left of a window of 1280 x 1024 at 400 %.
ZOOMED = (320, 256)
# axe looks once at each theme and once at each window: it takes longer than all the rest.
JUDGED = ((DEFAULT, 1280), (MATERIAL, 400))
OF_VOLUMES = tuple(name for name in MAKERS if name != "snapshot")


@pytest.fixture(scope="module")
def stage(shared_workshop: Workshop) -> Stage:
    """What there is to look at."""
    return Stage(shared_workshop)


@pytest.fixture
def look(home: Home) -> Callable[[Dialog, str], None]:
    """Function: keep pictures of a dialog, and judge it, in each theme on each window."""
    folder = home.path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def look_at(dialog: Dialog, name: str) -> None:
        for theme, (width, height) in product(THEMES, WINDOWS):
            dialog.person.in_window(width, height)
            _wear(dialog, theme)
            _keep(dialog, folder / f"{name.replace(' ', '-')}-{theme}-{width}.png")
            if (theme, width) in JUDGED:
                found = violations(dialog.person.driver, [dialog.here])
                assert not found, "\n".join(map(str, found))
        _wear(dialog, DEFAULT)
        dialog.person.in_window(*ZOOMED)
        assert dialog.overflow() == 0, "sideways scrolling at 400 %"

    return look_at


def _wear(dialog: Dialog, theme: str) -> None:
    if "static_page" in dialog.here:
        choose(dialog.person, theme)
        dialog.person.driver.refresh()
    wear(dialog.person, theme)


def _keep(dialog: Dialog, picture: Path) -> None:
    dialog.person.driver.save_screenshot(str(picture))
    assert dialog.overflow() == 0, f"too wide: {picture}"
    if "static_page" not in dialog.here:
        assert dialog.buttons_in_view(), f"buttons out of reach: {picture}"


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
    # The form, and the look at the volume that the open dialog may take just then.
    oracle.allow_console(r"/create_snapshot/(live/\S*)? - Failed to load resource: .* 401")
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
