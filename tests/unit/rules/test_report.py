# SPDX-License-Identifier: Apache-2.0
"""Counting the snapshots of each project."""

from dataclasses import fields
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.consistency import TAKEN
from snapshot_dashboard.rules.price import NOTHING, Cost
from snapshot_dashboard.rules.report import LONGEST, ProjectLine, ReportTally, ordered
from snapshot_dashboard.rules.snapshot import Snapshot

OLD = datetime(2024, 2, 29, tzinfo=timezone.utc)
NEW = datetime(2026, 11, 22, tzinfo=timezone.utc)
LABEL = {TAKEN: "detached"}


def snapshot(project_id: str | None = "acme", **more: Any) -> Snapshot:
    """Return a labelled snapshot of 20 GiB."""
    said = {"size": 20, "status": "available", "metadata": LABEL, "created_at": NEW, **more}
    return Snapshot(id="s1", name="nightly", volume_id="v1", project_id=project_id, **said)


def counted(*snapshots: Snapshot, volume_project: str | None = "acme") -> ReportTally:
    """Count snapshots whose volumes belong to one project."""
    tally = ReportTally()
    for each in snapshots:
        tally.add(each, volume_project)
    return tally


def test_nothing_counted_is_nothing() -> None:
    tally = ReportTally()
    assert (tally.lines(), tally.total(), tally.foreign) == ((), ProjectLine(""), ())
    assert (tally.foreign_count, tally.unknown) == (0, 0)


def test_each_project_has_its_line() -> None:
    tally = counted(
        snapshot(size=5),
        snapshot("zeta", created_at=None),
        snapshot(created_at=OLD, status="error_deleting"),
    )
    assert tally.lines() == (
        ProjectLine("acme", 2, 25, OLD, failed=1),
        ProjectLine("zeta", 1, 20, None, foreign=1),
    )
    assert tally.total() == ProjectLine("", 3, 45, OLD, foreign=1, failed=1)


def test_without_prices_all_lines_share_what_they_cost() -> None:
    """A report of very many projects is cached, and may not be larger than the cache takes."""
    tally = counted(snapshot(), snapshot(), snapshot("zeta"))
    assert {id(each.cost) for each in (*tally.lines(), tally.total())} == {id(NOTHING)}


def test_what_is_known_to_cost_something_is_added_up() -> None:
    tally = ReportTally()
    for project, cost in (("a", 1), ("a", 2), ("b", 4)):
        tally.add(snapshot(project), project, Cost(Decimal(cost), known=1))
    tally.add(snapshot("b"), "b", Cost(unknown=1))
    assert [each.cost for each in tally.lines()] == [
        Cost(Decimal(3), 2),
        Cost(Decimal(4), 1, 1),
    ]
    assert tally.total().cost == Cost(Decimal(7), 3, 1)
    costs = [each.cost.amount for each in ordered(tally.lines(), "cost", descending=True)]
    assert costs == [4, 3]


@pytest.mark.parametrize(
    ("status", "failed"),
    [("error", 1), ("error_deleting", 1), ("error_of_tomorrow", 1), ("deleting", 0)],
)
def test_failed_is_every_status_of_error(status: str, failed: int) -> None:
    assert counted(snapshot(status=status)).total().failed == failed


@pytest.mark.parametrize("metadata", [{}, {"backup": "nightly"}, {TAKEN: "who knows"}])
def test_a_snapshot_without_a_note_that_can_be_read_is_not_recorded(
    metadata: dict[str, str],
) -> None:
    assert counted(snapshot(metadata=metadata)).total().not_recorded == 1


def test_a_temporary_snapshot_is_not_missed_a_note() -> None:
    total = counted(snapshot(metadata={}, counts_against_quota=False), snapshot()).total()
    assert (total.count, total.temporary, total.not_recorded) == (2, 1, 0)


def test_a_snapshot_whose_volume_could_not_be_read_is_neither_foreign_nor_not() -> None:
    tally = counted(snapshot(), snapshot("zeta"), volume_project=None)
    assert (tally.unknown, tally.foreign_count, tally.total().foreign) == (2, 0, 0)
    assert tally.total().count == 2


def test_a_foreign_snapshot_is_kept_with_the_project_of_its_volume() -> None:
    other = snapshot("zeta")
    tally = counted(snapshot(), other)
    assert tally.foreign == ((other, "acme"),)
    assert (tally.foreign_count, tally.unknown) == (1, 0)


def test_a_snapshot_whose_project_is_not_told_is_not_called_foreign() -> None:
    tally = counted(snapshot(None))
    assert tally.lines() == (ProjectLine("", 1, 20, NEW),)
    assert tally.foreign_count == 0


def test_only_so_many_foreign_ones_are_kept_and_all_are_counted() -> None:
    tally = counted(*[snapshot("zeta")] * (LONGEST + 3))
    assert (len(tally.foreign), tally.foreign_count) == (500, 503)
    assert tally.total().foreign == 503


LINES = (
    ProjectLine("b", count=2, gib=9, oldest=NEW),
    ProjectLine("a", count=2, gib=1, oldest=None),
    ProjectLine("c", count=7, gib=5, oldest=OLD),
)


@pytest.mark.parametrize(
    ("key", "descending", "order"),
    [
        ("project_id", False, "abc"),
        ("project_id", True, "cba"),
        ("count", False, "abc"),
        ("count", True, "cab"),
        ("gib", True, "bca"),
        ("oldest", False, "cba"),
        ("oldest", True, "bca"),
        ("nonsense", False, "cab"),
        ("__class__", False, "cab"),
    ],
)
def test_lines_are_sorted_by_any_field(key: str, descending: bool, order: str) -> None:
    found = ordered(LINES, key, descending=descending)
    assert "".join(line.project_id for line in found) == order


SNAPSHOTS = st.builds(
    snapshot,
    st.sampled_from([None, "acme", "zeta"]),
    size=st.integers(0, 100),
    status=st.sampled_from(["available", "error", "creating"]),
    metadata=st.sampled_from([{}, LABEL]),
    created_at=st.sampled_from([None, OLD, NEW]),
    counts_against_quota=st.booleans(),
)


@given(
    pairs=st.lists(st.tuples(SNAPSHOTS, st.sampled_from([None, "acme", "zeta"])), max_size=20),
    key=st.sampled_from([field.name for field in fields(ProjectLine)]),
    descending=st.booleans(),
)
def test_what_holds_for_every_report(
    pairs: list[tuple[Snapshot, str | None]], key: str, descending: bool
) -> None:
    tally = ReportTally()
    for each, volume_project in pairs:
        tally.add(each, volume_project)
    total = tally.total()
    assert total.count == len(pairs)
    assert total.gib == sum(each.size or 0 for each, _project in pairs)
    assert total.foreign == tally.foreign_count == len(tally.foreign)
    assert total.temporary + total.not_recorded <= total.count
    assert total.foreign + tally.unknown <= total.count
    found = ordered(tally.lines(), key, descending=descending)
    assert sorted(map(repr, found)) == sorted(map(repr, tally.lines()))
