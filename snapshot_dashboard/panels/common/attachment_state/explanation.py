# SPDX-License-Identifier: Apache-2.0
"""Turns an exposure into texts and links for a template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from openstack_dashboard.dashboards.project.instances.tables import STATUS_DISPLAY_CHOICES
from openstack_dashboard.utils import filters

from snapshot_dashboard import settings
from snapshot_dashboard.cloud.attachment import Situation
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.panels.common import causes
from snapshot_dashboard.panels.common.attachment_state import verdicts
from snapshot_dashboard.panels.common.attachment_state.locks import unlock_first
from snapshot_dashboard.panels.common.html import instance_link, isolated, sentence, short
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules import attachment as rules
from snapshot_dashboard.rules.attachment import (
    Disk,
    Exposure,
    Holder,
    Verdict,
)
from snapshot_dashboard.rules.quiesced import blocker


@dataclass(frozen=True, slots=True)
class HolderLine:
    """One instance or host in the list below a warning: name, state, device."""

    name: SafeString
    status: str
    device: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The content of a dialog's warning box."""

    tone: str
    title: SafeString
    risk: SafeString
    advice: SafeString
    holders: tuple[HolderLine, ...]
    steps: bool
    detach: bool
    instance_url: str
    trouble: SafeString | str


def instance_status(status: str, *, locked: bool | None) -> str:
    """Return an instance status in the words of the Instances page, and whether it is locked."""
    word = str(filters.get_display_label(STATUS_DISPLAY_CHOICES, status.lower()))
    return _("%(status)s, locked") % {"status": word} if locked else word


def after_unlocking(
    advice: object,
    holders: Iterable[Holder],
    dashboard: str = "project",
    *,
    for_support: bool = False,
) -> SafeString:
    """Return an advice about these instances; before it, which of them to unlock first.

    ``for_support`` tells that the advice is for support staff, not for the owner of the instances.
    """
    names = [holder_name(each, dashboard) for each in rules.locked(holders)]
    first = unlock_first(names, for_support=for_support)
    return format_html("{} {}" if first else "{}{}", first, advice)


def acknowledgement(exposure: Exposure, resource: str) -> str:
    """Return the sentence to tick before one of ``resource`` is made, empty where none is."""
    needed = exposure.acknowledgement
    return verdicts.acknowledgement(needed, resource) if needed else ""


def explain(
    situation: Situation, user: Any, dashboard: str = "project", *, resource: str = "snapshots"
) -> Explanation | None:
    """Return what to show this person for a situation, None for a detached volume.

    ``dashboard`` is whose pages the names lead to, ``resource`` what is to be made of the volume.
    """
    exposure = situation.exposure
    if exposure.verdict is Verdict.DETACHED:
        return None
    telling = verdicts.telling(exposure, resource)
    parts = _parts(exposure, user, dashboard)
    advice = sentence(telling.advice, **parts)
    if verdicts.asks_to_change(exposure.verdict):
        advice = after_unlocking(advice, exposure.holders, dashboard)
    return Explanation(
        tone=verdicts.tone(exposure),
        title=sentence(telling.title, **parts),
        risk=sentence(telling.risk, **parts),
        advice=advice,
        holders=() if exposure.verdict is Verdict.FOREIGN else holder_lines(exposure, dashboard),
        # They are about a snapshot, which takes moments.
        steps=resource == "snapshots" and verdicts.offers_steps(exposure),
        detach=verdicts.offers_detach(exposure),
        instance_url=_instance_url(exposure, dashboard),
        trouble=_trouble(situation.trouble),
    )


def _trouble(error: CloudError | None) -> SafeString | str:
    """Return why something could not be read, beside the advice for what follows from that."""
    if error is None:
        return ""
    return format_html("{} {}", causes.cause(error.failure), causes.given(error.failure))


def _parts(exposure: Exposure, user: Any, dashboard: str) -> dict[str, object]:
    first = _first_named(exposure)
    return {
        "instance": holder_name(first, dashboard) if first else "",
        "state": holder_state(first) if first else "",
        "host": isolated(first.host or "") if first else "",
        "count": len(exposure.holders),
        "status": status_word(exposure.volume.status),
        "volume_id": exposure.volume.id,
        "current": isolated(user.project_name),
        "owner": isolated(_owner(exposure, user)),
    }


