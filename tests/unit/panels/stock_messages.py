# SPDX-License-Identifier: Apache-2.0
"""The messages of Horizon's four panels, from its sources, and the methods we keep."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from openstack_dashboard.dashboards.project.volumes import views as volume_views

STOCK = "openstack_dashboard.dashboards"
PANELS = ("project.volumes", "project.snapshots", "admin.volumes", "admin.snapshots")
_FILES = ("forms", "tables", "tabs", "views")
_LEVELS = ("debug", "info", "success", "warning", "error")
_TEXTS = ("_", "gettext", "gettext_lazy")
# Our own function at this address chooses between stock's view and ours.
_CHOSEN = (volume_views.CreateView,)


@dataclass(frozen=True)
class Message:
    """A text that a method of stock's says; ``method`` is its name with its class."""

    module: str
    method: str
    level: str
    text: str

    @property
    def label(self) -> str:
        """Return what a test is called."""
        return f"{self.module.removeprefix(STOCK + '.')}:{self.method}:{self.text[:30]}"


@cache
def messages() -> tuple[Message, ...]:
    """Return every message in the sources of stock's four panels."""
    modules = [importlib.import_module(f"{STOCK}.{p}.{f}") for p in PANELS for f in _FILES]
    return tuple(dict.fromkeys(each for module in modules for each in _in_module(module)))


def _in_module(module: ModuleType) -> Iterator[Message]:
    assert module.__file__
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    for name, function in _functions(tree):
        assigned: dict[str, list[str]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                assigned.setdefault(node.targets[0].id, []).extend(_literals(node.value, {}))
        for node in ast.walk(function):
            level = _level(node)
            if level and isinstance(node, ast.Call):
                for text in _literals(ast.Tuple(node.args[1:2]), assigned):
                    yield Message(module.__name__, name, level, text)


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            inside = (each for each in node.body if isinstance(each, ast.FunctionDef))
            yield from ((f"{node.name}.{each.name}", each) for each in inside)


def _level(node: ast.AST) -> str:
    """Return the level of a call that leaves a message, empty for any other node."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return ""
    owner = node.func.value
    if not isinstance(owner, ast.Name):
        return ""
    if owner.id == "messages" and node.func.attr in _LEVELS:
        return node.func.attr
    return "error" if (owner.id, node.func.attr) == ("exceptions", "handle") else ""


def _literals(node: ast.AST, assigned: dict[str, list[str]]) -> list[str]:
    """Return the translated texts in an expression, those of its variables too."""
    found: list[str] = []
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            if each.func.id in _TEXTS and isinstance(each.args[0], ast.Constant):
                found.append(str(each.args[0].value))
        elif isinstance(each, ast.Name):
            found += assigned.get(each.id, [])
    return found


@cache
def served() -> frozenset[tuple[str, str]]:
    """Return module and name of each method of stock's that answers on our four panels."""
    seen: set[type] = set()
    waiting: list[type] = list(_CHOSEN)
    for panel in PANELS:
        urls = importlib.import_module(f"snapshot_dashboard.panels.{panel}.urls")
        first = {each.name: each.callback for each in reversed(urls.urlpatterns)}
        waiting += [view.view_class for view in first.values() if hasattr(view, "view_class")]
    while waiting:
        found = waiting.pop()
        if found not in seen:
            seen.add(found)
            waiting += _mentioned(found)
    return frozenset(named for each in seen for named in _methods(each))


def _mentioned(owner: type) -> list[type]:
    """Return the classes that a class is made of: its forms, tables, tabs, rows and actions."""
    names = [each for each in dir(owner) if not each.startswith("__")]
    values = [inspect.getattr_static(owner, each) for each in names]
    values += [getattr(getattr(owner, "_meta", None), "row_class", None)]
    values += getattr(owner, "base_actions", {}).values()
    values += getattr(owner, "_columns", {}).values()
    flat = [each for value in values for each in _flat(value)]
    classes = [each if isinstance(each, type) else type(each) for each in flat]
    # What a table's Meta names is in the table by now.
    return [each for each in classes if _is_of_a_panel(each) and each.__name__ != "Meta"]


def _flat(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else (value,)


def _is_of_a_panel(each: type) -> bool:
    return each.__module__.startswith((STOCK, "snapshot_dashboard.panels"))


def _methods(owner: type) -> Iterator[tuple[str, str]]:
    """Yield the methods of a class, and those that it calls of the one that it replaces."""
    for name in dir(owner):
        found = inspect.getattr_static(owner, name)
        found = getattr(found, "__func__", found)
        if hasattr(found, "__qualname__") and hasattr(found, "__module__"):
            yield found.__module__, found.__qualname__
    for number, each in enumerate(owner.__mro__):
        if not each.__module__.startswith("snapshot_dashboard"):
            continue
        source = inspect.getsource(each)
        for further in filter(_is_of_a_panel, owner.__mro__[number + 1 :]):
            for name, value in vars(further).items():
                if f"super().{name}(" in source and hasattr(value, "__module__"):
                    yield value.__module__, value.__qualname__
