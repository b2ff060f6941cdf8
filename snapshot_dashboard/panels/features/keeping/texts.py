# SPDX-License-Identifier: Apache-2.0
"""Texts of Hold and Release Hold about snapshots that are not changed."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.panels.common import hold_texts
from snapshot_dashboard.panels.common.change_texts import CHANGE
from snapshot_dashboard.panels.common.problems import Problem
from snapshot_dashboard.rules.holds import Hold

WORDS = CHANGE
CHANGED = Problem(
    gettext_lazy("Nothing was done: the snapshots changed while this form was open"),
    advice=gettext_lazy("Read what is below, then confirm again, or cancel."),
)
NOT_SEEN = replace(
    CHANGED,
    title=gettext_lazy("Nothing was done yet: this form has not shown these snapshots before"),
    tone="info",
)
FOREIGN = Problem(
    gettext_lazy("This snapshot belongs to another project"),
    advice=gettext_lazy("Switch to that project to change it."),
)
NOT_HELD = Problem(gettext_lazy("This snapshot is not on hold"), tone="info")
NO_REASON = gettext_lazy("Say why, in one line that others understand.")


def held_already(hold: Hold, request: HttpRequest) -> Problem:
    """Return what to say of a snapshot that is on hold already."""
    return Problem(
        _("This snapshot is on hold already"),
        format_html("{}.", hold_texts.told(hold, request)),
        _("To note another reason, release the hold first."),
        tone="info",
    )
