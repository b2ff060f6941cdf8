# SPDX-License-Identifier: Apache-2.0
"""The state machine of a revert in place: which step follows from what is read."""

from __future__ import annotations

from snapshot_dashboard.rules.revert_plan import (
    WAIT,
    Content,
    Halt,
    Plan,
    Step,
    Target,
    can_reimage,
    moment,
)
from snapshot_dashboard.rules.revert_record import MOMENT, Act, Before, Progress, Stage
from snapshot_dashboard.rules.volume import Phase, phase

# Nova's words for an instance at rest in which a plan has something to do.
RUNNING, OFF, OFFLOADED = "ACTIVE", "SHUTOFF", "SHELVED_OFFLOADED"
# Between them and the last: Nova offloads the instance next.
_SHELVED = "SHELVED"
_NOT_DONE = {
    Act.STOP: Halt.NOT_STOPPED,
    Act.SHELVE: Halt.NOT_SHELVED,
    Act.UNSHELVE: Halt.NOT_UNSHELVED,
    Act.STOP_AGAIN: Halt.NOT_STOPPED,
    Act.START: Halt.NOT_STARTED,
}
# What is not done long after it was asked for.
_DESTRUCTIVE = (Act.STOP, Act.COPY, Act.SHELVE, Act.WRITE, Act.STOP_AGAIN)
# What overwrites a volume, or leads there.
_OVERWRITING = (Act.HELP, Act.UPLOAD, Act.STOP, Act.COPY, Act.SHELVE, Act.WRITE)
# What Nova cannot do where a volume is in an error state.
_STARTING = (Act.UNSHELVE, Act.START)


# Before a copy was asked for.
_UNCOPIED = (Progress.OLD, Progress.HELPING, Progress.UPLOADING)
# Of a volume of which it is known, or wanted, that it is to be written.
_PREPARED_BEFORE = (*_UNCOPIED, Progress.COPYING, Progress.AGAIN)
# Glance's words for an image that has not got its bytes yet.
_UNFINISHED = ("queued", "saving")
# After these nothing goes on, or not by what a person wants here.
_FINAL = (
    Halt.VOLUME_MISSING,
    Halt.INSTANCE_GONE,
    Halt.LOCKED,
    Halt.NOT_PROVED,
    Halt.COPY_OLD,
    Halt.WRITE_FAILED,
    Halt.INSTANCE_ERROR,
)
# Written down where a person has let a running instance be shut off, and where it was.
_MAY_STOP = (Act.START, Act.STOP)


def next_step(plan: Plan, now: int) -> Step:
    """Return what comes next; only waiting when nothing is left. ``now``: seconds of Unix time.

    What would overwrite or stop something is not done long after it was asked for: the instance
    may have been used meanwhile.
    """
    step = _step(plan)
    step = _barred(plan, step) or step
    if step.act not in _DESTRUCTIVE:
        return step
    if plan.halted and plan.stage is Stage.GOING:
        return Step(halt=Halt.PAUSED)
    return Step(halt=Halt.LEFT) if plan.is_left(now) else step


def _barred(plan: Plan, step: Step) -> Step | None:
    """Return what forbids to go on towards overwriting a volume, whatever a person wants."""
    if plan.stage is not Stage.GOING or step.act not in _OVERWRITING:
        return None
    left = [each for each in plan.targets if not each.record.progress.is_after]
    for each in left:
        if not can_reimage(each.volume, each.reimaging):
            return Step(halt=Halt.NOT_PROVED, target=each)
    old = [each for each in left if _is_old(plan, each)]
    return Step(halt=Halt.COPY_OLD, target=old[0]) if old else None


def _is_old(plan: Plan, target: Target) -> bool:
    """Tell whether the instance has run since a copy of its volume was asked for."""
    copy, instance = target.copy, plan.instance
    if copy is None or instance is None:
        return False
    then = copy.metadata.get(MOMENT, "")
    if instance.status == OFF:
        return then != moment(instance)
    # Who has shelved it may have used it before; starting it leaves no trace then.
    by_others = instance.status == OFFLOADED and plan.lead.record.asked is not Act.SHELVE
    return by_others or then.rpartition(" ")[2] != instance.launched


