# SPDX-License-Identifier: Apache-2.0
"""Determines the progress from a snapshot through an image to instances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from snapshot_dashboard.rules.volume import Volume


class LaunchStep(Enum):
    """The steps from a snapshot to an instance, in order."""

    VOLUME = "volume"
    IMAGE = "image"
    LAUNCH = "launch"
    CLEAN_UP = "clean_up"


class StepProgress(Enum):
    """The state of a step; nothing tells whether an image was made from a volume."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class LaunchState:
    """The state of each step, and the helper volume where there is one."""

    steps: dict[LaunchStep, StepProgress]
    helper: Volume | None = None

    @property
    def next(self) -> LaunchStep:
        """Return the step to begin with, or to go on with."""
        return LaunchStep.VOLUME if self.helper is None else LaunchStep.IMAGE


# Cinder's word while a volume is being copied to an image (volume/api.py, copy_volume_to_image).
_UPLOADING = "uploading"
# The best helper first; one that is attached, failed or going away is none.
_HELPERS = (_UPLOADING, "available", "creating")


def launch_state(volumes: Iterable[Volume]) -> LaunchState:
    """Return how far one has come, by the volumes made from the snapshot.

    A volume that is in use was made for something else: for files, or by a launch. What comes
    after the upload is not known: neither Cinder nor Glance keeps from which volume an image is.
    """
    steps = dict.fromkeys(LaunchStep, StepProgress.OPEN)
    helpers = [each for each in volumes if each.status in _HELPERS]
    if not helpers:
        return LaunchState(steps)
    helper = min(helpers, key=lambda each: _HELPERS.index(each.status))
    steps[LaunchStep.VOLUME] = (
        StepProgress.UNDER_WAY if helper.status == "creating" else StepProgress.DONE
    )
    if helper.status == _UPLOADING:
        steps[LaunchStep.IMAGE] = StepProgress.UNDER_WAY
    return LaunchState(steps, helper)
