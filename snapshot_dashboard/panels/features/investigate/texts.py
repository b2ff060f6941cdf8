# SPDX-License-Identifier: Apache-2.0
"""Texts of the progress page of Create Volume and Attach."""

from __future__ import annotations

from dataclasses import replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud.errors import NotFound
from snapshot_dashboard.cloud.investigation import AttachProgress, Attempt, Outcome
from snapshot_dashboard.panels.common import causes, problems
from snapshot_dashboard.panels.common.attachment_state.locks import unlock_first
from snapshot_dashboard.panels.common.html import (
    dialog_link,
    instance_link,
    isolated,
    link,
    sentence,
)
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.progress_steps import StepItem, StepMark
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules.investigation import AttachStep
from snapshot_dashboard.rules.message import Message

EXPIRED = Problem(
    gettext_lazy("You have been logged out"),
    advice=gettext_lazy("Log in in a new tab. This page then goes on by itself."),
)
LOST = Problem(
    gettext_lazy("It is not known whether this was carried out"),
    advice=gettext_lazy("Try again: a volume is never attached twice to the same instance."),
)
UNREAD = Problem(
    gettext_lazy("Not attached: the storage service cannot be reached"),
    advice=gettext_lazy("Try again in a moment."),
    about=problems.NO_WAY,
)
NOT_ATTACHED = Problem(gettext_lazy("Not attached"))
FOREIGN_VOLUME = Problem(
    gettext_lazy("This volume belongs to another project"),
    gettext_lazy("It can be attached to instances of its own project only."),
    gettext_lazy("Switch to the owner's project to attach it."),
    tone="info",
)
FOREIGN_INSTANCE = Problem(
    gettext_lazy("This instance belongs to another project"),
    gettext_lazy("A volume of this project is not attached to it."),
    gettext_lazy("Choose an instance of this project."),
)
_UNATTACHED = gettext_lazy("The volume is Available but was not attached: %(reason)s")
# It was reserved when Nova answered: what came after that has failed.
_ACCEPTED = gettext_lazy(
    "The compute service accepted the request, but did not carry it out, or the volume was "
    "detached since."
)
_NOT_KNOWN = Problem(
    gettext_lazy("It is not known yet whether the volume will be attached"),
    advice=gettext_lazy("Try again: a volume is never attached twice to the same instance."),
)


# How far each step has come: before it done, after it waiting.
_REACHED = {
    AttachStep.CREATING: 0,
    AttachStep.FAILED: 0,
    AttachStep.READY: 1,
    AttachStep.ATTACHING: 1,
    AttachStep.ELSEWHERE: 1,
}


def items(progress: AttachProgress) -> tuple[StepItem, ...]:
    """Return the three steps with how far they are."""
    texts = (
        sentence(_("Creating volume")),
        sentence(_("Attaching to %(instance)s"), instance=instance_name(progress)),
        _ready(progress),
    )
    reached = _REACHED.get(progress.step, len(texts))
    stuck = progress.step in (AttachStep.FAILED, AttachStep.ELSEWHERE) or unattached(progress)
    marks = [
        StepMark.DONE
        if place < reached
        else StepMark.WAITING
        if place > reached
        else _current(stuck)
        for place in range(len(texts))
    ]
    return tuple(StepItem(text, mark) for text, mark in zip(texts, marks, strict=True))


def _current(stuck: bool) -> StepMark:
    return StepMark.FAILED if stuck else StepMark.CURRENT


def _ready(progress: AttachProgress) -> SafeString:
    if progress.step is not AttachStep.ATTACHED:
        return sentence(_("Ready"))
    if progress.device:
        return sentence(_("Ready: attached as %(device)s"), device=isolated(progress.device))
    return sentence(_("Ready: attached. The device is chosen when the instance is unshelved."))


def instance_name(progress: AttachProgress) -> SafeString:
    """Return the linked instance, by id where its name cannot be read."""
    known = progress.instance
    return instance_link(progress.instance_id, known.label if known else progress.instance_id)


