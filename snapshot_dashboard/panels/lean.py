# SPDX-License-Identifier: Apache-2.0
"""Rows in stock's markup, written without a template for each row, cell and action.

Stock looks up and runs some twenty templates for each row, and asks the policy anew for each of
its actions; both cost more than all that the page reads from the cloud. What people, scripts and
styles find is the same: elements, attributes, classes, ids. A theme that has a template of its
own for a row, a cell or an action is served by that template.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import horizon
from django.http import HttpRequest
from django.template import Context
from django.template.base import render_value_in_context
from django.template.loader import get_template, render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from horizon import tables
from horizon.utils import settings as horizon_settings

_ROW = "horizon/common/_data_table_row.html"
_CELL = "horizon/common/_data_table_cell.html"
_ACTION = "horizon/common/_data_table_action.html"
ROWS, ACTIONS = (_ROW, _CELL), (_ACTION,)
_STOCKS = Path(horizon.__file__).parent / "templates"
# How values are written where a template has no say: escaped, numbers as the person's language has.
_PLAIN = Context()


def is_stocks(*names: str) -> bool:
    """Tell whether no theme has put templates of its own in the place of stock's."""
    return all(Path(get_template(name).origin.name) == _STOCKS / name for name in names)


class LeanRow(tables.Row):
    """A row that writes itself."""

    def render(self) -> SafeString:
        """Return the row's HTML: for a page, and for the answer to a refresh."""
        if not self.table.has_stocks_rows:
            return SafeString(super().render())
        cells = format_html_join("", "{}", ((_cell(each),) for each in self))
        return format_html("<tr{}>{}</tr>", self.attr_string, cells)


def _cell(cell: Any) -> SafeString:
    if cell.inline_edit_available:
        return SafeString(render_to_string(_CELL, {"cell": cell}))
    # It is escaped by now; Horizon's own escaping does not say so to Django.
    value = SafeString(render_value_in_context(cell.value, _PLAIN))
    if cell.wrap_list:
        value = format_html("<ul>{}</ul>", value)
    return format_html("<td{}>{}</td>", cell.attr_string, value)


def menu(actions: Sequence[Any], row_id: str) -> SafeString:
    """Return a row's actions: the first as a button, the others in a menu beside it.

    As stock's menu, with a name for its button and room for a finger in it.
    """
    if not actions:
        return SafeString()
    first, *rest = actions
    if not rest:
        return action(first, row_id, "btn-default")
    return format_html(
        '<div class="btn-group">{}<a class="btn btn-default btn-sm dropdown-toggle sd-row-menu"'
        ' data-toggle="dropdown" href="#" role="button" aria-haspopup="true"'
        ' aria-expanded="false" aria-label="{}"><span class="fa fa-caret-down"'
        ' aria-hidden="true"></span></a><ul class="dropdown-menu dropdown-menu-right row_actions'
        ' sd-row-actions">{}</ul></div>',
        action(first, row_id, "btn-default btn-sm"),
        _("More Actions"),
        format_html_join("", "<li>{}</li>", ((action(each, row_id),) for each in rest)),
    )


def action(each: Any, row_id: str, looks: str = "") -> SafeString:
    """Return one action of a row: a link, or the button that sends the page's form.

    ``looks`` are classes of its own, for the one that is not in the menu.
    """
    if not each.table.has_stocks_actions:
        return _by_template(each, row_id, looks)
    return _link(each, looks) if each.method == "GET" else _button(each, row_id, looks)


def _by_template(each: Any, row_id: str, looks: str) -> SafeString:
    shown = {"action": each, "row_id": row_id}
    chosen = {"is_single": bool(looks), "is_small": "btn-sm" in looks}
    return SafeString(render_to_string(_ACTION, {**shown, **chosen}))


def _link(each: Any, looks: str) -> SafeString:
    danger = "btn-danger" if each.action_type == "danger" else ""
    classes = _classes("btn data-table-action", looks, danger, each.get_final_css())
    return format_html(
        '<a{} class="{}" href="{}">{}</a>',
        each.attr_string_nc,
        classes,
        each.bound_url,
        each.verbose_name,
    )


def _button(each: Any, row_id: str, looks: str) -> SafeString:
    small = "btn-sm" if "btn-sm" in looks else ""
    kind = f"btn-{each.action_type}" if each.action_type else ""
    classes = _classes("data-table-action", small, *each.get_default_classes(), kind, "btn")
    told = each.help_text if hasattr(each, "help_text") else ""
    return format_html(
        '<button{} class="{}" name="action"{} type="submit" value="{}__{}__{}">{}</button>',
        each.attr_string_nc,
        classes,
        format_html(' help_text="{}"', told) if told else "",
        each.table.name,
        each.name,
        row_id,
        each.verbose_name,
    )


def _classes(*names: object) -> str:
    return " ".join(str(name) for name in names if name)


class Decisions:
    """What this person's role allows, asked once for each rule and kind of object on a page.

    The policy's answer depends on the rule, on who asks, and on what it is told of the object:
    its project and its user. It is the same for rows that are alike in these.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._known: dict[Hashable, bool] = {}

    def allow(
        self, rules: Iterable[tuple[str, str]] | None, target: Mapping[str, str | None]
    ) -> bool:
        """Tell whether the policy allows all of these rules on such an object."""
        check = horizon_settings.import_setting("POLICY_CHECK_FUNCTION")
        if not (check and rules):
            return True
        key = (tuple(rules), tuple(sorted(target.items())))
        if key not in self._known:
            # The check writes its own entries into what it is told.
            self._known[key] = bool(check(rules, self._request, dict(target)))
        return self._known[key]
