# SPDX-License-Identifier: Apache-2.0
"""CSV files of the filtered list of snapshots, sent while they are being read.

What stands in a file is the same in every language: programs read it too. Only what divides its
cells depends on the language, as it does in spreadsheets, unless the address says it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from itertools import chain
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import formats, translation
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import View
from horizon import messages

from snapshot_dashboard import settings
from snapshot_dashboard.cloud import list_search, lists, snapshot_scan
from snapshot_dashboard.cloud.errors import CloudError, RequestFailed, SessionExpired
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.cloud.snapshot_scan import Batch, Origin, TimeIsUp
from snapshot_dashboard.panels.common import causes, problems
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.lists import search
from snapshot_dashboard.panels.common.lists.state import ListState
from snapshot_dashboard.panels.common.lists.table import AddressTable
from snapshot_dashboard.panels.common.support import owners
from snapshot_dashboard.rules import consistency, holds, keep_until, spreadsheet
from snapshot_dashboard.rules.deletion import belongs_elsewhere
from snapshot_dashboard.rules.listing import PageRequest
from snapshot_dashboard.rules.price import Cost, Prices
from snapshot_dashboard.rules.snapshot import Snapshot

Cell = str | int | datetime | None
Row = Sequence[Cell]

# Without it, Excel takes UTF-8 for the code page of its Windows.
_BYTE_ORDER_MARK = "\ufeff"
_BREAK = "\r\n"
_HEAD = (
    "id",
    "name",
    "status",
    "size_gib",
    "created",
    "taken_while",
    "project_id",
    "project_name",
    "user_id",
    "volume_id",
    "volume_name",
    "volume_project_id",
    "host",
    "temporary",
    "other_project",
    "description",
    "on_hold",
    "hold_reason",
    "hold_by",
    "hold_at",
    "keep_until",
)


# Where the operator gives prices.
PRICE_HEAD = ("price_per_month", "currency")


class _Line:
    """File object of the CSV writer that returns each line."""

    def write(self, line: str) -> str:
        return line


@dataclass(frozen=True, slots=True)
class Choice:
    """The URL of a CSV file; ``label`` names its separator."""

    label: str
    url: str


def separator(request: HttpRequest) -> str:
    """Return what divides cells: what the address says, or what suits the person's language."""
    separator = request.GET.get("separator", "")
    return separator if separator in spreadsheet.SEPARATORS else _usual_separator()


def _usual_separator() -> str:
    """Return what spreadsheets expect: no comma where that begins the decimals of a number."""
    return ";" if formats.get_format("DECIMAL_SEPARATOR", use_l10n=True) == "," else ","


def other_separators(url: str) -> list[Choice]:
    """Return the addresses of a file with the separators that its own address does not mean."""
    labels = {",": _("CSV with Commas"), ";": _("CSV with Semicolons")}
    address, _mark, query = url.partition("?")
    return [
        Choice(labels[each], f"{address}?{query and f'{query}&'}{urlencode({'separator': each})}")
        for each in spreadsheet.SEPARATORS
        if each != _usual_separator()
    ]


def file(
    head: Sequence[str], pieces: Iterable[Iterable[Row]], separator: str = ","
) -> Iterator[str]:
    """Yield a CSV file piece by piece; its last line tells whether it is whole.

    An error that ``pieces`` raises ends it: the person has what was read, and is told why.
    """
    writer: Any = csv.writer(
        _Line(), delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator=_BREAK
    )
    yield _BYTE_ORDER_MARK + writer.writerow(head)
    count = 0
    try:
        for piece in pieces:
            lines = [writer.writerow([spreadsheet.defused(cell) for cell in row]) for row in piece]
            count += len(lines)
            yield "".join(lines)
    except RequestFailed as error:
        yield spreadsheet.incomplete(why(error)) + _BREAK
        return
    yield spreadsheet.complete(count) + _BREAK


def why(error: RequestFailed) -> str:
    """Return why a file broke off, in English."""
    if isinstance(error, TimeIsUp):
        return "it took longer than REPORT_SECONDS allows"
    if isinstance(error, SessionExpired):
        return "the session has expired"
    failure = error.failure
    with translation.override("en"):
        parts = [causes.cause(failure), failure.reason, failure.request_id]
    return " ".join(each for each in parts if each)


