# SPDX-License-Identifier: Apache-2.0
"""A cloud for ``check --cloud`` at the wire, and the command as an operator runs it."""

import json
from typing import Any

import pytest

from snapshot_dashboard import __main__ as command
from snapshot_dashboard import check_horizon
from snapshot_dashboard.cloud import credentials, probe_patience, reimage_probe
from snapshot_dashboard.cloud.credentials import Login
from tests.unit.cloud.probe_cloud import GLANCE, ProbeCloud
from tests.unit.cloud.wire import KEYSTONE, NOVA, PROJECT, Json, Wire, connection

NEUTRON = "http://network.test"
MORE: Json = {"extra_specs": {"multiattach": "<is> True"}}
TYPES = [{"id": "t1", "name": "ssd"}, {"id": "t2", "name": "nvme"} | MORE]
AGENT = {"hw_qemu_guest_agent": "yes"}
IMAGES: list[Json] = [
    {"id": "i1", "name": "no agent"},
    {"id": "i2", "name": "debian"} | AGENT,
    {"id": "i3", "name": "fedora", "os_require_quiesce": "true"} | AGENT,
]


def be_there(wire: Wire) -> None:
    """Let all services tell what they are, and what a member may read."""
    compute: Json = {"id": "v2.1", "version": "2.96", "min_version": "2.1"}
    wire.says("GET", "http://compute.test/", {"versions": [compute]}, 300)
    images = [{"id": each, "status": "SUPPORTED"} for each in ("v2.9", "v2.17")]
    wire.says("GET", "http://image.test/", {"versions": images}, 300)
    wire.says("GET", f"{NEUTRON}/", {"versions": [{"id": "v2.0", "status": "CURRENT"}]})
    wire.says("GET", KEYSTONE, {"version": {"id": "v3.14", "status": "stable"}})
    for path in ("/snapshots/detail", "/volumes/detail", "/attachments", "/backups", "/groups"):
        wire.says("GET", f"{path}?limit=1", {})
    wire.says("GET", "/messages?limit=1", {})
    wire.says("GET", "/backups/detail", {"backups": []})
    wire.says("GET", f"{NOVA}/servers?limit=1", {"servers": []})
    wire.says("GET", f"{GLANCE}/images?limit=1", {"images": IMAGES[:1]})
    wire.says("GET", f"{GLANCE}/images?limit=500", {"images": IMAGES})
    wire.says("GET", "/types", {"volume_types": TYPES})
    wire.says("GET", "/types/default", {"volume_type": TYPES[0]})
    wire.says("GET", "/extensions", {"extensions": [{"alias": "backups"}]})
    wire.says("GET", f"{NOVA}/extensions", {"extensions": [{"alias": "a"}, {"alias": "b"}]})
    filters = [{"resource": each, "filters": ["name"]} for each in ("volume", "snapshot")]
    wire.says("GET", "/resource_filters", {"resource_filters": filters})
    wire.fails("GET", "/os-services", 403)


def checked_cloud(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> ProbeCloud:
    """A cloud that somebody is logged in to, and a clock that does not wait."""
    found = ProbeCloud(wire)
    be_there(wire)
    monkeypatch.setattr(check_horizon, "ask", lambda roles, folder: None)
    login = Login(
        auth_url="http://identity.test/v3",
        region="RegionOne",
        project_id=PROJECT,
        project="web\x1b[31m-shop",
        roles=("member", "reader"),
        connect=lambda: connection(image_url=GLANCE, identity_url=KEYSTONE, network_url=NEUTRON),
    )
    monkeypatch.setattr(credentials, "log_in", lambda name: login)
    monkeypatch.setattr(reimage_probe, "_LENGTH", 2**13)
    monkeypatch.setattr(probe_patience, "_SHORTEST", 0.0)
    return found


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run the command; return its exit status and what it printed."""
    status = command.main(["check", "--cloud", *words])
    return status, capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """Run the command and return what it tells programs."""
    status, said = run(capsys, "--json", *words)
    found: dict[str, Any] = json.loads(said)
    assert found["exit_status"] == status
    return found
