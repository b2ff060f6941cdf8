# SPDX-License-Identifier: Apache-2.0
"""Scanning all snapshots while others delete some of them."""

from collections.abc import Mapping
from itertools import chain, combinations
from typing import Any

import pytest

from snapshot_dashboard.cloud import administration
from snapshot_dashboard.cloud.answers import Answer
from snapshot_dashboard.cloud.errors import NotFound, ServiceFailed, Unreachable
from snapshot_dashboard.cloud.session import Connection, Deadline
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.snapshot import Snapshot
from tests.unit.cloud.wire import Json, Wire, answer, connection, snapshot_json

NEXT = {"rel": "next", "href": "http://storage.test/v3/snapshots/detail?marker=x"}


def ids(found: tuple[Snapshot, ...]) -> list[str]:
    """Return the ids of what was read."""
    return [each.id for each in found]


def walked(size: int = 2, **filters: str) -> list[list[str]]:
    """Walk over all snapshots; return the ids of each page."""
    return [ids(page) for page in administration.walk(connection(), filters, size=size)]


def page_json(*found: str, more: bool) -> Json:
    """Return a page of snapshots, with or without the link to a next one."""
    links = {"snapshots_links": [NEXT]} if more else {}
    return {"snapshots": [snapshot_json(each) for each in found]} | links


def test_a_walk_goes_newest_first_through_all_projects_by_marker(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", page_json("s4", "s3", more=True))
    wire.says("GET", "/snapshots/detail?marker=s3", page_json("s2", more=False))
    assert walked(status="error") == [["s4", "s3"], ["s2"]]
    assert wire.query("/snapshots/detail") == {
        "all_tenants": "1",
        "limit": "2",
        "marker": "s3",
        "sort": "created_at:desc",
        "status": "error",
    }


def test_a_page_that_the_service_cut_short_is_not_the_last(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", page_json("s3", more=True))
    wire.says("GET", "/snapshots/detail?marker=s3", page_json("s2", "s1", more=False))
    assert walked(1000) == [["s3"], ["s2", "s1"]]


def test_an_empty_page_is_the_end(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", page_json("s3", more=True))
    wire.says("GET", "/snapshots/detail?marker=s3", page_json(more=True))
    assert walked() == [["s3"]]


def test_a_cloud_without_snapshots_has_no_pages(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", page_json(more=False))
    assert walked() == []


def test_every_step_of_a_walk_has_a_time_of_its_own(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", page_json("s1", more=False))
    late = connection(deadline=Deadline(0))
    with pytest.raises(Unreachable):
        administration.snapshots(late, PageRequest(size=2))
    assert len(list(administration.walk(late, {}))) == 1


def test_a_snapshot_that_comes_twice_on_a_page_is_read_once(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", page_json("s2", "s2", "s1", more=False))
    assert walked() == [["s2", "s1"]]


def test_a_walk_ends_with_the_failure_of_a_page(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", page_json("s1", more=True))
    wire.fails("GET", "/snapshots/detail?marker=s1", 500)
    walk = administration.walk(connection(), {})
    assert ids(next(walk)) == ["s1"]
    with pytest.raises(ServiceFailed):
        next(walk)


def test_what_is_not_found_without_a_marker_is_a_failure(wire: Wire) -> None:
    wire.fails("GET", "/snapshots/detail", 404)
    with pytest.raises(NotFound):
        walked()
    assert len(wire.sent("GET", "/snapshots/detail")) == 1


def test_a_walk_goes_on_before_a_snapshot_that_was_deleted_meanwhile(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", page_json("s4", "s3", more=True))
    wire.fails("GET", "/snapshots/detail?marker=s3", 404)
    wire.says("GET", "/snapshots/detail?marker=s4", page_json("s2", "s1", more=False))
    assert walked() == [["s4", "s3"], ["s2", "s1"]]


def test_a_service_that_does_not_heed_the_marker_is_left(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", page_json("s4", "s3", more=True))
    with pytest.raises(ServiceFailed):
        walked()
    assert len(wire.sent("GET", "/snapshots/detail")) == 3


def test_a_service_that_knows_no_marker_is_left(wire: Wire) -> None:
    wire.says("GET", "/snapshots/detail", page_json("s4", "s3", more=True))
    for marker in ("s4", "s3"):
        wire.fails("GET", f"/snapshots/detail?marker={marker}", 404)
    with pytest.raises(ServiceFailed):
        walked()


class Shrinking:
    """Fake list of snapshots, some of which are deleted after a number of answers."""

    def __init__(self, held: int, cap: int, after: int, doomed: tuple[str, ...]) -> None:
        self.held = [f"s{number:02}" for number in range(held, 0, -1)]
        self.there = set(self.held)
        self.cap, self.after, self.doomed = cap, after, doomed
        self.calls = 0

    def __call__(self, _method: str, _path: str, *, query: Mapping[str, Any]) -> Answer:
        """Answer as Cinder would."""
        if self.calls >= self.after:
            self.there -= set(self.doomed)
        self.calls += 1
        marker = query.get("marker")
        if marker is not None and marker not in self.there:
            raise NotFound
        start = self.held.index(marker) + 1 if marker else 0
        rest = [each for each in self.held[start:] if each in self.there]
        return answer(page_json(*rest[: self.cap], more=len(rest) >= self.cap))


def every_choice(of: int) -> list[tuple[str, ...]]:
    """Return every set of snapshots that may be deleted."""
    named = [f"s{number:02}" for number in range(of, 0, -1)]
    return list(chain(*(combinations(named, many) for many in range(of + 1))))


@pytest.mark.parametrize("cap", [1, 2, 3])
@pytest.mark.parametrize("after", [1, 2, 3])
def test_whatever_is_deleted_meanwhile_all_that_stays_is_read_once(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, cap: int, after: int
) -> None:
    for doomed in every_choice(7):
        cinder = Shrinking(7, cap, after, doomed)
        monkeypatch.setattr(Connection, "cinder", cinder)
        read = ids(tuple(chain(*administration.walk(connection(), {}))))
        assert read == sorted(set(read), reverse=True), doomed
        assert set(read) >= cinder.there, doomed
        assert cinder.calls < 40, doomed


def test_a_whole_page_that_was_deleted_costs_few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    doomed = tuple(f"s{number:02}" for number in range(2000, 1000, -1))
    cinder = Shrinking(2000, 1000, 1, doomed)
    monkeypatch.setattr(Connection, "cinder", cinder)
    assert [len(page) for page in administration.walk(connection(), {})] == [1000, 1000]
    assert cinder.calls < 20
