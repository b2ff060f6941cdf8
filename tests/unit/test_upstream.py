# SPDX-License-Identifier: Apache-2.0
"""The patches for Horizon are well formed, tested and listed; ``make upstream`` runs them."""

import re
from dataclasses import replace
from typing import Any

import pytest

from upstream import patches
from upstream.patches import FOLDER, Patch
from upstream.testing import Verdict

README = (FOLDER / "README.rst").read_text(encoding="utf-8")
EVERY = patches.every()
each = pytest.mark.parametrize("patch", EVERY, ids=lambda patch: patch.path.stem)


def test_patches_are_numbered_from_one_on() -> None:
    assert [patch.number for patch in EVERY] == [f"{n:04}" for n in range(1, len(EVERY) + 1)]
    assert EVERY


@each
def test_a_message_says_what_is_done_and_why(patch: Patch) -> None:
    assert 10 < len(patch.subject) <= 72
    assert patch.subject[0].isupper() and not patch.subject.endswith(".")
    assert len(patch.body.split()) > 40, "The reason, and what was measured"
    assert re.search(r"\d", patch.body), "What was measured"
    assert max(map(len, patch.body.splitlines())) <= 72
    assert not re.search("Closes-Bug|Change-Id|Signed-off-by", patch.message)


@each
def test_a_patch_changes_code_and_adds_tests_and_a_release_note(patch: Patch) -> None:
    assert patch.tests
    assert len(patch.notes) == 1
    tested = {name for name in patch.files if "test" in name}
    assert {*patch.files} - tested - {*patch.notes}


@each
def test_a_patch_is_listed_with_what_it_is_worth(patch: Patch) -> None:
    assert f"``{patch.path.name}``" in README
    assert f'"{patch.number}": ' in (FOLDER / "measuring.py").read_text(encoding="utf-8")
    for name in ("figures.rst", "last-run.rst"):
        assert patch.number in (FOLDER / name).read_text(encoding="utf-8")


def test_no_patch_is_listed_that_is_not_there() -> None:
    assert {*re.findall(r"``(\d{4}-[\w-]+\.patch)``", README)} == {
        patch.path.name for patch in EVERY
    }


GOOD = Verdict(EVERY[0], True, new=2, new_passed=2, needed=1, passed=50, failed=0)


@pytest.mark.parametrize(
    "wrong", [{"alone": False}, {"new_passed": 1}, {"needed": 0}, {"failed": 1}, {"new": 0}]
)
def test_a_patch_is_not_good_with_anything_wrong(wrong: dict[str, Any]) -> None:
    assert replace(GOOD, failed_before=1).good
    assert not replace(GOOD, **wrong).good
