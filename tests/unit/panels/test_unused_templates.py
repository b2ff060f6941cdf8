# SPDX-License-Identifier: Apache-2.0
"""The templates that W006 calls unused are those of stock's that no served view shows."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import openstack_dashboard

import snapshot_dashboard
from snapshot_dashboard import checks
from tests.unit.panels.every_view import EVERY

OUR_TEMPLATES = Path(snapshot_dashboard.__file__).parent / "templates"
STOCK_PANELS = Path(openstack_dashboard.__file__).parent / "dashboards"


FOLDERS = ("project/volumes", "project/snapshots", "admin/volumes", "admin/snapshots")
# Used, though no view names it: stock's view renders it itself.
RENDERED = "project/volumes/download_transfer_creds.html"
# Stock has it and shows it nowhere, with or without these pages.
SHOWN_NOWHERE = "admin/volumes/volumes_tables.html"
# Its path has a "?" in it: what a browser requests is the details, whose view is ours.
NEVER_REQUESTED = "horizon:project:volumes:snapshots_tab/"


def test_the_others_of_stocks_templates_are_used_by_what_is_served() -> None:
    used = set(used_templates())
    # Extended by a dialog of ours, shown by one of stock's, and shown where a setting says so.
    for each in ("extend", "update", "upload_to_image"):
        assert f"project/volumes/_{each}.html" in used
    assert set(checks._UNUSED) == stocks_templates() - used - {RENDERED, SHOWN_NOWHERE}


def stocks_templates() -> set[str]:
    """Return the names of stock's templates for the panels that W006 is about."""
    return {
        f"{folder}/{each.name}"
        for folder in FOLDERS
        for each in (STOCK_PANELS / _in_panel(f"{folder}/")).glob("*.html")
    }


def _in_panel(template: str) -> str:
    panel, _, name = template.rpartition("/")
    return f"{panel}/templates/{panel.rpartition('/')[2]}/{name}"


def used_templates() -> Iterator[str]:
    """Yield what the views that are served show, and what that includes or extends."""
    served = [address.view for name, address in EVERY.items() if name != NEVER_REQUESTED]
    todo = [name for view in served for name in _shown(view)]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name
        places = (OUR_TEMPLATES / name, STOCK_PANELS / _in_panel(name))
        for place in filter(Path.is_file, places):
            todo += re.findall(r"{% (?:extends|include) [\"']([^\"']+)", place.read_text("utf-8"))


def _shown(view: Any) -> Iterator[str]:
    """Yield the templates of a view; a dialog's name has an underscore more in a modal."""
    for shown in _classes(view):
        tabs = getattr(getattr(shown, "tab_group_class", None), "tabs", ())
        own = [getattr(shown, f"{kind}template_name", None) for kind in ("", "ajax_")]
        for name in (
            *own,
            getattr(shown, "stock_template", None),
            *(t.template_name for t in tabs),
        ):
            if name:
                yield from (name, name.replace(Path(name).name, f"_{Path(name).name}"))


def _classes(view: Any) -> Iterator[Any]:
    """Yield the classes behind a view: a setting may choose between two."""
    if hasattr(view, "view_class"):
        yield view.view_class
    elif isinstance(view, FunctionType):
        for cell in view.__closure__ or ():
            yield from _classes(cell.cell_contents)
