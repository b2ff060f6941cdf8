# SPDX-License-Identifier: Apache-2.0
"""``make messages``: extracts, merges and compiles the catalogues of each language.

Runs in Horizon's environment. What Horizon itself translates is left to Horizon: its words stay
the same on our pages and on its own, in every language it speaks.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import polib

from demo.layout import ROOT, STATE
from demo.problem import Problem

FOLDER = ROOT / "snapshot_dashboard" / "locale"
TEMPLATE = FOLDER / "django.pot"
_PACKAGE = ROOT / "snapshot_dashboard"
_STOCK_APPLICATIONS = ("horizon", "openstack_auth", "openstack_dashboard")
_HEADER = "SPDX-License-Identifier: Apache-2.0\nTranslations of snapshot-dashboard."
_METADATA = {
    "Project-Id-Version": "snapshot-dashboard",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
_PLURAL_FORMS = "Plural-Forms"

# What a translation has to leave as it is: placeholders, markup, and what people type.
CODE = re.compile(r"(%\(\w+\)[sd]|%[%a-z]|\{\w*\}|<[^>]*>|&\w+;)")
# Characters of a text in a line of what is missing.
_SHOWN = 60

Key = tuple[str | None, str]


def key(entry: polib.POEntry) -> Key:
    """Return what a catalogue is looked up by: context and text."""
    return entry.msgctxt or None, entry.msgid


def catalogue(language: str) -> Path:
    """Return the file to translate for a language."""
    return FOLDER / language / "LC_MESSAGES" / "django.po"


def languages() -> list[str]:
    """Return the languages that there are catalogues for."""
    return sorted(path.parents[1].name for path in FOLDER.glob("*/LC_MESSAGES/django.po"))


def stock(language: str, domain: str = "django") -> dict[Key, polib.POEntry]:
    """Return what the installed Horizon translates in a language; "djangojs" is for scripts."""
    found = {}
    for application in _STOCK_APPLICATIONS:
        site = Path(__import__(application).__path__[0])
        for place in (site / "locale" / language / "LC_MESSAGES").glob(f"{domain}.po"):
            translated = (entry for entry in polib.pofile(str(place)) if entry.translated())
            found.update({key(entry): entry for entry in translated})
    return found


def plural_forms(language: str) -> str:
    """Return how many plural forms a language has, and when to use which, as Horizon says it.

    Django merges Horizon's catalogue and ours, so that both have to say the same. Raises Problem
    when Horizon does not speak the language.
    """
    site = Path(__import__(_STOCK_APPLICATIONS[0]).__path__[0])
    place = site / "locale" / language / "LC_MESSAGES" / "django.po"
    if not place.exists():
        raise Problem(
            f"Horizon has no catalogue for {language}. Is this its name for the language?"
        )
    return polib.pofile(str(place)).metadata[_PLURAL_FORMS]


def gaps(texts: polib.POFile) -> list[str]:
    """Return what the catalogues lack of these texts, one line each; none when they are complete.

    ``texts`` are those of the sources, see :func:`extracted`. Contributors may leave gaps, a
    release may not: see docs/development/new-text.rst.
    """
    wanted = [key(entry) for entry in texts]
    files = [TEMPLATE, *map(catalogue, languages())]
    found = []
    for place in files:
        known = {key(entry): entry for entry in polib.pofile(str(place))}
        done = {name for name, entry in known.items() if place == TEMPLATE or entry.translated()}
        name = place.relative_to(FOLDER)
        found += [f"{name}: missing: {_start(each)}" for each in wanted if each not in done]
        found += [f"{name}: no longer used: {_start(each)}" for each in known if each not in wanted]
    return found


def _start(name: Key) -> str:
    """Return as much of a text as fits on a line."""
    return repr(name[1][:_SHOWN])


def extracted() -> polib.POFile:
    """Read every text of the package that can be translated and that Horizon does not have.

    Raises Problem when GNU gettext is missing.
    """
    STATE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STATE) as folder:
        # A copy, because templates are reached by a link, which makemessages does not follow.
        source = Path(folder) / "snapshot_dashboard"
        shutil.copytree(
            _PACKAGE, source, ignore=shutil.ignore_patterns("locale", "static", "*.pyc")
        )
        (source / "locale").mkdir()
        command = [sys.executable, "-W", "ignore", "-m", "django", "makemessages"]
        command += ["--locale=en", "--keep-pot", "--no-wrap", "--add-location=file"]
        done = subprocess.run(  # noqa: S603 - Django's own command
            command,
            cwd=source,
            env={key: value for key, value in os.environ.items() if "SETTINGS" not in key},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Problem(f"The texts cannot be read. Is gettext installed?\n{done.stderr}")
        found = polib.pofile(str(source / "locale" / "django.pot"), wrapwidth=0)
    known = {name for language in languages() for name in stock(language)}
    return _new(_METADATA, (entry for entry in found if key(entry) not in known))


def _new(metadata: dict[str, str], entries: Iterable[polib.POEntry]) -> polib.POFile:
    made = polib.POFile(wrapwidth=0)
    made.header = _HEADER
    made.metadata = metadata
    made.extend(entries)
    return made


def updated(language: str, template: polib.POFile) -> polib.POFile:
    """Return a language's catalogue with the template's texts, translated where it was before."""
    place = catalogue(language)
    before = {key(entry): entry for entry in polib.pofile(str(place))} if place.exists() else {}
    forms = plural_forms(language)
    metadata = {**_METADATA, "Language": language, _PLURAL_FORMS: forms}
    fresh = _new(metadata, [])
    for entry in template:
        old = before.get(key(entry))
        fresh.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                msgid_plural=entry.msgid_plural,
                msgstr=old.msgstr if old else "",
                msgstr_plural=_plurals(entry, old, forms),
                occurrences=entry.occurrences,
                comment=entry.comment,
                tcomment=old.tcomment if old else "",
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
            )
        )
    return fresh


def _plurals(entry: polib.POEntry, old: polib.POEntry | None, forms: str) -> dict[int, str]:
    if not entry.msgid_plural:
        return {}
    if old and old.msgstr_plural:
        return dict(old.msgstr_plural)
    count = forms.partition("=")[2].partition(";")[0]
    return dict.fromkeys(range(int(count)), "")


def main() -> int:
    """Bring every catalogue up to date; return the exit code."""
    wanted = sorted({*languages(), *sys.argv[1:]})
    try:
        template = extracted()
        catalogues = {language: updated(language, template) for language in wanted}
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    template.save(str(TEMPLATE))
    print(f"{len(template):4} texts of ours")
    for language, current in catalogues.items():
        place = catalogue(language)
        place.parent.mkdir(parents=True, exist_ok=True)
        current.save(str(place))
        current.save_as_mofile(str(place.with_suffix(".mo")))
        print(f"{len(current.untranslated_entries()):4} of them not translated: {language}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
