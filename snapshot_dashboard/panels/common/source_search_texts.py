# SPDX-License-Identifier: Apache-2.0
"""How far the search for volumes made from snapshots is, in words.

Where only volumes newer than the snapshots were looked at, that is what is said.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.rules.source_search import SearchProgress

# Longer numbers are of a hand-made address.
_DIGITS = 9


def number(text: str) -> int:
    """Read a number from an address; what is none counts as 0."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else 0


def tally(done: str, everything: str) -> SearchProgress:
    """Read from an address how far a search is; where the whole is no number it is not known."""
    return SearchProgress(number(done), number(everything) or None)


def looking(counted: SearchProgress, *, several: bool) -> str:
    """Return how far a search is that goes on; ``several`` for volumes of several snapshots."""
    if counted.everything is None:
        text = _("Looking for volumes made from this snapshot: %(done)s checked.")
        if several:
            text = _("Looking for volumes made from these snapshots: %(done)s checked.")
        return text % {"done": figure(counted.done)}
    text = _("Looking for volumes made from this snapshot: %(done)s of %(all)s checked.")
    if several:
        text = _("Looking for volumes made from these snapshots: %(done)s of %(all)s checked.")
    return text % {"done": figure(counted.done), "all": figure(counted.everything)}


def all_checked(done: int, *, newer: bool, several: bool) -> str:
    """Return that a search has come to its end."""
    if newer and not done:
        return _none_newer(several=several)
    if not newer:
        text = ngettext(
            "The only volume of this project was checked.",
            "All %(done)s volumes of this project were checked.",
            done,
        )
    elif several:
        text = ngettext(
            "The only volume of this project that is newer than the oldest of these snapshots "
            "was checked.",
            "All %(done)s volumes of this project that are newer than the oldest of these "
            "snapshots were checked.",
            done,
        )
    else:
        text = ngettext(
            "The only volume of this project that is newer was checked.",
            "All %(done)s volumes of this project that are newer were checked.",
            done,
        )
    return text % {"done": figure(done)}


def _none_newer(*, several: bool) -> str:
    if several:
        return _("No volume of this project is newer than the oldest of these snapshots.")
    return _("No volume of this project is newer.")


def last_checked(done: int, *, newer: bool, several: bool) -> str:
    """Return that the end was checked, where what was found before is not shown."""
    if not newer:
        text = ngettext(
            "The only volume of this project was checked.",
            "The last of all %(done)s volumes of this project were checked.",
            done,
        )
    elif several:
        text = ngettext(
            "The only volume of this project that is newer than the oldest of these snapshots "
            "was checked.",
            "The last of all %(done)s volumes of this project that are newer than the oldest of "
            "these snapshots were checked.",
            done,
        )
    else:
        text = ngettext(
            "The only volume of this project that is newer was checked.",
            "The last of all %(done)s volumes of this project that are newer were checked.",
            done,
        )
    return text % {"done": figure(done)}


def none_found(done: int, *, newer: bool, several: bool) -> str:
    """Return that no volume was made from a snapshot, or from several, and how that is known."""
    if several:
        return _none_of_several(done, newer=newer)
    if newer and not done:
        return _("No volume was made from it: no volume of this project is newer.")
    text = ngettext(
        "No volume was made from it: the only volume of this project was checked.",
        "No volume was made from it: all %(done)s volumes of this project were checked.",
        done,
    )
    if newer:
        text = ngettext(
            "No volume was made from it: the only volume of this project that is newer was "
            "checked.",
            "No volume was made from it: all %(done)s volumes of this project that are newer were "
            "checked.",
            done,
        )
    return text % {"done": figure(done)}


def _none_of_several(done: int, *, newer: bool) -> str:
    if newer and not done:
        return _("No volume was made from them: no volume of this project is newer.")
    text = ngettext(
        "No volume was made from them: the only volume of this project was checked.",
        "No volume was made from them: all %(done)s volumes of this project were checked.",
        done,
    )
    if newer:
        text = ngettext(
            "No volume was made from them: the only volume of this project that is newer than the "
            "oldest of them was checked.",
            "No volume was made from them: all %(done)s volumes of this project that are newer "
            "than the oldest of them were checked.",
            done,
        )
    return text % {"done": figure(done)}
