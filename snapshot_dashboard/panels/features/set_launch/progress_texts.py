# SPDX-License-Identifier: Apache-2.0
"""Texts of the page that follows the volumes of a form, and launches the instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud.set_launch import Progress
from snapshot_dashboard.panels.common import causes, recommended_step
from snapshot_dashboard.panels.common.html import (
    dialog_link,
    instance_link,
    isolated,
    sentence,
    short,
)
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.outcome import volume_link
from snapshot_dashboard.panels.common.problems import Problem, with_failure
from snapshot_dashboard.panels.common.progress_steps import StepItem, StepMark
from snapshot_dashboard.rules.message import Message
from snapshot_dashboard.rules.set_launch import Stage
from snapshot_dashboard.rules.volume import Phase, Volume, phase

GONE = Problem(
    gettext_lazy("Nothing was created by this form, or it no longer exists"),
    gettext_lazy("What was created may have been deleted, or the address is wrong."),
)
LOST = Problem(
    gettext_lazy("It is not known whether this was carried out"),
    advice=gettext_lazy("Try again: nothing is created twice."),
)
_INCOMPLETE = Problem(
    gettext_lazy("Not launched: not every volume was created"),
    gettext_lazy("The steps above say why."),
    gettext_lazy(
        "Try Again creates only what is missing, and launches the instance then. If you do not "
        "want it any more, delete the volumes that were created."
    ),
)
_REFUSED = Problem(
    gettext_lazy("The volumes were created, but the instance was not launched"),
    advice=gettext_lazy(
        "Try Again launches it from these volumes. If you do not want it any more, delete them."
    ),
)
_ASKING = Problem(
    gettext_lazy("It is not known yet whether the instance is launched"),
    gettext_lazy("The compute service was asked a moment ago, and has not listed it yet."),
    gettext_lazy("Look again in a moment. If nothing comes of it, it can be tried again later."),
    pending=True,
)
_BROKEN = Problem(
    gettext_lazy("The instance was created and has failed"),
    advice=gettext_lazy(
        "Its volumes stay. Delete the instance on its own page, then come back here to launch "
        "another one from the same volumes, or to delete them."
    ),
)

_LEFT_OVER = Problem(
    gettext_lazy("Volumes that the instance does not use are left over"),
    gettext_lazy(
        "The storage could not make them and they were made again, or the form was sent twice at "
        "the same moment."
    ),
    tone="info",
)


def items(progress: Progress, name: str, messages: Mapping[str, Message]) -> tuple[StepItem, ...]:
    """Return a step for each volume and one for the instance; ``messages`` are Cinder's."""
    volumes = [_of_volume(progress, each, messages) for each in progress.snapshot_ids]
    return (*volumes, _of_instance(progress, name))


def _of_volume(progress: Progress, snapshot_id: str, messages: Mapping[str, Message]) -> StepItem:
    volume = progress.volumes.of(snapshot_id)
    if volume is None:
        text = sentence(
            _("Create a volume from snapshot %(snapshot)s"), snapshot=isolated(short(snapshot_id))
        )
        refusal = progress.refusals.get(snapshot_id)
        if refusal is not None:
            return StepItem(format_html("{}. {}", text, causes.message(refusal)), StepMark.FAILED)
        waiting = progress.stage is Stage.MAKING
        return StepItem(text, StepMark.CURRENT if waiting else StepMark.FAILED)
    named = volume_link(volume, isolated(volume.label))
    text = sentence(_("Create volume %(volume)s"), volume=named)
    if phase(volume.status) is Phase.FAILED:
        return StepItem(format_html("{}. {}", text, _why(volume, messages)), StepMark.FAILED)
    moving = volume.status in ("creating", "downloading")
    return StepItem(text, StepMark.CURRENT if moving else StepMark.DONE)


def _why(volume: Volume, messages: Mapping[str, Message]) -> object:
    message = messages.get(volume.id)
    reason = (recommended_step.why(message) or message.text) if message else ""
    return reason or _("The storage service gave no reason.")


_MARKS = {
    Stage.MAKING: StepMark.WAITING,
    Stage.INCOMPLETE: StepMark.WAITING,
    Stage.READY: StepMark.CURRENT,
    Stage.LAUNCHING: StepMark.CURRENT,
    Stage.BROKEN: StepMark.FAILED,
    Stage.DONE: StepMark.DONE,
}


def _of_instance(progress: Progress, name: str) -> StepItem:
    launched = progress.launched
    shown = instance_link(launched.id, launched.name) if launched else isolated(name)
    failed = progress.stage is Stage.READY and progress.refusal is not None
    mark = StepMark.FAILED if failed else _MARKS[progress.stage]
    return StepItem(sentence(_("Launch instance %(instance)s"), instance=shown), mark)


def problem(progress: Progress, delete_url: str) -> Problem | None:
    """Return what went wrong, what there is, and what can be done next; None where nothing did."""
    links = (dialog_link(delete_url, _("Delete These Volumes")),) if delete_url else ()
    if progress.stage is Stage.INCOMPLETE:
        return replace(_INCOMPLETE, links=links)
    if progress.stage is Stage.BROKEN and progress.launched is not None:
        launched = progress.launched
        way = instance_link(launched.id, launched.name)
        return replace(_BROKEN, reason=launched.fault, links=(way,))
    if progress.stage is Stage.READY and progress.asking:
        return _ASKING
    if progress.stage is Stage.DONE and links:
        return replace(_LEFT_OVER, links=links)
    if progress.stage is Stage.READY and progress.refusal is not None:
        return replace(with_failure(_REFUSED, progress.refusal), links=links)
    return None


def leaving(progress: Progress) -> str:
    """Return what happens if the person leaves now, empty where nothing is open."""
    if progress.stage in (Stage.MAKING, Stage.READY) and progress.refusal is None:
        return _(
            "The instance is launched as soon as its volumes are Available and this page is open. "
            "If you leave now, the volumes are created all the same. Come back to this address to "
            "go on."
        )
    return ""


def announced(progress: Progress) -> str:
    """Return what is said of the progress to those who hear the page; never HTML."""
    return {
        Stage.MAKING: _("Creating volumes"),
        Stage.INCOMPLETE: _("Not launched: not every volume was created"),
        Stage.READY: _("The volumes are Available."),
        Stage.LAUNCHING: _("Launching the instance"),
        Stage.BROKEN: _("The instance was created and has failed"),
        Stage.DONE: _("The instance was launched."),
    }[progress.stage]


def done_links(progress: Progress) -> tuple[tuple[str, str], ...]:
    """Return the ways to what was made, once all of it is there."""
    if progress.stage is not Stage.DONE or progress.launched is None:
        return ()
    url = page("horizon:project:instances:detail", progress.launched.id)
    return ((url, _("Show instance")),) if url else ()
