# SPDX-License-Identifier: Apache-2.0
"""Renders rows in stock's markup without a template for each row, cell and action.

Stock looks up and runs some twenty templates for each row, and asks the policy anew for each of
its actions; both cost more than all that the page reads from the cloud. What people, scripts and
styles find is the same: elements, attributes, classes, ids. A theme that has a template of its
own for a row, a cell or an action is served by that template.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import horizon
from django.http import HttpRequest
from django.template import Context
from django.template.base import render_value_in_context
from django.template.loader import get_template, render_to_string
from django.urls import NoReverseMatch
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from horizon import tables
from horizon.forms.fields import ThemableCheckboxInput
from horizon.tables.base import Cell
from horizon.utils import settings as horizon_settings

from snapshot_dashboard.panels.common.html import attributes, escaped
from snapshot_dashboard.panels.common.links import address

_ROW = "horizon/common/_data_table_row.html"
_CELL = "horizon/common/_data_table_cell.html"
_ACTION = "horizon/common/_data_table_action.html"
ROWS, ACTIONS = (_ROW, _CELL), (_ACTION,)
_STOCKS = Path(horizon.__file__).parent / "templates"
# How values are written where a template has no say: escaped, numbers as the person's language has.
_PLAIN = Context()
# What a tick box is made with, in the places of a row's id and its own.
_ROW_ID, _BOX_ID = "sd-id-of-the-row", "sd-id-of-the-box"


def is_stocks(*names: str) -> bool:
    """Tell whether no theme has put templates of its own in the place of stock's."""
    return all(Path(get_template(name).origin.name) == _STOCKS / name for name in names)


class FastRow(tables.Row):
    """A row rendered without a template."""

    def get_default_attrs(self) -> dict[str, Any]:
        """Say that it is a row: in a narrow window it is drawn as a card."""
        return {"role": "row"}

    def render(self) -> SafeString:
        """Return the row's HTML: for a page, and for the answer to a refresh."""
        if not self.table.has_stocks_rows:
            return SafeString(super().render())
        cells = "".join(_cell(each) for each in self)
        return SafeString(f"<tr{attributes(self.get_final_attrs())}>{cells}</tr>")


class FastCell(Cell):
    """A cell that AngularJS ignores, and whose link is made once instead of three times.

    What the cells of a column have in common is made once for a page.
    """

    def get_data(self, datum: Any, column: Any, row: Any) -> Any:
        """Return what is shown; a tick box is Horizon's, with the id of the row."""
        if column.auto != "multi_select" or not row.can_be_selected(datum):
            return super().get_data(datum, column, row)
        row_id = row.table.get_object_id(datum)
        box = row.table.once("box", _tick_box).replace(_BOX_ID, str(uuid4()))
        found = SafeString(box.replace(_ROW_ID, escaped(row_id)))
        # What is shown is read from there.
        row.table._data_cache[column][row_id] = found
        return found

    @cached_property
    def url(self) -> str | None:
        """Return where it leads, None for nowhere."""
        found: str | None = Cell.url.fget(self)
        return found

    def get_default_attrs(self) -> dict[str, Any]:
        """Tell a card what to write before the value; let AngularJS read the actions only.

        All else is names, which are anybody's.
        """
        if self.column.auto == "actions":
            return {"role": "cell"}
        found: dict[str, Any] = {"role": "cell", "ng-non-bindable": True}
        if not self.column.auto:
            found["data-sd-column"] = self.column.name
            found["data-label"] = self.column.verbose_name
            found["data-sd-empty"] = self.is_empty
        return found

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to show."""
        column = self.column
        return self.data in (None, "", self.row.table.once(column, partial(_empty, column)))

    @property
    def tag(self) -> str:
        """Return the opening tag, the same for cells of a column with nothing of their own."""
        if self.attrs or self.classes:
            return self._written()
        status = self.status if self.column.status else None
        classes = tuple(self.column.classes)
        key = (self.column, classes, self.url is None, status, self.is_empty)
        return str(self.row.table.once(key, self._written))

    def _written(self) -> str:
        return f"<td{attributes(self.get_final_attrs())}>"


def _tick_box() -> str:
    widget = ThemableCheckboxInput(check_test=lambda _value: False)
    return widget.render("object_ids", _ROW_ID, {"class": "table-row-multi-select", "id": _BOX_ID})


def _empty(column: Any) -> Any:
    """Return what stands in an empty cell, in the person's language."""
    empty = column.empty_value
    return str(empty) if isinstance(empty, Promise) else empty


def _cell(cell: Any) -> str:
    if cell.inline_edit_available:
        return render_to_string(_CELL, {"cell": cell})
    value = cell.value
    # A number is written as the person's language has it.
    written = isinstance(value, str)
    value = escaped(value) if written else render_value_in_context(value, _PLAIN)
    if cell.wrap_list:
        value = f"<ul>{value}</ul>"
    return f"{cell.tag}{value}</td>"


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
        SafeString("".join(f"<li>{action(each, row_id)}</li>" for each in rest)),
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
    found = {**each.get_final_attrs(False), "class": classes, "href": each.bound_url}
    return SafeString(f"<a{attributes(found)}>{escaped(each.verbose_name)}</a>")


def _button(each: Any, row_id: str, looks: str) -> SafeString:
    small = "btn-sm" if "btn-sm" in looks else ""
    kind = f"btn-{each.action_type}" if each.action_type else ""
    classes = _classes("data-table-action", small, *each.get_default_classes(), kind, "btn")
    found = {
        **each.get_final_attrs(False),
        "class": classes,
        "name": "action",
        "help_text": getattr(each, "help_text", None) or None,
        "type": "submit",
        "value": f"{each.table.name}__{each.name}__{row_id}",
    }
    return SafeString(f"<button{attributes(found)}>{escaped(each.verbose_name)}</button>")


def _classes(*names: object) -> str:
    return " ".join(str(name) for name in names if name)


class RowAddress(str):
    """The name of the address of a row's link action, which Horizon calls for the address."""

    __slots__ = ()

    def __call__(self, datum: Any = None, **_options: Any) -> str:
        """Return the address for a row, the name where there is none, as Horizon does."""
        try:
            return address(self, datum.id) if datum else address(self)
        except NoReverseMatch:
            return str(self)


class Decisions:
    """Policy decisions of one page, each rule checked once for each kind of object.

    The policy's answer depends on the rule, on who asks, and on what it is told of the object:
    its project and its user. It is the same for rows that are alike in these.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._check = horizon_settings.import_setting("POLICY_CHECK_FUNCTION")
        self._known: dict[Hashable, bool] = {}

    def allow(
        self, rules: Iterable[tuple[str, str]] | None, target: Mapping[str, str | None]
    ) -> bool:
        """Tell whether the policy allows all of these rules on such an object."""
        check = self._check
        if not (check and rules):
            return True
        key = (tuple(rules), tuple(sorted(target.items())))
        if key not in self._known:
            # The check writes its own entries into what it is told.
            self._known[key] = bool(check(rules, self._request, dict(target)))
        return self._known[key]
