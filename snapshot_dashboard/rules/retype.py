# SPDX-License-Identifier: Apache-2.0
"""Decides what became of a change of a volume's type that was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from snapshot_dashboard.rules.volume import Phase, Volume, phase


@dataclass(frozen=True, slots=True)
class TypeChange:
    """A change of type, by the types' names; ``before`` is None for a volume without one."""

    before: str | None
    wanted: str


class Outcome(Enum):
    """What became of a change of type."""

    GOES_ON = "goes_on"
    NOT_IN_EFFECT = "not_in_effect"
    # It is in effect, or the type was changed once more since: there is nothing to tell.
    OVER = "over"


def outcome(volume: Volume, change: TypeChange) -> Outcome:
    """Tell what became of a change, from the volume as it is now.

    Cinder sets the status "retyping" before it accepts, and keeps it until the end.
    """
    if volume.type_name != change.before:
        return Outcome.OVER
    return Outcome.GOES_ON if phase(volume.status) is Phase.MOVING else Outcome.NOT_IN_EFFECT
