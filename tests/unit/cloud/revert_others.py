# SPDX-License-Identifier: Apache-2.0
"""The faults of the runs, and what other people do to a revert in place meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from snapshot_dashboard.rules.revert_plan import Reimaging
from snapshot_dashboard.rules.revert_record import FORMER, RECORD, Before
from tests.unit.cloud.revert_cloud import Disk, Fails

if TYPE_CHECKING:
    from tests.unit.cloud.revert_runs import Run

AT_REQUEST = (
    "refused",
    "lost, done",
    "lost, not done",
    "lost, done later",
    "5xx, done",
    "5xx, not done",
    "killed before",
    "killed after",
    "two people",
    "two people, two caches",
)
IN_THE_CLOUD = (
    "write fails",
    "clone fails",
    "helper fails",
    "upload fails",
    "hangs while it is uploaded",
    "stop fails",
    "shelve fails",
    "unshelve fails",
)
BY_OTHERS = (
    "image gone between",
    "instance started",
    "instance stopped",
    "instance unshelved",
    "instance locked",
    "instance used",
    "instance reused",
    "instance deleted",
    "operator forbids",
    "operator changes",
    "volume detached",
    "volume used",
    "volume extended",
    "image deleted",
    "image protected",
    "snapshot deleted",
    "record removed",
    "record edited",
    "former edited",
)
FAULTS = ("none", "tab closed", *AT_REQUEST, *IN_THE_CLOUD, *BY_OTHERS)


def meddle(run: Run, turn: int) -> None:
    """Let the fault strike that does not strike at a request."""
    if run.fault in IN_THE_CLOUD and turn == 0:
        word = run.fault.split()[0]
        run.cloud.failing.add({"stop": "os-stop"}.get(word, word))
        run.struck = True
    if run.fault == "image gone between" and turn == 0:
        run.cloud.between = run.cloud.images.clear
        run.struck = True
    if run.fault in BY_OTHERS[1:] and turn >= run.strikes and not run.struck:
        run.struck = _by_others(run, run.fault)


def _by_others(run: Run, fault: str) -> bool:
    """Change something meanwhile; False where it cannot be done now."""
    what, deed = fault.split()
    if what == "operator":
        return _operator(run, deed)
    if what == "instance":
        return _instance_is(run, deed)
    disk = run.rng.choice(list(run.cloud.disks.values()))
    if what == "volume":
        return _volume_is(run, disk, deed)
    if what == "image":
        return _images_are(run, deed)
    if what == "snapshot":
        del run.cloud.snapshots[disk.snapshot_id]
    elif what == "record":
        words = disk.metadata[RECORD].split(" ")
        words[run.rng.randrange(len(words))] = run.rng.choice(["", "x", "9" * 11, "-"])
        disk.metadata[RECORD] = "" if deed == "removed" else " ".join(words)
        run.meddled = True
    else:
        if FORMER not in disk.image:
            return False
        disk.image[FORMER] = run.rng.choice(["", "{", "[]", '{"metadata": 1}'])
        run.meddled = True
    return True


def _operator(run: Run, deed: str) -> bool:
    if deed == "forbids":
        run.cloud.reimaging = Reimaging.NEVER
        return True
    other = {Reimaging.PROVED: Reimaging.IMAGE, Reimaging.IMAGE: Reimaging.PROVED}
    run.cloud.reimaging = other[run.cloud.reimaging]
    return True


def _images_are(run: Run, deed: str) -> bool:
    if not run.cloud.images:
        return False
    if deed == "deleted":
        run.cloud.images.clear()
    for each in run.cloud.images.values():
        each["protected"] = True
    return True


def _instance_is(run: Run, deed: str) -> bool:
    if run.before is Before.NONE:
        return True
    run.meddled = True
    if deed == "locked":
        run.cloud.locked = True
        return True
    if deed in ("used", "reused", "deleted"):
        return _instance_is_used(run, deed)
    action = {"started": "os-start", "stopped": "os-stop", "unshelved": "unshelve"}[deed]
    try:
        run.cloud.act(action, by_others=True)
    except Fails:
        return False
    return True


def _instance_is_used(run: Run, deed: str) -> bool:
    try:
        {"used": run.cloud.use, "reused": run.cloud.reuse, "deleted": run.cloud.delete}[deed]()
    except Fails:
        return False
    return True


def _volume_is(run: Run, disk: Disk, deed: str) -> bool:
    if deed == "extended":
        disk.size += 1
        return True
    if disk.status not in ("available", "reserved"):
        return False
    run.meddled = run.meddled or deed != "detached"
    if deed == "detached":
        disk.attached = False
        disk.status = "available"
    # It was attached and detached again.
    disk.changed = run.cloud.now
    return True
