# SPDX-License-Identifier: Apache-2.0
"""An image of size zero in Glance, as Nova makes it beside the snapshots of an instance."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Image:
    """An image of size zero that consists of references to snapshots; ``demanded``: quiesced.

    Nova copies the properties that the instance was started with into it, which may require
    quiescing: then it could not be made otherwise.
    """

    id: str
    name: str
    snapshot_ids: frozenset[str]
    status: str = ""
    size: int | None = None
    demanded: bool = False
    project_id: str | None = None

    @property
    def label(self) -> str:
        """Return the name, or the id of an image that has none."""
        return self.name or self.id
