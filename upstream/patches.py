# SPDX-License-Identifier: Apache-2.0
"""Reads the patch files of this folder: subjects, files and the tests that they add."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# The release that they are made for.
RELEASE = "27.0.0"
_SETTINGS = {
    "horizon": "horizon.test.settings",
    "openstack_dashboard": "openstack_dashboard.test.settings",
}


@dataclass(frozen=True)
class Patch:
    """One patch file."""

    path: Path

    @property
    def number(self) -> str:
        """Its place in the order."""
        return self.path.name.partition("-")[0]

    @cached_property
    def text(self) -> str:
        """What the file holds."""
        return self.path.read_text(encoding="utf-8")

    @property
    def message(self) -> str:
        """The commit message, subject and body."""
        return self.text.partition("\n---\n")[0]

    @property
    def subject(self) -> str:
        """The first line of the commit message; git folds a long one."""
        found = re.search(r"^Subject: \[PATCH\] (.+(?:\n .+)*)", self.message, re.MULTILINE)
        return found[1].replace("\n", "") if found else ""

    @property
    def body(self) -> str:
        """The commit message below the subject."""
        return self.message.partition("\n\n")[2].strip()

    @property
    def files(self) -> list[str]:
        """Each file that it changes or adds."""
        return re.findall(r"^\+\+\+ b/(\S+)$", self.text, re.MULTILINE)

    @property
    def notes(self) -> list[str]:
        """The release notes that it adds."""
        return [name for name in self.files if name.startswith("releasenotes/notes/")]

    @cached_property
    def tests(self) -> dict[str, list[str]]:
        """The names of the tests that it adds, by the module that has them."""
        found: dict[str, list[str]] = {}
        for name, changes in self._by_file():
            new = re.findall(r"^\+    def (test_\w+)", changes, re.MULTILINE)
            if new:
                found[name] = new
        return found

    def _by_file(self) -> Iterator[tuple[str, str]]:
        for part in re.split(r"^diff --git ", self.text, flags=re.MULTILINE)[1:]:
            found = re.search(r"^\+\+\+ b/(\S+)$", part, re.MULTILINE)
            if found:
                yield found[1], part


def every() -> list[Patch]:
    """Return all patches in the order in which they are applied."""
    return [Patch(path) for path in sorted(FOLDER.glob("[0-9]*.patch"))]


def settings_of(module: str) -> str:
    """Return the settings that Horizon runs a test module with."""
    return _SETTINGS[module.partition("/")[0]]
