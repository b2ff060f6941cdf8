# SPDX-License-Identifier: Apache-2.0
"""One line of JSON for everything that somebody changed, or tried to, through our pages.

The logger's name is part of what operators configure (docs/operator.rst, Audit). A line says who
did what to which object, what came of it, and under which request id; it never holds a token.
"""

from __future__ import annotations

import json
import logging
from typing import Any

from django.http import HttpRequest

from snapshot_dashboard.cloud.errors import CloudError
from snapshot_dashboard.cloud.identity import request_id

LOG = logging.getLogger("snapshot_dashboard.audit")


def record(
    request: HttpRequest,
    action: str,
    object_id: str | None,
    error: CloudError | None = None,
    **facts: Any,
) -> None:
    """Write a line: ``action`` such as "snapshot.create", and the id of what it was done to.

    For something that was to be made the id is the new object's, None where it is not known;
    ``facts`` tell the rest, such as the volume's id and whether the request was forced.
    """
    user = request.user
    line: dict[str, Any] = {
        "action": action,
        "id": object_id,
        "result": _result(error),
        "user_id": user.id,
        "user": user.username,
        "project_id": user.project_id,
        "project": user.project_name,
        "roles": sorted(role["name"] for role in user.roles),
        "region": user.services_region,
        "request_id": request_id(request),
    }
    if error is not None:
        line |= {
            "status": error.status,
            "reason": error.reason,
            "service_request_id": error.request_id,
        }
    # Names hold line breaks and anything else; JSON keeps each line one line.
    LOG.info("%s", json.dumps(line | facts))


def _result(error: CloudError | None) -> str:
    if error is None:
        return "accepted"
    return "unknown" if error.uncertain else "refused"
