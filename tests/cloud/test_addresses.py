# SPDX-License-Identifier: Apache-2.0
"""Every URL of the replaced panels, and of those that use their templates, answers."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from demo.dashboard import Dashboard
from demo.layout import ROOT, Flavour, Home
from demo.visitor import Visitor
from devcloud.access import Access
from devcloud.waiting import wait_until
from tests.browser.oracle import tracebacks
from tests.cloud.conftest import Visit
from tests.cloud.stock_urls import Address, addresses
from tests.cloud.workshop import PATIENCE, Workshop, unique

# A group needs a newer version of Cinder's API than the client's default.
_GROUPS = "3.14"

# Stock's page of this name includes a template that Horizon does not ship; its modal works.
BROKEN_IN_STOCK = "volume_groups:delete"
MISSING = "project/volumes/volume_groups/_delete.html"
WORKING = [each for each in addresses() if BROKEN_IN_STOCK not in each.label]


@pytest.fixture(scope="module")
def ids(shared_workshop: Workshop) -> dict[str, str]:
    """One real object of each kind that an address can name."""
    waiting = shared_workshop.volume("offered")
    transfer = shared_workshop.owner.block_storage.create_transfer(
        volume_id=waiting.id, name=unique("offer")
    )
    shared_workshop.later(shared_workshop.owner.block_storage.delete_transfer, transfer.id)
    volume = shared_workshop.volume("addressed")
    snapshot = shared_workshop.snapshot(volume.id)
    group = _group(shared_workshop)
    return {
        "volume_id": volume.id,
        "snapshot_id": snapshot.id,
        "transfer_id": transfer.id,
        "group_id": group,
        "vg_snapshot_id": _group_snapshot(shared_workshop, group),
    }


def _group(workshop: Workshop) -> str:
    api = workshop.owner.block_storage
    kinds = api.get("/group_types", microversion=_GROUPS).json()["group_types"]
    kind = next(each["id"] for each in kinds if each["name"] == "default-group")
    types = {each.name: each.id for each in api.types()}
    said = {"name": unique("group"), "group_type": kind, "volume_types": [types["ssd"]]}
    made = api.post("/groups", json={"group": said}, microversion=_GROUPS).json()["group"]["id"]
    forget = {"delete": {"delete-volumes": True}}
    path = f"/groups/{made}/action"
    workshop.later(lambda: api.post(path, json=forget, microversion=_GROUPS))
    _wait(lambda: _status(workshop, f"/groups/{made}", "group") == "available")
    api.create_volume(name=unique("member"), size=1, volume_type="ssd", group_id=made)
    return str(made)


def _group_snapshot(workshop: Workshop, group: str) -> str:
    api = workshop.owner.block_storage
    (member,) = [each for each in api.volumes(details=True) if each.group_id == group]
    workshop.settled(member.id)
    said = {"group_snapshot": {"name": unique("moment"), "group_id": group}}
    path = "/group_snapshots"
    made = api.post(path, json=said, microversion=_GROUPS).json()["group_snapshot"]["id"]
    own = f"{path}/{made}"
    workshop.later(_wait, lambda: _status(workshop, own, "group_snapshot") == "gone")
    workshop.later(lambda: api.delete(own, microversion=_GROUPS))
    _wait(lambda: _status(workshop, own, "group_snapshot") == "available")
    return str(made)


def _status(workshop: Workshop, path: str, kind: str) -> str:
    answer = workshop.owner.block_storage.get(path, microversion=_GROUPS)
    return str(answer.json()[kind]["status"]) if answer.ok else "gone"


def _wait(condition: Callable[[], bool]) -> None:
    wait_until(condition, seconds=PATIENCE, what="a volume group or group snapshot", pause=0.1)


@pytest.fixture
def log(dashboard: Dashboard) -> Callable[[], str]:
    """Function: what Horizon wrote into its log since the test began."""
    start = dashboard.log.stat().st_size

    def since() -> str:
        with dashboard.log.open("rb") as file:
            file.seek(start)
            return file.read().decode(errors="replace")

    return since


@pytest.mark.parametrize("user", ["anna", "admin"])
@pytest.mark.parametrize("address", WORKING, ids=lambda each: each.label)
def test_the_address_answers(
    address: Address, user: str, ids: dict[str, str], visit: Visit, log: Callable[[], str]
) -> None:
    visitor = visit(user) if user == "anna" else visit(user, "web-shop")
    answer = visitor.get(address.path(ids))
    may_look = user == "admin" or address.panel.startswith("project.")
    assert answer.status_code == (200 if may_look else 403), answer.text[:1000]
    assert tracebacks(log()) == []


@pytest.mark.parametrize("name", ["create_snapshot", "attach", "create", "extend", "update"])
def test_a_dialog_of_volumes_answers_in_a_modal(
    name: str, ids: dict[str, str], anna: Visitor
) -> None:
    address = next(
        each for each in addresses() if (each.panel, each.name) == ("project.volumes", name)
    )
    answer = anna.get(address.path(ids), dialog=True)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "modal-title" in answer.text


PROBE = ROOT / "tests" / "cloud" / "panels_in_process.py"
OURS = "snapshot_dashboard.panels"
STOCK = "openstack_dashboard.dashboards"


def _panels(home: Home, cloud: Access, volume: str, switches: Path | None) -> dict[str, Any]:
    """Return view and status of pages of a Horizon that has only these files enabled."""
    login = cloud.login("anna")
    place = [str(switches)] if switches else []
    done = subprocess.run(
        [Flavour.PLUGIN.python, PROBE, login.name, login.password, volume, *place],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "DEVCLOUD_HOME": str(home.path),
            "DJANGO_SETTINGS_MODULE": "openstack_dashboard.settings",
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.extended
def test_with_our_enabled_files_the_pages_are_ours(
    home: Home, cloud: Access, dashboard: Dashboard, ids: dict[str, str]
) -> None:
    pages = _panels(home, cloud, ids["volume_id"], None)
    assert {page["status"] for page in pages.values()} == {200}
    assert all(page["view"].startswith(OURS) for page in pages.values()), pages


@pytest.mark.extended
def test_without_our_enabled_files_stock_is_back(
    home: Home, cloud: Access, dashboard: Dashboard, ids: dict[str, str], tmp_path: Path
) -> None:
    pages = _panels(home, cloud, ids["volume_id"], tmp_path)
    assert {page["status"] for page in pages.values()} == {200}
    assert all(page["view"].startswith(STOCK) for page in pages.values()), pages


def test_the_page_that_is_left_out_is_broken_in_stock_itself() -> None:
    with pytest.raises(TemplateDoesNotExist):
        get_template(MISSING)


@pytest.mark.parametrize("name", ["index", "detail", "attach", "create_snapshot"])
def test_a_page_of_ours_answers_for_an_object_of_another_project(
    name: str, ids: dict[str, str], visit: Visit, log: Callable[[], str]
) -> None:
    for address in addresses():
        if address.panel in ("project.volumes", "project.snapshots") and address.name == name:
            answer = visit("otto").get(address.path(ids))
            assert answer.status_code == 200, address.label
    assert tracebacks(log()) == []
