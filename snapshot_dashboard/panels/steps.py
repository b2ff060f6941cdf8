# SPDX-License-Identifier: Apache-2.0
"""The safe next step about a snapshot that needs attention, and why it came to that.

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

from snapshot_dashboard.panels.html import isolated, sentence
from snapshot_dashboard.panels.moments import shown
from snapshot_dashboard.rules.attention import LASTING, Concern, Step
from snapshot_dashboard.rules.message import Message, Reason
from snapshot_dashboard.rules.message import reason as reason_given

STEPS: Mapping[Step, Promise] = {
    Step.BRING_UP: _(
        "Since %(time)s the storage service on %(host)s has been down. Bring it up first, then "
        "look again: an unfinished creation turns to Error by itself, any other status stays."
    ),
    Step.WAIT: _("Still within the usual time for %(size)s GiB. Wait."),
    Step.CHECK: _(
        "Check on the storage whether it is still working. If not: reset to Error, then delete."
    ),
    Step.RECREATE: _("It cannot be used. The owner can delete it and try again."),
    Step.FIND_OUT: _(
        "Find out why the storage refused (see the message). When solved: reset to Error and "
        "delete again, or reset to Available if it is still complete on the storage."
    ),
    Step.CHECK_DELETION: _(
        "Check on the storage. Already gone there: Force Delete. Still there: reset to Error, "
        "then delete again."
    ),
    Step.ASK_OWNER: _(
        "The volume may be half reverted. Do not use it before the owner has checked it."
    ),
    Step.CHECK_BACKUP: _(
        "The snapshot itself is complete, do not delete it. Look at the backup: if it is not "
        "being made any more, reset the snapshot to Available."
    ),
    Step.CHECK_OTHER: _(
        "Check on the storage whether it is still working. If not: reset to Available if the "
        "snapshot is complete there, otherwise to Error."
    ),
}
_DOWN_FOR_UNKNOWN_TIME = _(
    "The storage service on %(host)s is down, it is not known since when. Bring it up first, then "
    "look again: an unfinished creation turns to Error by itself, any other status stays."
)
_SERVICE_UNKNOWN = _(
    "It is not known whether the storage service is up. Find that out first. If it is:"
)

REASONS: Mapping[Reason, Promise] = {
    Reason.CREATE_FAILED: _("The storage could not make the snapshot."),
    Reason.METADATA_FAILED: _("The details could not be saved."),
    Reason.BUSY: _("It is in use, probably by a volume made from it."),
    Reason.DELETE_FAILED: _("The storage could not delete the snapshot."),
}


def next_step(request: HttpRequest, concern: Concern) -> SafeString:
    """Return what to do next, with host and time as this person reads them.

    The steps for an in-between status count on a service that works. Where nobody knows whether
    it does, that comes first.
    """
    service = concern.service
    text = STEPS[concern.step]
    if concern.step is Step.BRING_UP and service and service.reported_at is None:
        text = _DOWN_FOR_UNKNOWN_TIME
    step = sentence(
        text,
        host=isolated(service.host if service else ""),
        time=shown(request, service.reported_at if service else None),
        size=concern.snapshot.size,
    )
    if service is None and concern.snapshot.status in LASTING:
        return format_html("{} {}", _SERVICE_UNKNOWN, step)
    return step


def why(message: Message) -> str | Promise:
    """Return in our words why something failed, an empty string where we have none."""
    return REASONS.get(reason_given(message), "")
