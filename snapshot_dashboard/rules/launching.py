# SPDX-License-Identifier: Apache-2.0
"""How far somebody has come on the better way from a snapshot to instances: through an image."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from snapshot_dashboard.rules.volume import Volume


class Step(Enum):
    """The steps of that way, in their order."""

    VOLUME = "volume"
    IMAGE = "image"
    LAUNCH = "launch"
    CLEAN_UP = "clean_up"


class Progress(Enum):
    """What is known of a step. Nothing tells whether an image came from a volume."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Way:
    """The state of each step, and the helper volume where there is one."""

    steps: dict[Step, Progress]
    helper: Volume | None = None

    @property
    def next(self) -> Step:
        """Return the step to begin with, or to go on with."""
        return Step.VOLUME if self.helper is None else Step.IMAGE


# Cinder's word while a volume is being copied to an image (volume/api.py, copy_volume_to_image).
_UPLOADING = "uploading"
# The best helper first; one that is attached, failed or going away is none.
_HELPERS = (_UPLOADING, "available", "creating")


def way(volumes: Iterable[Volume]) -> Way:
    """Return how far one has come, by the volumes made from the snapshot.

    A volume that is in use was made for something else: for files, or by a launch. What comes
    after the upload is not known: neither Cinder nor Glance keeps from which volume an image is.
    """
    steps = dict.fromkeys(Step, Progress.OPEN)
    helpers = [each for each in volumes if each.status in _HELPERS]
    if not helpers:
        return Way(steps)
    helper = min(helpers, key=lambda each: _HELPERS.index(each.status))
    steps[Step.VOLUME] = Progress.UNDER_WAY if helper.status == "creating" else Progress.DONE
    if helper.status == _UPLOADING:
        steps[Step.IMAGE] = Progress.UNDER_WAY
    return Way(steps, helper)
