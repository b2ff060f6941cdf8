# SPDX-License-Identifier: Apache-2.0
"""An image in Glance that stands for snapshots, as Nova makes it beside those of an instance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from snapshot_dashboard.rules.tags import ChosenTags


@dataclass(frozen=True, slots=True)
class Image:
    """An image that consists of references to snapshots, or of the bytes of one.

    ``stands_for`` is the id of the snapshot whose bytes it has, where it was made for a revert in
    place. ``demanded``: quiesced. Nova copies the properties that the instance was started with
    into it, which may require quiescing: then it could not be made otherwise. ``keep_until`` is the
    day that its snapshots are to be kept, and ``tags`` are theirs, where it carries that until they
    have it.
    """

    id: str
    name: str
    snapshot_ids: frozenset[str]
    status: str = ""
    size: int | None = None
    demanded: bool = False
    stands_for: str = ""
    keep_until: date | None = None
    tags: ChosenTags = field(default=ChosenTags(), hash=False)
    project_id: str | None = None

    @property
    def label(self) -> str:
        """Return the name, or the id of an image that has none."""
        return self.name or self.id
