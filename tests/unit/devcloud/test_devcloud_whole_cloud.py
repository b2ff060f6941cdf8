# SPDX-License-Identifier: Apache-2.0
"""The cloud of many customers, as planned, counted and written down."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from devcloud import whole_cloud
from devcloud.inside.storage_services import DOWN_POOL
from devcloud.inside.whole_cloud import plan, truth
from devcloud.inside.whole_cloud.plan import Size, Snapshot, Volume
from devcloud.whole_cloud import Totals
from snapshot_dashboard.rules.consistency import Taken

_NOW = datetime(2026, 11, 24, 12)
_SIZE = Size(projects=300, volumes=10_000, snapshots=10_000, instances=1_000)
_HOST = "devcloud@fake#fake"


@pytest.fixture(scope="module")
def volumes() -> list[Volume]:
    """The volumes of a cloud of the usual size."""
    return plan.volumes(_SIZE, _NOW)


@pytest.fixture(scope="module")
def snapshots(volumes: list[Volume]) -> list[Snapshot]:
    """Their snapshots."""
    return list(plan.snapshots(_SIZE, volumes, _NOW))


def test_the_same_is_planned_each_time(volumes: list[Volume], snapshots: list[Snapshot]) -> None:
    assert plan.volumes(_SIZE, _NOW) == volumes
    assert list(plan.snapshots(_SIZE, volumes, _NOW)) == snapshots


def test_customers_are_of_different_sizes_and_one_has_nothing(volumes: list[Volume]) -> None:
    sizes = Counter(volume.project for volume in volumes)
    assert set(sizes) == set(range(_SIZE.projects - 1))
    assert sizes[0] > 10 * sizes[_SIZE.projects - 2]


def test_states_are_as_rare_as_in_a_real_cloud(snapshots: list[Snapshot]) -> None:
    states = Counter(snapshot.status for snapshot in snapshots)
    assert states.pop("available") == 9860
    assert states.pop("error") == 100
    assert states == dict.fromkeys(("creating", "deleting", "error_deleting", "backing-up"), 10)


def test_snapshots_are_younger_than_their_volumes_and_span_two_years(
    snapshots: list[Snapshot],
) -> None:
    for snapshot in snapshots:
        assert snapshot.volume.created <= snapshot.created <= snapshot.changed < _NOW
    assert _NOW - min(snapshot.created for snapshot in snapshots) > timedelta(days=600)


def test_what_moves_has_not_done_so_for_hours_on_both_kinds_of_service(
    snapshots: list[Snapshot],
) -> None:
    moving = [each for each in snapshots if each.status not in ("available", "error")]
    assert all(2 <= (_NOW - each.changed) / timedelta(hours=1) <= 30 for each in moving)
    assert {each.volume.down for each in moving if each.status == "creating"} == {True, False}


def test_some_belong_to_another_project_than_their_volume(snapshots: list[Snapshot]) -> None:
    foreign = [each for each in snapshots if each.project != each.volume.project]
    assert len(foreign) == 20
    assert all(each.status == "available" and not each.temporary for each in foreign)


def test_the_storage_services_own_snapshots_carry_no_note(snapshots: list[Snapshot]) -> None:
    temporary = [each for each in snapshots if each.temporary]
    assert len(temporary) == 20
    assert {each.taken for each in temporary} == {None}
    assert {each.taken for each in snapshots} > {Taken.RUNNING, Taken.DETACHED, Taken.SHUT_OFF}


def test_the_truth_is_counted_by_project_user_host_and_status() -> None:
    old, new = datetime(2024, 1, 1), datetime(2025, 1, 1)
    up = Volume("up", 0, 5, old, down=False)
    down = Volume("down", 1, 20, old, down=True)
    plain = Snapshot("plain", up, 0, "available", _NOW, _NOW, None, temporary=False)
    hanging = replace(plain, volume=down, project=1, status="creating", taken=Taken.RUNNING)
    counted = truth.count(
        Size(projects=3, volumes=2, snapshots=4, instances=1),
        [
            replace(plain, status="error", created=new, taken=Taken.DETACHED),
            replace(plain, temporary=True),
            replace(plain, project=1, created=old),
            hanging,
        ],
        _HOST,
    )
    first = Totals(2, 10, 1, 0, 1, 5, 1, new)
    second = Totals(2, 25, 0, 1, 0, 0, 1, old)
    assert counted.together == Totals(4, 35, 1, 1, 1, 5, 2, old)
    assert counted.projects == {
        "customer-001": first,
        "customer-002": second,
        "customer-003": Totals(),
    }
    assert counted.users == {"customer-001": first, "customer-002": second}
    assert counted.hosts == {
        _HOST: Totals(3, 15, 1, 1, 1, 5, 2, old),
        DOWN_POOL: Totals(1, 20, oldest=_NOW),
    }
    assert {name: each.snapshots for name, each in counted.statuses.items()} == {
        "available": 2,
        "creating": 1,
        "error": 1,
    }


def test_what_is_loaded_is_what_was_written(tmp_path: Path, snapshots: list[Snapshot]) -> None:
    (tmp_path / "stamps").mkdir()
    with pytest.raises(FileNotFoundError):
        whole_cloud.load(tmp_path)
    counted = truth.count(_SIZE, snapshots, _HOST)
    whole_cloud.save(tmp_path, counted)
    assert whole_cloud.load(tmp_path) == counted
