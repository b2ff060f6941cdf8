# SPDX-License-Identifier: Apache-2.0
"""Texts of Clean Up: reasons, progress, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.cloud.clean_up import Inventory, Part
from snapshot_dashboard.cloud.errors import RequestFailed, SessionExpired
from snapshot_dashboard.panels.common import causes
from snapshot_dashboard.panels.common.html import sentence
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.problems import Problem, because
from snapshot_dashboard.rules.clean_up import Reason, Wanted

BEGUN = gettext_lazy("Reading snapshots.")
_READ: Mapping[Part, str | Promise] = {
    Part.SNAPSHOTS: gettext_lazy("Snapshots read: %(count)s."),
    Part.INSTANCES: gettext_lazy("Instances read: %(count)s."),
    Part.VOLUMES: gettext_lazy("Volumes looked at: %(count)s."),
}
_TITLES: Mapping[Reason, str | Promise] = {
    Reason.PAST: gettext_lazy("Past the day until which they were to be kept"),
    Reason.FAILED: gettext_lazy("Failed"),
    Reason.LEFT_BEHIND: gettext_lazy("Left by something that was not finished"),
    Reason.INSTANCES_GONE: gettext_lazy(
        "Of instances that no longer exist, or that you cannot see"
    ),
    Reason.BIG: gettext_lazy("The biggest"),
}
_HELP: Mapping[Reason, str | Promise] = {
    Reason.FAILED: gettext_lazy(
        "No volume can be made from them, and they count against the limits all the same."
    ),
    Reason.LEFT_BEHIND: gettext_lazy(
        "A set of which others are missing, or what a check of this cloud has left behind."
    ),
    Reason.INSTANCES_GONE: gettext_lazy(
        "They may be all that is left of the data of these instances."
    ),
}
_INCOMPLETE = Problem(
    gettext_lazy("Not every snapshot could be read"),
    gettext_lazy("What is missing is not listed below."),
)
_EXPIRED = Problem(
    gettext_lazy("Your session ended before every snapshot was read"),
    advice=gettext_lazy("Log in again, then look once more."),
)


def read(part: Part, count: int) -> str:
    """Return how far it is."""
    return str(_READ[part]) % {"count": figure(count)}


def counted(inventory: Inventory) -> str:
    """Return how many snapshots of another project one was told: perhaps not all there are."""
    count = figure(len(inventory.snapshots))
    return _("Snapshots of this project that your role may see: %(count)s.") % {"count": count}


def without_limits(error: RequestFailed) -> SafeString:
    """Return why it is not told how much is left of the project's limits."""
    text = _("The limits of the project cannot be read. %(reason)s")
    return sentence(text, reason=causes.message(error.failure))


def broken_off(error: RequestFailed) -> Problem:
    """Return what to say where the snapshots were not all read."""
    return _EXPIRED if isinstance(error, SessionExpired) else because(_INCOMPLETE, error)


def left_for_later(now: int, later: int) -> str:
    """Return what to say where more were ticked than the dialog takes."""
    text = ngettext(
        "More were ticked than can be deleted at once. The dialog is about the first %(now)d. The "
        "%(count)d other stays for now: afterwards it is looked for again.",
        "More were ticked than can be deleted at once. The dialog is about the first %(now)d. The "
        "%(count)d others stay for now: afterwards they are looked for again.",
        later,
    )
    return text % {"now": now, "count": later}


def title(reason: Reason, wanted: Wanted) -> str:
    """Return the head of a list."""
    if reason is Reason.SURPLUS:
        text = ngettext(
            "Older than the newest one of their volume",
            "Older than the newest %(count)d of their volume",
            wanted.newest,
        )
        return text % {"count": wanted.newest} if "%(" in text else text
    if reason is Reason.OLD:
        text = ngettext("Older than %(count)d day", "Older than %(count)d days", wanted.days)
        return text % {"count": wanted.days}
    return str(_TITLES[reason])


def explained(reason: Reason) -> str:
    """Return what there is to think of, an empty text for nothing."""
    return str(_HELP.get(reason, ""))


def unread(inventory: Inventory) -> list[str]:
    """Return what is not known of what is listed."""
    found = []
    if inventory.made is None:
        found.append(_("It could not be read whether volumes were made from these snapshots."))
    if inventory.images is None and inventory.connection.image_url:
        found.append(_("It could not be read whether images are made of these snapshots."))
    elif inventory.images and not inventory.images.complete:
        found.append(_("Only the newest images were looked at."))
    return found
