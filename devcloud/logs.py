# SPDX-License-Identifier: Apache-2.0
"""Showing what a program wrote last before it failed."""

from pathlib import Path

_LINES = 15


def tail(path: Path, lines: int = _LINES) -> str:
    """The last lines of a log, indented, with its name above them."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        text = ""
    last = text.splitlines()[-lines:] or ["(empty)"]
    return "\n".join([f"The end of {path}:", *(f"    {line}" for line in last)])