def _step(plan: Plan) -> Step:
    if plan.over:
        return WAIT
    if plan.stage in (Stage.FINISHED, Stage.GIVEN_UP):
        # It is not yet written down everywhere, or a volume was away.
        return _tidying(plan) or Step(Act.FINISH)
    giving_up = plan.stage is Stage.GIVING_UP
    return _whole(plan) or _feasible(plan, _giving_up(plan) if giving_up else _going(plan))


def _whole(plan: Plan) -> Step | None:
    """Return what is to be waited for, or has halted, whatever the volumes are like."""
    going, instance = plan.stage is Stage.GOING, plan.instance
    cases = (
        (going and plan.orphaned, Step(halt=Halt.INSTANCE_GONE)),
        (going and plan.missing, Step(halt=Halt.VOLUME_MISSING)),
        (_status(plan) == "ERROR", Step(halt=Halt.INSTANCE_ERROR)),
        (instance is not None and bool(instance.task), WAIT),
    )
    return next((step for applies, step in cases if applies), None)


def _feasible(plan: Plan, step: Step) -> Step:
    """Return a step, or what Nova would refuse it for."""
    instance = plan.instance
    if instance and instance.locked and step.act and step.act.of_instance:
        return Step(halt=Halt.LOCKED)
    failed = [each for each in plan.targets if phase(each.volume.status) is Phase.FAILED]
    if failed and step.act in _STARTING:
        return Step(halt=Halt.WRITE_FAILED, target=failed[0])
    return step


def _going(plan: Plan) -> Step:
    if plan.done:
        return _leaving(plan)
    free = plan.instance is None or plan.instance.status == OFFLOADED
    # What is written is finished before anything else.
    first = (_tidying(plan) if free else None) or _preparing(plan)
    if first:
        return first
    if free:
        return _copying(plan) or _first([_volume(plan, each) for each in plan.targets])
    # Asked for anew by a person, it is shut down once more for the volumes that are left.
    expected = plan.untouched or plan.lead.record.asked in (None, *_MAY_STOP)
    return _shutting_down(plan) if expected else Step(halt=Halt.INSTANCE_CHANGED)


def _preparing(plan: Plan) -> Step | None:
    """Return what is next before there is an image for each volume that needs one.

    The instance still runs meanwhile: a snapshot does not change.
    """
    steps = [each for each in (_prepare(plan, target) for target in plan.targets) if each]
    return _first(steps) if steps else None


def _prepare(plan: Plan, target: Target) -> Step | None:
    progress, helper = target.record.progress, target.helper
    if target.is_prepared or progress not in _PREPARED_BEFORE:
        return None
    if _is_preparing(plan, target):
        return WAIT
    ready = helper is not None and helper.status == "available"
    if ready and progress in (Progress.OLD, Progress.HELPING):
        return Step(Act.UPLOAD, target=target)
    if progress is Progress.OLD and helper is None:
        return Step(Act.HELP, target=target)
    tried = any(plan.is_asking(each, target) for each in (Act.HELP, Act.UPLOAD))
    return WAIT if tried else Step(halt=Halt.NOT_PREPARED, target=target)


def _is_preparing(plan: Plan, target: Target) -> bool:
    """Tell whether the cloud is at it; an image without its bytes alone may never get them."""
    helper, image = target.helper, target.image
    if helper is not None and phase(helper.status) is Phase.MOVING:
        return True
    unfinished = image is not None and image.status in _UNFINISHED
    return unfinished and plan.is_asking(Act.UPLOAD, target)


def _shutting_down(plan: Plan) -> Step:
    """Return what is next before the volumes of an instance can be written."""
    status, asked = _status(plan), plan.lead.record.asked
    # Whoever has started one that was off when the plan was begun may be at work with it.
    may_stop = plan.before is Before.RUNNING or asked in _MAY_STOP
    if status == RUNNING and asked is not Act.SHELVE and may_stop:
        return _ask(plan, Act.STOP)
    if status == OFF:
        return _copying(plan) or _ask(plan, Act.SHELVE)
    return WAIT if status == _SHELVED else Step(halt=Halt.INSTANCE_CHANGED)


