# SPDX-License-Identifier: Apache-2.0
"""Patterns of type names, as operators write them in settings."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase


def fitting(name: str, patterns: Iterable[str]) -> str | None:
    """Return the longest pattern that fits a name, None where none does."""
    return max((each for each in patterns if fnmatchcase(name, each)), key=len, default=None)
