# SPDX-License-Identifier: Apache-2.0
"""``python -m snapshot_dashboard`` creates and removes its own files only."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from snapshot_dashboard import __main__ as command
from snapshot_dashboard import installation
from snapshot_dashboard.installation import EnabledFile, FileState, InstallationProblem

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOTS = "_1330_project_snapshots_panel.py"
# What the first release had under that name, to be copied by hand.
FIRST_RELEASE = '''\
# SPDX-License-Identifier: Apache-2.0
"""Takes the place of stock's file of the same name.

The first import fails when the package is gone: Horizon then skips this file, and stock's
panel stays.
"""

import snapshot_dashboard  # noqa: F401

PANEL = "snapshots"
PANEL_DASHBOARD = "project"
PANEL_GROUP = "volumes"
ADD_PANEL = "snapshot_dashboard.panels.project.snapshots.panel.Snapshots"
'''
THEIRS = 'PANEL = "snapshots"\nPANEL_DASHBOARD = "project"\nREMOVE_PANEL = True\n'


def names(folder: Path) -> list[str]:
    """Return what is in a folder."""
    return sorted(path.name for path in folder.iterdir())


def ours() -> list[str]:
    """Return the names of our enabled files."""
    return sorted(path.name for path in (ROOT / "enabled").glob("_[0-9]*.py"))


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, list[str]]:
    """Run the command; return its exit code and what it printed on both streams."""
    code = command.main([str(word) for word in words])
    printed = capsys.readouterr()
    return code, (printed.out + printed.err).splitlines()


def test_enable_makes_every_file_and_says_which(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = run(capsys, "enable", "--folder", tmp_path)
    assert code == 0
    assert names(tmp_path) == ours()
    assert [line for line in lines if line.startswith("made")] == [
        f"made     {tmp_path / name}" for name in ours()
    ]
    assert "restart Horizon" in lines[-1]


def test_a_file_holds_one_line_that_cannot_go_stale(tmp_path: Path) -> None:
    list(installation.enable(tmp_path))
    for path in tmp_path.iterdir():
        (code,) = [line for line in path.read_text().splitlines() if not line.startswith("#")]
        assert code == f"from snapshot_dashboard.enabled.{path.stem} import *  # noqa: F403"


def test_enabling_twice_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    list(installation.enable(tmp_path))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    code, lines = run(capsys, "enable", "--folder", tmp_path)
    assert code == 0
    assert [line.split()[0] for line in lines[: len(before)]] == ["kept"] * len(before)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "how", ["file", "edited copy", "link", "broken link", "folder", "not text"]
)
def test_what_is_not_ours_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    place = tmp_path / "enabled" / SNAPSHOTS
    place.parent.mkdir()
    other = tmp_path / "other.py"
    other.write_text(THEIRS)
    if how == "folder":
        place.mkdir()
    elif how == "file":
        place.write_text(THEIRS)
    elif how == "edited copy":
        place.write_text(FIRST_RELEASE + "DISABLED = True\n")
    elif how == "not text":
        place.write_bytes(b"\xff\xfe")
    else:
        place.symlink_to(other if how == "link" else tmp_path / "gone.py")
    for verb in ("enable", "disable"):
        code, lines = run(capsys, verb, "--folder", place.parent)
        assert code == 0
        assert any(line.startswith(f"left     {place}") for line in lines)
        assert os.path.lexists(place)
    assert names(place.parent) == [SNAPSHOTS]
    assert other.read_text() == THEIRS


@pytest.mark.parametrize("how", ["copy", "link", "older"])
def test_an_older_form_of_ours_is_renewed(tmp_path: Path, how: str) -> None:
    place = tmp_path / SNAPSHOTS
    if how == "copy":
        place.write_text(FIRST_RELEASE)
    elif how == "link":
        place.symlink_to(ROOT / "enabled" / SNAPSHOTS)
    else:
        place.write_text(EnabledFile(place).text + "# something else\n")
    assert EnabledFile(place).state is FileState.OLD
    assert f"renewed  {place}" in list(installation.enable(tmp_path))
    assert not place.is_symlink()
    assert EnabledFile(place).state is FileState.CURRENT
    assert (ROOT / "enabled" / SNAPSHOTS).read_text().count("switches.replaces") == 1


def test_disable_removes_what_enable_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "_50_theirs.py").write_text(THEIRS)
    list(installation.enable(tmp_path))
    code, lines = run(capsys, "disable", "--folder", tmp_path)
    assert (code, names(tmp_path)) == (0, ["_50_theirs.py"])
    assert sum(line.startswith("removed") for line in lines) == len(ours())
    assert run(capsys, "disable", "--folder", tmp_path) == (
        0,
        ["Nothing to remove: it is not enabled."],
    )


def test_a_file_can_be_read_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        list(installation.enable(tmp_path))
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o644}


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    switch = EnabledFile(tmp_path / SNAPSHOTS)
    switch.path.write_text(THEIRS)
    with pytest.raises(FileExistsError):
        switch.make()
    assert switch.path.read_text() == THEIRS


@pytest.mark.parametrize("verb", ["enable", "disable", "check"])
def test_a_folder_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    code, lines = run(capsys, verb, "--folder", tmp_path / "nowhere")
    assert code == 1
    assert lines == [f"There is no folder {tmp_path / 'nowhere'}. Name Horizon's own: --folder"]


def test_a_folder_that_may_not_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(switch: EnabledFile) -> None:
        raise PermissionError(13, "Permission denied", str(switch.path))

    monkeypatch.setattr(EnabledFile, "make", refuse)
    code, lines = run(capsys, "enable", "--folder", tmp_path)
    assert code == 1
    assert lines[-1].startswith(f"Permission denied: {tmp_path}")
    assert "as a user who may write" in lines[-1]


def test_the_folder_is_that_of_this_pythons_horizon() -> None:
    found = installation.folder_of_horizon()
    assert found.parts[-3:] == ("openstack_dashboard", "local", "enabled")
    assert found.is_relative_to(sys.prefix)


def test_a_python_without_horizon_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda name: None)
    with pytest.raises(InstallationProblem, match="no Horizon"):
        installation.folder_of_horizon()


def test_check_says_that_it_is_not_enabled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines = run(capsys, "check", "--folder", tmp_path)
    assert code == 1
    assert lines[0] == "ERROR    It is not enabled. Run: python -m snapshot_dashboard enable"


def test_check_names_each_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    list(installation.enable(tmp_path))
    (tmp_path / SNAPSHOTS).unlink()
    code, lines = run(capsys, "check", "--folder", tmp_path)
    assert code == 1
    assert lines[0].startswith(f"ERROR    {tmp_path / SNAPSHOTS} is missing.")


def test_the_command_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("snapshot-dashboard 0.")


SWITCHED = """
import sys, types
settings = types.ModuleType("openstack_dashboard.settings")
settings.SNAPSHOT_DASHBOARD = {setting}
sys.modules["openstack_dashboard.settings"] = settings
import openstack_dashboard.enabled as stock
import snapshot_dashboard.enabled as ours
{before}
from openstack_dashboard.utils.settings import import_dashboard_config
found = dict(import_dashboard_config([stock, ours]))
for name in ("_1320_project_volumes_panel", "_1330_project_snapshots_panel"):
    print(found.get(name, {{}}).get("ADD_PANEL"))
