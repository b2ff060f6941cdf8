# SPDX-License-Identifier: Apache-2.0
"""The cloud of many customers holds what its file says."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest

from demo.layout import Home
from devcloud.access import Access
from devcloud.whole_cloud import Totals, WholeCloud
from snapshot_dashboard.rules.consistency import TAKEN
from tests.cloud.whole_cloud import whole_cloud
from tests.cloud.workshop import Workshop
from tests.conftest import Connect

pytestmark = pytest.mark.extended

_PROJECT = "os-extended-snapshot-attributes:project_id"
_VERSION = "3.65"
_DOWN = "devcloud@old"

Raw = dict[str, Any]


@pytest.fixture(scope="module")
def expected(home: Home, cloud: Access) -> WholeCloud:
    """What the customers have, as planned."""
    return whole_cloud(home)


@pytest.fixture(scope="module")
def admin(connect: Connect) -> Any:
    """The administrator's connection."""
    return connect("admin")


@pytest.fixture(scope="module")
def names(admin: Any, expected: WholeCloud) -> dict[str, str]:
    """Names of the customers' projects by id."""
    found = {project.id: project.name for project in admin.identity.projects()}
    return {id_: name for id_, name in found.items() if name in expected.projects}


def everything(admin: Any, kind: str, **filters: str) -> Iterator[Raw]:
    """Read volumes or snapshots of all projects, page by page."""
    marker: dict[str, str] = {}
    while True:
        query = {"all_tenants": "1", "limit": "1000", **filters, **marker}
        path = f"/{kind}/detail"
        page = admin.block_storage.get(path, params=query, microversion=_VERSION).json()[kind]
        yield from page
        if not page:
            return
        marker = {"marker": page[-1]["id"]}


@pytest.fixture(scope="module")
def volumes(home: Home, names: dict[str, str]) -> dict[str, Raw]:
    """The customers' volumes by id: a few columns of the database, for the API needs 15 s."""
    database = f"file:{home.path / 'db' / 'cinder.db'}?mode=ro"
    query = "SELECT id, project_id, host, size, attach_status FROM volumes WHERE NOT deleted"
    with closing(sqlite3.connect(database, uri=True)) as cinder:
        cinder.row_factory = sqlite3.Row
        return {row["id"]: dict(row) for row in cinder.execute(query) if row["project_id"] in names}


@pytest.fixture(scope="module")
def snapshots(admin: Any, names: dict[str, str]) -> list[Raw]:
    """The customers' snapshots."""
    return [raw for raw in everything(admin, "snapshots") if raw[_PROJECT] in names]


def totals(snapshots: list[Raw], volumes: dict[str, Raw]) -> Totals:
    """Count what Cinder answered."""
    temporary = [raw["size"] for raw in snapshots if not raw["consumes_quota"]]
    born = [datetime.fromisoformat(raw["created_at"]) for raw in snapshots]
    return Totals(
        snapshots=len(snapshots),
        gibibytes=sum(raw["size"] for raw in snapshots),
        failed=sum(raw["status"] == "error" for raw in snapshots),
        foreign=sum(raw[_PROJECT] != volumes[raw["volume_id"]]["project_id"] for raw in snapshots),
        temporary=len(temporary),
        temporary_gibibytes=sum(temporary),
        not_recorded=sum(TAKEN not in raw["metadata"] for raw in snapshots),
        oldest=min(born, default=None),
    )


def test_cinder_has_what_was_planned_in_each_project_and_state(
    expected: WholeCloud,
    snapshots: list[Raw],
    volumes: dict[str, Raw],
    names: dict[str, str],
    admin: Any,
) -> None:
    users = {user.id: user.name for user in admin.identity.users()}
    groups = (
        (expected.projects, lambda raw: names[raw[_PROJECT]]),
        (expected.users, lambda raw: users[raw["user_id"]]),
        (expected.hosts, lambda raw: volumes[raw["volume_id"]]["host"]),
        (expected.statuses, lambda raw: raw["status"]),
    )
    assert totals(snapshots, volumes) == expected.together
    for planned, name_of in groups:
        found: dict[str, list[Raw]] = {name: [] for name in planned}
        for raw in snapshots:
            found[name_of(raw)].append(raw)
        assert {name: totals(group, volumes) for name, group in found.items()} == planned


