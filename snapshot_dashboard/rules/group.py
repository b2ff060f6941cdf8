# SPDX-License-Identifier: Apache-2.0
"""A volume group, a group snapshot, and what a copy of one of its volumes would be worth.

Cinder looks at no attachment when it takes a group snapshot, and has no ``force`` for it
(cinder/group/api.py, create_group_snapshot). It clones a group whose volumes are in use, too, and
fails then (see ``blocks_clone``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from snapshot_dashboard.rules.attachment import Exposure, Verdict

_HELD = frozenset(
    {Verdict.HELD_SHELVED, Verdict.HELD_OTHER, Verdict.HELD_NOT_VISIBLE, Verdict.HELD_UNKNOWN}
)


@dataclass(frozen=True, slots=True)
class Group:
    """A volume group; ``volume_ids`` is None where they were not asked for or are not told."""

    id: str
    name: str
    status: str = ""
    description: str = ""
    type_id: str = ""
    source_id: str = ""
    volume_ids: tuple[str, ...] | None = None

    @property
    def label(self) -> str:
        """Return the name, or the id of a group that has none."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class GroupSnapshot:
    """A snapshot of all volumes of a group."""

    id: str
    name: str
    description: str = ""
    source_id: str = ""

    @property
    def label(self) -> str:
        """Return the name, or the id of one that has none."""
        return self.name or self.id


def as_member(exposure: Exposure, *, complete: bool = True) -> Exposure:
    """Return the verdict on a volume that is copied with its group.

    A single snapshot of a volume that is held for an instance is refused by Cinder. With its
    group it is made, so the verdict is that of an attached volume. ``complete`` tells that
    everything could be read that uses the volume.
    """
    if exposure.verdict not in _HELD:
        return exposure
    holders = exposure.holders
    if not complete or not any(each.instance_id for each in holders):
        return replace(exposure, verdict=Verdict.ATTACHMENT_UNKNOWN)
    verdict = holders[0].verdict if len(holders) == 1 else Verdict.SEVERAL
    return replace(exposure, verdict=verdict)


def blocks_clone(exposure: Exposure) -> bool:
    """Tell whether a group cannot be cloned because of this volume.

    For a volume that is in use, Cinder accepts the request and fails then: the new group and its
    volumes are in an error state (cinder/volume/manager.py, VALID_CREATE_GROUP_SRC_GROUP_STATUS;
    tried with Cinder 29). One whose status was not read is left to Cinder.
    """
    return exposure.blocked or exposure.volume.status not in ("available", "")
