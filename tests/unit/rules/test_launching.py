# SPDX-License-Identifier: Apache-2.0
"""How far somebody has come on the way from a snapshot to an image."""

import pytest

from snapshot_dashboard.rules.launching import Progress, Step, way
from snapshot_dashboard.rules.volume import Volume


def helper(volume_id: str, status: str) -> Volume:
    return Volume(id=volume_id, name=volume_id, size=1, status=status)


def test_without_a_volume_everything_is_open() -> None:
    found = way([])
    assert set(found.steps.values()) == {Progress.OPEN} and list(found.steps) == list(Step)
    assert (found.next, found.helper) == (Step.VOLUME, None)


@pytest.mark.parametrize("status", ["in-use", "error", "deleting", "reserved", "error_deleting"])
def test_a_volume_that_is_used_or_broken_is_no_helper(status: str) -> None:
    assert way([helper("v2", status)]).next is Step.VOLUME


@pytest.mark.parametrize(
    ("status", "volume", "image"),
    [
        ("creating", Progress.UNDER_WAY, Progress.OPEN),
        ("available", Progress.DONE, Progress.OPEN),
        ("uploading", Progress.DONE, Progress.UNDER_WAY),
    ],
)
def test_a_helper_tells_how_far_one_is(status: str, volume: Progress, image: Progress) -> None:
    found = way([helper("v2", status)])
    assert (found.steps[Step.VOLUME], found.steps[Step.IMAGE]) == (volume, image)
    # What comes later is never claimed.
    assert found.steps[Step.LAUNCH] is found.steps[Step.CLEAN_UP] is Progress.OPEN
    assert found.next is Step.IMAGE


def test_the_helper_that_is_furthest_counts() -> None:
    volumes = [helper("v2", "creating"), helper("v3", "available"), helper("v4", "in-use")]
    found = way(volumes).helper
    assert found is not None and found.id == "v3"
