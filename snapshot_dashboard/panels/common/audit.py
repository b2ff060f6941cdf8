# SPDX-License-Identifier: Apache-2.0
"""Audit log: two lines of JSON for each change made through our pages.

One is written before the change is sent, and one when its answer is there: a Horizon that is killed
in between leaves the first. ``change`` is the same in both. The logger's name is part of what
operators configure (docs/operator.rst, Audit). A line says who did what to whose object, what came
of it, and under which request id; it never holds a token.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.http import HttpRequest

from snapshot_dashboard.cloud.errors import RequestFailed
from snapshot_dashboard.cloud.identity import request_id
from snapshot_dashboard.rules.consistency import ConsistencyNote
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Volume

LOG = logging.getLogger("snapshot_dashboard.audit")
PENDING = "pending"


class Change:
    """A change that is being sent: its first line is written, the second follows.

    ``made`` is the id of what came to be by it.
    """

    def __init__(
        self, request: HttpRequest, action: str, object_id: str | None, facts: Mapping[str, Any]
    ) -> None:
        self._request = request
        self._action = action
        self._object_id = object_id
        self._facts = {"change": str(uuid.uuid4()), **facts}
        self.made: str | None = None
        self._write(PENDING)

    def accepted(self, **more: Any) -> None:
        """Write that it was accepted."""
        self._write("accepted", **more)

    def failed(self, error: RequestFailed) -> None:
        """Write that it was refused, or that nobody knows what became of it."""
        self._write(
            "unknown" if error.uncertain else "refused",
            status=error.status,
            reason=error.reason,
            service_request_id=error.request_id,
        )

    def _write(self, result: str, **more: Any) -> None:
        user = self._request.user
        line = {
            "action": self._action,
            "id": self.made or self._object_id,
            "result": result,
            "user_id": user.id,
            "user": user.username,
            "project_id": user.project_id,
            "project": user.project_name,
            "roles": sorted(role["name"] for role in user.roles),
            "region": user.services_region,
            "request_id": request_id(self._request),
        }
        # Names hold line breaks and anything else; JSON keeps each line one line.
        LOG.info("%s", json.dumps(line | self._facts | more))


@contextmanager
def change(
    request: HttpRequest, action: str, object_id: str | None, **facts: Any
) -> Iterator[Change]:
    """Write a line, let the block make a change, and write what came of it.

    ``action`` is such as "snapshot.create", ``object_id`` the id of what it is done to; for
    something that is to be made it is None, and the block tells the new object's. ``facts`` tell
    the rest, such as whose the object is, and whether the request was forced.
    """
    begun = Change(request, action, object_id, facts)
    try:
        yield begun
    except RequestFailed as error:
        begun.failed(error)
        raise
    begun.accepted()


def lowering(
    request: HttpRequest,
) -> Callable[[Snapshot, ConsistencyNote], AbstractContextManager[object]]:
    """Return what surrounds the writing of a worse note, which nobody asks for."""

    def about(snapshot: Snapshot, label: ConsistencyNote) -> AbstractContextManager[object]:
        facts = {**whose(snapshot), "taken_while": label.taken.value}
        return change(request, "snapshot.lower_note", snapshot.id, **facts)

    return about


def tidying(request: HttpRequest) -> Callable[[Volume], AbstractContextManager[object]]:
    """Return what surrounds taking from a volume the note of an upload, which nobody asks for."""

    def about(volume: Volume) -> AbstractContextManager[object]:
        return change(request, "volume.erase_note", volume.id, **whose(volume))

    return about


def whose(thing: Snapshot | Volume) -> dict[str, Any]:
    """Return what says of which project, volume, name and size an object is."""
    return {
        "object_project_id": thing.project_id,
        "volume_id": thing.volume_id if isinstance(thing, Snapshot) else thing.id,
        "name": thing.name,
        "size": thing.size,
    }
