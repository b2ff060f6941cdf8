# SPDX-License-Identifier: Apache-2.0
"""Which snapshots may not be needed any more, and why; what is ticked beforehand."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules import holds, keep_until, sets
from snapshot_dashboard.rules.clean_up import (
    BIGGEST,
    Candidate,
    Reason,
    Wanted,
    by_reason,
    candidates,
)
from snapshot_dashboard.rules.cloud_check import PROBE
from snapshot_dashboard.rules.snapshot import Snapshot

NOW = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
TODAY = date(2026, 12, 1)
WANTED = Wanted(newest=2, days=90)
SET = "8b0c1f6e-37a7-4e4c-9d68-5a9e5d3c1b2a"
PAST = keep_until.write(date(2026, 11, 30))
HELD = holds.write("for the audit", "anna", NOW)
OF_I1 = {"snapshot_dashboard:taken_while": "running", "snapshot_dashboard:instances": "i1=ACTIVE"}


def snapshot(snapshot_id: str = "s1", age: float = 1, **more: Any) -> Snapshot:
    """Return a snapshot of so many days without a size, which alone is no reason."""
    said = {"size": None, "status": "available", "volume_id": f"v-{snapshot_id}", **more}
    made = NOW - timedelta(days=age)
    return Snapshot(snapshot_id, f"name of {snapshot_id}", created_at=made, **said)


def found(
    *snapshots: Snapshot,
    wanted: Wanted = WANTED,
    instances: Collection[str] | None = ("i9",),
    complete: bool = True,
) -> dict[str, tuple[Reason, ...]]:
    """Return the reasons of each, by its id."""
    listed = candidates(
        snapshots, wanted, now=NOW, today=TODAY, instances=instances, complete=complete
    )
    return {each.snapshot.id: each.reasons for each in listed}


@pytest.mark.parametrize(
    ("more", "reasons"),
    [
        ({}, None),
        ({"age": 91}, (Reason.OLD,)),
        ({"age": 89}, None),
        ({"status": "error"}, (Reason.FAILED,)),
        ({"status": "error_deleting"}, (Reason.FAILED,)),
        ({"metadata": PAST}, (Reason.PAST,)),
        ({"metadata": keep_until.write(TODAY)}, None),
        ({"metadata": {PROBE: "a run"}}, (Reason.LEFT_BEHIND,)),
        ({"metadata": OF_I1}, (Reason.INSTANCES_GONE,)),
        ({"size": 20}, (Reason.BIG,)),
        (
            {"metadata": PAST, "status": "error", "age": 100},
            (Reason.PAST, Reason.FAILED, Reason.OLD),
        ),
        # Made by the storage service for itself, or on its way.
        ({"metadata": PAST, "counts_against_quota": False}, None),
        ({"metadata": PAST, "status": "creating"}, None),
        ({"metadata": PAST, "status": "deleting"}, None),
    ],
)
def test_each_reason(more: dict[str, Any], reasons: tuple[Reason, ...] | None) -> None:
    assert found(snapshot(**more)).get("s1") == reasons


@pytest.mark.parametrize(
    ("instances", "noted", "gone"),
    [
        ((), "i1=ACTIVE", True),
        (("i1",), "i1=ACTIVE", False),
        # Not read: then nothing is known.
        (None, "i1=ACTIVE", False),
        (("i2",), "i1=ACTIVE i2=SHUTOFF", False),
        ((), "i1=ACTIVE i2=SHUTOFF", True),
        # Others did not fit into the note.
        ((), "i1=ACTIVE +3", False),
        ((), "nonsense", False),
    ],
)
def test_instances_are_gone_only_where_all_are_known_to_be(
    instances: Collection[str] | None, noted: str, gone: bool
) -> None:
    metadata = {**OF_I1, "snapshot_dashboard:instances": noted}
    reasons = found(snapshot(metadata=metadata), instances=instances).get("s1", ())
    assert (Reason.INSTANCES_GONE in reasons) == gone


def test_the_newest_usable_ones_of_each_volume_are_kept() -> None:
    ages = {"a": 1, "b": 2, "c": 3, "d": 4}
    of_v1 = [snapshot(each, age, volume_id="v1") for each, age in ages.items()]
    failed = snapshot("e", 0.5, volume_id="v1", status="error")
    other = snapshot("f", 50, volume_id="v2")
    surplus = {each for each, why in found(*of_v1, failed, other).items() if Reason.SURPLUS in why}
    assert surplus == {"c", "d"}
    assert not found(*of_v1, wanted=Wanted(4, 90))


def test_a_set_of_which_some_are_missing_was_left_behind() -> None:
    metadata = sets.metadata(SET, 3)
    members = [snapshot(each, metadata=metadata) for each in "abc"]
    assert found(*members) == {}
    assert found(*members[:2]) == {"a": (Reason.LEFT_BEHIND,), "b": (Reason.LEFT_BEHIND,)}
    # One that is being made is there; one that was not read may be.
    assert found(*members[:2], replace(members[2], status="creating")) == {}
    assert found(*members[:2], complete=False) == {}


def test_the_biggest_come_first_and_are_few() -> None:
    many = [snapshot(f"s{size}", size=size) for size in range(1, 31)]
    listed = candidates(many, WANTED, now=NOW, today=TODAY, instances=None)
    big = by_reason(listed)[Reason.BIG]
    assert [each.snapshot.size for each in big] == list(range(30, 30 - BIGGEST, -1))


@given(
    st.lists(
        st.builds(
            snapshot,
            st.sampled_from("abcdef"),
            st.integers(0, 200),
            size=st.sampled_from([None, 1, 20]),
            status=st.sampled_from(["available", "error", "creating"]),
            metadata=st.sampled_from([{}, PAST, HELD, {**PAST, **HELD}, OF_I1]),
        ),
        max_size=8,
        unique_by=lambda each: each.id,
    )
)
def test_only_what_is_past_its_own_day_is_ticked_and_never_what_is_on_hold(
    snapshots: list[Snapshot],
) -> None:
    listed = candidates(snapshots, WANTED, now=NOW, today=TODAY, instances=())
    for each in listed:
        day = keep_until.of(each.snapshot.metadata)
        assert each.ticked == (
            keep_until.is_past(day, TODAY) and holds.of(each.snapshot.metadata) is None
        )
        assert each.snapshot.status != "creating"
    grouped: list[Candidate] = [each for group in by_reason(listed).values() for each in group]
    assert sorted(each.snapshot.id for each in grouped) == sorted(
        each.snapshot.id for each in listed
    )
