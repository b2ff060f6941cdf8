# SPDX-License-Identifier: Apache-2.0
"""Operators' changes of files, package and settings; pages always render.

On the newest release, in a process of its own each, with scripts and styles compressed offline
before: where an operator would not compress again, nothing is compressed again here.
"""

import dataclasses
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from demo.layout import ROOT
from demo.scratch import NEWEST
from tests.release import distribution
from tests.release.conftest import Fresh
from tests.release.installed import Horizon
from tests.release.pages import Things, check

pytestmark = pytest.mark.extended

APPLICATION = "_1399_snapshot_dashboard.py"
SWITCHES = len(list((ROOT / "enabled").glob("_[0-9]*.py")))
SNAPSHOTS_FILE = "_1330_project_snapshots_panel.py"
VOLUMES_FILE = "_1320_project_volumes_panel.py"
REMOVED = """\
PANEL = "{panel}"
PANEL_DASHBOARD = "project"
PANEL_GROUP = "volumes"
REMOVE_PANEL = True
"""
THEIRS = """\
PANEL = "snapshots"
PANEL_DASHBOARD = "project"
PANEL_GROUP = "volumes"
ADD_PANEL = "theirs.panel.Snapshots"
"""
THEIR_PANEL = """\
from openstack_dashboard.dashboards.project.snapshots import panel


class Snapshots(panel.Snapshots):
    urls = "openstack_dashboard.dashboards.project.snapshots.urls"
"""


@pytest.fixture
def enabled(copied: Fresh, ours: Callable[[str], Horizon]) -> Horizon:
    """A Horizon with the plugin that the test may change."""
    static = ours(NEWEST).static
    return dataclasses.replace(copied(NEWEST, like=ours(NEWEST)), static=static)


@pytest.fixture
def installed(enabled: Horizon, stock: Callable[[str], Horizon]) -> Horizon:
    """A Horizon with the package, where nothing is enabled; its assets are stock's."""
    enabled.plugin("disable")
    return dataclasses.replace(enabled, static=stock(NEWEST).static)