def _leaving(plan: Plan) -> Step:
    """Return what is next before the instance is in the state in which it was."""
    status = _status(plan)
    if status in (_SHELVED, OFFLOADED) and plan.before is not Before.SHELVED:
        return _ask(plan, Act.UNSHELVE)
    if status == RUNNING and plan.before is Before.OFF:
        asked = plan.lead.record.asked
        mine = asked in (Act.UNSHELVE, Act.STOP_AGAIN, Act.START)
        return _ask(plan, Act.STOP_AGAIN) if mine else Step(halt=Halt.INSTANCE_CHANGED)
    return WAIT if waits_for_helpers(plan) else Step(Act.FINISH)


def waits_for_helpers(plan: Plan) -> bool:
    """Tell whether a plan that is at its end waits for what it has made to be removable.

    Not any more where a person does not want to wait.
    """
    return not plan.halted and any(_is_helping(plan, each) for each in plan.targets)


def _is_helping(plan: Plan, target: Target) -> bool:
    helper = target.helper
    moving = helper is not None and phase(helper.status) is Phase.MOVING
    return moving or any(plan.is_asking(each, target) for each in (Act.HELP, Act.UPLOAD))


def _status(plan: Plan) -> str:
    return plan.instance.status if plan.instance else ""


def _ask(plan: Plan, act: Act) -> Step:
    """Return what is next where Nova has to be asked: once, then it is waited for."""
    if plan.lead.record.asked is not act:
        return Step(act)
    return WAIT if plan.is_asking(act, plan.lead) else Step(halt=_NOT_DONE[act])


def _first(steps: list[Step]) -> Step:
    """Return the first that is nothing to wait for: what halts comes before what goes on."""
    halts = [each for each in steps if each.halt]
    acts = [each for each in steps if each.act]
    return next(iter(halts + acts), WAIT)


def _copying(plan: Plan) -> Step | None:
    """Return what is next for the copies, None when they are there or nobody wants any."""
    # Of a volume of a shelved instance Cinder makes none.
    wanted = plan.targets if plan.lead.record.copy and plan.before is not Before.SHELVED else ()
    if not plan.untouched:
        return None
    steps = [each for each in (_copy(plan, target) for target in wanted) if each]
    return _first(steps) if steps else None


def _copy(plan: Plan, target: Target) -> Step | None:
    copy = target.copy
    if copy is None:
        if plan.is_asking(Act.COPY, target):
            return WAIT
        too_late = _status(plan) == OFFLOADED
        again = target.record.progress in _UNCOPIED and not too_late
        return Step(Act.COPY if again else None, None if again else Halt.NOT_COPIED, target)
    if phase(copy.status) is Phase.MOVING:
        return WAIT
    failed = phase(copy.status) is Phase.FAILED
    return Step(halt=Halt.COPY_FAILED, target=target) if failed else None


def _tidying(plan: Plan) -> Step | None:
    steps = (_volume(plan, each) for each in plan.targets)
    return next((each for each in steps if each.act in (Act.KEEP, Act.DESCRIBE)), None)


def _volume(plan: Plan, target: Target) -> Step:
    progress = target.record.progress
    if progress is Progress.DONE:
        return WAIT
    if phase(target.volume.status) is Phase.MOVING:
        return _moving(target)
    if progress is Progress.NEW:
        return Step(Act.DESCRIBE, target=target)
    if progress is Progress.UNDESCRIBED:
        return Step(halt=Halt.NOT_DESCRIBED, target=target)
    if phase(target.volume.status) is Phase.FAILED and target.content is not Content.OLD:
        return Step(halt=Halt.WRITE_FAILED, target=target)
    if target.content is Content.NEW:
        return Step(Act.KEEP, target=target)
    return _unwritten(plan, target)


def _moving(target: Target) -> Step:
    """Return what is next while something is done to a volume: it ends by itself, or never."""
    if target.is_being_written and target.content is Content.UNKNOWN:
        doubted = target.record.progress is Progress.DOUBTED
        halt = Halt.WRITE_UNKNOWN if doubted else Halt.VOLUME_CHANGED
        return Step(halt=halt, target=target)
    return WAIT


