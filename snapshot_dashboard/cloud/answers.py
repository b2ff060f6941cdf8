# SPDX-License-Identifier: Apache-2.0
"""Turns what Cinder answers (JSON) into the dataclasses of ``rules``.

Answers differ with the microversion, the role and the call: what is left out takes the
dataclass's default, and only what an object cannot be without is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Attachment, Volume


def moment(text: str | None) -> datetime | None:
    """Parse Cinder's time, which is UTC and carries no zone.

    :raises ValueError: it is not written as times are.
    """
    if not text:
        return None
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def attachment(raw: Mapping[str, Any]) -> Attachment:
    """Read an attachment as the volume itself lists it."""
    instance_id = raw.get("server_id") or None
    # Members are not told a host's name (cinder/api/v3/views/volumes.py:119): it stays empty.
    host = raw.get("host_name") or (None if instance_id else "")
    return Attachment(
        id=raw.get("attachment_id") or raw.get("id") or "",
        instance_id=instance_id,
        # Cinder's word for a device that nobody named is "na".
        device=None if raw.get("device") in (None, "", "na") else raw["device"],
        host=host,
    )


def volume(raw: Mapping[str, Any]) -> Volume:
    """Read a volume.

    :raises KeyError, ValueError: id or size are missing, or a value is no such value.
    """
    encrypted = raw.get("encrypted")
    return Volume(
        id=raw["id"],
        name=raw.get("name") or "",
        size=int(raw["size"]),
        status=raw.get("status") or "",
        project_id=raw.get("os-vol-tenant-attr:tenant_id"),
        description=raw.get("description") or "",
        type_name=raw.get("volume_type"),
        availability_zone=raw.get("availability_zone"),
        created_at=moment(raw.get("created_at")),
        bootable=_truth(raw.get("bootable")),
        encrypted=None if encrypted is None else _truth(encrypted),
        multiattach=_truth(raw.get("multiattach")),
        group_id=raw.get("group_id"),
        snapshot_id=raw.get("snapshot_id"),
        attachments=tuple(attachment(each) for each in raw.get("attachments") or () if each),
        metadata=raw.get("metadata") or {},
        image_metadata=raw.get("volume_image_metadata") or {},
        updated_at=moment(raw.get("updated_at")),
        user_id=raw.get("user_id"),
        host=raw.get("os-vol-host-attr:host"),
    )


def snapshot(raw: Mapping[str, Any]) -> Snapshot:
    """Read a snapshot.

    :raises KeyError, ValueError: id, size or volume are missing, or a value is no such value.
    """
    return Snapshot(
        id=raw["id"],
        name=raw.get("name") or "",
        size=int(raw["size"]),
        status=raw.get("status") or "",
        volume_id=raw["volume_id"],
        project_id=raw.get("os-extended-snapshot-attributes:project_id"),
        user_id=raw.get("user_id"),
        description=raw.get("description") or "",
        created_at=moment(raw.get("created_at")),
        updated_at=moment(raw.get("updated_at")),
        group_snapshot_id=raw.get("group_snapshot_id"),
        metadata=raw.get("metadata") or {},
        counts_against_quota=raw.get("consumes_quota") is not False,
    )


def _truth(value: Any) -> bool:
    """Read Cinder's booleans, some of which are the strings "true" and "false"."""
    return str(value).lower() == "true"
