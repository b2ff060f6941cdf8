# SPDX-License-Identifier: Apache-2.0
"""``check --cloud``: what versions mean, the probe, options and credentials."""

import signal
from pathlib import Path

import pytest

from snapshot_dashboard import __main__ as command
from snapshot_dashboard.cloud import credentials, reimage_probe
from snapshot_dashboard.cloud.probe_objects import MARK, NAME
from snapshot_dashboard.rules.cloud_check import setting
from tests.unit.checked_cloud import checked_cloud, run, told
from tests.unit.cloud.probe_cloud import ProbeCloud
from tests.unit.cloud.wire import NOVA, PROJECT, REQUEST_ID, TOKEN, Json, Wire

PROBE = ("--probe-reimage", "--type", "ssd")


@pytest.fixture
def checked(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> ProbeCloud:
    """A cloud that somebody is logged in to."""
    return checked_cloud(wire, monkeypatch)


@pytest.mark.parametrize(
    ("version", "revert", "reimage", "why"),
    [
        ("3.39", "no", "no", "needs Block Storage API 3.68"),
        ("3.67", "yes", "no", "needs Block Storage API 3.68"),
        ("3.70", "yes", "no", "older than 26.0.0, and would destroy the content"),
        ("3.72", "yes", "unknown", "try it with --probe-reimage"),
    ],
)
def test_what_versions_mean(
    checked: ProbeCloud,
    wire: Wire,
    capsys: pytest.CaptureFixture[str],
    version: str,
    revert: str,
    reimage: str,
    why: str,
) -> None:
    wire.versions(version)
    found = told(capsys)["findings"]
    assert (found["revert"]["state"], found["reimage"]["state"]) == (revert, reimage)
    assert why in found["reimage"]["text"]


def test_of_an_older_cloud_only_an_image_is_tried(
    checked: ProbeCloud, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    """The cloud would take an image without bytes literally."""
    wire.versions("3.70")
    checked.how = "empty"
    status, said = run(capsys, *PROBE)
    assert (status, checked.left) == (1, [])
    assert len([each for each in checked.sent if each.endswith("os-reimage")]) == 1
    assert said.splitlines()[-3:] == [
        "RESULT   REIMAGE_FROM_SNAPSHOT may be switched on for volume type ssd:",
        '         SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": {"*": "never", "ssd": "image"}}',
        "         Everything that was made has been removed.",
    ]


def test_zeros_that_are_left_out_prove_nothing(
    checked: ProbeCloud, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    wire.versions("3.70")
    checked.how = "sparse"
    status, said = run(capsys, *PROBE)
    assert (status, checked.left) == (3, [])
    assert "did not bring its bytes: nothing is proved." in said
    assert told(capsys, *PROBE)["probe"]["setting"] is None


def test_a_cloud_that_is_known_to_be_too_old_is_not_tried(
    checked: ProbeCloud, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    wire.versions("3.67")
    status, said = run(capsys, *PROBE)
    assert status == 1
    assert {each.split()[0] for each in checked.sent} == {"GET"}
    assert 'REIMAGE_FROM_SNAPSHOT has to stay "never" for volume type ssd.' in said


def test_services_that_fail_are_told(
    checked: ProbeCloud, wire: Wire, capsys: pytest.CaptureFixture[str]
) -> None:
    wire.says("GET", "http://storage.test/", {}, 503)
    wire.says("GET", "http://compute.test/", {}, 500)
    found = told(capsys)
    assert found["exit_status"] == 3
    assert found["findings"]["compute"] == {
        "state": "unknown",
        "text": f"Compute: not known, Compute failed (HTTP 500, {REQUEST_ID})",
        "do": "",
        "part": "Services",
    }
    assert found["findings"]["ways_back"]["state"] == "unknown"
    assert told(capsys, *PROBE)["probe"]["state"] == "unknown"
    assert {each.split()[0] for each in checked.sent} == {"GET"}


def test_a_proof_says_what_may_be_set(
    checked: ProbeCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(capsys, *PROBE)
    assert (status, checked.left) == (0, [])
    assert said.splitlines()[-4:] == [
        "yes      The bytes of the snapshot came back.",
        "RESULT   REIMAGE_FROM_SNAPSHOT may be switched on for volume type ssd:",
        '         SNAPSHOT_DASHBOARD = {"REIMAGE_FROM_SNAPSHOT": {"*": "never", "ssd": "proved"}}',
        "         Everything that was made has been removed.",
    ]
    assert told(capsys, *PROBE)["probe"] == {
        "state": "yes",
        "text": "The bytes of the snapshot came back.",
        "volume_type": "ssd",
        "setting": '"REIMAGE_FROM_SNAPSHOT": {"*": "never", "ssd": "proved"}',
        "left": [],
        "not_looked_for": "",
    }


def test_a_refutation_says_that_it_takes_an_image(
    checked: ProbeCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    checked.how = "empty"
    status, said = run(capsys, *PROBE)
    assert (status, checked.left) == (1, [])
    assert "its content is lost." in said
    written = '"REIMAGE_FROM_SNAPSHOT": {"*": "never", "ssd": "image"}'
    assert f"SNAPSHOT_DASHBOARD = {{{written}}}" in said
    assert told(capsys, *PROBE)["probe"]["setting"] == written


def test_what_is_not_proved_has_a_status_of_its_own(
    checked: ProbeCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    checked.forbidden = "os-reimage"
    status, said = run(capsys, *PROBE)
    assert (status, checked.left) == (3, [])
    assert 'RESULT   It could not be told: leave REIMAGE_FROM_SNAPSHOT at "never"' in said


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_after_everything_is_removed(
    checked: ProbeCloud, capsys: pytest.CaptureFixture[str], sent: signal.Signals
) -> None:
    before = signal.getsignal(sent)
    checked.after = lambda number: signal.raise_signal(sent) if number == 20 else None
    status, said = run(capsys, *PROBE)
    assert (status, checked.left) == (3, [])
    assert "not told It was stopped while " in said
    assert "Everything that was made has been removed." in said
    assert signal.getsignal(sent) is before


def test_asked_to_stop_again_it_tells_what_is_left(
    checked: ProbeCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    checked.after = lambda number: (
        signal.raise_signal(signal.SIGINT) if number in (20, 30) else None
    )
    status, said = run(capsys, *PROBE)
    assert status == 3
    assert checked.left
    assert "LEFT     This could not be removed:" in said
    assert all(f" delete {each}" in said for each in checked.left)


def remains(checked: ProbeCloud, minutes: int) -> None:
    """Let an earlier run have left a volume, so many minutes before twelve o'clock."""
    checked.volumes["old-1"] = {
        "id": "old-1",
        "name": NAME,
        "status": "available",
        "metadata": {MARK: "an-earlier-run"},
        "created_at": f"2026-12-01T{11 - minutes // 60:02}:{59 - minutes % 60:02}:59.000000",
    }


def test_what_an_earlier_run_has_left_is_removed_first(
    checked: ProbeCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    remains(checked, minutes=70)
    said = told(capsys, *PROBE)
    assert ([each["id"] for each in said["earlier_runs"]["found"]], checked.left) == (["old-1"], [])
    removed = checked.sent.index("DELETE /volumes/old-1")
    assert removed < checked.sent.index("POST /volumes")


def test_what_may_belong_to_a_probe_that_is_at_work_is_left_alone(
    checked: ProbeCloud, capsys: pytest.CaptureFixture[str]
) -> None:
    remains(checked, minutes=20)
    status, said = run(capsys, *PROBE)
    assert (status, checked.left) == (0, ["old-1"])
    assert "in use?  volume old-1: another probe may be at work." in said
    assert run(capsys, *PROBE, "--left-after", "0")[0] == 0
    assert checked.left == []


def test_what_cannot_be_removed_is_no_success(
    checked: ProbeCloud, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    remains(checked, minutes=70)
    monkeypatch.setattr(reimage_probe, "_REMOVING", 0)
    status, said = run(capsys, *PROBE)
    assert status == 4
    assert "         openstack volume delete old-1" in said.splitlines()


def test_a_name_with_wildcards_stands_for_itself() -> None:
    assert (
        setting("nvme*", "proved") == '"REIMAGE_FROM_SNAPSHOT": {"*": "never", "nvme[*]": "proved"}'
    )
    assert setting(None, "proved") == '"REIMAGE_FROM_SNAPSHOT": "proved"'


@pytest.mark.parametrize(
    "words",
    [
        ("check", "--cloud", "--roles", "member"),
        ("check", "--probe-reimage"),
        ("check", "--cloud", "--type", "ssd"),
        ("check", "--cloud", "--left-after", "0"),
        ("check", "--os-cloud", "here"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(list(words))
    assert ended.value.code == 2


CLOUDS = """
clouds:
  here:
    auth: {auth_url: "http://identity.test/v3", username: anna, password: secret,
           project_name: web-shop, user_domain_name: Default, project_domain_name: Default}
    region_name: RegionOne
"""


@pytest.fixture
def clouds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of clouds."""
    (tmp_path / "clouds.yaml").write_text(CLOUDS)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))


def keystone(wire: Wire) -> None:
    """Let Keystone tell its version."""
    links = [{"rel": "self", "href": "http://identity.test/v3/"}]
    about = {"id": "v3.14", "status": "stable", "links": links}
    wire.says("GET", "http://identity.test/v3", {"version": about})


def catalog(*services: tuple[str, str]) -> Json:
    """Return what Keystone answers to a login."""
    entries = [
        {"type": kind, "endpoints": [{"interface": "public", "region_id": "RegionOne", "url": url}]}
        for kind, url in services
    ]
    return {
        "token": {
            "project": {"id": PROJECT, "name": "web-shop", "domain": {"id": "d", "name": "D"}},
            "user": {"id": "u-anna", "name": "anna", "domain": {"id": "d", "name": "D"}},
            "roles": [{"id": "r1", "name": "reader"}, {"id": "r2", "name": "member"}],
            "expires_at": "2999-01-01T00:00:00.000000Z",
            "catalog": entries,
        }
    }


def test_credentials_of_a_file_make_a_connection(wire: Wire, clouds: None) -> None:
    services = ("volumev3", "http://storage.test/v3/"), ("image", "http://image.test/")
    keystone(wire)
    wire.mocker.register_uri(
        "POST",
        "http://identity.test/v3/auth/tokens",
        json=catalog(*services, ("compute", NOVA)),
        headers={"X-Subject-Token": TOKEN},
        status_code=201,
    )
    login = credentials.log_in("here")
    assert (login.region, login.project, login.roles) == (
        "RegionOne",
        "web-shop",
        ("member", "reader"),
    )
    ours = login.connect()
    assert (ours.token, ours.project_id) == (TOKEN, PROJECT)
    assert ours.block_storage_url == "http://storage.test/v3"
    assert (ours.image_url, ours.compute_url) == ("http://image.test/v2", NOVA)


def test_no_login_is_told(wire: Wire, clouds: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check", "--cloud", "--os-cloud", "nowhere"]) == 3
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "No login: Cloud nowhere was not found."
    assert "--os-cloud NAME" in said[1]
    keystone(wire)
    wire.says("POST", "http://identity.test/v3/auth/tokens", {"error": {"message": "No."}}, 401)
    assert command.main(["check", "--cloud", "--os-cloud", "here"]) == 3
    assert "No login: No. (HTTP 401)" in capsys.readouterr().err
