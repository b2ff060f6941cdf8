# SPDX-License-Identifier: Apache-2.0
"""The example of "Add a feature" in the documentation is a feature that works.

It is put into a copy of the checkout. What its texts say is tested there by its own tests, and
that it keeps the rules by the linters and by tests that look at every feature.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from demo.layout import ROOT
from tests.release.distribution import project_files

EXAMPLE = ROOT / "docs" / "development" / "example"
PAGE = ROOT / "docs" / "development" / "add-a-feature.rst"
CHANGES = "changes.diff"
OWN = ("tests/unit/rules/test_checked.py", "tests/unit/panels/features/mark_checked")
# Of the tests that look at every feature, those about the example.
ABOUT_IT = "checked or whatever_writes_in_the_cloud"
# Tests that find a feature by themselves; the page names them.
OF_EVERY_FEATURE = (
    "tests/unit/test_attributes.py",
    "tests/unit/panels/common/test_audit.py",
    "tests/unit/panels/test_bounded_calls.py",
    "tests/unit/panels/test_causes.py",
    "tests/unit/panels/test_closed_panels.py",
    "tests/unit/panels/test_objects_gone.py",
    "tests/unit/panels/test_own_pages.py",
    "tests/unit/panels/test_rows_elsewhere.py",
    "tests/unit/panels/test_scope.py",
)
FILES = [path for path in sorted(EXAMPLE.rglob("*")) if path.is_file()]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout with the example in it."""
    place = tmp_path_factory.mktemp("example")
    for path in project_files():
        target = place / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target, follow_symlinks=False)
    for path in FILES:
        if path.name != CHANGES:
            target = place / path.relative_to(EXAMPLE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
    # Without a repository around it, git takes the names in the file as they are.
    outside = {**os.environ, "GIT_CEILING_DIRECTORIES": str(place.parent)}
    done = _run(place, "git", "apply", "-C1", str(EXAMPLE / CHANGES), env=outside)
    assert done.returncode == 0, f"Write {EXAMPLE / CHANGES} anew:\n{done.stderr}"
    return place


def _run(
    place: Path, *command: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=place, capture_output=True, text=True, env=env)


def _tool(name: str) -> str:
    found = Path(sys.executable).with_name(name)
    assert found.exists(), f"{name} is not installed; run: python3 -m demo test lint"
    return str(found)


@pytest.mark.parametrize("options", [("check",), ("format", "--check")])
def test_it_looks_like_the_other_code(copy: Path, options: tuple[str, ...]) -> None:
    names = [str(each.relative_to(EXAMPLE)) for each in FILES if each.suffix == ".py"]
    changed = ["snapshot_dashboard/panels/project/snapshots"]
    done = _run(copy, _tool("ruff"), *options, "--no-cache", *names, *changed)
    assert done.returncode == 0, done.stdout


def test_it_keeps_the_contracts_between_rooms(copy: Path) -> None:
    done = _run(copy, _tool("lint-imports"), "--no-cache")
    assert done.returncode == 0, done.stdout


def test_its_tests_and_those_of_every_feature_pass(copy: Path) -> None:
    # A worker of a run that goes on says things in the environment that are true of it alone.
    own = {key: said for key, said in os.environ.items() if not key.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-q", "-k", ABOUT_IT]
    done = _run(copy, *command, *OWN, *OF_EVERY_FEATURE, env=own)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    ran = int(re.findall(r"(\d+) passed", done.stdout)[-1])
    assert ran > len(OWN) + len(OF_EVERY_FEATURE), "The example is not found by each of them"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(EXAMPLE)))
def test_the_page_shows_each_file(path: Path) -> None:
    assert f".. literalinclude:: example/{path.relative_to(EXAMPLE)}\n" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", OF_EVERY_FEATURE)
def test_the_page_names_the_tests_that_find_every_feature(name: str) -> None:
    assert f"``{name}``" in PAGE.read_text("utf-8")
