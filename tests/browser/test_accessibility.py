# SPDX-License-Identifier: Apache-2.0
"""Accessibility of our pages and dialogs: screen readers, zoom, keyboard.

axe judges the pages here and each state of the dialogs in test_looks.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from demo.layout import Home
from tests.browser.axe import violations
from tests.browser.contrast import SHAPE, TEXT, contrast, put_into_state
from tests.browser.known_accessibility import KNOWN
from tests.browser.pages import Dialog, ListPage, plain_page, snapshots, volumes
from tests.browser.person import Person
from tests.browser.stage import Stage
from tests.browser.themes import THEMES, choose, wear
from tests.cloud.workshop import Workshop, unique

SMALLEST_TARGET = 24  # pixels, WCAG 2.2, 2.5.8
LONG_TEXT = "Taken before the upgrade of the shop, keep it until the end of the year"
STATES = ((), ("hover",), ("focus",), ("active",), ("hover", "focus", "active"))


@dataclass(frozen=True)
class Things:
    """A running instance's volume and a snapshot of it, and a detached volume."""

    volume: Any
    snapshot: Any
    detached: Any

    @property
    def of_volume(self) -> str:
        """The query of the list that shows the volume alone."""
        return f"field=name&value={self.volume.name}"

    @property
    def of_snapshot(self) -> str:
        """The query of the list that shows the volume's snapshots alone."""
        return f"field=volume_id&value={self.volume.id}"


@pytest.fixture(scope="module")
def things(shared_workshop: Workshop) -> Things:
    """What there is on the pages."""
    _instance, volume = shared_workshop.attached()
    shared_workshop.owner.block_storage.update_volume(volume.id, description=LONG_TEXT)
    snapshot = shared_workshop.snapshot(volume.id, force=True)
    return Things(volume, snapshot, shared_workshop.volume())


@pytest.fixture(scope="module")
def seen() -> dict[str, set[int]]:
    """Which known violations were found on which page."""
    return {}


def _with_open_menu(page: ListPage, object_id: str) -> None:
    page.person.see(".sd-list caption [aria-disabled]")
    page.person.click(f"{page.row(object_id)} .dropdown-toggle")


def _volumes(anna: Person, things: Things) -> None:
    _with_open_menu(volumes(anna).open(things.of_volume), things.volume.id)


def _snapshots(anna: Person, things: Things) -> None:
    _with_open_menu(snapshots(anna).open(things.of_snapshot), things.snapshot.id)


def _nothing_found(anna: Person, things: Things) -> None:
    snapshots(anna).open(f"field=name&value={unique('nobody')}")
    anna.see(".sd-filtered")


def _unreadable(anna: Person, things: Things) -> None:
    snapshots(anna).open("snapshot_marker=nonsense")
    anna.see(".sd-problem")


def _volume(anna: Person, things: Things) -> None:
    anna.go(f"/project/volumes/{things.volume.id}/")
    anna.see(".tab-pane .detail")


def _snapshots_of_volume(anna: Person, things: Things) -> None:
    anna.go(f"/project/volumes/{things.volume.id}/?tab=volume_details__snapshots_tab")
    anna.see(".sd-list caption [aria-disabled]")


def _snapshot(anna: Person, things: Things) -> None:
    anna.go(f"/project/snapshots/{things.snapshot.id}")
    anna.see(".tab-pane .detail")


