# SPDX-License-Identifier: Apache-2.0
"""Texts of the dialog that creates a set of snapshots."""

from __future__ import annotations

from dataclasses import replace

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.panels.common import problems
from snapshot_dashboard.panels.common.attachment_state.copies import ButtonTexts
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules import sets

LOST = Problem(
    gettext_lazy("It is not known yet which snapshots were created"),
    advice=gettext_lazy("Pressing the button again makes only the missing ones."),
    pending=True,
)
NOT_FOUND = Problem(
    gettext_lazy("Probably no snapshot was created"),
    gettext_lazy("Nothing is known of an earlier attempt."),
    gettext_lazy("Press the button to try again."),
)
UNCHECKED = replace(LOST, text=gettext_lazy("It cannot be checked right now."), pending=False)
NO_SET = Problem(
    gettext_lazy("There are no snapshots of this set"),
    gettext_lazy("They may have been deleted, or the address is wrong."),
)
NONE_CHOSEN = Problem(
    gettext_lazy("No volume was chosen"),
    advice=gettext_lazy("Tick the volumes on the Volumes page first."),
    tone="info",
)
INSTANCE_GONE = Problem(
    gettext_lazy("This instance no longer exists"),
    gettext_lazy("It may have been deleted while this page was open."),
)


def too_many() -> Problem:
    """Return what to say when more volumes are chosen than can be done at once."""
    text = ngettext(
        "At most %(count)d volume can be chosen at a time.",
        "At most %(count)d volumes can be chosen at a time.",
        sets.MOST,
    )
    return Problem(
        gettext_lazy("Too many volumes"),
        text % {"count": sets.MOST},
        gettext_lazy("Choose fewer, and repeat this for the others."),
        tone="info",
    )


def without_volumes(name: str) -> Problem:
    """Return what to say of an instance that has no volumes."""
    title = sentence(_("%(instance)s has no volumes"), instance=isolated(name))
    return Problem(title, tone="info")


def found(way: SafeString) -> Problem:
    """Return what to say of a form that has arrived, though its answer was lost."""
    text = _("What became of each snapshot is shown there.")
    return Problem(_("The form has arrived"), text, tone="info", links=(way,))


def unread(error: CloudError) -> Problem:
    """Return what to say when the instance cannot be read."""
    return problems.reading(error, INSTANCE_GONE)


def button(count: int, *, force: bool) -> dict[str, str]:
    """Return class, label and title of the one button, forced or not."""
    plain = ngettext("Create %(count)d Snapshot", "Create %(count)d Snapshots", count)
    forced = ngettext(
        "Create %(count)d Snapshot (Force)", "Create %(count)d Snapshots (Force)", count
    )
    title = _("Creates the snapshots although volumes are attached.")
    counted = {"count": count}
    return ButtonTexts(plain % counted, forced % counted, title).shown(force=force)
