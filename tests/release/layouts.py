# SPDX-License-Identifier: Apache-2.0
"""Folders as distributions lay Horizon out, and the README's commands run in them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import textwrap
from dataclasses import dataclass
from pathlib import Path

from demo.environments import SETTINGS, local_folder
from demo.layout import ROOT, STATE
from tests.release.listing import LIST_PANELS

PATIENCE = 600
README = ROOT / "README.rst"
_MANAGE = """\
import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openstack_dashboard.settings")
execute_from_command_line(sys.argv)
"""
_SHIMS = {
    "sudo": 'exec "$@"',
    "systemctl": 'echo "$@" >> "$SHIM_LOG"',
    # Debian's own python3 has no environment that pip would know as such.
    "python3": 'exec "$LAYOUT_PYTHON" "$@"',
    "python": 'exec "$LAYOUT_PYTHON" "$@"',
}


def commands(name: str) -> list[str]:
    """Return the commands of the README for one kind of installation."""
    block = rf"^\.\. install: {name}\n\n\.\. code-block:: console\n\n((?: .*\n)+)"
    found = re.search(block, README.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"README.rst has no commands for {name}"
    return [line.removeprefix("$ ") for line in textwrap.dedent(found[1]).splitlines()]


@dataclass(frozen=True)
class Layout:
    """A Horizon below ``root``, as if that were the root of a file system.

    ``place`` is the virtual environment that it really is. Commands run in ``folder``.
    """

    root: Path
    place: Path
    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.place / "bin" / "python"

    @property
    def enabled(self) -> Path:
        """The operator's folder of enabled files."""
        return local_folder(self.place) / "enabled"

    @property
    def log(self) -> Path:
        """What was asked of programs that are only pretended."""
        return self.root / "asked.log"

    def run(self, command: str) -> str:
        """Run a command of the README; absolute paths lead below the root."""
        inside = re.escape(str(self.root).lstrip("/"))
        absolute = rf"(?:(?<=[\s=])|^)/(?!{inside})(?=(?:usr|var|etc|tmp)/)"
        here = re.sub(absolute, f"{self.root}/", command)
        shims = self.root / "shims"
        if not shims.exists():
            shims.mkdir()
            for name, text in _SHIMS.items():
                (shims / name).write_text(f"#!/bin/sh\n{text}\n")
                (shims / name).chmod(0o755)
        done = subprocess.run(
            ["sh", "-euc", here],  # noqa: S607
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": f"{shims}:{os.environ['PATH']}",
                "PYTHONWARNINGS": "ignore",
                "LAYOUT_PYTHON": str(self.python),
                "SHIM_LOG": str(self.log),
                "KOLLA_VENV": str(self.place),
                "DEVCLOUD_HOME": str(self.root / "home"),
                "DEMO_STATIC_ROOT": str(self.root / "static"),
                "XDG_CACHE_HOME": str(STATE / "cache"),
                "DJANGO_SETTINGS_MODULE": "openstack_dashboard.settings",
            },
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{here}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def panels(self) -> dict[str, str]:
        """Return the module that each panel comes from."""
        script = self.root / "panels.py"
        script.write_text(LIST_PANELS.format(absent=False))
        return dict(json.loads(self.run(f"python {script}").splitlines()[-1]))


def moved(link: Path, place: Path) -> None:
    """Move a file or folder, or what a link leads to, and leave a link to it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink():
        link.unlink()
    elif link.exists():
        shutil.move(link, place)
    link.symlink_to(place)


def settings_in(root: Path, local: Path, name: str) -> None:
    """Keep Horizon's settings in ``etc``, as packages and Kolla do."""
    place = root / "etc" / "openstack-dashboard" / name
    moved(local / "local_settings.py", place)
    place.symlink_to(SETTINGS)
    moved(local / "local_settings.d", place.parent / "local_settings.d")


def manage_in(folder: Path) -> None:
    """Put Horizon's ``manage.py`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manage.py").write_text(_MANAGE)
