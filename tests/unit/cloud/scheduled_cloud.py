# SPDX-License-Identifier: Apache-2.0
"""A project at the wire, as the command ``keep`` sees it: volumes, snapshots, instances, images."""

import ast
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests_mock

from snapshot_dashboard.cloud.session import Connection
from tests.unit.cloud.wire import PROJECT, Json, Wire, connection, snapshot_json, volume_json

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
        self.images: list[Json] = []
        self.now = datetime(2026, 3, 1)
        self.filters = "yes"
        self.limit = 10_000
        self.sent: list[tuple[str, str]] = []
        # Called with the number of each request before it is carried out, and afterwards.
        self.before: Callable[[int], None] = lambda number: None
        self.after: Callable[[int], None] = lambda number: None
        self.fails: dict[int, int] = {}
        wire.mocker.register_uri(requests_mock.ANY, _SERVICES, content=self._answer)

    def connect(self) -> Connection:
        """Return a member's connection."""
        return connection(image_url=GLANCE)

    def volume(self, volume_id: str, **more: Any) -> Json:
        """Add a volume."""
        self.volumes[volume_id] = volume_json(volume_id, **more)
        return self.volumes[volume_id]

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
            return {"images": self.images}
        if parts[0] == "servers":
            return self._instance(parts, context)
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
        if parts[2:] == ["metadata"]:
            thing["metadata"] = thing["metadata"] | request.json()["metadata"]
            return {"metadata": thing["metadata"]}
        return {parts[0][:-1]: thing}

    def _instance(self, parts: list[str], context: Any) -> Json:
        if parts[1] not in self.instances:
            context.status_code = 404
            return {"itemNotFound": {"message": "It is gone."}}
        if parts[2:] == ["os-volume_attachments"]:
            ids = self.instances[parts[1]]
            found = [{"volumeId": each, "device": f"/dev/vd{each[-1]}"} for each in ids]
            return {"volumeAttachments": found}
        return {"server": {"id": parts[1], "name": "db", "status": "ACTIVE", "image": ""}}

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
        snapshot_id = f"s{len(self.sent)}"
        made = snapshot_json(
            snapshot_id,
            volume_id=wanted["volume_id"],
            name=wanted["name"],
            metadata=wanted["metadata"],
            created_at=f"{self.now:%Y-%m-%dT%H:%M:%S.000000}",
            **{"os-extended-snapshot-attributes:project_id": PROJECT},
        )
        self.snapshots[snapshot_id] = made
        return {"snapshot": made}
