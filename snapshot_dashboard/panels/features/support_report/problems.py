# SPDX-License-Identifier: Apache-2.0
"""Texts about a report that is missing or incomplete."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from snapshot_dashboard.cloud.errors import RequestFailed, SessionExpired
from snapshot_dashboard.cloud.snapshot_scan import TimeIsUp
from snapshot_dashboard.panels.common.problems import Problem, because

BEING_MADE = Problem(
    _("This report is being made right now"),
    advice=_("Look again in a moment."),
    tone="info",
)
_INCOMPLETE = _("This report is incomplete")
_EXPIRED = Problem(
    _INCOMPLETE,
    _("Your session ended while it was being made."),
    _("Log in again, then make it anew."),
)
_TIME_IS_UP = Problem(
    _INCOMPLETE,
    _("It took longer than a report may take here."),
    _("The operator can allow more time (REPORT_SECONDS)."),
)
_UNREAD = Problem(_INCOMPLETE, advice=_("Make it anew in a moment."))


def broken_off(error: RequestFailed) -> Problem:
    """Return what to say of a report that stopped before its end."""
    if isinstance(error, SessionExpired):
        return _EXPIRED
    if isinstance(error, TimeIsUp):
        return _TIME_IS_UP
    return because(_UNREAD, error)
