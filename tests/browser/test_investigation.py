# SPDX-License-Identifier: Apache-2.0
"""Create Volume and Attach: a copy of a suspect instance's volume on another instance."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from demo.layout import Home
from tests.browser.axe import violations
from tests.browser.oracle import Oracle
from tests.browser.pages import Dialog, plain_page, snapshots
from tests.browser.person import Person
from tests.browser.test_live import HIDDEN, LATER
from tests.cloud.workshop import Workshop, unique

SUSPECT = "not recommended: the snapshot was probably taken of this instance"
LEAVING = "If you leave now, the volume is created but not attached."
CURRENT = ".sd-progress-steps [aria-current=step]"
MOST_TABS = 80


@dataclass(frozen=True)
class Analysis:
    """A suspect instance, a snapshot of its volume, and an instance for analysis."""

    workshop: Workshop
    suspect: Any
    tools: Any
    snapshot: Any

    @property
    def row(self) -> str:
        """The query of the list that shows the snapshot alone."""
        return f"field=volume_id&value={self.snapshot.volume_id}"

    def held(self) -> str:
        """Make the copy, and let it be creating for as long as the test wants."""
        made = self.workshop.volume("copy", snapshot_id=self.snapshot.id)
        self.workshop.set_status(made.id, "creating")
        self.workshop.later(self.workshop.detach, self.tools.id, made.id)
        return str(made.id)

    def adopt(self, person: Person) -> str:
        """Remove at the end what a page in the browser is about; the volume's id."""
        volume_id = person.path.split("/")[5]
        self.workshop.adopt_volume(volume_id)
        self.workshop.later(self.workshop.detach, self.tools.id, volume_id)
        return volume_id


@pytest.fixture
def analysis(workshop: Workshop) -> Analysis:
    """What the story begins with."""
    suspect, volume = workshop.attached("suspect")
    tools = workshop.running("tools")
    return Analysis(workshop, suspect, tools, workshop.snapshot(volume.id, force=True))


@pytest.fixture
def judge(home: Home) -> Callable[[Dialog, str], None]:
    """Function: keep a picture of a dialog on two windows, and let axe judge it."""
    folder: Path = home.path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def look_at(dialog: Dialog, name: str) -> None:
        for width, height in ((1280, 900), (400, 800)):
            dialog.person.in_window(width, height)
            dialog.person.driver.save_screenshot(str(folder / f"{name}-{width}.png"))
            assert dialog.overflow() == 0
        found = violations(dialog.person.driver, [dialog.here])
        assert not found, "\n".join(map(str, found))
        dialog.person.in_window(1280, 900)

    return look_at


def label_of(person: Person, instance_id: str) -> str:
    """The words beside an instance in the list."""
    return str(person.see(f"label[for='id_instance_{instance_id}']").text)


def announced(person: Person) -> str:
    """What was said last to those who hear the page."""
    return str(person.find_all("[data-sd-announce]")[0].get_property("textContent"))


def choose(person: Person, analysis: Analysis, volume_id: str) -> None:
    """Choose an instance for a volume that exists, on the plain page."""
    person.go(f"/project/snapshots/{analysis.snapshot.id}/investigate/{volume_id}/")
    page = plain_page(person)
    person.click(page.part(f"#id_instance_{analysis.tools.id}"))
    page.send()
    person.see(CURRENT, "Creating volume")


def device(analysis: Analysis, volume_id: str) -> str:
    """The name of the device, as Cinder tells it."""
    return analysis.workshop.device(analysis.tools.id, volume_id)


def test_the_suspects_volume_is_looked_at_on_another_instance(
    anna: Person, analysis: Analysis, judge: Callable[[Dialog, str], None]
) -> None:
    snapshots(anna).open(analysis.row).choose(analysis.snapshot.id, "Create Volume and Attach")
    dialog = Dialog(anna).wait_open()
    dialog.see(".sd-before", "Before you look at the copy")
    assert not dialog.has("[name=find]")
    dialog.fill(search=analysis.suspect.name)
    anna.wait_gone(f"#id_instance_{analysis.tools.id}")
    assert SUSPECT in label_of(anna, analysis.suspect.id)
    assert not anna.find_all("[name=instance]:checked")
    dialog.see("[name=search]").send_keys(Keys.CONTROL + "a", Keys.DELETE)
    anna.click(f"#id_instance_{analysis.tools.id}")
    assert SUSPECT not in label_of(anna, analysis.tools.id)
    # What was chosen stays whatever is searched for.
    dialog.fill(search=analysis.suspect.name)
    anna.until(lambda: "2 instances are shown" in announced(anna), "both instances")
    judge(dialog, "investigate-choose")
    dialog.fill(name=unique("evidence"))
    dialog.send()
    anna.see(".sd-progress-steps")
    volume_id = analysis.adopt(anna)
    anna.see(".sd-progress-steps", "Ready: attached as /dev/")
    assert f"attached as {device(analysis, volume_id)}" in anna.see(".sd-progress-steps").text
    assert LEAVING not in anna.see(".sd-dialog").text
    judge(plain_page(anna), "investigate-attached")
    anna.click(".sd-dialog .cancel", "Close")
    anna.until(lambda: anna.path == f"/project/snapshots/?{analysis.row}", "the list")


