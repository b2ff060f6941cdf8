# SPDX-License-Identifier: Apache-2.0
"""``python -m snapshot_dashboard keep``: what it prints and with which status it ends."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from demo.layout import ROOT
from snapshot_dashboard import __main__ as command
from snapshot_dashboard.cloud import credentials
from snapshot_dashboard.cloud.credentials import Login, LoginFailed
from snapshot_dashboard.cloud.errors import Cause
from snapshot_dashboard.cloud.keep import What
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.schedules import schedule as schedules
from snapshot_dashboard.rules.schedules.schedule import Retention, mark_of
from tests.unit.cloud.scheduled_cloud import ScheduledCloud
from tests.unit.cloud.wire import PROJECT, Wire
from tests.unit.rules.schedules.schedules import schedule

HOSTILE = "web\x1b[31m-shop\u202e"


@pytest.fixture
def cloud(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> ScheduledCloud:
    """A project with one volume of which a snapshot is due."""
    found = ScheduledCloud(wire)
    since = datetime.now(timezone.utc) - timedelta(days=3)
    of = schedule(project=mark_of(PROJECT), since=since, retention=Retention(last=1))
    found.volume("v1", name="data\nrm -rf", metadata=schedules.write(of))
    monkeypatch.setattr(credentials, "log_in", lambda name: _login(found))
    return found


def _login(cloud: ScheduledCloud) -> Login:
    return Login("http://identity.test/v3", "RegionOne", PROJECT, HOSTILE, (), cloud.connect)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run it; return its status, and what it printed."""
    status = command.main(["keep", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_it_tells_people(cloud: ScheduledCloud, capsys: pytest.CaptureFixture[str]) -> None:
    status, said, errors = run(capsys)
    assert (status, errors) == (0, "")
    assert said.startswith("web [31m-shop : volume data rm -rf, ")
    assert said.endswith(" taken.\n")
    assert said.count("\n") == 1
    assert run(capsys) == (0, "", "")


def test_it_tells_programs(cloud: ScheduledCloud, capsys: pytest.CaptureFixture[str]) -> None:
    _status, said, _errors = run(capsys, "--json")
    found: dict[str, Any] = json.loads(said)
    assert found["event"] == "taken"
    assert found["volume"] == "data\nrm -rf"
    assert (found["project_id"], found["volume_id"], found["failed"]) == (PROJECT, "v1", False)
    assert set(found) == {
        *("project", "project_id", "event", "schedule", "volume_id", "volume", "slot"),
        *("snapshot_id", "outcome", "failed"),
    }


def test_each_event_is_in_the_guide() -> None:
    guide = (ROOT / "docs" / "operator.rst").read_text()
    start = guide.index("``event`` (")
    told = guide[start : guide.index(")", start)]
    assert {each.value for each in What} == set(re.findall(r"``(\w+)``", told)) - {
        *("event", "problem"),
    }


def test_a_dry_run_is_told_as_such(
    cloud: ScheduledCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "would be taken." in run(capsys, "--dry-run")[1]
    assert cloud.snapshots == {}


def test_what_was_not_done_says_what_to_do(
    cloud: ScheduledCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.limit = 0
    status, said, errors = run(capsys)
    assert (status, said) == (1, "")
    assert "NOT taken. " in errors
    assert "ask for a larger quota" in errors


def test_a_cinder_that_is_down_is_told(
    cloud: ScheduledCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.fails = dict.fromkeys(range(99), 503)
    status, _said, errors = run(capsys)
    assert status == 1
    assert "The next run tries again." in errors


def test_an_expired_token_is_told(
    cloud: ScheduledCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.fails = {0: 401}
    status, said, _errors = run(capsys, "--json")
    assert status == 1
    assert "Make new ones" in json.loads(said)["do"]


def test_a_keystone_that_is_down_is_no_reason_for_new_credentials(
    cloud: ScheduledCloud, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Connection:
        raise LoginFailed("Connection refused", cause=Cause.UNREACHABLE)

    monkeypatch.setattr(credentials, "log_in", lambda _name: replace(_login(cloud), connect=fail))
    status, said, _errors = run(capsys, "--json")
    assert (status, json.loads(said)["do"]) == (1, "The next run tries again.")


@pytest.mark.usefixtures("cloud")
def test_an_application_credential_is_for_one_project(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    auth = {"auth_url": "http://identity.test/v3", "application_credential_id": "i"}
    auth |= {"application_credential_secret": "s"}
    entry = {"auth_type": "v3applicationcredential", "auth": auth}
    file = tmp_path / "clouds.json"
    file.write_text(json.dumps({"clouds": {"one": entry}}))
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(file))
    status, said, _errors = run(capsys, "--json", "--each-project", "--os-cloud", "one")
    assert status == 3
    assert "for one project" in json.loads(said)["reason"]
    assert "without --each-project" in json.loads(said)["do"]


def test_without_a_login_nothing_is_known(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_name: str) -> Login:
        raise LoginFailed("Could not find user")

    monkeypatch.setattr(credentials, "log_in", fail)
    status, said, _errors = run(capsys, "--json")
    assert status == 3
    assert json.loads(said)["reason"].startswith("Could not find user")


def test_one_project_that_fails_stops_no_other(
    cloud: ScheduledCloud, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def each(_name: str) -> Iterator[tuple[str, Login | LoginFailed]]:
        yield "gone", LoginFailed("Could not find project")
        yield HOSTILE, _login(cloud)

    monkeypatch.setattr(credentials, "log_in_to_each", each)
    status, said, _errors = run(capsys, "--json", "--each-project")
    found = [json.loads(line) for line in said.splitlines()]
    assert status == 1
    assert [(each["project"], each["event"]) for each in found] == [
        ("gone", "problem"),
        (HOSTILE, "taken"),
    ]
