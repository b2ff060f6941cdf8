# SPDX-License-Identifier: Apache-2.0
"""What each verdict says to a person who wants a snapshot of the volume."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.attachment_state.copies import ButtonTexts, CopyTexts
from snapshot_dashboard.rules.attachment import Acknowledgement, Disk, Verdict

_MEMORY = _(
    "The snapshot may be corrupted: data still in the instance's memory will not be in it. "
    "At best it is crash-consistent, as after a sudden power cut."
)
_HELD = _(
    "The storage service refuses snapshots of a held volume. A snapshot taken while it is "
    "attached may also be corrupted."
)

TEXTS = CopyTexts(
    titles={
        Verdict.HELD_SHELVED: _(
            "A snapshot cannot be taken now: this volume is held for %(instance)s, which is shelved"
        ),
        Verdict.HELD_OTHER: _(
            "A snapshot cannot be taken now: this volume is held for %(instance)s"
        ),
        Verdict.HELD_NOT_VISIBLE: _(
            "A snapshot cannot be taken now: this volume is held for an instance "
            "that no longer exists, or that you cannot see"
        ),
        Verdict.VOLUME_FAILED: _(
            "A snapshot cannot be taken: this volume is in an error state (%(status)s)"
        ),
    },
    risks={
        Verdict.RUNNING: _(
            "The snapshot may be corrupted. It is at best crash-consistent, as after a sudden "
            "power cut."
        ),
        Verdict.PAUSED: _MEMORY,
        Verdict.SUSPENDED: _MEMORY,
        Verdict.SHUT_OFF: _(
            "The snapshot is sound only if the instance shut down normally and stays off until "
            "the snapshot is Available. If it crashed or was forced off, the snapshot may be "
            "corrupted."
        ),
        Verdict.SHELVED: _(
            "The snapshot is sound only if the instance was shut down normally before it was "
            "shelved and stays shelved until the snapshot is Available. Otherwise the snapshot "
            "may be corrupted."
        ),
        Verdict.RESCUE: _(
            "The rescue system may be writing to this volume. The snapshot may be corrupted."
        ),
        Verdict.ERROR: _(
            "It is not known whether it is still writing to this volume. "
            "The snapshot may be corrupted."
        ),
        Verdict.BUSY: _("It may be writing to this volume. The snapshot may be corrupted."),
        Verdict.NOT_VISIBLE: _(
            "It may be running and writing to this volume. The snapshot may be corrupted."
        ),
        Verdict.STATE_UNKNOWN: _("The instance may be running, so the snapshot may be corrupted."),
        Verdict.ATTACHMENT_UNKNOWN: _(
            "It may be attached to a running instance, so the snapshot may be corrupted."
        ),
        Verdict.RECORDS_DISAGREE: _(
            "An instance may be running and writing to it, so the snapshot may be corrupted."
        ),
        Verdict.HOST: _("The host may be writing to it. The snapshot may be corrupted."),
        Verdict.SEVERAL: _(
            "Each of them may write to it. The snapshot may be corrupted unless all of them "
            "have stopped writing."
        ),
        Verdict.HELD_SHELVED: _(
            "The storage service refuses snapshots of a volume that is held for a shelved "
            "instance. A snapshot taken while it is attached may also be corrupted."
        ),
        Verdict.HELD_OTHER: _HELD,
        Verdict.HELD_UNKNOWN: _HELD,
        Verdict.HELD_NOT_VISIBLE: _HELD,
        Verdict.FOREIGN: _(
            "A snapshot taken here would belong to project %(current)s: the owner could not see "
            "it, and it would keep the owner from deleting the volume."
        ),
    },
    advice={
        Verdict.RUNNING: _(
            "For a sound snapshot, shut off the instance first, or stop the applications "
            "that write to this volume."
        ),
        Verdict.PAUSED: _(
            "For a sound snapshot, resume the instance, shut it off, then take the snapshot. "
            "If you are investigating the instance, leave it paused."
        ),
        Verdict.SUSPENDED: _(
            "For a sound snapshot, resume the instance, shut it off, then take the snapshot. "
            "If you are investigating the instance, leave it suspended."
        ),
        Verdict.SHUT_OFF: _(
            "Not sure? Start the instance, shut it down from inside, then take the snapshot."
        ),
        Verdict.SHELVED: _(
            "Not sure? Unshelve the instance, shut it down from inside, then take the snapshot."
        ),
        Verdict.RESCUE: _("For a sound snapshot, unmount the volume in the rescue system first."),
        Verdict.SEVERAL: _("For a sound snapshot, shut off all of them first."),
        Verdict.FOREIGN: _("Switch to project %(owner)s to take a snapshot."),
    },
    held_advice={
        Disk.DATA: _(
            "Detach the volume with Manage Attachments (the instance stays shelved), take the "
            "snapshot, then attach the volume again."
        ),
        Disk.SYSTEM: _(
            "This looks like the system disk (root disk), which cannot be detached. Unshelve the "
            "instance, shut it off, then take the snapshot. Unshelving starts the instance."
        ),
        Disk.UNKNOWN: _(
            "If it is a data volume: detach it with Manage Attachments (the instance stays "
            "shelved), take the snapshot, then attach it again. If it is the system disk (root "
            "disk): unshelve the instance, shut it off, then take the snapshot."
        ),
    },
    finished=_("A snapshot can be taken when this is finished."),
    busy_advice={
        "awaiting-transfer": _("Cancel the transfer to take a snapshot."),
        "maintenance": _("Contact support if you need a snapshot now."),
    },
    acknowledgements={
        Acknowledgement.CORRUPTED: _("I understand that this snapshot may be corrupted."),
        Acknowledgement.SHUT_OFF: _(
            "I understand that this snapshot is sound only if the instance shut down normally "
            "and stays off."
        ),
        Acknowledgement.SHELVED: _(
            "I understand that this snapshot is sound only if the instance was shut down normally "
            "and stays shelved."
        ),
    },
    none_now=_("No snapshot can be taken now. Read why below."),
    button=ButtonTexts(
        _("Create Volume Snapshot"),
        _("Create Volume Snapshot (Force)"),
        _("Creates the snapshot although the volume is attached."),
    ),
)
