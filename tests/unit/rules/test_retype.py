# SPDX-License-Identifier: Apache-2.0
"""What became of a change of a volume's type."""

import pytest

from snapshot_dashboard.rules.retype import Outcome, TypeChange, outcome
from snapshot_dashboard.rules.volume import Volume


@pytest.mark.parametrize(
    ("before", "now", "status", "expected"),
    [
        ("ssd", "ssd", "retyping", Outcome.GOES_ON),
        ("ssd", "ssd", "available", Outcome.NOT_IN_EFFECT),
        ("ssd", "ssd", "in-use", Outcome.NOT_IN_EFFECT),
        (None, None, "available", Outcome.NOT_IN_EFFECT),
        ("ssd", "hdd", "available", Outcome.OVER),
        (None, "hdd", "available", Outcome.OVER),
        # Changed once more since, by somebody else.
        ("ssd", "nvme", "available", Outcome.OVER),
    ],
)
def test_a_change_is_not_in_effect_when_the_type_is_still_the_old_one(
    before: str | None, now: str | None, status: str, expected: Outcome
) -> None:
    volume = Volume("v1", "data", 20, status, type_name=now)
    assert outcome(volume, TypeChange(before, "hdd")) is expected
