# SPDX-License-Identifier: Apache-2.0
"""Finds the rows of a posted table action, also those that have left the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from horizon import messages
from horizon.tables.base import STRING_SEPARATOR

from snapshot_dashboard.cloud.bounded_reads import Sparing
from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.partial_reads import facts, failed, values
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.delete_action import reason_of
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.lists.refresh import RefreshedRow

# Rows that have left the page and are read one by one for one action; each is a call.
MOST_ALONE = 50

GONE = _('Nothing was done with "%(name)s": it no longer exists.')
_UNREAD = _('Nothing was done with "%(name)s": it cannot be read now. %(reason)s')
_TOO_MANY = _('Nothing was done with "%(name)s": too many rows were chosen at once.')

# Stock's requests about one row, which nothing but its script sends.
_OF_ONE_ROW = ("row_update", "cell_update")


class WholeActions:
    """Mixin of a table that ignores incomplete action values, which no button sends."""

    @classmethod
    def check_handler(cls, request: HttpRequest) -> tuple[str | None, str | None, str | None]:
        """Return the table, the action and the row that a request names."""
        posted = request.POST.get("action") if request.method == "POST" else None
        if posted is not None and STRING_SEPARATOR not in posted:
            return None, None, None
        found: tuple[str | None, str | None, str | None] = super().check_handler(request)  # type: ignore[misc]
        _table, action, object_id = found
        return (None, None, None) if action in _OF_ONE_ROW and not object_id else found


def present(table: Any, asked: Iterable[str], gone: str | Promise = GONE) -> list[str]:
    """Return those of the ids that are there, each of them among the table's rows.

    A selected row may have left the page, or its filter, since the page was shown: it
    is read by itself. What is not there any more, or cannot be read, is told by a message.
    """
    ids = list(dict.fromkeys(asked))
    shown = {str(table.get_object_id(each)) for each in table.data}
    missing = [each for each in ids if each not in shown]
    if not missing:
        return ids
    found, errors = _read(table, missing)
    table.data = [*table.data, *found]
    for object_id, error in errors.items():
        tell(table.request, object_id, error, gone)
    beyond = missing[MOST_ALONE:]
    for object_id in beyond:
        messages.error(table.request, sentence(_TOO_MANY, name=isolated(object_id)))
    return [each for each in ids if each not in errors and each not in beyond]


def _read(table: Any, missing: Sequence[str]) -> tuple[Sequence[Any], dict[str, CloudError]]:
    """Read rows by themselves, under the person's own token; return them, and why others fail."""
    row = table._meta.row_class(table)
    if not isinstance(row, RefreshedRow):
        # The table has just been read whole.
        return [], {each: NotFound() for each in missing[:MOST_ALONE]}
    return read(table, connect(table.request, afresh=True), missing[:MOST_ALONE])


def read(
    table: Any, connection: Connection, ids: Sequence[str]
) -> tuple[Sequence[Any], dict[str, CloudError]]:
    """Read the rows of these ids one by one, all at once; return them, and why others fail."""
    row: RefreshedRow = table._meta.row_class(table)
    read = facts(connection, Sparing().each(partial(row.one, connection)), ids)
    return row.acted_on(connection, list(values(read).values())), failed(read)


def tell(
    request: HttpRequest, object_id: str, error: CloudError, gone: str | Promise = GONE
) -> None:
    """Leave a message about one that was not read."""
    name = isolated(object_id)
    if isinstance(error, NotFound):
        messages.error(request, sentence(gone, name=name))
    else:
        messages.error(request, sentence(_UNREAD, name=name, reason=reason_of(error)))


def why_left(error: CloudError) -> SafeString | str:
    """Return why one that was not read is left alone."""
    return gettext("It no longer exists.") if isinstance(error, NotFound) else reason_of(error)
