# SPDX-License-Identifier: Apache-2.0
"""Creates projects of a given size by cloning rows in the cloud's databases."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bench.raw import Raw
from bench.subjects import VOLUMES, Things
from demo.layout import ROOT, Home
from demo.progress import say
from devcloud.access import load


@dataclass(frozen=True)
class Size:
    """The number of objects in a project; ``name`` is used in the tables."""

    name: str
    project: str
    volumes: int
    instances: int
    snapshots_each: int = 1


SMALL = Size("small", "bench-small", volumes=20, instances=4)
# As much as is needed for a page of 100, and for each path of a short run.
MEDIUM = Size("medium", "bench-medium", volumes=200, instances=20)
LARGE = Size("large", "bench-large", volumes=10_000, instances=1_000)


def ensure(home: Home, size: Size) -> None:
    """Make the project unless it is there."""
    if any(each.name == size.project for each in load(home.path).accounts):
        return
    say("bench", f"cloning {size.volumes} volumes, {size.instances} of them attached")
    numbers = [size.volumes, size.snapshots_each, "--instances", size.instances]
    port = urlsplit(load(home.path).auth_url).port
    subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "devcloud", "bulk", size.project, *map(str, numbers)],
        cwd=ROOT,
        env={**os.environ, "DEVCLOUD_HOME": str(home.path), "DEVCLOUD_PORT_BASE": str(port)},
        check=True,
    )


def mend(owner: Raw, admin: Raw) -> None:
    """Make the failed ones among the cloned snapshots available.

    Which of them are on the first page is a matter of luck, and ours asks for the reason.
    """
    failed = owner.read("/snapshots/detail?status=error&limit=1000")["snapshots"]
    for each in failed:
        path = f"/snapshots/{each['id']}/action"
        admin.post(path, {"os-reset_status": {"status": "available"}})


def things(owner: Raw) -> Things:
    """Return objects of the person's project to ask for."""
    # In the order of the lists, which begin after a marker.
    oldest = owner.read("/volumes/detail?limit=1000&sort=created_at:asc")["volumes"][::-1]
    attached: dict[str, Any] = next(each for each in oldest[::-1] if each["attachments"])
    before = oldest.index(attached) - 1
    volumes = owner.read("/volumes/detail?limit=100&sort=created_at:desc")["volumes"]
    snapshots = owner.read("/snapshots/detail?limit=100&sort=created_at:desc")["snapshots"]
    return Things(
        detached=next(each["id"] for each in volumes if each["status"] == "available"),
        attached=attached["id"],
        attached_page=VOLUMES + (f"?marker={oldest[before]['id']}" if before >= 0 else ""),
        server=attached["attachments"][0]["server_id"],
        snapshot=snapshots[0]["id"],
        parent=snapshots[0]["volume_id"],
        volumes=tuple(each["id"] for each in volumes),
        snapshots=tuple(each["id"] for each in snapshots),
    )


def oldest_snapshot(owner: Raw) -> str:
    """Return the snapshot for which every volume has to be looked at."""
    found = owner.read("/snapshots/detail?limit=1&sort=created_at:asc")["snapshots"]
    return str(found[0]["id"])


def detached(owner: Raw, count: int) -> list[str]:
    """Return so many volumes that are attached to nothing."""
    query = "limit=1000&sort=created_at:desc&status=available"
    return [each["id"] for each in owner.read(f"/volumes?{query}")["volumes"]][:count]
