# SPDX-License-Identifier: Apache-2.0
"""Every URL of the replaced panels, collected from their URL patterns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any
from uuid import uuid4

import requests_mock
from django.urls import URLPattern, URLResolver, reverse

from snapshot_dashboard.panels import admin, project
from snapshot_dashboard.panels.common import links
from tests.unit.cloud.wire import Wire

_OURS = "snapshot_dashboard."


@dataclass(frozen=True)
class Address:
    """A URL by its name, with its view."""

    name: str
    words: tuple[str, ...]
    view: Any

    @property
    def is_ours(self) -> bool:
        """Tell whether the view is ours, and not one of stock's that we offer as it is."""
        return str(getattr(self.view, "view_class", self.view).__module__).startswith(_OURS)

    @property
    def knows_its_reader(self) -> bool:
        """Tell whether ``links.for_reader`` is around the view; Horizon wraps it once more."""
        view = self.view
        while view is not None:
            # Python 3.10 does not keep the whole name.
            if (view.__code__.co_filename, view.__code__.co_name) == (links.__file__, "known"):
                return True
            view = getattr(view, "__wrapped__", None)
        return False

    def url(self, object_id: str) -> str:
        """Return the address with this in the place of every id."""
        said = {each: str(uuid4()) if each == "set_id" else object_id for each in self.words}
        return str(reverse(self.name, kwargs=said))


def _panels(dashboard: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    for found in iter_modules(dashboard.__path__):
        if found.ispkg:
            yield found.name, import_module(f"{dashboard.__name__}.{found.name}.urls")


def _addresses() -> Iterator[Address]:
    for slug, dashboard in (("project", project), ("admin", admin)):
        for panel, urls in _panels(dashboard):
            for name, pattern in _patterns(f"horizon:{slug}:{panel}", urls.urlpatterns):
                yield Address(name, tuple(pattern.pattern.regex.groupindex), pattern.callback)


def _patterns(within: str, patterns: Iterable[Any]) -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _patterns(f"{within}:{each.namespace}", each.url_patterns)
        else:
            yield f"{within}:{each.name}", each


# Of two with one name the first is served: ours, in the place of stock's.
EVERY = {each.name + "/" * bool(each.words): each for each in reversed(list(_addresses()))}
OURS = {name: each for name, each in EVERY.items() if each.is_ours}


def nothing_there(wire: Wire) -> None:
    """Let no service know any object, and answer everything with that."""
    body = {"itemNotFound": {"code": 404, "message": "It could not be found."}}
    wire.mocker.register_uri(
        requests_mock.ANY,
        requests_mock.ANY,
        json=body,
        status_code=404,
        # Read by the client of Horizon's own list of instances.
        headers={"Content-Type": "application/json"},
    )
    wire.offers()
    wire.quota()
