# SPDX-License-Identifier: Apache-2.0
"""Texts about what blocks the deletion of a volume or a snapshot, with advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.panels.common import hold_texts
from snapshot_dashboard.panels.common.attachment_state.explanation import (
    after_unlocking,
    holder_name,
)
from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules.deletion import DeletionBlocker, Finding
from snapshot_dashboard.rules.holds import Hold
from snapshot_dashboard.rules.snapshot import Snapshot

# As many snapshots are named one by one; the others are counted.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class BlockerText:
    """A blocker: what it is, what to do, and which objects are meant, each a link."""

    title: SafeString
    advice: SafeString
    items: tuple[SafeString, ...] = ()


_TEXTS: dict[DeletionBlocker, tuple[str | Promise, str | Promise]] = {
    DeletionBlocker.BUSY: (
        gettext_lazy("It is busy: %(status)s"),
        gettext_lazy("It can be deleted when this is finished."),
    ),
    DeletionBlocker.CREATING: (
        gettext_lazy("This snapshot is still being created and cannot be deleted yet"),
        gettext_lazy("It may still finish: large volumes can take hours."),
    ),
    DeletionBlocker.TRANSFER: (
        gettext_lazy("This volume is waiting to be transferred"),
        gettext_lazy("Cancel the transfer first."),
    ),
    DeletionBlocker.NOT_VISIBLE: (
        gettext_lazy("It cannot be checked what uses this volume"),
        gettext_lazy("It may be attached to an instance. Try again later, or contact support."),
    ),
    DeletionBlocker.LEFT_OVER: (
        gettext_lazy(
            "This volume is still marked as attached to an instance that no longer exists: "
            "%(holders)s"
        ),
        gettext_lazy("Contact support and give this ID: %(volume_id)s"),
    ),
    DeletionBlocker.SYSTEM_DISK: (
        gettext_lazy("This volume is attached to %(holders)s"),
        gettext_lazy(
            "It looks like the system disk (root disk): it can be deleted only after the instance."
        ),
    ),
    DeletionBlocker.ATTACHED: (
        gettext_lazy("This volume is attached to %(holders)s"),
        gettext_lazy("Detach the volume first."),
    ),
    DeletionBlocker.STATUS: (
        gettext_lazy("Its status does not allow it: %(status)s"),
        gettext_lazy("Contact support and give this ID: %(volume_id)s"),
    ),
    DeletionBlocker.GROUP: (
        gettext_lazy("This volume belongs to a group"),
        gettext_lazy("Remove the volume from the group first."),
    ),
    DeletionBlocker.GROUP_SNAPSHOT: (
        gettext_lazy("This snapshot is part of a group snapshot"),
        gettext_lazy("Delete the group snapshot instead."),
    ),
}
# What somebody can do who is the support.
_FOR_SUPPORT: dict[DeletionBlocker, str | Promise] = {
    DeletionBlocker.NOT_VISIBLE: gettext_lazy(
        "Look at its attachments when the services answer again."
    ),
    DeletionBlocker.LEFT_OVER: gettext_lazy(
        "Check on the hypervisor that nothing uses it. Then delete the attachment: "
        "%(command)s Reset the status only if that does not help."
    ),
    DeletionBlocker.STATUS: gettext_lazy(
        "Find out why, then use Update Status. A reset repairs nothing by itself."
    ),
}


def texts(
    findings: Sequence[Finding],
    request: HttpRequest | None,
    *,
    status: str,
    volume_id: str,
    dashboard: str = "project",
) -> tuple[BlockerText, ...]:
    """Return the blockers in words, in the order in which they have to be solved.

    ``status`` is that of what is to be deleted, ``volume_id`` its id; ``dashboard`` whose pages the
    links lead to: in the admin's the advice is for those whom others ask. Times are in the zone of
    the request.
    """
    return tuple(
        on_hold(each.hold, request, volume_id, dashboard)
        if each.hold
        else _text(each, status, volume_id, dashboard)
        for each in findings
    )


def on_hold(
    hold: Hold, request: HttpRequest | None, snapshot_id: str, dashboard: str
) -> BlockerText:
    """Return a hold in words."""
    advice = hold_texts.RELEASE_FIRST
    if dashboard == "admin":
        advice = hold_texts.for_support(snapshot_id)
    return BlockerText(
        hold_texts.told(hold, request), format_html("{} {}", advice, hold_texts.NOTE_ONLY)
    )


def _text(finding: Finding, status: str, volume_id: str, dashboard: str) -> BlockerText:
    if finding.snapshots:
        return _of_snapshots(finding, dashboard)
    title, advice = _TEXTS[finding.blocker]
    for_support = dashboard == "admin"
    if for_support:
        advice = _FOR_SUPPORT.get(finding.blocker, advice)
    names = ((holder_name(each, dashboard),) for each in finding.holders)
    parts = {
        "status": status_word(status),
        "volume_id": volume_id,
        "holders": format_html_join(", ", "{}", names),
        "command": _commands(finding),
    }
    told = sentence(advice, **parts)
    told = after_unlocking(told, finding.holders, dashboard, for_support=for_support)
    return BlockerText(sentence(title, **parts), told)


def _commands(finding: Finding) -> SafeString:
    command = "openstack --os-volume-api-version 3.27 volume attachment delete "
    ids = ((command, each.attachment_id) for each in finding.holders)
    return format_html_join(" ", "<code>{}{}</code>", ids)


def _of_snapshots(finding: Finding, dashboard: str) -> BlockerText:
    count = len(finding.snapshots)
    if finding.blocker is DeletionBlocker.FOREIGN_SNAPSHOTS:
        title = ngettext(
            "%(count)d snapshot of this volume belongs to another project",
            "%(count)d snapshots of this volume belong to another project",
            count,
        )
        advice = _foreign_advice(dashboard)
    else:
        title = ngettext(
            "This volume has %(count)d snapshot, which must go first",
            "This volume has %(count)d snapshots, which must go first",
            count,
        )
        advice = _("A volume cannot be deleted while it has snapshots.")
    items = [_snapshot_link(each, dashboard) for each in finding.snapshots[:_NAMED]]
    if count > _NAMED:
        more = ngettext("and %(count)d more", "and %(count)d more", count - _NAMED)
        items.append(sentence(more, count=count - _NAMED))
    return BlockerText(sentence(title, count=count), sentence(advice), tuple(items))


def _foreign_advice(dashboard: str) -> str:
    if dashboard == "admin":
        return _(
            "The owner of the volume cannot see it, and cannot delete the volume while it "
            "exists. Delete it if nobody needs it, or ask its owner."
        )
    return _("Contact support.")


def _snapshot_link(snapshot: Snapshot, dashboard: str) -> SafeString:
    url = page(f"horizon:{dashboard}:snapshots:detail", snapshot.id)
    return link(url, isolated(snapshot.label))
