# SPDX-License-Identifier: Apache-2.0
"""Making volumes, snapshots, groups, backups and images."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devcloud import knobs
from devcloud.errors import DevcloudError
from devcloud.inside.client import Person, wait_for_status
from devcloud.inside.demo_data.plan import Child, Volume
from devcloud.inside.resources import GROUP_TYPE
from devcloud.waiting import wait_until

# More requests at once make Cinder no faster.
WORKERS = 4

# Seconds after which something that is still being made counts as stuck.
_PATIENCE = 120

_IMAGE_BYTES = b"an agent" * (1024 * 1024 // 8)

_SETTLED = {"available", "in-use", "reserved", "error"}


@dataclass(frozen=True)
class Images:
    """The ids of the images that system disks are made from."""

    plain: str
    agent: str = ""


def make_volumes(person: Person, volumes: Iterable[Volume], images: Images) -> dict[str, str]:
    """Make volumes and wait for them; return their ids by name.

    Raises DevcloudError when Cinder could not make one of them.
    """
    wanted = list(volumes)
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        made = list(pool.map(lambda volume: _post_planned(person, volume, images), wanted))
    _wait_for(person, "volumes", made)
    return {volume.name: id_ for volume, id_ in zip(wanted, made, strict=True)}


def make_snapshots(
    person: Person, volumes: Iterable[Volume], ids: dict[str, str]
) -> dict[str, str]:
    """Make the snapshots that the plan names and wait for them; return their ids by name.

    One volume's snapshots are asked for in their order, so that the last is the newest.
    Raises DevcloudError when Cinder could not make one of them.
    """

    def post_all(volume: Volume) -> dict[str, str]:
        return {name: post_snapshot(person, ids[volume.name], name) for name in volume.snapshots}

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        made = list(pool.map(post_all, volumes))
    _wait_for(person, "snapshots", [id_ for of_one in made for id_ in of_one.values()])
    return {name: id_ for of_one in made for name, id_ in of_one.items()}


def make_children(
    person: Person, children: Iterable[Child], snapshots: dict[str, str]
) -> dict[str, str]:
    """Make volumes from snapshots, each with its own snapshot; return the volumes' ids.

    ``snapshots`` maps the names of snapshots to their ids and gets the new ones.
    """
    made = {}
    for child in children:
        body = {"name": child.name, "volume_type": child.type}
        made[child.name] = post_volume(person, body | {"snapshot_id": snapshots[child.source]})
        wait_for_status(person.volume, f"/volumes/{made[child.name]}", "available")
        if child.snapshot:
            snapshots[child.snapshot] = post_snapshot(person, made[child.name], child.snapshot)
            wait_for_status(person.volume, f"/snapshots/{snapshots[child.snapshot]}", "available")
    return made


def fail_snapshot(person: Person, volume: str, name: str, knob_folder: Path) -> None:
    """Make a snapshot that fails in the driver, which leaves it with Cinder's message."""
    with _failing("create_snapshot", knob_folder):
        snapshot = post_snapshot(person, volume, name)
        wait_for_status(person.volume, f"/snapshots/{snapshot}", "error")


def fail_deletion(person: Person, snapshot: str, knob_folder: Path) -> None:
    """Have a snapshot deleted, which fails in the driver and leaves Cinder's message."""
    with _failing("delete_snapshot", knob_folder):
        person.volume.delete(f"/snapshots/{snapshot}")
        wait_for_status(person.volume, f"/snapshots/{snapshot}", "error_deleting")


@contextmanager
def _failing(operation: str, knob_folder: Path) -> Iterator[None]:
    """Let a driver operation fail for a while, in which nobody else should need it."""
    before = sorted(knobs.failures(knob_folder))
    knobs.set_failures(knob_folder, [*before, operation])
    try:
        yield
    finally:
        knobs.set_failures(knob_folder, before)


def start_backup(person: Person, volume: str, name: str) -> str:
    """Ask for a backup of a volume and return its id."""
    body = {"backup": {"volume_id": volume, "name": name}}
    return str(person.volume.post("/backups", json=body).json()["backup"]["id"])


def post_volume(person: Person, body: dict[str, Any]) -> str:
    """Ask for a volume and return its id."""
    return str(person.volume.post("/volumes", json={"volume": body}).json()["volume"]["id"])


def post_snapshot(person: Person, volume: str, name: str) -> str:
    """Ask for a snapshot of a volume and return its id."""
    body = {"snapshot": {"volume_id": volume, "name": name}}
    return str(person.volume.post("/snapshots", json=body).json()["snapshot"]["id"])


def _post_planned(person: Person, volume: Volume, images: Images) -> str:
    body: dict[str, Any] = {
        "name": volume.name or None,
        "size": volume.size,
        "volume_type": volume.type,
        "description": volume.description or None,
    }
    if volume.bootable:
        body["imageRef"] = images.agent if volume.agent else images.plain
    return post_volume(person, body)


def make_image(person: Person, name: str, properties: Mapping[str, str]) -> str:
    """Make an image of the project with properties and return its id."""
    body = {"name": name, "disk_format": "raw", "container_format": "bare", **properties}
    made = str(person.image.post("/v2/images", json=body).json()["id"])
    as_bytes = {"Content-Type": "application/octet-stream"}
    person.image.put(f"/v2/images/{made}/file", data=_IMAGE_BYTES, headers=as_bytes)
    return made


def make_group(person: Person, name: str, volumes: Iterable[Volume], snapshot: str) -> None:
    """Make a group of volumes with a snapshot of all of them."""
    kinds = person.volume.get("/group_types").json()["group_types"]
    types = {one["name"]: one["id"] for one in person.volume.get("/types").json()["volume_types"]}
    wanted = list(volumes)
    body = {
        "name": name,
        "group_type": next(one["id"] for one in kinds if one["name"] == GROUP_TYPE),
        "volume_types": sorted({types[volume.type] for volume in wanted}),
    }
    group = str(person.volume.post("/groups", json={"group": body}).json()["group"]["id"])
    wait_for_status(person.volume, f"/groups/{group}", "available")
    for volume in wanted:
        member = {"name": volume.name, "size": volume.size, "volume_type": volume.type}
        made = post_volume(person, member | {"group_id": group})
        wait_for_status(person.volume, f"/volumes/{made}", "available")
    said = {"group_snapshot": {"name": snapshot, "group_id": group}}
    taken = person.volume.post("/group_snapshots", json=said).json()["group_snapshot"]["id"]
    wait_for_status(person.volume, f"/group_snapshots/{taken}", "available")


def _wait_for(person: Person, collection: str, ids: list[str]) -> None:
    """Wait until all of them are settled, looking at the whole list at once."""
    statuses: dict[str, str] = {}

    def settled() -> bool:
        listed = person.volume.get(f"/{collection}/detail").json()[collection]
        statuses.update((one["id"], one["status"]) for one in listed)
        return all(statuses.get(id_) in _SETTLED for id_ in ids)

    wait_until(settled, seconds=_PATIENCE, pause=0.5, what=f"{len(ids)} {collection}")
    failed = [id_ for id_ in ids if statuses[id_] == "error"]
    if failed:
        raise DevcloudError(f"Cinder could not make these {collection}: {', '.join(failed)}.")
