# SPDX-License-Identifier: Apache-2.0
"""Texts of each verdict: title (the fact), risk and advice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from snapshot_dashboard.rules.attachment import Acknowledgement, Disk, Exposure, Severity, Verdict


@dataclass(frozen=True, slots=True)
class VerdictTexts:
    """The three texts of a verdict, with placeholders."""

    title: str | Promise
    risk: str | Promise = ""
    advice: str | Promise = ""


_MEMORY = gettext_lazy(
    "The snapshot may be corrupted: data still in the instance's memory will not be in it. "
    "At best it is crash-consistent, as after a sudden power cut."
)
_RESUME = gettext_lazy(
    "For a sound snapshot, resume the instance, shut it off, then take the snapshot. "
    "If you are investigating the instance, leave it paused."
)
_RESUME_SUSPENDED = gettext_lazy(
    "For a sound snapshot, resume the instance, shut it off, then take the snapshot. "
    "If you are investigating the instance, leave it suspended."
)
_HELD_RISK = gettext_lazy(
    "The storage service refuses snapshots of a held volume. A snapshot taken while it is "
    "attached may also be corrupted."
)
_SHELVED_RISK = gettext_lazy(
    "The storage service refuses snapshots of a volume that is held for a shelved instance. "
    "A snapshot taken while it is attached may also be corrupted."
)

_TELLINGS: dict[Verdict, VerdictTexts] = {
    Verdict.RUNNING: VerdictTexts(
        gettext_lazy("%(instance)s is running and may be writing to this volume"),
        gettext_lazy(
            "The snapshot may be corrupted. It is at best crash-consistent, as after a sudden "
            "power cut."
        ),
        gettext_lazy(
            "For a sound snapshot, shut off the instance first, or stop the applications "
            "that write to this volume."
        ),
    ),
    Verdict.PAUSED: VerdictTexts(
        gettext_lazy("%(instance)s is paused while this volume is attached"), _MEMORY, _RESUME
    ),
    Verdict.SUSPENDED: VerdictTexts(
        gettext_lazy("%(instance)s is suspended while this volume is attached"),
        _MEMORY,
        _RESUME_SUSPENDED,
    ),
    Verdict.SHUT_OFF: VerdictTexts(
        gettext_lazy("%(instance)s is shut off, and this volume is still attached"),
        gettext_lazy(
            "The snapshot is sound only if the instance shut down normally and stays off until "
            "the snapshot is Available. If it crashed or was forced off, the snapshot may be "
            "corrupted."
        ),
        gettext_lazy(
            "Not sure? Start the instance, shut it down from inside, then take the snapshot."
        ),
    ),
    Verdict.SHELVED: VerdictTexts(
        gettext_lazy("%(instance)s is shelved, and this volume is still attached"),
        gettext_lazy(
            "The snapshot is sound only if the instance was shut down normally before it was "
            "shelved and stays shelved until the snapshot is Available. Otherwise the snapshot "
            "may be corrupted."
        ),
        gettext_lazy(
            "Not sure? Unshelve the instance, shut it down from inside, then take the snapshot."
        ),
    ),
    Verdict.RESCUE: VerdictTexts(
        gettext_lazy("%(instance)s is in rescue mode"),
        gettext_lazy(
            "The rescue system may be writing to this volume. The snapshot may be corrupted."
        ),
        gettext_lazy("For a sound snapshot, unmount the volume in the rescue system first."),
    ),
    Verdict.ERROR: VerdictTexts(
        gettext_lazy("%(instance)s is in an error state"),
        gettext_lazy(
            "It is not known whether it is still writing to this volume. "
            "The snapshot may be corrupted."
        ),
        gettext_lazy(
            "If possible, shut off the instance first. If its state does not change, "
            "contact support."
        ),
    ),
    Verdict.BUSY: VerdictTexts(
        gettext_lazy("%(instance)s is changing state (%(state)s)"),
        gettext_lazy("It may be writing to this volume. The snapshot may be corrupted."),
        gettext_lazy("Wait until the instance is settled, then try again."),
    ),
    Verdict.NOT_VISIBLE: VerdictTexts(
        gettext_lazy(
            "This volume is attached to an instance that no longer exists, or that you cannot see"
        ),
        gettext_lazy(
            "It may be running and writing to this volume. The snapshot may be corrupted."
        ),
        gettext_lazy(
            "If the instance exists, have it shut off first. It may no longer exist: then contact "
            "support and give this ID: %(volume_id)s"
        ),
    ),
    Verdict.STATE_UNKNOWN: VerdictTexts(
        gettext_lazy(
            "This volume is attached, and the state of the instance cannot be checked right now"
        ),
        gettext_lazy("The instance may be running, so the snapshot may be corrupted."),
        gettext_lazy("Try again later, or go on as if the instance were running."),
    ),
    Verdict.ATTACHMENT_UNKNOWN: VerdictTexts(
        gettext_lazy("It cannot be checked which instance uses this volume"),
        gettext_lazy("It may be attached to a running instance, so the snapshot may be corrupted."),
        gettext_lazy("Try again later, or go on as if it were attached to a running instance."),
    ),
    Verdict.RECORDS_DISAGREE: VerdictTexts(
        gettext_lazy("This volume is marked as available, but it is still recorded as attached"),
        gettext_lazy(
            "An instance may be running and writing to it, so the snapshot may be corrupted."
        ),
        gettext_lazy(
            "Shut off the instance first. If no instance should be using the volume, "
            "contact support."
        ),
    ),
    Verdict.HOST: VerdictTexts(
        gettext_lazy("This volume is attached to the host %(host)s, not to an instance"),
        gettext_lazy("The host may be writing to it. The snapshot may be corrupted."),
        gettext_lazy("Stop the applications that use the volume on that host first."),
    ),
    Verdict.HELD_OTHER: VerdictTexts(
        gettext_lazy("A snapshot cannot be taken now: this volume is held for %(instance)s"),
        _HELD_RISK,
        gettext_lazy(
            "If the volume is just being attached, wait a moment. Otherwise detach it with "
            "Manage Attachments, or contact support."
        ),
    ),
    Verdict.HELD_UNKNOWN: VerdictTexts(
        gettext_lazy("It cannot be checked which instance uses this volume"),
        _HELD_RISK,
        gettext_lazy("Try again later."),
    ),
    Verdict.HELD_NOT_VISIBLE: VerdictTexts(
        gettext_lazy(
            "A snapshot cannot be taken now: this volume is held for an instance "
            "that no longer exists, or that you cannot see"
        ),
        _HELD_RISK,
        gettext_lazy(
            "The instance may no longer exist. Contact support and give this ID: %(volume_id)s"
        ),
    ),
    Verdict.FOREIGN: VerdictTexts(
        gettext_lazy("This volume belongs to another project"),
        gettext_lazy(
            "A snapshot taken here would belong to project %(current)s: the owner could not see "
            "it, and it would keep the owner from deleting the volume."
        ),
        gettext_lazy("Switch to project %(owner)s to take a snapshot."),
    ),
}

_HELD_TITLE = gettext_lazy(
    "A snapshot cannot be taken now: this volume is held for %(instance)s, which is shelved"
)
_DETACH_FIRST = gettext_lazy(
    "Detach the volume with Manage Attachments (the instance stays shelved), take the snapshot, "
    "then attach the volume again."
)
_UNSHELVE_FIRST = gettext_lazy(
    "This looks like the system disk (root disk), which cannot be detached. Unshelve the instance, "
    "shut it off, then take the snapshot. Unshelving starts the instance."
)
_EITHER = gettext_lazy(
    "If it is a data volume: detach it with Manage Attachments (the instance stays shelved), "
    "take the snapshot, then attach it again. If it is the system disk (root disk): unshelve the "
    "instance, shut it off, then take the snapshot."
)

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
_FINISHED = gettext_lazy("A snapshot can be taken when this is finished.")
_RELOAD = gettext_lazy("Reload this page in a moment.")
# What to do where waiting does not help.
_BUSY_ADVICE: dict[str, VerdictTexts] = {
    "deleting": VerdictTexts(""),
    "awaiting-transfer": VerdictTexts(
        "", advice=gettext_lazy("Cancel the transfer to take a snapshot.")
    ),
    "maintenance": VerdictTexts(
        "", advice=gettext_lazy("Contact support if you need a snapshot now.")
    ),
}

_ACKNOWLEDGEMENTS: dict[Acknowledgement, Promise] = {
    Acknowledgement.CORRUPTED: gettext_lazy("I understand that this snapshot may be corrupted."),
    Acknowledgement.SHUT_OFF: gettext_lazy(
        "I understand that this snapshot is sound only if the instance shut down normally "
        "and stays off."
    ),
    Acknowledgement.SHELVED: gettext_lazy(
        "I understand that this snapshot is sound only if the instance was shut down normally "
        "and stays shelved."
    ),
}


def acknowledgement(kind: Acknowledgement) -> str:
    """Return the sentence beside the tick."""
    return str(_ACKNOWLEDGEMENTS[kind])


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


def telling(exposure: Exposure) -> VerdictTexts:
    """Return the texts for an exposure, with placeholders for names."""
    verdict = exposure.verdict
    if verdict is Verdict.SEVERAL:
        return _several(len(exposure.holders))
    if verdict is Verdict.HELD_SHELVED:
        return _held(exposure.disk)
    if verdict is Verdict.HOST and not exposure.holders[0].host:
        return replace(
            _TELLINGS[verdict], title=_("This volume is attached to a host, not to an instance")
        )
    if verdict is Verdict.VOLUME_BUSY:
        return _busy(exposure.volume.status)
    if verdict is Verdict.VOLUME_FAILED:
        return VerdictTexts(
            _("A snapshot cannot be taken: this volume is in an error state (%(status)s)"),
            "",
            _("Contact support and give this ID: %(volume_id)s"),
        )
    return _TELLINGS[verdict]


def _several(count: int) -> VerdictTexts:
    return VerdictTexts(
        ngettext(
            "This volume is attached to %(count)d instance",
            "This volume is attached to %(count)d instances",
            count,
        ),
        _(
            "Each of them may write to it. The snapshot may be corrupted unless all of them "
            "have stopped writing."
        ),
        _("For a sound snapshot, shut off all of them first."),
    )


def _held(disk: Disk) -> VerdictTexts:
    advice = {Disk.DATA: _DETACH_FIRST, Disk.SYSTEM: _UNSHELVE_FIRST}.get(disk, _EITHER)
    return VerdictTexts(_HELD_TITLE, _SHELVED_RISK, advice)


def _busy(status: str) -> VerdictTexts:
    title = _BUSY_TITLES.get(status, gettext_lazy("This volume is busy: %(status)s"))
    special = _BUSY_ADVICE.get(status)
    if special:
        return VerdictTexts(title, special.risk, special.advice)
    return VerdictTexts(title, _FINISHED, _RELOAD)


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
