# SPDX-License-Identifier: Apache-2.0
"""What became of the last run of a schedule: an entry in the metadata of the volume."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum

from snapshot_dashboard.rules.consistency import AT_FORMAT, LONGEST
from snapshot_dashboard.rules.holds import one_line
from snapshot_dashboard.rules.schedules.schedule import LAST_RUN, moment_of

_NONE = "-"
_WORDS = 3


class Outcome(Enum):
    """What became of a run."""

    # Written before anything is asked for: of a command that was killed this is what is left.
    BEGUN = "begun"
    TAKEN = "taken"
    # Some of an instance's volumes have no snapshot.
    INCOMPLETE = "incomplete"
    # The volume is in use, and nobody has accepted that.
    IN_USE = "in_use"
    # The state of the volume allows none, or it could not be told.
    BLOCKED = "blocked"
    QUOTA = "quota"
    FORBIDDEN = "forbidden"
    # The instance does not exist any more, or has no volumes.
    NO_VOLUMES = "no_volumes"
    # The volume is not attached to the instance whose schedule it carries.
    DETACHED = "detached"
    # The storage could not make it.
    FAILED = "failed"
    # The service did not answer, or refused.
    ERROR = "error"
    NOT_UNDERSTOOD = "not_understood"

    @property
    def good(self) -> bool:
        """Tell whether it is as it should be."""
        return self in (Outcome.BEGUN, Outcome.TAKEN)


_OUTCOMES = {each.value: each for each in Outcome}


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run: when, for which slot, and what became of it."""

    at: datetime
    slot_id: str
    outcome: Outcome
    reason: str = ""


def write(run: LastRun) -> dict[str, str]:
    """Return the metadata that say it."""
    at = run.at.astimezone(timezone.utc).strftime(AT_FORMAT)
    words = [at, run.slot_id or _NONE, run.outcome.value, one_line(run.reason)]
    return {LAST_RUN: " ".join(words)[:LONGEST].rstrip()}


def read(metadata: Mapping[str, str]) -> LastRun | None:
    """Return the last run, None where there was none or it cannot be read."""
    words = metadata.get(LAST_RUN, "").split(" ", _WORDS)
    outcome = _OUTCOMES.get(words[2]) if len(words) >= _WORDS else None
    at = moment_of(words[0], AT_FORMAT)
    if outcome is None or at is None:
        return None
    slot_id = "" if words[1] == _NONE else words[1]
    return LastRun(at, slot_id, outcome, one_line("".join(words[_WORDS:])))
