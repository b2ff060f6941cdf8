# SPDX-License-Identifier: Apache-2.0
"""Texts of dialogs about snapshots that were not, or perhaps not, changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.cloud.errors import CloudError, Forbidden, NotFound
from snapshot_dashboard.panels.common import causes, problems
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.problems import Problem, because, telling


@dataclass(frozen=True, slots=True)
class ChangeTexts:
    """The texts of one dialog about a change that was not, or perhaps not, made.

    The problems are for a dialog about one snapshot or volume, which stays open. ``stayed`` and
    ``unsure`` are messages, for one of several; they have places for its name and the reason.
    """

    refused: Problem
    unreachable: Problem
    unchanged: Problem
    unknown: Problem
    stayed: str | Promise
    unsure: str | Promise
    gone: Problem = problems.SNAPSHOT_GONE

    def problem(self, error: CloudError) -> Problem:
        """Return what to say in the dialog when a change met an error."""
        if isinstance(error, NotFound):
            return self.gone
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
class FailedChange:
    """An error with the texts about the change that it prevented."""

    words: ChangeTexts
    error: CloudError


NOT_TRIED = gettext_lazy("It was not tried, because the storage service takes too long to answer.")
LOOK = gettext_lazy("Look at the status again before you go on.")
LATER = gettext_lazy("Try again in a moment.")
KEPT = gettext_lazy("Nothing was changed. What you typed is still here.")
_FORBIDDEN = problems.not_allowed(
    gettext_lazy("Ask somebody whose role allows it."), gettext_lazy("Nothing was changed.")
)
EXPIRED = replace(problems.EXPIRED, text=KEPT)
NONE_CHOSEN = Problem(
    gettext_lazy("No snapshot was chosen"),
    advice=gettext_lazy("Tick snapshots in the list, then press the button above it."),
    tone="info",
)
NONE_READ = Problem(gettext_lazy("None of these snapshots can be read"))
NONE_FIT = Problem(gettext_lazy("None of these snapshots can be changed now"), tone="info")
_TOO_MANY = gettext_lazy("Too many snapshots at once")
CHANGE = ChangeTexts(
    refused=Problem(
        gettext_lazy("Not changed: the storage service refused the request"), about=problems.REFUSAL
    ),
    unreachable=Problem(
        gettext_lazy("Not changed: the storage service cannot be reached"),
        KEPT,
        LATER,
        about=problems.NO_WAY,
    ),
    unchanged=Problem(gettext_lazy("Not changed"), KEPT),
    unknown=Problem(
        gettext_lazy("It is not known whether the snapshot was changed"),
        advice=gettext_lazy("Look at the snapshot again before you go on."),
    ),
    stayed=gettext_lazy('"%(name)s" was not changed. %(reason)s'),
    unsure=gettext_lazy(
        'It is not known whether "%(name)s" was changed. Look again in a moment. %(reason)s'
    ),
)


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
