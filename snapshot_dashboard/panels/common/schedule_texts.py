# SPDX-License-Identifier: Apache-2.0
"""What lists and details of others say of schedules, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from snapshot_dashboard.rules.schedules import state
from snapshot_dashboard.rules.schedules.schedule import SCHEDULE
from snapshot_dashboard.rules.schedules.state import Standing, State
from snapshot_dashboard.rules.volume import Volume

_SHORT: Mapping[Standing, str | Promise] = {
    Standing.NOT_UNDERSTOOD: gettext_lazy("Not understood"),
    Standing.FOREIGN: gettext_lazy("Of another project"),
    Standing.PAUSED: gettext_lazy("Paused"),
    Standing.NO_RUN: gettext_lazy("No run yet"),
    Standing.OVERDUE: gettext_lazy("Run missing"),
    Standing.FAILED: gettext_lazy("Last run failed"),
    Standing.GOOD: gettext_lazy("Yes"),
}
TAKEN = gettext_lazy("By schedule")
DELETES_ITSELF = gettext_lazy(
    "A schedule has taken it. As long as that schedule is there and is run, it deletes this "
    "snapshot by itself when it is not kept any more."
)


def of_volume(volume: Volume, now: datetime) -> State | None:
    """Return how it stands with the schedule of a volume, where its project is."""
    return state.of(volume.metadata, volume.project_id or "", now)


def brief(found: State) -> str | Promise:
    """Return a few words for a list."""
    return _SHORT[found.standing]


def cell(found: State, url: str) -> SafeString:
    """Return what a list says of a schedule, with the way to its tab."""
    icon = "exclamation-triangle" if found.standing.bad else "calendar"
    said = format_html(
        '<span class="sd-note"><span class="fa fa-{}" aria-hidden="true"></span> {}</span>',
        icon,
        brief(found),
    )
    return format_html('<a href="{}">{}</a>', url, said) if url else said


def is_of_a_schedule(metadata: Mapping[str, str]) -> bool:
    """Tell whether a snapshot says that a schedule has taken it."""
    return bool(metadata.get(SCHEDULE))


def of_snapshot(metadata: Mapping[str, str]) -> SafeString | str:
    """Return what a list says of a snapshot that a schedule has taken, nothing of others."""
    if not is_of_a_schedule(metadata):
        return ""
    icon = '<span class="fa fa-calendar" aria-hidden="true"></span>'
    return format_html(f'<span class="sd-note">{icon} {{}}</span>', TAKEN)
