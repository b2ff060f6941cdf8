# SPDX-License-Identifier: Apache-2.0
"""Texts of each verdict: title (the fact), risk and advice.

What is said of a copy of the volume comes from the texts of its kind, see ``copies.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from snapshot_dashboard.panels.common.attachment_state import (
    backup_verdicts,
    image_verdicts,
    snapshot_verdicts,
)
from snapshot_dashboard.panels.common.attachment_state.copies import CopyTexts, Text
from snapshot_dashboard.rules.attachment import Acknowledgement, Disk, Exposure, Severity, Verdict


@dataclass(frozen=True, slots=True)
class VerdictTexts:
    """The three texts of a verdict, with placeholders."""

    title: Text
    risk: Text = ""
    advice: Text = ""


# By what is to be made of the volume.
KINDS: Mapping[str, CopyTexts] = {
    "snapshots": snapshot_verdicts.TEXTS,
    "backups": backup_verdicts.TEXTS,
    "images": image_verdicts.TEXTS,
}


# How things are, whatever is to be made.
_TITLES: dict[Verdict, Text] = {
    Verdict.RUNNING: gettext_lazy("%(instance)s is running and may be writing to this volume"),
    Verdict.PAUSED: gettext_lazy("%(instance)s is paused while this volume is attached"),
    Verdict.SUSPENDED: gettext_lazy("%(instance)s is suspended while this volume is attached"),
    Verdict.SHUT_OFF: gettext_lazy("%(instance)s is shut off, and this volume is still attached"),
    Verdict.SHELVED: gettext_lazy("%(instance)s is shelved, and this volume is still attached"),
    Verdict.RESCUE: gettext_lazy("%(instance)s is in rescue mode"),
    Verdict.ERROR: gettext_lazy("%(instance)s is in an error state"),
    Verdict.BUSY: gettext_lazy("%(instance)s is changing state (%(state)s)"),
    Verdict.NOT_VISIBLE: gettext_lazy(
        "This volume is attached to an instance that no longer exists, or that you cannot see"
    ),
    Verdict.STATE_UNKNOWN: gettext_lazy(
        "This volume is attached, and the state of the instance cannot be checked right now"
    ),
    Verdict.ATTACHMENT_UNKNOWN: gettext_lazy(
        "It cannot be checked which instance uses this volume"
    ),
    Verdict.RECORDS_DISAGREE: gettext_lazy(
        "This volume is marked as available, but it is still recorded as attached"
    ),
    Verdict.HOST: gettext_lazy("This volume is attached to the host %(host)s, not to an instance"),
    Verdict.HELD_UNKNOWN: gettext_lazy("It cannot be checked which instance uses this volume"),
    Verdict.FOREIGN: gettext_lazy("This volume belongs to another project"),
}
# Advice that names no copy.
_ADVICE: dict[Verdict, Text] = {
    Verdict.ERROR: gettext_lazy(
        "If possible, shut off the instance first. If its state does not change, contact support."
    ),
    Verdict.BUSY: gettext_lazy("Wait until the instance is settled, then try again."),
    Verdict.NOT_VISIBLE: gettext_lazy(
        "If the instance exists, have it shut off first. It may no longer exist: then contact "
        "support and give this ID: %(volume_id)s"
    ),
    Verdict.STATE_UNKNOWN: gettext_lazy(
        "Try again later, or go on as if the instance were running."
    ),
    Verdict.ATTACHMENT_UNKNOWN: gettext_lazy(
        "Try again later, or go on as if it were attached to a running instance."
    ),
    Verdict.RECORDS_DISAGREE: gettext_lazy(
        "Shut off the instance first. If no instance should be using the volume, contact support."
    ),
    Verdict.HOST: gettext_lazy("Stop the applications that use the volume on that host first."),
    Verdict.HELD_OTHER: gettext_lazy(
        "If the volume is just being attached, wait a moment. Otherwise detach it with "
        "Manage Attachments, or contact support."
    ),
    Verdict.HELD_UNKNOWN: gettext_lazy("Try again later."),
    Verdict.HELD_NOT_VISIBLE: gettext_lazy(
        "The instance may no longer exist. Contact support and give this ID: %(volume_id)s"
    ),
    Verdict.VOLUME_FAILED: gettext_lazy("Contact support and give this ID: %(volume_id)s"),
}

_BUSY_TITLES: dict[str, Promise] = {
    "creating": gettext_lazy("This volume is still being created"),
    "downloading": gettext_lazy("This volume is still being created"),
    "attaching": gettext_lazy("This volume is being attached"),
    "detaching": gettext_lazy("This volume is being detached"),
    "extending": gettext_lazy("This volume is being extended"),
    "retyping": gettext_lazy("This volume is changing its type"),
    "migrating": gettext_lazy("This volume is being moved"),
    "backing-up": gettext_lazy("A backup of this volume is being made"),
    "restoring-backup": gettext_lazy("A backup is being restored to this volume"),
    "uploading": gettext_lazy("This volume is being uploaded to an image"),
    "reverting": gettext_lazy("This volume is being reverted to a snapshot"),
    "deleting": gettext_lazy("This volume is being deleted"),
    "awaiting-transfer": gettext_lazy(
        "This volume is waiting to be transferred to another project"
    ),
    "maintenance": gettext_lazy("This volume is under maintenance"),
}
_RELOAD = gettext_lazy("Reload this page in a moment.")


# A volume is what all of these speak of, whatever gender that word has in a language.
_BRIEF: dict[Verdict, Promise] = {
    Verdict.DETACHED: pgettext_lazy("a volume is", "detached"),
    Verdict.SHUT_OFF: pgettext_lazy("a volume is", "attached to an instance that is shut off"),
    Verdict.SHELVED: pgettext_lazy("a volume is", "attached to an instance that is shelved"),
    Verdict.RUNNING: pgettext_lazy("a volume is", "attached to an instance that is running"),
    Verdict.PAUSED: pgettext_lazy("a volume is", "attached to an instance that is paused"),
    Verdict.SUSPENDED: pgettext_lazy("a volume is", "attached to an instance that is suspended"),
    Verdict.RESCUE: pgettext_lazy("a volume is", "attached to an instance in rescue mode"),
    Verdict.ERROR: pgettext_lazy("a volume is", "attached to an instance in an error state"),
    Verdict.BUSY: pgettext_lazy("a volume is", "attached to an instance that is changing state"),
    Verdict.HOST: pgettext_lazy("a volume is", "attached to a host"),
    Verdict.SEVERAL: pgettext_lazy("a volume is", "attached to several instances"),
    Verdict.HELD_SHELVED: pgettext_lazy("a volume is", "held for a shelved instance"),
    Verdict.HELD_OTHER: pgettext_lazy("a volume is", "held for an instance"),
    Verdict.HELD_NOT_VISIBLE: pgettext_lazy(
        "a volume is", "held for an instance that you cannot see"
    ),
    Verdict.HELD_UNKNOWN: pgettext_lazy("a volume is", "held"),
    Verdict.NOT_VISIBLE: pgettext_lazy(
        "a volume is", "attached to an instance that you cannot see"
    ),
    Verdict.STATE_UNKNOWN: pgettext_lazy("a volume is", "attached, state unknown"),
    Verdict.RECORDS_DISAGREE: pgettext_lazy(
        "a volume is", "marked as available, but recorded as attached"
    ),
    Verdict.ATTACHMENT_UNKNOWN: pgettext_lazy("a volume is", "attachments unknown"),
    Verdict.VOLUME_BUSY: pgettext_lazy("a volume is", "busy"),
    Verdict.VOLUME_FAILED: pgettext_lazy("a volume is", "in an error state"),
    Verdict.FOREIGN: pgettext_lazy("a volume is", "in another project"),
}


# Those whose advice is to change an instance, or the volumes that it has.
_ABOUT_INSTANCE = frozenset(
    {
        Verdict.RUNNING,
        Verdict.PAUSED,
        Verdict.SUSPENDED,
        Verdict.SHUT_OFF,
        Verdict.SHELVED,
        Verdict.ERROR,
        Verdict.SEVERAL,
        Verdict.NOT_VISIBLE,
        Verdict.RECORDS_DISAGREE,
        Verdict.HELD_SHELVED,
        Verdict.HELD_OTHER,
    }
)


def asks_to_change(verdict: Verdict) -> bool:
    """Tell whether the advice is to do something that Nova refuses for a locked instance."""
    return verdict in _ABOUT_INSTANCE


def brief(verdict: Verdict) -> str:
    """Return a verdict in a few words, for "Then: ... Now: ..."."""
    return str(_BRIEF[verdict])


def acknowledgement(kind: Acknowledgement, resource: str) -> str:
    """Return the sentence beside the tick of whoever wants one of ``resource``."""
    return str(KINDS[resource].acknowledgements[kind])


def button(resource: str, *, force: bool) -> dict[str, str]:
    """Return class, label and title of the button that makes one of ``resource``."""
    return KINDS[resource].button.shown(force=force)


def telling(exposure: Exposure, resource: str) -> VerdictTexts:
    """Return the texts for whoever wants one of ``resource``, with placeholders for names."""
    texts = KINDS[resource]
    verdict = exposure.verdict
    if verdict is Verdict.VOLUME_BUSY:
        return _busy(exposure.volume.status, texts)
    advice = texts.advice.get(verdict, _ADVICE.get(verdict, ""))
    if verdict is Verdict.HELD_SHELVED:
        advice = texts.held_advice[exposure.disk]
    return VerdictTexts(_title(exposure, texts), texts.risks.get(verdict, ""), advice)


def _title(exposure: Exposure, texts: CopyTexts) -> Text:
    verdict = exposure.verdict
    if verdict is Verdict.SEVERAL:
        return ngettext(
            "This volume is attached to %(count)d instance",
            "This volume is attached to %(count)d instances",
            len(exposure.holders),
        )
    if verdict is Verdict.HOST and not exposure.holders[0].host:
        return _("This volume is attached to a host, not to an instance")
    return texts.titles.get(verdict, _TITLES.get(verdict, ""))


def _busy(status: str, texts: CopyTexts) -> VerdictTexts:
    title = _BUSY_TITLES.get(status, gettext_lazy("This volume is busy: %(status)s"))
    if status == "deleting":
        return VerdictTexts(title)
    if status in texts.busy_advice:
        return VerdictTexts(title, advice=texts.busy_advice[status])
    return VerdictTexts(title, texts.finished, _RELOAD)


def tone(exposure: Exposure) -> str:
    """Return the look of the panel: a warning, a calmer warning, or a neutral explanation."""
    return {Severity.HIGH: "warning", Severity.LOW: "calm"}.get(exposure.severity, "neutral")


def offers_steps(exposure: Exposure) -> bool:
    """Tell whether "How to stop writes" can help: something may be writing right now."""
    resting = (Verdict.PAUSED, Verdict.SUSPENDED)
    return exposure.severity is Severity.HIGH and exposure.verdict not in resting


def offers_detach(exposure: Exposure) -> bool:
    """Tell whether Manage Attachments is a way out of what blocks a snapshot."""
    return (
        exposure.verdict in (Verdict.HELD_SHELVED, Verdict.HELD_OTHER)
        and exposure.disk is not Disk.SYSTEM
    )
