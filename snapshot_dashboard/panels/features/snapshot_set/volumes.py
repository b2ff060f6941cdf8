# SPDX-License-Identifier: Apache-2.0
"""The volumes of a set as its dialog shows them, and the URLs of a set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.panels.common import scope
from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.panels.common.attachment_state.explanation import Explanation, explain
from snapshot_dashboard.panels.common.attachment_state.locks import unlock_first
from snapshot_dashboard.panels.common.delete_action import reason_of
from snapshot_dashboard.panels.common.html import instance_link, isolated, link, sentence, short
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.snapshot_texts import part_of
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.attachment import Instance
from snapshot_dashboard.rules.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class SetVolume:
    """One volume of the dialog; ``reason`` says why it cannot be read and is left out."""

    id: str
    name: SafeString
    label: str = ""
    size: int | None = None
    type_name: str = ""
    state: str = ""
    explanation: Explanation | None = None
    attach_url: str = ""
    possible: bool = False
    included: bool = False
    needed: bool = False
    reason: str = ""


def rows(
    request: HttpRequest,
    situations: Mapping[str, Situation],
    left: Mapping[str, CloudError],
    included: frozenset[str],
) -> list[SetVolume]:
    """Return each volume with its verdict, then those that cannot be read."""
    found = [_row(request, each, included) for each in situations.values()]
    return found + [
        SetVolume(each, isolated(short(each)), reason=reason_of(error))
        for each, error in left.items()
    ]


def _row(request: HttpRequest, situation: Situation, included: frozenset[str]) -> SetVolume:
    exposure = situation.exposure
    volume = exposure.volume
    return SetVolume(
        id=volume.id,
        name=link(page("horizon:project:volumes:detail", volume.id), isolated(volume.label)),
        label=volume.label,
        size=volume.size,
        type_name=volume.type_name or "",
        state=verdicts.brief(exposure.verdict),
        explanation=explain(situation, request.user),
        attach_url=reverse("horizon:project:volumes:attach", args=(volume.id,)),
        possible=not exposure.blocked,
        included=volume.id in included,
        needed=exposure.acknowledgement is not None,
    )


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


def instance_notes(instance: Instance | None) -> Mapping[str, Any]:
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
        "without_system_disk": instance.has_image,
        "image_url": image,
    }


def _open_link(instance_id: str, name: str) -> SafeString | str:
    """Return a link to the instance's page, empty where an operator has removed that panel."""
    url = page("horizon:project:instances:detail", instance_id)
    return link(url, sentence(_("Open %(instance)s"), instance=isolated(name))) if url else ""


def part_of_a_set(request: HttpRequest, snapshot: Snapshot) -> SafeString | None:
    """Return what a snapshot's page says of the set that it belongs to, None for none."""
    belongs = sets.membership(snapshot.metadata)
    if belongs is None:
        return None
    dialog = page("horizon:project:volumes:snapshot_set")
    if not dialog:
        return format_html("{}", part_of(belongs))
    url = result_url(request, belongs.set_id, [snapshot.volume_id])
    return format_html("{} {}", part_of(belongs), link(url, _("Show set")))
