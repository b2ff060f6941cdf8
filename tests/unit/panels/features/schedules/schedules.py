# SPDX-License-Identifier: Apache-2.0
"""Helpers: volumes with schedules, and the page about them."""

from datetime import datetime, time, timezone
from typing import Any

from snapshot_dashboard.rules.schedules import runs, slots
from snapshot_dashboard.rules.schedules import schedule as rules
from snapshot_dashboard.rules.schedules.schedule import Retention, Rhythm, Schedule
from tests.unit.cloud.wire import PROJECT, Json, Wire, snapshot_json
from tests.unit.panels.person import VOLUMES, Answer

EDIT = f"{VOLUMES}schedule/edit/"
ONE = f"{EDIT}?id=v1"
PAUSE, RESUME, REMOVE = (
    f"{VOLUMES}schedule/{each}/?id=v1" for each in ("pause", "resume", "remove")
)
TAB = f"{VOLUMES}v1/?tab=volume_details__schedule_tab"
ID = "0123456789abcdef"


def schedule(**more: Any) -> Schedule:
    """Return a daily schedule that has begun years ago."""
    said: dict[str, Any] = {
        "id": ID,
        "project": rules.mark_of(PROJECT),
        "rhythm": Rhythm.DAILY,
        "at": time(2, 0),
        "zone": "Europe/Berlin",
        "since": datetime(2020, 1, 1, tzinfo=timezone.utc),
        "retention": Retention(last=7),
    }
    return Schedule(**(said | more))


def entries(**more: Any) -> dict[str, str]:
    """Return the metadata of a volume with such a schedule."""
    return rules.write(schedule(**more))


def there_is(
    wire: Wire, volume_id: str = "v1", metadata: dict[str, str] | None = None, **more: Any
) -> None:
    """Let a volume exist, and take what is written on it."""
    wire.volume(volume_id, metadata=metadata or {}, **more)
    wire.says("POST", f"/volumes/{volume_id}/metadata", {"metadata": {}})


def taken(there: Schedule, day: str, *volumes: str, **more: Any) -> list[Json]:
    """Return what a daily schedule has taken on a day, of volumes together."""
    slot = slots.named(there, day)
    assert slot is not None
    found = []
    for each in volumes:
        marks = runs.marks(there, slot, each, count=len(volumes), failed=0)
        made: Json = {"created_at": f"{day}T01:00:00.000000", "volume_id": each, **more}
        found.append(snapshot_json(f"s-{each}-{day}", metadata=marks, **made))
    return found


def written(wire: Wire, volume_id: str = "v1") -> list[Json]:
    """Return what was written into the metadata of a volume."""
    sent = wire.sent("POST", f"/volumes/{volume_id}/metadata")
    return [each.json()["metadata"] for each in sent]


def fill(page: Answer, **typed: Any) -> dict[str, Any]:
    """Return what a browser would send of the form as it stands."""
    form = page.one("//form[@id='schedule_form']")
    found = dict(form.form_values())
    return {**found, **{key: value for key, value in typed.items() if value is not None}}
