# SPDX-License-Identifier: Apache-2.0
"""Helpers: a group with volumes, and the dialogs that make a snapshot or a clone of it."""

from typing import Any

from tests.unit.cloud.wire import Json, Wire, snapshot_json, volume_json
from tests.unit.panels.person import Answer, Person

CREATE = "/project/volume_groups/g1/create_snapshot/"
CLONE = "/project/volume_groups/g1/clone_group/"
# The same dialogs where an operator has removed Horizon's panel.
OWN_CREATE = "/project/volumes/groups/g1/create_snapshot/"
OWN_CLONE = "/project/volumes/groups/g1/clone/"
TYPED = {"name": "before <audit>", "description": "typed by hand"}
NOTE = "snapshot_dashboard:"
CHANGED = "Nothing was created: the situation changed while this form was open"
NO_TICK = "Tick the box above to create these snapshots, or press Cancel."


def group_json(group_id: str = "g1", *volume_ids: str, **more: Any) -> Json:
    """Return a group of our project as Cinder tells it."""
    said: Json = {"id": group_id, "name": f"name of {group_id}", "status": "available"}
    said |= {"description": None, "group_type": "gt1", "source_group_id": None}
    return said | {"volumes": list(volume_ids)} | more


def there_is_a_group(wire: Wire, *volume_ids: str, **more: Any) -> None:
    """Let a group exist, with detached volumes."""
    wire.says(
        "GET", "/groups/g1?list_volume=true", {"group": group_json("g1", *volume_ids, **more)}
    )
    for each in volume_ids:
        wire.volume(each, group_id="g1")
    wire.says("GET", "/group_snapshots/detail", {"group_snapshots": []})
    wire.says("GET", "/groups/detail", {"groups": []})


def accepting_snapshots(wire: Wire, *volume_ids: str) -> None:
    """Let Cinder take a group snapshot, with a snapshot of each of these volumes."""
    made = {"id": "gs9", "name": "before <audit>", "group_type_id": "gt1"}
    wire.says("POST", "/group_snapshots", {"group_snapshot": made}, 202)
    wire.holds("snapshots", *(member(each) for each in volume_ids))
    for each in volume_ids:
        wire.says("POST", f"/snapshots/s-{each}/metadata", {"metadata": {}})


def member(volume_id: str, **more: Any) -> Json:
    """Return the snapshot of one volume that belongs to the group snapshot."""
    said = {"volume_id": volume_id, "group_snapshot_id": "gs9", "status": "creating"}
    return snapshot_json(f"s-{volume_id}", **(said | more))


def accepting_clones(wire: Wire, *volume_ids: str) -> None:
    """Let Cinder clone the group, with a copy of each of these volumes."""
    wire.says("POST", "/groups/action", {"group": {"id": "g9", "name": "before <audit>"}}, 202)
    copies = [f"c-{each}" for each in volume_ids]
    wire.says("GET", "/groups/g9?list_volume=true", {"group": group_json("g9", *copies)})
    for each, copy in zip(volume_ids, copies, strict=True):
        found = volume_json(copy, status="creating", source_volid=each, group_id="g9")
        wire.says("GET", f"/volumes/{copy}", {"volume": found})
        wire.says("POST", f"/volumes/{copy}/metadata", {"metadata": {}})


def fill(dialog: Answer, *, tick: bool = False, **more: str) -> dict[str, Any]:
    """Return what a browser would send from the opened dialog."""
    hidden = {each.name: each.value for each in dialog.all("//form//input[@type='hidden']")}
    return {**hidden, **TYPED, **more, **({"acknowledged": "set"} if tick else {})}


def send(person: Person, address: str = CREATE, *, tick: bool = False, **more: str) -> Answer:
    """Open the dialog, fill it in, and send it."""
    form = fill(person.get(address, dialog=True), tick=tick, **more)
    return person.post(address, form, dialog=True)


def asked(wire: Wire, path: str = "/group_snapshots") -> list[Any]:
    """Return the bodies of the requests for a group snapshot, or at another path."""
    return [next(iter(each.json().values())) for each in wire.sent("POST", path)]


def notes(wire: Wire, *paths: str) -> list[dict[str, str]]:
    """Return the metadata that were written last at each of these paths, without our prefix."""
    written = [wire.sent("POST", f"{each}/metadata")[-1].json()["metadata"] for each in paths]
    return [{key.removeprefix(NOTE): value for key, value in each.items()} for each in written]
