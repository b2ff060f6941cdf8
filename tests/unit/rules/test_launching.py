# SPDX-License-Identifier: Apache-2.0
"""The progress from a snapshot to an image."""

import pytest

from snapshot_dashboard.rules.launching import LaunchStep, StepProgress, launch_state
from snapshot_dashboard.rules.volume import Volume


def helper(volume_id: str, status: str) -> Volume:
    return Volume(id=volume_id, name=volume_id, size=1, status=status)


def test_without_a_volume_everything_is_open() -> None:
    found = launch_state([])
    assert set(found.steps.values()) == {StepProgress.OPEN} and list(found.steps) == list(
        LaunchStep
    )
    assert (found.next, found.helper) == (LaunchStep.VOLUME, None)


@pytest.mark.parametrize("status", ["in-use", "error", "deleting", "reserved", "error_deleting"])
def test_a_volume_that_is_used_or_broken_is_no_helper(status: str) -> None:
    assert launch_state([helper("v2", status)]).next is LaunchStep.VOLUME


@pytest.mark.parametrize(
    ("status", "volume", "image"),
    [
        ("creating", StepProgress.UNDER_WAY, StepProgress.OPEN),
        ("available", StepProgress.DONE, StepProgress.OPEN),
        ("uploading", StepProgress.DONE, StepProgress.UNDER_WAY),
    ],
)
def test_a_helper_tells_how_far_one_is(
    status: str, volume: StepProgress, image: StepProgress
) -> None:
    found = launch_state([helper("v2", status)])
    assert (found.steps[LaunchStep.VOLUME], found.steps[LaunchStep.IMAGE]) == (volume, image)
    # What comes later is never claimed.
    assert found.steps[LaunchStep.LAUNCH] is found.steps[LaunchStep.CLEAN_UP] is StepProgress.OPEN
    assert found.next is LaunchStep.IMAGE


def test_the_helper_that_is_furthest_counts() -> None:
    volumes = [helper("v2", "creating"), helper("v3", "available"), helper("v4", "in-use")]
    found = launch_state(volumes).helper
    assert found is not None and found.id == "v3"
