# SPDX-License-Identifier: Apache-2.0
"""Texts of the form that shows the plan of a revert in place: blockers, errors and notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.problems import Problem, because, telling
from snapshot_dashboard.rules.revert_choice import Chosen
from snapshot_dashboard.rules.revert_options import (
    InstanceBlocker,
    SnapshotBlocker,
    VolumeBlocker,
)
from snapshot_dashboard.rules.revert_record import Before


@dataclass(frozen=True, slots=True)
class BlockerTexts:
    """What is in the way, why, and what to do; ``support`` adds whom to ask."""

    title: str | Promise
    risk: str | Promise = ""
    advice: str | Promise = ""
    support: bool = False


_INSTEAD = _("Make volumes from the snapshots, and launch a new instance from them instead.")
_COME_BACK = _("Come back here when this is finished.")
INSTANCE: Mapping[InstanceBlocker, BlockerTexts] = {
    InstanceBlocker.FOREIGN: BlockerTexts(
        _('Instance "%(instance)s" belongs to another project'),
        advice=_("Switch to the owner's project to revert it."),
    ),
    InstanceBlocker.TOO_OLD: BlockerTexts(
        _("This cloud's storage service cannot write a snapshot into the volume of an instance"),
        advice=_INSTEAD,
    ),
    InstanceBlocker.NO_VOLUMES: BlockerTexts(
        _('Instance "%(instance)s" has no volumes'),
        _("Only volumes have snapshots that can be reverted to."),
    ),
    InstanceBlocker.TOO_MANY: BlockerTexts(
        _('Instance "%(instance)s" has too many volumes'),
        _("More than %(most)s volumes cannot be reverted in one plan."),
        _("Detach data volumes and revert each of them alone."),
    ),
    InstanceBlocker.IMAGE: BlockerTexts(
        _('The system disk (root disk) of "%(instance)s" is not a volume'),
        _(
            "The instance was started from an image, and its system disk is on its host: no "
            "volume snapshot of it exists, and it cannot be reverted in place."
        ),
        _("Its data volumes can be reverted alone: detach each, revert it, and attach it again."),
    ),
    InstanceBlocker.LOCAL_DISK: BlockerTexts(
        _('Instance "%(instance)s" has a local disk, which would be deleted'),
        _(
            "Its flavor has an ephemeral disk of %(ephemeral)s GiB. To write its volumes the "
            "instance has to be shelved, and shelving deletes that disk with all data on it."
        ),
        _INSTEAD,
    ),
    InstanceBlocker.LOCAL_DISK_UNKNOWN: BlockerTexts(
        _('It cannot be checked whether "%(instance)s" has a local disk'),
        _(
            "To write its volumes the instance has to be shelved, and shelving deletes an "
            "ephemeral disk with all data on it."
        ),
        _("Try again later, or contact support."),
        support=True,
    ),
    InstanceBlocker.ROLE: BlockerTexts(
        _("Your role does not allow all steps of this"),
        _("It lacks the right to: %(lacking)s."),
        _("Ask a member of the project whose role allows it."),
    ),
    InstanceBlocker.LOCKED: BlockerTexts(
        _('Instance "%(instance)s" is locked'),
        _("A locked instance cannot be shut off, shelved or started."),
        _("Unlock it on the Instances page. If you cannot unlock it, contact support."),
    ),
    InstanceBlocker.BUSY: BlockerTexts(
        _('Instance "%(instance)s" is busy'),
        _("Something is being done to it (%(task)s)."),
        _COME_BACK,
    ),
    InstanceBlocker.STATUS: BlockerTexts(
        _('Instance "%(instance)s" cannot be reverted while its status is %(status)s'),
        _("It has to be Active, Shutoff, or shelved and offloaded."),
        _("Bring it to one of these states on the Instances page, then come back here."),
    ),
}
VOLUME: Mapping[VolumeBlocker, BlockerTexts] = {
    VolumeBlocker.UNREADABLE: BlockerTexts(_("This volume cannot be read.")),
    VolumeBlocker.FOREIGN: BlockerTexts(_("This volume belongs to another project.")),
    VolumeBlocker.NOT_PROVED: BlockerTexts(
        _("Reverting in place is not switched on in this cloud for volumes of this type."),
        advice=_("Make a volume from the snapshot instead."),
    ),
    VolumeBlocker.ENCRYPTED: BlockerTexts(
        _(
            "This volume is encrypted, or that is not told. In this cloud reverting in place takes "
            "an image of the snapshot, which is not made of an encrypted volume."
        ),
        advice=_("Make a volume from the snapshot instead."),
    ),
    VolumeBlocker.FAILED: BlockerTexts(
        _("This volume is in an error state (%(status)s)."),
        advice=_("Contact support and give this ID: %(volume_id)s"),
        support=True,
    ),
    VolumeBlocker.BUSY: BlockerTexts(
        _("This volume is busy: %(status)s."),
        advice=_COME_BACK,
    ),
    VolumeBlocker.STATUS: BlockerTexts(
        _("The volume's status is %(status)s, which does not fit the state of the instance."),
        advice=_(
            "If it was attached while the instance was shelved, unshelve the instance first. "
            "Otherwise contact support."
        ),
    ),
    VolumeBlocker.REVERTING: BlockerTexts(
        _("A revert of this volume alone has begun, and has not ended."),
        advice=_("Open Revert Volume of one of its snapshots, and let it go on or end."),
    ),
    VolumeBlocker.MULTIATTACH: BlockerTexts(
        _("This volume can be attached to several instances at once (multiattach)."),
        advice=_("Detach it everywhere and revert it alone."),
    ),
    VolumeBlocker.SHARED: BlockerTexts(
        _("This volume is attached to something else, too."),
        advice=_("Detach it there, then come back here."),
    ),
    VolumeBlocker.NOT_KNOWN: BlockerTexts(
        _("It cannot be checked what uses this volume."),
        advice=_("Try again later, or contact support."),
        support=True,
    ),
    VolumeBlocker.SNAPSHOTS_UNREADABLE: BlockerTexts(
        _("The snapshots of this volume cannot be read."),
        advice=_("Try again later."),
    ),
    VolumeBlocker.NO_SNAPSHOT: BlockerTexts(_("This volume has no snapshot.")),
    VolumeBlocker.NONE_USABLE: BlockerTexts(
        _("None of the newest snapshots of this volume can be used now."),
        advice=_("Wait for one that is being made, or look at their status."),
    ),
}
# Why a snapshot cannot be chosen, in brackets after its name in a list.
SNAPSHOT: Mapping[SnapshotBlocker, Promise] = {
    SnapshotBlocker.FOREIGN: _("of another project"),
    SnapshotBlocker.TEMPORARY: _("temporary, made by the storage service"),
    SnapshotBlocker.BUSY: _("not finished"),
    SnapshotBlocker.FAILED: _("cannot be used"),
    SnapshotBlocker.LARGER: _("larger than the volume"),
}
# What a person may lack the right to, each with the rules that are asked for.
RIGHTS: Mapping[tuple[tuple[str, str], ...], Promise] = {
    (
        ("volume", "volume:reimage"),
        ("volume", "volume:reimage_reserved"),
        ("volume", "volume:create_volume_metadata"),
        ("volume", "volume_extension:volume_image_metadata:set"),
        ("volume", "volume_extension:volume_image_metadata:remove"),
    ): _("write into volumes that an instance has"),
    (
        ("compute", "os_compute_api:servers:stop"),
        ("compute", "os_compute_api:servers:start"),
    ): _("shut off and start instances"),
    (
        ("compute", "os_compute_api:os-shelve:shelve"),
        ("compute", "os_compute_api:os-shelve:unshelve"),
    ): _("shelve and unshelve instances"),
    (("image", "add_image"), ("image", "upload_image"), ("image", "delete_image")): _(
        "create and delete images"
    ),
}
# And where an image has to be made of each snapshot first.
RULES_BY_IMAGE = (
    ("volume", "volume:create"),
    ("volume", "volume:delete"),
    ("volume", "volume_extension:volume_actions:upload_image"),
)
RIGHTS_BY_IMAGE: Mapping[tuple[tuple[str, str], ...], Promise] = {
    RULES_BY_IMAGE: _("create and delete volumes, and upload them to images"),
}
HAPPENS: Mapping[Before, Promise] = {
    Before.RUNNING: _(
        "The instance is shut off for the whole time, and started again in the end. It boots from "
        "what its system disk held then."
    ),
    Before.OFF: _(
        "The instance is off now. Unshelving starts it for a moment; it is shut off again at once, "
        "and stays off."
    ),
    Before.SHELVED: _("The instance is shelved now, and stays so."),
}
SOURCES: Mapping[Chosen, Promise] = {
    Chosen.SET: _("Chosen here: the newest snapshots that were taken together of all volumes."),
    Chosen.NEWEST: _("Chosen here: the newest snapshot of each volume."),
}
MIXED = _(
    "The chosen snapshots were not taken together: the disks will not belong to the same moment. "
    "A database or file system that spans several of them may be damaged."
)
PARTLY = _(
    "The volumes that are left out keep what they hold now, so the disks will not belong to the "
    "same moment."
)
ENCRYPTED = _(
    "This volume is encrypted. Whether an encrypted volume can be reverted in place is not known "
    "on this cloud: keep a copy first."
)
EXTENDED = _(
    "The volume was extended since. It keeps its size of %(now)s GiB, and holds what it held when "
    "it had %(then)s GiB."
)

_KEPT = _("Nothing was changed.")
EXPIRED = replace(problems.EXPIRED, text=_KEPT)
LOST = Problem(
    _("It is not known whether the revert has begun"),
    advice=_("Open this page again: it shows a revert that goes on."),
)
CHANGED = Problem(
    _("Nothing was changed: the plan is not the one that was shown"),
    _("You have chosen something else, or something has changed meanwhile."),
    _("Read the plan below, then tick and confirm, or cancel."),
)
CHANGED_AND_BLOCKED = replace(
    CHANGED,
    title=_("Nothing was changed: this cannot be reverted now"),
    text=_("Something has changed since this form was opened."),
    advice=_("Read below what is in the way."),
)
NOT_SEEN = Problem(
    _("Nothing was changed yet: this form has not shown the plan before"),
    advice=_("Read the plan below, then tick and confirm, or cancel."),
    tone="info",
)
NOTHING_CHOSEN = _("Tick at least one volume.")
UNTICKED = _("Tick the box above to revert the instance, or press Cancel.")
NO_ROOM = Problem(
    _("Nothing was changed: the project's limits leave no room for what has to be made"),
    advice=_("Delete volumes or snapshots first, leave volumes out, or go on without copies."),
)
MISSING = Problem(
    _("Some of the snapshots that were asked for cannot be used now"),
    _(
        "They may be deleted, not finished, or not of a volume of this instance. Nothing was "
        "chosen in their place: those volumes are left out."
    ),
    _("Choose the volumes and snapshots below."),
    tone="warning",
)
NO_INSTANCE = _(
    "The volumes of these snapshots are not attached to exactly one instance. A volume that is not "
    "attached is reverted alone: use Revert Volume of its snapshot."
)
UNDER_WAY = Problem(
    _("It is not known whether the revert has begun"),
    _("The same form was sent a moment ago, and what became of it is not known yet."),
    _("Open this page again in a moment: it shows a revert that goes on."),
)
_NOT_BEGUN = Problem(
    _("The revert has not begun"),
    _("Nothing was shut off, and nothing was written to a volume."),
)
_UNREACHABLE = replace(
    _NOT_BEGUN,
    title=_("The revert has not begun: the service cannot be reached"),
    advice=_("Try again in a moment."),
    about=problems.NO_WAY,
)
_FORBIDDEN = problems.not_allowed(_("Ask a member of the project whose role allows it."), _KEPT)


def not_begun(error: CloudError) -> Problem:
    """Return what to say of a plan that could not be written down, or not read anew."""
    return telling(error, _FORBIDDEN, _UNREACHABLE, _NOT_BEGUN)


def unread(error: CloudError) -> Problem:
    """Return what to say when the instance cannot be read to begin with."""
    return problems.reading(error, problems.INSTANCE_GONE)


def uncertain(error: CloudError) -> Problem:
    """Return what to say where some of the plan may have been written down."""
    return because(replace(UNDER_WAY, text=""), error)
