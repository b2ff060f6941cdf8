# SPDX-License-Identifier: Apache-2.0
"""The Create Snapshot dialog of an instance in front of faked services."""

from typing import Any

from tests.unit.cloud.test_images import IMAGES, image
from tests.unit.cloud.wire import NOVA, PROJECT, Json, Wire, snapshot_json
from tests.unit.panels.person import Answer, Person

ADDRESS = "/project/images/i1/create/"
ACTION = f"{NOVA}/servers/i1/action"
MISSING = "Tick the box above to create this snapshot, or press Cancel."
NOTE = "snapshot_dashboard:"
NAME = "before <upgrade>"
MADE = "image-9"


def tell(
    wire: Wire, status: str, *, with_volumes: bool, task: str | None = None, **more: Any
) -> None:
    """Let i1 be in a state, with volumes v1 (its system disk where that is one) and v2."""
    origin: Json = {"image": "" if with_volumes else {"id": "base"}}
    for volume_id in ("v1", "v2") if with_volumes else ("v2",):
        held = status == "SHELVED_OFFLOADED"
        found = {"status": "reserved", "attachments": []} if held else {}
        wire.attached(("i1", status), volume_id=volume_id, **found)
    server = origin | {"tenant_id": PROJECT, "OS-EXT-STS:task_state": task}
    wire.instance("i1", status, **(server | more))
    has_volumes(wire, *(("v1", "v2") if with_volumes else ("v2",)))


def has_volumes(wire: Wire, *volume_ids: str, **devices: str | None) -> None:
    """Let Nova say which volumes i1 has; ``devices`` are those of some, by id."""
    address = f"{NOVA}/servers/i1/os-volume_attachments"
    device = {each: f"/dev/{each}" for each in volume_ids} | devices
    found = [{"volumeId": each, "device": device[each]} for each in volume_ids]
    wire.says("GET", address, {"volumeAttachments": found})
    for each in found:
        wire.says("GET", f"{address}/{each['volumeId']}", {"volumeAttachment": each})


def accepting(wire: Wire, *, with_volumes: bool = True) -> None:
    """Let Nova make an image, and a snapshot of each volume, which can be noted."""
    wire.says("POST", ACTION, {"image_id": MADE}, 202)
    wire.says(
        "GET", f"{IMAGES}/{MADE}", image(MADE, *(("s1", "s2") if with_volumes else ()), name=NAME)
    )
    wire.holds("snapshots", snapshot_json("s1"), snapshot_json("s2", volume_id="v2"))
    for each in ("s1", "s2"):
        wire.says("POST", f"/snapshots/{each}/metadata", {"metadata": {}})


def fill(dialog: Answer, **more: str) -> dict[str, Any]:
    """Return what a browser would send from the opened dialog."""
    hidden = {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}
    return {**hidden, "name": NAME, **more}


def tick(dialog: Answer) -> dict[str, str]:
    """Return the box as it is sent when it is ticked, nothing where there is none."""
    found = [each.get("value") for each in dialog.all("//*[@id='id_acknowledged']")]
    return {"acknowledged": found[0]} if found else {}


def send(person: Person, **more: str) -> Answer:
    """Open the dialog, tick what has to be ticked, and send it."""
    dialog = person.get(ADDRESS, dialog=True)
    return person.post(ADDRESS, fill(dialog, **(tick(dialog) | more)), dialog=True)


def asked(wire: Wire) -> list[dict[str, Any]]:
    """Return what Nova was asked for."""
    return [request.json()["createImage"] for request in wire.sent("POST", ACTION)]


def noted(wire: Wire, snapshot_id: str) -> dict[str, str]:
    """Return what was noted on a snapshot, without our prefix."""
    (request,) = wire.sent("POST", f"/snapshots/{snapshot_id}/metadata")
    found: dict[str, str] = request.json()["metadata"]
    return {key.removeprefix(NOTE): value for key, value in found.items()}