@pytest.fixture(scope="module")
def next_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of a later version."""
    source = tmp_path_factory.mktemp("later")
    return distribution.wheel_in(distribution.build(source, version="99.0", wheel_only=True))


def test_upgrade_of_the_package_alone(enabled: Horizon, next_wheel: Path, things: Things) -> None:
    before = enabled.switch_texts()
    enabled.install(next_wheel)
    check(things.asked(enabled), things, volumes="ours", snapshots="ours")
    assert enabled.switch_texts() == before
    assert "99.0" in enabled.plugin("--version")
    said = enabled.plugin("enable")
    assert said.count("kept ") == len(before)
    assert "renewed" not in said
    assert enabled.plugin("check") == "The set-up is right.\n"


def _own_file(horizon: Horizon, name: str, text: str) -> None:
    """Let the operator have a file of this name before the plugin is enabled."""
    horizon.plugin("disable")
    (horizon.switches / name).write_text(text)
    said = horizon.plugin("enable")
    assert [line for line in said.splitlines() if name in line][0].startswith("left ")
    assert (horizon.switches / name).read_text() == text


def test_an_operators_file_that_hides_snapshots(enabled: Horizon, things: Things) -> None:
    text = REMOVED.format(panel="snapshots")
    _own_file(enabled, SNAPSHOTS_FILE, text)
    check(things.asked(enabled), things, volumes="ours", snapshots="nobody")
    enabled.plugin("disable")
    assert enabled.switch_texts() == {SNAPSHOTS_FILE: text}


def test_an_operators_file_that_hides_volumes(enabled: Horizon, things: Things) -> None:
    _own_file(enabled, VOLUMES_FILE, REMOVED.format(panel="volumes"))
    check(things.asked(enabled), things, volumes="nobody", snapshots="ours")


def test_an_operators_file_with_a_panel_of_their_own(enabled: Horizon, things: Things) -> None:
    theirs = enabled.package.parent / "theirs"
    theirs.mkdir()
    (theirs / "__init__.py").touch()
    (theirs / "panel.py").write_text(THEIR_PANEL)
    _own_file(enabled, SNAPSHOTS_FILE, THEIRS)
    check(things.asked(enabled), things, volumes="ours", snapshots="stock")


def test_a_horizon_that_lacks_the_expected_file_name(enabled: Horizon, things: Things) -> None:
    file = enabled.package / "enabled" / SNAPSHOTS_FILE
    file.rename(file.with_name("_1335_project_snapshots_panel.py"))
    answers = things.asked(enabled)
    check(answers, things, volumes="ours", snapshots="stock")
    assert answers.log.count(f"Horizon has no enabled file {Path(SNAPSHOTS_FILE).stem}") == 1


def test_a_horizon_that_our_pages_do_not_fit(enabled: Horizon, things: Things) -> None:
    _rename(enabled.package / "dashboards", "VolumesFilterAction")
    answers = things.asked(enabled)
    trace = "AttributeError: module 'openstack_dashboard.dashboards.project.volumes.tables'"
    # The pages of snapshots need nothing of what is missing here.
    check(answers, things, volumes="stock", snapshots="ours", expected_trace=trace)
    # The project's and the admin's, which stands on it.
    assert answers.log.count("do not fit this Horizon") == 2
    said = enabled.plugin("check", expect=1)
    for name in ("project/volumes", "admin/volumes"):
        assert f"Panel {name}: Horizon's own pages are used." in said


def _rename(folder: Path, name: str) -> None:
    """Rename a class, as the next release might, wherever this Horizon uses it."""
    renamed = 0
    for path in folder.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if name in text:
            path.unlink()
            path.write_text(text.replace(name, f"New{name}"), encoding="utf-8")
            renamed += 1
    assert renamed > 0


def test_kill_switch(enabled: Horizon, things: Things) -> None:
    off = dataclasses.replace(enabled, settings={"SNAPSHOT_DASHBOARD": {"ENABLED": False}})
    check(things.asked(off), things, volumes="stock", snapshots="stock")
    assert "ENABLED" in off.plugin("check")


def test_panel_files_without_the_one_that_names_the_application(
    enabled: Horizon, stock: Callable[[str], Horizon], things: Things
) -> None:
    (enabled.switches / APPLICATION).unlink()
    partly = dataclasses.replace(enabled, static=stock(NEWEST).static)
    check(things.asked(partly), things, volumes="stock", snapshots="stock")
    assert APPLICATION in partly.plugin("check", expect=1)


def test_the_file_that_names_the_application_alone(enabled: Horizon, things: Things) -> None:
    for name in enabled.switch_texts():
        if name != APPLICATION:
            (enabled.switches / name).unlink()
    check(things.asked(enabled), things, volumes="stock", snapshots="stock")
    assert enabled.plugin("check", expect=1).count("is missing") == SWITCHES - 1


def test_files_are_readable_whatever_the_umask(installed: Horizon) -> None:
    installed.plugin("enable", umask=0o077)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in installed.switches.glob("_13*.py")}
    assert modes == {0o644}


def test_check_tells_that_it_is_not_enabled(installed: Horizon) -> None:
    assert "It is not enabled." in installed.plugin("check", expect=1)


def test_check_tells_everything_that_is_wrong(enabled: Horizon) -> None:
    wrong = _wrong(enabled)
    said = wrong.plugin("check", expect=1)
    for number in range(1, 9):
        assert f"snapshot_dashboard.W00{number}:" in said, said


def _wrong(horizon: Horizon) -> Horizon:
    """Make every mistake at once."""
    file = horizon.package / "enabled" / SNAPSHOTS_FILE
    file.rename(file.with_name("_1335_project_snapshots_panel.py"))
    (metadata,) = horizon.package.parent.glob("horizon-27*.dist-info/METADATA")
    horizon.replace(metadata, metadata.read_text().replace("Version: 27.0.0", "Version: 28.0.0"))
    template = horizon.path / "theme" / "templates" / "project" / "volumes" / "create.html"
    template.parent.mkdir(parents=True)
    template.touch()
    (horizon.path / "empty").mkdir()
    settings = {
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        "SNAPSHOT_DASHBOARD": {"ENABLE": False, "ENABLED": "perhaps"},
        "AVAILABLE_THEMES": [["default", "Default", str(horizon.path / "theme")]],
        "LOGGING": {"version": 1, "disable_existing_loggers": False},
    }
    return dataclasses.replace(horizon, static=horizon.path / "empty", settings=settings)


def test_horizon_from_a_distributions_packages(
    enabled: Horizon, wheel: Path, things: Things
) -> None:
    system = _as_a_distribution_has_it(enabled)
    elsewhere = system.path / "etc" / "enabled"
    said = system.plugin("enable")
    assert said.count("made ") == SWITCHES
    assert len(list(elsewhere.glob("_[0-9]*.py"))) == SWITCHES
    check(things.asked(system), things, volumes="ours", snapshots="ours")
    assert system.plugin("disable", "--folder", elsewhere).count("removed ") == SWITCHES
    assert system.plugin("enable", "--folder", elsewhere).count("made ") == SWITCHES


def _as_a_distribution_has_it(horizon: Horizon) -> Horizon:
    """Move Horizon out of the environment, and its enabled files to where settings are kept."""
    horizon.plugin("disable")
    share = horizon.path / "usr" / "share" / "openstack-dashboard"
    share.mkdir(parents=True)
    site_packages = horizon.package.parent
    etc = horizon.path / "etc"
    etc.mkdir()
    shutil.move(horizon.switches, etc / "enabled")
    horizon.switches.symlink_to(etc / "enabled")
    shutil.move(horizon.package, share / "openstack_dashboard")
    (site_packages / "distribution.pth").write_text(f"{share}\n")
    return horizon
