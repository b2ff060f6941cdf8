# SPDX-License-Identifier: Apache-2.0
"""Texts of the Revert Volume dialog: blockers, errors and notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.cloud.errors import CloudError, Forbidden
from snapshot_dashboard.cloud.revert import VolumeUnseen
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.problems import Problem, because, telling
from snapshot_dashboard.rules.revert import RevertBlocker


@dataclass(frozen=True, slots=True)
class BlockerTexts:
    """The texts of one blocker.

    ``steps`` are done in this order, ``next_steps`` are alternatives, each with the button that
    does it ("create", "launch", "in_place") or none. ``buttons`` stand below everything else;
    "support" says whom to ask. The names of placeholders are those of ``live._parts``.
    """

    title: str | Promise
    risk: str | Promise = ""
    advice: str | Promise = ""
    steps: tuple[str | Promise, ...] = ()
    next_steps: tuple[tuple[str | Promise, str], ...] = ()
    buttons: tuple[str, ...] = ()


_DETACH_STEPS = (
    gettext_lazy("In the instance, stop what uses the volume and unmount the volume."),
    gettext_lazy("Detach the volume."),
    gettext_lazy("Come back here."),
    gettext_lazy("Attach the volume again after the revert."),
)
# The first is offered only where it is switched on.
_WAYS: tuple[tuple[str | Promise, str], ...] = (
    (
        gettext_lazy(
            "Revert the instance in place: it is shut off, its volumes are written, and it keeps "
            "its ID and its addresses."
        ),
        "in_place",
    ),
    (
        gettext_lazy(
            "Get files back: make a volume from the snapshot, attach it to the instance, copy "
            "what you need."
        ),
        "create",
    ),
    (
        gettext_lazy(
            "Start a new instance from the snapshot, move the floating IP, then delete the old "
            "instance."
        ),
        "launch",
    ),
    (
        gettext_lazy(
            "Use this same disk again: delete the instance but keep this volume, revert it, "
            "launch an instance from it. The instance gets a new ID and may get new addresses."
        ),
        "",
    ),
)
_ASK_SUPPORT = gettext_lazy("Contact support and give this ID: %(volume_id)s")

TELLINGS: Mapping[RevertBlocker, BlockerTexts] = {
    RevertBlocker.FOREIGN: BlockerTexts(
        gettext_lazy("This snapshot or its volume belongs to another project"),
        advice=gettext_lazy("Switch to the owner's project to revert the volume."),
    ),
    RevertBlocker.TOO_OLD: BlockerTexts(
        gettext_lazy("This cloud's storage service cannot revert volumes"),
        advice=gettext_lazy("Make a volume from the snapshot instead."),
        buttons=("create",),
    ),
    RevertBlocker.TEMPORARY: BlockerTexts(
        gettext_lazy("A volume cannot be reverted to this snapshot"),
        gettext_lazy("Temporary, made by the storage service. It goes away by itself."),
    ),
    RevertBlocker.SIZE: BlockerTexts(
        gettext_lazy("The volume has been extended since this snapshot was taken"),
        gettext_lazy(
            "It cannot be reverted (%(now)s GiB now, %(then)s GiB then). Make a volume from the "
            "snapshot instead."
        ),
        buttons=("create",),
    ),
    RevertBlocker.SNAPSHOT_FAILED: BlockerTexts(
        gettext_lazy("A volume cannot be reverted to this snapshot"),
        gettext_lazy(
            "Its status is %(snapshot_status)s, and only an Available snapshot can be used."
        ),
        gettext_lazy("Choose another snapshot of the same volume."),
    ),
    RevertBlocker.TEMPORARY_NEWER: BlockerTexts(
        gettext_lazy(
            "With Revert Volume only the newest snapshot can be reverted to, and a temporary one "
            "is newer"
        ),
        gettext_lazy(
            'The storage service makes a snapshot like "%(newer)s" before it reverts a volume, and '
            "deletes it when the revert has succeeded."
        ),
        gettext_lazy(
            "If it stays, that revert may have failed. If it is Available, it holds what the "
            "volume held then: make a volume from it if you need that, then ask support to delete "
            "it."
        ),
        buttons=("create_newer", "support"),
    ),
    RevertBlocker.UNFINISHED: BlockerTexts(
        gettext_lazy("A revert of this volume has begun, and has not ended"),
        advice=gettext_lazy("Its page shows how far it is, and lets it go on or end."),
        buttons=("progress",),
    ),
    RevertBlocker.REVERT_FAILED: BlockerTexts(
        gettext_lazy("This volume is in an error state, and it looks like a revert has failed"),
        gettext_lazy(
            "The storage service gave no reason. What the volume held before the revert is in the "
            'temporary snapshot "%(newer)s".'
        ),
        _ASK_SUPPORT,
        buttons=("create_newer", "support"),
    ),
    RevertBlocker.NOT_NEWEST: BlockerTexts(
        gettext_lazy("With Revert Volume only the newest snapshot can be reverted to"),
        gettext_lazy(
            '"%(newer)s" is newer. Make a volume from this snapshot instead, or delete the newer '
            "snapshots first."
        ),
        buttons=("create", "snapshots"),
    ),
    RevertBlocker.VOLUME_BUSY: BlockerTexts(
        gettext_lazy("This volume is busy: %(volume_status)s"),
        gettext_lazy("It can be reverted when this is finished."),
    ),
    RevertBlocker.VOLUME_FAILED: BlockerTexts(
        gettext_lazy("This volume is in an error state (%(volume_status)s)"),
        gettext_lazy("Only an Available volume can be reverted."),
        _ASK_SUPPORT,
        buttons=("support",),
    ),
    RevertBlocker.VOLUME_STATUS: BlockerTexts(
        gettext_lazy("This volume cannot be reverted now: its status is %(volume_status)s"),
        gettext_lazy("Only an Available volume can be reverted."),
    ),
    RevertBlocker.SYSTEM_DISK: BlockerTexts(
        gettext_lazy(
            "The system disk (root disk) of %(holders)s cannot be reverted while the instance "
            "exists"
        ),
        gettext_lazy(
            "This looks like its system disk, and a system disk cannot be detached. You can:"
        ),
        next_steps=_WAYS,
    ),
    RevertBlocker.PERHAPS_SYSTEM_DISK: BlockerTexts(
        gettext_lazy("Detach the volume first: it is attached to %(holders)s"),
        advice=gettext_lazy(
            "If it is the system disk (root disk), it cannot be detached: make a volume from the "
            "snapshot instead."
        ),
        steps=_DETACH_STEPS,
        buttons=("detach", "in_place", "create"),
    ),
    RevertBlocker.ATTACHED: BlockerTexts(
        gettext_lazy("Detach the volume first: it is attached to %(holders)s"),
        steps=_DETACH_STEPS,
        buttons=("detach", "in_place"),
    ),
    RevertBlocker.NOT_VISIBLE: BlockerTexts(
        gettext_lazy("The volume has to be detached first, and you cannot see what uses it"),
        advice=gettext_lazy(
            "If the instance exists, have the volume detached there. It may no longer exist: then "
            "contact support and give this ID: %(volume_id)s"
        ),
        buttons=("detach", "support"),
    ),
    RevertBlocker.NOT_KNOWN: BlockerTexts(
        gettext_lazy("It cannot be checked whether something uses this volume"),
        gettext_lazy("A volume that is in use must not be reverted."),
        gettext_lazy("Try again later, or contact support."),
        buttons=("support",),
    ),
    RevertBlocker.SNAPSHOT_BUSY: BlockerTexts(
        gettext_lazy("The snapshot is busy: %(snapshot_status)s"),
        gettext_lazy("The volume can be reverted when this is finished."),
    ),
}
# Said where the instance can be reverted in place.
SYSTEM_DISK_IN_PLACE = replace(
    TELLINGS[RevertBlocker.SYSTEM_DISK],
    title=gettext_lazy(
        "The system disk (root disk) of %(holders)s can be reverted only together with the instance"
    ),
)
# Where this form changes by itself, because the blocker ends by itself.
PASSING = frozenset(
    {RevertBlocker.VOLUME_BUSY, RevertBlocker.SNAPSHOT_BUSY, RevertBlocker.TEMPORARY_NEWER}
)

_KEPT = gettext_lazy("Nothing was changed.")
_LATER = gettext_lazy("Try again in a moment.")
_LOOK = gettext_lazy("Look at the status of the volume before you try again.")
EXPIRED = replace(problems.EXPIRED, text=_KEPT)
LOST = Problem(
    gettext_lazy("It is not known yet what became of this request"),
    advice=gettext_lazy("What is below changes by itself when more is known."),
)
_UNKNOWN = Problem(
    gettext_lazy("It is not known whether the volume is being reverted"),
    advice=_LOOK,
)
UNDER_WAY = replace(
    _UNKNOWN,
    text=gettext_lazy(
        "The same form was sent a moment ago, and what became of it is not known yet."
    ),
)
_REFUSED = Problem(
    gettext_lazy("Not reverted: the storage service refused the request"), about=problems.REFUSAL
)
_UNREACHABLE = Problem(
    gettext_lazy("Not reverted: the storage service cannot be reached"),
    _KEPT,
    _LATER,
    about=problems.NO_WAY,
)
_NOT_REVERTED = Problem(gettext_lazy("Not reverted"), _KEPT)
_FORBIDDEN = problems.not_allowed(
    gettext_lazy("Ask a member of the project who may revert volumes."), _KEPT
)
CHANGED = Problem(
    gettext_lazy("Nothing was changed: the situation changed while this form was open"),
    advice=gettext_lazy("Read what is below, then tick and confirm, or cancel."),
)
CHANGED_AND_BLOCKED = replace(CHANGED, advice=gettext_lazy("Read below what to do."))
BLOCKED = replace(
    CHANGED_AND_BLOCKED,
    title=gettext_lazy("Nothing was changed: the volume cannot be reverted now"),
)
NOT_SEEN = replace(
    CHANGED,
    title=gettext_lazy("Nothing was changed yet: this form has not shown the warning before"),
    tone="info",
)
COPY_FIRST = Problem(
    gettext_lazy("Nothing was changed: the copy is not finished"),
    advice=gettext_lazy("The volume can be reverted when the copy is Available."),
    tone="info",
)
VOLUME_UNSEEN = Problem(
    gettext_lazy("The volume of this snapshot cannot be seen from this project"),
    gettext_lazy("It may belong to another project by now."),
    gettext_lazy("Make a volume from the snapshot instead."),
)


def not_reverted(error: CloudError) -> Problem:
    """Return what to say of a revert that met an error, when it is certain that it was not made."""
    return telling(error, _FORBIDDEN, _UNREACHABLE, _REFUSED, _NOT_REVERTED)


def unreadable(error: CloudError) -> Problem:
    """Return what to say when what decides a revert cannot be read."""
    if isinstance(error, VolumeUnseen):
        return VOLUME_UNSEEN
    if isinstance(error, Forbidden):
        return because(_FORBIDDEN, error)
    return problems.reading(error, problems.SNAPSHOT_GONE)


def not_known(error: CloudError, status: str, *, moved: bool) -> Problem:
    """Return what to say when a revert may have been accepted or not.

    ``status`` is the volume's by now in words; ``moved`` tells that the volume was changed since.
    """
    if moved:
        text = _(
            "The volume's status is %(status)s now, and the volume was changed a moment ago: it "
            "may have been reverted."
        )
    else:
        text = _("The volume's status is %(status)s now.")
    return because(replace(_UNKNOWN, text=text % {"status": status}), error)