print("_1399_snapshot_dashboard" in found)
"""
STOCK_HAS_NO_SUCH_FILE = """
from snapshot_dashboard import switches
find = switches.find_spec
switches.find_spec = lambda name: None if name.endswith("_snapshots_panel") else find("json")
stock.__path__ = []
"""
STOCK = "openstack_dashboard.dashboards.project"
OURS = "snapshot_dashboard.panels.project"


@pytest.mark.parametrize(
    ("setting", "before", "expected"),
    [
        (
            "{}",
            "",
            [f"{OURS}.volumes.panel.Volumes", f"{OURS}.snapshots.panel.Snapshots", "True"],
        ),
        (
            '{"ENABLED": False}',
            "",
            [f"{STOCK}.volumes.panel.Volumes", f"{STOCK}.snapshots.panel.Snapshots", "True"],
        ),
        ("{}", STOCK_HAS_NO_SUCH_FILE, [f"{OURS}.volumes.panel.Volumes", "None", "True"]),
    ],
    ids=["on", "kill switch", "stock has no such file"],
)
def test_what_horizon_makes_of_the_files(setting: str, before: str, expected: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SWITCHED.format(setting=setting, before=before)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "openstack_dashboard.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == expected
    if before:
        assert "Horizon has no enabled file _1330_project_snapshots_panel" in done.stderr
