# SPDX-License-Identifier: Apache-2.0
"""What pages say of a set's instance, and the URLs of a set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.cloud.sets import leaves_out_system_disk
from snapshot_dashboard.panels.common import scope
from snapshot_dashboard.panels.common.attachment_state.locks import unlock_first
from snapshot_dashboard.panels.common.html import instance_link, isolated, link, sentence, short
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.snapshot_texts import part_of
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.snapshot import Snapshot


def result_url(
    request: HttpRequest,
    set_id: str,
    volume_ids: Iterable[str],
    instance_id: str = "",
    back: str = "",
) -> str:
    """Return the address that shows a set: it needs nothing but Cinder to be shown again."""
    query = [("id", each) for each in volume_ids]
    query += scope.current(request).pairs
    query += [("instance", instance_id)] if instance_id else []
    query += [("next", back)] if back else []
    address = reverse("horizon:project:volumes:snapshot_set_result", args=(set_id,))
    return f"{address}?{urlencode(query)}"


def instance_notes(connection: Connection, instance: Instance | None) -> Mapping[str, Any]:
    """Return what the templates say of the instance: its lock, a system disk that is left out."""
    if instance is None:
        return {}
    named = instance.name or short(instance.id)
    image = page("horizon:project:images:snapshots:create", instance.id)
    shown = instance_link(instance.id, named)
    return {
        "instance": shown,
        "unlock_first": unlock_first([shown] if instance.locked else []),
        "open_instance": _open_link(instance.id, named),
        "instance_name": named,
        "without_system_disk": leaves_out_system_disk(connection, instance),
        "image_url": image,
    }


def _open_link(instance_id: str, name: str) -> SafeString | str:
    """Return a link to the instance's page, empty where an operator has removed that panel."""
    url = page("horizon:project:instances:detail", instance_id)
    return link(url, sentence(_("Open %(instance)s"), instance=isolated(name))) if url else ""


def part_of_a_set(request: HttpRequest, snapshot: Snapshot) -> SafeString | None:
    """Return what a snapshot's page says of the set that it belongs to, None for none."""
    if group_id := snapshot.group_snapshot_id:
        address = page("horizon:project:snapshots:of_group_snapshot", group_id)
        return format_html("{} {}", _("Part of a group snapshot"), link(address, _("Show set")))
    belongs = sets.membership(snapshot.metadata)
    if belongs is None:
        return None
    dialog = page("horizon:project:volumes:snapshot_set")
    if not dialog:
        return format_html("{}", part_of(belongs))
    url = result_url(request, belongs.set_id, [snapshot.volume_id])
    return format_html("{} {}", part_of(belongs), link(url, _("Show set")))
