# SPDX-License-Identifier: Apache-2.0
"""The state machine of a revert in place: which step follows from what is read."""

from __future__ import annotations

from snapshot_dashboard.rules.revert_plan import WAIT, Content, Halt, Plan, Step, Target, claim
from snapshot_dashboard.rules.revert_record import Act, Before, Progress, Stage
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
# What Nova cannot do where a volume is in an error state.
_STARTING = (Act.UNSHELVE, Act.START)


# Written down where a person has let a running instance be shut off, and where it was.
_MAY_STOP = (Act.START, Act.STOP)


def next_step(plan: Plan, now: int) -> Step:
    """Return what comes next; only waiting when nothing is left. ``now``: seconds of Unix time.

    What would overwrite or stop something is not done long after it was asked for: the instance
    may have been used meanwhile.
    """
    step = _step(plan)
    if step.act not in _DESTRUCTIVE:
        return step
    if plan.halted and plan.stage is Stage.GOING:
        return Step(halt=Halt.PAUSED)
    return Step(halt=Halt.LEFT) if plan.is_left(now) else step


def _step(plan: Plan) -> Step:
    if plan.over:
        return WAIT
    if plan.missing and plan.stage is Stage.GOING:
        return Step(halt=Halt.VOLUME_MISSING)
    instance = plan.instance
    if instance and instance.status == "ERROR":
        return Step(halt=Halt.INSTANCE_ERROR)
    if instance and instance.task:
        return WAIT
    step = _giving_up(plan) if plan.stage is Stage.GIVING_UP else _going(plan)
    if instance and instance.locked and step.act and step.act.of_instance:
        return Step(halt=Halt.LOCKED)
    failed = [each for each in plan.targets if phase(each.volume.status) is Phase.FAILED]
    if failed and step.act in _STARTING:
        return Step(halt=Halt.WRITE_FAILED, target=failed[0])
    return step


def _going(plan: Plan) -> Step:
    if all(each.record.progress is Progress.DONE for each in plan.targets):
        return _leaving(plan)
    if plan.instance is None or plan.instance.status == OFFLOADED:
        return _copying(plan) or _writing(plan)
    # Asked for anew by a person, it is shut down once more for the volumes that are left.
    expected = plan.untouched or plan.lead.record.asked in (None, *_MAY_STOP)
    return _shutting_down(plan) if expected else Step(halt=Halt.INSTANCE_CHANGED)


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
    return Step(Act.FINISH)


def _status(plan: Plan) -> str:
    return plan.instance.status if plan.instance else ""


def _ask(plan: Plan, act: Act) -> Step:
    """Return what is next where Nova has to be asked: once, then it is waited for."""
    if plan.lead.record.asked is not act:
        return Step(act)
    return WAIT if _is_asking(plan, act, plan.lead) else Step(halt=_NOT_DONE[act])


def _is_asking(plan: Plan, act: Act, target: Target) -> bool:
    return claim(plan.id, act, target.record) in plan.asking


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
        if _is_asking(plan, Act.COPY, target):
            return WAIT
        too_late = _status(plan) == OFFLOADED
        again = target.record.progress is Progress.OLD and not too_late
        return Step(Act.COPY if again else None, None if again else Halt.NOT_COPIED, target)
    if phase(copy.status) is Phase.MOVING:
        return WAIT
    failed = phase(copy.status) is Phase.FAILED
    return Step(halt=Halt.COPY_FAILED, target=target) if failed else None


def _writing(plan: Plan) -> Step:
    """Return what is next for the volumes: finish what is written before anything else."""
    steps = [_volume(plan, each) for each in plan.targets]
    tidy = [each for each in steps if each.act in (Act.KEEP, Act.DESCRIBE)]
    return tidy[0] if tidy else _first(steps)


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
        asking = _is_asking(plan, Act.WRITE, target)
        return WAIT if asking else Step(halt=Halt.WRITE_UNKNOWN, target=target)
    if status == "in-use" and _is_asking(plan, Act.SHELVE, plan.lead):
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
    if not progress.is_after and _is_asking(plan, Act.WRITE, target):
        return WAIT
    # Without it a request that is still on its way does nothing any more. Where it was halted the
    # image cannot be deleted; that is tried again in the end.
    remove = target.image_id and not plan.halted
    return Step(Act.REMOVE_IMAGE, target=target) if remove else None


def copies_are_old(plan: Plan) -> bool:
    """Tell whether the instance runs again after copies of its volumes were asked for.

    They were to hold what the volumes held before anything is overwritten.
    """
    wanted = plan.lead.record.copy and plan.stage is Stage.GOING
    begun = any(each.record.progress is not Progress.OLD for each in plan.targets)
    left = any(not each.record.progress.is_after for each in plan.targets)
    at_rest = plan.instance is None or _status(plan) in (OFF, _SHELVED, OFFLOADED)
    return wanted and begun and left and not at_rest


def can_retry(plan: Plan, step: Step) -> bool:
    """Tell whether a person can have what halted it tried once more."""
    final = (Halt.VOLUME_MISSING, Halt.LOCKED, Halt.WRITE_FAILED, Halt.INSTANCE_ERROR)
    return step.halt is not None and step.halt not in final and not copies_are_old(plan)


def can_give_up(plan: Plan, step: Step) -> bool:
    """Tell whether the plan can end where it is: not where only support can go on.

    Nova does not start an instance of which a volume is in an error state.
    """
    supports = step.halt is not None and step.halt.only_support
    done = all(each.record.progress is Progress.DONE for each in plan.targets)
    return plan.stage is Stage.GOING and not supports and (step.halt is not None or not done)
