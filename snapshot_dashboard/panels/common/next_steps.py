# SPDX-License-Identifier: Apache-2.0
"""Next steps for a project's user whose deletion is blocked: texts with links.

blockers.py has the words for most of it; here are the names that the owner knows
things by, and the links and buttons that solve them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from snapshot_dashboard.panels.common import blockers
from snapshot_dashboard.panels.common.blockers import BlockerText
from snapshot_dashboard.panels.common.html import dialog_link, link, sentence
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.rules.attachment import Verdict
from snapshot_dashboard.rules.deletion import DeletionBlocker, Finding
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume


@dataclass(frozen=True, slots=True)
class BlockerWithSteps:
    """The texts of a blocker, and the links that help to remove it."""

    blocker: BlockerText
    links: tuple[SafeString, ...] = ()


def of_volume(
    volume: Volume, findings: Iterable[Finding], group: SafeString | str
) -> tuple[BlockerWithSteps, ...]:
    """Return what keeps a volume, but for its snapshots; ``group`` is its group by name."""
    return tuple(
        _of_volume(volume, each, group)
        for each in findings
        if each.blocker is not DeletionBlocker.SNAPSHOTS
    )


def _of_volume(volume: Volume, finding: Finding, group: SafeString | str) -> BlockerWithSteps:
    (blocker,) = blockers.texts([finding], None, status=volume.status, volume_id=volume.id)
    if finding.blocker is DeletionBlocker.NOT_VISIBLE and _all_missing(finding):
        return BlockerWithSteps(_missing(finding, volume.id))
    if finding.blocker is DeletionBlocker.GROUP:
        title = sentence(_('This volume belongs to the group "%(group)s"'), group=group)
        return BlockerWithSteps(BlockerText(title, blocker.advice))
    return BlockerWithSteps(blocker, _links(volume, finding))


def _links(volume: Volume, finding: Finding) -> tuple[SafeString, ...]:
    if finding.blocker is DeletionBlocker.ATTACHED:
        attach = page("horizon:project:volumes:attach", volume.id)
        return (dialog_link(attach, _("Manage Attachments")),)
    if finding.blocker is DeletionBlocker.SYSTEM_DISK:
        ids = [each.instance_id for each in finding.holders if each.instance_id]
        urls = [page("horizon:project:instances:detail", each) for each in ids]
        return tuple(link(url, _("Show instance")) for url in urls if url)
    if finding.blocker is DeletionBlocker.TRANSFER:
        query = urlencode({"field": "name", "value": volume.id})
        url = page("horizon:project:volumes:index")
        return (link(f"{url}?{query}", _("Show volume")),) if url else ()
    return ()


def _all_missing(finding: Finding) -> bool:
    """Tell whether each user is an instance that does not exist for this person."""
    return bool(finding.holders) and all(
        each.verdict is Verdict.NOT_VISIBLE for each in finding.holders
    )


def _missing(finding: Finding, volume_id: str) -> BlockerText:
    """A member cannot tell an instance that is gone from one of somebody else: Nova says 404."""
    ids = ((each.instance_id or "",) for each in finding.holders)
    title = _(
        "This volume is still marked as attached to an instance that no longer exists, or that "
        "you cannot see: %(holders)s"
    )
    advice = _("The instance may no longer exist. Contact support and give this ID: %(volume_id)s")
    return BlockerText(
        sentence(title, holders=format_html_join(", ", "<code>{}</code>", ids)),
        sentence(advice, volume_id=volume_id),
    )


def of_snapshot(
    request: HttpRequest,
    snapshot: Snapshot,
    findings: Sequence[Finding],
    group: SafeString | str,
) -> tuple[BlockerWithSteps, ...]:
    """Return what keeps a snapshot; ``group`` is its group snapshot by name."""
    return tuple(_of_snapshot(request, snapshot, each, group) for each in findings)


def _of_snapshot(
    request: HttpRequest, snapshot: Snapshot, finding: Finding, group: SafeString | str
) -> BlockerWithSteps:
    (blocker,) = blockers.texts([finding], request, status=snapshot.status, volume_id=snapshot.id)
    if finding.blocker is DeletionBlocker.ON_HOLD:
        release = page("horizon:project:snapshots:release_hold", snapshot.id)
        links = (dialog_link(release, _("Release Hold")),) if release else ()
        return BlockerWithSteps(blocker, links)
    if finding.blocker is DeletionBlocker.GROUP_SNAPSHOT:
        text = _('This snapshot is part of the group snapshot "%(name)s"')
        return BlockerWithSteps(BlockerText(sentence(text, name=group), blocker.advice))
    details = page("horizon:project:snapshots:detail", snapshot.id)
    return BlockerWithSteps(blocker, (link(details, _("What now?")),) if details else ())


def in_short(found: Sequence[BlockerWithSteps]) -> SafeString:
    """Return the first blocker as one sentence, for a message; empty where there is none."""
    return format_html("{}.", found[0].blocker.title) if found else SafeString("")