def _unwritten(plan: Plan, target: Target) -> Step:
    """Return what is next for a volume of which it is not known that it was written."""
    progress, status = target.record.progress, target.volume.status
    if progress is Progress.REFUSED:
        return Step(halt=Halt.WRITE_REFUSED, target=target)
    if progress in (Progress.SENT, Progress.DOUBTED):
        asking = plan.is_asking(Act.WRITE, target)
        return WAIT if asking else Step(halt=Halt.WRITE_UNKNOWN, target=target)
    if status == "in-use" and plan.is_asking(Act.SHELVE, plan.lead):
        # Nova lets go of the volumes one after the other.
        return WAIT
    free = status == ("available" if plan.instance is None else "reserved")
    if free and target.is_as_it_was:
        return Step(Act.WRITE, target=target)
    return Step(halt=Halt.VOLUME_CHANGED, target=target)


def _giving_up(plan: Plan) -> Step:
    """Return what is left to do before the instance is as it was; the volumes stay as they are."""
    left = [each for each in (_left(plan, target) for target in plan.targets) if each]
    if left:
        return _first(left)
    if _status(plan) == OFF and plan.before is Before.RUNNING:
        return _ask(plan, Act.START)
    return _leaving(plan)


def _left(plan: Plan, target: Target) -> Step | None:
    if phase(target.volume.status) is Phase.MOVING:
        return _moving(target)
    progress = target.record.progress
    if progress is Progress.NEW:
        return Step(Act.DESCRIBE, target=target)
    if not progress.is_after and target.content is Content.NEW:
        return Step(Act.KEEP, target=target)
    if not progress.is_after and plan.is_asking(Act.WRITE, target):
        return WAIT
    # Without it a request that is still on its way does nothing any more. Where it was halted the
    # image cannot be deleted; that is tried again in the end. It is kept where it alone may know
    # what the description of the volume was.
    remove = target.image and not plan.halted and progress is not Progress.UNDESCRIBED
    return Step(Act.REMOVE_IMAGE, target=target) if remove else None


def copies_are_old(plan: Plan) -> bool:
    """Tell whether the instance runs again after copies of its volumes were asked for.

    They were to hold what the volumes held before anything is overwritten.
    """
    if any(_is_old(plan, each) for each in plan.targets if not each.record.progress.is_after):
        return plan.stage is Stage.GOING
    wanted = plan.lead.record.copy and plan.stage is Stage.GOING
    begun = any(each.record.progress not in _UNCOPIED for each in plan.targets)
    left = any(not each.record.progress.is_after for each in plan.targets)
    at_rest = plan.instance is None or _status(plan) in (OFF, _SHELVED, OFFLOADED)
    return wanted and begun and left and not at_rest


def can_retry(plan: Plan, step: Step) -> bool:
    """Tell whether a person can have what halted it tried once more."""
    if step.halt in (None, *_FINAL) or copies_are_old(plan):
        return False
    if step.halt is Halt.NOT_PREPARED and step.target:
        # What a volume holds may be unknown: that is not to be forgotten over making an image.
        return step.target.record.progress is not Progress.AGAIN
    # Of a volume of a shelved instance Cinder makes no copy.
    uncopied = step.halt in (Halt.NOT_COPIED, Halt.COPY_FAILED)
    return not (uncopied and _status(plan) == OFFLOADED)


def can_end_without(plan: Plan, step: Step) -> bool:
    """Tell whether all that is left is to wait until what was made for the plan can be removed."""
    ending = plan.done or plan.stage is Stage.GIVING_UP
    return ending and step == WAIT and waits_for_helpers(plan)


def can_give_up(plan: Plan, step: Step) -> bool:
    """Tell whether the plan can end where it is: not where only support can go on.

    Nova does not start an instance of which a volume is in an error state.
    """
    if can_end_without(plan, step):
        return True
    supports = step.halt is not None and step.halt.only_support
    return plan.stage is Stage.GOING and not supports and (step.halt is not None or not plan.done)
