# SPDX-License-Identifier: Apache-2.0
"""Cells, final lines and file names of the CSV files.

Names and descriptions come from anybody, and spreadsheets take text for a formula by its first
character. The files are to be written with every cell quoted (``csv.QUOTE_ALL``): line breaks
stay inside their cell then.

A spreadsheet divides cells at what its own settings say, not at what a file was written with. At
another character than the file's own, quotation marks hold nothing together: what follows any
separator in a name may become a cell, and lose a quotation mark in front.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timezone

_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
# Tabs are no part of it: none is left in a cell.
SEPARATORS = (",", ";")
_PARTS = re.compile(f"([{''.join(SEPARATORS)}\n])")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 120
_LONGEST_WHAT = 40


def defused(value: str | float | datetime | None) -> str:
    """Return the text of a cell, which no spreadsheet takes for a formula.

    Numbers and dates (with a time zone) are ours and stay as they are, dates in UTC. Text that
    begins like a formula gets an apostrophe in front, and so does what follows a line break or
    one of the separators: a cell would begin there.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
    if not isinstance(value, str):
        return str(value)
    return "".join(_guarded(part) for part in _PARTS.split(_clean(value)))


def _clean(text: str) -> str:
    """Keep line breaks as line feeds, and no other control character.

    Half a surrogate pair is replaced: it could not be written to a file.
    """
    kept = []
    for char in _BREAKS.sub("\n", text).replace("\t", " "):
        category = unicodedata.category(char)
        if category == "Cs":
            kept.append("\ufffd")
        elif category != "Cc" or char == "\n":
            kept.append(char)
    return "".join(kept)


def _guarded(part: str) -> str:
    """Put an apostrophe before what begins like a formula, also behind what does not stay.

    That is what nobody sees, and quotation marks. Full-width and other variants of the signs
    count: spreadsheets may read them as the plain ones.
    """
    seen = next((char for char in part if not _passing(char)), "")
    sign = unicodedata.normalize("NFKC", seen).startswith(("=", "+", "-", "@"))
    return f"'{part}" if sign else part


def _passing(char: str) -> bool:
    return char == '"' or unicodedata.category(char)[0] in "ZC"


def complete(rows: int) -> str:
    """Return the last line of a file that holds everything."""
    return f"# complete, {rows} rows"


def incomplete(reason: str) -> str:
    """Return the last line of a file that broke off, on one line whatever the reason says."""
    return defused(f"# INCOMPLETE: {' '.join(_clean(reason).split())}")


def file_name(what: str, region: str, filters: Mapping[str, str], moment: datetime) -> str:
    """Return a name that tells a file's content, date (in UTC), region and filters.

    Safe on every file system: at most 120 of A-Z, a-z, 0-9, ".", "_" and "-". Filters that do
    not fit are cut off, the date and the extension never.
    """
    parts = (
        _safe(what)[:_LONGEST_WHAT] or "list",
        f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H%MZ}",
        _safe(region),
        *(_safe(f"{key}-{value}") for key, value in filters.items() if value),
    )
    extension = ".csv"
    return "_".join(filter(None, parts))[: _LONGEST_NAME - len(extension)] + extension


def _safe(text: str) -> str:
    # No dot or dash in front: a hidden file, or an option of whatever opens it.
    return _NOT_IN_NAMES.sub("-", text).strip("-.")
