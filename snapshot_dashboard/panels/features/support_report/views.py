# SPDX-License-Identifier: Apache-2.0
"""The report page: number, size and age of the snapshots of each project.

The page itself reads nothing. Making the report reads every snapshot there is, on demand: the
page is sent at once then, and tells how far it is; the table comes when all is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from django.views.generic import View
from horizon import messages
from horizon.views import HorizonTemplateView

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import snapshot_scan
from snapshot_dashboard.cloud.errors import CloudError, RequestFailed
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.snapshot_scan import BeingMade, Report, ScanProgress, SnapshotScan
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.streaming import page_around
from snapshot_dashboard.panels.common.support.frame import SupportView
from snapshot_dashboard.panels.features.support_report import export, table
from snapshot_dashboard.panels.features.support_report.problems import BEING_MADE, broken_off
from snapshot_dashboard.rules import spreadsheet
from snapshot_dashboard.rules.report import ordered

REPORT = "horizon:admin:snapshots:report"
_RESULT = "snapshot_dashboard/support_report/_result.html"
_BEGUN = gettext_lazy("Reading snapshots.")
_READ = gettext_lazy("%(read)s snapshots read.")
_READ_OF = gettext_lazy("%(read)s of %(count)s snapshots read.")
_HEAD = (
    "project_id",
    "project_name",
    "snapshots",
    "size_gib",
    "oldest",
    "other_project",
    "temporary",
    "not_recorded",
    "failed",
)


class ReportView(SupportView, HorizonTemplateView):
    """The last report, or a button to create one with what that costs."""

    part = "report"
    template_name = "snapshot_dashboard/support_report/report.html"
    page_title = gettext_lazy("Snapshot Report")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show it, or make it anew (``?make=1``)."""
        if "make" not in request.GET:
            return super().get(request, *args, **kwargs)
        # What the token and the catalog tell is read before Horizon's part is over.
        counting = _scan(request)
        return page_around(
            lambda place: (
                self.render_to_response(self.get_context_data(place=place)).rendered_content
            ),
            _pieces(request, counting),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the report that is remembered, if any."""
        context = super().get_context_data(**kwargs)
        context["make_url"] = f"{page(REPORT)}?make=1"
        found = None if "place" in kwargs else self._remembered()
        if found:
            context |= table.context(self.request, found)
        return context

    def _remembered(self) -> Report | None:
        """Return what is remembered; without a service catalog there is nothing."""
        try:
            return snapshot_scan.remembered(connect(self.request))
        except CloudError:
            return None


def _scan(request: HttpRequest) -> SnapshotScan:
    user = request.user
    return SnapshotScan(connect(request), own={user.project_id: user.project_name})


def _pieces(request: HttpRequest, counting: SnapshotScan) -> Iterator[str]:
    """Yield how far it is, then the report, whole or not."""
    problem = None
    again = ""
    yield format_html('<div class="sd-progress" role="status"><p>{}</p>', _BEGUN)
    try:
        for progress in counting.run():
            yield format_html("<p>{}</p>", _far(progress))
    except BeingMade:
        problem, again = BEING_MADE, page(REPORT)
    except RequestFailed as error:
        problem = broken_off(error)
    yield "</div>"
    yield _result(request, counting, {"problem": problem, "again_url": again})


def _far(progress: ScanProgress) -> str:
    read = figure(progress.read)
    if progress.expected is None:
        return str(_READ) % {"read": read}
    return str(_READ_OF) % {"read": read, "count": figure(progress.expected)}


def _result(request: HttpRequest, counting: SnapshotScan, report: dict[str, Any]) -> str:
    made = counting.report()
    shown = {**report, "make_url": f"{page(REPORT)}?make=1"}
    if made.lines or not report["problem"]:
        shown |= table.context(request, made, kept=counting.kept)
    return str(get_template(_RESULT).render(shown))


class ReportCsvView(View):
    """The report as a CSV file: the cached one, or a new one."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send the file; the page says what is wrong when nothing can be read."""
        try:
            connection = connect(request)
            made = snapshot_scan.remembered(connection)
            pieces = iter([_rows(made)]) if made else _counted(_scan(request))
        except BeingMade:
            messages.info(request, f"{BEING_MADE.title}. {BEING_MADE.advice}")
            return shortcuts.redirect(page(REPORT))
        except CloudError as error:
            messages.error(request, export.unreadable(error))
            return shortcuts.redirect(page(REPORT))
        now = made.made_at if made else datetime.now(timezone.utc)
        name = spreadsheet.file_name("snapshot-report", connection.region, {}, now)
        head = (*_HEAD, *export.PRICE_HEAD, "not_priced") if settings.prices() else _HEAD
        return export.answer(name, export.file(head, pieces, export.separator(request)))


def _counted(counting: SnapshotScan) -> Iterator[Iterable[export.Row]]:
    """Return the rows of a report that is being made; its first page has been read.

    :raises BeingMade: somebody else is at it.
    :raises CloudError: nothing can be read.
    """
    steps = counting.run()
    # How many there are to be read, and the first page, if there is one.
    next(steps)
    next(steps, None)
    return _rest(counting, steps)


def _rest(counting: SnapshotScan, steps: Iterator[ScanProgress]) -> Iterator[Iterable[export.Row]]:
    try:
        # Which project has the most is known at the end only.
        for _progress in steps:
            continue
    except RequestFailed:
        yield _rows(counting.report())
        raise
    yield _rows(counting.report())


def _rows(made: Report) -> list[export.Row]:
    prices = settings.prices()
    return [
        (
            line.project_id,
            made.names.get(line.project_id),
            line.count,
            line.gib,
            line.oldest,
            line.foreign,
            line.temporary,
            line.not_recorded,
            line.failed,
            *export.price_cells(prices, line.cost),
            *((line.cost.unknown,) if prices else ()),
        )
        for line in ordered(made.lines, "count", descending=True)
    ]
