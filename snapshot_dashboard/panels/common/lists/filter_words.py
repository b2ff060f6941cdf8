# SPDX-License-Identifier: Apache-2.0
"""Translates filter values from the words of the page into those of Cinder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from types import SimpleNamespace

from django.utils import translation
from django.utils.translation import gettext
from openstack_dashboard.dashboards.admin.volumes import views as stock_views
from openstack_dashboard.dashboards.project.volumes import tables as stock_tables

from snapshot_dashboard.cloud.errors import NotFound
from snapshot_dashboard.panels.common.statuses import STATUS_DISPLAY_CHOICES
from snapshot_dashboard.rules.support_search import search_text

_SIZE = re.compile(r"(\d{1,10})\s*(\D*)")
# Cinder's column holds no larger one (an Integer), and a database may fail for it.
_LARGEST = 2**31 - 1


class NothingMatches(NotFound):
    """No object can have this value, so no request is needed."""


def in_words_of_cinder(field: str, value: str) -> str:
    """Return the value of a filter as Cinder takes it.

    :raises NothingMatches: no object can have it.
    """
    reader = _READERS.get(field)
    return reader(value) if reader else value


def _status(value: str) -> str:
    known = _by_words((str(label), name) for name, label in STATUS_DISPLAY_CHOICES)
    with translation.override("en"):
        english = _by_words((str(label), name) for name, label in STATUS_DISPLAY_CHOICES)
    own = {name: name for name, _label in STATUS_DISPLAY_CHOICES}
    return (own | english | known).get(_folded(value), value.lower())


def _size(value: str) -> str:
    """Return the number of a size: "20", or with the unit of the page ("20GiB")."""
    found = _SIZE.fullmatch(value.strip())
    shown = str(stock_tables.get_size(SimpleNamespace(size="")))
    units = {"", "gib", "gb", "g", _folded(shown)}
    if not found or _folded(found[2]) not in units or int(found[1]) > _LARGEST:
        raise NothingMatches
    return str(int(found[1]))


def _id(value: str) -> str:
    """Return an id as Cinder writes it, whoever wrote it in capitals or without dashes."""
    return search_text(value).dashed or value


def _whether(value: str) -> str:
    mapping = stock_views.VolumesView.FILTERS_MAPPING["bootable"]
    known = _by_words((str(word), english) for word, english in mapping.items())
    # As Django's filter writes them into the table.
    yes, no, *_maybe = gettext("yes,no,maybe").split(",")
    known |= _by_words([(yes, "true"), (no, "false"), ("yes", "true"), ("no", "false")])
    return known.get(_folded(value), value.lower())


_READERS: dict[str, Callable[[str], str]] = {
    "status": _status,
    "size": _size,
    "volume_id": _id,
    "group_id": _id,
    "bootable": _whether,
}


def _by_words(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return what words stand for, the first where two are the same."""
    found: dict[str, str] = {}
    for word, meant in pairs:
        found.setdefault(_folded(word), meant)
    return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
