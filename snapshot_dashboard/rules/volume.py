# SPDX-License-Identifier: Apache-2.0
"""A volume, its attachments, and the meaning of its status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment of a volume, from the volume itself or from Cinder's records.

    ``device`` is known only from the volume (cinder 29.0.0 lists attachments without it:
    api/v3/views/attachments.py);
    ``instance_id`` of a reserved volume only from the records. ``host`` is None where there is
    no host, and empty for a host whose name this person is not told.
    """

    id: str
    instance_id: str | None = None
    device: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Volume:
    """A Cinder volume as one project sees it. Sizes are GiB, None where they are not told.

    ``source_id`` is the volume that it was cloned from. ``host`` ("host@backend#pool") is told to
    administrators only.
    """

    id: str
    name: str
    size: int | None
    status: str
    project_id: str | None = None
    description: str = ""
    type_name: str | None = None
    availability_zone: str | None = None
    created_at: datetime | None = None
    bootable: bool = False
    encrypted: bool | None = None
    multiattach: bool = False
    group_id: str | None = None
    snapshot_id: str | None = None
    source_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    image_metadata: Mapping[str, str] = field(default_factory=dict)
    updated_at: datetime | None = None
    user_id: str | None = None
    host: str | None = None

    @property
    def label(self) -> str:
        """Return the name, or the id of a volume that has none."""
        return self.name or self.id

    @property
    def gib(self) -> int | str:
        """Return the size as it is shown."""
        return "?" if self.size is None else self.size


class Phase(Enum):
    """Whether a status ends by itself."""

    SETTLED = "settled"
    MOVING = "moving"
    FAILED = "failed"


# Cinder's words for "something is being done"; each ends by itself (cinder/objects/fields.py).
MOVING = frozenset(
    {
        "creating",
        "attaching",
        "detaching",
        "deleting",
        "downloading",
        "uploading",
        "extending",
        "retyping",
        "migrating",
        "managing",
        "unmanaging",
        "backing-up",
        "restoring-backup",
        "restoring",
        "reverting",
        "updating",
    }
)


def phase(status: str) -> Phase:
    """Tell whether a volume or snapshot status ends by itself, stays, or is a failure.

    A word that is not known counts as settled: a row is not refreshed for ever because of it.
    """
    if status in MOVING:
        return Phase.MOVING
    if status.startswith("error") or status == "maintenance":
        return Phase.FAILED
    return Phase.SETTLED
