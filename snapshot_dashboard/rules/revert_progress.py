# SPDX-License-Identifier: Apache-2.0
"""Tells how far a revert in place is: its steps in order, and what each of its volumes holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from snapshot_dashboard.rules import revert_record
from snapshot_dashboard.rules.revert_plan import Content, Halt, Plan, Reimaging, Step, Target
from snapshot_dashboard.rules.revert_record import Act, Before, Progress, Record, Stage
from snapshot_dashboard.rules.revert_steps import OFF, OFFLOADED, RUNNING
from snapshot_dashboard.rules.volume import Phase, phase


class Part(Enum):
    """One line of the list of steps."""

    PREPARE = "prepare"
    SHUT_OFF = "shut_off"
    COPY = "copy"
    SHELVE = "shelve"
    WRITE = "write"
    DESCRIBE = "describe"
    UNSHELVE = "unshelve"
    SHUT_OFF_AGAIN = "shut_off_again"
    # While giving up: the instance goes back to the state in which it was.
    PUT_BACK = "put_back"


class Mark(Enum):
    """How far a step is."""

    DONE = "done"
    # It is being asked for.
    CURRENT = "current"
    # It was asked for, and the cloud is at it.
    WAITING = "waiting"
    LATER = "later"
    HALTED = "halted"
    # It will not be done: the plan ends, or has ended, without it.
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Item:
    """One step with its mark; ``target`` is the volume that it is about, if it is about one."""

    part: Part
    mark: Mark
    target: Target | None = None


_PARTS = {
    Act.HELP: Part.PREPARE,
    Act.UPLOAD: Part.PREPARE,
    Act.STOP: Part.SHUT_OFF,
    Act.COPY: Part.COPY,
    Act.SHELVE: Part.SHELVE,
    Act.WRITE: Part.WRITE,
    Act.KEEP: Part.WRITE,
    Act.DESCRIBE: Part.DESCRIBE,
    Act.UNSHELVE: Part.UNSHELVE,
    Act.STOP_AGAIN: Part.SHUT_OFF_AGAIN,
}
# What was asked for where a plan has halted because of what became of that.
ASKED: dict[Halt, Act] = {
    Halt.NOT_PREPARED: Act.HELP,
    Halt.NOT_STOPPED: Act.STOP,
    Halt.NOT_SHELVED: Act.SHELVE,
    Halt.NOT_UNSHELVED: Act.UNSHELVE,
    Halt.NOT_STARTED: Act.START,
    Halt.NOT_COPIED: Act.COPY,
    Halt.WRITE_REFUSED: Act.WRITE,
    Halt.WRITE_UNKNOWN: Act.WRITE,
    Halt.NOT_DESCRIBED: Act.DESCRIBE,
}


def asked(plan: Plan, step: Step) -> Act | None:
    """Return what was asked for in vain where a plan has halted, None where that is not why."""
    if step.halt is Halt.NOT_STOPPED and plan.lead.record.asked is Act.STOP_AGAIN:
        return Act.STOP_AGAIN
    uploading = step.target and step.target.record.progress is Progress.UPLOADING
    if step.halt is Halt.NOT_PREPARED and uploading:
        return Act.UPLOAD
    return ASKED.get(step.halt) if step.halt else None


def items(plan: Plan, step: Step) -> tuple[Item, ...]:
    """Return the steps of a plan in their order, each with its mark."""
    if plan.stage in (Stage.GIVING_UP, Stage.GIVEN_UP):
        return tuple(_ending(plan, step))
    marked: list[Item] = []
    for part, target in _parts(plan):
        if plan.stage is Stage.FINISHED or _is_done(plan, part, target):
            marked.append(Item(part, Mark.DONE, target))
        else:
            marked.append(Item(part, _open(plan, step, part, target), target))
    return tuple(_with_one_next(marked, step))


def _parts(plan: Plan) -> Iterator[tuple[Part, Target | None]]:
    before, copied = plan.before, plan.lead.record.copy and plan.before is not Before.SHELVED
    for each in plan.targets:
        if each.reimaging is Reimaging.IMAGE:
            yield Part.PREPARE, each
    if before is Before.RUNNING:
        yield Part.SHUT_OFF, None
    if copied:
        yield from ((Part.COPY, each) for each in plan.targets)
    if before in (Before.RUNNING, Before.OFF):
        yield Part.SHELVE, None
    yield from ((Part.WRITE, each) for each in plan.targets)
    yield Part.DESCRIBE, None
    if before in (Before.RUNNING, Before.OFF):
        yield Part.UNSHELVE, None
    if before is Before.OFF:
        yield Part.SHUT_OFF_AGAIN, None


def _is_done(plan: Plan, part: Part, target: Target | None) -> bool:
    if target is not None:
        return _is_done_with(plan, part, target)
    status = plan.instance.status if plan.instance else ""
    written = plan.done
    if part is Part.SHUT_OFF:
        return written or status in (OFF, "SHELVED", OFFLOADED)
    if part is Part.SHELVE:
        return written or status == OFFLOADED
    if part is Part.DESCRIBE:
        return written
    if part is Part.UNSHELVE:
        return written and status not in ("SHELVED", OFFLOADED)
    return written and status == OFF


def _is_done_with(plan: Plan, part: Part, target: Target) -> bool:
    if part is Part.PREPARE:
        return target.is_prepared or not target.record.progress.is_before
    if part is Part.COPY:
        # Once something is written, the copies were there.
        return not plan.untouched or _is_copied(target)
    return target.content is Content.NEW


def _is_copied(target: Target) -> bool:
    copy = target.copy
    return copy is not None and phase(copy.status) is Phase.SETTLED


def _open(plan: Plan, step: Step, part: Part, target: Target | None) -> Mark:
    """Return the mark of a step that is not done."""
    mine = target is None or step.target is None or step.target.volume.id == target.volume.id
    if step.halt:
        tried = asked(plan, step) or _ABOUT.get(step.halt)
        found = mine and tried is not None and _PARTS.get(tried) is part
        return Mark.HALTED if found else _moving(plan, part, target)
    if step.act:
        found = mine and _PARTS.get(step.act) is part
        return Mark.CURRENT if found else _moving(plan, part, target)
    return _moving(plan, part, target)


_ABOUT = {
    Halt.WRITE_FAILED: Act.WRITE,
    Halt.VOLUME_CHANGED: Act.WRITE,
    Halt.NOT_PROVED: Act.WRITE,
    Halt.COPY_FAILED: Act.COPY,
    Halt.COPY_OLD: Act.COPY,
}


def _moving(plan: Plan, part: Part, target: Target | None) -> Mark:
    if part is Part.WRITE and target and plan.content(target) is Content.WRITING:
        return Mark.WAITING
    if target is None:
        return Mark.LATER
    made = {Part.COPY: target.copy, Part.PREPARE: target.helper}.get(part)
    return Mark.WAITING if made and phase(made.status) is Phase.MOVING else Mark.LATER


def _with_one_next(marked: list[Item], step: Step) -> Iterator[Item]:
    """Mark the first step that is not done, where nothing says yet which one it is."""
    named = any(each.mark in (Mark.CURRENT, Mark.WAITING, Mark.HALTED) for each in marked)
    if step.halt:
        named = any(each.mark is Mark.HALTED for each in marked)
    for each in marked:
        if each.mark is Mark.LATER and not named:
            named = True
            yield replace(each, mark=Mark.HALTED if step.halt else Mark.WAITING)
        else:
            yield each


def _ending(plan: Plan, step: Step) -> Iterator[Item]:
    """Return what a plan that somebody has ended did, and what is left of it."""
    for each in plan.targets:
        mark = Mark.DONE if each.content is Content.NEW else Mark.LEFT_OUT
        writing = each.content is Content.WRITING
        yield Item(Part.WRITE, Mark.WAITING if writing else mark, each)
    if plan.instance is None:
        return
    going = Mark.HALTED if step.halt else Mark.CURRENT if step.act else Mark.WAITING
    yield Item(Part.PUT_BACK, Mark.DONE if plan.stage is Stage.GIVEN_UP else going)


def is_stuck(step: Step) -> bool:
    """Tell whether a plan has halted over a volume that may be being written for ever."""
    moving = step.target is not None and phase(step.target.volume.status) is Phase.MOVING
    return moving and step.halt is Halt.WRITE_UNKNOWN


def unwritten(plan: Plan) -> tuple[Target, ...]:
    """Return the volumes that will be overwritten if the plan goes on."""
    if plan.stage is not Stage.GOING:
        return ()
    return tuple(each for each in plan.targets if not each.record.progress.is_after)


def shuts_off(plan: Plan, step: Step) -> bool:
    """Tell whether an instance that runs is shut off if the plan goes on from its halt."""
    running = plan.instance is not None and plan.instance.status == RUNNING
    return running and step.halt in (Halt.NOT_STOPPED, Halt.INSTANCE_CHANGED)


def needs_tick(plan: Plan, step: Step) -> bool:
    """Tell whether a person has to tick a sentence before the plan goes on."""
    return bool(unwritten(plan)) or shuts_off(plan, step)


def is_mixed(plan: Plan) -> bool:
    """Tell whether the volumes, left as they are, do not belong together."""
    return len({each.content for each in plan.targets}) > 1


def is_known(plan: Plan) -> bool:
    """Tell whether it is known of each volume whether it is as before or as in its snapshot."""
    return all(each.content in (Content.OLD, Content.NEW) for each in plan.targets)


def fingerprint(plan: Plan, step: Step) -> str:
    """Return the text by which a form knows again the situation in which it was shown.

    When somebody last saw the plan, and that it was seen to have halted, is no other situation.
    """
    words = [plan.instance.status if plan.instance else "", step.halt.value if step.halt else ""]
    for each in plan.targets:
        record = replace(each.record, seen_at=0, halted=False)
        words += [
            each.volume.id,
            each.volume.status,
            each.content.value,
            revert_record.write(record),
        ]
    words.append(step.target.volume.id if step.target else "")
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def is_going(record: Record | None) -> bool:
    """Tell whether a volume's own record says that its revert in place is not over."""
    return record is not None and record.stage in (Stage.GOING, Stage.GIVING_UP)
