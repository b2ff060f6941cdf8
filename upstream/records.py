# SPDX-License-Identifier: Apache-2.0
"""Writes results into files of this folder."""

import subprocess
from datetime import datetime, timezone
from pathlib import Path

from demo.layout import ROOT


def write(file: Path, title: str, what: str, table: str) -> None:
    """Write a table with its title, what it is about, the day and the commit."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False)  # noqa: S603
    said = f"{what} {datetime.now(timezone.utc):%Y-%m-%d}, at commit {commit.stdout.strip()}."
    lines = [".. SPDX-License-Identifier: Apache-2.0", "", title, "=" * len(title), "", said, ""]
    file.write_text("\n".join([*lines, table.rstrip(), ""]), encoding="utf-8")
