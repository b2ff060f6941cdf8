# SPDX-License-Identifier: Apache-2.0
"""devcloud's command line without a cloud."""

from pathlib import Path

import pytest

from devcloud import knobs
from devcloud.__main__ import main


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home without a cloud, on ports of its own."""
    monkeypatch.setenv("DEVCLOUD_HOME", str(tmp_path))
    monkeypatch.setenv("DEVCLOUD_PORT_BASE", "21000")
    return tmp_path


def test_help_tells_the_settings_and_their_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    for expected in ("DEVCLOUD_HOME", ".state/demo", "DEVCLOUD_PORT_BASE", "15000"):
        assert expected in text


def test_the_knobs_are_turned_from_the_command_line(home: Path) -> None:
    assert main(["knob", "delay", "3"]) == 0
    assert main(["knob", "fail", "create_snapshot", "delete_snapshot"]) == 0
    assert knobs.delay(home / "knobs") == 3
    assert knobs.failures(home / "knobs") == {"create_snapshot", "delete_snapshot"}
    assert main(["knob", "clear"]) == 0
    assert knobs.delay(home / "knobs") == 0


@pytest.mark.parametrize("command", [["seed"], ["bulk", "load", "10", "1"], ["whole-cloud"]])
def test_what_needs_a_running_cloud_says_how_to_start_it(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 1
    assert "python3 -m devcloud up" in capsys.readouterr().err


def test_status_of_a_stopped_cloud(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 1
    assert capsys.readouterr().out.count(" down ") == 6


def test_a_wrong_setting_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DEVCLOUD_PORT_BASE", "many")
    assert main(["status"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
