# SPDX-License-Identifier: Apache-2.0
"""A fake Cinder with many snapshots that are listed page by page."""

from ast import literal_eval
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.unit.cloud.wire import (
    CINDER,
    KEYSTONE,
    OTHER_PROJECT,
    PROJECT,
    REQUEST_ID,
    Json,
    Wire,
)
from tests.unit.cloud.wire import snapshot_json as snapshot
from tests.unit.cloud.wire import volume_json as volume

_PROJECT_OF_SNAPSHOT = "os-extended-snapshot-attributes:project_id"
_PROJECT_OF_VOLUME = "os-vol-tenant-attr:tenant_id"
_HOST = "os-vol-host-attr:host"


class Crowd:
    """Snapshots s1, s2, ... in the order in which the service lists them; volumes are admin's.

    ``page`` is the most that it gives at once; ``before`` is called with the number of each
    page, from 1, before it is answered.
    """

    def __init__(self, wire: Wire, *snapshots: Json, page: int = 2) -> None:
        self.wire = wire
        self.snapshots = list(snapshots)
        self.page = page
        self.foreign: set[str] = set()
        self.fails_at = 0
        self.status = 503
        self.before: Callable[[int], None] = lambda _number: None
        self.pages = 0
        self.asked: list[dict[str, str]] = []
        self.volumes: list[list[str]] = []
        self.refuses_ids = False
        self.refuses_parts = False
        wire.mocker.get(f"{CINDER}/snapshots/detail", json=self._list)
        wire.mocker.get(f"{CINDER}/volumes/detail", json=self._volumes)
        self.names({PROJECT: "Web & Shop", OTHER_PROJECT: "research"})

    def names(self, names: dict[str, str]) -> None:
        """Let Keystone know these projects."""
        found = [{"id": key, "name": name, "enabled": True} for key, name in names.items()]
        self.wire.says("GET", f"{KEYSTONE}/projects", {"projects": found, "links": {}})

    def _list(self, request: Any, context: Any) -> Json:
        said = {key: values[0] for key, values in parse_qs(urlsplit(request.url).query).items()}
        if "with_count" in said:
            return {"snapshots": self.snapshots[:1], "count": len(self.snapshots)}
        self.pages += 1
        self.asked.append(said)
        self.before(self.pages)
        if self.pages == self.fails_at:
            context.status_code = self.status
            context.headers["x-compute-request-id"] = REQUEST_ID
            return {"badRequest": {"message": "out of order"}}
        if self.refuses_parts and "name~" in said:
            context.status_code = 400
            return {"badRequest": {"message": "Invalid filters name~ are found in query options."}}
        ids = [each["id"] for each in self.snapshots]
        if said.get("marker", ids[0] if ids else "") not in ids and "marker" in said:
            context.status_code = 404
            return {"itemNotFound": {"message": "no such marker"}}
        start = ids.index(said["marker"]) + 1 if "marker" in said else 0
        found = self.snapshots[start : start + min(self.page, int(said["limit"]))]
        more = start + len(found) < len(self.snapshots)
        links = [{"rel": "next", "href": "whatever"}] if more else []
        return {"snapshots": found, "snapshots_links": links}

    def _volumes(self, request: Any, context: Any) -> Json:
        ids = literal_eval(parse_qs(urlsplit(request.url).query)["id"][0])
        self.volumes.append(ids)
        if self.refuses_ids:
            context.status_code = 400
            return {"badRequest": {"message": "Invalid filters id are found in query options."}}
        return {"volumes": [self._volume(each) for each in ids]}

    def _volume(self, volume_id: str) -> Json:
        owner = OTHER_PROJECT if volume_id in self.foreign else PROJECT
        return volume(volume_id, **{_PROJECT_OF_VOLUME: owner, _HOST: "cinder@ssd#pool"})


def snapshots(count: int, **more: Any) -> list[Json]:
    """Return snapshots s1, s2, ..., each of a volume of its own."""
    return [
        snapshot(f"s{number}", volume_id=f"v{number}", **more) for number in range(1, count + 1)
    ]


def of_project(project_id: str, snapshot_id: str, **more: Any) -> Json:
    """Return a snapshot of a project."""
    return snapshot(snapshot_id, **({_PROJECT_OF_SNAPSHOT: project_id} | more))
