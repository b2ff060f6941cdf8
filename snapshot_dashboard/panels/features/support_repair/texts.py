# SPDX-License-Identifier: Apache-2.0
"""Texts of Update Status and Force Delete about changes not, or perhaps not, made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.blockers import BlockerText
from snapshot_dashboard.panels.common.change_texts import CHANGE, KEPT, LATER, LOOK, ChangeTexts
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.panels.common.statuses import status_word

UPDATE = replace(
    CHANGE,
    unknown=Problem(gettext_lazy("It is not known whether the status was changed"), advice=LOOK),
    unsure=gettext_lazy(
        'It is not known whether the status of "%(name)s" was changed. Look again in a moment. '
        "%(reason)s"
    ),
)
DELETE = ChangeTexts(
    refused=Problem(
        gettext_lazy("Not deleted: the storage service refused the request"), about=problems.REFUSAL
    ),
    unreachable=Problem(
        gettext_lazy("Not deleted: the storage service cannot be reached"),
        KEPT,
        LATER,
        about=problems.NO_WAY,
    ),
    unchanged=Problem(gettext_lazy("Not deleted"), KEPT),
    unknown=Problem(gettext_lazy("It is not known whether the deletion was accepted"), advice=LOOK),
    stayed=gettext_lazy('"%(name)s" was not deleted. %(reason)s'),
    unsure=gettext_lazy(
        'It is not known whether "%(name)s" is being deleted. Look again in a moment. %(reason)s'
    ),
)
# Whatever became of the note: the status was not touched after it.
_NOTE = Problem(
    gettext_lazy("Not changed: the note about the snapshot could not be lowered"),
    gettext_lazy("As Available it would say more of itself than anybody knows."),
    LATER,
)
_NOTE_LEFT = gettext_lazy(
    '"%(name)s" was not changed, because its note could not be lowered first. %(reason)s'
)
NOTE = ChangeTexts(_NOTE, _NOTE, _NOTE, _NOTE, _NOTE_LEFT, _NOTE_LEFT)

_CHANGED = Problem(
    gettext_lazy("Nothing was done: the status changed while this form was open"),
    advice=gettext_lazy("Read what is below, then confirm again, or cancel."),
)
NOT_SEEN = replace(
    _CHANGED,
    title=gettext_lazy("Nothing was done yet: this form has not shown the status before"),
    tone="info",
)


def changed(found: Iterable[tuple[str, str | None, str]]) -> Problem:
    """Return what to say of snapshots (name, status shown, status now) that have changed."""
    changes = format_html_join(" ", "{}", ((_change(*each),) for each in found))
    return replace(_CHANGED, text=changes)


def on_hold(hold: BlockerText) -> Problem:
    """Return what to say of a snapshot that is on hold, told as what blocks a deletion."""
    return Problem(_("This snapshot is on hold"), hold.title, hold.advice, tone="info")


def _change(name: str, before: str | None, after: str) -> SafeString:
    if before is None:
        text = _('"%(name)s" could not be read before. Its status is %(after)s now.')
        return sentence(text, name=isolated(name), after=status_word(after))
    return sentence(
        _('The status of "%(name)s" was %(before)s, and is %(after)s now.'),
        name=isolated(name),
        before=status_word(before),
        after=status_word(after),
    )
