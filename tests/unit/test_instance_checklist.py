# SPDX-License-Identifier: Apache-2.0
"""The checklist for a new fact about an instance names every place that shows one or advises."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.layout import ROOT

PAGE = ROOT / "docs" / "development" / "new-fact-about-an-instance.rst"
PACKAGE = ROOT / "snapshot_dashboard"
TEMPLATES = ROOT / "templates"
# What an instance is read into, and what shows one.
NAMES = frozenset(
    {"Candidate", "Instance", "InstanceNode", "OwnedInstance"}
    | {"holder_lines", "holder_name", "holder_state", "instance_link", "instance_status"}
    | {"after_unlocking", "listed_instance", "unlock_first"}
)
MARKERS = frozenset({"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "pgettext_lazy"})
# What people are advised to do with an instance, or with a volume of one.
ADVICE = re.compile(
    r"\b(shut (it |down|off)|detach|unshelve|resume|start (the|it|or)|pause it|freeze)"
    r"|\bstop (writes|writing|the)",
    re.IGNORECASE,
)
TRANSLATED = re.compile(r"{%\s*(?:trans |blocktrans).*")


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKERS:
            for each in node.args:
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield each.value


def shows_an_instance(path: Path) -> bool:
    """Tell whether a module reads an instance or shows one."""
    return bool(NAMES & {*_names(ast.parse(path.read_text("utf-8")))})


def advises(path: Path) -> bool:
    """Tell whether a module or a template advises what to do with an instance."""
    text = path.read_text("utf-8")
    found = _texts(ast.parse(text)) if path.suffix == ".py" else TRANSLATED.findall(text)
    return any(ADVICE.search(each) for each in found)


MODULES = sorted(PACKAGE.rglob("*.py"))
PLACES = [
    *(str(path.relative_to(PACKAGE)) for path in MODULES if shows_an_instance(path)),
    *(str(path.relative_to(PACKAGE)) for path in MODULES if advises(path)),
    *(str(path.relative_to(ROOT)) for path in sorted(TEMPLATES.rglob("*.html")) if advises(path)),
]


@pytest.mark.parametrize("place", list(dict.fromkeys(PLACES)))
def test_each_place_is_on_the_checklist(place: str) -> None:
    named = re.findall(r"``([\w./]+)(?::\w+)?``", PAGE.read_text("utf-8"))
    assert place in named, f"Add {place} to {PAGE.relative_to(ROOT)}"


def test_the_places_are_found() -> None:
    for each in ("rules/attachment.py", "panels/common/attachment_state/verdicts.py"):
        assert each in PLACES
    assert "templates/snapshot_dashboard/common/_steps.html" in PLACES
    assert not advises(PACKAGE / "panels" / "common" / "dates.py")
