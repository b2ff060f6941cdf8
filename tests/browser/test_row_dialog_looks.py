# SPDX-License-Identifier: Apache-2.0
"""The other dialogs that copy or keep, and the lists: looks, and a longer language.

The pictures are kept.
"""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from demo import pseudo
from demo.layout import Home
from snapshot_dashboard.panels.features.schedules.forms import zones
from tests.browser.axe import violations
from tests.browser.person import Person
from tests.browser.row_dialogs import COPIES, KEEPING, MIGRATE, RESTRICTIONS, Things
from tests.browser.stage import LONG_NAME
from tests.browser.test_languages import CUT, TEXTS, speak, untranslated
from tests.browser.test_languages import look as read_dialog
from tests.browser.test_looks import look as look_at_dialog
from tests.browser.test_support_looks import CONTENT, OVERFLOW
from tests.browser.themes import DEFAULT, MATERIAL, THEMES, choose, wear
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended

__all__ = ["look_at_dialog", "read_dialog"]
WINDOWS = (1280, 400)
# Names of time zones are nobody's to translate.
ZONES = [name for name, _label in zones()]
JUDGED = ((DEFAULT, 1280), (MATERIAL, 400))
PANEL = "#sd-snapshot-restrictions"
AVAILABLE = "field=status&value=available&field=name_part&value="
PART = LONG_NAME[:20]
# Tables that scroll by themselves in a narrow window.
BEYOND = OVERFLOW.replace("const areas = '", "const areas = '.table-responsive, ")
# What is ours on a page, and how to get there; and of which thing it is, if of one.
PAGES = {
    "volumes": (f"/project/volumes/?{AVAILABLE}{PART}", ".sd-newest"),
    "snapshots": (f"/project/snapshots/?{AVAILABLE}snapshot&field=age&value=newer:1w", ".sd-age"),
    "nothing found": (f"/project/volumes/?{AVAILABLE}nothing", "tr.empty"),
    "snapshots of an image": ("/project/snapshots/of_image/{}/", ".sd-image-snapshots table"),
    "clean up": ("/project/snapshots/clean_up/?read=1&newest=1", "[data-sd-clean-up]"),
    "schedule": ("/project/volumes/schedule/edit/?id={}", ".sd-preview svg"),
    "schedule tab": (
        "/project/volumes/{}/?tab=volume_details__schedule_tab",
        ".sd-schedule-tab dl",
    ),
    "frozen snapshots": ("/project/volumes/{}/create_frozen/", ".sd-frozen-volumes"),
}
OF = {
    "frozen snapshots": "agent",
    "snapshots of an image": "image",
    "schedule": "scheduled",
    "schedule tab": "scheduled",
}
OURS = (
    ".sd-search, .sd-chips, .sd-filtered, .sd-head, thead, tr.empty, .sd-image-snapshots, "
    ".sd-preview, .sd-schedule, .sd-schedule-tab, #create_frozen_form"
)
DIALOGS = COPIES | KEEPING


@pytest.fixture(scope="module")
def things(shared_workshop: Workshop) -> Things:
    """What there is to look at."""
    return Things(shared_workshop)


def _open(person: Person, things: Things, page: str) -> None:
    address, part = PAGES[page]
    things.get("detached")
    person.go(address.format(things.get(OF[page])) if page in OF else address)
    person.see(part)


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_that_copies_or_keeps_fits(
    anna: Person, things: Things, look_at_dialog: Callable[..., None], name: str
) -> None:
    row_dialog = DIALOGS[name]
    look_at_dialog(row_dialog.open(anna, things.get(row_dialog.thing)), name)


@pytest.mark.parametrize("name", DIALOGS)
def test_a_longer_language_fits_into_a_dialog_that_copies_or_keeps(
    anna: Person, things: Things, read_dialog: Callable[..., None], name: str
) -> None:
    row_dialog = DIALOGS[name]
    thing = things.get(row_dialog.thing)
    read_dialog(row_dialog.open(anna, thing, pseudo.LANGUAGE), name, things.names())


@pytest.mark.parametrize("name", [*RESTRICTIONS, "migrate"])
def test_what_snapshots_forbid_fits_into_stocks_dialog(
    request: pytest.FixtureRequest, things: Things, home: Home, name: str
) -> None:
    row_dialog = RESTRICTIONS.get(name, MIGRATE)
    thing = things.get(row_dialog.thing)
    person: Person = request.getfixturevalue("support" if row_dialog is MIGRATE else "anna")
    for language, theme in (("en", DEFAULT), ("en", MATERIAL), (pseudo.LANGUAGE, DEFAULT)):
        dialog = row_dialog.open(person, thing, language)
        panel = dialog.part(PANEL if dialog.has(PANEL) else ".modal-body")
        # What is said before Delete Instance is part of the page, which is in English here.
        if language == pseudo.LANGUAGE and name != "delete instance":
            texts = person.driver.execute_script(TEXTS, panel)
            assert texts and untranslated(texts, things.names()) == []
        wear(person, theme)
        for width in WINDOWS:
            person.in_window(width, 900)
            person.driver.save_screenshot(str(_kept(home, f"{name}-{language}-{theme}-{width}")))
            assert dialog.overflow() == 0
            assert person.driver.execute_script(CUT, panel) == []
        if language == "en":
            assert [
                str(each) for each in violations(person.driver, [panel]) if each.known < 0
            ] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits(anna: Person, things: Things, home: Home, page: str) -> None:
    for theme, width in product(THEMES, WINDOWS):
        choose(anna, theme)
        anna.in_window(width, 900)
        _open(anna, things, page)
        wear(anna, theme)
        anna.driver.save_screenshot(str(_kept(home, f"{page}-{theme}-{width}")))
        assert anna.driver.execute_script(BEYOND, CONTENT) == [], (theme, width)
        if (theme, width) in JUDGED:
            found = [str(each) for each in violations(anna.driver, [CONTENT]) if each.known < 0]
            assert found == []


# The heads of Clean Up are stock's words, which are not in the longer language.
@pytest.mark.parametrize("page", [each for each in PAGES if each != "clean up"])
def test_a_longer_language_fits_into_a_page(
    anna: Person, things: Things, home: Home, page: str
) -> None:
    speak(anna, pseudo.LANGUAGE)
    for width in WINDOWS:
        anna.in_window(width, 900)
        _open(anna, things, page)
        texts = anna.driver.execute_script(TEXTS, OURS)
        # The crosses of a search repeat what was typed.
        names = (*things.names(), PART, "snapshot", "nothing", *ZONES)
        assert texts and untranslated(texts, names) == []
        anna.driver.save_screenshot(str(_kept(home, f"{page}-pseudo-{width}")))
        assert anna.driver.execute_script(BEYOND, CONTENT) == []
        # Heads of columns that a card does not have are there to be heard only.
        cut = anna.driver.execute_script(CUT, f":is({OURS.replace('thead, ', '')})")
        assert [each for each in cut if "sr-only" not in each] == []


def _kept(home: Home, name: str) -> Path:
    folder = home.path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name.replace(' ', '-')}.png"
