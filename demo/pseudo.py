# SPDX-License-Identifier: Apache-2.0
"""Pseudo-localisation: every text is accented, in brackets and 40 % longer.

In it a text that nobody can translate shows up without brackets, and one that is cut off without
its closing bracket, whether by a lack of room or by the quotation mark that each has in it. It
takes Esperanto's place, which Django knows and Horizon does not offer.
"""

from pathlib import Path

import polib

from demo import messages

LANGUAGE = "eo"
_LONGER = 0.4
_FILLER = " õñé ţŵø ţĥŗéé ƒøũŗ ƒîvé šîẋ šévén éîĝĥţ nîné ţén"
_ACCENTED = str.maketrans("aceghilnorstuwyACEGILNORSTUY", "åçéĝĥîļñøŕšţũŵýÅÇÉĜÎĻÑØŔŠŢŨÝ")
_METADATA = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def disguised(text: str) -> str:
    """Return a text in the language; what a program reads in it stays as it is."""
    inner = text.strip()
    if not any(char.isalpha() for char in inner):
        return text
    said = "".join(
        part if _is_code(part) else part.translate(_ACCENTED) for part in messages.CODE.split(inner)
    )
    return text.replace(inner, f'["{said}{_filler(len(inner))}]')


def _is_code(part: str) -> bool:
    return messages.CODE.fullmatch(part) is not None


def _filler(length: int) -> str:
    wanted = max(1, round(length * _LONGER))
    return (_FILLER * (wanted // len(_FILLER) + 1))[:wanted].rstrip()


def build(folder: Path) -> Path:
    """Make the catalogue of our texts and of Horizon's in ``folder``; return the folder.

    It is for Django's LOCALE_PATHS, which come before the catalogues of any application.
    """
    ours = {messages.key(entry): entry for entry in polib.pofile(str(messages.TEMPLATE))}
    place = folder / LANGUAGE / "LC_MESSAGES"
    place.mkdir(parents=True, exist_ok=True)
    for domain, texts in (("django", ours), ("djangojs", {})):
        made = polib.POFile()
        made.metadata = _METADATA
        made.extend(_entry(each) for each in (messages.stock("de", domain) | texts).values())
        made.save_as_mofile(str(place / f"{domain}.mo"))
    return folder


def _entry(entry: polib.POEntry) -> polib.POEntry:
    if not entry.msgid_plural:
        said = disguised(entry.msgid)
        return polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, msgstr=said)
    forms = {0: disguised(entry.msgid), 1: disguised(entry.msgid_plural)}
    return polib.POEntry(
        msgid=entry.msgid,
        msgctxt=entry.msgctxt,
        msgid_plural=entry.msgid_plural,
        msgstr_plural=forms,
    )
