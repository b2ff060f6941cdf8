# SPDX-License-Identifier: Apache-2.0
"""The tables of the report page, sortable by any column."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard import settings
from snapshot_dashboard.cloud.snapshot_scan import Foreign, Report
from snapshot_dashboard.panels.common import dates
from snapshot_dashboard.panels.common.html import isolated, link
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists.rows import Named
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.prices import amount
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.panels.features.support_report import export
from snapshot_dashboard.rules.price import Cost, Prices
from snapshot_dashboard.rules.report import ProjectLine, ordered

# The page stays readable, and costs the same, in a cloud of any figure of projects.
_SHOWN = 500
_PROJECT, _COST = "project", "cost"
_COLUMNS: dict[str, str | Promise] = {
    _PROJECT: gettext_lazy("Project"),
    "count": gettext_lazy("Snapshots"),
    "gib": gettext_lazy("Size (GiB)"),
    "oldest": gettext_lazy("Oldest"),
    "foreign": gettext_lazy("Of other projects' volumes"),
    "temporary": gettext_lazy("Temporary"),
    "not_recorded": gettext_lazy("Not recorded"),
    "failed": gettext_lazy("Failed"),
}
# What begins with the least; anything else begins with the most.
_ASCENDING = (_PROJECT, "oldest")


@dataclass(frozen=True, slots=True)
class Head:
    """A column head; ``direction`` is the value of ``aria-sort``, empty when not sorted."""

    label: str | Promise
    address: str
    direction: str


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project and its formatted numbers; ``clean_up_url`` is empty where there is no page."""

    project: SafeString | str
    cells: tuple[str, ...]
    name: str = ""
    clean_up_url: str = ""


@dataclass(frozen=True, slots=True)
class ForeignRow:
    """A snapshot of another project than its volume's, formatted."""

    snapshot: SafeString
    project: SafeString
    volume_project: SafeString
    created: str


@dataclass(frozen=True, slots=True)
class _Order:
    key: str
    descending: bool


def context(request: HttpRequest, made: Report, *, kept: bool = True) -> dict[str, Any]:
    """Return what the template shows of a report; what is not kept cannot be sorted."""
    prices = settings.prices()
    columns = _columns(prices)
    order = _order(request.GET.get("sort", ""), columns)
    csv_url = page("horizon:admin:snapshots:report_csv")
    lines = _sorted(made, order)
    return {
        "report": made,
        "kept": kept,
        "made": dates.shown(request, made.made_at),
        "heads": [_head(key, label, order, sortable=kept) for key, label in columns.items()],
        "rows": [
            ProjectRow(
                _project(made, line.project_id),
                _cells(request, line, prices),
                made.name_of(line.project_id),
                _clean_up_url(line.project_id),
            )
            for line in lines
        ],
        "total": ProjectRow(_all_projects(len(made.lines)), _cells(request, made.total, prices)),
        "priced": prices is not None,
        "shown": figure(len(lines)),
        "all": figure(len(made.lines)),
        "has_more": len(made.lines) > len(lines),
        "unknown": figure(made.unknown) if made.unknown else "",
        "foreign": [_foreign(request, made, each) for each in made.foreign],
        "foreign_shown": figure(len(made.foreign)),
        "foreign_count": figure(made.foreign_count),
        "has_more_foreign": made.foreign_count > len(made.foreign),
        "csv_url": csv_url,
        "csv_others": export.other_separators(csv_url),
    }


def _clean_up_url(project_id: str) -> str:
    return page("horizon:admin:snapshots:clean_up", project_id) if project_id else ""


def _columns(prices: Prices | None) -> Mapping[str, str | Promise]:
    if not prices:
        return _COLUMNS
    label = _("About %(currency)s a month") % {"currency": prices.currency}
    return {**_COLUMNS, _COST: label}


def _order(text: str, columns: Collection[str]) -> _Order:
    key = text.removeprefix("-")
    return _Order(key, text.startswith("-")) if key in columns else _Order("count", True)


def _sorted(made: Report, order: _Order) -> Sequence[ProjectLine]:
    if order.key != _PROJECT:
        return ordered(made.lines, order.key, descending=order.descending)[:_SHOWN]

    def by_name(line: ProjectLine) -> tuple[str, str]:
        return made.name_of(line.project_id).casefold(), line.project_id

    return sorted(made.lines, key=by_name, reverse=order.descending)[:_SHOWN]


def _head(key: str, label: str | Promise, order: _Order, *, sortable: bool) -> Head:
    current = key == order.key
    descending = not order.descending if current else key not in _ASCENDING
    direction = ("descending" if order.descending else "ascending") if current else ""
    address = f"{page('horizon:admin:snapshots:report')}?sort={'-' if descending else ''}{key}"
    return Head(label, address if sortable else "", direction)


def _cells(request: HttpRequest, line: ProjectLine, prices: Prices | None) -> tuple[str, ...]:
    oldest = dates.shown(request, line.oldest)
    counts = (line.foreign, line.temporary, line.not_recorded, line.failed)
    cost = (_cost(line.cost),) if prices else ()
    return (figure(line.count), figure(line.gib), oldest, *(figure(each) for each in counts), *cost)


def _cost(cost: Cost) -> str:
    if not cost.known:
        return _("Unknown")
    text = f"< {amount(cost)}" if cost.is_tiny else amount(cost)
    if not cost.unknown:
        return text
    left_out = {"amount": text, "count": figure(cost.unknown)}
    return _("%(amount)s (%(count)s left out)") % left_out


def _all_projects(count: int) -> str:
    return _("All projects: %(count)s") % {"count": figure(count)}


def _project(made: Report, project_id: str) -> SafeString | str:
    if not project_id:
        return _("Unknown")
    # By its whole id where no name can be read: nothing on this page asks for it later.
    return owners.project(Named(project_id, made.name_of(project_id)))


def _foreign(request: HttpRequest, made: Report, each: Foreign) -> ForeignRow:
    return ForeignRow(
        snapshot=link(page("horizon:admin:snapshots:detail", each.id), isolated(each.name)),
        project=SafeString(_project(made, each.project_id)),
        volume_project=SafeString(_project(made, each.volume_project_id)),
        created=dates.shown(request, each.created_at),
    )
