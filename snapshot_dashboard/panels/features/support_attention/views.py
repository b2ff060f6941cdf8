# SPDX-License-Identifier: Apache-2.0
"""Needs Attention: lists of failed and slow snapshots and volumes of all projects.

It never says "stuck": copying 5 TiB takes hours. Nor does it claim that nothing needs attention
where something could not be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from horizon.tables import DataTable
from horizon.utils import functions
from horizon.views import HorizonTemplateView

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import attention
from snapshot_dashboard.cloud.attention import Attention, StatusList, VolumeList
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.dates import duration
from snapshot_dashboard.panels.common.html import link
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.state import ListState
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.problems import Problem, because
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.common.support.frame import SupportView
from snapshot_dashboard.panels.features.support_attention import (
    volumes as support_attention_volumes,
)
from snapshot_dashboard.panels.features.support_attention.rows import AttentionRow, rows_of
from snapshot_dashboard.rules.attention import FAILED, VOLUMES_FAILED

# First where somebody's data may be half written, then what a service that is down holds up,
# then what has ended and waits for a person; failed creations are many, and hurt least.
ORDER = (
    "error_restoring",
    "restoring",
    "creating",
    "deleting",
    "backing-up",
    "updating",
    "unmanaging",
    "error_deleting",
    "error",
)
# Volumes that failed come after these: a revert that failed is among them.
_BEFORE_VOLUMES = ("error_restoring", "restoring")
# The page's cost is bounded by this, whatever page size a person has chosen.
_MOST = 50


@dataclass(frozen=True, slots=True)
class Section:
    """The list of one status, or of several of volumes; ``more`` links to all of them."""

    status: str
    title: str
    rows: list[AttentionRow]
    head: str
    note: str = ""
    more: tuple[SafeString, ...] = ()
    problem: Problem | None = None


_LIST_UNREADABLE = Problem(gettext_lazy("This list cannot be shown right now"))
_SERVICES_UNREADABLE = Problem(
    gettext_lazy("It is not known which storage services are up"), tone="info"
)
_VOLUMES_UNREADABLE = Problem(
    gettext_lazy("The volumes of these snapshots cannot be read"),
    advice=gettext_lazy("On which host they are is not known, nor whether its service is up."),
    tone="info",
)
_MESSAGES_UNREADABLE = Problem(
    gettext_lazy("The reasons that the storage service gave cannot be read"), tone="info"
)
_KEPT_UNREADABLE = Problem(
    gettext_lazy("The temporary snapshots of the storage service cannot be read"),
    advice=gettext_lazy("Which of these volumes failed in a revert is not known."),
    tone="info",
)


class AttentionView(SupportView, HorizonTemplateView):
    """The page: a list for each status of snapshots, and the lists of volumes."""

    # The list of all snapshots with the actions in which a next step ends.
    table_class: type[DataTable] = DataTable
    part = "attention"
    template_name = "snapshot_dashboard/support_attention/attention.html"
    page_title = gettext_lazy("Needs Attention")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Read the lists; a failure leaves a page that says so."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["again_url"] = self.request.get_full_path()
        try:
            connection = connect(self.request)
            size = min(functions.get_page_size(self.request), _MOST)
            found = attention.read(connection, ORDER, size)
        except CloudError as error:
            return context | {"problem": because(problems.SNAPSHOTS_UNREADABLE, error)}
        return context | _shown(self.table_class(self.request), connection, found)


def _shown(table: DataTable, connection: Connection, found: Attention) -> dict[str, Any]:
    failed = [each.error for each in found.lists if each.error]
    if len(failed) == len(found.lists):
        return {"problem": because(problems.SNAPSHOTS_UNREADABLE, failed[0])}
    rows = rows_of(table, connection, found)
    of_volumes = support_attention_volumes.rows_of(table.request, connection, found)
    snapshots = [_section(each, rows[each.status]) for each in found.lists if _shows(each)]
    volumes = [
        _volume_section(each, of_volumes[each.statuses])
        for each in found.volume_lists
        if _shows(each)
    ]
    before = [each for each in snapshots if each.status in _BEFORE_VOLUMES]
    sections = [*before, *volumes, *(each for each in snapshots if each not in before)]
    return {
        "sections": sections,
        "notes": list(_notes(found, rows, of_volumes)),
        "nothing": () if sections else nothing_found(),
    }


def _shows(each: StatusList | VolumeList) -> bool:
    return bool(each.error or each.concerns or not each.complete)


def nothing_found() -> tuple[str, str]:
    """Return that nothing needs attention, with the time that is not too long yet."""
    snapshots = _(
        "No snapshot has failed, and none has been creating, deleting, restoring, backing up, "
        "updating or unmanaging for more than %(limit)s."
    )
    volumes = _("No volume has failed, and none has been busy for more than %(limit)s.")
    return snapshots % {"limit": _limit()}, volumes % {"limit": _limit()}


def _limit() -> str:
    return duration(settings.get("SLOW_SECONDS"))


def _notes(
    found: Attention,
    snapshots: Mapping[Any, list[AttentionRow]],
    volumes: Mapping[Any, list[AttentionRow]],
) -> Iterator[Problem]:
    """Yield what could not be read of everything that the rows tell."""
    of_snapshots, of_volumes = any(snapshots.values()), any(volumes.values())
    of_messages = of_snapshots and found.messages.error
    unread = of_messages or (of_volumes and found.volume_messages.error)
    facts = (
        (_VOLUMES_UNREADABLE, of_snapshots and found.volumes.error),
        (_SERVICES_UNREADABLE, (of_snapshots or of_volumes) and found.services.error),
        (_MESSAGES_UNREADABLE, unread),
        (_KEPT_UNREADABLE, of_volumes and found.kept.error),
    )
    for problem, error in facts:
        if error:
            yield because(problem, error)


def _section(found: StatusList, rows: list[AttentionRow]) -> Section:
    label = status_word(found.status)
    if found.error:
        problem = because(_LIST_UNREADABLE, found.error)
        return Section(found.status, label, rows, _("Snapshot"), problem=problem)
    url = _all_url(owners.SNAPSHOTS, found.status) if _has_more(found, rows) else ""
    return Section(
        found.status,
        _counted(label, found.count),
        rows,
        _("Snapshot"),
        note=_note(found, failed=found.status in FAILED),
        more=(link(url, _all_label(found.count)),) if url else (),
    )


def _volume_section(found: VolumeList, rows: list[AttentionRow]) -> Section:
    failed = found.statuses == VOLUMES_FAILED
    name = "volumes-failed" if failed else "volumes-busy"
    if found.error:
        title = _("Volumes that failed") if failed else _("Volumes that are busy")
        problem = because(_LIST_UNREADABLE, found.error)
        return Section(name, title, rows, _("Volume"), problem=problem)
    urls = {each: _all_url(owners.VOLUMES, each) for each in found.statuses}
    more = [link(url, status_word(status)) for status, url in urls.items() if url]
    return Section(
        name,
        _counted_volumes(found.count, failed=failed),
        rows,
        _("Volume"),
        note=_note(found, failed=failed),
        more=tuple(more) if _has_more(found, rows) else (),
    )


def _has_more(found: StatusList | VolumeList, rows: list[AttentionRow]) -> bool:
    return not found.complete or (found.count or 0) > len(rows)


def _counted_volumes(count: int | None, *, failed: bool) -> str:
    if count is None:
        return _("Volumes that failed") if failed else _("Volumes that are busy")
    if failed:
        text = ngettext("Failed: %(count)s volume", "Failed: %(count)s volumes", count)
    else:
        text = ngettext("Busy: %(count)s volume", "Busy: %(count)s volumes", count)
    return text % {"count": figure(count)}


def _counted(label: str, count: int | None) -> str:
    if count is None:
        return label
    text = ngettext("%(status)s: %(count)s snapshot", "%(status)s: %(count)s snapshots", count)
    return text % {"status": label, "count": figure(count)}


def _note(found: StatusList | VolumeList, *, failed: bool) -> str:
    """Return which of a status are listed, where that may not be all of them."""
    if failed:
        return "" if found.complete else _("Listed are the oldest.")
    if found.complete:
        text = _("Listed are those that have been in this state for at least %(limit)s.")
    elif found.concerns:
        text = _(
            "Listed are the oldest of those that have been in this state for at least %(limit)s."
        )
    else:
        text = _(
            "Only the oldest were checked, and none of them has been in this state for at least "
            "%(limit)s."
        )
    return text % {"limit": _limit()}


def _all_url(index: str, status: str) -> str:
    """Return the address of the list of a status, oldest first."""
    url = page(index)
    state = ListState().with_filter("status", status).sorted_by("created_at", descending=False)
    return f"{url}?{state.query()}" if url else ""


def _all_label(count: int | None) -> str:
    if count is None:
        return _("Show all")
    return ngettext("Show all %(count)s", "Show all %(count)s", count) % {"count": figure(count)}
