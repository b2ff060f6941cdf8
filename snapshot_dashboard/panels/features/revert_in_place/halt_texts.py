# SPDX-License-Identifier: Apache-2.0
"""Texts that tell why a revert in place has halted, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules.revert_plan import Halt

_NOTHING_MORE = _("Nothing more was changed after that.")
_AGAIN = _("Try again; what is done already is not done twice.")
HALTS: Mapping[Halt, Problem] = {
    Halt.LEFT: Problem(
        _("Halted: nobody has had this page open for a while"),
        _(
            "It goes on only while somebody has this page open. After 15 minutes it does not go "
            "on by itself: the instance or the volumes may have been used meanwhile."
        ),
        _("Look at what is done and what is not. Then go on, or stop here."),
        tone="warning",
    ),
    Halt.PAUSED: Problem(
        _("Halted: what was in the way is over"),
        _("It does not go on by itself: the instance or the volumes may have been used meanwhile."),
        _("Look at what is done and what is not. Then go on, or stop here."),
        tone="warning",
    ),
    Halt.NOT_PREPARED: Problem(
        _('Halted: no image was made of snapshot "%(snapshot)s"'),
        _('The image is what volume "%(volume)s" would be written from. It was not written.'),
        _AGAIN,
    ),
    Halt.VOLUME_MISSING: Problem(
        _("Halted: a volume of this revert is missing"),
        _(
            "It was deleted or detached from the instance, or somebody has changed its metadata. "
            "Without it nothing more is written."
        ),
        _("Attach it again, then look again. Or stop here."),
    ),
    Halt.NOT_STOPPED: Problem(
        _('Halted: instance "%(instance)s" was not shut off'),
        _NOTHING_MORE,
        _("Shut it off on the Instances page, or try again."),
    ),
    Halt.NOT_SHELVED: Problem(
        _('Halted: instance "%(instance)s" was not shelved'),
        _NOTHING_MORE,
        _AGAIN,
    ),
    Halt.NOT_UNSHELVED: Problem(
        _('Halted: instance "%(instance)s" was not unshelved'),
        _("It is still shelved. The table below tells what each of its volumes holds."),
        _AGAIN,
    ),
    Halt.NOT_STARTED: Problem(
        _('Halted: instance "%(instance)s" was not started'),
        _("It is shut off. Before the revert it was running."),
        _("Start it on the Instances page, or try again."),
    ),
    Halt.INSTANCE_CHANGED: Problem(
        _('Halted: somebody has changed the state of instance "%(instance)s"'),
        _("Its status is %(status)s, and this revert did not bring it there."),
        _(
            "If you go on, it is shut off again for the volumes that are not written yet. "
            "Or stop here."
        ),
        tone="warning",
    ),
    Halt.INSTANCE_ERROR: Problem(
        _('Halted: instance "%(instance)s" is in status Error'),
        _("Nothing more can be done with it until support has taken it out of that status."),
        _("Send the ticket below to support. Then come back here."),
    ),
    Halt.INSTANCE_GONE: Problem(
        _("Halted: the instance of this revert does not have this volume any more"),
        _(
            "The instance was deleted, or the volume was detached from it. Nothing more is "
            "written. The table below tells what the volume holds."
        ),
        _(
            "Stop here: notes and images of the revert are removed, and the volume stays as it is. "
            "If the instance exists, bring it back to the state in which it was on the Instances "
            "page."
        ),
        tone="warning",
    ),
    Halt.LOCKED: Problem(
        _('Halted: instance "%(instance)s" is locked'),
        _("A locked instance cannot be shut off, shelved or started."),
        _("Unlock it on the Instances page, then look again."),
        tone="warning",
    ),
    Halt.NOT_PROVED: Problem(
        _('Halted: reverting in place is switched off in this cloud for volume "%(volume)s"'),
        _("It was switched on when this revert began. No more volumes are overwritten."),
        _("Stop here, or ask support why it was switched off."),
    ),
    Halt.NOT_COPIED: Problem(
        _('Halted: volume "%(volume)s" was not copied'),
        _("There is no copy of it. Nothing was overwritten."),
        _("Try again while the instance is shut off. If it is shelved, stop here and plan again."),
    ),
    Halt.COPY_FAILED: Problem(
        _('Halted: the copy of volume "%(volume)s" has failed'),
        _("The copy cannot be used. Nothing was overwritten."),
        _("Try again: another copy is made. You can delete the one that failed."),
    ),
    Halt.COPY_OLD: Problem(
        _('Halted: instance "%(instance)s" was changed after volume "%(volume)s" was copied'),
        _("It may have run since: then the copy lacks what was written meanwhile."),
        _("Stop here, then plan the revert again, with new copies."),
        tone="warning",
    ),
    Halt.VOLUME_CHANGED: Problem(
        _('Halted: volume "%(volume)s" was used meanwhile'),
        _(
            "Its status is %(volume_status)s. It was attached, detached or changed by somebody "
            "else since this was confirmed."
        ),
        _("Make sure that nothing uses it. Then go on, or stop here."),
        tone="warning",
    ),
    Halt.WRITE_REFUSED: Problem(
        _('Halted: the storage service did not write the snapshot into volume "%(volume)s"'),
        _("The volume holds what it held before."),
        _AGAIN,
    ),
    Halt.WRITE_FAILED: Problem(
        _('Halted: volume "%(volume)s" has failed'),
        _(
            "Its status is %(volume_status)s, and only support can take it out of that. The table "
            "below says what it holds. The snapshot is still there."
        ),
        _("Send the ticket below to support. Then come back here."),
    ),
    Halt.WRITE_UNKNOWN: Problem(
        _('Halted: it is not known whether the snapshot was written into volume "%(volume)s"'),
        _("The storage service was asked, and the volume does not tell what came of it."),
        _("Try again: the snapshot is written once more, whatever the volume holds."),
    ),
    Halt.NOT_DESCRIBED: Problem(
        _('Halted: image metadata of volume "%(volume)s" were not put back'),
        _(
            "The volume holds the content of the snapshot. Its image metadata or its bootable "
            "flag are not yet as they were."
        ),
        _AGAIN,
    ),
}

# Where nobody knows what the volume holds: there is nothing to write it from any more.
IMAGE_GONE = Problem(
    _('Halted: the image of snapshot "%(snapshot)s" is not there any more'),
    _('It is not known what volume "%(volume)s" holds: it was perhaps written in part.'),
    _("Stop here, then plan the revert again: another image is made."),
)

# The same where the volume is still in a status that ought to end by itself.
STUCK = Problem(
    _('Halted: it is not known what is being written into volume "%(volume)s"'),
    _(
        "Its status is %(volume_status)s. That ends by itself, or never: then only support can "
        "take it out of that status."
    ),
    _("Look again in a while. If it stays so, send the ticket below to support."),
)
