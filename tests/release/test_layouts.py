# SPDX-License-Identifier: Apache-2.0
"""The README's commands install the plugin in each layout, and its way back leaves nothing."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from demo import scratch
from demo.environments import local_folder
from demo.layout import ROOT
from demo.processes import Children
from demo.scratch import NEWEST, RELEASES
from tests.release.layouts import Layout, commands, manage_in, moved, settings_in

# Each compresses all of Horizon's scripts and styles once.
pytestmark = pytest.mark.extended

DISABLE = "python -m snapshot_dashboard disable"
UNINSTALL = "python -m pip uninstall --yes snapshot-dashboard"
OURS = ("project/volumes", "project/snapshots", "admin/volumes", "admin/snapshots")


@pytest.fixture
def horizon(tmp_path: Path, children: Children) -> Path:
    """A copy of the newest release, to be laid out."""
    release = RELEASES[NEWEST]
    scratch.ensure(release, children)
    place = tmp_path / "python"
    scratch.copy(release.environment, place)
    return place


@pytest.fixture
def checkout(tmp_path: Path, wheel: Path) -> Path:
    """What of the checkout the commands name."""
    place = tmp_path / "snapshot-dashboard"
    shutil.copytree(ROOT / "contrib", place / "contrib")
    (place / "dist").mkdir()
    shutil.copy2(wheel, place / "dist")
    return place


def ours_of(layout: Layout) -> set[str]:
    """Return which of the four panels are the plugin's."""
    return {name for name in OURS if layout.panels()[name].startswith("snapshot_dashboard.")}


def installed(layout: Layout, lines: list[str]) -> set[Path]:
    """Run the commands; the four panels are the plugin's then. Return what was there before."""
    before = {*layout.enabled.iterdir()}
    assert ours_of(layout) == set()
    for line in lines:
        layout.run(line)
    assert ours_of(layout) == {*OURS}
    assert layout.run("python -m snapshot_dashboard check") == "The set-up is right.\n"
    return before


def assert_gone(layout: Layout, before: set[Path]) -> None:
    """Remove the plugin: nothing of it is left."""
    layout.run(DISABLE)
    layout.run(UNINSTALL)
    compiled = {layout.enabled / "__pycache__"}
    assert {*layout.enabled.iterdir()} - compiled == before - compiled
    assert ours_of(layout) == set()
    assert not list(layout.place.glob("lib/python*/site-packages/snapshot_dashboard*"))


@pytest.mark.parametrize("etc", [False, True], ids=["own folder", "enabled files in etc"])
def test_packages_of_debian_and_ubuntu(
    etc: bool, tmp_path: Path, horizon: Path, checkout: Path
) -> None:
    packages = local_folder(horizon).parents[1]
    if etc:
        moved(local_folder(horizon) / "enabled", tmp_path / "etc/openstack-dashboard/enabled")
    settings_in(tmp_path, local_folder(horizon), "local_settings.py")
    (tmp_path / "usr/lib/python3").mkdir(parents=True)
    (tmp_path / "usr/lib/python3/dist-packages").symlink_to(packages)
    share = tmp_path / "usr/share/openstack-dashboard"
    manage_in(share)
    # The alternative that python3-django-horizon makes.
    (share / "openstack_dashboard").symlink_to(
        tmp_path / "usr/lib/python3/dist-packages/openstack_dashboard"
    )
    layout = Layout(tmp_path, horizon, checkout)
    lines = commands("packages")
    before = installed(layout, lines)
    assert layout.log.read_text() == "restart apache2\n"
    assert list((tmp_path / "static").glob("dashboard/js/*.js"))
    assert_gone(layout, before)


def test_from_source(tmp_path: Path, horizon: Path, checkout: Path) -> None:
    source = tmp_path / "horizon"
    manage_in(source)
    packages = local_folder(horizon).parents[1]
    # Horizon is used from its source: only its metadata stays in the environment.
    for name in ("horizon", "openstack_auth", "openstack_dashboard"):
        shutil.move(packages / name, source / name)
    (packages / "horizon-source.pth").write_text(f"{source}\n")
    layout = SourceLayout(tmp_path, horizon, source)
    before = installed(layout, commands("source"))
    assert list((tmp_path / "static").glob("dashboard/js/*.js"))
    assert_gone(layout, before)


class SourceLayout(Layout):
    """Horizon in the folder of its source."""

    @property
    def enabled(self) -> Path:
        """The operator's folder of enabled files."""
        return self.folder / "openstack_dashboard" / "local" / "enabled"


def test_image_of_kolla(tmp_path: Path, horizon: Path, checkout: Path) -> None:
    venv = tmp_path / "var/lib/kolla/venv"
    venv.parent.mkdir(parents=True)
    horizon.rename(venv)
    settings_in(tmp_path, local_folder(venv), "local_settings.py")
    manage_in(venv / "bin")
    # What a container that was started has left.
    checksum = venv.parent / ".settings.md5sum.txt"
    checksum.touch()
    layout = Layout(tmp_path, venv, tmp_path)
    (line,) = commands("kolla")
    file = shlex.split(line)[shlex.split(line).index("--file") + 1]
    # Kolla's own commands, at the start of a container.
    manage = "/var/lib/kolla/venv/bin/python /var/lib/kolla/venv/bin/manage.py"
    started = [f"{manage} collectstatic --noinput --clear", f"{manage} compress --force"]
    before = installed(layout, [*_built(layout, checkout, checkout / file), *started])
    assert not checksum.exists(), "Kolla would not collect and compress again"
    assert_gone(layout, before)


def _built(layout: Layout, checkout: Path, file: Path) -> list[str]:
    """Do the COPY of a Dockerfile, and return the commands of its RUN."""
    runs = []
    for line in file.read_text(encoding="utf-8").splitlines():
        word, _space, rest = line.partition(" ")
        if word == "COPY":
            *sources, target = rest.split()
            place = layout.root / target.lstrip("/")
            place.mkdir(parents=True)
            for source in sources:
                for path in checkout.glob(source):
                    shutil.copy2(path, place)
        elif word == "RUN":
            runs.append(rest)
    return runs
