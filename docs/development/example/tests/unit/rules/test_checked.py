# SPDX-License-Identifier: Apache-2.0
"""What counts as the mark that a snapshot was checked."""

import pytest

from snapshot_dashboard.rules.checked import CHECKED, entry, is_checked
from snapshot_dashboard.rules.snapshot import Snapshot


def snapshot(metadata: dict[str, str]) -> Snapshot:
    """Return a snapshot with these entries."""
    return Snapshot(
        id="s1", name="nightly", size=1, status="available", volume_id="v1", metadata=metadata
    )


def test_what_is_written_is_read_as_a_mark() -> None:
    assert is_checked(snapshot(dict(entry())))


@pytest.mark.parametrize("metadata", [{}, {CHECKED: ""}, {CHECKED: "no"}, {"checked": "yes"}])
def test_nothing_else_counts(metadata: dict[str, str]) -> None:
    assert not is_checked(snapshot(metadata))
