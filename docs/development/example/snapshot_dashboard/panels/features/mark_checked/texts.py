# SPDX-License-Identifier: Apache-2.0
"""What the Mark as Checked dialog says when something goes wrong."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.panels.common.problems import NO_WAY, REFUSAL, ROLE, Problem

_NOTHING = _("The snapshot was not marked.")

NOT_MARKED = Problem(_("Not marked"), _NOTHING)
# In the order in which they are tried; the last one fits whatever is left.
REASONS = (
    Problem(_("Not marked: the storage service cannot be reached"), _NOTHING, about=NO_WAY),
    Problem(_("Your role does not allow this"), _NOTHING, about=ROLE),
    Problem(_("Not marked: the storage service refused the request"), about=REFUSAL),
    NOT_MARKED,
)
FOREIGN = Problem(_("This snapshot belongs to another project"), _NOTHING)
LOST = Problem(
    _("It is not known whether the snapshot was marked"),
    advice=_("Open the dialog again: it says whether the snapshot is marked."),
)
EXPIRED = Problem(
    _("You have been logged out"),
    _NOTHING,
    _("Log in in a new tab, then press the button again."),
)
