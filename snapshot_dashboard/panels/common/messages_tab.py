# SPDX-License-Identifier: Apache-2.0
"""The Messages tabs of volumes and snapshots: stock's tables, read by the object's id.

Stock also asks for the kind, in lower case. Cinder keeps kinds in capitals ("VOLUME_SNAPSHOT"),
and finds nothing where its database tells the two apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from horizon import messages
from openstack_dashboard.dashboards.project.snapshots import tabs as stock_snapshots
from openstack_dashboard.dashboards.project.volumes import tabs as stock_volumes

from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.messages import about
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.delete_action import reason_of
from snapshot_dashboard.rules.message import Message

# The newest; they are kept for 30 days unless the operator says otherwise.
_MOST = 100


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message with the attributes of stock's tables."""

    id: str
    message_level: str
    event_id: str
    user_message: str
    created_at: str
    guaranteed_until: str


class SnapshotMessagesTab(stock_snapshots.SnapshotMessagesTab):
    """The messages about a snapshot."""

    def get_snapshot_messages_data(self) -> list[MessageRow]:
        """Read them."""
        return _read(
            self.request,
            self.tab_group.kwargs["snapshot"].id,
            _("Unable to retrieve snapshot messages."),
        )


class VolumeMessagesTab(stock_volumes.VolumeMessagesTab):
    """The messages about a volume."""

    def get_volume_messages_data(self) -> list[MessageRow]:
        """Read them."""
        return _read(
            self.request,
            self.tab_group.kwargs["volume"].id,
            _("Unable to retrieve volume messages."),
        )


def _read(request: HttpRequest, object_id: str, unreadable: str) -> list[MessageRow]:
    """Read the messages about an object that this person could read."""
    connection = connect(request)
    try:
        found = connection.fetch(lambda: about(connection, object_id, _MOST))
    except CloudError as error:
        messages.error(request, format_html("{} {}", unreadable, reason_of(error)))
        return []
    return [_row(request, each) for each in found]


def _row(request: HttpRequest, message: Message) -> MessageRow:
    return MessageRow(
        id=message.id,
        message_level=message.level,
        event_id=message.event,
        user_message=message.text,
        created_at=shown(request, message.created_at),
        guaranteed_until=shown(request, message.kept_until),
    )
