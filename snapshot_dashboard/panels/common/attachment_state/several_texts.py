# SPDX-License-Identifier: Apache-2.0
"""Texts about several volumes of one dialog: the warning above them, and what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.panels.common.attachment_state.explanation import (
    after_unlocking,
    holder_name,
)
from snapshot_dashboard.panels.common.changes import then_and_now
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.attachment import Exposure, Holder, Instance, Severity, Verdict
from snapshot_dashboard.rules.sets import VolumeChange

NOT_AT_ONCE = gettext_lazy(
    "The snapshots are taken one after another, not at the same instant. If a database or file "
    "system spans several volumes, shut off the instance first."
)
ACKNOWLEDGEMENT = gettext_lazy(
    "I understand that these snapshots may be corrupted and are not taken at the same instant."
)
_NONE_CHOSEN = Problem(
    gettext_lazy("No volume was chosen"),
    advice=gettext_lazy("Tick the volumes on the Volumes page first."),
    tone="info",
)
# How many volumes that have changed are told one by one while a dialog is open.
_NAMED = 3
_CHANGED = gettext_lazy("Nothing was created: the situation changed while this form was open")
_CHANGED_AGAIN = gettext_lazy("Nothing more was created: the situation has changed")


def too_many() -> Problem:
    """Return what to say when more volumes are chosen than can be done at once."""
    text = ngettext(
        "At most %(count)d volume can be chosen at a time.",
        "At most %(count)d volumes can be chosen at a time.",
        sets.MOST,
    )
    return Problem(
        gettext_lazy("Too many volumes"),
        text % {"count": sets.MOST},
        gettext_lazy("Choose fewer, and repeat this for the others."),
        tone="info",
    )


def nothing(count: int, instance: Instance | None) -> Problem:
    """Return what to say of a dialog about no volumes, or too many, perhaps of an instance."""
    if count:
        return too_many()
    if instance is None:
        return _NONE_CHOSEN
    title = sentence(_("%(instance)s has no volumes"), instance=isolated(instance.name))
    return Problem(title, tone="info")


def changed(changes: Iterable[VolumeChange], *, again: bool) -> Problem:
    """Return what has become worse since the form was shown; ``again``: it was sent before."""
    text = format_html_join(" ", "{}", ((_change(each),) for each in changes))
    advice = _("Read the warnings below, then tick and confirm, or cancel.")
    return Problem(_CHANGED_AGAIN if again else _CHANGED, text, advice)


def _change(change: VolumeChange) -> SafeString:
    name = isolated(change.volume.label)
    after = verdicts.brief(change.now.verdict)
    if change.before is None:
        return sentence(_("%(volume)s is new here. Now: %(after)s."), volume=name, after=after)
    text = then_and_now(change.before, change.now)
    if not text and change.now.blocked:
        text = sentence(_("No snapshot can be taken now."))
    if not text:
        text = sentence(_("Changed: the volume is now %(state)s."), state=after)
    return format_html("{}: {}", name, text)


def announced(
    changes: Sequence[VolumeChange], gone: int, *, blocked: bool, needed: bool, worse: bool
) -> SafeString:
    """Return what an open dialog says of its volumes when they have changed, and what to do.

    ``gone`` is how many were shown and are not now, deleted or not: a volume may have been
    detached from the instance, or taken out of the group.
    """
    parts = [sentence(_("The situation has changed."))]
    if len(changes) <= _NAMED:
        parts += [_change(each) for each in changes]
    else:
        text = ngettext(
            "%(count)d volume has changed.", "%(count)d volumes have changed.", len(changes)
        )
        parts.append(sentence(text, count=len(changes)))
    if gone:
        text = ngettext(
            "%(count)d volume is no longer listed here.",
            "%(count)d volumes are no longer listed here.",
            gone,
        )
        parts.append(sentence(text, count=gone))
    if blocked:
        parts.append(sentence(_("Nothing can be created now. Read why below.")))
    elif needed and worse:
        parts.append(sentence(_("Read the warning again.")))
    elif not needed:
        parts.append(sentence(_("No confirmation is needed.")))
    return format_html_join(" ", "{}", ((each,) for each in parts))


def gone(names: Iterable[str]) -> Problem:
    """Return what to say when volumes that were chosen are no longer there."""
    volumes = format_html_join(", ", "{}", ((isolated(each),) for each in names))
    text = sentence(_("No longer there: %(volumes)s."), volumes=volumes)
    advice = _("Read the list below, then confirm, or cancel.")
    return Problem(_CHANGED, text, advice)


@dataclass(frozen=True, slots=True)
class Summary:
    """The warning above the list, with the attributes of an explanation."""

    tone: str
    title: str
    risk: str | Promise
    advice: str | Promise
    holders: Sequence[Any] = ()
    trouble: str = ""


def summary(exposures: Iterable[Exposure]) -> Summary | None:
    """Return the warning about those that are attached, as loud as the worst; None for none."""
    attached = [each for each in exposures if each.acknowledgement is not None]
    if not attached:
        return None
    title = ngettext(
        "%(count)d of these volumes is attached",
        "%(count)d of these volumes are attached",
        len(attached),
    ) % {"count": len(attached)}
    holders = [holder for each in attached for holder in each.holders]
    advice = after_unlocking(_("For sound snapshots, shut off the instance first."), holders)
    if max(each.severity for each in attached) is Severity.HIGH:
        return Summary("warning", title, _writing(attached), advice)
    risk = _(
        "A snapshot is sound only if the instance shut down normally and stays off until all "
        "of these snapshots are Available."
    )
    return Summary("calm", title, risk, advice)


def _writing(attached: Sequence[Exposure]) -> SafeString:
    """Return what may be writing: instances by name where each volume has one that runs."""
    running = [_running(each) for each in attached]
    instances = {each.instance_id: holder_name(each) for found in running for each in found}
    count = len(attached)
    if not all(running):
        text = ngettext(
            "Something may be writing to it. Its snapshot may be corrupted.",
            "Something may be writing to them. Their snapshots may be corrupted.",
            count,
        )
    elif len(instances) == 1:
        text = ngettext(
            "%(instances)s is running and may be writing to it. Its snapshot may be corrupted.",
            "%(instances)s is running and may be writing to them. Their snapshots may be "
            "corrupted.",
            count,
        )
    else:
        text = ngettext(
            "These instances are running and may be writing to it: %(instances)s. Its snapshot "
            "may be corrupted.",
            "These instances are running and may be writing to them: %(instances)s. Their "
            "snapshots may be corrupted.",
            count,
        )
    names = format_html_join(", ", "{}", ((each,) for each in instances.values()))
    return sentence(text, instances=names)


def _running(exposure: Exposure) -> list[Holder]:
    """Return the instances that use a volume and were read as running."""
    return [each for each in exposure.holders if each.verdict is Verdict.RUNNING and each.instance]
