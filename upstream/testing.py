# SPDX-License-Identifier: Apache-2.0
"""Runs Horizon's own tests on the patched source, and tells what became of them."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.problem import Problem
from demo.processes import Children
from demo.progress import say
from upstream import trees
from upstream.patches import Patch, every, settings_of

HEADINGS = ("Patch", "Fits alone", "New tests", "Fail without it", "Tests of its modules")


@dataclass(frozen=True)
class Outcome:
    """The tests of a module: the names of those that passed and of those that did not."""

    passed: frozenset[str]
    failed: frozenset[str]


@dataclass(frozen=True)
class Verdict:
    """What is known of one patch after all tests."""

    patch: Patch
    alone: bool
    new: int
    new_passed: int
    needed: int
    passed: int
    failed: int
    failed_before: int = 0

    @property
    def good(self) -> bool:
        """Whether it fits, adds a test that it is needed for, and breaks nothing."""
        return self.alone and 0 < self.new == self.new_passed and self.needed > 0 == self.failed

    def cells(self) -> tuple[str, ...]:
        """Return what a table says of it, in the order of HEADINGS."""
        tests = f"{self.passed} passed" + (f", {self.failed} FAILED" if self.failed else "")
        if self.failed_before:
            tests += f", {self.failed_before} that the release fails, too"
        return (
            f"{self.patch.number} {self.patch.subject}",
            "yes" if self.alone else "NO",
            f"{self.new_passed} of {self.new} passed",
            f"{self.needed} of {self.new}",
            tests,
        )


def verdicts(children: Children) -> list[Verdict]:
    """Apply and test all patches.

    Raises Problem when one does not apply, or nothing can be installed or downloaded.
    """
    patches = every()
    recipe = trees.environment(children)
    released = trees.released(recipe, children)
    patched = trees.copied(released, "patched")
    # What the new tests say of Horizon as it is shows that they are able to fail.
    unmended = trees.copied(released, "unmended")
    for patch in patches:
        trees.apply(patch, patched)
        trees.apply(patch, unmended, only=patch.tests)
    modules = sorted({module for patch in patches for module in patch.tests})
    with_them = {module: _outcome(recipe.python, patched, module) for module in modules}
    without = {
        module: _outcome(recipe.python, unmended, module, _names(patches, module, outcome))
        for module, outcome in with_them.items()
    }
    return [_verdict(patch, released, with_them, without) for patch in patches]


def _names(patches: Sequence[Patch], module: str, outcome: Outcome) -> list[str]:
    """Return which tests of a module are run without the patches: new ones, and what failed."""
    new = [name for patch in patches for name in patch.tests.get(module, [])]
    return [*new, *sorted(outcome.failed)]


def _verdict(
    patch: Patch, released: Path, with_them: Mapping[str, Outcome], without: Mapping[str, Outcome]
) -> Verdict:
    new = [(module, name) for module, names in patch.tests.items() for name in names]
    failed = [(module, name) for module in patch.tests for name in with_them[module].failed]
    before = [each for each in failed if each not in new and each[1] in without[each[0]].failed]
    return Verdict(
        patch,
        trees.applies(patch, released),
        new=len(new),
        new_passed=sum(name in with_them[module].passed for module, name in new),
        needed=sum(name in without[module].failed for module, name in new),
        passed=sum(len(with_them[module].passed) for module in patch.tests),
        failed=len(failed) - len(before),
        failed_before=len(before),
    )


def _outcome(python: Path, tree: Path, module: str, names: Sequence[str] = ()) -> Outcome:
    """Run one test module as Horizon's tox does, or those ``names`` of it.

    Raises Problem when none of them ran.
    """
    say("horizon", f"{tree.name}: {module}")
    report = tree / "report.xml"
    report.unlink(missing_ok=True)
    command: list[str | Path] = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += [f"--ds={settings_of(module)}", f"--junitxml={report}", module]
    if names:
        command += ["-k", " or ".join(names)]
    done = subprocess.run(  # noqa: S603 - the command is our own
        command, cwd=tree, capture_output=True, text=True, check=False
    )
    log = tree.parent / f"{tree.name}-{module.removesuffix('.py').replace('/', '.')}.log"
    log.write_text(done.stdout + done.stderr, encoding="utf-8")
    outcome = _read(report)
    if not outcome.passed | outcome.failed:
        raise Problem(f"No test of {module} ran; see {log}.")
    return outcome


def _read(report: Path) -> Outcome:
    passed: set[str] = set()
    failed: set[str] = set()
    cases = ET.parse(report).iter("testcase") if report.exists() else ()  # noqa: S314 - our own
    for case in cases:
        wrong = case.find("failure") is not None or case.find("error") is not None
        # Of one that failed and could not be cleaned up, too, there are two entries.
        (failed if wrong else passed).add(case.get("name", ""))
    return Outcome(frozenset(passed - failed), frozenset(failed))
