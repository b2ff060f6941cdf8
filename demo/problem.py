# SPDX-License-Identifier: Apache-2.0
"""What a person is told when something cannot go on, and what to do about it."""

from pathlib import Path

from devcloud.errors import DevcloudError


class Problem(DevcloudError):
    """The demo or the tests cannot go on; the text says why and what helps."""


def last_lines(path: Path, count: int = 15) -> str:
    """Return the last ``count`` lines of a log for an error message, indented."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return f"    ({path} was not written)"
    return "\n".join(f"    {line}" for line in lines[-count:])
