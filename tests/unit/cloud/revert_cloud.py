# SPDX-License-Identifier: Apache-2.0
"""A small model of Cinder, Nova and Glance that reverts in place, with a clock of its own.

Only what a revert in place asks of them. A volume's content is a word; ``os-reimage`` is what
Cinder 29 does (cinder/volume/api.py and manager.py, ``reimage``): the status is compared and
changed in one step, then come the content, the bootable flag, the image metadata, and the former
status.
"""

from __future__ import annotations

import heapq
import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from snapshot_dashboard.rules.revert_plan import Reimaging
from snapshot_dashboard.rules.revert_record import FORMER, RECORD

Json = dict[str, Any]
Reply = tuple[int, Json]

START = 1_780_000_000.0
# In which state an instance is until it is stopped.
_FROM = {"os-stop": "ACTIVE"}
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00")
INSTANCE = "22222222-2222-4222-8222-222222222222"


class Fails(Exception):
    """An answer with an error status."""

    def __init__(self, status: int, reason: str = "the reason") -> None:
        super().__init__(reason)
        self.status = status


@dataclass
class Disk:
    """A volume. ``content`` is "old", "new" or "half"."""

    id: str
    snapshot_id: str
    status: str
    size: int = 1
    content: str = "old"
    bootable: bool = False
    image: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)
    attached: bool = True
    changed: float = START
    # Of a copy: when it was asked for.
    made: float = START
    former: str = ""