@pytest.mark.extended
def test_the_flow_survives_a_reload_and_a_tab_that_nobody_sees(
    anna: Person, analysis: Analysis, judge: Callable[[Dialog, str], None]
) -> None:
    volume_id = analysis.held()
    choose(anna, analysis, volume_id)
    anna.see(".sd-dialog", LEAVING)
    assert not anna.all("[data-sd-by-hand]") and not anna.all(".sd-dialog [type=submit]")
    judge(plain_page(anna), "investigate-creating")
    anna.driver.refresh()
    anna.see(CURRENT, "Creating volume")
    anna.driver.execute_script(HIDDEN, True)
    analysis.workshop.set_status(volume_id, "available")
    found = device(analysis, volume_id)
    anna.see(".sd-progress-steps", f"Ready: attached as {found}")
    assert announced(anna) == f"Ready: attached as {found}"
    anna.driver.refresh()
    anna.see(".sd-progress-steps", f"Ready: attached as {found}")


@pytest.mark.extended
def test_who_left_finds_the_button_and_the_volume_unattached(
    anna: Person, analysis: Analysis, workshop: Workshop
) -> None:
    made = workshop.volume("copy", snapshot_id=analysis.snapshot.id)
    workshop.later(workshop.detach, analysis.tools.id, made.id)
    anna.go(f"/project/snapshots/{analysis.snapshot.id}/investigate/{made.id}/{analysis.tools.id}/")
    page = plain_page(anna)
    page.see("[data-sd-part=steps]", LEAVING)
    # Longer than the first look would take.
    anna.driver.execute_async_script("setTimeout(arguments[0], 3000);")
    assert workshop.settled(made.id).attachments == []
    assert page.button.get_property("value") == "Attach Now"
    page.send()
    anna.see(".sd-progress-steps", f"Ready: attached as {device(analysis, made.id)}")


@pytest.mark.extended
def test_looking_ends_when_nobody_is_there_and_goes_on_by_a_button(
    anna: Person, analysis: Analysis
) -> None:
    volume_id = analysis.held()
    choose(anna, analysis, volume_id)
    anna.driver.execute_script(LATER, 11 * 60 * 1000)
    anna.see("[data-sd-problem=paused]", "Updates are paused")
    analysis.workshop.set_status(volume_id, "available")
    # Longer than the slowest look would take.
    anna.driver.execute_async_script("setTimeout(arguments[0], 4000);")
    assert analysis.workshop.settled(volume_id).attachments == []
    anna.click("[data-sd-resume]")
    anna.see(".sd-progress-steps", "Ready: attached as")
    assert not anna.all("[data-sd-problem=paused]")


@pytest.mark.extended
def test_a_refusal_is_told_and_tried_again(
    anna: Person, analysis: Analysis, judge: Callable[[Dialog, str], None]
) -> None:
    volume_id = analysis.held()
    choose(anna, analysis, volume_id)
    analysis.workshop.admin.compute.reset_server_state(analysis.tools.id, "error")
    analysis.workshop.set_status(volume_id, "available")
    page = plain_page(anna)
    page.see(".sd-problem", "The volume is Available but was not attached:")
    assert page.see(".cancel").text == "Leave It"
    judge(page, "investigate-refused")
    analysis.workshop.admin.compute.reset_server_state(analysis.tools.id, "active")
    assert page.button.get_property("value") == "Try Again"
    page.send()
    anna.see(".sd-progress-steps", "Ready: attached as")


