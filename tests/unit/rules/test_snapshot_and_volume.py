# SPDX-License-Identifier: Apache-2.0
"""Meanings of statuses, usable snapshots, and default names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapshot_dashboard.rules.snapshot import Snapshot, Source, as_source, default_name
from snapshot_dashboard.rules.volume import MOVING, Phase, phase
from tests.unit.rules.samples import OTHER_PROJECT, PROJECT, volume

MOMENT = "2026-11-22 19:10"


def snapshot(status: str, project: str | None = PROJECT) -> Snapshot:
    """Return a snapshot without a name."""
    return Snapshot("s1", "", 20, status, "v1", project_id=project)


@pytest.mark.parametrize(
    ("status", "source"),
    [
        ("available", Source.USABLE),
        ("creating", Source.MOVING),
        ("deleting", Source.MOVING),
        ("backing-up", Source.MOVING),
        ("error", Source.UNUSABLE),
        ("error_deleting", Source.UNUSABLE),
        ("a-status-of-tomorrow", Source.UNUSABLE),
    ],
)
def test_only_an_available_snapshot_is_a_source(status: str, source: Source) -> None:
    assert as_source(snapshot(status), PROJECT) is source


@pytest.mark.parametrize("status", ["available", "creating", "error"])
@pytest.mark.parametrize("owner", [OTHER_PROJECT, None])
def test_a_snapshot_that_is_not_known_to_be_ours_is_no_source(
    status: str, owner: str | None
) -> None:
    assert as_source(snapshot(status, owner), PROJECT) is Source.FOREIGN


@pytest.mark.parametrize("status", sorted(MOVING))
def test_what_is_being_done_ends_by_itself(status: str) -> None:
    assert phase(status) is Phase.MOVING


@pytest.mark.parametrize("status", ["error", "error_deleting", "error_restoring", "maintenance"])
def test_failures_stay_until_somebody_acts(status: str) -> None:
    assert phase(status) is Phase.FAILED


@pytest.mark.parametrize("status", ["available", "in-use", "reserved", "a-word-of-tomorrow", ""])
def test_every_other_status_is_settled(status: str) -> None:
    assert phase(status) is Phase.SETTLED


def test_what_has_no_name_is_called_by_its_id() -> None:
    assert snapshot("available").label == "s1"
    assert volume(name="").label == "v1"


def test_the_default_name_is_the_volume_and_the_date() -> None:
    assert default_name("web-data", MOMENT) == "web-data 2026-11-22 19:10"


@given(label=st.text(max_size=400))
def test_a_default_name_is_never_too_long_for_the_service(label: str) -> None:
    name = default_name(label, MOMENT)
    assert len(name) <= 255
    assert name.endswith(MOMENT)


def test_a_name_of_full_length_loses_its_end_not_the_date() -> None:
    assert default_name("x" * 255, MOMENT) == "x" * 238 + " " + MOMENT
