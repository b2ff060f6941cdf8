# SPDX-License-Identifier: Apache-2.0
"""API calls of the pages of support staff in a cloud of 10,000 snapshots.

Each page is asked for twice: about little and about very much, with the same number of calls.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest

from demo.layout import Home
from demo.visitor import Visitor
from devcloud.access import Access
from devcloud.whole_cloud import WholeCloud
from tests.cloud.conftest import Visit
from tests.cloud.test_call_counts import Project, calls, frame
from tests.cloud.whole_cloud import whole_cloud
from tests.conftest import Connect

SNAPSHOTS = "/admin/snapshots/"
VOLUMES = "/admin/volumes/"
_VERSION = "3.65"


@dataclass(frozen=True)
class Customer:
    """A project of the whole cloud with what a page can be about; ``late`` is a marker."""

    project: str
    name: str
    user: str
    host: str
    status: str
    part: str
    volume: str
    snapshot: str


@dataclass(frozen=True)
class Sight:
    """A member of support staff, and a small and a large project."""

    looker: Project
    small: Customer
    large: Customer
    late_snapshot: str
    late_volume: str

    @property
    def visitor(self) -> Visitor:
        """Whoever looks."""
        return self.looker.visitor


@pytest.fixture(scope="module")
def expected(home: Home, cloud: Access) -> WholeCloud:
    """What the customers have."""
    return whole_cloud(home)


@pytest.fixture(scope="module")
def sight(visit: Visit, connect: Connect, expected: WholeCloud) -> Sight:
    """Choose the customers with the fewest and with the most snapshots."""
    by_size = sorted((each.snapshots, name) for name, each in expected.projects.items())
    (few, fewest), (many, most) = next(each for each in by_size if each[0]), by_size[-1]
    assert few * 100 < many
    hosts = sorted((each.snapshots, name) for name, each in expected.hosts.items())
    admin: Any = connect("admin")
    small = _customer(admin, fewest, host=hosts[0][1], status="unmanaging", part="no such name")
    large = _customer(admin, most, host=hosts[-1][1], status="available", part="nightly")
    visitor = visit("admin", "admin")
    return Sight(
        looker=Project(visitor, large.volume, small.volume, large.snapshot, ()),
        small=small,
        large=large,
        late_snapshot=_late(admin, "snapshots"),
        late_volume=_late(admin, "volumes"),
    )


def _customer(admin: Any, name: str, *, host: str, status: str, part: str) -> Customer:
    project = admin.identity.find_project(name).id
    path = f"/snapshots/detail?all_tenants=1&limit=1000&project_id={project}"
    found = admin.block_storage.get(path, microversion=_VERSION).json()["snapshots"]
    volumes = [each["volume_id"] for each in found]
    # The one of the volume with the most snapshots.
    chosen = max(found, key=lambda each: volumes.count(each["volume_id"]))
    return Customer(
        project=project,
        name=name,
        user=chosen["user_id"],
        host=host,
        status=status,
        part=part,
        volume=chosen["volume_id"],
        snapshot=chosen["id"],
    )


def _late(admin: Any, resource: str) -> str:
    """Return what stands 9,000 rows down the list."""
    path = f"/{resource}/detail?all_tenants=1&limit=1&offset=9000&sort=created_at:desc"
    (found,) = admin.block_storage.get(path, microversion=_VERSION).json()[resource]
    return str(found["id"])


def _list(page: str, **filters: str) -> str:
    pairs = [
        pair for each in filters.items() for pair in zip(("field", "value"), each, strict=True)
    ]
    return f"{page}?{urlencode(pairs)}"


def _row(page: str, table: str, object_id: str) -> str:
    return f"{page}?action=row_update&table={table}&obj_id={object_id}"


# What is asked for, whether as a dialog, and the most requests that it may cost above the frame.
READS: dict[str, tuple[Callable[[Customer], str], bool, int]] = {
    "snapshots of a project": (lambda of: _list(SNAPSHOTS, project=of.project), False, 2),
    # A name may be an id: it is looked for as one, and as the other.
    "snapshots of a project, by name": (lambda of: _list(SNAPSHOTS, project=of.name), False, 4),
    "snapshots of a user": (lambda of: _list(SNAPSHOTS, user=of.user), False, 2),
    "snapshots on a host": (lambda of: _list(SNAPSHOTS, host=of.host), False, 2),
    "snapshots of a volume": (lambda of: _list(SNAPSHOTS, volume_id=of.volume), False, 2),
    "snapshots of a project and status": (
        lambda of: _list(SNAPSHOTS, project=of.project, status="available"),
        False,
        2,
    ),
    "snapshots by name, sorted": (
        lambda of: _list(SNAPSHOTS, project=of.project) + "&sort=name",
        False,
        2,
    ),
    "volumes of a project": (lambda of: _list(VOLUMES, project=of.project), False, 1),
    "volumes of a project, by name": (lambda of: _list(VOLUMES, project=of.name), False, 3),
    "volumes, snapshots counted": (
        lambda of: f"{VOLUMES}snapshots/counted/?q={of.volume}",
        True,
        1,
    ),
    "volumes on a host": (lambda of: _list(VOLUMES, host=of.host), False, 1),
    "update status": (lambda of: f"{SNAPSHOTS}{of.snapshot}/update_status/", True, 2),
    "force delete": (lambda of: f"{SNAPSHOTS}{of.snapshot}/force_delete/", True, 3),
    "snapshot's row": (lambda of: _row(SNAPSHOTS, "volume_snapshots", of.snapshot), True, 2),
    "volume's row": (lambda of: _row(VOLUMES, "volumes", of.volume), True, 1),
    "report": (lambda _: f"{SNAPSHOTS}report/", False, 0),
}
# These cost a call more or less as there is something to name: an instance that is attached.
DETAILS: dict[str, tuple[Callable[[Customer], str], bool, int]] = {
    "snapshot": (lambda of: f"{SNAPSHOTS}{of.snapshot}", False, 10),
    "volume": (lambda of: f"{VOLUMES}{of.volume}/", False, 7),
    "volume's snapshots": (
        lambda of: f"{VOLUMES}{of.volume}/?tab=volume_details__snapshots_tab",
        False,
        9,
    ),
}
# What is found, and the volumes of what is found: none for an empty list.
SEARCHES: dict[str, tuple[Callable[[Customer], str], bool, int]] = {
    "snapshots by status": (lambda of: _list(SNAPSHOTS, status=of.status), False, 2),
    "snapshots by a part of the name": (lambda of: _list(SNAPSHOTS, name_part=of.part), False, 2),
    "volumes by a part of the name": (lambda of: _list(VOLUMES, name_part=of.part), False, 1),
    # Five kinds by name, two of them by id as well, and the volumes of the snapshots.
    "find": (lambda of: f"{SNAPSHOTS}find/?{urlencode({'q': of.part})}", False, 8),
}
EVERYTHING = READS | DETAILS | SEARCHES
SIZES = ("small", "large")


@cache
def cost(sight: Sight, path: str, *, dialog: bool = False) -> int:
    """Return what a page costs above the frame when versions and names are remembered."""
    sight.visitor.get(path, dialog=dialog)
    found = sight.visitor.get(path, dialog=dialog)
    spent = calls(found) - frame(sight.looker, dialog=dialog)
    print(f"{path}: {spent} calls, {found.elapsed.total_seconds():.2f} s")
    return spent


def cost_of(sight: Sight, name: str, size: str) -> int:
    """Return what a page of the table costs for the small or the large customer."""
    path, dialog, _most = EVERYTHING[name]
    return cost(sight, path(getattr(sight, size)), dialog=dialog)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", EVERYTHING)
def test_it_costs_no_more_than_is_promised(sight: Sight, name: str, size: str) -> None:
    assert cost_of(sight, name, size) <= EVERYTHING[name][2]


@pytest.mark.parametrize("name", READS)
def test_it_costs_the_same_for_a_hundred_times_as_much(sight: Sight, name: str) -> None:
    assert cost_of(sight, name, "small") == cost_of(sight, name, "large")


@pytest.mark.parametrize(
    ("page", "marker", "late", "most"),
    [(SNAPSHOTS, "snapshot_marker", "late_snapshot", 2), (VOLUMES, "marker", "late_volume", 1)],
)
def test_all_of_the_cloud_costs_the_same_on_the_first_page_and_on_a_late_one(
    sight: Sight, page: str, marker: str, late: str, most: int
) -> None:
    where = getattr(sight, late)
    first = cost(sight, page)
    assert cost(sight, f"{page}?{marker}={where}") == first <= most
    assert cost(sight, f"{page}?prev_{marker}={where}") == first


@pytest.mark.parametrize("kind", ["snapshot", "volume", "project", "user"])
def test_an_id_is_found_with_a_call_or_two_for_each_kind_of_thing(sight: Sight, kind: str) -> None:
    object_id = getattr(sight.large, kind)
    found = sight.visitor.get(f"{SNAPSHOTS}find/?q={object_id}", allow_redirects=False)
    assert found.status_code == 302
    # Projects and users have ids with dashes and without.
    assert calls(found) <= 7


def test_names_are_looked_up_once(sight: Sight) -> None:
    """A page that was never seen names its projects after it; the next one has them."""
    answer = sight.visitor.get(f"{SNAPSHOTS}?snapshot_marker={sight.late_snapshot}")
    page = answer.text
    wanted = {part.partition('"')[0] for part in page.split('data-sd-name="')[1:]}
    query = urlencode([("q", each) for each in sorted(wanted)])
    address = f"/project/volumes/names/shown/?{query}"
    assert calls(sight.visitor.get(address, dialog=True)) <= len(wanted)
    again = sight.visitor.get(address, dialog=True)
    assert calls(again) <= len(wanted - {*again.json()["names"]})
