# SPDX-License-Identifier: Apache-2.0
"""Texts about the hold of a snapshot: who wrote it, when and why, and how it is taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timezone

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import isolated, sentence
from snapshot_dashboard.rules.holds import HOLD, Hold

# Of a reason or a name in a list.
_IN_A_CELL = 60
_TOLD = gettext_lazy("It was put on hold by %(by)s on %(at)s: %(reason)s")
NOTE_ONLY = gettext_lazy(
    "A hold is a note in the metadata: it stops this dashboard, not the command line and not other "
    "programs."
)
RELEASE_FIRST = gettext_lazy("Release the hold first, if the snapshot may be deleted.")
_BY_OWNER = gettext_lazy(
    'Ask its owner, who finds "Release Hold" in the menu of the snapshot in the list of the '
    "project. From the command line: %(command)s"
)


def told(hold: Hold, request: HttpRequest | None) -> SafeString:
    """Return who put a snapshot on hold, when and why; without a request the time is in UTC."""
    return sentence(_TOLD, **_parts(hold, request, isolated))


def _parts(hold: Hold, request: HttpRequest | None, shape: Callable[[str], str]) -> dict[str, str]:
    return {
        "by": shape(hold.by) if hold.by else _("somebody whose name is not noted"),
        "at": _at(hold, request),
        "reason": shape(hold.reason) if hold.reason else _("no reason is noted"),
    }


def _at(hold: Hold, request: HttpRequest | None) -> str:
    if hold.at is None:
        return _("a date that is not noted")
    if request is None:
        return f"{date_format(hold.at.astimezone(timezone.utc), 'DATETIME_FORMAT')} UTC"
    return shown(request, hold.at)


def for_support(snapshot_id: str) -> SafeString:
    """Return how a hold is taken away, for those who look at the snapshots of others."""
    unset = f"openstack volume snapshot unset --property {HOLD} {snapshot_id}"
    return sentence(_BY_OWNER, command=format_html("<code>{}</code>", unset))


def cell(hold: Hold, request: HttpRequest) -> SafeString:
    """Return what a list says of it: that there is one, why, and by whom."""
    said = (Truncator(each).chars(_IN_A_CELL) for each in (hold.reason, hold.by) if each)
    return format_html(
        '<span class="sd-note" title="{}"><span class="fa fa-lock" aria-hidden="true"></span> {}'
        " <small>{}</small></span>",
        str(_TOLD) % _parts(hold, request, str),
        _("On hold"),
        format_html_join(" - ", "{}", ((isolated(each),) for each in said)),
    )
