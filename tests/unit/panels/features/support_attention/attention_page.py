# SPDX-License-Identifier: Apache-2.0
"""Helpers: the cloud behind Needs Attention, and the page's row of one snapshot."""

from datetime import datetime, timedelta, timezone
from typing import Any

from snapshot_dashboard.rules.attention import VOLUMES_FAILED, VOLUMES_LASTING
from tests.unit.cloud.wire import Wire, snapshot_json, volume_json
from tests.unit.panels.person import Answer

PAGE = "/admin/snapshots/attention/"
NOW = datetime(2026, 11, 22, 18, 52, tzinfo=timezone.utc)
HOST = "cinder@ssd"
THREE_HOURS = 3 * 3600 + 12 * 60


def be_quiet(wire: Wire) -> None:
    """Let the service be up, and nothing need attention."""
    wire.says("GET", "/snapshots/detail", {"snapshots": [], "count": 0})
    volume = volume_json("v1", **{"os-vol-host-attr:host": f"{HOST}#p1"})
    wire.says("GET", "/volumes/detail", {"volumes": [volume]})
    holds_volumes(wire)
    wire.says("GET", "/messages", {"messages": []})
    service(wire)


def service(wire: Wire, state: str = "up", **more: Any) -> None:
    """Let the storage service be in a state."""
    said = {"binary": "cinder-volume", "host": HOST, "state": state, "status": "enabled"}
    said |= {"updated_at": "2026-11-22T15:52:00.000000"} | more
    wire.says("GET", "/os-services", {"services": [said]})


def aged(snapshot_id: str, status: str, seconds: float, **more: Any) -> dict[str, Any]:
    """Return a snapshot that has had a status for so long."""
    begun = (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")
    times = {"created_at": begun, "updated_at": None if status == "creating" else begun}
    return snapshot_json(snapshot_id, status=status, **(times | more))


def holds(wire: Wire, status: str, *found: dict[str, Any], count: int | None = None) -> None:
    """Let the cloud have snapshots of a status."""
    said = {"snapshots": list(found), "count": len(found) if count is None else count}
    wire.says("GET", f"/snapshots/detail?status={status}", said)


def aged_volume(volume_id: str, status: str, seconds: float, **more: Any) -> dict[str, Any]:
    """Return a volume that has had a status for so long."""
    begun = (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%f")
    host = {"os-vol-host-attr:host": f"{HOST}#p1"}
    return volume_json(volume_id, **({"status": status, "updated_at": begun} | host | more))


def holds_volumes(wire: Wire, *found: dict[str, Any], count: int | None = None) -> None:
    """Let the cloud have volumes that have failed, and volumes that are busy."""
    for statuses in (VOLUMES_FAILED, VOLUMES_LASTING):
        those = [each for each in found if each["status"] in statuses]
        said = {"volumes": those, "count": len(those) if count is None else count}
        wanted = ",".join(f"'{each}'" for each in statuses)
        wire.says("GET", f"/volumes/detail?status=[{wanted}]", said)


def message(snapshot_id: str, detail: str, text: str) -> dict[str, Any]:
    """Return one of Cinder's messages."""
    said = {"id": "m1", "resource_uuid": snapshot_id, "event_id": f"VOLUME_SNAPSHOT_009_{detail}"}
    said |= {"user_message": text, "created_at": "2026-11-22T15:00:00.000000"}
    return said | {"request_id": "req-of-the-message"}


def titles(page: Answer) -> list[str]:
    """Return the titles of the lists."""
    return [" ".join(each.text_content().split()) for each in page.all("//section/h2")]


def cells(page: Answer, snapshot_id: str = "s1") -> list[str]:
    """Return what the cells of a row say, the folded ticket left out."""
    found = []
    for cell in page.one(f"//tr[@data-object-id='{snapshot_id}']"):
        said = cell.xpath(".//text()[not(ancestor::details)]")
        found.append(" ".join("".join(said).split()))
    return found


def told(page: Answer, snapshot_id: str = "s1") -> tuple[str, str]:
    """Return the reason and the next step of a row, the reason empty where there is none."""
    found = page.all(f"//tr[@data-object-id='{snapshot_id}']/td[6]/p")
    said = [" ".join(each.text_content().split()) for each in found]
    return (said[0] if len(said) > 1 else "", said[-1])


def let(wire: Wire, state: str) -> None:
    """Let the service be up, down, disabled, not in the list, or not to be read."""
    if state == "forbidden":
        wire.fails("GET", "/os-services", 403)
    elif state == "unknown":
        service(wire, host="another@backend")
    elif state == "disabled":
        service(wire, status="disabled")
    else:
        service(wire, state)
