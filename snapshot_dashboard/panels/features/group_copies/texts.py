# SPDX-License-Identifier: Apache-2.0
"""Texts of the dialogs that make a snapshot or a clone of a group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.panels.common.attachment_state import several_texts
from snapshot_dashboard.panels.common.attachment_state.copies import ButtonTexts
from snapshot_dashboard.panels.common.attachment_state.several_texts import Summary
from snapshot_dashboard.panels.common.html import dialog_link, isolated, sentence
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules import sets
from snapshot_dashboard.rules.attachment import Exposure
from snapshot_dashboard.rules.group import blocks_clone

GROUP_GONE = Problem(
    gettext_lazy("This group no longer exists"),
    gettext_lazy("It may have been deleted while this page was open."),
)
NO_SNAPSHOT_OF_NOTHING = Problem(
    gettext_lazy("This group has no volumes"),
    # Stock's.
    gettext_lazy("Snapshots can only be created for Groups that contain volumes."),
    tone="info",
)
NO_CLONE_OF_NOTHING = Problem(
    gettext_lazy("This group has no volumes"),
    gettext_lazy("A group without volumes cannot be cloned."),
    tone="info",
)
# By what is known of the storage: the sentence beside the limits, and the one to tick.
AT_ONCE: dict[str, Promise] = {
    "may": gettext_lazy(
        "Whether the snapshots are taken at the same instant depends on the storage. If a database "
        "or file system spans several volumes, shut off the instance first."
    ),
    "always": gettext_lazy("The snapshots are taken at the same instant."),
    "never": several_texts.NOT_AT_ONCE,
}
ACKNOWLEDGEMENTS: dict[str, Promise] = {
    "may": gettext_lazy(
        "I understand that these snapshots may be corrupted and may not be taken at the same "
        "instant."
    ),
    "always": gettext_lazy("I understand that these snapshots may be corrupted."),
    "never": several_texts.ACKNOWLEDGEMENT,
}
CLONE_ACKNOWLEDGEMENT = gettext_lazy("I understand that the new volumes may be corrupted.")


SNAPSHOT_BUTTON = ButtonTexts(
    gettext_lazy("Create Snapshot"),
    gettext_lazy("Create Snapshot (Force)"),
    gettext_lazy("Creates the snapshots although volumes are attached."),
)
CLONE_BUTTON = ButtonTexts(
    gettext_lazy("Clone Group"),
    gettext_lazy("Clone Group (Force)"),
    gettext_lazy("Clones the group although volumes may be attached."),
)


def subtitle(name: SafeString, count: int) -> SafeString:
    """Return the line below the title: which group it is, and how many volumes it has."""
    text = ngettext("%(group)s - %(count)d volume", "%(group)s - %(count)d volumes", count)
    return sentence(text, group=name, count=count)


def snapshot_summary(exposures: Sequence[Exposure]) -> Summary | None:
    """Return what is above the volumes of a group that is to be snapshotted, None for nothing."""
    blocking = [each for each in exposures if each.blocked]
    if not blocking:
        return several_texts.summary(exposures)
    text = ngettext(
        "%(count)d of these volumes keeps it from being taken. Read below why.",
        "%(count)d of these volumes keep it from being taken. Read below why.",
        len(blocking),
    )
    title = _("No snapshot of this group can be taken now")
    return Summary("neutral", title, text % {"count": len(blocking)}, "")


def clone_summary(exposures: Sequence[Exposure], snapshot_url: str) -> Summary | None:
    """Return what is above the volumes of a group that is to be cloned, None for nothing.

    ``snapshot_url`` leads to Create Snapshot of the group, which is a way round.
    """
    blocking = [each for each in exposures if blocks_clone(each)]
    if blocking:
        title = ngettext(
            "This group cannot be cloned now: %(count)d of its volumes is not Available",
            "This group cannot be cloned now: %(count)d of its volumes are not Available",
            len(blocking),
        )
        risk = _(
            "The storage service may accept the request all the same. It would fail then, and "
            "leave a new group and new volumes in an error state."
        )
        return Summary("neutral", title % {"count": len(blocking)}, risk, _way_round(snapshot_url))
    summary = several_texts.summary(exposures)
    if summary is None:
        return None
    # One that is known to be attached is not Available.
    unknown = sum(each.acknowledgement is not None for each in exposures)
    title = ngettext(
        "%(count)d of these volumes may be attached",
        "%(count)d of these volumes may be attached",
        unknown,
    )
    risk = _("Something may be writing to the volumes. The new volumes may be corrupted.")
    return Summary("warning", title % {"count": unknown}, risk, summary.advice)


def too_many_to_clone() -> Summary:
    """Return why a group is not cloned of which not each volume can be read."""
    title = sentence(
        _("This group cannot be cloned here: it has more than %(most)d volumes"), most=sets.MOST
    )
    risk = _(
        "No more can be checked. If one of them is in use, the new group and its volumes would be "
        "in an error state. Use the command line if you know that none is."
    )
    return Summary("neutral", title, risk, "")


def unchecked(count: int) -> SafeString:
    """Return what to say of volumes of a group that are too many to be read."""
    text = ngettext(
        "%(count)d volume of this group was not checked. It may be attached, or something else "
        "may be done with it.",
        "%(count)d volumes of this group were not checked. They may be attached, or something "
        "else may be done with them.",
        count,
    )
    return sentence(text, count=count)


def _way_round(snapshot_url: str) -> SafeString:
    text = sentence(
        _(
            "Detach the volumes first. Or create a snapshot of the group, and then a new group "
            "from that snapshot, on the Group Snapshots page."
        )
    )
    way = dialog_link(snapshot_url, _("Create Snapshot")) if snapshot_url else ""
    return format_html("{} {}", text, way)


def unnoted(count: int) -> SafeString:
    """Return what to say of snapshots or volumes whose note could not be kept."""
    text = ngettext(
        "What %(count)d of them was taken while could not be written down.",
        "What %(count)d of them were taken while could not be written down.",
        count,
    )
    return sentence(text, count=count)


def worse_meanwhile(names: Iterable[str]) -> SafeString:
    """Return what to say of volumes that were in a worse state right after the request."""
    text = _(
        "Attached or started while the request was sent, so that the copies may be corrupted: "
        "%(volumes)s"
    )
    return sentence(text, volumes=_joined(names))


def unread_meanwhile(names: Iterable[str]) -> SafeString:
    """Return what to say of volumes that could not be read right after the request."""
    text = _(
        "These volumes could not be read again. It is not known whether they were attached while "
        "the request was sent: %(volumes)s"
    )
    return sentence(text, volumes=_joined(names))


def _joined(names: Iterable[str]) -> SafeString:
    return format_html_join(", ", "{}", ((isolated(each),) for each in names))
