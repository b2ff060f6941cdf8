# SPDX-License-Identifier: Apache-2.0
"""Checks the browser's console and Horizon's log for unexpected entries during a test.

Everything else fails the test, even if the page looked right.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

# Known, harmless and not ours; each entry gets a comment that says whose it is.
# "Definitions": stock's Launch Instance asks the image service for metadata definitions of four
# kinds, and its server fails where there are none of a kind; the wizard goes on without.
ALLOWED_CONSOLE = (
    # How Horizon's script learns that the object of a row is gone.
    re.compile(r"action=row_update.* 404 "),
    re.compile(r"/api/glance/metadefs/namespaces/.* 500 "),
    re.compile(r"Possibly unhandled rejection.*max_workers must be greater than zero"),
)
ALLOWED_LOG = (re.compile(r"metadefs_namespace_full_list(.|\n)*max_workers must be greater"),)

SERIOUS = frozenset({"SEVERE", "ERROR"})
_TRACEBACK = re.compile(
    r"^Traceback \(most recent call last\):\n(?:^[ \t].*\n|^\n)*^.*$", re.MULTILINE
)


class Oracle:
    """Checks one test; a test that provokes an error allows it beforehand."""

    def __init__(self) -> None:
        self._console = list(ALLOWED_CONSOLE)
        self._log = list(ALLOWED_LOG)

    def allow_console(self, pattern: str) -> None:
        """Accept console messages in which this regular expression is found."""
        self._console.append(re.compile(pattern))

    def allow_log(self, pattern: str) -> None:
        """Accept tracebacks in which this regular expression is found."""
        self._log.append(re.compile(pattern))

    def complaints(self, console: Iterable[Mapping[str, Any]], log: str) -> list[str]:
        """Return what should not have happened: console errors, tracebacks in the log."""
        errors = [str(entry["message"]) for entry in console if entry["level"] in SERIOUS]
        return [
            *(f"console: {text}" for text in errors if not _matches(self._console, text)),
            *(f"log: {text}" for text in tracebacks(log) if not _matches(self._log, text)),
        ]


def tracebacks(log: str) -> list[str]:
    """Return each traceback of a log, with the line that names the exception."""
    return [match.group(0) for match in _TRACEBACK.finditer(log)]


def _matches(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
