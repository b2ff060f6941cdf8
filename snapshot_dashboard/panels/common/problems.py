# SPDX-License-Identifier: Apache-2.0
"""Texts of errors: what happened, whether anything was created, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from snapshot_dashboard.cloud import errors
from snapshot_dashboard.cloud.errors import Cause
from snapshot_dashboard.cloud.idempotency import UnderWay
from snapshot_dashboard.panels.common import causes
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.rules.failure import Failure


@dataclass(frozen=True, slots=True)
class Problem:
    """An error or notice: title, cause, text, advice, the service's reason and request id.

    ``about`` are the causes that the title tells already.
    ``show_oldest`` offers the oldest snapshots, which are the first to delete.
    """

    title: str | Promise
    text: str | Promise = ""
    advice: str | Promise = ""
    reason: str = ""
    request_id: str = ""
    show_oldest: bool = False
    tone: str = "danger"
    # What became of it is still looked for.
    pending: bool = False
    # Ways on from here, each a link.
    links: tuple[SafeString, ...] = ()
    cause: str = ""
    about: frozenset[Cause] = frozenset()


_NOTHING = _("Nothing was created. What you typed is still here.")
_NOTHING_AT_ALL = _("Nothing was created.")
# Texts that are not true where a part was made before the rest failed.
NOTHING_MADE = (_NOTHING, _NOTHING_AT_ALL)

# What a title says with "cannot be reached", "refused the request", and of a role.
NO_WAY = frozenset({Cause.UNREACHABLE})
REFUSAL = frozenset({Cause.BAD_REQUEST, Cause.CONFLICT, Cause.REFUSED})
ROLE = frozenset({Cause.FORBIDDEN})
LIMIT = frozenset({Cause.LIMIT})

_QUOTA = Problem(
    _("Not created: your project has reached a limit"),
    advice=_("Delete snapshots that are no longer needed, or ask for a higher limit."),
    show_oldest=True,
    about=LIMIT,
)
_BACKUP_QUOTA = replace(
    _QUOTA,
    advice=_("Delete backups that are no longer needed, or ask for a higher limit."),
    show_oldest=False,
)
_GROUP_QUOTA = replace(
    _QUOTA,
    advice=_("Delete groups or volumes that are no longer needed, or ask for a higher limit."),
    show_oldest=False,
)
_UNREACHABLE = Problem(
    _("Not created: the storage service cannot be reached"),
    _NOTHING,
    _("Try again in a moment."),
    about=NO_WAY,
)
_NOT_CREATED = Problem(_("Not created"), _NOTHING)
# What is known when the answer is lost, in a dialog that makes one of these.
LOST = {
    "snapshots": Problem(
        _("It is not known yet whether the snapshot was created"),
        advice=_("Look at the Snapshots page before you try again."),
        pending=True,
    ),
    "volumes": Problem(
        _("It is not known yet whether the volume was created"),
        advice=_("Look at the Volumes page before you try again."),
        pending=True,
    ),
    "backups": Problem(
        _("It is not known yet whether the backup was created"),
        advice=_("Look at the Backups page before you try again."),
        pending=True,
    ),
    "images": Problem(
        _("It is not known yet whether the image was created"),
        advice=_("Look at the Images page before you try again."),
        pending=True,
    ),
    "instance_snapshots": Problem(
        _("It is not known yet whether the snapshot was created"),
        advice=_("Look at the Images page before you try again."),
        pending=True,
    ),
    "group_snapshots": Problem(
        _("It is not known yet whether the group snapshot was created"),
        advice=_("Look at the Group Snapshots page before you try again."),
        pending=True,
    ),
    "groups": Problem(
        _("It is not known yet whether the group was created"),
        advice=_("Look at the Groups page before you try again."),
        pending=True,
    ),
}
# For the loser of a double click, and for a form that is sent again a moment later.
_UNDER_WAY = _("The same form was sent a moment ago, and what became of it is not known yet.")


def not_allowed(advice: Promise, text: Promise = _NOTHING_AT_ALL) -> Problem:
    """Return what to say where a role is what is missing."""
    return Problem(_("Your role does not allow this"), text, advice, about=ROLE)


_FORBIDDEN = {
    "snapshots": not_allowed(_("Ask a member of the project who may create snapshots.")),
    "volumes": not_allowed(_("Ask a member of the project who may create volumes.")),
    "backups": not_allowed(_("Ask a member of the project who may create backups.")),
    "images": not_allowed(_("Ask a member of the project who may create images.")),
    "instance_snapshots": not_allowed(
        _("Ask a member of the project who may create images of instances.")
    ),
    "group_snapshots": not_allowed(
        _("Ask a member of the project who may create group snapshots.")
    ),
    "groups": not_allowed(_("Ask a member of the project who may create groups.")),
}
_REFUSED = Problem(_("Not created: the storage service refused the request"), about=REFUSAL)
COMPUTE_REFUSED = Problem(
    _("Not created: the compute service refused the request"), _NOTHING, about=REFUSAL
)
COMPUTE_UNREACHABLE = Problem(
    _("Not created: the compute service cannot be reached"),
    _NOTHING,
    _("Try again in a moment."),
    about=NO_WAY,
)
CHANGED = Problem(
    _("Nothing was created: the situation changed while this form was open"),
    advice=_("Read the warning below, then tick and confirm, or cancel."),
)
CHANGED_AND_BLOCKED = replace(
    CHANGED, advice=_("What you typed is still here. Try again when the text below allows it.")
)
BLOCKED = {
    "snapshots": replace(
        CHANGED_AND_BLOCKED, title=_("Nothing was created: no snapshot can be taken now")
    ),
    "backups": replace(
        CHANGED_AND_BLOCKED,
        title=_("Nothing was created: no backup of this volume can be made now"),
    ),
    "images": replace(
        CHANGED_AND_BLOCKED,
        title=_("Nothing was created: no image of this volume can be made now"),
    ),
    "instance_snapshots": replace(
        CHANGED_AND_BLOCKED, title=_("Nothing was created: no snapshot can be taken now")
    ),
    "group_snapshots": replace(
        CHANGED_AND_BLOCKED, title=_("Nothing was created: no group snapshot can be taken now")
    ),
    "groups": replace(
        CHANGED_AND_BLOCKED, title=_("Nothing was created: this group cannot be cloned now")
    ),
}
OLD_FORM = Problem(
    _("This form was open for a long time"),
    _("Nothing was created. The information below is up to date now."),
    _("Check it and press the button again."),
    tone="info",
)
NOT_SEEN = Problem(
    _("Nothing was created yet: this form has not shown the warning before"),
    advice=_("Read the warning below, then tick and confirm, or cancel."),
    tone="info",
)
EXPIRED = Problem(
    _("You have been logged out"),
    _NOTHING,
    _("Log in in a new tab, then press the button again."),
)
VOLUME_GONE = Problem(
    _("This volume no longer exists"), _("It may have been deleted while this page was open.")
)
INSTANCE_GONE = Problem(
    _("This instance no longer exists"), _("It may have been deleted while this page was open.")
)
# What became of a request whose answer was lost, in a dialog that makes one of these.
FOUND = {
    "snapshots": Problem(_("The snapshot was created"), tone="info"),
    "volumes": Problem(_("The volume was created"), tone="info"),
    "backups": Problem(_("The backup was created"), tone="info"),
    "instance_snapshots": Problem(_("The snapshot was created"), tone="info"),
    "images": Problem(_("The image was created"), tone="info"),
    "group_snapshots": Problem(_("The group snapshot was created"), tone="info"),
    "groups": Problem(_("The group was created"), tone="info"),
}
NOT_FOUND = {
    "snapshots": Problem(
        _("The snapshot was probably not created"),
        _("No snapshot of this form has appeared."),
        _("Press the button to try again."),
    ),
    "volumes": Problem(
        _("The volume was probably not created"),
        _("No volume of this form has appeared."),
        _("Press the button to try again."),
    ),
    "backups": Problem(
        _("The backup was probably not created"),
        _("No backup of this form has appeared."),
        _("Press the button to try again."),
    ),
    "images": Problem(
        _("The image was probably not created"),
        _("No image of this form has appeared."),
        _("Press the button to try again."),
    ),
    "instance_snapshots": Problem(
        _("The image was probably not created"),
        _("No image of this form has appeared."),
        _("Press the button to try again."),
    ),
    "group_snapshots": Problem(
        _("The group snapshot was probably not created"),
        _("No group snapshot of this form has appeared."),
        _("Press the button to try again."),
    ),
    "groups": Problem(
        _("The group was probably not created"),
        _("No group of this form has appeared."),
        _("Press the button to try again."),
    ),
}
UNCHECKED = {
    resource: replace(lost, text=_("It cannot be checked right now."), pending=False)
    for resource, lost in LOST.items()
}
PAUSED = Problem(
    _("Updates are paused because this page was not used for 10 minutes."), tone="info"
)
SNAPSHOT_GONE = Problem(
    _("This snapshot no longer exists"), _("It may have been deleted while this page was open.")
)
UNREADABLE = Problem(_("This cannot be shown right now"))
VOLUMES_UNREADABLE = Problem(_("Volumes cannot be shown right now"))
SNAPSHOTS_UNREADABLE = Problem(_("Snapshots cannot be shown right now"))
# What a filter can be the reason for; and what a link to a page can that is not there any more.
FILTER_REFUSED = Problem(
    _("This cannot be shown: the storage service refused the request"),
    advice=_("Clear the filter and try again."),
    about=frozenset({Cause.BAD_REQUEST, Cause.NOT_FOUND}),
)


# A link to a page that began after a row which is not there any more.
PAGE_GONE = Problem(
    _("This page of the list cannot be shown any more"),
    _("The row from which it began no longer exists."),
    _("Begin again at the first page."),
    tone="info",
)


_ALREADY = {
    "snapshots": (
        _("This snapshot already exists"),
        _('This form has already created "%(name)s". No second one was made.'),
        _("Two snapshots were created"),
    ),
    "volumes": (
        _("This volume already exists"),
        _('This form has already created "%(name)s". No second one was made.'),
        _("Two volumes were created"),
    ),
    "backups": (
        _("This backup already exists"),
        _('This form has already created "%(name)s". No second one was made.'),
        _("Two backups were created"),
    ),
    "images": (
        _("This image already exists"),
        _('This form has already created "%(name)s". No second one was made.'),
        _("Two images were created"),
    ),
    "instance_snapshots": (
        _("This snapshot already exists"),
        _('This form has already created "%(name)s". No second one was made.'),
        _("Two snapshots were created"),
    ),
    "group_snapshots": (
        _("This group snapshot already exists"),
        _('This form has already created "%(name)s". No second one was made.'),
        _("Two group snapshots were created"),
    ),
    "groups": (
        _("This group already exists"),
        _('This form has already created "%(name)s". No second one was made.'),
        _("Two groups were created"),
    ),
}


def creating(error: errors.CloudError, resource: str) -> Problem:
    """Return what to say when making one of ``resource``, such as snapshots, failed."""
    if isinstance(error, UnderWay):
        return under_way(resource)
    if error.uncertain:
        return because(LOST[resource], error)
    limit = {"backups": _BACKUP_QUOTA, "groups": _GROUP_QUOTA}.get(resource, _QUOTA)
    unreachable, refused = _UNREACHABLE, _REFUSED
    if resource == "instance_snapshots":
        unreachable, refused = COMPUTE_UNREACHABLE, COMPUTE_REFUSED
    return telling(error, unreachable, limit, _FORBIDDEN[resource], refused, _NOT_CREATED)


def under_way(resource: str) -> Problem:
    """Return what to say of a form that was sent before, as long as nothing is known of it."""
    return replace(LOST[resource], text=_UNDER_WAY)


def already_made(resource: str, names: Sequence[str], links: tuple[SafeString, ...]) -> Problem:
    """Return what to say of a form that has made its object before, or, by mischance, two."""
    title, text, two = _ALREADY[resource]
    if len(names) < 2:
        made = sentence(text, name=isolated(names[0]))
        return Problem(title, made, tone="info", links=links)
    both = _('"%(a)s" and "%(b)s" were requested by the same form. You can delete one of them.')
    return Problem(two, sentence(both, a=isolated(names[0]), b=isolated(names[1])), links=links)


def unsent(error: errors.CloudError, resource: str) -> Problem:
    """Return what to say when a form could not be acted on: its object cannot be read."""
    return telling(error, _UNREACHABLE, _FORBIDDEN[resource], _NOT_CREATED)


def reading(error: errors.CloudError, gone: Problem) -> Problem:
    """Return what to say when the object of a dialog cannot be read."""
    if isinstance(error, errors.NotFound):
        return gone
    return because(UNREADABLE, error)


def listing(error: errors.CloudError, unreadable: Problem, *, paged: bool = False) -> Problem:
    """Return what to say when a list cannot be read; a filter may be what is refused.

    ``paged``: it was to begin at a row, which is what the service did not find.
    """
    if paged and isinstance(error, errors.NotFound):
        return PAGE_GONE
    return telling(error, FILTER_REFUSED, unreadable)


def left_out(count: int) -> Problem:
    """Return what to say of entries of a list that have no id: they lead nowhere."""
    title = ngettext(
        "%(count)d entry of this list cannot be shown",
        "%(count)d entries of this list cannot be shown",
        count,
    )
    text = _("The storage service gave no ID for it, or it cannot be read.")
    return Problem(title % {"count": count}, text, tone="info")


def telling(error: errors.CloudError, *problems: Problem) -> Problem:
    """Return the first of these that is about an error's cause, the last where none is."""
    fitting = (each for each in problems if error.cause in each.about)
    return because(next(fitting, problems[-1]), error)


def because(problem: Problem, error: errors.RequestFailed) -> Problem:
    """Add why, what to do about it, what the service said of it, and under which request id."""
    return with_failure(problem, error.failure)


def with_failure(problem: Problem, failure: Failure) -> Problem:
    """Add the same of what is remembered of an error."""
    return replace(
        problem,
        cause="" if failure.cause in problem.about else causes.cause(failure),
        advice=problem.advice or causes.advice(failure),
        reason=failure.reason,
        request_id=failure.request_id,
    )
