# SPDX-License-Identifier: Apache-2.0
"""The documentation builds, shows pictures that exist, and quotes texts that exist."""

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from demo.layout import ROOT

DOCS = ROOT / "docs"
IMAGES = DOCS / "images"
GUIDE = DOCS / "using-snapshots.rst"
README = ROOT / "README.rst"
PAGES = sorted(DOCS.rglob("*.rst"))

# Our functions that mark a text for translation, under the names that they are imported by.
MARKERS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"}
# {% trans "..." %} and {% blocktrans ... %}...{% endblocktrans %}.
TRANS = re.compile(r'(?:{%\s*trans |\b_\()"([^"]+)"')
BLOCKTRANS = re.compile(r"{%\s*blocktrans[^%]*%}(.*?){%\s*endblocktrans", re.DOTALL)
MSGID = re.compile(r'^msgid(?:_plural)? ((?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE)
ROLE = re.compile(r":(guilabel|menuselection):`([^`]+)`")
IMAGE = re.compile(r"^\.\. image:: (\S+)", re.MULTILINE)
# What the glossary rules out, and the tone that it asks for.
UNWANTED = re.compile(
    r"!|\b(servers?|VMs?|cinder|nova|administrators?|operators?|please|simply|sorry|we|our)\b",
    re.IGNORECASE,
)


# Names of papers that are not in the repository, in the forms in which they were cited.
PAPER = re.compile(
    r"\(facts: (?!\w*Facts\b)|\bfacts \d|\bfacts/\w|\bUX\.? ?\d|\bDESIGN\b|\b[Ii]ssues? #?\d"
    r"|\b[Ss]tory S\d"
)
SOURCES = (
    *("snapshot_dashboard", "templates", "static", "tests"),
    *("demo", "bench", "devcloud", "docs", "upstream"),
)


def one_line(text: str) -> str:
    """Return a text as it is read: line breaks in a source are spaces."""
    return " ".join(text.split())


def quoted(page: Path) -> set[str]:
    """Return the texts of buttons, fields, menus and messages that a page speaks of."""
    return {
        one_line(part)
        for role, text in ROLE.findall(page.read_text(encoding="utf-8"))
        for part in (text.split("-->") if role == "menuselection" else [text])
    }


def _of_python() -> Iterator[str]:
    for file in (ROOT / "snapshot_dashboard").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKERS:
                yield from (
                    each.value
                    for each in node.args
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


def _of_templates() -> Iterator[str]:
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        yield from TRANS.findall(text)
        yield from BLOCKTRANS.findall(text)


def _of_horizon() -> Iterator[str]:
    """Every catalogue holds the English texts; German is a complete one."""
    for package in ("horizon", "openstack_dashboard"):
        spec = find_spec(package)
        assert spec and spec.submodule_search_locations
        for folder in spec.submodule_search_locations:
            for file in Path(folder).glob("locale/de/LC_MESSAGES/*.po"):
                for literals in MSGID.findall(file.read_text(encoding="utf-8")):
                    yield ast.literal_eval(f"({literals})")


@functools.cache
def known() -> frozenset[str]:
    """Return every text that our pages or Horizon's can show, in English."""
    return frozenset(
        one_line(text) for source in (_of_python, _of_templates, _of_horizon) for text in source()
    )


def prose(page: Path) -> str:
    """Return a page without its commands and addresses."""
    text = re.sub(r"::\n\n(?: +.*\n|\n)+", "\n\n", page.read_text(encoding="utf-8"))
    text = re.sub(r"``[^`]+``", "", text)
    return re.sub(r"^\.\. (?!image).*$", "", text, flags=re.MULTILINE)


def pictures(page: Path) -> set[Path]:
    """Return the files of the pictures on a page."""
    names = IMAGE.findall(page.read_text(encoding="utf-8"))
    return {(page.parent / name).resolve() for name in names}


def test_it_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("sphinx")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "dummy"]
    done = subprocess.run(
        [*command, "-d", str(tmp_path / "doctrees"), str(DOCS), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", [*PAGES, README], ids=lambda page: page.name)
def test_pictures_exist(page: Path) -> None:
    assert [str(each) for each in pictures(page) if not each.is_file()] == []


def test_each_picture_is_used() -> None:
    shown = set().union(*(pictures(page) for page in (*PAGES, README)))
    assert {each.name for each in IMAGES.iterdir()} == {each.name for each in shown}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_quoted_texts_are_on_the_pages(page: Path) -> None:
    assert sorted(quoted(page) - known()) == []


def test_a_text_that_nobody_shows_would_be_found() -> None:
    assert "Create Snapshot" in known()
    assert "Create Volume Snapshot (Force)" in known()
    assert "Create Volume Snapshot (by Force)" not in known()
    assert len(quoted(GUIDE)) > 50


def test_the_guide_uses_the_words_of_the_glossary() -> None:
    assert [match.group() for match in UNWANTED.finditer(prose(GUIDE))] == []


def test_an_unwanted_word_would_be_found_but_not_in_a_command() -> None:
    assert UNWANTED.search("The server is down!")
    assert "fsfreeze" in GUIDE.read_text(encoding="utf-8")
    assert "fsfreeze" not in prose(GUIDE)


def test_each_page_names_the_licence() -> None:
    marker = ".. SPDX-License-Identifier: Apache-2.0\n"
    assert [
        page.name for page in PAGES if not page.read_text(encoding="utf-8").startswith(marker)
    ] == []


def _written() -> Iterator[Path]:
    """Yield the files that people have written, but for this one, which names what it looks for."""
    for folder in SOURCES:
        for suffix in ("py", "html", "js", "scss", "rst"):
            yield from (ROOT / folder).rglob(f"*.{suffix}")
    yield from ROOT.glob("*.rst")


def test_no_text_refers_to_a_paper_outside_the_repository() -> None:
    own = Path(__file__).resolve()
    found = [
        f"{file.relative_to(ROOT)}: {match.group()}"
        for file in _written()
        if file.resolve() != own
        for match in PAPER.finditer(file.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "cited", ["# Refused (facts: 3.44)", "see facts 25", "facts/horizon.md", "UX 3.13", "issue 13"]
)
def test_such_a_reference_would_be_found(cited: str) -> None:
    assert PAPER.search(cited)
    assert not PAPER.search("def of_snapshot(facts: SnapshotFacts) -> str:")
