# SPDX-License-Identifier: Apache-2.0
"""Texts about the progress and the end of the search for volumes made from snapshots.

Where only volumes newer than the snapshots were checked, the text says so.
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


def all_checked(done: int, *, newer: bool) -> str:
    """Return that a search has come to its end; ``newer``: only newer volumes were checked."""
    if newer and not done:
        return _("No volume of this project is newer.")
    text = ngettext(
        "The only volume of this project was checked.",
        "All %(done)s volumes of this project were checked.",
        done,
    )
    if newer:
        text = ngettext(
            "The only newer volume of this project was checked.",
            "All %(done)s newer volumes of this project were checked.",
            done,
        )
    return text % {"done": figure(done)}


def last_checked(done: int, *, newer: bool) -> str:
    """Return that the end was checked, where what was found before is not shown."""
    text = _("The last of all %(done)s volumes of this project were checked.")
    if newer:
        text = _("The last of all %(done)s newer volumes of this project were checked.")
    return text % {"done": figure(done)}


def none_found(done: int, *, newer: bool, several: bool) -> str:
    """Return that no volume was made from a snapshot, or from several, and how that is known."""
    if newer and not done:
        return _none_newer(several=several)
    text = _none_of_several(done, newer=newer) if several else _none_of_one(done, newer=newer)
    return text % {"done": figure(done)}


def _none_newer(*, several: bool) -> str:
    if several:
        return _(
            "No volume was made from these snapshots: no volume of this project is newer than the "
            "oldest of them."
        )
    return _("No volume was made from this snapshot: no volume of this project is newer.")


def _none_of_one(done: int, *, newer: bool) -> str:
    if newer:
        return ngettext(
            "No volume was made from this snapshot (%(done)s newer volume checked).",
            "No volume was made from this snapshot (%(done)s newer volumes checked).",
            done,
        )
    return ngettext(
        "No volume was made from this snapshot (%(done)s volume checked).",
        "No volume was made from this snapshot (%(done)s volumes checked).",
        done,
    )


def _none_of_several(done: int, *, newer: bool) -> str:
    if newer:
        return ngettext(
            "No volume was made from these snapshots (%(done)s newer volume checked).",
            "No volume was made from these snapshots (%(done)s newer volumes checked).",
            done,
        )
    return ngettext(
        "No volume was made from these snapshots (%(done)s volume checked).",
        "No volume was made from these snapshots (%(done)s volumes checked).",
        done,
    )