def unattached(progress: AttachProgress) -> bool:
    """Tell whether an attempt to attach came to nothing, as far as is known."""
    attempt = progress.attempt
    return (
        progress.step is AttachStep.READY
        and attempt is not None
        and attempt.outcome is not Outcome.UNKNOWN
    )


def leaving(progress: AttachProgress) -> str:
    """Return what becomes of the volume if the person leaves now, empty where nothing is open."""
    if progress.step not in (AttachStep.CREATING, AttachStep.READY):
        return ""
    return _(
        "If you leave now, the volume is created but not attached. You find it on the Volumes page."
    )


def announced(progress: AttachProgress) -> str:
    """Return what is said of a step to those who hear the page; never HTML."""
    known = progress.instance
    name = known.label if known else progress.instance_id
    return {
        AttachStep.CREATING: _("Creating volume"),
        AttachStep.READY: _("The volume is Available."),
        AttachStep.ATTACHING: _("Attaching to %(instance)s") % {"instance": name},
        AttachStep.ATTACHED: _("Ready: attached as %(device)s")
        % {"device": progress.device or "-"},
        AttachStep.FAILED: _("The volume could not be created"),
        AttachStep.ELSEWHERE: _("The volume was not attached."),
    }[progress.step]


def problem(progress: AttachProgress, message: Message | None, way_back: str) -> Problem | None:
    """Return the blocker and the next steps. ``message`` is Cinder's about the volume."""
    if progress.step is AttachStep.FAILED:
        return _failed(progress, message)
    if progress.step is AttachStep.ELSEWHERE:
        return _elsewhere(progress)
    if progress.step is not AttachStep.READY:
        return None
    if isinstance(progress.trouble, NotFound):
        title = _("The instance no longer exists, or you cannot see it")
        return Problem(title, links=_another(progress, way_back))
    if progress.attempt is None:
        return None
    return _not_attached(progress, progress.attempt, way_back)


def _not_attached(progress: AttachProgress, attempt: Attempt, way_back: str) -> Problem:
    failure = attempt.failure
    if attempt.outcome is Outcome.UNKNOWN:
        return replace(_NOT_KNOWN, cause=causes.cause(failure) if failure else "")
    if failure is None:
        title = sentence(_UNATTACHED, reason=_ACCEPTED)
        return Problem(title, links=_another(progress, way_back))
    reason = causes.brief(failure)
    locked = progress.instance is not None and progress.instance.locked
    first = unlock_first([instance_name(progress)] if locked else [])
    return Problem(
        sentence(_UNATTACHED, reason=reason),
        advice=first or causes.advice(failure),
        reason="" if failure.reason in reason else failure.reason,
        request_id=failure.request_id,
        links=_another(progress, way_back),
    )


def _another(progress: AttachProgress, way_back: str) -> tuple[SafeString, ...]:
    volume = progress.volume
    parts = (volume.snapshot_id or "", volume.id)
    url = page("horizon:project:snapshots:investigate_choose", *parts)
    return (dialog_link(url, _("Choose another instance")),) if url else ()


def _failed(progress: AttachProgress, message: Message | None) -> Problem:
    volume = progress.volume
    again = page("horizon:project:snapshots:create_volume_and_attach", volume.snapshot_id or "")
    show = link(page("horizon:project:volumes:detail", volume.id), _("Show volume"))
    return Problem(
        _("The volume could not be created"),
        sentence(_("Its status is %(status)s."), status=status_word(volume.status)),
        _("Delete it, then create another one."),
        reason=message.text if message else "",
        request_id=message.request_id if message else "",
        links=(show, *([dialog_link(again, _("Create Volume and Attach"))] if again else [])),
    )


def _elsewhere(progress: AttachProgress) -> Problem:
    volume = progress.volume
    attach = page("horizon:project:volumes:attach", volume.id)
    return Problem(
        sentence(_("The volume is not attached to %(instance)s"), instance=instance_name(progress)),
        sentence(_("Its status is %(status)s."), status=status_word(volume.status)),
        _("What uses it now is shown in Manage Attachments."),
        tone="info",
        links=(dialog_link(attach, _("Manage Attachments")),) if attach else (),
    )
