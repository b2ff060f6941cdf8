# SPDX-License-Identifier: Apache-2.0
"""What ``check`` tells programs of a Horizon, and how ``check --cloud`` asks for it."""

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from snapshot_dashboard import __main__ as command
from snapshot_dashboard import check_horizon
from snapshot_dashboard.check_horizon import Told
from snapshot_dashboard.check_roles import allowed
from snapshot_dashboard.rules.cloud_features import RULES


@pytest.mark.parametrize(
    ("roles", "creates", "repairs"),
    [(("reader",), False, False), (("member", "reader"), True, False), (("admin",), True, True)],
)
def test_rules_are_those_of_horizons_policy_files(
    roles: tuple[str, ...], creates: bool, repairs: bool
) -> None:
    found = allowed(roles)
    assert set(found) == set(RULES)
    assert found["volume:create_snapshot"] is creates
    assert found["os_compute_api:servers:create"] is creates
    assert found["context_is_admin"] is repairs


def answers(monkeypatch: pytest.MonkeyPatch, stdout: str, stderr: str = "") -> list[list[str]]:
    """Let the process of the check say this; return what was run."""
    asked: list[list[str]] = []

    def run(words: list[str], **_how: Any) -> SimpleNamespace:
        asked.append(words)
        return SimpleNamespace(stdout=stdout, stderr=stderr)

    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_horizon_is_asked_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    said: dict[str, Any] = {
        "horizon": "27.0.0",
        "errors": [],
        "warnings": ["W001"],
        "panels": {"a/b": True},
    }
    said |= {"allowed": {}, "settings": {}, "snapshot_dashboard": "1", "exit_status": 0}
    asked = answers(monkeypatch, json.dumps(said))
    found = check_horizon.ask(("member", "reader"), Path("enabled"))
    assert found == Told(horizon="27.0.0", warnings=["W001"], panels={"a/b": True})
    assert asked[0][3:] == ["check", "--json", "--roles=member,reader", "--folder=enabled"]


def test_a_horizon_that_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "", "Traceback\nImproperlyConfigured: no secret key")
    found = check_horizon.ask((), None)
    assert found and found.errors[-1] == "ImproperlyConfigured: no secret key"

    def hang(_words: list[str], **_how: Any) -> None:
        raise subprocess.TimeoutExpired("check", 1)

    monkeypatch.setattr(subprocess, "run", hang)
    late = check_horizon.ask((), None)
    assert late and "in time" in late.errors[0]


def test_without_horizon_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_horizon, "find_spec", lambda _name: None)
    assert check_horizon.ask((), None) is None


def test_what_is_wrong_is_told_to_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = command.main(["check", "--json", "--folder", str(tmp_path)])
    said = json.loads(capsys.readouterr().out)
    assert (status, said["exit_status"], said["panels"]) == (1, 1, {})
    assert said["errors"][0].startswith("It is not enabled.")
