# SPDX-License-Identifier: Apache-2.0
"""The number of API calls of each page and dialog at any size of the project."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from demo.counting import HEADER
from demo.dashboard import Dashboard
from demo.layout import ROOT, Home
from demo.visitor import Visitor
from devcloud.access import load
from tests.cloud.dialogs import SNAPSHOTS, VOLUMES, accepted, opened, snapshot_path, volume_path
from tests.cloud.groups import make_group
from tests.cloud.workshop import PATIENCE, Workshop

if TYPE_CHECKING:
    from openstack.connection import Connection

# Name of the project: volumes, snapshots of each, instances.
SIZES = {"count-small": (20, 1, 4), "count-large": (2000, 1, 500)}


@dataclass(frozen=True)
class Project:
    """A project of a size, somebody who looks at it, and one object of each kind in it."""

    visitor: Visitor
    attached: str
    detached: str
    snapshot: str
    instances: tuple[str, ...]


def calls(answer: requests.Response) -> int:
    """Return how many requests an answer cost."""
    assert answer.status_code in (200, 302), answer.text[:500]
    return int(answer.headers[HEADER])


@pytest.fixture(scope="module")
def connection_of(home: Home) -> Callable[[str], "Connection"]:
    """Function: a client's connection of the user of a cloned project."""
    from openstack.config import OpenStackConfig
    from openstack.connection import Connection

    def connection(user: str) -> "Connection":
        files = [str(home.path / "clouds.yaml")]
        config = OpenStackConfig(config_files=files, load_envvars=False, vendor_files=[])
        return Connection(config=config.get_one(cloud=user))

    return connection


@pytest.fixture(scope="module")
def projects(
    home: Home, dashboard: Dashboard, connection_of: Callable[[str], "Connection"]
) -> dict[str, Project]:
    """A small and a large project; they stay for the next run."""
    return {
        name: _project(home, dashboard, name, connection_of, *numbers)
        for name, numbers in SIZES.items()
    }


def _project(
    home: Home,
    dashboard: Dashboard,
    name: str,
    connection_of: Callable[[str], "Connection"],
    volumes: int,
    per_volume: int,
    instances: int,
) -> Project:
    if not any(each.name == name for each in load(home.path).accounts):
        _clone(home, name, volumes, per_volume, instances)
    api = connection_of(name).block_storage
    oldest = "limit=1000&sort=created_at:asc"
    page = api.get(f"/volumes/detail?{oldest}").json()["volumes"]
    found = api.get(f"/snapshots/detail?{oldest}&status=available").json()["snapshots"]
    # A failed snapshot costs its reason: see below. Which of the cloned ones have is luck.
    sound = {each["volume_id"] for each in found}
    page = [each for each in page if each["id"] in sound]
    used = [each for each in page if each["attachments"]]
    free = next(each["id"] for each in page if each["status"] == "available")
    visitor = Visitor(dashboard.url)
    visitor.log_in(load(home.path).login(name))
    return Project(
        visitor=visitor,
        attached=used[0]["id"],
        detached=free,
        snapshot=found[0]["id"],
        instances=tuple(each["attachments"][0]["server_id"] for each in used[:3]),
    )