PAGES: dict[str, Callable[[Person, Things], None]] = {
    "volumes": _volumes,
    "snapshots": _snapshots,
    "nothing found": _nothing_found,
    "unreadable": _unreadable,
    "volume": _volume,
    "snapshots of a volume": _snapshots_of_volume,
    "snapshot": _snapshot,
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_unknown_violation(
    anna: Person, things: Things, seen: dict[str, set[int]], home: Home, page: str
) -> None:
    found = []
    (home.path / "screenshots").mkdir(parents=True, exist_ok=True)
    for theme, width in zip(THEMES, (1280, 400), strict=True):
        choose(anna, theme)
        PAGES[page](anna, things)
        wear(anna, theme)
        anna.in_window(width, 900)
        found += violations(anna.driver, ["#content_body"])
        picture = f"list-{page.replace(' ', '-')}-{theme}-{width}.png"
        anna.driver.save_screenshot(str(home.path / "screenshots" / picture))
    seen[page] = {each.known for each in found}
    unknown = [str(each) for each in found if each.known < 0]
    assert not unknown, "\n".join(unknown)


def test_each_known_violation_still_occurs(seen: dict[str, set[int]]) -> None:
    # Not when somebody chose a few tests by name; a whole run looks at every page.
    if seen.keys() != PAGES.keys():
        pytest.skip("not every page was looked at")
    here = {place for place, each in enumerate(KNOWN) if not each.of_support}
    stale = here - set().union(*seen.values())
    assert not stale, [KNOWN[place] for place in stale]


def _open(person: Person, volume_id: str) -> Dialog:
    volumes(person).open().choose(volume_id, "Create Snapshot")
    return Dialog(person).wait_open()


def _texts_of(dialog: Dialog, ids: str | None) -> list[str]:
    return [dialog.see(f"#{each}").text for each in (ids or "").split()]


def test_a_dialog_is_announced_by_its_title_and_the_start_of_the_warning(
    anna: Person, things: Things
) -> None:
    dialog = _open(anna, things.volume.id)
    frame = anna.see(dialog.here)
    assert (frame.aria_role, frame.accessible_name) == ("dialog", "Create Volume Snapshot")
    assert frame.get_dom_attribute("aria-modal") == "true"
    described = frame.get_dom_attribute("aria-describedby")
    title, risk = _texts_of(dialog, described)
    assert "is running and may be writing to this volume" in title
    assert risk.startswith("The snapshot may be corrupted.")
    assert dialog.button.get_dom_attribute("aria-describedby") == described
    tick = dialog.see("[name=acknowledged]")
    assert (tick.aria_role, tick.get_dom_attribute("aria-required")) == ("checkbox", "true")
    anna.click(dialog.part(".sd-acknowledge label"), tick.accessible_name)
    assert tick.is_selected()
    anna.tick(dialog.part("[name=acknowledged]"))
    dialog.send()
    error = dialog.see("#id_acknowledged_error")
    tick = dialog.see("[name=acknowledged]")
    assert tick.get_dom_attribute("aria-describedby") == error.get_dom_attribute("id")
    assert tick.get_dom_attribute("aria-invalid") == "true"


def test_an_error_belongs_to_its_field(anna: Person, things: Things) -> None:
    snapshots(anna).open(things.of_snapshot).choose(things.snapshot.id, "Create Volume")
    dialog = Dialog(anna).wait_open()
    dialog.leave_checking_to_the_server()
    dialog.fill(size="0")
    dialog.send()
    dialog.see(".has-error")
    size = dialog.see("[name=size]")
    _help, said = _texts_of(dialog, size.get_dom_attribute("aria-describedby"))
    assert "cannot be smaller than its snapshot" in said
    assert size.get_dom_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("way", ["Escape", "Cancel"])
def test_the_focus_is_in_the_first_field_and_afterwards_back_at_the_menu(
    anna: Person, things: Things, way: str
) -> None:
    dialog = _open(anna, things.detached.id)
    anna.until(lambda: anna.focus() == dialog.see("[name=name]"), "the focus on the name")
    if way == "Escape":
        anna.press(Keys.ESCAPE)
    else:
        anna.click(dialog.part(".cancel"))
    anna.wait_gone(".modal-backdrop")
    menu = anna.see(f"{volumes(anna).row(things.detached.id)} .dropdown-toggle")
    anna.until(lambda: anna.focus() == menu, "the focus on the row's menu")
    assert menu.accessible_name == "More Actions"


def test_where_nothing_can_be_typed_the_focus_is_on_close(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    workshop.set_status(volume.id, "maintenance")
    dialog = _open(anna, volume.id)
    close = dialog.see(".modal-footer .cancel", "Close")
    anna.until(lambda: anna.focus() == close, "the focus on Close")


def test_where_something_went_wrong_the_focus_is_on_it(anna: Person, workshop: Workshop) -> None:
    volume = workshop.volume()
    page = volumes(anna).open()
    anna.see(page.row(volume.id))
    workshop.discard_volume(volume.id)
    workshop.gone(volume.id)
    page.choose(volume.id, "Create Snapshot")
    problem = Dialog(anna).wait_open().see(".sd-problem", "This volume no longer exists")
    anna.until(lambda: anna.focus() == problem, "the focus on the problem")


def test_a_page_and_a_dialog_have_one_polite_voice_each(anna: Person, things: Things) -> None:
    dialog = _open(anna, things.volume.id)
    polite = "[role=status], [aria-live=polite]"
    assert len(anna.find_all(f"#content_body :is({polite})")) == 1
    assert len(anna.find_all(f"{dialog.here} :is({polite})")) == 1


def test_a_refreshed_row_keeps_the_focus_and_says_its_status_once(
    anna: Person, workshop: Workshop
) -> None:
    snapshot = workshop.snapshot(workshop.volume().id)
    workshop.admin.block_storage.reset_snapshot_status(snapshot.id, "creating")
    page = snapshots(anna).open(f"field=volume_id&value={snapshot.volume_id}")
    row = anna.see(page.row(snapshot.id))
    link = f"{page.row(snapshot.id)} td.anchor a"
    anna.click("h1")
    anna.driver.execute_script("arguments[0].focus()", anna.see(link))
    voice = anna.find_all("[data-sd-voice]")[0]
    assert voice.get_property("textContent") == ""
    workshop.admin.block_storage.reset_snapshot_status(snapshot.id, "available")
    anna.wait_left(row)
    anna.until(lambda: page.column("Status") == ["Available"], "the status Available")
    assert anna.focus() == anna.see(link)
    assert voice.get_property("textContent") == f"{snapshot.name}: Available"


# As stock's script draws a row anew; it starts no refresh while a menu is open, but one may be on
# its way when the menu is opened.
_DRAW_ANEW = """
    var row = $(arguments[0]);
    var html = row.prop('outerHTML').replace('btn-group open', 'btn-group');
    row.replaceWith(html);
    $('.sd-list').trigger('update');
"""


def test_a_refreshed_row_keeps_its_menu_open(anna: Person, things: Things) -> None:
    page = volumes(anna).open(things.of_volume)
    row = page.row(things.volume.id)
    _with_open_menu(page, things.volume.id)
    action = f"{row} .dropdown-menu a[href*='/create_snapshot/']"
    anna.driver.execute_script("arguments[0].focus()", anna.see(action))
    old = anna.see(row)
    anna.driver.execute_script(_DRAW_ANEW, row)
    anna.wait_left(old)
    assert anna.focus() == anna.see(action)
    assert anna.see(f"{row} .dropdown-toggle").get_dom_attribute("aria-expanded") == "true"


def test_rows_are_ticked_by_keyboard_and_the_button_says_that_it_is_on(
    anna: Person, things: Things
) -> None:
    page = snapshots(anna).open(things.of_snapshot)
    button = anna.see("#volume_snapshots__action_delete")
    anna.until(lambda: button.get_dom_attribute("aria-disabled") == "true", "the button off")
    box = f"{page.row(things.snapshot.id)} [name=object_ids]"
    anna.driver.execute_script("document.querySelector(arguments[0]).focus()", box)
    assert anna.focus().accessible_name == things.snapshot.name
    anna.press(Keys.SPACE)
    anna.until(lambda: button.get_dom_attribute("aria-disabled") == "false", "the button on")


def test_status_is_said_in_words_and_cut_texts_stand_on_the_details(
    anna: Person, things: Things
) -> None:
    page = volumes(anna).open(things.of_volume)
    assert page.column("Status") == ["In-use"]
    (cut,) = anna.all("#volumes [data-toggle=tooltip]")
    assert cut.text != LONG_TEXT
    anna.click(f"{page.row(things.volume.id)} td.anchor a")
    anna.see(".tab-pane .detail", LONG_TEXT)


@pytest.mark.extended
def test_entries_of_a_rows_menu_are_large_enough(anna: Person, things: Things) -> None:
    page = volumes(anna).open(things.of_volume)
    _with_open_menu(page, things.volume.id)
    for theme in THEMES:
        wear(anna, theme)
        parts = anna.all(f"{page.row(things.volume.id)} :is(.dropdown-toggle, .row_actions .btn)")
        assert len(parts) > 5
        small = [each.text for each in parts if min(_size(each)) < SMALLEST_TARGET]
        assert not small


def _size(element: Any) -> tuple[float, float]:
    return element.rect["width"], element.rect["height"]


@pytest.mark.extended
def test_buttons_bars_and_fields_can_be_read_in_every_state(anna: Person, things: Things) -> None:
    for volume, button in ((things.volume.id, "btn-warning"), (things.detached.id, "btn-primary")):
        dialog = _open(anna, volume)
        css, name = dialog.part(f".{button}"), dialog.part("[name=name]")
        for theme in THEMES:
            wear(anna, theme)
            for state in STATES:
                put_into_state(anna, css, state)
                assert contrast(anna, css) >= TEXT, (button, theme, state)
            assert contrast(anna, name, "placeholder") >= TEXT, theme
            assert contrast(anna, name, "borderBottomColor") >= SHAPE, theme
            assert contrast(anna, dialog.part(".sd-bar"), "borderTopColor") >= SHAPE, theme


@pytest.mark.extended
def test_the_focus_is_seen(anna: Person, things: Things) -> None:
    dialog = _open(anna, things.volume.id)
    parts = ("[name=name]", "[name=acknowledged]", ".cancel", "[type=submit]", "summary")
    for theme, part in product(THEMES, parts):
        wear(anna, theme)
        css = dialog.part(part)
        script = "document.querySelector(arguments[0]).focus({focusVisible: true})"
        anna.driver.execute_script(script, css)
        element = anna.see(css)
        assert element.value_of_css_property("outline-style") == "solid", (part, theme)
        assert element.value_of_css_property("outline-width") == "2px", (part, theme)
        assert contrast(anna, css, "outlineColor") >= SHAPE, (part, theme)


def _emulate(person: Person, feature: str, value: str) -> None:
    features = [{"name": feature, "value": value}]
    person.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


@pytest.mark.extended
def test_in_high_contrast_buttons_have_borders(anna: Person, things: Things) -> None:
    dialog = _open(anna, things.volume.id)
    for theme in THEMES:
        wear(anna, theme)
        _emulate(anna, "forced-colors", "active")
        for part in (".cancel", "[type=submit]"):
            button = dialog.see(part)
            assert button.value_of_css_property("border-top-style") == "solid"
            assert contrast(anna, dialog.part(part), "borderTopColor") >= SHAPE
        _emulate(anna, "forced-colors", "")


@pytest.mark.extended
def test_who_wants_no_motion_sees_none(anna: Person, workshop: Workshop) -> None:
    snapshot = workshop.snapshot(workshop.volume().id)
    workshop.admin.block_storage.reset_snapshot_status(snapshot.id, "creating")
    workshop.later(workshop.admin.block_storage.reset_snapshot_status, snapshot.id, "available")
    _emulate(anna, "prefers-reduced-motion", "reduce")
    page = snapshots(anna).open(f"field=volume_id&value={snapshot.volume_id}")
    bar = anna.see(f"{page.row(snapshot.id)} .progress-bar")
    assert bar.value_of_css_property("animation-name") == "none"
    _emulate(anna, "prefers-reduced-motion", "")


@pytest.mark.extended
def test_a_reason_of_the_service_is_marked_as_english(anna: Person, workshop: Workshop) -> None:
    anna.go(f"/project/volumes/{Stage(workshop).get('quota used up')}/create_snapshot/")
    page = plain_page(anna)
    page.send()
    assert page.see(".sd-problem .sd-reason bdi").get_dom_attribute("lang") == "en"
