# SPDX-License-Identifier: Apache-2.0
"""A released Horizon in an environment of its own, with an operator's steps."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from demo import assets, environments, scratch
from demo.layout import ROOT, STATE, Flavour, Home
from demo.processes import Children
from demo.scratch import NEWEST, RELEASES, Release

PROBE = ROOT / "tests" / "release" / "probe.py"
# Seconds that a command may take on a busy machine.
PATIENCE = 180

# Those that stand behind one address.
MIXED = ("26", "27")
# For tests of each release; CI runs them on the newest.
each_release = pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=[] if number == NEWEST else pytest.mark.extended)
        for number in reversed(RELEASES)
    ],
)


@dataclass(frozen=True)
class Horizon:
    """A copy of a release; ``static`` are the scripts and styles it has collected."""

    release: Release
    path: Path
    home: Home
    static: Path
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def python(self) -> Path:
        """The interpreter that runs it."""
        return self.path / "bin" / "python"

    @property
    def package(self) -> Path:
        """The folder of ``openstack_dashboard``."""
        return environments.local_folder(self.path).parent

    @property
    def switches(self) -> Path:
        """The folder of the operator's enabled files."""
        return self.package / "local" / "enabled"

    def switch_texts(self) -> dict[str, str]:
        """Return the operator's enabled files with what they hold."""
        return {path.name: path.read_text() for path in sorted(self.switches.glob("_[0-9]*.py"))}

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables of each of its processes."""
        return {
            "DEVCLOUD_HOME": str(self.home.path),
            # Names cookie, sessions and cache. The newest have the same client-side templates,
            # which Horizon keeps in the cache without saying of which release.
            "DEMO_FLAVOUR": "release" if self.release.number in MIXED else self.release.name,
            "DEMO_STATIC_ROOT": str(self.static),
            "DEMO_SETTINGS": json.dumps(self.settings),
            "DJANGO_SETTINGS_MODULE": "openstack_dashboard.settings",
            "XDG_CACHE_HOME": str(STATE / "cache"),
            "HOME": str(self.home.path / "clients"),
        }

    def run(
        self, *words: str | Path, stdin: str = "", expect: int = 0, umask: int = -1
    ) -> subprocess.CompletedProcess[str]:
        """Run its Python with these arguments; fail unless it ends with the code expected."""
        done = subprocess.run(
            [self.python, "-I", "-W", "ignore", *words],
            cwd=scratch.launch_folder(),
            env={**os.environ, **self.environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            umask=umask,
        )
        assert done.returncode == expect, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done

    def plugin(self, command: str, *options: str | Path, expect: int = 0, umask: int = -1) -> str:
        """Run ``python -m snapshot_dashboard``; return what it prints."""
        command_line = ("-m", "snapshot_dashboard", command, *options)
        return self.run(*command_line, expect=expect, umask=umask).stdout

    def uv(self, command: str, *what: str | Path) -> None:
        """Change the installed packages, quickly; nothing is fetched from anywhere."""
        uv: list[str | Path] = [Flavour.PLUGIN.python, "-m", "uv", "pip", command, "--no-config"]
        done = subprocess.run(
            [*uv, "--python", self.python, *what],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr

    def install(self, wheel: Path) -> None:
        """Install a wheel, over one that is installed already."""
        self.uv("install", "--offline", "--no-cache", wheel)

    def uninstall(self) -> None:
        """Remove the package, and nothing else."""
        self.uv("uninstall", "snapshot-dashboard")

    def packages(self) -> set[str]:
        """Return each installed package with its version."""
        return set(self.run("-m", "pip", "freeze", "--all").stdout.split("\n"))

    def replace(self, path: Path, text: str) -> None:
        """Put a new file in the place of one that the original shares."""
        path.unlink()
        path.write_text(text, encoding="utf-8")

    def ask(self, people: Sequence[dict[str, Any]]) -> Answers:
        """Have people ask for pages in a process of its own."""
        done = self.run(PROBE, stdin=json.dumps(people))
        found = json.loads(done.stdout.splitlines()[-1])
        return Answers(found, done.stderr)


OURS = "snapshot_dashboard.panels."
STOCK = "openstack_dashboard."


@dataclass(frozen=True)
class Answers:
    """Which module answered for each path and with which status, and what was logged."""

    pages: dict[str, dict[str, Any]]
    log: str

    @property
    def statuses(self) -> dict[str, int]:
        """The status of each page."""
        return {path: page["status"] for path, page in self.pages.items()}

    def owner(self, path: str) -> str:
        """Tell whose view answered: ours, stock's, or nobody's."""
        view = self.pages[path]["view"]
        for name, prefix in (("ours", OURS), ("stock", STOCK)):
            if view.startswith(prefix):
                return name
        return view or "nobody"


def copy_of(
    number: str, place: Path, home: Home, children: Children, like: Horizon | None = None
) -> Horizon:
    """Copy a release without the plugin, or a Horizon of it, to where there is nothing yet."""
    release = RELEASES[number]
    scratch.ensure(release, children)
    scratch.copy(like.path if like else release.environment, place)
    # Until it has collected any scripts and styles, it has none.
    return Horizon(release, place, home, place / "static")


def with_plugin(horizon: Horizon, wheel: Path, children: Children) -> Horizon:
    """Install and enable the plugin."""
    horizon.install(wheel)
    horizon.plugin("enable")
    return with_assets(horizon, children, plugin=True)


def with_assets(horizon: Horizon, children: Children, *, plugin: bool) -> Horizon:
    """Have scripts and styles collected and compressed, as often as needed."""
    name = f"{horizon.release.name}-{'plugin' if plugin else 'stock'}"
    package = horizon.package.parent / "snapshot_dashboard" if plugin else None
    sources = assets.sources_of(horizon.release.environment, package)
    static = assets.build(name, horizon.python, sources, children)
    return replace(horizon, static=static)
