# SPDX-License-Identifier: Apache-2.0
"""``make release-check``: what is missing for a release.

The steps of a release are in docs/development/release.rst. Runs in Horizon's environment.
"""

import re
import subprocess
import sys
from collections.abc import Iterator

from demo import messages
from demo.layout import ROOT
from demo.problem import Problem
from snapshot_dashboard import __version__

NOTES = ROOT / "docs" / "release-notes.rst"
LAST_FULL_RUN = ROOT / "tests" / "last-full-run.rst"
# What is in the wheel, and what makes it.
_RELEASED = ("enabled", "setup.cfg", "setup.py", "snapshot_dashboard", "static", "templates")
_SECTION = re.compile(r"^(.+)\n=+$", re.MULTILINE)


def missing() -> list[str]:
    """Return what is missing, one line each.

    Raises Problem when the texts of the sources cannot be read.
    """
    return [
        *messages.gaps(messages.extracted()),
        *notes(NOTES.read_text("utf-8")),
        *tag(),
        *full_run(),
    ]


def notes(text: str) -> Iterator[str]:
    """Tell whether the newest section of the release notes is that of this version."""
    # The first heading is the title of the page.
    newest = _SECTION.findall(text)[1]
    if newest != __version__:
        yield f"{NOTES.relative_to(ROOT)}: the first section is {newest!r}, not {__version__!r}"


def tag() -> Iterator[str]:
    """Tell whether another commit has been released under this version."""
    command = ["git", "-C", str(ROOT), "tag", "--list", __version__, "--no-contains", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        yield f"The tags cannot be read: {done.stderr.strip()}"
    elif done.stdout.strip():
        yield f"The tag {__version__} exists already: give this release another version"


def full_run() -> Iterator[str]:
    """Tell whether every test has passed, those too that CI leaves out, since the last change."""
    name = LAST_FULL_RUN.relative_to(ROOT)
    said = LAST_FULL_RUN.read_text("utf-8") if LAST_FULL_RUN.exists() else ""
    commit = re.search(r"at commit (\w+), on", said)
    if not commit or "FAILED" in said:
        yield f"{name}: no run of a committed checkout in which all passed: `make test-all`"
        return
    command = ["git", "-C", str(ROOT), "diff", "--quiet", commit[1], "HEAD", "--", *_RELEASED]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:  # noqa: S603
        yield f"{name}: there were changes since {commit[1]}: `make test-all`"


def main() -> int:
    """Print what is missing; return the exit code."""
    try:
        found = missing()
    except Problem as problem:
        found = [str(problem)]
    for each in found:
        print(each)
    if not found:
        print(f"{__version__} can be released.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
