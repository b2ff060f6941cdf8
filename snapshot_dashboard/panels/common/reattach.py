# SPDX-License-Identifier: Apache-2.0
"""Reminders to attach volumes again that were detached for a dialog.

They travel in the dialog's address and in its form as ``detached=VOLUME/INSTANCE``. Names are
read again under the person's own token; an id that leads nowhere is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from horizon import messages

from snapshot_dashboard.cloud import block_storage, compute
from snapshot_dashboard.cloud.partial_reads import known
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.attachment_state.locks import unlock_first
from snapshot_dashboard.panels.common.html import dialog_link, isolated, sentence
from snapshot_dashboard.panels.common.links import page, with_query

PARAMETER = "detached"
# Each costs two requests.
_MOST = 4
_ATTACHED = ("in-use", "reserved", "attaching")


def detached_for(request: HttpRequest) -> tuple[str, ...]:
    """Return what was detached for a dialog, as it stands in the address or the form."""
    values = request.POST.getlist(PARAMETER) or request.GET.getlist(PARAMETER)
    return tuple(dict.fromkeys(each for each in values if each.count("/") == 1))[:_MOST]


def remind_of(request: HttpRequest, connection: Connection, detached: Sequence[str]) -> None:
    """Leave a message for each volume that was detached, with the way to attach it again."""
    for each in detached:
        volume_id, _separator, instance_id = each.partition("/")
        volume = known(partial(block_storage.volume, connection, volume_id))
        instance = known(partial(compute.instance, connection, instance_id))
        if volume and instance and volume.status not in _ATTACHED:
            reminder = to_attach(volume.id, volume.label, instance.id, instance.name)
            first = unlock_first([isolated(instance.name)] if instance.locked else [])
            messages.info(request, format_html("{} {}", reminder, first) if first else reminder)


def to_attach(volume_id: str, volume_name: str, instance_id: str, instance_name: str) -> SafeString:
    """Return the reminder for one volume, its link with the instance already chosen."""
    url = with_query(page("horizon:project:volumes:attach", volume_id), instance=instance_id)
    return sentence(
        _('Attach "%(volume)s" to %(instance)s again when you are done: %(link)s'),
        volume=isolated(volume_name),
        instance=isolated(instance_name),
        link=dialog_link(url, _("Manage Attachments")),
    )
