# SPDX-License-Identifier: Apache-2.0
"""The tab Schedule of a volume: what it says, who runs it, its last run, and what it has taken."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from horizon import tabs
from openstack_dashboard import policy

from snapshot_dashboard import settings
from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import connect
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.panels.common.causes import message
from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import instance_link, isolated, link, short
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.statuses import status_word
from snapshot_dashboard.panels.features.schedules import running, standing, words
from snapshot_dashboard.panels.features.schedules.actions import RULES, offered
from snapshot_dashboard.panels.features.schedules.reading import taken_of
from snapshot_dashboard.rules.schedules import slots, state
from snapshot_dashboard.rules.schedules.schedule import Schedule, has
from snapshot_dashboard.rules.schedules.state import State
from snapshot_dashboard.rules.volume import Volume

# As many of what it has taken are listed.
_LISTED = 50


class ScheduleTab(tabs.Tab):
    """The tab on a volume's details; what it has taken is read when it is opened."""

    name = gettext_lazy("Schedule")
    slug = "schedule_tab"
    template_name = "snapshot_dashboard/schedules/_tab.html"
    preload = False

    def allowed(self, request: HttpRequest) -> bool:
        """Show it unless the operator hides schedules; one that exists is told all the same."""
        return offered() or has(self.volume().metadata)

    def volume(self) -> Volume:
        """Return the volume whose details these are."""
        found: Volume = self.tab_group.kwargs["volume"].volume
        return found

    def get_context_data(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        """Write it down."""
        volume, connection = self.volume(), connect(request)
        found = state.of(volume.metadata, connection.project_id, connection.now())
        may = policy.check(RULES, request)
        query = urlencode({"id": volume.id, "next": request.get_full_path()})
        return {
            "state": found,
            "links": _links(found, query) if may else {},
            "runner": words.runner(),
            **_of_provider(volume),
            "ready": running.texts(request, quiesced=_freezes(found)) if found else [],
            **(_told(request, connection, volume, found) if found else {}),
        }


def _freezes(found: State) -> bool:
    return found.schedule is not None and found.schedule.quiesced


def _of_provider(volume: Volume) -> dict[str, str]:
    """Return what the cloud's own scheduler is told, where there is one."""
    own = settings.schedule_key()
    if own is None:
        return {}
    value = own.of(volume.metadata)
    return {"provider": own.label(value) if value else _("None")}


def _links(found: State | None, query: str) -> dict[str, str]:
    """Return the addresses of what can be done."""
    schedule = found.schedule if found else None
    names = ["schedule"] if offered() or found else []
    names += ["schedule_remove"] if found else []
    names += [f"schedule_{'resume' if schedule.paused else 'pause'}"] if schedule else []
    return {each: f"{page(f'horizon:project:volumes:{each}')}?{query}" for each in names}


def _told(
    request: HttpRequest, connection: Connection, volume: Volume, found: State
) -> dict[str, Any]:
    now = connection.now()
    told: dict[str, Any] = {
        "notice": standing.notice(found),
        "last": standing.last_run(request, found.last) if found.last else (),
    }
    if found.schedule is None:
        return told
    schedule = found.schedule
    told.update(
        when=words.rhythm(schedule, now),
        retention=words.retention(schedule),
        options=words.options(schedule),
        kept_all_the_same=words.KEPT_ALL_THE_SAME,
        next_run=""
        if schedule.paused
        else words.moment(schedule, slots.following(schedule, now).at),
        instance=_instance(schedule),
        **_taken(request, connection, volume, schedule),
    )
    return told


def _instance(schedule: Schedule) -> SafeString | str:
    instance_id = schedule.instance_id
    return instance_link(instance_id, short(instance_id)) if instance_id else ""


def _taken(
    request: HttpRequest, connection: Connection, volume: Volume, schedule: Schedule
) -> dict[str, Any]:
    """Return what it has taken of this volume, with one call."""
    try:
        found = connection.fetch(lambda: taken_of(connection, schedule, volume.id))
    except CloudError as error:
        return {"unread": message(error.failure)}
    details = "horizon:project:snapshots:detail"
    lines = [
        format_html(
            "{} - {} - {}",
            link(page(details, each.id), isolated(each.label)),
            status_word(each.status),
            shown(request, each.created_at),
        )
        for each in found[:_LISTED]
    ]
    more = len(found) - len(lines)
    return {"taken": lines, "more": _("%(count)d more") % {"count": more} if more else ""}
