# SPDX-License-Identifier: Apache-2.0
"""Rules for a volume made from a snapshot and attached to an instance for analysis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from snapshot_dashboard.rules.attachment import merge
from snapshot_dashboard.rules.consistency import PREFIX, read
from snapshot_dashboard.rules.snapshot import Snapshot
from snapshot_dashboard.rules.volume import Attachment, Volume

# On a volume: the instance that it was made for.
INSTANCE = f"{PREFIX}investigate_on"
# Nova's words for the states in which it attaches a volume (nova/compute/api.py, attach_volume;
# the words are those of nova/api/openstack/common.py). It would attach one to an instance that
# is about to be deleted, too (SOFT_DELETED): nobody's place for an analysis.
ACCEPTING = ("ACTIVE", "PAUSED", "SHUTOFF", "VERIFY_RESIZE", "SHELVED", "SHELVED_OFFLOADED")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An instance that a volume may be attached to; ``status`` is Nova's word.

    ``task`` is what Nova is doing with it, None for nothing. A ``locked`` one accepts a volume from
    administrators only, who cannot be told from others here; None where Nova does not tell.
    """

    id: str
    name: str
    status: str
    task: str | None
    project_id: str | None
    locked: bool | None = None

    @property
    def label(self) -> str:
        """Return the name, or the id of an instance that has none."""
        return self.name or self.id

    @property
    def accepts(self) -> bool:
        """Tell whether Nova attaches a volume to it now."""
        return self.status in ACCEPTING and self.task is None


class AttachStep(Enum):
    """The progress of attaching a volume to one instance."""

    CREATING = "creating"
    # Available, and not attached to anything.
    READY = "ready"
    ATTACHING = "attaching"
    ATTACHED = "attached"
    # The volume has failed, so there is nothing to attach.
    FAILED = "failed"
    # Used by something else, or busy with something else.
    ELSEWHERE = "elsewhere"


_BY_STATUS: Mapping[str, AttachStep] = {
    "creating": AttachStep.CREATING,
    "downloading": AttachStep.CREATING,
    "available": AttachStep.READY,
}


def step(
    volume: Volume, records: Iterable[Attachment] | None, instance_id: str, status: str = ""
) -> AttachStep:
    """Tell how far a volume is on its way to one instance, whose ``status`` is Nova's word.

    ``records`` are Cinder's attachment records, None when they could not be read.
    """
    together = merge(volume.attachments, records or ())
    mine = any(each.instance_id == instance_id for each in together)
    if volume.status.startswith("error"):
        return AttachStep.FAILED
    # Held for a shelved instance, a volume stays reserved until that is unshelved.
    held = (volume.status, status) == ("reserved", "SHELVED_OFFLOADED")
    if mine and (held or volume.status == "in-use"):
        return AttachStep.ATTACHED
    if volume.status in ("reserved", "attaching") and (mine or records is None):
        return AttachStep.ATTACHING
    return _BY_STATUS.get(volume.status, AttachStep.ELSEWHERE)


def device(volume: Volume, instance_id: str) -> str:
    """Return the device's name on one instance, an empty string where it is not known yet."""
    names = (each.device for each in volume.attachments if each.instance_id == instance_id)
    return next((each for each in names if each), "")


def suspects(
    snapshot: Snapshot, volume: Volume | None, records: Iterable[Attachment] | None
) -> frozenset[str]:
    """Return the ids of the instances that a snapshot is, or may be, evidence of.

    Those that were attached when it was requested, as far as its note tells, and those that are
    attached to its volume now. They are marked: the copy belongs on another instance.
    """
    noted = (each for each, _state in read(snapshot.metadata).instances)
    attached = merge(volume.attachments if volume else (), records or ())
    return frozenset((*noted, *(each.instance_id for each in attached if each.instance_id)))
