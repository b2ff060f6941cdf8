# SPDX-License-Identifier: Apache-2.0
"""Cinder and Glance at the wire, with as much behind them as a probe of re-imaging needs.

Volumes, snapshots and images have bytes, are busy for a while, and cannot be deleted while they
are, or while something needs them. One request can be made to fail, to lose its answer, or to be
the last one that is ever sent.
"""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests_mock

from snapshot_dashboard.cloud.session import Connection
from tests.unit.cloud.wire import PROJECT, Json, Wire, connection

GLANCE = "http://image.test/v2"
_SERVICES = re.compile(r"^http://(storage\.test/v3|image\.test/v2)/")
_DATE = "Tue, 01 Dec 2026 12:00:00 GMT"
NOW = "2026-12-01T12:00:00Z"
# A volume is larger than what is compared.
_LENGTH = 2**14
# Looks after which something is done.
_LOOKS = 2


class ProbeCloud:
    """A project of a cloud. ``how`` is what Cinder makes of an image of size zero.

    "copies" the snapshot that it names; takes it for an "empty" disk; "ignores" it; "fails". Where
    it is "sparse" it leaves out the zeros of any image.
    """

    def __init__(self, wire: Wire, how: str = "copies") -> None:
        self.how = how
        self.volumes: dict[str, Json] = {}
        self.snapshots: dict[str, Json] = {}
        self.images: dict[str, Json] = {}
        self.bytes: dict[str, bytes] = {}
        self.encrypted: bool | None = False
        self.forbidden = ""
        self.sent: list[str] = []
        # Called with the number of each request before it is carried out, and afterwards.
        self.before: Callable[[int], None] = lambda number: None
        self.after: Callable[[int], None] = lambda number: None
        # What the number-th request is answered with in the place of being carried out.
        self.fails: dict[int, int] = {}
        wire.mocker.register_uri(requests_mock.ANY, _SERVICES, content=self._answer)

    def connect(self) -> Connection:
        """Return a connection to both services."""
        return connection(image_url=GLANCE)

    @property
    def left(self) -> list[str]:
        """Return the ids of all that is there."""
        return [*self.volumes, *self.snapshots, *self.images]

    def _answer(self, request: Any, context: Any) -> bytes:
        number = len(self.sent)
        path = re.sub(_SERVICES, "/", request.url)
        self.sent.append(f"{request.method} {urlsplit(path).path} {_action(request)}".strip())
        context.headers["Date"] = _DATE
        context.status_code = 200
        self.before(number)
        if number in self.fails:
            context.status_code = self.fails[number]
            return b"{}"
        found = self._carry_out(request, urlsplit(path), context)
        self.after(number)
        return found if isinstance(found, bytes) else json.dumps(found).encode()

    def _carry_out(self, request: Any, asked: Any, context: Any) -> Json | bytes:
        parts = asked.path.strip("/").split("/")
        if parts[0] == "schemas":
            return {"properties": {"disk_format": {"enum": ["raw", "qcow2"]}}}
        if parts[0] in ("types", "os-services"):
            context.status_code = 200 if parts[0] == "types" else 403
            return {"volume_types": [{"name": "ssd"}]}
        things: dict[str, Json] = getattr(self, parts[0])
        if request.method == "GET" and parts[1:] in ([], ["detail"]):
            return self._list(parts[0], things, dict(parse_qsl(asked.query)))
        if request.method == "POST" and len(parts) == 1:
            return self._create(parts[0], request.json(), context)
        if parts[1] not in things:
            context.status_code = 404
            return {"itemNotFound": {"message": "It is gone."}}
        return self._on_one(request, parts, things, context)

    def _on_one(
        self, request: Any, parts: list[str], things: dict[str, Json], context: Any
    ) -> Json | bytes:
        thing = things[parts[1]]
        if request.method == "DELETE":
            return self._delete(parts[0], thing, context)
        if parts[2:] == ["action"]:
            return self._act(thing, request.json(), context)
        if parts[2:] == ["file"] and request.method == "PUT":
            self.bytes[thing["id"]] = request.body or b""
            thing |= {"status": "active", "size": len(self.bytes[thing["id"]])}
            return b""
        if parts[2:] == ["file"]:
            return self.bytes[thing["id"]]
        self._look(things, thing)
        return thing if parts[0] == "images" else {parts[0][:-1]: thing}

    def _list(self, kind: str, things: dict[str, Json], query: Json) -> Json:
        found = [each for each in things.values() if each["name"] == query["name"]]
        for each in found:
            self._look(things, each)
        return {kind: [each for each in found if each["id"] in things]}

    def _look(self, things: dict[str, Json], thing: Json) -> None:
        """Let what is done to a thing go on: it is over after some looks."""
        thing["looks"] = thing.get("looks", 0) - 1
        if thing["looks"] > 0:
            return
        if thing["status"] == "deleting":
            del things[thing["id"]]
        elif "then" in thing:
            thing["status"] = thing.pop("then")

    def _busy(self, thing: Json, status: str, then: str = "available") -> None:
        thing |= {"status": status, "then": then, "looks": _LOOKS}

    def _new(self, things: dict[str, Json], prefix: str, **about: Any) -> Json:
        made: Json = {"id": f"{prefix}-{len(self.bytes)}", "created_at": NOW, **about}
        things[made["id"]] = made
        self.bytes[made["id"]] = b""
        return made

    def _create(self, kind: str, body: Json, context: Any) -> Json:
        context.status_code = 202
        if kind == "images":
            return self._new(self.images, "i", status="queued", owner=PROJECT, **body)
        if kind == "snapshots":
            wanted = body["snapshot"]
            made = self._new(self.snapshots, "s", size=1, **wanted)
            self.bytes[made["id"]] = self.bytes[wanted["volume_id"]]
            self._busy(made, "creating")
            return {"snapshot": made}
        wanted = body["volume"]
        image = self.images[wanted["imageRef"]]
        made = self._new(self.volumes, "v", bootable="true", encrypted=self.encrypted, **wanted)
        made["volume_type"] = wanted.get("volume_type", "the default")
        self._write(made, image)
        self._busy(made, "creating")
        return {"volume": made}

    def _write(self, volume: Json, image: Json) -> None:
        self.bytes[volume["id"]] = self.bytes[image["id"]].ljust(_LENGTH, b"\0")
        own = {key: value for key, value in image.items() if key.startswith(("snap", "block"))}
        volume["volume_image_metadata"] = {**own, "image_id": image["id"]}

    def _delete(self, kind: str, thing: Json, context: Any) -> Json | bytes:
        needed = any(each["volume_id"] == thing["id"] for each in self.snapshots.values())
        if needed or thing["status"] not in ("available", "error", "active", "queued"):
            context.status_code = 400
            return {"badRequest": {"message": "Not in this state."}}
        if kind == "images":
            del self.images[thing["id"]]
            context.status_code = 204
            return b""
        self._busy(thing, "deleting")
        context.status_code = 202
        return b""

    def _act(self, volume: Json, body: Json, context: Any) -> Json | bytes:
        ((action, wanted),) = body.items()
        context.status_code = 403 if action == self.forbidden else 202
        if action == self.forbidden:
            return {"forbidden": {"message": f"Policy doesn't allow {action}."}}
        if action == "os-reimage":
            self._reimage(volume, self.images[wanted["image_id"]])
        elif action == "os-volume_upload_image":
            mark = {
                key: each for key, each in volume["volume_image_metadata"].items() if ":" in key
            }
            made = self._new(
                self.images, "i", name=wanted["image_name"], owner=PROJECT, status="active", **mark
            )
            self.bytes[made["id"]] = self.bytes[volume["id"]]
            self._busy(volume, "uploading")
            return {action: {"image_id": made["id"]}}
        elif action == "os-set_image_metadata":
            volume["volume_image_metadata"] |= wanted["metadata"]
        elif action == "os-unset_image_metadata":
            del volume["volume_image_metadata"][wanted["key"]]
        else:
            raise AssertionError(f"{action} is not what a probe of re-imaging asks for")
        return b"{}"

    def _reimage(self, volume: Json, image: Json) -> None:
        before = self.bytes[volume["id"]]
        self._write(volume, image)
        named = json.loads(image.get("block_device_mapping", "null"))
        if named and self.how == "copies":
            self.bytes[volume["id"]] = self.bytes[named[0]["snapshot_id"]]
        elif self.how == "sparse":
            parts = range(0, _LENGTH, 1024)
            written = [self.bytes[volume["id"]][each : each + 1024] for each in parts]
            kept = [before[each : each + 1024] for each in parts]
            both = zip(written, kept, strict=True)
            self.bytes[volume["id"]] = b"".join(new if any(new) else old for new, old in both)
        elif named and self.how == "ignores":
            self.bytes[volume["id"]] = before
        self._busy(volume, "downloading", "error" if named and self.how == "fails" else "available")


def _action(request: Any) -> str:
    return next(iter(request.json())) if request.url.endswith("/action") else ""