@dataclass
class Cloud:
    """What there is, and what is still going on: ``jobs`` by their time."""

    rng: random.Random
    now: float = START
    disks: dict[str, Disk] = field(default_factory=dict)
    copies: dict[str, Disk] = field(default_factory=dict)
    snapshots: dict[str, str] = field(default_factory=dict)
    images: dict[str, Json] = field(default_factory=dict)
    status: str = ""
    task: str | None = None
    locked: bool = False
    jobs: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    # The reimages that were accepted: volume and record.
    written: list[tuple[str, str]] = field(default_factory=list)
    # What is to fail in the cloud itself, once, by the name of the job.
    failing: set[str] = field(default_factory=set)
    # Called between the two looks that Cinder has at the image of a reimage.
    between: Callable[[], None] | None = None
    # When somebody else has started the instance, if it was not the plan.
    started_at: float = 0.0
    # When Nova has last changed the instance, and last started it on a host; and when it last ran.
    updated: float = START
    launched: float = START
    ran: float = START
    # The instance was deleted, its volumes were kept.
    deleted: bool = False
    # What the operator has set.
    reimaging: Reimaging = Reimaging.PROVED
    _count: int = 0

    def later(self, seconds: float, job: Callable[[], None]) -> None:
        """Do something in some time."""
        self._count += 1
        heapq.heappush(self.jobs, (self.now + seconds, self._count, job))

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and the cloud do what is due."""
        end = self.now + seconds
        while self.jobs and self.jobs[0][0] <= end:
            self.now, _count, job = heapq.heappop(self.jobs)
            job()
        self.now = end

    def time(self) -> float:
        """Return the time, in the place of the module ``time``."""
        return self.now

    def ask(self, method: str, path: str, query: Json, body: Any) -> Reply:
        """Answer one request; the path has no address in front of it."""
        parts = path.strip("/").split("/")
        try:
            return 200, self._answer(method, parts, query, body or {})
        except Fails as error:
            return error.status, {"fault": {"message": str(error), "code": error.status}}

    def _answer(self, method: str, parts: list[str], query: Json, body: Any) -> Json:
        kind = {"volumes": self._volumes, "images": self._images, "servers": self._servers}
        if parts[0] == "snapshots":
            return {"snapshot": self._snapshot(parts[1])}
        return kind[parts[0]](method, parts[1:], query, body)

    # Cinder.

    def _snapshot(self, snapshot_id: str) -> Json:
        if snapshot_id not in self.snapshots:
            raise Fails(404)
        volume_id = self.snapshots[snapshot_id]
        return {"id": snapshot_id, "status": "available", "size": 1, "volume_id": volume_id}

    def _disk(self, volume_id: str) -> Disk:
        if volume_id not in self.disks:
            raise Fails(404)
        return self.disks[volume_id]

    def _volumes(self, method: str, parts: list[str], _query: Json, body: Any) -> Json:
        if not parts:
            wanted = body["volume"]
            return self._clone(wanted) if "source_volid" in wanted else self._helper(wanted)
        if parts[0] == "detail":
            return {"volumes": [_told(each) for each in self.copies.values()]}
        if method == "DELETE":
            return self._delete(self.copies.get(parts[0]))
        if parts[0] in self.copies:
            ((action, wanted),) = body.items()
            return self._act_on_helper(self.copies[parts[0]], action, wanted)
        disk = self._disk(parts[0])
        if method == "GET":
            return {"volume": _told(disk)}
        if parts[1] == "metadata":
            disk.metadata |= body["metadata"]
            return {"metadata": disk.metadata}
        ((action, wanted),) = body.items()
        return self._act_on_disk(disk, action, wanted)

    def _act_on_disk(self, disk: Disk, action: str, wanted: Json) -> Json:
        if action == "os-reimage":
            self._reimage(disk, wanted["image_id"])
        elif action == "os-set_image_metadata":
            disk.image |= wanted["metadata"]
        elif action == "os-set_bootable":
            disk.bootable = wanted["bootable"]
        elif wanted["key"] in disk.image:
            del disk.image[wanted["key"]]
        else:
            raise Fails(404)
        return {}

    def _clone(self, wanted: Json) -> Json:
        source = self._disk(wanted["source_volid"])
        if source.status not in ("available", "in-use"):
            raise Fails(400)
        copy = Disk(str(uuid.UUID(int=self.rng.getrandbits(128))), "", "creating")
        copy.metadata, copy.content = dict(wanted["metadata"]), source.content
        copy.snapshot_id, copy.made = source.id, self.now
        self.copies[copy.id] = copy
        ends = "error" if "clone" in self.failing else "available"
        self.failing.discard("clone")
        self.later(self.rng.uniform(5, 300), lambda: setattr(copy, "status", ends))
        return {"volume": _told(copy)}

    def _helper(self, wanted: Json) -> Json:
        if wanted["snapshot_id"] not in self.snapshots:
            raise Fails(404)
        made = Disk(
            str(uuid.UUID(int=self.rng.getrandbits(128))), wanted["snapshot_id"], "creating"
        )
        made.metadata, made.content = dict(wanted["metadata"]), "new"
        made.image = {"os": "linux", "img_signature": "x", FORMER: "of another plan"}
        made.image["block_device_mapping"] = "of another plan"
        self.copies[made.id] = made
        ends = "error" if "helper" in self.failing else "available"
        self.failing.discard("helper")
        self.later(self.rng.uniform(5, 300), lambda: setattr(made, "status", ends))
        return {"volume": _told(made)}

    def _delete(self, made: Disk | None) -> Json:
        if made is None:
            raise Fails(404)
        if made.status not in ("available", "error"):
            raise Fails(400)
        made.status = "deleting"
        self.later(self.rng.uniform(1, 60), lambda: self._gone(made))
        return {}

    def _gone(self, made: Disk) -> None:
        del self.copies[made.id]

    def _act_on_helper(self, made: Disk, action: str, wanted: Json) -> Json:
        if action == "os-volume_upload_image":
            return self._upload(made, wanted)
        if made.status == "uploading":
            raise Fails(400)
        return self._act_on_disk(made, action, wanted)

    def _upload(self, made: Disk, wanted: Json) -> Json:
        if made.status != "available":
            raise Fails(400)
        made.status = "uploading"
        image_id = str(uuid.UUID(int=self.rng.getrandbits(128)))
        image: Json = {**made.image, "id": image_id, "status": "queued", "size": None}
        self.images[image_id] = image
        # Where it hangs, the image never gets all its bytes.
        fails = next((each for each in ("upload", "hangs") if each in self.failing), "")
        self.failing.discard(fails)

        def ends() -> None:
            made.status = "available"
            if fails == "upload":
                self.images.pop(image_id, None)
            elif image_id in self.images and not fails:
                image.update(status="active", size=made.size * 1024**3)

        self.later(self.rng.uniform(5, 300), ends)
        return {"os-volume_upload_image": {"image_id": image_id, **wanted}}

    def _reimage(self, disk: Disk, image_id: str) -> None:
        image = self._image(image_id)
        empty = not image["size"] and "block_device_mapping" not in image
        if "block_device_mapping" in image:
            assert not image["size"], "another snapshot is written than that of the bytes"
            (mapping,) = json.loads(image["block_device_mapping"])
            if mapping["volume_size"] > disk.size:
                raise Fails(400)
            if mapping["snapshot_id"] not in self.snapshots:
                raise Fails(404)
        assert FORMER in image, "what it was is lost"
        if disk.status not in ("available", "error", "reserved"):
            raise Fails(400, "the status must be available, error or reserved")
        disk.former = disk.status
        self._is(disk, "downloading")
        if self.between:
            self.between()
            self.between = None
        # Where it is gone by now, nobody takes the status back.
        if self._image(image_id)["status"] != "active":
            self._is(disk, disk.former)
            raise Fails(400)
        self.written.append((disk.id, disk.metadata.get(RECORD, "")))
        self._write(disk, dict(image), "zeros" if empty else "new")

    def _write(self, disk: Disk, image: Json, content: str) -> None:
        own = ("id", "status", "size")
        marks = {key: str(each) for key, each in image.items() if key not in own}
        marks["image_id"] = image["id"]
        steps: list[Callable[[], None]] = [
            lambda: setattr(disk, "content", "half"),
            lambda: setattr(disk, "content", content),
            lambda: setattr(disk, "bootable", True),
            lambda: disk.image.clear(),
            lambda: disk.image.update(marks),
            lambda: self._is(disk, disk.former),
        ]
        if "write" in self.failing:
            self.failing.discard("write")
            steps = [*steps[: self.rng.randrange(6)], lambda: self._is(disk, "error")]
        due = 0.0
        for each in steps:
            due += self.rng.choice([0.1, 2, 60, 400])
            self.later(due, each)

    def _is(self, disk: Disk, status: str) -> None:
        disk.status, disk.changed = status, self.now

    # Glance.

    def _image(self, image_id: str) -> Json:
        if image_id not in self.images:
            raise Fails(404)
        return self.images[image_id]

    def _images(self, method: str, parts: list[str], query: Json, body: Any) -> Json:
        if not parts and method == "GET":
            wanted = query.get(RECORD)
            found = [each for each in self.images.values() if each.get(RECORD) == wanted]
            return {"images": found}
        if not parts:
            image_id = str(uuid.UUID(int=self.rng.getrandbits(128)))
            self.images[image_id] = {**body, "id": image_id, "status": "queued", "size": None}
            return self.images[image_id]
        image = self._image(parts[0])
        if method == "PUT":
            if image["status"] != "queued":
                raise Fails(409)
            image.update(status="active", size=0)
        elif method == "PATCH":
            assert image["status"] == "active", "what is written meanwhile is lost"
            image.update({each["path"][1:]: each["value"] for each in body})
        elif method == "DELETE":
            if image.get("protected"):
                raise Fails(403)
            del self.images[image["id"]]
        return image

    # Nova.

    @property
    def attached(self) -> list[Disk]:
        """The volumes of the instance."""
        return [each for each in self.disks.values() if each.attached]

    def _servers(self, method: str, parts: list[str], _query: Json, body: Any) -> Json:
        if self.deleted:
            raise Fails(404)
        if parts[-1] == "os-volume_attachments":
            found = [{"volumeId": each.id, "device": each.id} for each in self.attached]
            return {"volumeAttachments": found}
        if method == "GET":
            told = {"id": INSTANCE, "name": "shop", "status": self.status, "tenant_id": "p"}
            told |= {"updated": str(self.updated), "OS-SRV-USG:launched_at": str(self.launched)}
            return {"server": told | {"OS-EXT-STS:task_state": self.task, "locked": self.locked}}
        if self.locked:
            raise Fails(409, "locked")
        self.act(next(iter(body)))
        return {}

    def use(self) -> None:
        """Let somebody start the instance, work with it, and shut it off, between two looks."""
        if self.status != "SHUTOFF" or self.task:
            raise Fails(409, "state")
        self.ran = self.updated = self.now

    def reuse(self) -> None:
        """Let somebody start the instance, work with it, and shelve it, between two looks."""
        self.use()
        self.status = "SHELVED_OFFLOADED"
        for each in self.attached:
            self._is(each, "reserved")

    def delete(self) -> None:
        """Let somebody delete the instance, whose volumes are kept."""
        if self.task or any(each.status == "downloading" for each in self.attached):
            raise Fails(409, "state")
        self.deleted = True
        for each in self.attached:
            each.attached = False
            self._is(each, "available")

    def act(self, action: str, *, by_others: bool = False) -> None:
        """Change the state of the instance, as the plan wants it, or somebody else."""
        needed, task, after = {
            "os-stop": (("ACTIVE",), "powering-off", "SHUTOFF"),
            "os-start": (("SHUTOFF",), "powering-on", "ACTIVE"),
            "shelve": (("ACTIVE", "SHUTOFF"), "shelving-offloading", "SHELVED_OFFLOADED"),
            "unshelve": (("SHELVED_OFFLOADED",), "unshelving", "ACTIVE"),
        }[action]
        if self.status not in needed or self.task:
            raise Fails(409, "state")
        self.task, self.updated = task, self.now
        self.later(self.rng.uniform(1, 100), lambda: self._done(action, after, by_others))

    def _done(self, action: str, after: str, by_others: bool) -> None:
        self.task, self.updated = None, self.now
        unfit = action == "unshelve" and any(each.status != "reserved" for each in self.attached)
        if unfit or action in self.failing:
            self.failing.discard(action)
            return
        self.status = after
        if action == "unshelve":
            self.launched = self.now
        if "ACTIVE" in (after, _FROM.get(action)):
            self.ran = self.now
        if after == "ACTIVE":
            self.started_at = self.now if by_others else 0.0
        if action in ("shelve", "unshelve"):
            for each in self.attached:
                self._is(each, "reserved" if action == "shelve" else "in-use")


def _told(disk: Disk) -> Json:
    changed = _EPOCH + timedelta(seconds=disk.changed)
    return {
        "id": disk.id,
        "name": "data",
        # What it really holds at this moment, for the test.
        "description": disk.content,
        "encrypted": False,
        "size": disk.size,
        "status": disk.status,
        "bootable": "true" if disk.bootable else "false",
        "attachments": [],
        "metadata": dict(disk.metadata),
        "volume_image_metadata": dict(disk.image),
        "updated_at": changed.isoformat(),
    }
