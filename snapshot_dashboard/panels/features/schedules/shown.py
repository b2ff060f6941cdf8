# SPDX-License-Identifier: Apache-2.0
"""What a form shows of a schedule before it is saved: what will exist, and what goes at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from snapshot_dashboard.panels.features.schedules.reading import Taken
from snapshot_dashboard.rules import keep_until
from snapshot_dashboard.rules.quota import Limit
from snapshot_dashboard.rules.schedules import forecast, runs
from snapshot_dashboard.rules.schedules.preview import Preview, Step, preview
from snapshot_dashboard.rules.schedules.runs import Kept, Plan
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
    # What stays although nobody may expect it, in sentences.
    staying: tuple[str, ...]
    picture: Picture
    until: str
    most: str
    # What there is beside these of volumes that are not attached any more.
    detached: str
    quota: tuple[QuotaText, ...]
    shortened: bool
    # Whether all was read that it has taken, so that what goes at once is known.
    complete: bool


def forecast_of(
    request: HttpRequest,
    schedules: Mapping[str, Schedule],
    volumes: Sequence[Volume],
    found: Taken,
    limits: Mapping[str, Limit] | None,
    now: datetime,
) -> Shown:
    """Return what the schedules of these volumes do, which differ in their ids only.

    The first volume stands for all in the picture; what goes at once is told of each.
    """
    first = volumes[0]
    schedule = replace(schedules[first.id], paused=False)
    until, shortened = forecast.horizon(schedule, now)
    plans = _plans(schedules, found.by_volume, now)
    gone = [each for plan in plans for each in plan.delete]
    staying = _staying(plans)
    detached = [each for each in staying if each.volume_id not in schedules]
    # The last one of each is enough, and not too many to go through.
    last = {each.volume_id: each for each in detached if each.usable}
    seen = [*found.by_volume.get(first.id, ()), *last.values()]
    looked = _looked(schedule, first, seen, now, until)
    most = max(looked.peak, forecast.most(schedule))
    return Shown(
        when=words.rhythm(schedule, now),
        retention=words.retention(schedule),
        options=tuple(words.options(schedule)),
        next=tuple(words.moment(schedule, each.slot.at) for each in looked.steps[:_NEXT]),
        deleted=tuple(_named(request, each) for each in gone),
        staying=(*_undated(schedule, staying), *_ahead(plans)),
        picture=picture(schedule, looked, now, until),
        until=words.day(schedule, until),
        most=_most(most, volumes),
        detached=_of_detached(len(detached)),
        quota=_quota(most, volumes, found.by_volume, detached, limits),
        shortened=shortened,
        complete=found.complete,
    )


def _plans(
    schedules: Mapping[str, Schedule], taken: Mapping[str, Sequence[Snapshot]], now: datetime
) -> list[Plan]:
    """Return what happens at the next run, whatever of it is needed by a volume.

    What a volume has that is not among these is of the schedule of the instance, like the others.
    """
    shared = next(iter(schedules.values()))
    together: dict[Schedule, list[Snapshot]] = {}
    for volume_id, found in taken.items():
        together.setdefault(schedules.get(volume_id, shared), []).extend(found)
    return [runs.plan(each, runs.runs(each, found), now) for each, found in together.items()]


def _staying(plans: Sequence[Plan]) -> list[Snapshot]:
    """Return what of theirs is kept by the next run, the oldest first."""
    gone = {each.id for plan in plans for each in plan.delete}
    kept = (run for plan in plans for run, why in plan.keep if why is not Kept.AHEAD)
    return [each for run in kept for each in run.snapshots if each.id not in gone]


def _ahead(plans: Sequence[Plan]) -> Iterator[str]:
    """Yield that some were taken by a clock that was ahead."""
    runs_ahead = (run for plan in plans for run, why in plan.keep if why is Kept.AHEAD)
    count = sum(len(run.snapshots) for run in runs_ahead)
    if count:
        text = ngettext(
            "%(count)s snapshot was taken by a clock that was ahead: its time is still to come. "
            "Until then it stays, and does not count among those that are kept.",
            "%(count)s snapshots were taken by a clock that was ahead: their time is still to "
            "come. Until then they stay, and do not count among those that are kept.",
            count,
        )
        yield text % {"count": figure(count)}


def _undated(schedule: Schedule, staying: Sequence[Snapshot]) -> Iterator[str]:
    """Yield that some have no day where each is to have one: they were taken before."""
    dated = (keep_until.of(each.metadata) for each in staying if each.usable)
    count = sum(day is None for day in dated) if schedule.retention.days else 0
    if count:
        text = ngettext(
            "%(count)s snapshot that it has taken has no day until which it is kept. It stays "
            "until somebody deletes it, or gives it a day (Keep Until).",
            "%(count)s snapshots that it has taken have no day until which they are kept. They "
            "stay until somebody deletes them, or gives them a day (Keep Until).",
            count,
        )
        yield text % {"count": figure(count)}


def _looked(
    schedule: Schedule,
    volume: Volume,
    found: Sequence[Snapshot],
    now: datetime,
    until: datetime,
) -> Preview:
    """Return the preview of one volume; what is there of another one can keep a run."""
    sizes, known = {volume.id: volume.size}, forecast.alone(found)
    project_id = volume.project_id or ""
    looked = preview(schedule, sizes, known, now, until, project_id=project_id)
    return replace(looked, steps=tuple(_of(each, volume.id) for each in looked.steps))


def _of(step: Step, volume_id: str) -> Step:
    """Return the part of a step that is about one volume."""
    kept = [
        replace(run, snapshots=tuple(each for each in run.snapshots if each.volume_id == volume_id))
        for run in step.runs
    ]
    rest = tuple(each for each in kept if each.snapshots)
    deleted = tuple(each for each in step.deleted if each.volume_id == volume_id)
    count = len(deleted) + sum(len(each.snapshots) for each in rest)
    return Step(step.slot, deleted, rest, count)


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


def _of_detached(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "Beside these there is %(count)s snapshot of a volume that the instance has no longer.",
        "Beside these there are %(count)s snapshots of volumes that the instance has no longer.",
        count,
    )
    return text % {"count": figure(count)}


def _quota(
    most: int,
    volumes: Sequence[Volume],
    taken: Mapping[str, Sequence[Snapshot]],
    detached: Sequence[Snapshot],
    limits: Mapping[str, Limit] | None,
) -> tuple[QuotaText, ...]:
    """Return the quota with the most that there are, beyond what is counted already.

    The price is that of all that there are then.
    """
    chosen: list[tuple[int | None, str | None]] = []
    everything: list[tuple[int | None, str | None]] = [(each.size, None) for each in detached]
    for each in volumes:
        part = (each.size, each.type_name)
        chosen += [part] * max(most - len(taken.get(each.id, ())), 0)
        everything += [part] * most
    return quota_texts(limits, chosen, everything)