@pytest.mark.extended
def test_after_a_refusal_another_instance_is_chosen_above_the_page(
    anna: Person, analysis: Analysis
) -> None:
    volume_id = analysis.held()
    others = analysis.workshop.running("others")
    analysis.workshop.later(analysis.workshop.detach, others.id, volume_id)
    choose(anna, analysis, volume_id)
    analysis.workshop.admin.compute.reset_server_state(analysis.tools.id, "error")
    analysis.workshop.set_status(volume_id, "available")
    anna.click(".sd-problem a", "Choose another instance")
    dialog = Dialog(anna).wait_open()
    anna.click(dialog.part(f"#id_instance_{others.id}"))
    dialog.send()
    anna.see(".sd-progress-steps", f"Attaching to {others.name}")
    anna.see(".sd-progress-steps", "Ready: attached as")


def _tab_to(person: Person, css: str, key: str = Keys.TAB) -> None:
    wanted = person.see(css)
    for _ in range(MOST_TABS):
        if person.focus() == wanted:
            return
        person.press(key)
    raise AssertionError(f"{MOST_TABS} times {key!r} do not lead to {css}")


@pytest.mark.extended
def test_the_story_needs_no_pointing_device(anna: Person, analysis: Analysis) -> None:
    page = snapshots(anna).open(analysis.row)
    row = page.row(analysis.snapshot.id)
    _tab_to(anna, f"{row} .dropdown-toggle")
    anna.press(Keys.ENTER)
    item = f"{row} .dropdown-menu a[href*='/create_volume_and_attach/']"
    _tab_to(anna, item, Keys.ARROW_DOWN)
    anna.press(Keys.ENTER)
    dialog = Dialog(anna).wait_open()
    search = dialog.part("[name=search]")
    anna.until(lambda: anna.focus() == anna.see(search), "the focus on the search")
    # Enter searches, and sends nothing.
    anna.press(analysis.tools.name, Keys.ENTER)
    anna.until(lambda: "1 instance is shown" in announced(anna), "one instance")
    _tab_to(anna, f"#id_instance_{analysis.tools.id}")
    anna.press(Keys.SPACE)
    _tab_to(anna, dialog.part("[type=submit]"))
    anna.press(Keys.ENTER)
    anna.see(".sd-progress-steps")
    analysis.adopt(anna)
    anna.see(".sd-progress-steps", "Ready: attached as")
    assert anna.clicks == 0


def test_without_scripts_buttons_do_the_same(
    anna: Person, analysis: Analysis, oracle: Oracle
) -> None:
    oracle.allow_console(r"Failed to load resource: net::ERR_BLOCKED_BY_CLIENT")
    oracle.allow_console(r"(horizon|addHorizonLoadEvent|\$|jQuery|angular) is not defined")
    anna.without_scripts()
    page = snapshots(anna).open(analysis.row)
    menu = anna.see(f"{page.row(analysis.snapshot.id)} .btn-group")
    ActionChains(anna.driver).move_to_element(menu).perform()
    anna.click(f"{page.row(analysis.snapshot.id)} a[href*='/create_volume_and_attach/']")
    dialog = plain_page(anna)
    dialog.fill(name="typed before", search=analysis.tools.name)
    old = dialog.see("form")
    anna.click(dialog.part("[name=find]"), "Find")
    anna.wait_left(old)
    assert anna.value(dialog.part("[name=name]")) == "typed before"
    assert len(anna.all("[name=instance]")) == 1
    anna.click(f"#id_instance_{analysis.tools.id}")
    anna.click(dialog.part(".modal-footer [type=submit]"))
    anna.see(".sd-progress-steps")
    volume_id = analysis.adopt(anna)
    analysis.workshop.settled(volume_id)
    anna.driver.refresh()
    anna.click(".sd-dialog [type=submit]")
    found = device(analysis, volume_id)
    anna.driver.refresh()
    anna.see(".sd-progress-steps", f"Ready: attached as {found}")


@pytest.mark.extended
def test_an_ordinary_copy_leads_to_the_choice_of_an_instance(
    anna: Person, analysis: Analysis
) -> None:
    snapshots(anna).open(analysis.row).choose(analysis.snapshot.id, "Create Volume")
    dialog = Dialog(anna).wait_open()
    dialog.fill(name=unique("ordinary"))
    dialog.send()
    anna.click(".alert-info a", "Attach it when it is ready")
    dialog = Dialog(anna).wait_open()
    assert SUSPECT in label_of(anna, analysis.suspect.id)
    anna.click(dialog.part(f"#id_instance_{analysis.tools.id}"))
    dialog.send()
    anna.see(".sd-progress-steps")
    analysis.adopt(anna)
    anna.see(".sd-progress-steps", "Ready: attached as")
    assert anna.driver.find_elements(By.LINK_TEXT, "Show volume")
