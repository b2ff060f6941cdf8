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
from snapshot_dashboard.panels.common.problems import Problem

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


def found(way: SafeString) -> Problem:
    """Return what to say of a form that has arrived, though its answer was lost."""
    text = _("What became of each snapshot is shown there.")
    return Problem(_("The form has arrived"), text, tone="info", links=(way,))


def unread(error: CloudError) -> Problem:
    """Return what to say when the instance cannot be read."""
    return problems.reading(error, problems.INSTANCE_GONE)


def button(count: int, *, force: bool) -> dict[str, str]:
    """Return class, label and title of the one button, forced or not."""
    plain = ngettext("Create %(count)d Snapshot", "Create %(count)d Snapshots", count)
    forced = ngettext(
        "Create %(count)d Snapshot (Force)", "Create %(count)d Snapshots (Force)", count
    )
    title = _("Creates the snapshots although volumes are attached.")
    counted = {"count": count}
    return ButtonTexts(plain % counted, forced % counted, title).shown(force=force)
