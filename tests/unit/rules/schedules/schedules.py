# SPDX-License-Identifier: Apache-2.0
"""Schedules and what they have taken, made and generated."""

from datetime import datetime, time, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from snapshot_dashboard.rules.schedules import runs, slots
from snapshot_dashboard.rules.schedules.schedule import (
    HOURS,
    Retention,
    Rhythm,
    Schedule,
    mark_of,
)
from snapshot_dashboard.rules.schedules.slots import Slot
from snapshot_dashboard.rules.snapshot import Snapshot

PROJECT = "5c1f0f8a2a3f4f6bb5e6f6d0f2b3c4d5"
VOLUME = "11111111-2222-4333-8444-555555555555"
SINCE = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")

RETENTIONS = st.one_of(
    st.builds(Retention, last=st.integers(1, 9), weeks=st.integers(0, 6), months=st.integers(0, 6)),
    st.builds(Retention, days=st.integers(1, 40)),
)


def schedule(**other: Any) -> Schedule:
    """Return a daily schedule, or another one."""
    usual: dict[str, Any] = {
        "id": "0123456789abcdef",
        "project": mark_of(PROJECT),
        "rhythm": Rhythm.DAILY,
        "at": time(2, 30),
        "zone": "Europe/Berlin",
        "since": SINCE,
        "retention": Retention(last=3, weeks=2, months=2),
    }
    return Schedule(**usual | other)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Generate any schedule that can be saved."""
    rhythm = draw(st.sampled_from(Rhythm))
    return schedule(
        rhythm=rhythm,
        at=time(draw(st.integers(0, 23)), draw(st.integers(0, 59))),
        zone=draw(st.sampled_from(ZONES)),
        since=SINCE + timedelta(hours=draw(st.integers(0, 24 * 300))),
        retention=draw(RETENTIONS),
        hours=draw(st.sampled_from(HOURS)) if rhythm is Rhythm.HOURS else 0,
        weekday=draw(st.integers(0, 6)) if rhythm is Rhythm.WEEKLY else 0,
        instance_id=draw(st.sampled_from(("", "6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11"))),
        attached=draw(st.booleans()),
        quiesced=draw(st.booleans()),
        paused=draw(st.booleans()),
    )


def following(of: Schedule, count: int, start: datetime | None = None) -> list[Slot]:
    """Return the next slots of a schedule."""
    found = [slots.following(of, start or of.since)]
    while len(found) < count:
        found.append(slots.following(of, found[-1].at))
    return found


def taken(of: Schedule, slot: Slot, volume_id: str = VOLUME, **other: Any) -> Snapshot:
    """Return a snapshot of a schedule's own; ``more`` are other entries of its metadata."""
    count, failed = other.pop("count", 1), other.pop("failed", 0)
    more = other.pop("more", {})
    usual: dict[str, Any] = {
        "id": f"{slot.id}/{volume_id[:1]}/{failed}",
        "name": "",
        "size": 1,
        "status": "available",
        "volume_id": volume_id,
        "project_id": PROJECT,
        "created_at": slot.at,
        "metadata": runs.marks(of, slot, volume_id, count=count, failed=failed) | more,
    }
    return Snapshot(**usual | other)
