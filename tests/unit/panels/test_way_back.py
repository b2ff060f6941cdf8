# SPDX-License-Identifier: Apache-2.0
"""Where a dialog leads when it is done: never to the page of what it has deleted."""

import pytest

from snapshot_dashboard.panels.dialog import DialogView
from tests.unit.cloud.wire import Wire
from tests.unit.panels.conftest import LogIn
from tests.unit.panels.desk import fill, hear
from tests.unit.panels.person import SNAPSHOTS, VOLUMES, Person, user
from tests.unit.panels.support import SNAPSHOT, VOLUME, be_quiet

LISTS = {"project": ("/project/snapshots/", "/project/volumes/"), "admin": ("/admin/snapshots/",)}
# Each dialog that deletes: its address, the details of what it deletes, and the list of those.
DELETING = [
    (f"{SNAPSHOTS}s1/delete/", f"{SNAPSHOTS}s1", SNAPSHOTS),
    (f"{VOLUMES}v1/delete/", f"{VOLUMES}v1/", VOLUMES),
    (f"{SNAPSHOT}/force_delete/", SNAPSHOT, "/admin/snapshots/"),
]


@pytest.fixture
def person(wire: Wire, log_in: LogIn) -> Person:
    """Somebody who may do all of it; whatever is asked is done."""
    be_quiet(wire)
    wire.snapshot(status="error")
    wire.holds("backups")
    wire.says("POST", "/snapshots/s1/action", None, 202)
    for path in ("/snapshots/s1", "/volumes/v1"):
        wire.says("DELETE", path, None, 202)
    return log_in(user("admin", "member"))


def views(base: type[DialogView]) -> set[type[DialogView]]:
    """Return every dialog there is."""
    found = set(base.__subclasses__())
    return found.union(*(views(each) for each in found))


def test_every_dialog_that_deletes_says_what_is_gone_afterwards() -> None:
    deleting = {
        each for each in views(DialogView) if "Delete" in str(each.__dict__.get("page_title"))
    }
    assert len(deleting) == len(DELETING)
    assert all(each.deleted_pages for each in deleting)


@pytest.mark.parametrize(("address", "details", "index"), DELETING)
@pytest.mark.parametrize("query", ["", "?tab=x"])
def test_a_deletion_from_the_details_leads_to_the_list(
    person: Person,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    details: str,
    index: str,
    query: str,
) -> None:
    """The details would say that they cannot be retrieved, below the success."""
    heard = hear(monkeypatch)
    form = fill(person.get(f"{address}?next={details}{query}", dialog=True))
    done = person.post(address, {**form, "confirm": "s1"}, dialog=True)
    assert done.headers["X-Horizon-Location"] == index
    (said,) = heard
    assert said.startswith("Scheduled deletion of ")


@pytest.mark.parametrize(("address", "_details", "index"), DELETING)
def test_a_deletion_from_the_list_leads_back_to_its_page(
    person: Person, address: str, _details: str, index: str
) -> None:
    there = f"{index}?sort=name"
    form = fill(person.get(f"{address}?next={there}", dialog=True))
    done = person.post(address, {**form, "confirm": "s1"}, dialog=True)
    assert done.headers["X-Horizon-Location"] == there


def test_a_volume_is_a_way_back_from_deleting_its_snapshot(person: Person) -> None:
    address = f"{SNAPSHOT}/force_delete/"
    form = fill(person.get(f"{address}?next={VOLUME}", dialog=True))
    done = person.post(address, {**form, "confirm": "s1"}, dialog=True)
    assert done.headers["X-Horizon-Location"] == VOLUME