def test_everything_out_of_the_ordinary_is_there(expected: WholeCloud) -> None:
    together = expected.together
    assert len(expected.projects) == 300
    assert (together.snapshots, expected.volumes, expected.instances) == (10_000, 10_000, 1_000)
    assert together.failed == 100
    assert min(together.foreign, together.temporary, together.not_recorded) >= 20
    for status in ("creating", "deleting", "error_deleting", "backing-up"):
        assert expected.statuses[status].snapshots == 10
    assert Totals() in expected.projects.values()


def test_some_snapshots_hang_for_hours_on_a_service_that_is_down_and_some_on_one_that_is_up(
    snapshots: list[Raw], volumes: dict[str, Raw], admin: Any
) -> None:
    services = admin.block_storage.get("/os-services", params={"binary": "cinder-volume"}).json()
    states = {service["host"]: service["state"] for service in services["services"]}
    assert states.pop(_DOWN) == "down"
    assert set(states.values()) == {"up"}
    hanging = [raw for raw in snapshots if raw["status"] == "creating"]
    hosts = Counter(volumes[raw["volume_id"]]["host"].partition("#")[0] for raw in hanging)
    assert set(hosts) == {_DOWN, "devcloud@fake"}
    for raw in hanging:
        age = datetime.utcnow() - datetime.fromisoformat(raw["updated_at"])
        assert age > timedelta(hours=2)


def test_the_attachments_are_of_instances_of_the_same_project(
    expected: WholeCloud, names: dict[str, str], volumes: dict[str, Raw], admin: Any
) -> None:
    states = Counter(raw["attach_status"] for raw in volumes.values())
    assert states == {
        "attached": expected.instances,
        "detached": expected.volumes - expected.instances,
    }
    project = next(id_ for id_, name in names.items() if name == "customer-001")
    ours = list(everything(admin, "volumes", project_id=project))
    of_one = [raw for raw in ours if raw["attachments"]]
    assert {raw["id"] for raw in ours} == {
        id_ for id_, raw in volumes.items() if raw["project_id"] == project
    }
    assert {raw["status"] for raw in of_one} == {"in-use"}
    answer = admin.compute.get(f"/servers?all_tenants=1&project_id={project}").json()
    servers = {server["id"] for server in answer["servers"]}
    assert {raw["attachments"][0]["server_id"] for raw in of_one} == servers != set()


def test_the_quota_tells_what_is_used_and_leaves_room(
    expected: WholeCloud, admin: Any, names: dict[str, str], volumes: dict[str, Raw]
) -> None:
    for id_, name in list(names.items())[:20]:
        path = f"/os-quota-sets/{id_}?usage=True"
        quota = admin.block_storage.get(path).json()["quota_set"]
        planned = expected.projects[name]
        own = [raw["size"] for raw in volumes.values() if raw["project_id"] == id_]
        assert quota["volumes"]["in_use"] == len(own)
        assert quota["snapshots"]["in_use"] == planned.snapshots - planned.temporary
        assert quota["gigabytes"]["in_use"] == (
            planned.gibibytes - planned.temporary_gibibytes + sum(own)
        )
        assert quota["snapshots_bulk"]["in_use"] == quota["snapshots"]["in_use"]
        assert quota["snapshots"]["limit"] == -1


@pytest.mark.parametrize("volume_type", ["ssd", "hdd", "linked", "shared", "bulk"])
def test_volumes_are_still_made_in_every_type(
    expected: WholeCloud, workshop: Workshop, volume_type: str
) -> None:
    assert workshop.volume(volume_type=volume_type).status == "available"


def test_filling_it_again_changes_nothing(home: Home, expected: WholeCloud) -> None:
    assert whole_cloud(home) == expected
