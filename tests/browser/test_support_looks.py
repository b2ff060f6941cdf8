# SPDX-License-Identifier: Apache-2.0
"""The pages of support staff in both themes and two window sizes, checked by axe-core.

The pictures are kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from demo import pseudo
from demo.layout import Home
from tests.browser.axe import violations
from tests.browser.pages import Dialog, all_snapshots
from tests.browser.person import Person
from tests.browser.stage import LONG_NAME
from tests.browser.test_languages import CUT, TEXTS, speak, untranslated
from tests.browser.themes import DEFAULT, MATERIAL, THEMES, choose, wear
from tests.cloud.whole_cloud import whole_cloud
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended

WINDOWS = ((1280, 900), (400, 800))
# axe looks once at each theme and once at each window: it takes longer than all the rest.
JUDGED = ((DEFAULT, 1280), (MATERIAL, 400))
CONTENT = "#content_body"
HOST = re.compile(r"\b\w+@\w+(#\w+)?")
# What reaches beyond the window, outside of a table's own area that scrolls.
OVERFLOW = """
    const areas = '.table_wrapper, .sd-found, .sd-report-table';
    return Array.from(document.querySelectorAll(arguments[0] + ' *'))
        .filter((part) => part.getClientRects().length && !part.closest('.sr-only'))
        .filter((part) => {
            const area = part.parentElement.closest(areas);
            return !area || getComputedStyle(area).overflowX !== 'auto';
        })
        .filter((part) => part.getBoundingClientRect().right > window.innerWidth + 1)
        .map((part) => part.outerHTML.slice(0, 120));
"""
# Words that begin on one line and end on another.
BROKEN = """
    const broken = [];
    const cells = 'thead th, td:not(.word-break):not(.actions_column)';
    for (const cell of document.querySelectorAll(arguments[0] + ' :is(' + cells + ')')) {
        const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            if (node.parentElement.closest('a:not(.sd-sort), code, .sr-only')) { continue; }
            for (const word of node.data.matchAll(/[\\p{L}\\d]+/gu)) {
                const range = document.createRange();
                range.setStart(node, word.index);
                range.setEnd(node, word.index + word[0].length);
                if (new Set(Array.from(range.getClientRects(), (each) => each.top)).size > 1) {
                    broken.push(word[0]);
                }
            }
        }
    }
    return broken;
