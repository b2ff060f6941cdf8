# SPDX-License-Identifier: Apache-2.0
"""The search form above a list, what it says of a search, and the way to each part of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.panels.common.html import isolated, link, sentence
from snapshot_dashboard.panels.common.lists.filter_words import in_words_of_cinder
from snapshot_dashboard.panels.common.lists.state import ListState
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.rules.list_search import Wanted
from snapshot_dashboard.rules.source_search import SearchProgress

if TYPE_CHECKING:
    from snapshot_dashboard.panels.common.lists.table import AddressTable

BOX = "name_part"
# Beside the box; all others are behind "More".
_MAIN = ("volume", "status", "age")
# What a link has by an id is shown where people write it.
_BY_ID = {"volume_id": "volume", "project_id": "project", "user_id": "user"}
_LABELS: Mapping[str, str | Promise] = {
    "name": gettext_lazy("Whole Name"),
    "volume": gettext_lazy("Volume (name or ID)"),
    "size": gettext_lazy("Size (GiB)"),
    "tag": gettext_lazy("Tag (name=value)"),
}
_SCHEDULES: Mapping[str, str | Promise] = {
    Wanted.ANY.value: gettext_lazy("has one"),
    Wanted.BAD.value: gettext_lazy("last run failed or missing"),
    Wanted.NONE.value: gettext_lazy("has none"),
}
_AGES: Mapping[str, str | Promise] = {
    "newer:1h": gettext_lazy("newer than an hour"),
    "newer:1d": gettext_lazy("newer than a day"),
    "newer:1w": gettext_lazy("newer than a week"),
    "newer:1m": gettext_lazy("newer than a month"),
    "older:1d": gettext_lazy("older than a day"),
    "older:1w": gettext_lazy("older than a week"),
    "older:1m": gettext_lazy("older than a month"),
    "older:3m": gettext_lazy("older than 3 months"),
    "older:1y": gettext_lazy("older than a year"),
}
_WHETHER = {"true": gettext_lazy("Yes"), "false": gettext_lazy("No")}


@dataclass(frozen=True, slots=True)
class Option:
    """An entry of a field to choose from."""

    value: str
    label: str | Promise
    chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form; without ``options`` it is typed into."""

    name: str
    label: str | Promise
    value: str
    options: tuple[Option, ...] = ()

    @property
    def drawn(self) -> SafeString:
        """Return the options as HTML: there are many, and a template takes ten times as long."""
        chosen = SafeString(" selected")
        return format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((each.value, chosen if each.chosen else "", each.label) for each in self.options),
        )


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of a search; ``without`` is the URL of the list without it."""

    label: str | Promise
    value: str
    without: str


class SearchForm:
    """What the form of a table shows of its address."""

    def __init__(self, table: AddressTable) -> None:
        self._table = table
        state = table.state
        self.label = table.search_label
        self.sort = ""
        if state.order != state.usual_order:
            self.sort = ("-" if state.descending else "") + state.sort
        self._values = {_BY_ID.get(name, name): value for name, value in state.filters}
        self._offered = {str(choice[0]): choice[1] for choice in table.filter_choices}

    @property
    def box(self) -> Field:
        """Return what one simply types into."""
        return self._field(BOX)

    @property
    def main(self) -> list[Field]:
        """Return the fields beside the box."""
        return [self._field(name) for name in _MAIN if name in self._offered]

    @property
    def more(self) -> list[Field]:
        """Return the fields that most searches do without."""
        hidden = {BOX, *_MAIN, *_BY_ID}
        return [self._field(name) for name in self._offered if name not in hidden]

    @property
    def opened(self) -> bool:
        """Tell whether one of them is in use."""
        return any(each.value for each in self.more)

    def _field(self, name: str) -> Field:
        label = _LABELS.get(name) or str(self._offered[name]).removesuffix("=").strip()
        value = self._values.get(name, "")
        return Field(name, label, value, tuple(self._options(name, value)))

    def _options(self, name: str, value: str) -> Iterator[Option]:
        known = self._choices(name)
        if not known:
            return
        chosen = in_words_of_cinder(name, value) if value else ""
        if chosen and chosen not in known:
            known = {chosen: value, **known}
        yield Option("", _("Any"), not chosen)
        for each, label in known.items():
            yield Option(each, label, each == chosen)

    def _choices(self, name: str) -> Mapping[str, str | Promise]:
        if name == "status":
            words = ((status_word(each), each) for each in self._table.statuses)
            return {each: word for word, each in sorted(words)}
        found = {"age": _AGES, "bootable": _WHETHER, "schedule": _SCHEDULES}
        return found.get(name, {})


def chips(table: AddressTable) -> list[Chip]:
    """Return what is searched for, each with the way to go without it."""
    labels = {str(choice[0]): choice[1] for choice in table.filter_choices}
    return [
        Chip(labels.get(name, name), _shown(name, value), _without(table.state, name))
        for name, value in table.state.filters
    ]


def _shown(name: str, value: str) -> str:
    """Return a value in the words of the page."""
    if name in ("age", "schedule"):
        words = _AGES if name == "age" else _SCHEDULES
        return str(words.get(value, value))
    return status_word(in_words_of_cinder(name, value)) if name == "status" else value


def _without(state: ListState, name: str) -> str:
    return "?" + state.with_filter(name, "").query()


def nothing(table: AddressTable) -> SafeString:
    """Return that nothing was found, how it was searched for, and how to find more."""
    found = chips(table)
    wider = [
        link(each.without, sentence(_('Search without "%(filter)s"'), filter=_words(each)))
        for each in found
        if len(found) > 1
    ]
    said = (table.no_match_message, *_how(table))
    return format_html(
        "{}{}",
        format_html_join(" ", "{}", ((each,) for each in said)),
        format_html_join("", '<div class="sd-wider">{}</div>', ((each,) for each in wider)),
    )


def _words(chip: Chip) -> SafeString:
    return format_html("{} {}", chip.label, isolated(chip.value))


def _how(table: AddressTable) -> Iterator[str]:
    state, values = table.state, dict(table.state.filters)
    if "name" in values:
        yield _("The whole name must match.")
        if any(choice[0] == BOX for choice in table.filter_choices):
            part = state.with_filter("name", "").with_filter(BOX, values["name"])
            yield link(f"?{part.query()}", _("Search by a part of the name"))
    if table.searched:
        text = _("All names were compared one by one: %(done)s.")
        if BOX not in values:
            text = _("All of them were compared one by one: %(done)s.")
        yield text % {"done": figure(table.searched_in_all.done)}


def progress(counted: SearchProgress) -> str:
    """Return how far a search is that has not come to its end."""
    done = figure(counted.done)
    if counted.everything is None:
        return _("Searching: %(done)s checked.") % {"done": done}
    whole = figure(max(counted.everything, counted.done))
    return _("Searching: %(done)s of %(all)s checked.") % {"done": done, "all": whole}
