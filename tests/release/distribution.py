# SPDX-License-Identifier: Apache-2.0
"""Builds the distribution from the files of the checkout, committed or not."""

import shutil
import subprocess
import sys
from pathlib import Path

from demo.layout import ROOT


def project_files() -> list[Path]:
    """Return every file of the project, committed or not, but nothing that git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_symlink() or path.exists()]


def build(source: Path, *, version: str | None = None, wheel_only: bool = False) -> Path:
    """Copy the project to ``source`` and build there; return the folder of what was built.

    That is an sdist and a wheel made from it, or with ``wheel_only`` a wheel. ``version`` takes
    the place of the project's own.
    """
    for path in project_files():
        place = source / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place, follow_symlinks=False)
    if version is not None:
        _set_version(source / "snapshot_dashboard" / "__init__.py", version)
    what = ["--wheel"] if wheel_only else []
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", *what, str(source)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return source / "dist"


def wheel_in(folder: Path) -> Path:
    """Return the one wheel in a folder."""
    (wheel,) = folder.glob("*.whl")
    return wheel


def _set_version(module: Path, version: str) -> None:
    lines = module.read_text(encoding="utf-8").splitlines()
    changed = [
        f'__version__ = "{version}"' if line.startswith("__version__") else line for line in lines
    ]
    assert changed != lines, f"No version is set in {module}."
    module.write_text("\n".join([*changed, ""]), encoding="utf-8")
