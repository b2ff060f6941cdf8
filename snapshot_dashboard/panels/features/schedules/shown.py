# SPDX-License-Identifier: Apache-2.0
"""What a form shows of a schedule before it is saved: what will exist, and what goes at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from snapshot_dashboard.panels.common.dates import shown
from snapshot_dashboard.panels.common.html import isolated, link
from snapshot_dashboard.panels.common.links import page
from snapshot_dashboard.panels.common.numbers import figure
from snapshot_dashboard.panels.common.quota import QuotaText
from snapshot_dashboard.panels.common.quota_of_several import quota_texts
from snapshot_dashboard.panels.features.schedules import words
from snapshot_dashboard.panels.features.schedules.picture import Picture, picture
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.schedules import forecast, runs
from snapshot_dashboard.rules.schedules.preview import preview
from snapshot_dashboard.rules.schedules.schedule import Schedule
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

_NEXT = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """The preview of one form.

    ``deleted`` are the snapshots that go at the next run, ``next`` the moments of the next ones.
    """

    when: str
    retention: str
    options: tuple[str, ...]
    next: tuple[str, ...]
    deleted: tuple[SafeString, ...]
    picture: Picture
    until: str
    most: str
    quota: tuple[QuotaText, ...]
    shortened: bool
    # Whether all was read that it has taken, so that what goes at once is known.
    complete: bool


def forecast_of(
    request: HttpRequest,
    schedules: Mapping[str, Schedule],
    volumes: Sequence[Volume],
    found: tuple[Mapping[str, Sequence[Snapshot]], bool],
    limits: Mapping[str, Limit] | None,
    now: datetime,
) -> Shown:
    """Return what the schedules of these volumes do, which differ in their ids only.

    The first volume stands for all in the picture; what goes at once is told of each.
    """
    first = volumes[0]
    schedule = replace(schedules[first.id], paused=False)
    until, shortened = forecast.horizon(schedule, now)
    taken, complete = found
    looked = preview(
        schedule,
        {first.id: first.size},
        forecast.alone(taken.get(first.id, ())),
        now,
        until,
        project_id=first.project_id or "",
    )
    most = max(looked.peak, forecast.most(schedule))
    return Shown(
        when=words.rhythm(schedule, now),
        retention=words.retention(schedule),
        options=tuple(words.options(schedule)),
        next=tuple(words.moment(schedule, each.slot.at) for each in looked.steps[:_NEXT]),
        deleted=tuple(_deleted(request, schedules, taken, now)),
        picture=picture(schedule, looked, now, until),
        until=words.day(schedule, until),
        most=_most(most, volumes),
        quota=_quota(most, volumes, taken, limits),
        shortened=shortened,
        complete=complete,
    )


def _deleted(
    request: HttpRequest,
    schedules: Mapping[str, Schedule],
    taken: Mapping[str, Sequence[Snapshot]],
    now: datetime,
) -> list[SafeString]:
    """Return what goes at the next run, named, whatever of it is needed by a volume."""
    together: dict[Schedule, list[Snapshot]] = {}
    for volume_id, found in taken.items():
        together.setdefault(schedules[volume_id], []).extend(found)
    gone: list[Snapshot] = []
    for schedule, found in together.items():
        gone += runs.plan(schedule, runs.runs(schedule, found), now).delete
    return [_named(request, each) for each in gone]


def _named(request: HttpRequest, snapshot: Snapshot) -> SafeString:
    url = page("horizon:project:snapshots:detail", snapshot.id)
    created = shown(request, snapshot.created_at)
    return link(url, isolated(f"{snapshot.label} ({created})"))


def _most(count: int, volumes: Sequence[Volume]) -> str:
    """Return how many there are at the same time at most, and their sizes together."""
    everything = count * len(volumes)
    text = ngettext(
        "At most %(count)s snapshot at the same time.",
        "At most %(count)s snapshots at the same time.",
        everything,
    )
    said = text % {"count": figure(everything)}
    sizes = [each.size for each in volumes]
    if None in sizes:
        return said
    gib = count * sum(each or 0 for each in sizes)
    more = _("Their volumes have %(gib)s GiB together, which is what counts against the quota.")
    return f"{said} {more % {'gib': figure(gib)}}"


def _quota(
    most: int,
    volumes: Sequence[Volume],
    taken: Mapping[str, Sequence[Snapshot]],
    limits: Mapping[str, Limit] | None,
) -> tuple[QuotaText, ...]:
    """Return the quota with the most that there are, beyond what is counted already.

    The price is that of all that there are then.
    """
    chosen, everything = [], []
    for each in volumes:
        part = (each.size, each.type_name)
        chosen += [part] * max(most - len(taken.get(each.id, ())), 0)
        everything += [part] * most
    return quota_texts(limits, chosen, everything)
