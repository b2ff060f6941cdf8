# SPDX-License-Identifier: Apache-2.0
"""What the documentation for developers names exists: files, and names in them."""

import re
from pathlib import Path

import pytest

from demo.layout import ROOT

PACKAGE = ROOT / "snapshot_dashboard"
PAGES = [ROOT / "CONTRIBUTING.rst", *sorted((ROOT / "docs" / "development").glob("*.rst"))]
# In the package, and named without it.
ROOMS = ("panels", "cloud", "rules")
FOLDERS = (
    *("bench", "contrib", "demo", "devcloud", "docs", "enabled", "snapshot_dashboard", "static"),
    *("templates", "tests", "upstream"),
)
LITERAL = re.compile(rf"``((?:{'|'.join((*ROOMS, *FOLDERS))})/[^`\s]*)``")
# Stands for any name; nothing can be looked up from there on.
OPEN = re.compile(r"<\w+>")


def named(text: str) -> list[str]:
    """Return the files and folders that a page names."""
    return LITERAL.findall(text)


def mistake(said: str) -> str:
    """Return what is wrong with a file, or with "file:name"; empty for nothing."""
    path, _colon, name = said.partition(":")
    known = OPEN.split(path)[0]
    place = (PACKAGE if path.partition("/")[0] in ROOMS else ROOT) / known
    if OPEN.search(path) and not known.endswith("/"):
        place = place.parent
    if not place.exists():
        return f"{said}: there is no such file"
    if name and not re.search(rf"\b{re.escape(name)}\b", place.read_text("utf-8")):
        return f"{said}: the file has no such name"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page: Path) -> None:
    found = [mistake(each) for each in named(page.read_text("utf-8"))]
    assert [each for each in found if each] == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("rules/attachment.py", ""),
        ("rules/attachment.py:Instance", ""),
        ("rules/attachment.py:Machine", "the file has no such name"),
        ("rules/machine.py", "there is no such file"),
        ("rules/<name>.py", ""),
        ("panels/features/<feature>/views.py", ""),
        ("panels/abilities/<feature>/views.py", "there is no such file"),
        ("tests/unit/", ""),
    ],
)
def test_what_does_not_exist_would_be_found(said: str, wrong: str) -> None:
    assert named(f"See ``{said}``.") == [said]
    assert mistake(said).endswith(wrong) and bool(mistake(said)) is bool(wrong)
