# SPDX-License-Identifier: Apache-2.0
"""Texts of the recommended next step and its reason for what needs attention.

The steps are those of a ticket's text (``NEXT_STEPS`` in rules/ticket.py): what support staff
reads and what it hands on must not differ. A test compares them. Only the time does not end a
sentence here, because dates in English may end with a full stop themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.rules.attention import AnyConcern, NextStep, VolumeConcern
from snapshot_dashboard.rules.message import Message, Reason
from snapshot_dashboard.rules.message import reason as reason_given
from snapshot_dashboard.rules.snapshot import Snapshot

STEPS: Mapping[NextStep, Promise] = {
    NextStep.BRING_UP: _(
        "Since %(time)s the storage service on %(host)s has been down. Bring it up first, then "
        "look again: an unfinished creation turns to Error by itself, any other status stays."
    ),
    NextStep.WAIT: _("Still within the usual time for %(size)s GiB. Wait."),
    NextStep.CHECK: _(
        "Check on the storage whether it is still working. If not: reset to Error, then delete."
    ),
    NextStep.RECREATE: _("It cannot be used. The owner can delete it and try again."),
    NextStep.FIND_OUT: _(
        "Find out why the storage refused (see the message). When solved: reset to Error and "
        "delete again, or reset to Available if it is still complete on the storage."
    ),
    NextStep.CHECK_DELETION: _(
        "Check on the storage. Already gone there: Force Delete. Still there: reset to Error, "
        "then delete again."
    ),
    NextStep.ASK_OWNER: _(
        "The volume may be half reverted. Do not use it before the owner has checked it."
    ),
    NextStep.CHECK_BACKUP: _(
        "The snapshot itself is complete, do not delete it. Look at the backup: if it is not "
        "being made any more, reset the snapshot to Available."
    ),
    NextStep.CHECK_OTHER: _(
        "Check on the storage whether it is still working. If not: reset to Available if the "
        "snapshot is complete there, otherwise to Error."
    ),
    NextStep.REVERT_FAILED: _(
        "A revert of this volume has failed, and it may be half reverted. Nobody should use "
        "it, or delete any of its snapshots, before the owner has checked it. Then reset the "
        "volume to Available, and a snapshot that is still Restoring, too."
    ),
    NextStep.REVERT_UNFINISHED: _(
        "Check on the storage whether it is still working. If not: the volume may be half "
        "reverted. Do not use it before the owner has checked it."
    ),
    NextStep.BRING_UP_VOLUME: _(
        "Since %(time)s the storage service on %(host)s has been down. Bring it up first, "
        "then look again: an unfinished creation turns to Error by itself, an unfinished "
        "deletion goes on, any other status may stay."
    ),
    NextStep.VOLUME_FAILED: _(
        "Find out what failed (see the message). What was never made holds nothing. Anything "
        "else may still hold its data: have them checked on the storage, then reset to "
        "Available, or to In-use while it is attached."
    ),
    NextStep.EXTENSION_FAILED: _(
        "It still has its data. Compare its size with the one on the storage, then reset to "
        "Available, or to In-use while it is attached."
    ),
    NextStep.RESTORE_FAILED: _(
        "It may hold half of a backup. Look at the backup service. Nobody should use the "
        "volume before the owner has restored it again, or has checked it."
    ),
    NextStep.BACKUP_UNFINISHED: _(
        "The volume itself is complete. Look at the backup: if it is not being made any "
        "more, reset the volume to Available, or to In-use while it is attached."
    ),
    NextStep.MANAGE_FAILED: _(
        "It was not taken under management, and what lies on the storage is as it was. Find "
        "out why (see the message), before anything is deleted."
    ),
    NextStep.CHECK_ATTACHMENTS: _(
        "Look at the instance and at the attachments of the volume, which its page lists. If "
        "nothing is going on there: delete the attachment that is left over. Reset the "
        "status only if that does not help."
    ),
    NextStep.CHECK_VOLUME_DELETION: _(
        "Check on the storage whether it is still working. If not: reset to Error. The owner "
        "can delete it again."
    ),
    NextStep.CHECK_VOLUME: _(
        "Check on the storage whether it is still working. If not: have the data checked, "
        "then reset to Available, or to In-use while it is attached."
    ),
}
_DOWN_FOR_UNKNOWN_TIME = _(
    "The storage service on %(host)s is down, it is not known since when. Bring it up first, then "
    "look again: an unfinished creation turns to Error by itself, any other status stays."
)
_DOWN = {
    NextStep.BRING_UP: _DOWN_FOR_UNKNOWN_TIME,
    NextStep.BRING_UP_VOLUME: _(
        "The storage service on %(host)s is down, it is not known since when. Bring it up first, "
        "then look again: an unfinished creation turns to Error by itself, an unfinished deletion "
        "goes on, any other status may stay."
    ),
}
KEPT = _("What the volume held before it is in the temporary snapshot %(snapshot)s.")
_SERVICE_UNKNOWN = _(
    "It is not known whether the storage service is up. Find that out first. If it is:"
)

REASONS: Mapping[Reason, Promise] = {
    Reason.CREATE_FAILED: _("The storage could not make the snapshot."),
    Reason.METADATA_FAILED: _("The details could not be saved."),
    Reason.BUSY: _("It is in use, probably by a volume made from it."),
    Reason.DELETE_FAILED: _("The storage could not delete the snapshot."),
}


def next_step(request: HttpRequest, concern: AnyConcern) -> SafeString:
    """Return what to do next, with host and time as this person reads them.

    The steps for an in-between status count on a service that works. Where nobody knows whether
    it does, that comes first.
    """
    service = concern.service
    text = STEPS[concern.step]
    if service and service.reported_at is None:
        text = _DOWN.get(concern.step, text)
    step = sentence(
        text,
        host=isolated(service.host if service else ""),
        time=shown(request, service.reported_at if service else None),
        size=concern.subject.gib,
    )
    if service is None and concern.lasting:
        step = format_html("{} {}", _SERVICE_UNKNOWN, step)
    kept = concern.kept if isinstance(concern, VolumeConcern) else None
    return format_html("{} {}", step, _kept(kept)) if kept else step


def _kept(snapshot: Snapshot) -> SafeString:
    url = page("horizon:admin:snapshots:detail", snapshot.id)
    return sentence(KEPT, snapshot=link(url, isolated(snapshot.label)))


def why(message: Message) -> str | Promise:
    """Return in our words why something failed, an empty string where we have none."""
    return REASONS.get(reason_given(message), "")
