# SPDX-License-Identifier: Apache-2.0
"""Writes, recognises and removes the enabled files in a Horizon.

Each is one line that imports its namesake of this package. So it never goes stale at an upgrade,
and fails as an ImportError, which Horizon survives, when the package is gone.
"""

from __future__ import annotations

import enum
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_OURS = Path(__file__).resolve().parent / "enabled"
_MARK = '# Made by "python -m snapshot_dashboard enable"; "disable" removes it.'
# The files of the first release, which were copied by hand (SHA-256).
_COPIES = frozenset(
    {
        "8e6cebbdf84cef7fce717ac6cfb3a81550529c9afaecfd80274c6a561928c884",
        "97a0557a023e9fee0dc1f7c2e6c9a55c61fe1e378be2a1cff434db8b9f7e381e",
        "cd6e0b39a60b68e4d3e0397a3a20095e7fc499675feb442dfd36352fde4f6aaa",
        "1df1aec52377d636fadc97c7b807f025617a2fec9e86bceb44ce94285aecc170",
        "faea8ec8d46d797f644c4fafdf1a44883b3794abb7c2c355e21b29bbd3be0299",
    }
)
# Horizon does not survive a file that it may not read, whatever the umask of who enables.
_READABLE = 0o644


class InstallationProblem(Exception):
    """An error that stops the command; its text says why and what to do."""


class FileState(enum.Enum):
    """The state of one of our file names in Horizon's folder."""

    ABSENT = "absent"
    CURRENT = "current"
    OLD = "one of ours in an older form"
    FOREIGN = "somebody else's"


@dataclass(frozen=True, slots=True)
class EnabledFile:
    """One of our enabled files and its place in Horizon."""

    path: Path

    @property
    def name(self) -> str:
        """The module's name, which says what the file stands for."""
        return self.path.stem

    @property
    def text(self) -> str:
        """What the file holds."""
        return (
            "# SPDX-License-Identifier: Apache-2.0\n"
            f"{_MARK}\n"
            f"from snapshot_dashboard.enabled.{self.name} import *  # noqa: F403\n"
        )

    @property
    def state(self) -> FileState:
        """What is there now."""
        if not os.path.lexists(self.path):
            return FileState.ABSENT
        if self.path.is_symlink():
            return (
                FileState.OLD
                if self.path.resolve().parent == _OURS.resolve()
                else FileState.FOREIGN
            )
        try:
            found = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return FileState.FOREIGN
        if found == self.text:
            return FileState.CURRENT
        copied = hashlib.sha256(found.encode()).hexdigest() in _COPIES
        return FileState.OLD if copied or _MARK in found else FileState.FOREIGN

    def make(self) -> None:
        """Write the file; never over one that appeared meanwhile.

        :raises FileExistsError: there is a file of this name.
        """
        with self.path.open("x", encoding="utf-8") as file:
            file.write(self.text)
        self.path.chmod(_READABLE)


def folder_of_horizon() -> Path:
    """Return ``openstack_dashboard/local/enabled`` of the Horizon that this Python would use.

    :raises Problem: there is none.
    """
    found = find_spec("openstack_dashboard")
    places = found.submodule_search_locations if found else None
    if not places:
        raise InstallationProblem(
            "This Python has no Horizon (package openstack_dashboard). Use the Python that runs "
            "Horizon, or name the folder: --folder .../openstack_dashboard/local/enabled"
        )
    return Path(next(iter(places))) / "local" / "enabled"


def switches(folder: Path) -> list[EnabledFile]:
    """Return every file of ours with its place in ``folder``.

    :raises Problem: the folder does not exist.
    """
    if not folder.is_dir():
        raise InstallationProblem(f"There is no folder {folder}. Name Horizon's own: --folder")
    return [EnabledFile(folder / file.name) for file in sorted(_OURS.glob("_[0-9]*.py"))]


def enable(folder: Path) -> Iterator[str]:
    """Make each file that is missing; yield a line for each.

    :raises Problem: the folder is not there or may not be written.
    """
    for switch in switches(folder):
        state = switch.state
        if state is FileState.CURRENT:
            yield f"kept     {switch.path} (already there)"
        elif state is FileState.FOREIGN:
            yield f"left     {switch.path}: it is not ours, so what it says goes on to hold"
        else:
            with _explained(switch):
                if state is FileState.OLD:
                    switch.path.unlink()
                switch.make()
            yield f"{'renewed' if state is FileState.OLD else 'made':<8} {switch.path}"


def disable(folder: Path) -> Iterator[str]:
    """Remove each file that is ours; yield a line for each that is there.

    :raises Problem: the folder is not there or may not be written.
    """
    for switch in switches(folder):
        state = switch.state
        if state is FileState.FOREIGN:
            yield f"left     {switch.path}: it is not ours"
        elif state is not FileState.ABSENT:
            with _explained(switch):
                switch.path.unlink()
            yield f"removed  {switch.path}"


@contextmanager
def _explained(switch: EnabledFile) -> Iterator[None]:
    """Turn a refusal of the file system into a problem with advice."""
    folder = switch.path.parent
    try:
        yield
    except OSError as error:
        raise InstallationProblem(
            f"{error.strerror}: {error.filename or folder}. "
            f"Run this as a user who may write into {folder}."
        ) from error
