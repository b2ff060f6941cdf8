# SPDX-License-Identifier: Apache-2.0
"""Suites in two lanes, and one summary of them."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from demo import suites
from demo.layout import Home


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Function: run suites that print their name; those named in ``failing`` fail."""
    home = Home(tmp_path)

    def go(*names: str, failing: str = "") -> bool:
        def command(home: Home, name: str) -> list[str]:
            code = f"import sys; print('I am {name}'); sys.exit({int(name == failing)})"
            return [sys.executable, "-c", code]

        monkeypatch.setattr(suites, "_command", command)
        return suites._summary(suites._run_together(home, names))

    return go


@pytest.mark.parametrize("failing", ["", "cloud", "release"])
def test_what_ran_beside_is_shown_under_its_own_heading(
    failing: str, run: Callable[..., bool], capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("cloud", "browser", "release", failing=failing) is (failing == "")
    lines = capfd.readouterr().out.splitlines()
    headings = [line.split()[1] for line in lines if line.startswith("===")]
    assert headings == ["cloud", "browser", "release", "summary"]
    for name in ("cloud", "browser", "release"):
        (heading,) = [index for index, line in enumerate(lines) if f"=== {name} " in line]
        assert lines[heading + 1] == f"I am {name}"
    verdicts = {line.split()[0]: line.split()[1] for line in lines[-3:]}
    expected = dict.fromkeys(("cloud", "browser", "release"), "passed")
    assert verdicts == {**expected, **({failing: "FAILED"} if failing else {})}


def test_alone_it_writes_to_the_terminal(
    run: Callable[..., bool], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("release")
    assert "I am release" in capfd.readouterr().out
    assert not (tmp_path / "log" / "test-release.log").exists()
