# SPDX-License-Identifier: Apache-2.0
"""Rules for Nova's createImage, which Horizon calls Create Snapshot of an instance.

Of an instance that was started from a volume it makes forced snapshots of all its volumes, and an
image without a byte that names them. Of any other it saves the system disk alone as an image.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from snapshot_dashboard.rules import attachment
from snapshot_dashboard.rules.attachment import Exposure, Instance
from snapshot_dashboard.rules.consistency import ConsistencyNote, of
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Attachment, Volume

# Nova refuses any other state, and one with a task under way (nova/compute/api.py, snapshot and
# snapshot_volume_backed, Nova 34; tried).
_ACCEPTED = frozenset({"ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED"})
# What stands before the image's name in those of the snapshots, where Nova does not translate it.
PREFIX = "snapshot for "
LONGEST_NAME = 255
# Of an instance that was started from a volume: Cinder takes names of 255 characters too.
LONGEST_WITH_VOLUMES = LONGEST_NAME - len(PREFIX)
# In the place of a task that Nova does not tell (cloud/compute.py).
_UNTOLD = "unknown"


class Origin(Enum):
    """Where the system disk of an instance is, which decides what Nova copies."""

    VOLUME = "volume"
    # An instance that was started from an image of size 0 names that image, and its system disk is
    # a volume all the same (tried): nothing that a member may read tells it from one whose first
    # volume is on another bus than its system disk.
    LIKELY_VOLUME = "likely_volume"
    IMAGE = "image"


def origin(instance: Instance, devices: Iterable[str]) -> Origin:
    """Return where the system disk is; ``devices`` are those of the volumes, empty if not told."""
    if not instance.has_image:
        return Origin.VOLUME
    likely = any(not each or attachment.is_first_disk(each) for each in devices)
    return Origin.LIKELY_VOLUME if likely else Origin.IMAGE


def is_named_so(snapshot: Snapshot) -> bool:
    """Tell whether a snapshot's name says that Nova made it for an image; anybody can rename it."""
    return snapshot.name.startswith(PREFIX)


def is_refused(instance: Instance) -> bool:
    """Tell whether Nova is known to refuse createImage of an instance in this state."""
    return instance.status not in _ACCEPTED or instance.task not in (None, _UNTOLD)


def system_disk(instance: Instance, owner: str | None, project_id: str) -> Exposure:
    """Return the verdict on the system disk of an instance that was started from an image.

    It is no volume; what is known of it is judged as if it were one that only this instance uses.
    ``owner`` is the instance's project, ``project_id`` the one that the person works in.
    """
    disk = Volume(
        id=instance.id,
        name=instance.name,
        size=None,
        status="in-use",
        project_id=owner,
        bootable=True,
        attachments=(Attachment(id=instance.id, instance_id=instance.id),),
    )
    return attachment.assess(disk, (), {instance.id: instance}, project_id)


def note(exposures: Iterable[Exposure]) -> ConsistencyNote:
    """Return the note of the image: that of the disk of which most has to be feared."""
    return max(map(of, exposures), key=lambda each: each.taken.risk)