def _first_named(exposure: Exposure) -> Holder | None:
    """Return the holder that a title speaks of: an instance before anything else."""
    named = [holder for holder in exposure.holders if holder.instance_id]
    readable = [holder for holder in named if holder.instance]
    return next(iter([*readable, *named, *exposure.holders]), None)


def _owner(exposure: Exposure, user: Any) -> str:
    """Return the owning project's name where the person belongs to it, else its id."""
    owner = exposure.volume.project_id or _("unknown")
    if exposure.verdict is not Verdict.FOREIGN:
        return owner
    names = {project.id: project.name for project in user.authorized_tenants}
    return str(names.get(owner, owner))


def holder_name(
    holder: Holder, dashboard: str = "project", *, ambiguous: bool = False
) -> SafeString:
    """Return the linked name of what uses a volume, its short id where the name is not known."""
    if holder.instance_id is None:
        return isolated(holder.host or _("a host"))
    name = holder.instance.name if holder.instance else ""
    if name and ambiguous:
        name = f"{name} ({short(holder.instance_id)})"
    if not _exists(holder):
        # It has no page for this person, and support needs the whole ID.
        return isolated(holder.instance_id)
    return instance_link(holder.instance_id, name or short(holder.instance_id), dashboard)


def holder_state(holder: Holder) -> str:
    """Return the state of what uses a volume, in the words of the Instances page."""
    if holder.verdict is Verdict.HOST:
        return _("Host")
    if holder.verdict is Verdict.NOT_VISIBLE:
        return _("Not visible to you")
    if holder.instance is None:
        return _("State unknown")
    return instance_status(holder.status, locked=holder.instance.locked)


def holder_lines(exposure: Exposure, dashboard: str = "project") -> tuple[HolderLine, ...]:
    """Return one line per instance or host, in the order in which they were read."""
    names = Counter(holder.instance.name for holder in exposure.holders if holder.instance)
    return tuple(
        HolderLine(
            name=holder_name(
                holder,
                dashboard,
                ambiguous=holder.instance is not None and names[holder.instance.name] > 1,
            ),
            status=holder_state(holder),
            device=holder.device or "",
        )
        for holder in exposure.holders
        if holder.instance_id or holder.host is not None
    )


def _exists(holder: Holder) -> bool:
    """Tell whether an instance has a page for this person, as far as that is known."""
    return holder.verdict is not Verdict.NOT_VISIBLE


def _instance_url(exposure: Exposure, dashboard: str) -> str:
    """Return the page of the instance that a volume is held for, to unshelve it there."""
    held = exposure.verdict in (Verdict.HELD_SHELVED, Verdict.HELD_OTHER)
    first = _first_named(exposure)
    if not held or first is None or not first.instance_id or not _exists(first):
        return ""
    return page(f"horizon:{dashboard}:instances:detail", first.instance_id)


def frozen_url(exposure: Exposure) -> str:
    """Return where quiesced snapshots are created, empty where quiescing is not certain."""
    if blocker(exposure) is not None:
        return ""
    return page("horizon:project:volumes:create_frozen", exposure.volume.id)


def system_disk_note(exposure: Exposure) -> SafeString | None:
    """Return the way back from a snapshot of what looks like a system disk, told beforehand."""
    if exposure.blocked or exposure.disk is not Disk.SYSTEM:
        return None
    if settings.by_type("REIMAGE_FROM_SNAPSHOT", exposure.volume.type_name) != "never":
        text = _(
            "This looks like the system disk (root disk) of %(instance)s. To go back to this "
            "snapshot later, revert the instance in place: it is shut off and shelved for it."
        )
    else:
        text = _(
            "This looks like the system disk (root disk) of %(instance)s. To go back to this "
            "snapshot later, you make a new volume from it; the disk itself cannot be reverted "
            "while the instance exists."
        )
    return sentence(text, instance=holder_name(exposure.holders[0]))
