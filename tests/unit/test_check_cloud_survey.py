# SPDX-License-Identifier: Apache-2.0
"""``check --cloud``: the page that an operator reads, and the same for programs."""

from pathlib import Path

import pytest

from snapshot_dashboard import check_horizon
from snapshot_dashboard.check_horizon import Told
from tests.unit.checked_cloud import checked_cloud, run, told
from tests.unit.cloud.probe_cloud import ProbeCloud
from tests.unit.cloud.wire import Wire

# They stay: programs read them.
KEYS = (
    ("block_storage", "compute", "identity", "image", "network")
    + ("clocks", "raw_images", "backup", "volume_types", "name_part", "guest_agent_images")
    + ("block_storage_extensions", "compute_extensions", "readable", "changeable")
    + ("create_snapshot", "snapshot_set", "frozen", "create_backup", "upload_to_image")
    + ("instance_snapshot", "group_snapshot", "clone_group", "restrictions", "create_volume")
    + ("investigate", "launch", "set_launch", "attachments", "delete", "keeping", "reasons")
    + ("clean_up",)
    + ("counts", "support", "revert", "reimage", "horizon")
)


@pytest.fixture
def checked(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> ProbeCloud:
    """A cloud that somebody is logged in to."""
    return checked_cloud(wire, monkeypatch)


def only_reads(wire: Wire) -> None:
    """Nothing but reads was sent, however much of the cloud could not be read."""
    sent = wire.mocker.request_history
    assert sent and {each.method for each in sent} <= {"GET", "HEAD"}


def test_it_tells_what_the_cloud_can_do_and_changes_nothing(
    checked: ProbeCloud, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(capsys)
    assert status == 0
    only_reads(wire)
    lines = said.splitlines()
    # No control character of a name reaches the terminal.
    assert lines[0] == (
        "Cloud http://identity.test/v3, region RegionOne, project web [31m-shop (p-web-shop), "
        "roles member, reader"
    )
    titles = ["This Horizon", "Services", "What is there", "What these roles may read", "Features"]
    assert [each for each in lines if each in titles] == titles
    assert {each[:9] for each in lines[1:] if each not in ("", *titles)} == {
        "yes      ",
        "no       ",
        "not told ",
        "         ",
    }
    assert len(lines) < 70
    told_first = [
        "yes      Block Storage API 3.71",
        "yes      Compute API 2.96",
        "yes      Identity API 3.14",
        "yes      Image API 2.17",
        "yes      Network API 2.0",
    ]
    start = lines.index("Services") + 1
    assert lines[start : start + 5] == told_first
    assert "yes      Volume types: nvme (multiattach=<is> True), ssd (default)" in lines
    assert "no       Images with a guest agent: 1 of 2 lack os_require_quiesce: debian" in lines
    assert "yes      Revert a detached volume to its newest snapshot (since 3.40)" in lines


def test_a_program_finds_each_finding_by_its_key(
    checked: ProbeCloud, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    wire.tells_time(hours=1)
    said = told(capsys)
    found = said["findings"]
    assert {each["state"] for each in found.values()} == {"yes", "no", "unknown"}
    assert set(found["clocks"]) == {"state", "text", "do", "part"}
    assert set(KEYS) <= set(found)
    assert (found["clocks"]["state"], found["backup"]["state"]) == ("no", "unknown")
    assert all(3590 < each <= 3600 for each in said["clocks_ahead_seconds"].values())
    assert set(said["clocks_ahead_seconds"]) == set(KEYS[:5])
    lacking = said["guest_agent_images"]["lack_os_require_quiesce"]
    assert lacking == [{"id": "i2", "name": "debian"}]
    assert [each["default"] for each in said["volume_types"]] == [True, False]
    assert said["extensions"] == {"block_storage": ["backups"], "compute": ["a", "b"]}
    assert said["horizon"] is None


def test_a_refused_read_says_what_is_lost_and_the_others_are_told(
    checked: ProbeCloud, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    wire.fails("GET", "/messages?limit=1", 403)
    wire.fails("GET", "/types", 500)
    found = told(capsys)["findings"]
    assert "messages" not in found["readable"]["text"]
    assert found["read_messages"]["state"] == "no"
    assert found["read_messages"]["text"].endswith("why something has failed is not told")
    assert found["volume_types"]["state"] == "unknown"
    assert found["create_snapshot"]["state"] == "yes"
    only_reads(wire)


def test_an_administrator_is_told_of_the_backup_service(
    checked: ProbeCloud, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    service = {"binary": "cinder-backup", "host": "h", "state": "down", "status": "enabled"}
    wire.says("GET", "/os-services", {"services": [service]})
    found = told(capsys)["findings"]
    assert (found["backup"]["state"], found["create_backup"]["state"]) == ("no", "no")
    assert found["create_backup"]["do"] == "Start cinder-backup"


def test_what_this_horizon_shows_is_told_with_it(
    checked: ProbeCloud, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Told(
        horizon="27.0.0",
        warnings=["W001: per process"],
        panels={"project/volumes": True, "admin/volumes": False},
        allowed={"volume:revert_to_snapshot": False},
        settings={"CREATE_BACKUP": "stock"},
    )
    asked = []

    def ask(roles: tuple[str, ...], folder: Path | None) -> Told:
        asked.append((roles, folder))
        return here

    monkeypatch.setattr(check_horizon, "ask", ask)
    status, said = run(capsys, "--folder", "enabled")
    assert (status, asked) == (0, [(("member", "reader"), Path("enabled"))])
    assert "yes      Horizon 27.0.0" in said
    assert "no       W001: per process" in said
    assert "1 of 2 panels are the plugin's; Horizon's own pages are shown at admin/volumes" in said
    assert ': SNAPSHOT_DASHBOARD["CREATE_BACKUP"] is "stock"' in said
    assert "Horizon hides it from these roles (rule volume:revert_to_snapshot)" in said
