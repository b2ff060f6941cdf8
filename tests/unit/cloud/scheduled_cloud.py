# SPDX-License-Identifier: Apache-2.0
"""A project at the wire, as the command ``keep`` sees it: volumes, snapshots, instances, images."""

import ast
import itertools
import json
import re
import string
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests_mock

from snapshot_dashboard.cloud.keep import Event, How, keep
from snapshot_dashboard.cloud.session import Connection
from snapshot_dashboard.rules.schedules import last_run, runs
from snapshot_dashboard.rules.schedules.schedule import Retention, Schedule, mark_of
from tests.unit.cloud.faults import Hook
from tests.unit.cloud.wire import PROJECT, Json, Wire, connection, snapshot_json, volume_json
from tests.unit.rules.schedules.schedules import following
from tests.unit.rules.schedules.schedules import schedule as some_schedule

INSTANCE = "6d0a7d2e-51b0-4b0c-9d53-1f0c7a0c8f11"
GLANCE = "http://image.test/v2"
_SERVICES = re.compile(r"^http://(storage\.test/v3|image\.test/v2|compute\.test/v2\.1)/")


class ScheduledCloud:
    """What a project has. ``now`` is when the next snapshot is made.

    ``filters`` tells whether Cinder heeds a filter by metadata: "yes", "ignored", "refused".
    """

    def __init__(self, wire: Wire) -> None:
        self.volumes: dict[str, Json] = {}
        self.snapshots: dict[str, Json] = {}
        self.instances: dict[str, list[str]] = {}
        self.images: dict[str, Json] = {}
        # The bodies of the requests for a snapshot.
        self.asked: list[Json] = []
        self.now = datetime(2026, 3, 1)
        self.filters = "yes"
        self.limit = 10_000
        self.sent: list[tuple[str, str]] = []
        self.numbers = itertools.count()
        # Called with the number of each request before it is carried out, and afterwards.
        self.before: Hook = lambda number: None
        self.after: Hook = lambda number: None
        self.fails: dict[int, int] = {}
        wire.mocker.register_uri(requests_mock.ANY, _SERVICES, content=self._answer)

    def connect(self) -> Connection:
        """Return a member's connection."""
        return connection(image_url=GLANCE)

    def volume(self, volume_id: str, **more: Any) -> Json:
        """Add a volume."""
        self.volumes[volume_id] = volume_json(volume_id, **more)
        return self.volumes[volume_id]

    def running(self, instance_id: str, *volume_ids: str, frozen: bool = False) -> None:
        """Let a running instance use volumes; ``frozen``: its agent has to freeze file systems."""
        self.instances[instance_id] = list(volume_ids)
        agent = {"hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes"}
        for number, each in enumerate(volume_ids):
            used = {"server_id": instance_id, "id": f"a{each}", "device": _device(number)}
            self.volumes[each] |= {"status": "in-use", "attachments": [used]}
            if number == 0 and frozen:
                self.volumes[each] |= {"bootable": "true", "volume_image_metadata": agent}

    def _answer(self, request: Any, context: Any) -> bytes:
        number = len(self.sent)
        asked = urlsplit(re.sub(_SERVICES, "/", request.url))
        self.sent.append((request.method, urlsplit(request.url).path))
        context.headers["Content-Type"] = "application/json"
        context.status_code = 200
        self.before(number)
        if number in self.fails:
            context.status_code = self.fails[number]
            return b'{"badRequest": {"message": "the reason"}}'
        parts = asked.path.strip("/").split("/")
        found = self._carry_out(request, parts, dict(parse_qsl(asked.query)), context)
        self.after(number)
        return b"" if found is None else json.dumps(found).encode()

    def _carry_out(
        self, request: Any, parts: list[str], query: dict[str, str], context: Any
    ) -> Json | None:
        if parts == ["attachments"]:
            return {"attachments": []}
        if parts == ["images"]:
            # As before Rocky: a property that no image has.
            none = "os_hidden" in query
            return {"images": [] if none else list(self.images.values())[::-1]}
        if parts[0] == "servers":
            return self._instance(request, parts, context)
        things: dict[str, Json] = getattr(self, parts[0])
        if parts[1:] == ["detail"]:
            return self._list(parts[0], things, query, context)
        if parts == ["snapshots"]:
            return self._create(request.json()["snapshot"], context)
        if parts[1] not in things:
            context.status_code = 404
            return {"itemNotFound": {"message": "It is gone."}}
        thing = things[parts[1]]
        if request.method == "DELETE":
            del things[parts[1]]
            context.status_code = 202
            return None
        if request.method == "PUT":
            thing |= request.json()[parts[0][:-1]]
        if parts[2:] == ["metadata"]:
            thing["metadata"] = thing["metadata"] | request.json()["metadata"]
            return {"metadata": thing["metadata"]}
        return {parts[0][:-1]: thing}

    def _instance(self, request: Any, parts: list[str], context: Any) -> Json | None:
        if parts[1] not in self.instances:
            context.status_code = 404
            return {"itemNotFound": {"message": "It is gone."}}
        if parts[2:] == ["os-volume_attachments"]:
            ids = self.instances[parts[1]]
            found = [{"volumeId": each, "device": _device(n)} for n, each in enumerate(ids)]
            return {"volumeAttachments": found}
        if parts[2:] == ["action"]:
            context.status_code = 202
            self.create_image(parts[1], request.json()["createImage"]["name"])
            return None
        at_rest = {"OS-EXT-STS:task_state": None, "OS-EXT-STS:power_state": 1}
        named = {"id": parts[1], "name": "db", "status": "ACTIVE", "image": ""}
        return {"server": named | at_rest}

    def create_image(self, instance_id: str, name: str) -> None:
        """Make a snapshot of each volume, and an image that names them, as Nova does."""
        made = [
            self._make(each, f"snapshot for {name}", {}) for each in self.instances[instance_id]
        ]
        image_id = f"i{next(self.numbers)}"
        mapping = json.dumps([{"snapshot_id": each["id"]} for each in made])
        self.images[image_id] = {
            **{"id": image_id, "name": name, "size": 0, "owner": PROJECT, "status": "active"},
            **{"hw_qemu_guest_agent": "yes", "os_require_quiesce": "yes"},
            "block_device_mapping": mapping,
        }

    def _list(
        self, kind: str, things: dict[str, Json], query: dict[str, str], context: Any
    ) -> Json:
        found = list(things.values())
        if "volume_id" in query:
            found = [each for each in found if each["volume_id"] == query["volume_id"]]
        if "metadata" in query:
            if self.filters == "refused":
                context.status_code = 400
                return {"badRequest": {"message": "Invalid filters metadata are found."}}
            ((key, value),) = ast.literal_eval(query["metadata"]).items()
            if self.filters == "yes":
                found = [each for each in found if each["metadata"].get(key) == value]
        if query["sort"].endswith("desc"):
            found.reverse()
        if marker := query.get("marker"):
            found = found[[each["id"] for each in found].index(marker) + 1 :]
        page, more = found[: int(query["limit"])], found[int(query["limit"]) :]
        links = {f"{kind}_links": [{"rel": "next", "href": "http://more"}]} if more else {}
        return {kind: page, **links}

    def _create(self, wanted: Json, context: Any) -> Json:
        if len(self.snapshots) >= self.limit:
            context.status_code = 413
            return {"overLimit": {"message": "SnapshotLimitExceeded"}}
        context.status_code = 202
        self.asked.append(wanted)
        return {"snapshot": self._make(wanted["volume_id"], wanted["name"], wanted["metadata"])}

    def _make(self, volume_id: str, name: str, metadata: Json) -> Json:
        snapshot_id = f"s{next(self.numbers)}"
        self.snapshots[snapshot_id] = snapshot_json(
            snapshot_id,
            volume_id=volume_id,
            name=name,
            metadata=metadata,
            created_at=f"{self.now:%Y-%m-%dT%H:%M:%S.000000}",
        )
        return self.snapshots[snapshot_id]


def _device(number: int) -> str:
    return f"/dev/vd{string.ascii_lowercase[number % 26]}"


def schedule(**other: Any) -> Schedule:
    """Return a daily schedule of our project that keeps the last two."""
    usual: dict[str, Any] = {"project": mark_of(PROJECT), "retention": Retention(last=2)}
    return some_schedule(**usual | other)


def kept(cloud: ScheduledCloud, now: datetime, **how: Any) -> list[Event]:
    """Run the command at a moment."""
    cloud.now = now.replace(tzinfo=None)
    return list(keep(cloud.connect, How(now=now, **how)))


def days(count: int) -> list[datetime]:
    """Return the moments of the next slots."""
    return [each.at for each in following(schedule(), count)]


def slots_of(cloud: ScheduledCloud) -> list[str]:
    """Return the slots of all snapshots, the oldest first."""
    return sorted(each["metadata"].get(runs.SLOT, "by hand") for each in cloud.snapshots.values())


def told(cloud: ScheduledCloud, volume_id: str = "v1") -> last_run.LastRun | None:
    """Return what a volume says of its last run."""
    return last_run.read(cloud.volumes[volume_id]["metadata"])
