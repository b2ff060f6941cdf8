# SPDX-License-Identifier: Apache-2.0
"""The dialogs' texts about limits, and requests beyond a limit."""

from typing import Any

import pytest

from demo.visitor import Visitor
from tests.cloud.dialogs import Dialog, opened, snapshot_path, volume_path
from tests.cloud.workshop import Workshop


def usage(workshop: Workshop) -> dict[str, Any]:
    """Return limit and use of each resource of the project, straight from Cinder."""
    project = workshop.owner.current_project_id
    answer = workshop.owner.block_storage.get(f"/os-quota-sets/{project}?usage=true")
    found: dict[str, Any] = answer.json()["quota_set"]
    return found


def line(words: str, of: dict[str, int], need: int, unit: str = "") -> str:
    """Return a quota line as it is promised."""
    used = of["in_use"] + of["reserved"]
    said = f"{words}: {used:,} of {of['limit']:,} {unit}used, {used + need:,} {unit}after this one."
    return said


def test_the_snapshot_dialog_tells_the_numbers_of_the_api(
    workshop: Workshop, anna: Visitor
) -> None:
    volume = workshop.volume("counted", size=3).id
    dialog = opened(anna, snapshot_path(volume))
    found = usage(workshop)
    assert dialog.quota == [
        line("Snapshots", found["snapshots"], 1),
        line("Storage", found["gigabytes"], 3, "GiB "),
    ]


def test_the_volume_dialog_tells_the_numbers_of_the_api(workshop: Workshop, anna: Visitor) -> None:
    snapshot = workshop.snapshot(workshop.volume("counted", size=2).id)
    dialog = opened(anna, volume_path(snapshot.id))
    found = usage(workshop)
    assert dialog.quota == [
        line("Volumes", found["volumes"], 1),
        line("Storage", found["gigabytes"], 2, "GiB "),
    ]


@pytest.fixture
def full(workshop: Workshop) -> str:
    """A volume of a type of which the project has as many snapshots as it may."""
    volume = workshop.volume("cheap", volume_type="hdd").id
    found = usage(workshop)["snapshots_hdd"]
    for _ in range(found["limit"] - found["in_use"]):
        workshop.snapshot(volume)
    return str(volume)


def test_a_reached_limit_is_told_and_blocks_nothing(full: str, anna: Visitor) -> None:
    dialog = opened(anna, snapshot_path(full))
    assert 'Snapshots of type "hdd": 2 of 2 used, 3 after this one.' in dialog.quota
    assert (
        'The limit of 2 snapshots of type "hdd" is reached. This request will be refused unless '
        "a snapshot of this type is deleted. Show oldest snapshots" in dialog.quota
    )
    assert dialog.button is not None


def test_a_request_beyond_the_limit_comes_back_explained_with_its_input(
    full: str, anna: Visitor, workshop: Workshop
) -> None:
    dialog = opened(anna, snapshot_path(full))
    again = Dialog(dialog.submit(anna, name="kept", description="kept too"))
    assert again.problem.startswith("Not created: your project has reached a limit")
    assert "Maximum number of snapshots allowed (2) exceeded" in again.problem
    assert "Request ID: req-" in again.problem
    assert (again.fields()["name"], again.fields()["description"]) == ("kept", "kept too")
    assert len(workshop.snapshots_of(full)) == 2


def test_the_refusal_tells_the_limit_in_our_own_words(full: str, anna: Visitor) -> None:
    again = Dialog(opened(anna, snapshot_path(full)).submit(anna))
    own, _separator, _services = again.problem.partition("Reason given by the service:")
    assert 'The limit of 2 snapshots of type "hdd" is reached.' in own