"""


@dataclass(frozen=True)
class Things:
    """A volume with a long name, a snapshot of it, and another snapshot, which is creating.

    There is a volume in Error as well, for Needs Attention.
    """

    volume: str
    snapshot: str
    unfinished: str

    @property
    def query(self) -> str:
        """The query of the list that shows both snapshots alone."""
        return f"field=volume_id&value={self.volume}"


@pytest.fixture(scope="module")
def things(shared_workshop: Workshop, home: Home) -> Things:
    """What there is on the pages, besides everything that the customers have."""
    whole_cloud(home)
    volume = shared_workshop.volume(LONG_NAME)
    snapshot = shared_workshop.snapshot(volume.id, LONG_NAME)
    unfinished = shared_workshop.snapshot(volume.id, "nightly")
    reset = shared_workshop.admin.block_storage.reset_snapshot_status
    shared_workshop.later(reset, unfinished.id, "available")
    reset(unfinished.id, "creating")
    failed = shared_workshop.volume(LONG_NAME)
    shared_workshop.set_status(failed.id, "error")
    shared_workshop.later(shared_workshop.set_status, failed.id, "available")
    return Things(volume.id, snapshot.id, unfinished.id)


def _list(support: Person, things: Things) -> None:
    all_snapshots(support).open(things.query)
    support.see(".sd-list caption [aria-disabled]")


def _volumes(support: Person, things: Things) -> None:
    support.go(f"/admin/volumes/?field=name_part&value={LONG_NAME}")
    support.see(".sd-list caption [aria-disabled]")


def _attention(support: Person, _things: Things) -> None:
    support.go("/admin/snapshots/attention/")
    support.see(".sd-attention")
    support.see("#sd-volumes-failed")
    _shorten(support)
    support.click(".sd-ticket summary")


def _report(support: Person, _things: Things) -> None:
    support.go("/admin/snapshots/report/")
    if not support.all("#sd-report"):
        support.go("/admin/snapshots/report/?make=1")
    support.see("#sd-report")
    _shorten(support)


def _shorten(support: Person) -> None:
    """Leave a few rows of each table: the others are like them, and axe looks at each."""
    script = "document.querySelectorAll('tbody tr:nth-child(n+4)').forEach((each) => each.remove())"
    support.driver.execute_script(script)


def _found(support: Person, _things: Things) -> None:
    support.go(f"/admin/snapshots/find/?q={LONG_NAME}")
    support.see(".sd-found")


def _snapshot(support: Person, things: Things) -> None:
    support.go(f"/admin/snapshots/{things.unfinished}")
    support.see(".sd-case")
    support.click(".sd-ticket summary")


def _volume(support: Person, things: Things) -> None:
    support.go(f"/admin/volumes/{things.volume}/")
    support.see(".sd-case")
    support.click(".sd-ticket summary")


PAGES: dict[str, Callable[[Person, Things], None]] = {
    "list": _list,
    "volumes": _volumes,
    "needs attention": _attention,
    "report": _report,
    "found": _found,
    "snapshot": _snapshot,
    "volume": _volume,
}
DIALOGS = {"update status": "Update Status", "force delete": "Force Delete"}


@pytest.fixture
def picture(home: Home) -> Callable[[Person, str], None]:
    """Function: keep a picture of what is on the screen."""
    folder = home.path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def keep(person: Person, name: str) -> None:
        place: Path = folder / f"support-{name.replace(' ', '-')}.png"
        person.driver.save_screenshot(str(place))

    return keep


Picture = Callable[[Person, str], None]


def _overflow(person: Person) -> list[str]:
    return list(person.driver.execute_script(OVERFLOW, CONTENT))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_and_has_no_unknown_violation(
    support: Person, things: Things, picture: Picture, page: str
) -> None:
    found = []
    for theme in THEMES:
        choose(support, theme)
        PAGES[page](support, things)
        for width, height in WINDOWS:
            support.in_window(width, height)
            wear(support, theme)
            picture(support, f"{page}-{theme}-{width}")
            assert _overflow(support) == [], (theme, width)
            if (theme, width) in JUDGED:
                found += [each for each in violations(support.driver, [CONTENT]) if each.known < 0]
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("page", ["list", "volumes", "needs attention", "report", "found"])
def test_words_in_a_table_stay_whole(support: Person, things: Things, page: str) -> None:
    support.in_window(*WINDOWS[0])
    PAGES[page](support, things)
    assert support.driver.execute_script(BROKEN, CONTENT) == []


@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_fits_and_has_no_violation(
    support: Person, things: Things, picture: Picture, name: str
) -> None:
    all_snapshots(support).open(things.query).choose(things.snapshot, DIALOGS[name])
    dialog = Dialog(support).wait_open()
    for theme, (width, height) in product(THEMES, WINDOWS):
        support.in_window(width, height)
        wear(support, theme)
        picture(support, f"{name}-{theme}-{width}")
        assert dialog.overflow() == 0, (theme, width)
        assert dialog.buttons_in_view(), (theme, width)
        if (theme, width) in JUDGED:
            found = violations(support.driver, [dialog.here])
            assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("page", ["needs attention", "snapshot"])
def test_a_longer_language_fits(
    support: Person, things: Things, picture: Picture, page: str
) -> None:
    speak(support, pseudo.LANGUAGE)
    PAGES[page](support, things)
    ours = ".sd-desk, .sd-attention, .sd-case"
    texts = support.driver.execute_script(TEXTS, ours)
    texts = [HOST.sub("", each) for each in texts]
    assert any(texts) and untranslated(texts, _names(support)) == []
    for width, height in WINDOWS:
        support.in_window(width, height)
        wear(support, DEFAULT)
        picture(support, f"{page}-pseudo-{width}")
        assert _overflow(support) == [], width
        cut = support.driver.execute_script(CUT, ":is(.sd-attention, .sd-case)")
        assert [each for each in cut if "sr-only" not in each] == []


def _names(person: Person) -> tuple[str, ...]:
    """Return what people named on a page: it leads to the page about it."""
    named = [*person.all(".sd-attention td a, .sd-case a, .sd-role bdi")]
    return tuple(sorted({each.text for each in named if each.text}, key=len, reverse=True))
