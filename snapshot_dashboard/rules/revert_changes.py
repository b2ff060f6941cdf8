# SPDX-License-Identifier: Apache-2.0
"""What a person's decision, or a look, changes in the records of a revert in place."""

from __future__ import annotations

from dataclasses import replace

from snapshot_dashboard.rules.revert_plan import REFRESHED, Halt, Plan, Step, Target, changed_at
from snapshot_dashboard.rules.revert_record import HIGHEST, Act, Progress, Record, Stage
from snapshot_dashboard.rules.volume import Phase, phase

# After these Nova is asked once more.
_OF_INSTANCE = (
    Halt.NOT_STOPPED,
    Halt.NOT_SHELVED,
    Halt.NOT_UNSHELVED,
    Halt.NOT_STARTED,
    Halt.INSTANCE_CHANGED,
)


def retried(target: Target) -> Record:
    """Return the record that lets what was tried with a volume be tried once more."""
    doubted = phase(target.volume.status) is Phase.MOVING
    progress = {
        Progress.HELPING: Progress.OLD,
        Progress.UPLOADING: Progress.OLD,
        Progress.COPYING: Progress.OLD,
        Progress.REFUSED: Progress.OLD,
        # What it holds is not known, and stays so until it has been written.
        Progress.SENT: Progress.AGAIN,
        Progress.DOUBTED: Progress.DOUBTED if doubted else Progress.AGAIN,
        Progress.UNDESCRIBED: Progress.NEW,
    }.get(target.record.progress, target.record.progress)
    changed = target.record.changed_at and changed_at(target.volume)
    attempt = _next(target.record.attempt)
    return replace(target.record, progress=progress, attempt=attempt, changed_at=changed)


def confirmed(record: Record, halt: Halt | None, now: int) -> Record:
    """Return the first volume's record with which a person lets the plan go on from a halt."""
    asked = None if halt in _OF_INSTANCE else record.asked
    if halt in (Halt.INSTANCE_CHANGED, Halt.NOT_STOPPED):
        # It runs, and the person knows that it will be shut off.
        asked = Act.START
    return replace(record, asked=asked, turn=_next(record.turn), seen_at=now, halted=False)


def ended_without(record: Record) -> Record:
    """Return the first volume's record with which a plan ends that waits for what it has made."""
    return replace(record, halted=True)


def given_up(record: Record, now: int) -> Record:
    """Return the first volume's record with which the plan ends where it is."""
    anew = replace(record, asked=None, stage=Stage.GIVING_UP)
    return confirmed(anew, None, now)


def seen(plan: Plan, step: Step, now: int) -> Record | None:
    """Return what is to be written down because somebody looks, None where nothing is.

    That a plan has halted, or now and then that somebody sees it go on. Whoever comes back to a
    plan that was left alone has not said that it is to go on.
    """
    record = plan.lead.record
    if plan.over:
        return None
    if step.halt or plan.is_left(now):
        return None if record.halted else replace(record, halted=True)
    return replace(record, seen_at=now) if now - record.seen_at > REFRESHED else None


def _next(number: int) -> int:
    return min(number + 1, HIGHEST)
