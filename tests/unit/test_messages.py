# SPDX-License-Identifier: Apache-2.0
"""Every text is translatable, translations fit, and Horizon's texts are left to its catalogues.

Texts that a catalogue lacks are listed in a warning: contributors need not speak German or French.
For a release they are an error, see demo/release_check.py.
"""

import ast
import gettext
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils import translation

from demo import messages, pseudo
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.rules.attachment import Verdict

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("de", "fr")
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
# Ours, and stock's, that differ in case or in a full stop for a reason.
LIKE_STOCKS = {
    # Said in the middle of a sentence, where stock's is a word of a table.
    "detached",
    "unknown",
    # What a button says while it works, where stock's is a status.
    "Creating...",
    # What an instance was doing, in a column of ours, with a context that says so; stock's are
    # what it is doing now, or what a row says of a volume.
    "Detached",
    "Paused",
    "Running",
    "Shelved",
    "Shut off",
    "Suspended",
    "Restoring",
    "Updating",
    # What is said while it is being done, and of one of several that was not.
    "Attaching...",
    "Deleting...",
    "Updating...",
    "Failed",
    "Stop",
    # What kind of thing was found, with a context that says so.
    "Instance",
    "Project",
    "Snapshot",
    "User",
    "Volume",
    # Stands before an id; stock's is the head of a column.
    "Request ID:",
}


@pytest.fixture(scope="module")
def template() -> polib.POFile:
    """What translators are given."""
    return polib.pofile(str(messages.TEMPLATE))


def catalogue(language: str) -> polib.POFile:
    """Return what is translated into a language."""
    return polib.pofile(str(messages.catalogue(language)))


def translated(language: str) -> list[polib.POEntry]:
    """Return the texts of which there is a translation."""
    return [entry for entry in catalogue(language) if entry.translated()]


def test_what_the_catalogues_lack_is_listed() -> None:
    gaps = messages.gaps(messages.extracted())
    if gaps:
        head = "Listed only: see docs/development/new-text.rst. A release needs them."
        said = "\n  ".join([head, *gaps])
        warnings.warn(said, stacklevel=1)


def test_gaps_are_found(template: polib.POFile) -> None:
    before = len(messages.gaps(template))
    gone, *kept = template
    texts = polib.POFile()
    texts.extend([*kept, polib.POEntry(msgid="A text that nobody has translated")])
    found = messages.gaps(texts)
    assert len([each for each in found if "A text that nobody has translated" in each]) == 3
    assert (
        len([each for each in found if "no longer used" in each and gone.msgid[:50] in each]) == 3
    )
    assert len(found) >= before + 6


def said(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Return each form of a text with its translation."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    forms = sorted(entry.msgstr_plural.items())
    return [(entry.msgid if number == 0 else entry.msgid_plural, text) for number, text in forms]


@EVERY_LANGUAGE
def test_what_a_program_reads_in_a_text_is_the_same_in_its_translation(language: str) -> None:
    for entry in translated(language):
        for text, other in said(entry):
            before = Counter(messages.CODE.findall(text))
            assert Counter(messages.CODE.findall(other)) == before, text


@EVERY_LANGUAGE
def test_what_is_compiled_is_what_was_translated(language: str) -> None:
    place = messages.catalogue(language).with_suffix(".mo")
    with place.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in translated(language):
        if entry.msgid_plural:
            for count, form in ((1, 0), (5, 1)):
                found = compiled.ngettext(entry.msgid, entry.msgid_plural, count)
                assert found == entry.msgstr_plural[form], "Run: make messages"
        elif entry.msgctxt:
            found = compiled.pgettext(entry.msgctxt, entry.msgid)
            assert found == entry.msgstr, "Run: make messages"
        else:
            assert compiled.gettext(entry.msgid) == entry.msgstr, "Run: make messages"


@EVERY_LANGUAGE
def test_horizons_own_words_are_left_to_horizon(language: str) -> None:
    ours = {messages.key(entry) for entry in catalogue(language)}
    assert ours & set(messages.stock(language)) == set()


def test_no_text_differs_from_one_of_horizons_by_chance(template: polib.POFile) -> None:
    def plain(text: str) -> str:
        return text.lower().strip(" .:")

    stocks = {plain(text) for _context, text in messages.stock("de")}
    like = {entry.msgid for entry in template if plain(entry.msgid) in stocks}
    assert like == LIKE_STOCKS


def test_long_texts_are_rare(template: polib.POFile) -> None:
    assert [entry.msgid for entry in template if len(entry.msgid) > 260] == []


@EVERY_LANGUAGE
def test_a_person_reads_their_language_and_horizons_words_in_it(language: str) -> None:
    ours = {entry.msgid: entry.msgstr or entry.msgid for entry in catalogue(language)}
    with translation.override(language):
        assert str(problems.VOLUME_GONE.title) == ours["This volume no longer exists"]
        assert verdicts.brief(Verdict.RUNNING) == ours["attached to an instance that is running"]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    names = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def test_only_whole_texts_are_translated() -> None:
    for path in sorted((ROOT / "snapshot_dashboard").rglob("*.py")):
        for call in _calls(ast.parse(path.read_text("utf-8"))):
            first = call.args[0]
            assert isinstance(first, ast.Constant), f"{path}:{call.lineno}: not one literal text"


def test_a_text_has_one_plural() -> None:
    """A catalogue knows a text by its singular: another plural of it is never found."""
    plurals: dict[str, set[str]] = {}
    for path in sorted((ROOT / "snapshot_dashboard").rglob("*.py")):
        for call in _calls(ast.parse(path.read_text("utf-8"))):
            if isinstance(call.func, ast.Name) and call.func.id.startswith("ngettext"):
                one, many = (ast.unparse(each) for each in call.args[:2])
                plurals.setdefault(one, set()).add(many)
    assert {one: many for one, many in plurals.items() if len(many) > 1} == {}


class TestPseudo:
    def test_a_text_is_longer_and_in_brackets(self) -> None:
        text = "A snapshot is not a backup: it is kept on the same storage as the volume."
        made = pseudo.disguised(text)
        assert made[0] == "[" and made[-1] == "]"
        assert 1.3 * len(text) < len(made) < 1.5 * len(text)

    def test_what_a_program_reads_stays(self) -> None:
        text = '%(count)d of "%(name)s" %% <b>here</b> {name} %s'
        assert Counter(messages.CODE.findall(pseudo.disguised(text))) == Counter(
            messages.CODE.findall(text)
        )

    def test_a_catalogue_holds_ours_and_horizons(self, tmp_path: Path) -> None:
        place = pseudo.build(tmp_path) / "eo" / "LC_MESSAGES" / "django.mo"
        with place.open("rb") as file:
            compiled = gettext.GNUTranslations(file)
        for text in ("This volume no longer exists", "Create Volume Snapshot"):
            assert compiled.gettext(text) == pseudo.disguised(text)
