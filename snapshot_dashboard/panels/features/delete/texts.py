# SPDX-License-Identifier: Apache-2.0
"""Texts of the deletion dialogs about what was, or may not have been, deleted."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.cloud.errors import CloudError, NotFound
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.html import sentence
from snapshot_dashboard.panels.common.problems import Problem, because, telling

_KEPT = _("Nothing was deleted.")
_UNREACHABLE = Problem(
    _("Not deleted: the storage service cannot be reached"),
    _KEPT,
    _("Try again in a moment."),
    about=problems.NO_WAY,
)
_NOT_DELETED = Problem(_("Not deleted"), _KEPT)
_UNKNOWN = Problem(
    _("It is not known whether the deletion was accepted"),
    advice=_("Look at the status again before you go on."),
)
_REFUSED = Problem(
    _("Not deleted: the storage service refused the request"), about=problems.REFUSAL
)
_FORBIDDEN = problems.not_allowed(_("Ask somebody whose role allows it."), _KEPT)
EXPIRED = replace(problems.EXPIRED, text=_KEPT)
LOST = _UNKNOWN
CHANGED = Problem(
    _("Nothing was deleted: the situation changed while this form was open"),
    advice=_("Read what is below, then confirm again, or cancel."),
)
IN_THE_WAY = replace(CHANGED, advice=_("It cannot be deleted now. The reason is below."))

NOT_SHOWN = _("It could not be deleted when you were asked. Choose it again.")
NONE_LEFT = Problem(_("None of these exists any more"), _KEPT)
NONE_DELETABLE = Problem(_("None of these can be deleted now"), _KEPT, tone="info")

DEPENDED_ON = Problem(
    _("Not deleted: volumes were made from these snapshots"),
    _("The snapshots cannot be deleted while they exist."),
)


@dataclass(frozen=True, slots=True)
class Nouns:
    """The texts that differ between volumes and snapshots."""

    gone: Problem
    foreign: Problem
    # What keeps it when nothing that this person can see does; has a place for its id.
    unseen: str | Promise


VOLUME = Nouns(
    problems.VOLUME_GONE,
    Problem(
        _("This volume belongs to another project"),
        advice=_("Switch to that project to delete it."),
    ),
    _(
        "Nothing that you can see stands in the way: it is probably a snapshot of another "
        "project. Contact support and give this ID: %(id)s"
    ),
)
SNAPSHOT = Nouns(
    problems.SNAPSHOT_GONE,
    Problem(
        _("This snapshot belongs to another project"),
        advice=_("Switch to that project to delete it."),
    ),
    _("Nothing that you can see stands in the way. Contact support and give this ID: %(id)s"),
)


def failed(error: CloudError, nouns: Nouns) -> Problem:
    """Return what to say in the dialog when a deletion met an error."""
    if isinstance(error, NotFound):
        return nouns.gone
    if error.uncertain:
        return because(_UNKNOWN, error)
    return telling(error, _FORBIDDEN, _UNREACHABLE, _REFUSED, _NOT_DELETED)


def too_many(most: int) -> Problem:
    """Return what to say when more are chosen than can be deleted at once."""
    text = gettext("At most %(most)d can be deleted at once.") % {"most": most}
    return Problem(_("Too many were chosen"), text, _("Choose fewer and try again."))


def unsent(error: CloudError) -> Problem:
    """Return what to say when nothing was sent, because the object could not be read."""
    return telling(error, _FORBIDDEN, _UNREACHABLE, _NOT_DELETED)


def refused_unseen(error: CloudError, nouns: Nouns, object_id: str) -> Problem:
    """Return what to say when the service refuses, and no blocker is known."""
    return replace(because(_REFUSED, error), advice=sentence(nouns.unseen, id=object_id))