def answer(name: str, pieces: Iterator[str]) -> StreamingHttpResponse:
    """Return a file as a download that is sent while it is made."""
    return StreamingHttpResponse(
        pieces,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            # Or nginx collects it all before it sends anything.
            "X-Accel-Buffering": "no",
        },
    )


class ExportView(View):
    """The CSV file of all snapshots that match the list's filters."""

    # The list whose filters are in the address.
    table_class: type[AddressTable] = AddressTable

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send the file; the list says what is wrong when its first page cannot be read."""
        state = self.table_class(request).state
        try:
            pieces = _pieces(request, state)
        except CloudError as error:
            messages.error(request, unreadable(error))
            return _to_the_list(state)
        except search.Unclear:
            return _to_the_list(state)
        region = connect(request).region
        name = spreadsheet.file_name(
            "snapshots", region, dict(state.filters), datetime.now(timezone.utc)
        )
        head = (*_HEAD, *PRICE_HEAD) if settings.prices() else _HEAD
        return answer(name, file(head, pieces, separator(request)))


def unreadable(error: CloudError) -> SafeString:
    """Return why there is no file."""
    title = problems.SNAPSHOTS_UNREADABLE.title
    return format_html("{}. {}", title, causes.message(error.failure))


def _to_the_list(state: ListState) -> HttpResponseBase:
    return shortcuts.redirect(f"{page(owners.SNAPSHOTS)}?{state.query()}")


def _pieces(request: HttpRequest, state: ListState) -> Iterator[Iterable[Row]]:
    """Return the rows page by page, the first of which has been read.

    :raises Unclear: a filter names nobody, or more than one.
    :raises CloudError: the first page cannot be read.
    """
    connection = connect(request)
    wanted = search.asked(connection, state, everywhere=True)
    first, read = list_search.filtered(
        connection,
        lists.SNAPSHOTS.name,
        wanted.of(PageRequest(size=1)),
        partial(_begun, connection),
    )
    names = {
        request.user.project_id: request.user.project_name,
        **snapshot_scan.project_names(connection),
    }
    prices = settings.prices()
    return (_rows(batch, names, prices) for batch in chain([first], read))


def _begun(connection: Connection, sent: PageRequest) -> tuple[Batch, Iterator[Batch]]:
    """Return the first batch of what is asked for, and the others, which are not read yet."""
    read = snapshot_scan.batches(
        snapshot_scan.limited(connection),
        sent.filters,
        lambda each: (
            sent.conditions.met_by(each) and sent.object_id in ("", each.id, each.volume_id)
        ),
    )
    return next(read, []), read


def _rows(batch: Batch, names: Mapping[str, str], prices: Prices | None) -> list[Row]:
    return [
        (
            *_row(snapshot, origin, names),
            *price_cells(prices, snapshot_scan.cost(prices, snapshot, origin)),
        )
        for snapshot, origin in batch
    ]


def price_cells(prices: Prices | None, cost: Cost) -> Row:
    """Return the cells of ``PRICE_HEAD``: an amount with a point, empty where none is known."""
    if not prices:
        return ()
    return (f"{cost.amount:f}" if cost.known else None, prices.currency)


def _row(snapshot: Snapshot, origin: Origin | None, names: Mapping[str, str]) -> Row:
    return (
        snapshot.id,
        snapshot.name,
        snapshot.status,
        snapshot.size,
        snapshot.created_at,
        consistency.read(snapshot.metadata).taken.value,
        snapshot.project_id,
        names.get(snapshot.project_id or ""),
        snapshot.user_id,
        snapshot.volume_id,
        origin.name if origin else None,
        origin.project_id if origin else None,
        origin.host if origin else None,
        "yes" if snapshot.temporary else "no",
        _elsewhere(snapshot, origin),
        snapshot.description,
        *_kept(snapshot.metadata),
    )


def _kept(metadata: Mapping[str, str]) -> Row:
    """Return the hold and the day: a hold that is damaged is one, whatever else is empty."""
    hold, day = holds.of(metadata), keep_until.of(metadata)
    said = (hold.reason, hold.by, hold.at) if hold else (None, None, None)
    return ("yes" if hold else "no", *said, day.isoformat() if day else None)


def _elsewhere(snapshot: Snapshot, origin: Origin | None) -> str:
    """Return whether a snapshot is of another project than its volume, if that is known."""
    if not (snapshot.project_id and origin and origin.project_id):
        return "unknown"
    return "yes" if belongs_elsewhere(snapshot, origin.project_id) else "no"
