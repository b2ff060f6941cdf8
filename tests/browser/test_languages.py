# SPDX-License-Identifier: Apache-2.0
"""In other languages everything is translated and nothing is cut off."""

import re
from collections.abc import Callable

import polib
import pytest

from demo import messages, pseudo
from demo.layout import Home
from tests.browser.pages import Dialog, plain_page, snapshots, volumes
from tests.browser.person import Person
from tests.browser.stage import LONG_NAME, Stage
from tests.cloud.workshop import Workshop

pytestmark = pytest.mark.extended

WINDOWS = ((1280, 900), (400, 800))
# Stock's pages are in other languages too, but they are not ours to judge.
OURS = ".sd-dialog, .sd-problem, .sd-explanation"
# Each text that can be read, with what it stands in; what people type and what they named
# themselves is not to be translated.
TEXTS = """
    const apart = 'code, pre, bdi, script, textarea, option, [lang=en]';
    const texts = [];
    for (const box of document.querySelectorAll(arguments[0])) {
        const walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            if (!node.parentElement.closest(apart) && node.textContent.trim()) {
                texts.push(node.textContent.trim().replace(/\\s+/g, ' '));
            }
        }
        for (const field of box.querySelectorAll('[type=submit], [placeholder], [title]')) {
            texts.push(field.value || field.title);
        }
        for (const named of box.querySelectorAll('[aria-label]')) {
            texts.push(named.getAttribute('aria-label'));
        }
    }
    return texts.filter(Boolean);
"""
# Each element whose text is wider or higher than the room it has.
CUT = """
    return Array.from(document.querySelectorAll(arguments[0] + ' *')).filter((part) => {
        const style = getComputedStyle(part);
        const hides = style.overflowX !== 'visible' && style.overflowX !== 'auto';
        const own = Array.from(part.childNodes).some(
            (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
        return own && hides && part.clientWidth
            && (part.scrollWidth > part.clientWidth + 1
                || part.scrollHeight > part.clientHeight + 1);
    }).map((part) => part.outerHTML.slice(0, 200));
"""
# The made-up language has accents on these letters; a word without any is nobody's translation.
PLAIN = re.compile(r"\b[A-Za-z]*[aeiou][A-Za-z]*\b")
# What is the same in every language; Esperanto's dates are Django's, whose August has an accent of
# its own behind a plain letter: a combining breve, which \w leaves out.
SAME = re.compile(r"Linux|Windows|/dev/\w+|\d+-a de [\w\u0306]+ \d+(, je [\d:]+)?")
STATES = (
    "detached",
    "running system disk",
    "shut off",
    "held",
    "busy",
    "failed",
    "several instances",
)


@pytest.fixture(scope="module")
def stage(shared_workshop: Workshop) -> Stage:
    """What there is to look at."""
    return Stage(shared_workshop)


def speak(person: Person, language: str) -> None:
    """Choose a language, as the settings page does."""
    person.keep_cookie("horizon_language", language)


@pytest.fixture
def reader(anna: Person) -> Person:
    """Somebody who reads the made-up language."""
    speak(anna, pseudo.LANGUAGE)
    return anna


Look = Callable[[Dialog, str, tuple[str, ...]], None]


@pytest.fixture
def look(home: Home) -> Look:
    """Function: nothing is left untranslated, and nothing is cut off on any window."""
    folder = home.path / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def look_at(dialog: Dialog, name: str, names: tuple[str, ...]) -> None:
        driver = dialog.person.driver
        for summary in dialog.person.all(dialog.part("summary")):
            summary.click()
        assert untranslated(driver.execute_script(TEXTS, dialog.here), names) == []
        for width, height in WINDOWS:
            dialog.person.in_window(width, height)
            driver.save_screenshot(str(folder / f"{name.replace(' ', '-')}-pseudo-{width}.png"))
            assert dialog.overflow() == 0, name
            assert driver.execute_script(CUT, dialog.here) == []
            if "static_page" not in dialog.here:
                assert dialog.buttons_in_view(), name

    return look_at


def untranslated(texts: list[str], names: tuple[str, ...]) -> list[str]:
    """Return the texts in which a word has no accent, names that people gave left out."""
    left = []
    for text in texts:
        said = SAME.sub("", text)
        for name in names:
            said = said.replace(name, "")
        if PLAIN.search(said):
            left.append(text)
    return left


def names_of(workshop: Workshop, volume_id: str) -> tuple[str, ...]:
    """Return what people named in the dialog of a volume."""
    volume = workshop.owner.block_storage.get_volume(volume_id)
    attached = [each["server_id"] for each in volume.attachments]
    instances = [workshop.owner.compute.get_server(each).name for each in attached]
    devices = [each["device"] or "" for each in volume.attachments]
    given = [volume.name, volume.id, volume.volume_type, volume.status, *instances, *devices]
    return tuple(sorted(filter(None, given), key=len, reverse=True))


@pytest.mark.parametrize("state", STATES)
def test_a_longer_language_fits_into_create_snapshot(
    reader: Person, stage: Stage, look: Look, state: str
) -> None:
    volume = stage.get(state)
    reader.go(f"/project/volumes/?field=name&value={volume}")
    row = volumes(reader).row(volume)
    link = reader.until(
        lambda: reader.find_all(f"{row} a[href*='/create_snapshot/']")[0], "the row"
    )
    reader.driver.execute_script("arguments[0].click()", link)
    look(Dialog(reader).wait_open(), state, names_of(stage.workshop, volume))


def test_a_longer_language_fits_into_a_refused_form(
    reader: Person, stage: Stage, look: Look
) -> None:
    volume = stage.get("quota used up")
    reader.go(f"/project/volumes/{volume}/create_snapshot/")
    page = plain_page(reader)
    page.send()
    page.see(".sd-problem")
    look(page, "refused", names_of(stage.workshop, volume))


def test_a_longer_language_fits_into_create_volume(
    reader: Person, stage: Stage, look: Look
) -> None:
    snapshot = stage.workshop.owner.block_storage.get_snapshot(stage.get("snapshot"))
    reader.go(f"/project/volumes/create/?snapshot_id={snapshot.id}")
    page = plain_page(reader)
    page.see("form")
    look(page, "create volume", (snapshot.name, LONG_NAME))


@pytest.mark.parametrize("list_page", [volumes, snapshots])
def test_a_longer_language_leaves_the_lists_in_their_window(
    reader: Person, stage: Stage, list_page: Callable[[Person], object]
) -> None:
    stage.get("snapshot")
    path = "/project/volumes/" if list_page is volumes else "/project/snapshots/"
    for width, height in WINDOWS:
        reader.in_window(width, height)
        reader.go(path)
        heads = reader.until(lambda: reader.all("thead th"), "the table")
        assert untranslated([each.text for each in heads if each.text], ()) == []


@pytest.mark.parametrize("language", ["de", "fr"])
def test_a_dialog_speaks_the_persons_language(anna: Person, stage: Stage, language: str) -> None:
    speak(anna, language)
    anna.go(f"/project/volumes/{stage.get('shut off')}/create_snapshot/")
    dialog = plain_page(anna)
    ours = {each.msgid: each.msgstr for each in polib.pofile(str(messages.catalogue(language)))}
    wanted = ours["A snapshot is not a backup: it is kept on the same storage as the volume."]
    # A browser tells a space that may not be broken as any other.
    dialog.see(".sd-notes", wanted.replace("\xa0", " "))
    stocks = messages.stock(language)
    title = stocks[None, "Create Volume Snapshot"].msgstr
    assert dialog.see(".modal-title").text == title
    assert str(dialog.button.get_property("value")).startswith(title)
