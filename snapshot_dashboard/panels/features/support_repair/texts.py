# SPDX-License-Identifier: Apache-2.0
"""Texts of Update Status and Force Delete about changes not, or perhaps not, made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.cloud.errors import CloudError, Forbidden, NotFound
from snapshot_dashboard.panels.common import causes, problems
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.problems import Problem, because, telling
from snapshot_dashboard.panels.common.statuses import status_word


@dataclass(frozen=True, slots=True)
class RepairTexts:
    """The texts of one dialog about a change that was not, or perhaps not, made.

    The problems are for a dialog about one snapshot, which stays open. ``stayed`` and
    ``unsure`` are messages, for one of several; they have places for its name and the reason.
    """

    refused: Problem
    unreachable: Problem
    unchanged: Problem
    unknown: Problem
    stayed: str | Promise
    unsure: str | Promise

    def problem(self, error: CloudError) -> Problem:
        """Return what to say in the dialog when a change met an error."""
        if isinstance(error, NotFound):
            return problems.SNAPSHOT_GONE
        if error.uncertain:
            return because(self.unknown, error)
        return self.unsent(error)

    def unsent(self, error: CloudError) -> Problem:
        """Return what to say when it is certain that nothing was changed."""
        return telling(error, _FORBIDDEN, self.unreachable, self.refused, self.unchanged)

    def message(self, label: str, error: CloudError) -> SafeString:
        """Return the message for one of several whose change met an error."""
        text = self.unsure if error.uncertain else self.stayed
        return sentence(text, name=isolated(label), reason=causes.message(error.failure))

    def left(self, label: str, reason: object) -> SafeString:
        """Return the message for one of several that was left alone."""
        return sentence(self.stayed, name=isolated(label), reason=reason)


@dataclass(frozen=True, slots=True)
class FailedRepair:
    """An error with the texts about the change that it prevented."""

    words: RepairTexts
    error: CloudError


NOT_TRIED = gettext_lazy("It was not tried, because the storage service takes too long to answer.")
_LOOK = gettext_lazy("Look at the status again before you go on.")
_LATER = gettext_lazy("Try again in a moment.")
_KEPT = gettext_lazy("Nothing was changed. What you typed is still here.")
_FORBIDDEN = Problem(
    gettext_lazy("Your role does not allow this"),
    gettext_lazy("Nothing was changed."),
    gettext_lazy("Ask somebody whose role allows it."),
    about=problems.ROLE,
)
UPDATE = RepairTexts(
    refused=Problem(
        gettext_lazy("Not changed: the storage service refused the request"), about=problems.REFUSAL
    ),
    unreachable=Problem(
        gettext_lazy("Not changed: the storage service cannot be reached"),
        _KEPT,
        _LATER,
        about=problems.NO_WAY,
    ),
    unchanged=Problem(gettext_lazy("Not changed"), _KEPT),
    unknown=Problem(gettext_lazy("It is not known whether the status was changed"), advice=_LOOK),
    stayed=gettext_lazy('"%(name)s" was not changed. %(reason)s'),
    unsure=gettext_lazy(
        'It is not known whether the status of "%(name)s" was changed. Look again in a moment. '
        "%(reason)s"
    ),
)
DELETE = RepairTexts(
    refused=Problem(
        gettext_lazy("Not deleted: the storage service refused the request"), about=problems.REFUSAL
    ),
    unreachable=Problem(
        gettext_lazy("Not deleted: the storage service cannot be reached"),
        _KEPT,
        _LATER,
        about=problems.NO_WAY,
    ),
    unchanged=Problem(gettext_lazy("Not deleted"), _KEPT),
    unknown=Problem(
        gettext_lazy("It is not known whether the deletion was accepted"), advice=_LOOK
    ),
    stayed=gettext_lazy('"%(name)s" was not deleted. %(reason)s'),
    unsure=gettext_lazy(
        'It is not known whether "%(name)s" is being deleted. Look again in a moment. %(reason)s'
    ),
)
# Whatever became of the note: the status was not touched after it.
_NOTE = Problem(
    gettext_lazy("Not changed: the note about the snapshot could not be lowered"),
    gettext_lazy("As Available it would say more of itself than anybody knows."),
    _LATER,
)
_NOTE_LEFT = gettext_lazy(
    '"%(name)s" was not changed, because its note could not be lowered first. %(reason)s'
)
NOTE = RepairTexts(_NOTE, _NOTE, _NOTE, _NOTE, _NOTE_LEFT, _NOTE_LEFT)

EXPIRED = replace(problems.EXPIRED, text=_KEPT)
NONE_CHOSEN = Problem(
    gettext_lazy("No snapshot was chosen"),
    advice=gettext_lazy("Tick snapshots in the list, then press the button above it."),
    tone="info",
)
NONE_READ = Problem(gettext_lazy("None of these snapshots can be read"))
_CHANGED = Problem(
    gettext_lazy("Nothing was done: the status changed while this form was open"),
    advice=gettext_lazy("Read what is below, then confirm again, or cancel."),
)
NOT_SEEN = replace(
    _CHANGED,
    title=gettext_lazy("Nothing was done yet: this form has not shown the status before"),
    tone="info",
)
_TOO_MANY = gettext_lazy("Too many snapshots at once")


# Statuses of snapshots that stock has no word for, because volumes do not have them.
def forbidden(error: Forbidden) -> Problem:
    """Return what to say when the role does not allow even to look."""
    return because(_FORBIDDEN, error)


def too_many(most: int) -> Problem:
    """Return what to say when more were chosen than are done at once."""
    text = ngettext(
        "At most %(count)d snapshot is changed at once.",
        "At most %(count)d snapshots are changed at once.",
        most,
    )
    return Problem(_TOO_MANY, text % {"count": most}, _("Tick fewer of them."), tone="info")


def changed(found: Iterable[tuple[str, str | None, str]]) -> Problem:
    """Return what to say of snapshots (name, status shown, status now) that have changed."""
    changes = format_html_join(" ", "{}", ((_change(*each),) for each in found))
    return replace(_CHANGED, text=changes)


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
