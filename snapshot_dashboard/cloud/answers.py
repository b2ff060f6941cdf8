# SPDX-License-Identifier: Apache-2.0
"""Parses JSON answers of the services into the dataclasses of ``rules``.

Answers differ with the microversion, the role and the call, and now and then a record is odd: what
is left out or is not of its type takes the dataclass's default, so that the rest can be shown. Only
what has no id is no object. What says whether a volume is attached never gets better by being odd.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

from snapshot_dashboard.cloud.clocks import date_of
from snapshot_dashboard.cloud.errors import (
    ERRORS,
    AnswerUnreadable,
    Response,
    Service,
    for_answer,
    request_id,
    translated,
)
from snapshot_dashboard.rules.backup import Backup
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.text import writable
from snapshot_dashboard.rules.volume import Attachment, Volume

LOG = logging.getLogger(__name__)

Item = TypeVar("Item")
Record = Mapping[str, Any]

# What a database counts has fewer digits, and Python refuses to read thousands of them.
_DIGITS = 19
# Before and after them a moment may have no date in somebody's time zone.
_YEARS = range(1970, 9999)
# One of which it is not known to what it is attached.
_UNKNOWN = Attachment(id="")


class Answer:
    """The answer to one request; its JSON is ``body``, None where it is none."""

    def __init__(self, service: Service, response: Response, body: object) -> None:
        self._service = service
        self._response = response
        self._body = body

    @property
    def _object(self) -> Record:
        if not isinstance(self._body, dict):
            raise self._unreadable("it is no object")
        return self._body

    def _unreadable(self, why: str) -> AnswerUnreadable:
        LOG.warning("An answer of the %s service cannot be read: %s.", self._service.value, why)
        return AnswerUnreadable(
            request_id=request_id(self._response),
            status=self._response.status_code,
            service=self._service,
        )

    def record(self, key: str) -> Record:
        """Return the object under a key.

        :raises AnswerUnreadable: there is none.
        """
        found = self._object.get(key)
        if not isinstance(found, dict):
            raise self._unreadable(f"it has no {key}")
        return found

    def records(self, key: str) -> list[Record]:
        """Return the objects in the list under a key; an empty one for what is no object.

        :raises AnswerUnreadable: there is no list.
        """
        found = self._object.get(key)
        if not isinstance(found, list):
            raise self._unreadable(f"it has no list of {key}")
        return [each if isinstance(each, dict) else {} for each in found]

    def one(self, key: str, read: Callable[[Record], Item | None]) -> Item:
        """Return the object under a key, as ``read`` understands it.

        :raises AnswerUnreadable: it has no id.
        """
        found = read(self.record(key))
        if found is None:
            raise self._unreadable(f"its {key} has no id")
        return found

    def itself(self, read: Callable[[Record], Item | None]) -> Item:
        """Return the answer as one object: Glance's have no key around them.

        :raises AnswerUnreadable: it has no id.
        """
        found = read(self._object)
        if found is None:
            raise self._unreadable("it has no id")
        return found

    def each(self, key: str, read: Callable[[Record], Item | None]) -> list[Item | None]:
        """Return the objects in a list; None in the place of one that has no id.

        :raises AnswerUnreadable: there is no list.
        """
        found = [read(raw) for raw in self.records(key)]
        if None in found:
            LOG.warning("The %s service told of %s without ids.", self._service.value, key)
        return found

    def all(self, key: str, read: Callable[[Record], Item | None]) -> list[Item]:
        """Return the objects in a list, for what may leave out none.

        :raises AnswerUnreadable: there is no list, or one of them has no id.
        """
        found = [each for each in self.each(key, read) if each is not None]
        if len(found) < len(self.records(key)):
            raise self._unreadable(f"one of its {key} has no id")
        return found

    def is_followed(self, key: str) -> bool:
        """Tell whether the service says that more follows a list."""
        links = self._object.get(f"{key}_links")
        named = links if isinstance(links, list) else ()
        return any(isinstance(each, dict) and each.get("rel") == "next" for each in named)

    @property
    def count(self) -> int | None:
        """Return how many there are on all pages, where it was asked for and is told."""
        return number(self._object.get("count"))

    @property
    def answered_at(self) -> datetime | None:
        """Return the time of the answer by the clock of the service, None where it tells none."""
        return date_of(self._response)

    def get(self, key: str) -> Any:
        """Return whatever else is under a key."""
        return self._object.get(key)


def text(raw: Record, key: str) -> str:
    """Return a text, an empty one where there is none."""
    found = raw.get(key)
    return writable(found) if isinstance(found, str) else ""


def told(raw: Record, key: str) -> str | None:
    """Return a text, None where there is none."""
    return text(raw, key) or None


def number(value: Any) -> int | None:
    """Return a number that counts something, None for anything else."""
    if isinstance(value, str) and value.isdecimal() and len(value) <= _DIGITS:
        return int(value)
    return value if type(value) is int and value >= 0 else None


def entries(raw: Record, key: str) -> dict[str, str]:
    """Return metadata: texts by name."""
    found = raw.get(key)
    if not isinstance(found, dict):
        return {}
    return {
        writable(name): writable(value) for name, value in found.items() if isinstance(value, str)
    }


def moment(written: Any) -> datetime | None:
    """Parse Cinder's time, which is UTC and carries no zone; None for what is no time."""
    if not isinstance(written, str):
        return None
    # Nova's times end in Z, which Python 3.10 does not read.
    text = f"{written[:-1]}+00:00" if written.endswith("Z") else written
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    if parsed.year not in _YEARS:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