def _clone(home: Home, name: str, volumes: int, per_volume: int, instances: int) -> None:
    numbers = [str(volumes), str(per_volume), "--instances", str(instances)]
    port = urlsplit(load(home.path).auth_url).port
    done = subprocess.run(
        [sys.executable, "-m", "devcloud", "bulk", name, *numbers],
        cwd=ROOT,
        env={**os.environ, "DEVCLOUD_HOME": str(home.path), "DEVCLOUD_PORT_BASE": str(port)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr


def _row(page: str, table: str, object_id: str) -> str:
    return f"{page}?action=row_update&table={table}&obj_id={object_id}"


def _names(project: Project) -> str:
    query = "&".join(f"q=instance:{each}" for each in project.instances)
    return f"{VOLUMES}names/shown/?{query}"


def _tab(project: Project) -> str:
    return f"{VOLUMES}{project.attached}/?tab=volume_details__snapshots_tab"


# Horizon's own page without content of ours: what its frame costs, ours is counted above.
FRAME = "/settings/password/"

# What is asked for, whether as a dialog, and the most requests that it may cost above the frame.
READS: dict[str, tuple[Callable[[Project], str], bool, int]] = {
    "volumes": (lambda _: VOLUMES, False, 2),
    # Without failed ones, of which a cloned project has some: see below.
    "snapshots": (lambda _: f"{SNAPSHOTS}?field=status&value=available", False, 1),
    # What their scripts ask for after them, once: an open page asks again while something moves.
    "volumes, snapshots counted": (
        lambda of: f"{VOLUMES}snapshots/counted/?q={of.attached},{of.detached}",
        True,
        1,
    ),
    # All that the page's scripts ask for by themselves: which images there are, only when somebody
    # wants to know.
    "snapshots, limits": (lambda _: f"{SNAPSHOTS}usage/shown/?q=usage", True, 1),
    "snapshots, images": (lambda _: f"{SNAPSHOTS}images/shown/", True, 1),
    "volumes, by name": (lambda _: f"{VOLUMES}?field=name&value=x", False, 2),
    "snapshots, by volume": (
        lambda of: f"{SNAPSHOTS}?field=volume_id&value={of.detached}",
        False,
        1,
    ),
    "volumes, by a part of the name": (
        lambda _: f"{VOLUMES}?field=name_part&value=x",
        False,
        2,
    ),
    "snapshots, by a part of the name": (
        lambda _: f"{SNAPSHOTS}?field=name_part&value=x",
        False,
        1,
    ),
    # The volume's id is one call.
    "snapshots, by the volume's name and the age": (
        lambda _: f"{SNAPSHOTS}?field=volume&value=volume-00001&field=age&value=newer:1y",
        False,
        2,
    ),
    "volume": (lambda of: f"{VOLUMES}{of.attached}/", False, 3),
    "volume's snapshots": (_tab, False, 4),
    "snapshot": (lambda of: f"{SNAPSHOTS}{of.snapshot}", False, 2),
    "create snapshot, detached": (lambda of: snapshot_path(of.detached), True, 3),
    "create snapshot, attached": (lambda of: snapshot_path(of.attached), True, 4),
    "create volume": (lambda of: volume_path(of.snapshot), True, 5),
    "delete volume": (lambda of: f"{VOLUMES}{of.attached}/delete/", True, 6),
    "delete snapshot": (lambda of: f"{SNAPSHOTS}{of.snapshot}/delete/", True, 4),
    # The snapshot's age, and the first part of the volumes that are newer.
    "made from a snapshot": (lambda of: f"{SNAPSHOTS}{of.snapshot}/dependents/", True, 2),
    "volume's row": (lambda of: _row(VOLUMES, "volumes", of.attached), True, 2),
    "snapshot's row": (lambda of: _row(SNAPSHOTS, "volume_snapshots", of.snapshot), True, 1),
}


@cache
def cost(project: Project, name: str) -> int:
    """Return what a page costs above the frame when versions and names are remembered."""
    path, dialog, _most = READS[name]
    project.visitor.get(path(project), dialog=dialog)
    found = project.visitor.get(path(project), dialog=dialog)
    return calls(found) - frame(project, dialog=dialog)


@cache
def frame(project: Project, *, dialog: bool) -> int:
    """Return what Horizon's own frame costs this person."""
    return calls(project.visitor.get(FRAME, dialog=dialog))


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("size", SIZES)
def test_it_costs_no_more_than_is_promised(
    projects: dict[str, Project], name: str, size: str
) -> None:
    assert cost(projects[size], name) <= READS[name][2]


@pytest.mark.parametrize("name", READS)
def test_it_costs_the_same_in_a_project_a_hundred_times_as_large(
    projects: dict[str, Project], name: str
) -> None:
    small, large = (cost(projects[size], name) for size in SIZES)
    assert small == large


def test_names_cost_one_request_each_and_none_while_they_are_remembered(
    projects: dict[str, Project],
) -> None:
    for project in projects.values():
        first = calls(project.visitor.get(_names(project), dialog=True))
        assert first <= len(project.instances)
        assert calls(project.visitor.get(_names(project), dialog=True)) == 0


def test_the_second_page_costs_as_much_as_the_first(projects: dict[str, Project]) -> None:
    project = projects["count-large"]
    # A page of snapshots with a failed one asks for the reason, once.
    for page, most in ((VOLUMES, 2), (SNAPSHOTS, 2)):
        first = project.visitor.get(page).text
        marker = first.partition("marker=")[2].partition('"')[0]
        assert marker, page
        found = project.visitor.get(f"{page}?marker={marker}")
        assert calls(found) - frame(project, dialog=False) <= most


def test_the_reasons_of_all_failed_snapshots_of_a_page_cost_one_request(
    projects: dict[str, Project],
) -> None:
    project = projects["count-large"]
    failed = f"{SNAPSHOTS}?field=status&value=error"
    found = project.visitor.get(failed)
    assert found.text.count("data-object-id") > 1
    assert calls(found) - frame(project, dialog=False) <= 2


# The volumes that the first part of a search reads, and each of the others.
FIRST, PART = 200, 500


def _search(visitor: Visitor, snapshot_id: str) -> tuple[int, dict[str, Any]]:
    """Look for volumes made from a snapshot; return what it cost, and the last answer."""
    said: dict[str, Any] = {}
    cost = 0
    while not said or said["marker"]:
        query = {name: said.get(name, "") for name in ("marker", "done", "all", "found")}
        path = f"{SNAPSHOTS}{snapshot_id}/dependents/?{urlencode(query)}"
        answer = visitor.get(path, dialog=True)
        cost += calls(answer)
        said = answer.json()
    return cost, said


@pytest.mark.parametrize("which", [0, 1000, -1])
def test_of_a_large_project_only_newer_volumes_are_looked_at_in_a_few_requests(
    projects: dict[str, Project], connection_of: Callable[[str], "Connection"], which: int
) -> None:
    """The oldest snapshot, one of those in the middle, and the newest."""
    api = connection_of("count-large").block_storage
    order, place = ("desc", 0) if which < 0 else ("asc", max(which - 1, 0))
    listed = api.get(f"/snapshots/detail?limit=1000&sort=created_at:{order}").json()["snapshots"]
    snapshot = listed[place]
    newer = f"/volumes?limit=1&with_count=true&created_at=gte:{snapshot['created_at']}"
    expected = api.get(newer, microversion="3.60").json()["count"]
    cost, said = _search(projects["count-large"].visitor, snapshot["id"])
    assert said["done"] == expected
    assert "newer volume" in said["said"] or "no volume of this project is" in said["said"]
    # The age, and the parts; some that are up to an hour older make one more at most.
    assert cost <= 1 + 1 + -(-max(expected - FIRST, 0) // PART) + 1


@pytest.fixture(scope="module")
def volume(shared_workshop: Workshop) -> Iterator[Any]:
    """A detached volume in web-shop."""
    yield shared_workshop.volume("counted")


def test_making_a_snapshot_costs_a_look_and_a_request_more_than_its_dialog(
    volume: Any, anna: Visitor
) -> None:
    dialog = opened(anna, snapshot_path(volume.id))
    answer = dialog.submit(anna)
    assert accepted(answer)
    assert calls(answer) <= 5


def test_making_a_volume_costs_a_look_and_a_request_more_than_its_dialog(
    volume: Any, anna: Visitor, workshop: Workshop
) -> None:
    snapshot = workshop.snapshot(volume.id)
    dialog = opened(anna, volume_path(snapshot.id))
    answer = dialog.submit(anna, name=snapshot.name)
    assert accepted(answer)
    (made,) = workshop.owner.block_storage.volumes(name=snapshot.name)
    workshop.adopt_volume(made.id)
    assert calls(answer) <= 7


def _live(visitor: Visitor, path: str, live: str) -> tuple[int, int]:
    """Return what a look at an open dialog costs: where nothing has changed, and where it has."""
    seen = opened(visitor, path).fields()["seen"]
    same = visitor.get(f"{live}?{urlencode({'seen': seen})}", dialog=True)
    assert same.json() == {}
    other = visitor.get(f"{live}?{urlencode({'seen': 'x'})}", dialog=True)
    assert other.json()["seen"] == seen
    return calls(same), calls(other)


def test_a_look_at_an_open_dialog_about_a_group_costs_what_is_promised(
    shared_workshop: Workshop, anna: Visitor
) -> None:
    group = make_group(shared_workshop)
    address = f"{VOLUMES}groups/{group.id}"
    # The group, its volumes, and the records of each of the two; beside them the limits.
    for path, live in (
        (group.snapshot_path, f"{address}/create_snapshot/live/"),
        (group.clone_path, f"{address}/clone/live/"),
    ):
        assert _live(anna, path, live) == (4, 5)


def test_a_look_at_an_open_dialog_about_an_instance_costs_what_is_promised(
    shared_workshop: Workshop, anna: Visitor
) -> None:
    """It has three volumes, whose records are read by the two lists."""
    instance, _disk = shared_workshop.started_from_volume("looked-at")
    for _each in range(2):
        shared_workshop.attach(instance.id, shared_workshop.volume("data").id)
    path = f"/project/images/{instance.id}/create/"
    # The instance and its volumes; each volume; two lists of records; the instance as a user.
    assert _live(anna, path, f"{path}live/") == (8, 9)
