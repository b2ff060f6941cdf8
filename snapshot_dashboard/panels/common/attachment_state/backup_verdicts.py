# SPDX-License-Identifier: Apache-2.0
"""What each verdict says to a person who wants a backup of the volume."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.attachment_state.copies import ButtonTexts, CopyTexts
from snapshot_dashboard.rules.attachment import Acknowledgement, Disk, Verdict

_MEMORY = _(
    "The backup may be corrupted: data still in the instance's memory will not be in it. "
    "At best it is crash-consistent, as after a sudden power cut."
)
_HELD = _(
    "The storage service refuses backups of a held volume. A backup made while it is "
    "attached may also be corrupted."
)

TEXTS = CopyTexts(
    titles={
        Verdict.HELD_SHELVED: _(
            "A backup of this volume cannot be made now: it is held for %(instance)s, which is "
            "shelved"
        ),
        Verdict.HELD_OTHER: _(
            "A backup of this volume cannot be made now: it is held for %(instance)s"
        ),
        Verdict.HELD_NOT_VISIBLE: _(
            "A backup of this volume cannot be made now: it is held for an instance "
            "that no longer exists, or that you cannot see"
        ),
        Verdict.VOLUME_FAILED: _(
            "A backup of this volume cannot be made: it is in an error state (%(status)s)"
        ),
    },
    risks={
        Verdict.RUNNING: _(
            "The backup may be corrupted. It is at best crash-consistent, as after a sudden "
            "power cut."
        ),
        Verdict.PAUSED: _MEMORY,
        Verdict.SUSPENDED: _MEMORY,
        Verdict.SHUT_OFF: _(
            "The backup is sound only if the instance shut down normally and stays off until "
            "the backup is Available. If it crashed or was forced off, the backup may be corrupted."
        ),
        Verdict.SHELVED: _(
            "The backup is sound only if the instance was shut down normally before it was "
            "shelved and stays shelved until the backup is Available. Otherwise the backup "
            "may be corrupted."
        ),
        Verdict.RESCUE: _(
            "The rescue system may be writing to this volume. The backup may be corrupted."
        ),
        Verdict.ERROR: _(
            "It is not known whether it is still writing to this volume. "
            "The backup may be corrupted."
        ),
        Verdict.BUSY: _("It may be writing to this volume. The backup may be corrupted."),
        Verdict.NOT_VISIBLE: _(
            "It may be running and writing to this volume. The backup may be corrupted."
        ),
        Verdict.STATE_UNKNOWN: _("The instance may be running, so the backup may be corrupted."),
        Verdict.ATTACHMENT_UNKNOWN: _(
            "It may be attached to a running instance, so the backup may be corrupted."
        ),
        Verdict.RECORDS_DISAGREE: _(
            "An instance may be running and writing to it, so the backup may be corrupted."
        ),
        Verdict.HOST: _("The host may be writing to it. The backup may be corrupted."),
        Verdict.SEVERAL: _(
            "Each of them may write to it. The backup may be corrupted unless all of them "
            "have stopped writing."
        ),
        Verdict.HELD_SHELVED: _(
            "The storage service refuses backups of a volume that is held for a shelved instance. "
            "A backup made while it is attached may also be corrupted."
        ),
        Verdict.HELD_OTHER: _HELD,
        Verdict.HELD_UNKNOWN: _HELD,
        Verdict.HELD_NOT_VISIBLE: _HELD,
        Verdict.FOREIGN: _(
            "A backup made here would belong to project %(current)s: the owner could not see it."
        ),
    },
    advice={
        Verdict.RUNNING: _(
            "For a sound backup, shut off the instance first, or stop the applications "
            "that write to this volume."
        ),
        Verdict.PAUSED: _(
            "For a sound backup, resume the instance, shut it off, then make the backup. "
            "If you are investigating the instance, leave it paused."
        ),
        Verdict.SUSPENDED: _(
            "For a sound backup, resume the instance, shut it off, then make the backup. "
            "If you are investigating the instance, leave it suspended."
        ),
        Verdict.SHUT_OFF: _(
            "Not sure? Start the instance, shut it down from inside, then make the backup."
        ),
        Verdict.SHELVED: _(
            "Not sure? Unshelve the instance, shut it down from inside, then make the backup."
        ),
        Verdict.RESCUE: _("For a sound backup, unmount the volume in the rescue system first."),
        Verdict.SEVERAL: _("For a sound backup, shut off all of them first."),
        Verdict.FOREIGN: _("Switch to project %(owner)s to make a backup."),
    },
    held_advice={
        Disk.DATA: _(
            "Detach the volume with Manage Attachments (the instance stays shelved), make the "
            "backup, then attach the volume again."
        ),
        Disk.SYSTEM: _(
            "This looks like the system disk (root disk), which cannot be detached. Unshelve the "
            "instance, shut it off, then make the backup. Unshelving starts the instance."
        ),
        Disk.UNKNOWN: _(
            "If it is a data volume: detach it with Manage Attachments (the instance stays "
            "shelved), make the backup, then attach it again. If it is the system disk (root "
            "disk): unshelve the instance, shut it off, then make the backup."
        ),
    },
    finished=_("A backup can be made when this is finished."),
    busy_advice={
        "awaiting-transfer": _("Cancel the transfer to make a backup."),
        "maintenance": _("Contact support if you need a backup now."),
    },
    acknowledgements={
        Acknowledgement.CORRUPTED: _("I understand that this backup may be corrupted."),
        Acknowledgement.SHUT_OFF: _(
            "I understand that this backup is sound only if the instance shut down normally "
            "and stays off."
        ),
        Acknowledgement.SHELVED: _(
            "I understand that this backup is sound only if the instance was shut down normally "
            "and stays shelved."
        ),
    },
    none_now=_("No backup of this volume can be made now. Read why below."),
    button=ButtonTexts(
        _("Create Volume Backup"),
        _("Create Volume Backup (Force)"),
        _("Creates the backup although the volume is attached."),
    ),
)
