# SPDX-License-Identifier: Apache-2.0
"""Texts of the page that works through a revert in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import unescape

from django.utils.functional import Promise
from django.utils.html import format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common import causes, problems
from snapshot_dashboard.panels.common.attachment_state.explanation import instance_status
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.scope import ScopeTexts
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.features.revert_in_place.halt_texts import HALTS, IMAGE_GONE, STUCK
from snapshot_dashboard.rules import revert_progress as rules
from snapshot_dashboard.rules.failure import Failure
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.revert_plan import Content, Halt, Plan, Step, Target
from snapshot_dashboard.rules.revert_progress import Item, Mark, Part
from snapshot_dashboard.rules.revert_record import Before, Progress, Stage
from snapshot_dashboard.rules.revert_steps import OFF, OFFLOADED, RUNNING, can_end_without
from snapshot_dashboard.rules.snapshot import Snapshot

# One sentence for each step of the list.
PARTS: Mapping[Part, Promise] = {
    Part.PREPARE: _('Make an image of snapshot "%(snapshot)s"'),
    Part.SHUT_OFF: _('Shut off instance "%(instance)s"'),
    Part.COPY: _('Copy volume "%(volume)s" as it is now'),
    Part.SHELVE: _('Shelve instance "%(instance)s", so that it lets go of its volumes'),
    Part.WRITE: _('Write snapshot "%(snapshot)s" into volume "%(volume)s"'),
    Part.DESCRIBE: _("Put back image metadata and the bootable flag of the volumes"),
    Part.UNSHELVE: _('Unshelve instance "%(instance)s", which starts it'),
    Part.SHUT_OFF_AGAIN: _('Shut off instance "%(instance)s" again, as it was before'),
    Part.PUT_BACK: _('Bring instance "%(instance)s" back to the state in which it was'),
}
MARKS: Mapping[Mark, Promise] = {
    Mark.DONE: _("Done"),
    Mark.CURRENT: _("Going on"),
    Mark.WAITING: _("Waiting"),
    Mark.LATER: _("Not yet"),
    Mark.HALTED: _("Halted"),
    Mark.LEFT_OUT: _("Not done"),
}
CONTENTS: Mapping[Content, Promise] = {
    Content.OLD: _("What it held before; nothing was written to it"),
    Content.WRITING: _("It is being written"),
    Content.NEW: _("The content of the snapshot"),
    Content.UNKNOWN: _("Not known: do not use it before it is checked"),
}

_GOING = {
    Before.NONE: _('Reverting volume "%(volume)s"'),
    Before.RUNNING: _('Reverting instance "%(instance)s"'),
}
_OPEN = _(
    "Keep this page open: it does one step after another. If you leave, it stops after the step "
    "that is going on; anybody of the project can open this page and go on."
)
_ENDING = _("This revert is being ended")
_ENDING_TEXT = _("No more snapshots are written. What was begun is brought to its end.")
_DONE = {
    Before.NONE: _('Volume "%(volume)s" is reverted'),
    Before.RUNNING: _('Instance "%(instance)s" is reverted, and started'),
    Before.OFF: _('Instance "%(instance)s" is reverted; it is shut off, as it was before'),
    Before.SHELVED: _('Instance "%(instance)s" is reverted; it is shelved, as it was before'),
}
_IN_THE_END = {Before.RUNNING: RUNNING, Before.OFF: OFF, Before.SHELVED: OFFLOADED}
_DONE_SINCE = _('Instance "%(instance)s" is reverted; its status is %(status)s now')
_DONE_TEXT = _(
    "Each volume below was brought back to its snapshot. The snapshots are still there. What "
    "the volumes hold now includes whatever was written to them since."
)
_GIVEN_UP = _("This revert was ended before it was finished")
_GIVEN_UP_TEXT = _("The table below tells of each volume what it held then.")
MIXED = _(
    "Warning: the volumes do not belong together. Some hold the content of their snapshot, others "
    "what they held before. Programs that keep data on several of them may fail or damage it."
)
UNCERTAIN = _(
    "Warning: what a volume holds is not known. Do not use it before somebody has checked it."
)

NO_PLAN = Problem(
    _("No revert in place is going on here"),
    _("None was begun, or its notes in the metadata of the volumes are not there any more."),
    tone="info",
)
CHANGED = Problem(
    _("Nothing was done: the situation changed while this page was open"),
    advice=_("Look at what is shown now, then choose again."),
    tone="warning",
)
UNTICKED = Problem(
    _("Nothing was done: the box was not ticked"),
    advice=_("Read the sentence beside the box, tick it, then press the button again."),
    tone="warning",
)
NOT_ALLOWED = Problem(
    _("Your role does not allow this"),
    _(
        "You can look at this revert, but not work through it. It takes the right to shut off, "
        "shelve and unshelve the instance, and to overwrite volumes with an image."
    ),
    _("Ask a member of the project who may do this to open this page."),
    tone="warning",
    about=problems.ROLE,
)
FOREIGN = Problem(
    _("This belongs to another project"),
    _("Nothing is done with it from here."),
    tone="info",
)
FAILED = Problem(
    _("The last step could not be carried out"),
    advice=_("It is tried again as long as this page is open."),
    tone="warning",
)
UNSAVED = Problem(
    _("Nothing was done: it could not be written down"),
    advice=_("Try again in a moment."),
)
INSTANCE_GONE = replace(
    problems.INSTANCE_GONE,
    advice=_("If it leaves a volume whose revert is not finished, the list of volumes says so."),
)
NO_ANSWER = Problem(
    _("The dashboard gives no answer. Trying again..."),
    _("Nothing is lost: what was begun is still known."),
    tone="warning",
)
EXPIRED = Problem(
    _("You have been logged out"),
    _("It goes on here when you have logged in again in another tab."),
)
ELSEWHERE = Problem(
    _("You have switched to another project or region"),
    _("It goes on here when you have switched back, in this tab or another one."),
    tone="warning",
)
NOT_DONE_ELSEWHERE = ScopeTexts(
    _('This page belongs to project "%(then)s". Nothing was done.'),
    _('This page belongs to region "%(then)s". Nothing was done.'),
    advice=_("Switch back to go on here."),
)

UNDESCRIBED = _(
    "The content of the snapshot; its image metadata or its bootable flag are not as they were "
    "before"
)
SLOW = _(
    "If it stays at one step for much longer than you know it from this cloud, send this to "
    "support."
)

GO_ON = _("Go On")
TRY_AGAIN = _("Try Again")
STOP_HERE = _("Stop Here")
_LOST = _(
    'I understand that instance "%(instance)s" is shut off, and that everything written to '
    "%(volumes)s after the snapshot was taken will be lost, up to this moment."
)
_SHUT_OFF = _('I understand that instance "%(instance)s", which is running now, is shut off.')
_LOST_DETACHED = _(
    "I understand that everything written to %(volumes)s after the snapshot was taken will be "
    "lost, up to this moment."
)
_ENDS_WITHOUT = _(
    "I understand that a volume or an image that was made for this revert may be left. Its name "
    "begins with [revert]."
)
_ENDS = {
    Before.NONE: _("I understand that nothing more is written to %(volumes)s."),
    Before.RUNNING: _(
        "I understand that nothing more is written to %(volumes)s, and that instance "
        '"%(instance)s" runs with them as they are.'
    ),
    Before.OFF: _(
        "I understand that nothing more is written to %(volumes)s, and that instance "
        '"%(instance)s" is brought back to status Shut Off with them.'
    ),
    Before.SHELVED: _(
        "I understand that nothing more is written to %(volumes)s, and that instance "
        '"%(instance)s" stays shelved.'
    ),
}


class Teller:
    """Fills the texts of one plan with its names."""

    def __init__(self, plan: Plan, step: Step, snapshots: Mapping[str, Snapshot]) -> None:
        self._plan = plan
        self._step = step
        self._snapshots = snapshots

    def _names(self, target: Target | None) -> dict[str, object]:
        plan = self._plan
        shown = target or plan.lead
        instance = plan.instance
        gone = plan.lead.record.instance_id
        return {
            "instance": isolated((instance.name or instance.id) if instance else gone),
            "status": instance_status(instance.status, locked=None) if instance else "",
            "volume": isolated(shown.volume.label),
            "volume_status": status_word(shown.volume.status),
            "snapshot": isolated(self.snapshot_name(shown)),
        }

    def snapshot_name(self, target: Target) -> str:
        """Return a snapshot's name, its id where it cannot be read."""
        snapshot_id = target.record.snapshot_id
        known = self._snapshots.get(snapshot_id)
        return known.label if known else snapshot_id

    def holds(self, target: Target) -> str | Promise:
        """Return what a volume holds."""
        undescribed = target.record.progress is Progress.UNDESCRIBED
        return UNDESCRIBED if undescribed else CONTENTS[self._plan.content(target)]

    def said(self, text: object, target: Target | None = None) -> SafeString:
        """Return one sentence with the names in it."""
        return sentence(text, **self._names(target))

    def item(self, item: Item) -> SafeString:
        """Return what a step of the list does."""
        return self.said(PARTS[item.part], item.target)

    def volumes(self, targets: Iterable[Target]) -> SafeString:
        """Return the names of volumes, one after another."""
        return format_html_join(", ", '"{}"', ((isolated(each.volume.label),) for each in targets))

    def state(self) -> Problem:
        """Return what stands on top of the page."""
        plan, step = self._plan, self._step
        if step.halt:
            return self._told(self._halt(step.halt), step.target)
        if plan.stage is Stage.FINISHED:
            return self._told(Problem(self._done(), _DONE_TEXT, tone="info"))
        if plan.stage is Stage.GIVEN_UP:
            return self._told(Problem(_GIVEN_UP, _GIVEN_UP_TEXT, self.warning(), tone="warning"))
        if plan.stage is Stage.GIVING_UP:
            return self._told(Problem(_ENDING, _ENDING_TEXT, tone="info"))
        going = _GOING.get(plan.before, _GOING[Before.RUNNING])
        return self._told(Problem(going, _OPEN, tone="info"))

    def _halt(self, halt: Halt) -> Problem:
        target = self._step.target
        unknown = target is not None and target.record.progress is Progress.AGAIN
        if halt is Halt.NOT_PREPARED and unknown:
            return IMAGE_GONE
        return STUCK if rules.is_stuck(self._step) else HALTS[halt]

    def _done(self) -> str | Promise:
        """Return what was done; not that an instance is in a state in which it is not now."""
        plan = self._plan
        now = plan.instance.status if plan.instance else None
        return _DONE[plan.before] if now == _IN_THE_END.get(plan.before) else _DONE_SINCE

    def _told(self, problem: Problem, target: Target | None = None) -> Problem:
        return replace(
            problem,
            title=self.said(problem.title, target),
            text=self.said(problem.text, target),
            advice=self.said(problem.advice, target),
        )

    def warning(self) -> str | Promise:
        """Return the warning about volumes that are left as they are, empty without one."""
        if not rules.is_known(self._plan):
            return UNCERTAIN
        return MIXED if rules.is_mixed(self._plan) else ""

    def lost(self) -> SafeString | None:
        """Return the sentence to tick before it goes on, None where nothing will be lost."""
        left = rules.unwritten(self._plan)
        if not left:
            off = rules.shuts_off(self._plan, self._step)
            return self.said(_SHUT_OFF) if off else None
        text = _LOST if self._plan.instance else _LOST_DETACHED
        return sentence(text, **(self._names(None) | {"volumes": self.volumes(left)}))

    def ends(self) -> SafeString:
        """Return the sentence to tick before the plan ends where it is."""
        plan = self._plan
        if can_end_without(plan, self._step):
            return sentence(_ENDS_WITHOUT)
        names = self._names(None) | {"volumes": self.volumes(plan.targets)}
        return sentence(_ENDS[plan.before if plan.instance else Before.NONE], **names)

    def announced(self) -> str:
        """Return what is said to those who hear the page; never HTML."""
        plan, step = self._plan, self._step
        found = rules.items(plan, step)
        moving = (Mark.CURRENT, Mark.WAITING)
        current = [each for each in found if each.mark in moving]
        text = self.item(current[0]) if current and not step.halt else self.state().title
        return unescape(strip_tags(text))


def with_reason(problem: Problem, failure: Failure | None) -> Problem:
    """Add why a step failed, as the service has told it."""
    if failure is None:
        return problem
    return replace(
        problem,
        cause=causes.cause(failure),
        reason=failure.reason,
        request_id=failure.request_id,
    )


def with_message(problem: Problem, message: Message | None) -> Problem:
    """Add what the storage service has told of a volume."""
    if message is None:
        return problem
    return replace(problem, reason=message.text, request_id=message.request_id)


def is_again(step: Step) -> bool:
    """Tell whether the button says that something is tried again, and not that it goes on."""
    return step.halt not in (
        Halt.LEFT,
        Halt.PAUSED,
        Halt.INSTANCE_CHANGED,
        Halt.VOLUME_CHANGED,
    )


# What Nova and Cinder check: for an instance, and for a volume that is attached to none.
_INSTANCE_RULES = tuple(
    ("compute", f"os_compute_api:{deed}")
    for deed in ("servers:stop", "servers:start", "os-shelve:shelve", "os-shelve:unshelve")
)
RULES_OF_INSTANCE = (*_INSTANCE_RULES, ("volume", "volume:reimage_reserved"))
RULES_OF_VOLUME = (("volume", "volume:reimage"),)