def truth(value: Any) -> bool:
    """Read Cinder's booleans, some of which are the strings "true" and "false"."""
    return str(value).lower() == "true"


def flag(raw: Record, key: str) -> bool | None:
    """Return a boolean, None where a service does not tell it."""
    found = raw.get(key)
    return found if isinstance(found, bool) else None


def attachment(raw: Any) -> Attachment:
    """Read an attachment as the volume itself lists it."""
    if not isinstance(raw, dict) or not isinstance(raw.get("server_id", 0), str | None):
        return _UNKNOWN
    instance_id = told(raw, "server_id")
    # Members are not told a host's name (cinder/api/v3/views/volumes.py:119): it stays empty.
    host = told(raw, "host_name") or (None if instance_id else "")
    device = text(raw, "device")
    return Attachment(
        id=text(raw, "attachment_id") or text(raw, "id"),
        instance_id=instance_id,
        # Cinder's word for a device that nobody named is "na".
        device=None if device in ("", "na") else device,
        host=host,
    )


def _attachments(raw: Record) -> tuple[Attachment, ...]:
    """Read a volume's attachments; a list that cannot be read is not taken for an empty one."""
    found = raw.get("attachments")
    return tuple(attachment(each) for each in found) if isinstance(found, list) else (_UNKNOWN,)


def volume(raw: Record) -> Volume | None:
    """Read a volume; None for one without an id."""
    if not text(raw, "id"):
        return None
    encrypted = raw.get("encrypted")
    return Volume(
        id=text(raw, "id"),
        name=text(raw, "name"),
        size=number(raw.get("size")),
        status=text(raw, "status"),
        project_id=told(raw, "os-vol-tenant-attr:tenant_id"),
        description=text(raw, "description"),
        type_name=told(raw, "volume_type"),
        availability_zone=told(raw, "availability_zone"),
        created_at=moment(raw.get("created_at")),
        bootable=truth(raw.get("bootable")),
        encrypted=None if encrypted is None else truth(encrypted),
        multiattach=truth(raw.get("multiattach")),
        group_id=told(raw, "group_id"),
        snapshot_id=told(raw, "snapshot_id"),
        source_id=told(raw, "source_volid"),
        attachments=_attachments(raw),
        metadata=entries(raw, "metadata"),
        image_metadata=entries(raw, "volume_image_metadata"),
        updated_at=moment(raw.get("updated_at")),
        user_id=told(raw, "user_id"),
        host=told(raw, "os-vol-host-attr:host"),
    )


def snapshot(raw: Record) -> Snapshot | None:
    """Read a snapshot; None for one without an id."""
    return snapshot_without_id(raw) if text(raw, "id") else None


def snapshot_without_id(raw: Record) -> Snapshot:
    """Read a snapshot that may have no id, where it is only counted or written down."""
    return Snapshot(
        id=text(raw, "id"),
        name=text(raw, "name"),
        size=number(raw.get("size")),
        status=text(raw, "status"),
        volume_id=text(raw, "volume_id"),
        project_id=told(raw, "os-extended-snapshot-attributes:project_id"),
        user_id=told(raw, "user_id"),
        description=text(raw, "description"),
        created_at=moment(raw.get("created_at")),
        updated_at=moment(raw.get("updated_at")),
        group_snapshot_id=told(raw, "group_snapshot_id"),
        metadata=entries(raw, "metadata"),
        counts_against_quota=flag(raw, "consumes_quota"),
    )


def backup(raw: Record) -> Backup | None:
    """Read a backup; None for one without an id. Just made, it is told by id and name only."""
    if not text(raw, "id"):
        return None
    return Backup(
        id=text(raw, "id"),
        name=text(raw, "name"),
        status=text(raw, "status"),
        volume_id=text(raw, "volume_id"),
        metadata=entries(raw, "metadata"),
    )


def answered(service: Service, send: Callable[[], tuple[Response, object]]) -> Answer:
    """Send a request and return the service's answer.

    :raises CloudError: it was not sent, not answered, or answered with an error.
    """
    with translated(service):
        response, body = send()
    if response.status_code >= ERRORS:
        raise for_answer(service, response, body)
    return Answer(service, response, body)
