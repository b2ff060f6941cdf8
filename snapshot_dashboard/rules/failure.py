# SPDX-License-Identifier: Apache-2.0
"""Classifies why a service did not do what it was asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from snapshot_dashboard.rules.holds import Hold


class Service(Enum):
    """An OpenStack service, by its type in the catalog."""

    BLOCK_STORAGE = "block-storage"
    COMPUTE = "compute"
    IDENTITY = "identity"
    IMAGE = "image"
    NETWORK = "network"


class Cause(Enum):
    """The cause of a failure, by the HTTP status codes of OpenStack's services."""

    # No connection was made.
    UNREACHABLE = "unreachable"
    # The request was sent; or it was to be sent and is still waiting for its turn.
    NO_ANSWER = "no_answer"
    # The time of the page was over before the request was sent.
    OUT_OF_TIME = "out_of_time"
    # The catalog has no such service in this region.
    NO_SERVICE = "no_service"
    # 5xx.
    FAILED = "failed"
    # The answer is not what the API promises.
    UNREADABLE = "unreadable"
    # 401.
    LOGGED_OUT = "logged_out"
    # 403.
    FORBIDDEN = "forbidden"
    # 404, or an id that is not written as ids are.
    NOT_FOUND = "not_found"
    # 413 where it means a limit of the project.
    LIMIT = "limit"
    # 429, and 413 where it means too many requests in too short a time.
    TOO_MANY = "too_many"
    # 400: the request itself, such as a filter.
    BAD_REQUEST = "bad_request"
    # 409: the state of what it is about.
    CONFLICT = "conflict"
    # Every other 4xx.
    REFUSED = "refused"
    # Others before it took too long, or met no service at all.
    NOT_TRIED = "not_tried"
    # Too many of the others that were named together with it do not exist.
    NOT_LOOKED_FOR = "not_looked_for"
    # A snapshot is on hold, and was not to be deleted by this dashboard.
    ON_HOLD = "on_hold"


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure and what the service itself said about it.

    ``service`` is None where it is not known which one it was, ``status`` is 0 without an answer.
    ``reason`` is the service's own text (English) and ``request_id`` the id under which its log
    has the request: both may be empty. ``retry_after`` are the seconds after which it wants to be
    asked again. ``hold`` is the one that was met.
    """

    cause: Cause
    service: Service | None = None
    status: int = 0
    reason: str = ""
    request_id: str = ""
    retry_after: int | None = None
    hold: Hold | None = None
